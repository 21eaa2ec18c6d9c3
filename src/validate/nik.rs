//! NIK: 16 digits, `PPKKCC DDMMYY SSSS`, where a woman's day is 40 higher.
//!
//! PP 37/2007 Art 37 (form), PP 40/2019 Art 30(2) (valid for life, never changes, does not follow
//! a move). There is no check digit. The century is not in it: the birth date decides.

use serde::Serialize;

use super::date::Day;
use super::finding::{FindingCode, Findings};
use crate::form::{Region, district};

/// Added to the day of birth of a woman.
const FEMALE_DAY: u8 = 40;
const DIGITS: usize = 16;

/// A NIK that may exist.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Nik(String);

/// Codes of the list `sex`.
pub(super) const MALE: u8 = 1;
pub(super) const FEMALE: u8 = 2;

impl Nik {
    /// Parses a NIK; spaces and dots between its groups are dropped.
    pub(super) fn parse(
        text: &str,
        field: &str,
        today: Day,
        findings: &mut Findings,
    ) -> Option<Self> {
        let digits = without_separators(text);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return findings.refuse(FindingCode::NikNotDigits, field);
        }
        if digits.len() != DIGITS {
            return findings.refuse(FindingCode::NikLength, field);
        }
        let nik = Self(digits);
        let mut sound = true;
        if nik.region() == Region::Unknown {
            sound = findings.report_answerable(FindingCode::NikRegionUnknown, field);
        }
        let mut refuse = |code| {
            findings.report(code, field);
            sound = false;
        };
        if !nik.has_date(today) {
            refuse(FindingCode::NikDateImpossible);
        }
        if nik.0.ends_with("0000") {
            refuse(FindingCode::NikSerialZero);
        }
        if nik.region() == Region::Retired {
            findings.report(FindingCode::NikRegionRetired, field);
        }
        sound.then_some(nik)
    }

    /// What it tells of the person: sex, and the latest birth date that it may mean.
    pub(super) fn reading(&self, today: Day) -> (u8, Option<Day>) {
        let ((day, month, yy), sex) = self.birth();
        let in_century = |century: i32| Day::new(century + i32::from(yy), month, day);
        let this_century = in_century(2000).filter(|date| *date <= today);
        (sex, this_century.or_else(|| in_century(1900)))
    }

    /// The digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares with what the form says. **Differences are no errors**: a NIK is not reissued when
    /// a date or a sex is corrected, and does not follow a move.
    pub(super) fn compare(
        &self,
        field: &str,
        birth_date: Option<Day>,
        sex: Option<u8>,
        domicile_district: Option<u32>,
        findings: &mut Findings,
    ) {
        let (birth, nik_sex) = self.birth();
        if birth_date.is_some_and(|date| date.day_month_yy() != birth) {
            findings.report(FindingCode::NikBirthDateDiffers, field);
        }
        if sex.is_some_and(|sex| sex != nik_sex) {
            findings.report(FindingCode::NikSexDiffers, field);
        }
        if domicile_district.is_some_and(|district| district != self.number(0..6)) {
            findings.report(FindingCode::NikRegionDiffersFromDomicile, field);
        }
    }

    fn region(&self) -> Region {
        district(self.number(0..6))
    }

    /// Whether the day exists in 19YY, or in 20YY and not after today.
    fn has_date(&self, today: Day) -> bool {
        self.reading(today).1.is_some()
    }

    /// Day, month and year of birth, and sex.
    fn birth(&self) -> ((u8, u8, u8), u8) {
        let (day, month, yy) = self.day_month_yy();
        if day > FEMALE_DAY {
            ((day - FEMALE_DAY, month, yy), FEMALE)
        } else {
            ((day, month, yy), MALE)
        }
    }

    fn day_month_yy(&self) -> (u8, u8, u8) {
        let two = |range| u8::try_from(self.number(range)).expect("two digits");
        (two(6..8), two(8..10), two(10..12))
    }

    fn number(&self, range: std::ops::Range<usize>) -> u32 {
        self.0[range].parse().expect("it is digits")
    }
}

/// Drops the spaces and dots between the groups of a number.
pub(crate) fn without_separators(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '.')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(
        text: &str,
        birth: Option<&str>,
        sex: Option<u8>,
        domicile: Option<u32>,
    ) -> Vec<&'static str> {
        let mut findings = Findings::default();
        let today = Day::new(2026, 11, 24).unwrap();
        if let Some(nik) = Nik::parse(text, "nik", today, &mut findings) {
            nik.compare(
                "nik",
                birth.and_then(Day::parse_iso),
                sex,
                domicile,
                &mut findings,
            );
        }
        findings
            .all()
            .map(|finding| finding.code.as_str())
            .collect()
    }

    #[test]
    fn takes_a_womans_day_as_forty_higher() {
        assert_eq!(
            codes("6202066411090001", Some("2009-11-24"), Some(FEMALE), None),
            [""; 0]
        );
        assert_eq!(
            codes("6202167108950003", Some("1995-08-31"), Some(FEMALE), None),
            [""; 0]
        );
        assert_eq!(
            codes("6202060101990001", Some("1999-01-01"), Some(FEMALE), None),
            ["nik_sex_differs"]
        );
    }

    #[test]
    fn finds_a_century_for_the_leap_day() {
        assert_eq!(
            codes("6202012902000004", Some("2000-02-29"), Some(MALE), None),
            [""; 0]
        );
        assert_eq!(
            codes("6202012902010001", None, None, None),
            ["nik_date_impossible"]
        );
        assert_eq!(
            codes("6202062511260001", Some("1926-11-25"), Some(MALE), None),
            [""; 0]
        );
    }

    #[test]
    fn refuses_days_that_are_no_ones() {
        for text in [
            "6202010013990001",
            "6202013201990001",
            "6202014001990001",
            "6202010100990001",
            "6202017201990001",
        ] {
            assert_eq!(
                codes(text, None, None, None),
                ["nik_date_impossible"],
                "{text}"
            );
        }
    }

    #[test]
    fn drops_separators_and_refuses_look_alikes() {
        assert_eq!(codes("6202 0101 0199 0001", None, None, None), [""; 0]);
        assert_eq!(codes("6202.0101.0199.0001", None, None, None), [""; 0]);
        assert_eq!(
            codes("62020101O1990001", None, None, None),
            ["nik_not_digits"]
        );
        assert_eq!(
            codes("６２０２０１０１０１９９０００１", None, None, None),
            ["nik_not_digits"]
        );
        assert_eq!(codes("620201010199001", None, None, None), ["nik_length"]);
        assert_eq!(
            codes("620201010199000١", None, None, None),
            ["nik_not_digits"]
        );
    }

    #[test]
    fn tells_sex_and_birth_date() {
        let today = Day::new(2026, 11, 24).unwrap();
        let read = |text| {
            let nik = Nik::parse(text, "nik", today, &mut Findings::default()).unwrap();
            let (sex, date) = nik.reading(today);
            (sex, date.unwrap().to_string())
        };
        assert_eq!(read("6202066411090001"), (FEMALE, "2009-11-24".into()));
        assert_eq!(read("6202062511260001"), (MALE, "1926-11-25".into()));
        assert_eq!(read("6202012902000004"), (MALE, "2000-02-29".into()));
    }

    #[test]
    fn keeps_the_region_of_first_registration() {
        assert_eq!(
            codes("9101010101990001", None, None, None),
            ["nik_region_retired"]
        );
        assert_eq!(
            codes(
                "3515140508680001",
                Some("1968-08-05"),
                Some(MALE),
                Some(620_206)
            ),
            ["nik_region_differs_from_domicile"]
        );
        assert_eq!(
            codes("0000000000000000", None, None, None),
            [
                "nik_region_unknown",
                "nik_date_impossible",
                "nik_serial_zero"
            ]
        );
    }
}
