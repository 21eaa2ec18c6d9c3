//! Names after Permendagri 73/2022.
//!
//! Art 4(2): readable, at most 60 letters with spaces, at least two words (advice, not a rule, by
//! the Dirjen). Art 5(3): no digits, no punctuation. Art 8: names that were recorded before stay
//! as they are, so these rules hold only where a name is written for the first time.

use serde::Serialize;

use super::finding::{FindingCode, Findings, one_line};

const LONGEST_CHARACTERS: usize = 60;
/// Short forms that offices ask to write out.
const SHORT_FORMS: [&str; 6] = ["MOH", "MUH", "MHD", "GST", "ABD", "ST"];
/// Titles have fields of their own.
const TITLES: [&str; 13] = [
    "DRS", "DRA", "DR", "IR", "PROF", "H", "HJ", "KH", "SH", "SE", "SPD", "ST", "MSI",
];

/// A name, in upper case with single spaces.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Name(String);

/// Whether the name already stands in the population register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is written for the first time: the rules of 2022 hold.
    First,
    /// It stands there: it is copied as it is.
    Existing,
}

impl Name {
    /// Parses a name; runs of white space become one space.
    pub(super) fn parse(
        text: &str,
        field: &str,
        standing: Standing,
        findings: &mut Findings,
    ) -> Option<Self> {
        let name = one_line(text)?.to_ascii_uppercase();
        let mut sound = true;
        let mut refuse = |code, wrong: bool| {
            if wrong {
                findings.report(code, field);
                sound = false;
            }
        };
        let first = standing == Standing::First;
        refuse(
            FindingCode::NameTooLong,
            name.chars().count() > LONGEST_CHARACTERS,
        );
        refuse(
            FindingCode::NameNotLatin,
            name.chars().any(|c| !c.is_ascii() || c.is_ascii_control()),
        );
        refuse(
            FindingCode::NameHasDigit,
            first && name.bytes().any(|b| b.is_ascii_digit()),
        );
        refuse(
            FindingCode::NameHasPunctuation,
            first && name.bytes().any(|b| b.is_ascii_punctuation()),
        );
        if sound && first {
            advise(&name, field, findings);
        }
        sound.then_some(Self(name))
    }
}

fn advise(name: &str, field: &str, findings: &mut Findings) {
    let words: Vec<&str> = name.split(' ').collect();
    if words.len() == 1 {
        findings.report(FindingCode::NameSingleWord, field);
    }
    if SHORT_FORMS.contains(&words[0]) {
        findings.report(FindingCode::NameAbbreviated, field);
    }
    // A title leads or ends a name; in the middle the same letters are a name of their own.
    let outer = [words[0], words[words.len() - 1]];
    if words.len() > 1 && outer.iter().any(|word| TITLES.contains(word)) {
        findings.report(FindingCode::NameHasTitle, field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, standing: Standing) -> Vec<&'static str> {
        let mut findings = Findings::default();
        Name::parse(text, "name", standing, &mut findings);
        findings
            .all()
            .map(|finding| finding.code.as_str())
            .collect()
    }

    #[test]
    fn holds_first_writings_to_the_rules_of_2022() {
        let check = |text| codes(text, Standing::First);
        assert_eq!(check("SITI AMINAH"), [""; 0]);
        assert_eq!(check("SUTARMI"), ["name_single_word"]);
        assert_eq!(check("BUDI S4NTOSO"), ["name_has_digit"]);
        assert_eq!(check("NUR'AINI SALSABILA"), ["name_has_punctuation"]);
        assert_eq!(check("MOH RIZKI PRATAMA"), ["name_abbreviated"]);
        assert_eq!(check("DRS BAMBANG SUTRISNO"), ["name_has_title"]);
    }

    #[test]
    fn copies_a_name_that_stands_in_the_register_as_it_is() {
        for text in ["SUTARMI", "NUR'AINI", "MUH. RIZKI"] {
            assert_eq!(codes(text, Standing::Existing), [""; 0], "{text}");
        }
        assert_eq!(
            codes(&"A".repeat(61), Standing::Existing),
            ["name_too_long"]
        );
        assert_eq!(codes("SІTI AMINAH", Standing::Existing), ["name_not_latin"]);
        // In upper case they would be an I and an S, which nobody typed.
        assert_eq!(codes("ıwan ſetia", Standing::Existing), ["name_not_latin"]);
    }

    #[test]
    fn writes_names_in_capitals_with_single_spaces() {
        let name = Name::parse(
            "  siti   aminah ",
            "name",
            Standing::First,
            &mut Findings::default(),
        );
        assert!(name == Some(Name("SITI AMINAH".into())));
    }
}
