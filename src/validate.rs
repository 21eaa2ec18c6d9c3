//! Step 2: a draft becomes an enrollment, or all the reasons why it does not.
//!
//! In: a [`Draft`] and the day of recording. Out: every [`Finding`] at once, and the
//! [`Enrollment`] when none of them is an error. Nothing else makes an enrollment. One file per
//! kind of field, each a newtype that `parse` makes; then one for what must agree within a person,
//! a family, the papers and the captures.

mod address;
mod answers;
mod attachments;
mod biometrics;
mod code;
mod date;
mod enrollment;
mod examination;
mod family;
mod finding;
mod kk;
mod name;
mod nik;
mod person;

pub use answers::{Answers, Extent};
pub use date::Day;
pub use enrollment::Enrollment;
pub use examination::{Examination, Suggestion, examine};
pub use finding::{Answered, Finding, FindingCode, Severity};
pub(crate) use nik::without_separators;
pub use person::{Eligibility, PhotoBackground};

use crate::draft::Draft;
use crate::error::ValidateError;

/// Every finding of a draft on the day of recording, errors first.
pub fn check(draft: &Draft, today: Day) -> Vec<Finding> {
    examination::parse(draft, today, Extent::Whole)
        .findings
        .into_sorted()
}

/// The enrollment that a draft is.
///
/// # Errors
/// `validate_findings` while there are findings of severity error; [`check`] lists them.
pub fn parse(draft: &Draft, today: Day) -> Result<Enrollment, ValidateError> {
    let parsed = examination::parse(draft, today, Extent::Whole);
    if parsed.findings.has_errors() {
        return Err(ValidateError::Findings);
    }
    Ok(Enrollment::of(draft, parsed))
}
