//! KK number: 16 digits, `PPKKCC DDMMYY SSSS`: region and day of issue of the family card.
//!
//! Issued by SIAK; unlike a NIK it changes when the family moves, gets another head or splits, so
//! only its form is a rule and the rest is advice.

use serde::Serialize;

use super::date::Day;
use super::finding::{FindingCode, Findings};
use super::nik::without_separators;
use crate::form::{Region, district};

/// The number of a family card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KkNumber(String);

impl KkNumber {
    /// Parses a KK number; spaces and dots between its groups are dropped.
    pub(super) fn parse(
        text: &str,
        field: &str,
        today: Day,
        findings: &mut Findings,
    ) -> Option<Self> {
        let digits = without_separators(text);
        if digits.len() != 16 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return findings.refuse(FindingCode::KkLength, field);
        }
        if digits.ends_with("0000") {
            return findings.refuse(FindingCode::KkSerialZero, field);
        }
        let number = |range: std::ops::Range<usize>| digits[range].parse().expect("digits");
        let two = |from| u8::try_from(number(from..from + 2)).expect("two digits");
        if district(number(0..6)) == Region::Retired {
            findings.report(FindingCode::KkRegionRetired, field);
        }
        // Day of issue, the same for women and men: cards of this form are of this century.
        let issued = Day::new(2000 + i32::from(two(10)), two(8), two(6));
        if issued.is_none_or(|day| day > today) {
            findings.report(FindingCode::KkDateImplausible, field);
        }
        Some(Self(digits))
    }

    /// The digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_only_what_is_no_number_of_a_card() {
        let today = Day::new(2026, 11, 24).unwrap();
        let codes = |text| {
            let mut findings = Findings::default();
            let number = KkNumber::parse(text, "kk_number", today, &mut findings);
            let codes: Vec<_> = findings.all().map(|found| found.code.as_str()).collect();
            assert_eq!(number.is_none(), findings.has_errors());
            codes
        };
        assert_eq!(codes("6202061708200005"), [""; 0]);
        assert_eq!(codes("6202 0617 0820 0005"), [""; 0]);
        assert_eq!(codes("620206170820005"), ["kk_length"]);
        assert_eq!(codes("62020617O8200005"), ["kk_length"]);
        assert_eq!(codes("6202061708200000"), ["kk_serial_zero"]);
        assert_eq!(codes("6202061708300001"), ["kk_date_implausible"]);
        assert_eq!(codes("6202065708200001"), ["kk_date_implausible"]);
        assert_eq!(codes("9101011708200001"), ["kk_region_retired"]);
    }
}
