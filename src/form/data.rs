//! Forms and code lists as they stand in `form/data/*.json`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Service, Slot};

/// What a service asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The service.
    pub service: Service,
    /// Named in every packet that was made with it.
    pub version: String,
    /// The fields, in the order of the screen.
    pub fields: Vec<Field>,
    /// The captures, in the order of the archive.
    pub captures: Vec<Slot>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name in a draft, an enrollment and a finding.
    pub name: String,
    /// How it is typed and checked.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
    /// The code list of a [`FieldKind::Code`] field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub list: Option<String>,
}

/// How a field is typed and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum FieldKind {
    Nik,
    Name,
    Text,
    Date,
    Code,
    Rt,
    Rw,
    Village,
}

/// A versioned code list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeList {
    /// Its name.
    pub name: String,
    /// The regulation that it follows; stored with every code.
    pub version: String,
    /// The codes, in the order of the regulation.
    pub codes: Vec<Code>,
}

/// One entry of a code list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The number.
    pub code: u8,
    /// The word on the form.
    pub label: String,
    /// How well the source is known, when it is not from two independent ones.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confidence: Option<String>,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    serde_json::from_slice(include_bytes!("data/forms.json")).expect("a test reads it")
});
static LISTS: LazyLock<Vec<CodeList>> = LazyLock::new(|| {
    serde_json::from_slice(include_bytes!("data/lists.json")).expect("a test reads it")
});

/// The form of a service.
pub fn form(service: Service) -> &'static Form {
    FORMS
        .iter()
        .find(|form| form.service == service)
        .expect("every service has a form")
}

/// A code list by name.
pub fn code_list(name: &str) -> Option<&'static CodeList> {
    LISTS.iter().find(|list| list.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_list_for_every_code_field() {
        for field in FORMS.iter().flat_map(|form| &form.fields) {
            assert_eq!(
                field.kind == FieldKind::Code,
                field.list.is_some(),
                "{}",
                field.name
            );
            if let Some(list) = &field.list {
                assert!(code_list(list).is_some(), "{list}");
            }
        }
    }

    #[test]
    fn follows_the_99_occupations_of_permendagri_109_2019() {
        let list = code_list("occupation").unwrap();
        assert_eq!(list.codes.len(), 99);
        assert_eq!(list.codes[88].label, "ANGGOTA LEMBAGA TINGGI LAINNYA");
        assert_eq!(list.codes[98].label, "LAINNYA");
        assert!(
            list.codes
                .iter()
                .enumerate()
                .all(|(i, code)| usize::from(code.code) == i + 1)
        );
    }
}
