//! What must agree within one person, and who may ask for which card.

use serde::Serialize;

use super::answers::Answers;
use super::date::Day;
use super::finding::{FindingCode, Findings};
use crate::form::Card;

/// From this age a KTP-el is printed (UU 24/2013 Art 63).
const CARD_AGE_YEARS: i32 = 17;
/// From this age it may be recorded ahead.
const RECORDING_AGE_YEARS: i32 = 16;
/// The code of the lists of marital status for who never married.
const NEVER_MARRIED: u8 = 1;
/// The code of the list `citizenship` for foreigners.
const FOREIGN: u8 = 2;

/// What a person may ask for on the day of recording (UU 24/2013 Art 63): from 17 years, or
/// married once, a KTP-el; at 16 it is recorded ahead of the card; before that a child card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// Record, and print.
    RecordAndPrint,
    /// Record; the card is printed from 17.
    RecordOnly,
    /// A child card (KIA, Permendagri 2/2016) instead.
    ChildCard,
}

impl Eligibility {
    /// By birth date and marital status.
    fn of(birth_date: Day, married_once: bool, today: Day) -> Self {
        let years = birth_date.years_until(today);
        if years >= CARD_AGE_YEARS || married_once {
            Self::RecordAndPrint
        } else if years >= RECORDING_AGE_YEARS {
            Self::RecordOnly
        } else {
            Self::ChildCard
        }
    }
}

/// The colour behind a face: red for an odd year of birth, blue for an even one, orange for
/// foreigners (the last of medium confidence).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum PhotoBackground {
    Red,
    Blue,
    Orange,
}

/// What a person may ask for; unknown until birth date and marital status are.
pub(super) fn eligibility(person: &Answers, today: Day) -> Option<Eligibility> {
    let birth_date = person.day("birth_date")?;
    let married_once = person.number("marital_status")? != NEVER_MARRIED;
    Some(Eligibility::of(birth_date, married_once, today))
}

/// The colour behind a person's face; unknown until the birth date is.
pub(super) fn photo_background(person: &Answers) -> Option<PhotoBackground> {
    let birth_date = person.day("birth_date")?;
    Some(if person.number("citizenship") == Some(FOREIGN) {
        PhotoBackground::Orange
    } else if birth_date.year() % 2 == 0 {
        PhotoBackground::Blue
    } else {
        PhotoBackground::Red
    })
}

/// Compares the answers of one person with each other.
pub(super) fn check(person: &Answers, domicile_district: Option<u32>, findings: &mut Findings) {
    let birth_date = person.day("birth_date");
    if let Some(nik) = person.nik("nik") {
        let sex = person.number("sex");
        nik.compare("nik", birth_date, sex, domicile_district, findings);
    }
    let marriage = person.day("marriage_date");
    let mut order = |earlier: Option<Day>, later: Option<Day>, code, field| {
        if earlier
            .zip(later)
            .is_some_and(|(earlier, later)| later < earlier)
        {
            findings.report(code, field);
        }
    };
    order(
        birth_date,
        marriage,
        FindingCode::MarriageBeforeBirth,
        "marriage_date",
    );
    order(
        marriage,
        person.day("divorce_date"),
        FindingCode::DivorceBeforeMarriage,
        "divorce_date",
    );
}

/// Whether the person may ask for the card.
pub(super) fn check_card(person: &Answers, card: Card, today: Day, findings: &mut Findings) {
    let code = match card {
        Card::Ktp => match eligibility(person, today) {
            Some(Eligibility::RecordOnly) => FindingCode::AgeRecordOnly,
            Some(Eligibility::ChildCard) => FindingCode::AgeNotEligible,
            Some(Eligibility::RecordAndPrint) | None => return,
        },
        Card::Kia => match person.day("birth_date") {
            Some(birth) if birth.years_until(today) >= CARD_AGE_YEARS => {
                FindingCode::KiaNotEligible
            }
            _ => return,
        },
    };
    findings.report(code, "birth_date");
}
