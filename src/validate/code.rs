//! Codes of the versioned lists.

use super::finding::{FindingCode, Findings};
use crate::form::code_list;

/// Parses the number of a code that is in its list.
pub(super) fn parse(text: &str, field: &str, list: &str, findings: &mut Findings) -> Option<u8> {
    let text = text.trim();
    if text.is_empty() {
        return findings.refuse(FindingCode::FieldRequired, field);
    }
    let list = code_list(list).expect("every code field has its list: tested with the forms");
    text.parse()
        .ok()
        .filter(|number| list.codes.iter().any(|code| code.code == *number))
        .or_else(|| findings.refuse(FindingCode::CodeUnknown, field))
}
