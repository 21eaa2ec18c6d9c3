//! The enrollment: every field parsed, nothing left that is only text by accident.

use serde::Serialize;

use super::address::{Neighbourhood, Text, Village};
use super::date::Day;
use super::finding::{FindingCode, Findings, Severity};
use super::name::{Name, Standing};
use super::nik::Nik;
use super::{biometrics, code};
use crate::draft::{BiometricException, Capture, Draft};
use crate::form::{Service, form};

/// From this age a KTP-el is printed (UU 24/2013 Art 63).
const CARD_AGE_YEARS: i32 = 17;
/// From this age it may be recorded ahead.
const RECORDING_AGE_YEARS: i32 = 16;
/// The code of the list `marital_status` for who never married.
const NEVER_MARRIED: u8 = 1;

/// An enrollment that can be sealed. It has no other constructor than [`super::parse`].
#[derive(Clone, Serialize)]
pub struct Enrollment {
    service: Service,
    nik: Nik,
    name: Name,
    birth_place: Text,
    birth_date: Day,
    sex: u8,
    blood_type: u8,
    address: Text,
    rt: Neighbourhood,
    rw: Neighbourhood,
    village: Village,
    religion: u8,
    marital_status: u8,
    occupation: u8,
    citizenship: u8,
    photo_approved: bool,
    exceptions: Vec<BiometricException>,
    warnings: Vec<FindingCode>,
    #[serde(skip)]
    captures: Vec<Capture>,
}

impl Enrollment {
    /// What was asked for.
    pub fn service(&self) -> Service {
        self.service
    }

    /// What was captured, in the order of the archive.
    pub fn captures(&self) -> &[Capture] {
        &self.captures
    }

    /// `enrollment.json`.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an enrollment has string keys only")
    }

    pub(super) fn with_warnings(mut self, findings: &Findings) -> Self {
        let warnings = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Warning);
        self.warnings = warnings.map(|finding| finding.code).collect();
        self
    }
}

/// Parses every field, so that all findings come at once, then puts them together.
pub(super) fn parse(draft: &Draft, today: Day, findings: &mut Findings) -> Option<Enrollment> {
    let form = form(draft.service);
    let mut code = |field: &str| code::parse(draft.text(field), field, field, findings);
    let sex = code("sex");
    let blood_type = code("blood_type");
    let religion = code("religion");
    let marital_status = code("marital_status");
    let occupation = code("occupation");
    let citizenship = code("citizenship");
    let nik = Nik::parse(draft.text("nik"), "nik", today, findings);
    // Whoever asks for a first KTP-el stands in a family card already.
    let name = Name::parse(draft.text("name"), "name", Standing::Existing, findings);
    let birth_place = Text::parse(draft.text("birth_place"), "birth_place", findings);
    let birth_date = Day::parse_birth(draft.text("birth_date"), "birth_date", today, findings);
    let address = Text::parse(draft.text("address"), "address", findings);
    let rt = Neighbourhood::parse_rt(draft.text("rt"), "rt", findings);
    let rw = Neighbourhood::parse_rw(draft.text("rw"), "rw", findings);
    let village = Village::parse(draft.text("village"), "village", findings);

    if let Some(nik) = &nik {
        let domicile = village.as_ref().map(Village::district);
        nik.compare("nik", birth_date, sex, domicile, findings);
    }
    if let Some(birth_date) = birth_date {
        check_age(birth_date.years_until(today), marital_status, findings);
    }
    biometrics::check(draft, form, findings);

    Some(Enrollment {
        service: draft.service,
        nik: nik?,
        name: name?,
        birth_place: birth_place?,
        birth_date: birth_date?,
        sex: sex?,
        blood_type: blood_type?,
        address: address?,
        rt: rt?,
        rw: rw?,
        village: village?,
        religion: religion?,
        marital_status: marital_status?,
        occupation: occupation?,
        citizenship: citizenship?,
        photo_approved: draft.photo_approved,
        exceptions: draft.exceptions.clone(),
        warnings: Vec::new(),
        captures: draft.captures.clone(),
    })
}

/// Who may record: 17 years, or married once (UU 24/2013 Art 63); 16 years ahead of the card.
fn check_age(years: i32, marital_status: Option<u8>, findings: &mut Findings) {
    let married_once = marital_status.is_some_and(|status| status != NEVER_MARRIED);
    if years >= CARD_AGE_YEARS || married_once {
        return;
    }
    let code = if years >= RECORDING_AGE_YEARS {
        FindingCode::AgeRecordOnly
    } else {
        FindingCode::AgeNotEligible
    };
    findings.report(code, "birth_date");
}
