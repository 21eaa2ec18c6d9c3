//! Step 2: a draft becomes an enrollment, or all the reasons why it does not.
//!
//! In: a [`Draft`] and the day of recording. Out: every [`Finding`] at once, and the
//! [`Enrollment`] when none of them is an error. Nothing else makes an enrollment. One file per
//! kind of field, each a newtype that `parse` makes.

mod address;
mod biometrics;
mod code;
mod date;
mod enrollment;
mod finding;
mod name;
mod nik;

pub use date::Day;
pub use enrollment::Enrollment;
pub use finding::{Finding, FindingCode, Findings, Severity};

use crate::draft::Draft;
use crate::error::ValidateError;

/// Every finding of a draft on the day of recording, errors first.
pub fn check(draft: &Draft, today: Day) -> Vec<Finding> {
    let mut findings = Findings::default();
    enrollment::parse(draft, today, &mut findings);
    findings.into_sorted()
}

/// The enrollment that a draft is.
///
/// # Errors
/// `validate_findings` while there are findings of severity error; [`check`] lists them.
pub fn parse(draft: &Draft, today: Day) -> Result<Enrollment, ValidateError> {
    let mut findings = Findings::default();
    let enrollment = enrollment::parse(draft, today, &mut findings);
    match enrollment {
        Some(enrollment) if !findings.has_errors() => Ok(enrollment.with_warnings(&findings)),
        _ => Err(ValidateError::Findings),
    }
}
