//! Forms and code lists as they stand in `form/data/*.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Service, Slot};

/// What a service asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Form {
    /// The service.
    pub service: Service,
    /// Named in every packet that was made with it.
    pub version: String,
    /// The card that only some ages may ask for; the service is open to all without it.
    #[serde(default)]
    pub eligible: Option<Card>,
    /// The fields of the application, in the order of the screen.
    pub sections: Vec<Section>,
    /// The fields of each member of the family; empty where no family is asked for.
    #[serde(default)]
    pub members: Vec<Field>,
    #[serde(default)]
    member_group: Option<String>,
    /// The papers that must, or may, be shown (F-1.02, part III).
    pub attachments: Vec<Attachment>,
    /// The captures, in the order of the archive.
    pub captures: Vec<Slot>,
    /// The age in years from which a photo is asked for.
    #[serde(default)]
    pub photo_from_years: i32,
}

impl Form {
    /// The fields of the application without their sections.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The names of all code lists that it asks for.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields().chain(&self.members);
        fields.filter_map(|field| field.list.as_deref())
    }
}

/// A card with an age of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// From 17 years, or married once (UU 24/2013 Art 63).
    Ktp,
    /// Before that (Permendagri 2/2016).
    Kia,
}

/// Fields that stand together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its fields.
    #[serde(default)]
    pub fields: Vec<Field>,
    #[serde(default)]
    group: Option<String>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Its name in a draft, an enrollment and a finding.
    pub name: String,
    /// How it is typed and checked.
    pub kind: FieldKind,
    /// Whether it must be filled when it is asked for.
    #[serde(default)]
    pub required: bool,
    /// The code list of a [`FieldKind::Code`] field.
    #[serde(default)]
    pub list: Option<String>,
    /// When it is asked for; always without it.
    #[serde(default)]
    pub when: Option<Condition>,
}

/// What another field must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Condition {
    /// The other field, of the same person or of the application.
    pub field: String,
    /// What it holds, as typed; anything when this is empty.
    #[serde(rename = "in", default)]
    pub values: Vec<String>,
}

impl Condition {
    /// Whether a text that was typed into the other field fulfils it.
    pub fn holds(&self, typed: &str) -> bool {
        let typed = typed.trim();
        match self.values.as_slice() {
            [] => !typed.is_empty(),
            values => values.iter().any(|value| value == typed),
        }
    }
}

/// A paper that the applicant shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Attachment {
    /// Its name in a draft, an enrollment and a finding.
    pub name: String,
    /// Whether the service needs it. The lists are of medium confidence, so a clerk may do without
    /// one and say why.
    #[serde(default)]
    pub required: bool,
    /// When it is asked for, of the application or of any member; always without it.
    #[serde(default)]
    pub when: Option<Condition>,
}

/// How a field is typed and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum FieldKind {
    Nik,
    KkNumber,
    /// Of the person: written for the first time where the register has no NIK of them yet.
    Name,
    /// Of somebody else, copied from a paper.
    KnownName,
    Text,
    BirthDate,
    Date,
    Code,
    /// `ADA` or `TIDAK ADA`: the word, since the numbers of the form are not certain.
    Presence,
    Count,
    Phone,
    Email,
    Rt,
    Rw,
    Village,
    Postcode,
}

/// A versioned code list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CodeList {
    /// Its name.
    pub name: String,
    /// The regulation that it follows; stored with every code.
    pub version: String,
    /// The codes, in the order of the regulation.
    pub codes: Vec<Code>,
}

/// One entry of a code list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// The number.
    pub code: u8,
    /// The word on the form.
    pub label: String,
    /// How well the source is known, when it is not from two independent ones.
    #[serde(default)]
    pub confidence: Option<String>,
}

/// `forms.json`: groups of fields, and services that are made of them.
#[derive(Deserialize)]
struct Forms {
    groups: BTreeMap<String, Vec<Field>>,
    services: Vec<Form>,
}

impl Forms {
    /// Every service with the fields of its groups.
    fn resolve(self) -> Vec<Form> {
        let fields = |group: &Option<String>| match group {
            Some(name) => self.groups[name].clone(),
            None => Vec::new(),
        };
        let mut services = self.services;
        for form in &mut services {
            form.members = fields(&form.member_group);
            for section in &mut form.sections {
                section.fields.extend(fields(&section.group));
            }
        }
        services
    }
}

/// The forms as they are committed: groups of fields, and services made of them.
pub const FORMS_JSON: &str = include_str!("data/forms.json");
/// The code lists as they are committed.
pub const LISTS_JSON: &str = include_str!("data/lists.json");

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let forms: Forms = serde_json::from_slice(FORMS_JSON.as_bytes()).expect("a test reads it");
    forms.resolve()
});
static LISTS: LazyLock<Vec<CodeList>> =
    LazyLock::new(|| serde_json::from_slice(LISTS_JSON.as_bytes()).expect("a test reads it"));

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
    fn has_a_form_for_every_service() {
        for service in Service::ALL {
            let form = form(*service);
            assert!(form.version.starts_with(service.as_str()));
            assert!(form.fields().count() > 0);
        }
        assert_eq!(FORMS.len(), Service::ALL.len());
    }

    #[test]
    fn has_a_list_for_every_code_field() {
        for form in FORMS.iter() {
            for field in form.fields().chain(&form.members) {
                let has_list = field.list.as_deref().and_then(code_list).is_some();
                assert_eq!(field.kind == FieldKind::Code, has_list, "{}", field.name);
            }
        }
    }

    #[test]
    fn asks_every_condition_of_a_field_that_is_asked_before() {
        for form in FORMS.iter() {
            let application: Vec<_> = form.fields().collect();
            let members: Vec<_> = form.members.iter().collect();
            for fields in [&application, &members] {
                for (n, field) in fields.iter().enumerate() {
                    if let Some(when) = &field.when {
                        let before = fields[..n].iter().any(|other| other.name == when.field);
                        assert!(before, "{}: {}", form.version, field.name);
                    }
                }
            }
            for when in form
                .attachments
                .iter()
                .filter_map(|paper| paper.when.as_ref())
            {
                let asked = application.iter().chain(&members);
                assert!(asked.into_iter().any(|field| field.name == when.field));
            }
        }
    }

    #[test]
    fn names_each_field_of_a_form_once() {
        for form in FORMS.iter() {
            for fields in [
                form.fields().collect::<Vec<_>>(),
                form.members.iter().collect(),
            ] {
                let names: std::collections::BTreeSet<_> = fields.iter().map(|f| &f.name).collect();
                assert_eq!(names.len(), fields.len(), "{}", form.version);
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

    #[test]
    fn asks_for_every_member_what_f_1_01_asks() {
        let form = form(Service::KkNewFamily);
        // Items 14 to 50, a NIK, a nationality, and three more of the stay permit.
        assert_eq!(form.members.len(), 37 + 5);
        let required = form.members.iter().filter(|field| field.required);
        let always: Vec<_> = required
            .filter(|field| field.when.is_none())
            .map(|field| field.name.as_str())
            .collect();
        let expected = [
            "name",
            "shdk",
            "sex",
            "birth_place",
            "birth_date",
            "birth_certificate",
            "blood_type",
            "religion",
            "marital_status",
            "impairment",
            "education",
            "occupation",
            "citizenship",
            "mother_name",
        ];
        assert_eq!(always, expected);
    }
}
