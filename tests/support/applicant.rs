//! Applicants: what is typed and captured, all of it sound.

use rekam::draft::{DraftId, PIECE_BYTES};
use rekam::error::Result;
use rekam::flow::Flow;
use rekam::form::{Service, Slot};
use rekam::ports::World;
use rekam::seal::archive::capture_path;

use super::Dice;

/// First names; with the number of the applicant they make a name of their own.
const FIRST_NAMES: [&str; 6] = [
    "mawarni",
    "rusmiati",
    "hendrikus",
    "yuliana",
    "sukarman",
    "nurhayati",
];
const LAST_NAMES: [&str; 5] = [
    "tualanhulu",
    "mentayasari",
    "bukitraya",
    "seruyanti",
    "katinganus",
];

/// One applicant.
#[derive(Clone)]
pub struct Applicant {
    /// As the clerk types it, in lower case.
    pub name: String,
    /// 16 digits.
    pub nik: String,
    /// Slot, media type, bytes.
    pub captures: Vec<(Slot, &'static str, Vec<u8>)>,
}

impl Applicant {
    /// An applicant whose captures are small: for tests that care about something else.
    pub fn slim(n: usize) -> Self {
        Self::with_lengths(n, |_| 300)
    }

    /// An applicant whose captures take one piece, several, and exact multiples of a piece; the
    /// packet takes two requests.
    pub fn full(n: usize) -> Self {
        Self::with_lengths(n, |slot| match slot {
            Slot::Face => 2 * PIECE_BYTES + 1,
            Slot::Signature => 1,
            Slot::FingerRightThumb => PIECE_BYTES,
            Slot::FingerRightIndex => 2 * PIECE_BYTES,
            Slot::IrisLeft => PIECE_BYTES - 1,
            _ => 512,
        })
    }

    fn with_lengths(n: usize, length: impl Fn(Slot) -> usize) -> Self {
        let mut dice = Dice::new(n as u64);
        let media = |slot| match slot {
            Slot::Face => "image/jpeg",
            Slot::Signature => "image/png",
            _ => "image/jp2",
        };
        Self {
            name: format!("{} {}", FIRST_NAMES[n % 6], LAST_NAMES[n % 5]),
            nik: format!("62021624110900{:02}", n + 1),
            captures: Slot::ALL
                .into_iter()
                .map(|slot| (slot, media(slot), dice.bytes(length(slot))))
                .collect(),
        }
    }

    /// What the clerk types.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("name", self.name.clone()), ("nik", self.nik.clone())];
        let fixed = [
            ("birth_place", "Sampit"),
            ("birth_date", "24-11-2009"),
            ("sex", "1"),
            ("blood_type", "13"),
            ("address", "Jl. Poros Luwuk Sampun Km 7"),
            ("rt", "3"),
            ("rw", "1"),
            ("village", "62.02.16.2004"),
            ("religion", "1"),
            ("marital_status", "1"),
            ("occupation", "3"),
            ("citizenship", "1"),
        ];
        fields.extend(fixed.map(|(name, value)| (name, value.to_owned())));
        fields
    }

    /// Types everything into a new draft and captures everything.
    pub async fn record(&self, flow: &Flow<impl World>) -> Result<DraftId> {
        let id = self.begin(flow).await?;
        for (slot, media_type, bytes) in &self.captures {
            flow.capture(&id, *slot, media_type, &&bytes[..]).await?;
        }
        self.approve(flow, &id).await?;
        Ok(id)
    }

    /// Types everything into a new draft and captures nothing.
    pub async fn begin(&self, flow: &Flow<impl World>) -> Result<DraftId> {
        let mut draft = flow.create_draft(Service::KtpFirst).await?;
        draft.fields = self
            .fields()
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        draft.attachments = vec!["family_card".into()];
        let id = draft.id.clone();
        flow.save_draft(draft).await?;
        Ok(id)
    }

    /// The applicant has seen the photo and agrees.
    pub async fn approve(&self, flow: &Flow<impl World>, id: &DraftId) -> Result<()> {
        let mut draft = flow.draft(id).await?;
        draft.photo_approved = true;
        flow.save_draft(draft).await?;
        Ok(())
    }

    /// The captures by their name in the archive, in its order.
    pub fn files(&self) -> Vec<(String, &[u8])> {
        self.captures
            .iter()
            .map(|(slot, media_type, bytes)| (capture_path(*slot, media_type), &bytes[..]))
            .collect()
    }

    /// What must not be readable anywhere on the tablet: name and NIK, as typed and as sealed,
    /// the address, and a stretch of every capture that is long enough to be no accident.
    pub fn secrets(&self) -> Vec<Vec<u8>> {
        let mut secrets = vec![
            self.name.clone().into_bytes(),
            self.name.to_uppercase().into_bytes(),
            self.nik.clone().into_bytes(),
            b"Luwuk Sampun".to_vec(),
            b"24-11-2009".to_vec(),
            b"2009-11-24".to_vec(),
        ];
        for (_, _, bytes) in self
            .captures
            .iter()
            .filter(|(_, _, bytes)| bytes.len() >= 32)
        {
            secrets.push(bytes[..16].to_vec());
            secrets.push(bytes[bytes.len() - 16..].to_vec());
        }
        secrets
    }
}
