//! Where the applicant lives: RT and RW, village, postcode, and the plain texts.

use serde::Serialize;

use super::finding::{FindingCode, Findings, one_line};
use super::nik::without_separators;
use crate::draft::LONGEST_TEXT_BYTES;
use crate::form::regions::has_village;

/// A text of one line, white space reduced to single spaces.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    pub(super) fn parse(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        let text = one_line(text)?;
        if text.len() > LONGEST_TEXT_BYTES {
            return findings.refuse(FindingCode::TextTooLong, field);
        }
        Some(Self(text))
    }
}

/// An RT or RW number, three digits with leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Neighbourhood(String);

impl Neighbourhood {
    pub(super) fn parse_rt(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        Self::parse(
            text,
            field,
            [FindingCode::RtNotDigits, FindingCode::RtLength],
            findings,
        )
    }

    pub(super) fn parse_rw(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        Self::parse(
            text,
            field,
            [FindingCode::RwNotDigits, FindingCode::RwLength],
            findings,
        )
    }

    fn parse(
        text: &str,
        field: &str,
        [not_digits, length]: [FindingCode; 2],
        findings: &mut Findings,
    ) -> Option<Self> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return findings.refuse(not_digits, field);
        }
        if text.len() > 3 {
            return findings.refuse(length, field);
        }
        Some(Self(format!("{text:0>3}")))
    }
}

/// A village, `62.02.16.2004`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Village(String);

impl Village {
    /// Parses ten digits, with or without dots. The first digit of the village says what it is: 1
    /// kelurahan, 2 desa, 3 desa adat. **A code of this form that is in no table may be answered
    /// for**: a village is founded before a table names it.
    pub(super) fn parse(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        let digits = without_separators(text);
        let formed = digits.len() == 10
            && digits.bytes().all(|b| b.is_ascii_digit())
            && matches!(digits.as_bytes()[6], b'1'..=b'3');
        if !formed {
            return findings.refuse(FindingCode::VillageUnknown, field);
        }
        if !has_village(digits.parse().expect("digits"))
            && !findings.report_answerable(FindingCode::VillageUnknown, field)
        {
            return None;
        }
        let parts = [&digits[..2], &digits[2..4], &digits[4..6], &digits[6..]];
        Some(Self(parts.join(".")))
    }

    /// Its district's six digits.
    pub(super) fn district(&self) -> u32 {
        self.0[..8].replace('.', "").parse().expect("digits")
    }
}

/// A postcode, five digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Postcode(String);

impl Postcode {
    pub(super) fn parse(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        let text = text.trim();
        if text.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return findings.refuse(FindingCode::PostcodeFormat, field);
        }
        Some(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_rt_and_rw_with_zeros() {
        let mut findings = Findings::default();
        let rt = Neighbourhood::parse_rt("1", "rt", &mut findings);
        assert_eq!(rt, Some(Neighbourhood("001".into())));
        Neighbourhood::parse_rt("A1", "rt", &mut findings);
        Neighbourhood::parse_rw("0001", "rw", &mut findings);
        let codes: Vec<_> = findings
            .all()
            .map(|finding| finding.code.as_str())
            .collect();
        assert_eq!(codes, ["rt_not_digits", "rw_length"]);
    }

    #[test]
    fn takes_a_village_with_and_without_dots() {
        let mut findings = Findings::default();
        for text in ["6202162001", "62.02.16.2001"] {
            let village = Village::parse(text, "village", &mut findings).unwrap();
            assert_eq!(
                (village.0.as_str(), village.district()),
                ("62.02.16.2001", 620_216)
            );
        }
        for text in ["6202064001", "620216200", "9999992001", "sampit"] {
            assert!(
                Village::parse(text, "village", &mut findings).is_none(),
                "{text}"
            );
        }
    }
}
