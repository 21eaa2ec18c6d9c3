// @ts-check
// A made-up family of ten with one of every case that the form knows, and what should be sealed of it.

/** @typedef {Record<string, string>} Answers field name to what the clerk sees in it */

/** Field name to the words on the screen. */
export const LABELS = {
  nik: "NIK",
  name: "Nama lengkap",
  title_before: "Gelar depan",
  shdk: "Status hubungan dalam keluarga (SHDK)",
  sex: "Jenis kelamin",
  birth_place: "Tempat lahir",
  birth_date: "Tanggal lahir",
  birth_certificate: "Akta kelahiran",
  birth_certificate_number: "Nomor akta kelahiran",
  blood_type: "Golongan darah",
  religion: "Agama/Kepercayaan",
  belief_organisation: "Nama organisasi kepercayaan",
  marital_status: "Status perkawinan",
  marriage_certificate: "Akta/buku perkawinan",
  marriage_certificate_number: "Nomor akta/buku perkawinan",
  marriage_date: "Tanggal perkawinan",
  divorce_certificate: "Akta perceraian",
  divorce_certificate_number: "Nomor akta perceraian",
  divorce_date: "Tanggal perceraian",
  impairment: "Kelainan fisik atau mental",
  disability: "Jenis disabilitas",
  education: "Pendidikan terakhir",
  occupation: "Jenis pekerjaan",
  citizenship: "Kewarganegaraan",
  nationality: "Negara asal",
  stay_permit_number: "Nomor ITAS/ITAP",
  stay_permit_expiry: "Tanggal akhir ITAS/ITAP",
  sponsor_name: "Nama sponsor",
  sponsor_address: "Alamat sponsor",
  passport_number: "Nomor paspor",
  passport_expiry: "Tanggal berakhir paspor",
  mother_name: "Nama ibu",
  father_name: "Nama ayah",
};

/** The numbers of the words that this family uses. */
const CODES = /** @type {Record<string, Record<string, number>>} */ ({
  shdk: { "KEPALA KELUARGA": 1, ISTRI: 3, ANAK: 4, MENANTU: 5, CUCU: 6, ORANGTUA: 7, "FAMILI LAIN": 9 },
  sex: { "LAKI-LAKI": 1, PEREMPUAN: 2 },
  blood_type: { O: 4, "TIDAK TAHU": 13 },
  religion: { ISLAM: 1, KATHOLIK: 3, "KEPERCAYAAN TERHADAP TUHAN YME": 7 },
  marital_status: {
    "BELUM KAWIN": 1,
    "KAWIN TERCATAT": 2,
    "KAWIN BELUM TERCATAT": 3,
    "CERAI HIDUP TERCATAT": 4,
    "CERAI MATI": 6,
  },
  disability: { "CACAT RUNGU/WICARA": 3 },
  education: { "TIDAK/BELUM SEKOLAH": 1, "TAMAT SD/SEDERAJAT": 3, "SLTA/SEDERAJAT": 5, "DIPLOMA IV/STRATA I": 8 },
  occupation: { "BELUM/TIDAK BEKERJA": 1, "MENGURUS RUMAH TANGGA": 2, "PELAJAR/MAHASISWA": 3, "PETANI/PEKEBUN": 9 },
  citizenship: { WNI: 1, WNA: 2 },
});

const USUAL = {
  birth_place: "KOTAWARINGIN TIMUR",
  birth_certificate: "TIDAK ADA",
  blood_type: "TIDAK TAHU",
  religion: "ISLAM",
  marital_status: "BELUM KAWIN",
  impairment: "TIDAK ADA",
  education: "TAMAT SD/SEDERAJAT",
  occupation: "PETANI/PEKEBUN",
  citizenship: "WNI",
};
const YOUNG = { education: "TIDAK/BELUM SEKOLAH", occupation: "BELUM/TIDAK BEKERJA" };
const PARENTS = { mother_name: "SITI AMINAH", father_name: "SUTARMAN WIJAYA" };

/** The ten, in the order of the card. @type {Answers[]} */
export const FAMILY = [
  {
    ...USUAL,
    nik: "6202161203800001",
    name: "SUTARMAN WIJAYA",
    title_before: "H",
    shdk: "KEPALA KELUARGA",
    sex: "LAKI-LAKI",
    birth_date: "12-03-1980",
    marital_status: "KAWIN BELUM TERCATAT",
    blood_type: "O",
    mother_name: "SUTARMI",
    father_name: "WIJAYA",
  },
  {
    ...USUAL,
    nik: "6202165507830002",
    name: "SITI AMINAH",
    shdk: "ISTRI",
    sex: "PEREMPUAN",
    birth_date: "15-07-1983",
    marital_status: "KAWIN BELUM TERCATAT",
    occupation: "MENGURUS RUMAH TANGGA",
    mother_name: "AISYAH",
  },
  {
    ...USUAL,
    ...PARENTS,
    nik: "6202160201020003",
    name: "BUDI SANTOSO",
    shdk: "ANAK",
    sex: "LAKI-LAKI",
    birth_date: "02-01-2002",
    impairment: "ADA",
    disability: "CACAT RUNGU/WICARA",
  },
  {
    ...USUAL,
    ...PARENTS,
    nik: "6202164505040004",
    name: "RINA LESTARI",
    shdk: "ANAK",
    sex: "PEREMPUAN",
    birth_date: "05-05-2004",
    religion: "KEPERCAYAAN TERHADAP TUHAN YME",
    belief_organisation: "KAHARINGAN TUALAN",
    marital_status: "KAWIN TERCATAT",
    marriage_certificate: "ADA",
    marriage_certificate_number: "62-KW-2024-0007",
    marriage_date: "10-02-2024",
    education: "SLTA/SEDERAJAT",
  },
  {
    ...USUAL,
    ...PARENTS,
    ...YOUNG,
    name: "ANISA PUTRI",
    shdk: "ANAK",
    sex: "PEREMPUAN",
    birth_date: "30-09-2025",
    birth_certificate: "ADA",
    birth_certificate_number: "6202-LU-0001",
  },
  {
    ...USUAL,
    nik: "6202160101000005",
    name: "JOHN SMITH",
    shdk: "MENANTU",
    sex: "LAKI-LAKI",
    birth_place: "LEEDS, INGGRIS",
    birth_date: "01-01-2000",
    religion: "KATHOLIK",
    marital_status: "KAWIN TERCATAT",
    marriage_certificate: "ADA",
    marriage_certificate_number: "62-KW-2024-0007",
    marriage_date: "10-02-2024",
    education: "DIPLOMA IV/STRATA I",
    citizenship: "WNA",
    nationality: "INGGRIS",
    stay_permit_number: "2C41AB0001-X",
    stay_permit_expiry: "01-02-2029",
    sponsor_name: "PT SAWIT CONTOH",
    sponsor_address: "JALAN SPONSOR 1 SAMPIT",
    passport_number: "X1234567",
    passport_expiry: "31-12-2030",
    mother_name: "MARY SMITH",
    father_name: "PETER SMITH",
  },
  {
    ...USUAL,
    ...YOUNG,
    nik: "6202161010250006",
    name: "ADI SMITH",
    shdk: "CUCU",
    sex: "LAKI-LAKI",
    // Corrected by a court after the NIK was issued.
    birth_date: "11-10-2025",
    mother_name: "RINA LESTARI",
    father_name: "JOHN SMITH",
  },
  {
    ...USUAL,
    // The region is in no table.
    nik: "9999994101500007",
    name: "SUTARMI",
    shdk: "ORANGTUA",
    sex: "PEREMPUAN",
    birth_date: "01-01-1950",
    marital_status: "CERAI MATI",
    marriage_certificate: "TIDAK ADA",
    mother_name: "MINAH",
  },
  {
    ...USUAL,
    nik: "6202160303900008",
    name: "AGUS WIJAYA",
    shdk: "FAMILI LAIN",
    sex: "LAKI-LAKI",
    birth_date: "03-03-1990",
    marital_status: "CERAI HIDUP TERCATAT",
    divorce_certificate: "ADA",
    divorce_certificate_number: "6202-CR-0002",
    divorce_date: "04-04-2020",
    mother_name: "SUTARMI",
  },
  {
    ...USUAL,
    ...PARENTS,
    nik: "6202166006080009",
    name: "DEWI LESTARI",
    shdk: "ANAK",
    sex: "PEREMPUAN",
    birth_date: "20-06-2008",
    occupation: "PELAJAR/MAHASISWA",
  },
];

/** What stands in the packet: codes as numbers, dates as YYYY-MM-DD. @param {Answers} answers */
export function sealed(answers) {
  /** @type {Record<string, string | number | undefined>} */
  const values = {};
  for (const [field, shown] of Object.entries(answers)) {
    const date = /^(\d\d)-(\d\d)-(\d{4})$/.exec(shown);
    values[field] = CODES[field] ? CODES[field][shown] : date ? `${date[3]}-${date[2]}-${date[1]}` : shown;
  }
  return values;
}
