//! Codes of the versioned lists, and the words and numbers that a form asks for.

use serde::Serialize;

use super::finding::{FindingCode, Findings};
use crate::form::code_list;

/// Parses the number of a code that is in its list.
pub(super) fn parse(text: &str, field: &str, list: &str, findings: &mut Findings) -> Option<u8> {
    let list = code_list(list).expect("every code field has its list: tested with the forms");
    whole_number(text)
        .filter(|number| list.codes.iter().any(|code| code.code == *number))
        .or_else(|| findings.refuse(FindingCode::CodeUnknown, field))
}

/// Parses how many there are, 1 to 99.
pub(super) fn parse_count(text: &str, field: &str, findings: &mut Findings) -> Option<u8> {
    whole_number(text)
        .filter(|number| (1..=99).contains(number))
        .or_else(|| findings.refuse(FindingCode::CountFormat, field))
}

/// A number as one writes it: no sign, no leading zero.
fn whole_number(text: &str) -> Option<u8> {
    let text = text.trim();
    let number: u8 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Whether there is one. **The word is exchanged**: which number means which is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Presence {
    /// `ADA`
    #[serde(rename = "ADA")]
    Present,
    /// `TIDAK ADA`
    #[serde(rename = "TIDAK ADA")]
    Absent,
}

impl Presence {
    /// Parses the word.
    pub(super) fn parse(text: &str, field: &str, findings: &mut Findings) -> Option<Self> {
        match text.trim() {
            "ADA" => Some(Self::Present),
            "TIDAK ADA" => Some(Self::Absent),
            _ => findings.refuse(FindingCode::CodeUnknown, field),
        }
    }
}

/// Looks at a telephone number: wrong or not, it stops nobody.
pub(super) fn look_at_phone(text: &str, field: &str, findings: &mut Findings) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let formed = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b" +-()".contains(&b));
    if !formed || !(6..=15).contains(&digits) {
        findings.report(FindingCode::PhoneFormat, field);
    }
}

/// Looks at an e-mail address: wrong or not, it stops nobody.
pub(super) fn look_at_email(text: &str, field: &str, findings: &mut Findings) {
    let sides: Vec<&str> = text.trim().split('@').collect();
    if sides.len() != 2 || sides.iter().any(|side| side.is_empty()) {
        findings.report(FindingCode::EmailFormat, field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_number_as_one_writes_it() {
        let parse = |text| parse(text, "religion", "religion", &mut Findings::default());
        assert_eq!(parse(" 7 "), Some(7));
        for text in ["07", "+7", "8", "0", "256", "ISLAM", "٧"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_advises_on_phone_and_email() {
        let mut findings = Findings::default();
        for text in ["+62 812-3456-7890", "(0531) 123456"] {
            look_at_phone(text, "phone", &mut findings);
        }
        look_at_email("a@b.id", "email", &mut findings);
        assert_eq!(findings.all().count(), 0);
        look_at_phone("12345", "phone", &mut findings);
        look_at_email("a@b@c", "email", &mut findings);
        assert_eq!(findings.all().count(), 2);
        assert!(!findings.has_errors());
    }
}
