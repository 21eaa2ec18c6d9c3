//! Dates as they are typed, DD-MM-YYYY, and ages.

use serde::{Serialize, Serializer};
use time::{Date, Month};

use super::finding::{FindingCode, Findings};

/// Over this age a birth date is probably a slip.
const OLDEST_PLAUSIBLE_YEARS: i32 = 120;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// The day, if there is one.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// Parses `YYYY-MM-DD`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let [year, month, day] = split(text, [4, 2, 2])?;
        Self::new(
            i32::from(year),
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// Day of the month, month, and the last two digits of the year, as a NIK has them.
    pub(super) fn day_month_yy(self) -> (u8, u8, u8) {
        let yy = u8::try_from(self.0.year().rem_euclid(100)).expect("below 100");
        (self.0.day(), self.0.month().into(), yy)
    }

    /// As it is typed, `DD-MM-YYYY`.
    pub fn typed(self) -> String {
        let month = u8::from(self.0.month());
        format!("{:02}-{month:02}-{:04}", self.0.day(), self.0.year())
    }

    /// The year.
    pub(super) fn year(self) -> i32 {
        self.0.year()
    }

    /// Whole years from this day to `today`; negative when this day is later. Who was born on
    /// 29 February has a birthday on 1 March of other years.
    pub fn years_until(self, today: Self) -> i32 {
        let birthday_to_come =
            (today.0.month() as u8, today.0.day()) < (self.0.month() as u8, self.0.day());
        today.0.year() - self.0.year() - i32::from(birthday_to_come)
    }

    /// Parses a birth date as it is typed.
    pub(super) fn parse_birth(
        text: &str,
        field: &str,
        today: Self,
        findings: &mut Findings,
    ) -> Option<Self> {
        let day = Self::parse(text, field, findings)?;
        if day > today {
            return findings.refuse(FindingCode::BirthDateInFuture, field);
        }
        if day.years_until(today) > OLDEST_PLAUSIBLE_YEARS {
            findings.report(FindingCode::AgeImplausible, field);
        }
        Some(day)
    }

    /// Parses `DD-MM-YYYY`.
    pub(super) fn parse(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        let Some([day, month, year]) = split(text.trim(), [2, 2, 4]) else {
            return findings.refuse(FindingCode::DateFormat, field);
        };
        let small = |n: u16| u8::try_from(n).expect("two digits");
        Self::new(i32::from(year), small(month), small(day))
            .or_else(|| findings.refuse(FindingCode::DateImpossible, field))
    }
}

/// `YYYY-MM-DD`.
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            u8::from(self.0.month()),
            self.0.day()
        )
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Three numbers of exactly these widths in ASCII digits, joined by hyphens.
fn split(text: &str, widths: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split('-');
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let mut findings = Findings::default();
        let today = Day::new(2026, 11, 24).unwrap();
        Day::parse_birth(text, "birth_date", today, &mut findings);
        findings
            .all()
            .map(|finding| finding.code.as_str())
            .collect()
    }

    #[test]
    fn tells_a_wrong_form_from_a_day_that_is_not() {
        assert_eq!(codes("24-11-2009"), [""; 0]);
        assert_eq!(codes("2009/11/24"), ["date_format"]);
        assert_eq!(codes("24-11-09"), ["date_format"]);
        assert_eq!(codes("٢٤-11-2009"), ["date_format"]);
        assert_eq!(codes("31-02-2001"), ["date_impossible"]);
        assert_eq!(codes("25-11-2026"), ["birth_date_in_future"]);
        assert_eq!(codes("01-01-1880"), ["age_implausible"]);
    }

    #[test]
    fn counts_whole_years() {
        let day = |text| Day::parse_iso(text).unwrap();
        assert_eq!(day("2009-11-24").years_until(day("2026-11-24")), 17);
        assert_eq!(day("2009-11-25").years_until(day("2026-11-24")), 16);
        assert_eq!(day("2008-02-29").years_until(day("2025-02-28")), 16);
    }
}
