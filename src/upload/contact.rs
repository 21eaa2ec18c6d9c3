//! What is known of the registry's clock, and what a silence may mean.

use crate::error::UploadError;
use crate::ports::Millis;

/// A clock that is off by less is right enough for everything here.
const TOLERANCE_SECONDS: u64 = 5 * 60;
/// A certificate is refused when the clock is before its beginning; a day leaves room for how long a
/// registry may have had its newest one.
const BEHIND_SECONDS: u64 = 24 * 60 * 60;

/// The latest time that the registry signed. **This is the only clock that may erase something.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Seconds since 1970 UTC; 0 before any contact.
    pub time: u64,
    /// What the tablet's clock was ahead of it then, in seconds.
    pub ahead: i64,
    /// Until when the registry's certificate is good, where it said so.
    pub certificate_expires: Option<u64>,
}

impl Contact {
    /// As it was kept; none where that cannot be read.
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(' ');
        let mut next = || numbers.next().and_then(|number| number.parse::<i64>().ok());
        let (Some(time), Some(ahead)) = (next(), next()) else {
            return Self::default();
        };
        Self {
            time: time.cast_unsigned(),
            ahead,
            certificate_expires: next().map(i64::cast_unsigned),
        }
    }

    /// As it is kept: two or three numbers.
    pub fn to_text(self) -> String {
        let (time, ahead) = (self.time.cast_signed(), self.ahead);
        match self.certificate_expires {
            Some(at) => format!("{time} {ahead} {}", at.cast_signed()),
            None => format!("{time} {ahead}"),
        }
    }

    /// The contact after the registry said `time` while the tablet's clock said `now`. Time that was
    /// signed before something older arrived stays.
    pub fn after(self, time: u64, now: Millis) -> Self {
        if time < self.time {
            return self;
        }
        Self {
            time,
            ahead: (now / 1_000).cast_signed().wrapping_sub(time.cast_signed()),
            ..self
        }
    }

    /// What the tablet's clock is ahead of the registry's, in seconds, when that matters.
    pub fn clock_error(self) -> Option<i64> {
        (self.ahead.unsigned_abs() > TOLERANCE_SECONDS).then_some(self.ahead)
    }

    /// What the browser does not tell: why nobody answers on a link that is up.
    pub fn why_silent(self, now: Millis) -> UploadError {
        let now = now / 1_000;
        if now.saturating_add(BEHIND_SECONDS) < self.time {
            UploadError::ClockWrong
        } else if self.certificate_expires.is_some_and(|at| now > at) {
            UploadError::CertificateExpired
        } else {
            UploadError::Unreachable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_000_000;

    #[test]
    fn never_goes_back() {
        let contact = Contact::default().after(NOW, NOW * 1_000);
        assert_eq!(contact.after(NOW - 1, 0), contact);
        assert_eq!(contact.after(NOW + 1, 0).time, NOW + 1);
        assert_eq!(Contact::parse(&contact.to_text()), contact);
        let certified = Contact {
            certificate_expires: Some(NOW),
            ..contact
        };
        assert_eq!(Contact::parse(&certified.to_text()), certified);
        assert_eq!(Contact::parse("torn"), Contact::default());
    }

    #[test]
    fn tells_of_a_clock_that_is_off_by_more_than_five_minutes() {
        let at = |now: u64| Contact::default().after(NOW, now * 1_000).clock_error();
        assert_eq!(at(NOW + 300), None);
        assert_eq!(at(NOW - 300), None);
        assert_eq!(at(NOW + 301), Some(301));
        assert_eq!(at(NOW - 86_400), Some(-86_400));
        assert_eq!(at(0), Some(-NOW.cast_signed()));
    }

    #[test]
    fn guesses_why_nobody_answers() {
        let contact = Contact {
            time: NOW,
            ahead: 0,
            certificate_expires: Some(NOW + 1_000),
        };
        let why = |now: u64| contact.why_silent(now * 1_000);
        assert_eq!(why(NOW), UploadError::Unreachable);
        assert_eq!(why(NOW - 90_000), UploadError::ClockWrong);
        assert_eq!(why(NOW + 1_001), UploadError::CertificateExpired);
    }
}
