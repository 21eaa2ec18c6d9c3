// @ts-check
// A family of ten, recorded without a network, arrives as it was typed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import * as clerk from "./support/clerk.mjs";
import { FAMILY, LABELS, sealed } from "./support/family.mjs";
import { fill, fillAll } from "./support/fill.mjs";
import { Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
import { Tablet } from "./support/tablet.mjs";

/** @typedef {import("@playwright/test").Page} Page @typedef {import("./support/family.mjs").Answers} Answers */

const [HEAD, WIFE, FIRST_CHILD, ...OTHERS] = /** @type {[Answers, Answers, Answers, ...Answers[]]} */ (FAMILY);
const APPLICATION = {
  "NIK pemohon": HEAD["nik"] ?? "",
  "Nama pemohon": HEAD["name"] ?? "",
  Telepon: "0812 3456 7890",
  Alamat: "JALAN TANPA SINYAL NOMOR 7",
  "Dusun/Kampung": "DUSUN II",
  RT: "3",
  RW: "1",
  "Desa/Kelurahan": "Tumbang Mujam",
  "Kode pos": "74355",
};
const REASONS = {
  region: "NIK dari KTP-el lama, wilayah asal sudah tidak ada",
  date: "Penetapan pengadilan 12/Pdt.P/2026",
  paper: "Akta tertinggal di Sampit, menyusul",
};

/** @param {Page} page @param {number} place */
const rowAt = (page, place) => page.getByRole("listitem", { name: new RegExp(`^Anggota ${place}(,|$)`) });

/** @param {Page} page */
const add = (page) => page.getByRole("button", { name: "Tambah anggota", exact: true }).click();

/** Types one member into its open row. @param {Page} page @param {number} place @param {Answers} answers */
async function type(page, place, answers) {
  const row = rowAt(page, place);
  const fields = Object.entries(LABELS).filter(([field]) => answers[field] !== undefined);
  for (const [field, label] of fields) await fill(row, page, label, answers[field] ?? "");
}

test("records a family of ten offline, which arrives as it was typed", async () => {
  const registry = await Registry.start();
  const tablet = await Tablet.start();
  const work = mkdtempSync(join(tmpdir(), "rekam-opened-"));
  const page = await tablet.page();
  try {
    await test.step("the family's card is chosen without a network", async () => {
      await clerk.pair(page, registry.pairingLink);
      await tablet.setOffline(true);
      await page.getByRole("button", { name: "Rekam baru", exact: true }).click();
      await show(page, "services");
      await page.goBack();
      await clerk.begin(page, "KK baru");
      await expect(page.getByRole("navigation", { name: "Bagian rekaman" })).not.toContainText("Foto");
      await fillAll(page, page, APPLICATION);
    });

    await test.step("the head: sex and birth date come out of the NIK with one press each", async () => {
      const row = rowAt(page, 1);
      await row.getByRole("button", { expanded: false }).click();
      await expect(row.getByRole("combobox", { name: "Status hubungan dalam keluarga (SHDK)" })).toHaveValue("1");
      await fill(row, page, "NIK", HEAD["nik"] ?? "");
      await row.getByRole("button", { name: "Isi LAKI-LAKI dari NIK" }).click();
      await row.getByRole("button", { name: "Isi 12-03-1980 dari NIK" }).click();
      await expect(row.getByRole("radio", { name: "LAKI-LAKI" })).toBeChecked();
      await expect(row.getByLabel("Tanggal lahir", { exact: true })).toHaveValue("12-03-1980");
      await row.getByRole("combobox", { name: "Tempat lahir" }).pressSequentially("timur");
      await row.getByRole("option", { name: "KOTAWARINGIN TIMUR" }).click();
      await type(page, 1, HEAD);
      await expect(row).toContainText("Lengkap");
    });

    await test.step("a child is typed before the wife, who is then moved up", async () => {
      await add(page);
      const { mother_name: mother, father_name: father, ...rest } = FIRST_CHILD;
      await type(page, 2, rest);
      await add(page);
      await type(page, 3, WIFE);
      await rowAt(page, 3)
        .getByRole("button", { name: /^Naikkan/ })
        .click();
      await expect(rowAt(page, 2)).toContainText("SITI AMINAH");
      await expect(
        rowAt(page, 2).getByRole("button", { name: /^Naikkan/ }),
        "the focus stays with the row",
      ).toBeFocused();
      const child = rowAt(page, 3);
      await child.getByRole("button", { expanded: false }).click();
      await child.getByRole("button", { name: `Isi ${father} (KEPALA KELUARGA)` }).click();
      await child.getByRole("button", { name: `Isi ${mother} (ISTRI)` }).click();
      await expect(child.getByLabel("Nama ibu")).toHaveValue(mother ?? "");
      await show(page, "member", child);
      await show(page, "member-phone", child);
    });

    await test.step("the others, each with what its case asks for", async () => {
      for (const [n, answers] of OTHERS.entries()) {
        await add(page);
        await type(page, n + 4, answers);
      }
      await expect(rowAt(page, 6).getByLabel("Nomor SK penetapan WNI"), "is not asked of a foreigner").toHaveCount(0);
      await show(page, "family", page.getByRole("heading", { name: "Anggota keluarga" }));
      await show(page, "family-phone", page.getByRole("heading", { name: "Anggota keluarga" }));
    });

    await test.step("one too many is removed, after a question", async () => {
      await add(page);
      await fill(rowAt(page, 11), page, "Nama lengkap", "SALAH KETIK");
      await rowAt(page, 11)
        .getByRole("button", { name: /^Hapus/ })
        .click();
      const question = page.getByRole("dialog", { name: "Hapus anggota ini?" });
      await expect(question).toContainText("SALAH KETIK");
      await question.getByRole("button", { name: "Hapus" }).click();
      await expect(rowAt(page, 11)).toHaveCount(0);
      await page.getByRole("button", { name: "Jumlah anggota keluarga: Isi 10 menurut daftar anggota" }).click();
      await page.getByRole("button", { name: "Nama kepala keluarga: Isi SUTARMAN WIJAYA (KEPALA KELUARGA)" }).click();
      await expect(page.getByLabel("Jumlah anggota keluarga", { exact: true })).toHaveValue("10");
    });

    await test.step("what is wrong leads to its row; what may stand gets a reason", async () => {
      await page.getByRole("button", { name: "Tinjau" }).click();
      await show(page, "form-family");
      await page.getByRole("link", { name: /^Anggota 8, SUTARMI: NIK: / }).click();
      const grandmother = rowAt(page, 8);
      await expect(grandmother.getByLabel("NIK", { exact: true })).toBeFocused();
      await grandmother.getByRole("button", { name: "Tetap pakai…" }).click();
      const keep = grandmother.getByRole("button", { name: "Pakai alasan ini" });
      await expect(keep, "without a reason it stays an error").toBeDisabled();
      await grandmother.getByLabel("Alasan tetap dipakai (wajib)").fill(REASONS.region);
      await keep.click();
      await expect(grandmother).toContainText(REASONS.region);
      await show(page, "override", grandmother);

      await page.getByRole("link", { name: /^Anggota 7, ADI SMITH: NIK: / }).click();
      const grandson = rowAt(page, 7);
      await grandson.getByRole("button", { name: "Tulis alasan…" }).click();
      await grandson.getByLabel("Alasan", { exact: true }).fill(REASONS.date);
      await grandson.getByLabel("Alasan", { exact: true }).press("Enter");
      await expect(grandson).toContainText(REASONS.date);
    });

    await test.step("the papers that this family needs", async () => {
      await show(page, "attachments", page.getByRole("heading", { name: "Persyaratan" }));
      await clerk.tick(page, "Buku nikah/akta perkawinan", "SPTJM perkawinan/perceraian belum tercatat");
      await clerk.tick(page, "ITAS/ITAP", "Dokumen perjalanan (paspor)");
      await page.getByRole("button", { name: "Lanjutkan tanpa ini…" }).click();
      await page.getByLabel("Alasan tanpa berkas ini (wajib)").fill(REASONS.paper);
      await page.getByRole("button", { name: "Pakai alasan ini" }).click();
      await expect(page.getByRole("checkbox", { name: "Akta perceraian" })).not.toBeChecked();
    });

    await test.step("the draft survives a reload, is reviewed and sealed", async () => {
      await expect(page.getByText(/Draf tersimpan/)).toBeVisible();
      await page.reload();
      await clerk.unlock(page);
      await expect(rowAt(page, 10)).toContainText("DEWI LESTARI");
      await page.getByRole("button", { name: "Tinjau" }).click();
      await expect(page.getByRole("heading", { name: "Tinjau" })).toBeVisible();
      const answers = page.getByRole("region", { name: "Tetap dipakai dengan alasan" });
      for (const reason of Object.values(REASONS)) await expect(answers).toContainText(reason);
      await expect(page.getByRole("region", { name: "Anggota 6, JOHN SMITH" })).toContainText("2C41AB0001-X");
      await show(page, "review-family");
      await page.getByRole("button", { name: "Simpan" }).click();
      await expect(page.getByRole("heading", { name: "Tersimpan" })).toBeVisible();
    });

    await test.step("it arrives, is opened, and is what was typed", async () => {
      const pid = page.url().split("/").at(-1) ?? "";
      await tablet.setOffline(false);
      await expect.poll(() => registry.packets(), { timeout: 60_000 }).toHaveLength(1);
      await registry.command("open", pid, "--out", work);
      /** @type {unknown} */
      const json = JSON.parse(readFileSync(join(work, pid, "enrollment.json"), "utf8"));
      const enrollment = /** @type {Record<string, unknown>} */ (json);
      expect(enrollment["members"]).toEqual(FAMILY.map(sealed));
      expect(enrollment).toMatchObject({
        service: "kk_new_family",
        applicant_nik: HEAD["nik"],
        head_name: HEAD["name"],
        member_count: 10,
        rt: "003",
        hamlet: "DUSUN II",
        postcode: "74355",
        attachments: ["marriage_certificate", "sptjm", "stay_permit", "travel_document"],
      });
      expect(enrollment["findings"]).toEqual(
        expect.arrayContaining([
          { code: "nik_region_unknown", field: "members.7.nik", reason: REASONS.region },
          { code: "nik_birth_date_differs", field: "members.6.nik", reason: REASONS.date },
          { code: "attachment_missing", field: "divorce_certificate", reason: REASONS.paper },
        ]),
      );
    });

    await test.step("nothing of the family is left on the tablet", async () => {
      await tablet.close();
      expect(await tablet.find([HEAD["name"] ?? "", HEAD["nik"] ?? "", REASONS.region])).toEqual([]);
    });
  } finally {
    await tablet.close();
    await tablet.remove();
    await registry.remove();
    rmSync(work, { recursive: true, force: true });
  }
});
