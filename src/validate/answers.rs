//! What one person, or the application as a whole, answered: every field parsed.
//!
//! In: what was typed into the fields of a form. Out: a value for each field that is asked for and
//! sound, and findings for the others.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::address::{Neighbourhood, Postcode, Text, Village};
use super::code::{self, Presence};
use super::date::Day;
use super::finding::{FindingCode, Findings};
use super::kk::KkNumber;
use super::name::{Name, Standing};
use super::nik::Nik;
use crate::form::{Field, FieldKind};

/// What was typed, by field.
pub(super) type Typed = BTreeMap<String, String>;

/// How much of a draft is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that the form asks for: what is not there is missing.
    Whole,
    /// What is there. A field that was never typed into is not asked for.
    Given,
}

/// A parsed value.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    Nik(Nik),
    Kk(KkNumber),
    Name(Name),
    Text(Text),
    Day(Day),
    Number(u8),
    Presence(Presence),
    Neighbourhood(Neighbourhood),
    Village(Village),
    Postcode(Postcode),
}

/// The values of the fields, in the order of the form.
#[derive(Clone, Default)]
pub struct Answers(Vec<(&'static str, Value)>);

impl Answers {
    /// Parses every field that is asked for. `skipped` takes the paths of the others.
    pub(super) fn parse(
        fields: &[&'static Field],
        typed: &Typed,
        today: Day,
        extent: Extent,
        findings: &mut Findings,
        skipped: &mut Vec<String>,
    ) -> Self {
        let text_of = |name: &str| typed.get(name).map_or("", |text| text.trim());
        // Whom the register has no NIK of is written into it for the first time.
        let unregistered = fields
            .iter()
            .any(|field| field.name == "nik" && !field.required && text_of("nik").is_empty());
        let standing = if unregistered {
            Standing::First
        } else {
            Standing::Existing
        };
        let mut answers = Vec::with_capacity(fields.len());
        for field in fields {
            let asked = field
                .when
                .as_ref()
                .is_none_or(|when| when.holds(text_of(&when.field)));
            if !asked {
                skipped.push(findings.path(&field.name));
                continue;
            }
            if extent == Extent::Given && !typed.contains_key(&field.name) {
                continue;
            }
            let text = text_of(&field.name);
            if text.is_empty() {
                if field.required {
                    findings.report(code_for_empty(field.kind), &field.name);
                }
            } else if let Some(value) = parse_value(field, text, today, standing, findings) {
                answers.push((field.name.as_str(), value));
            }
        }
        Self(answers)
    }

    /// The NIK in a field.
    pub(super) fn nik(&self, field: &str) -> Option<&Nik> {
        match self.value(field)? {
            Value::Nik(nik) => Some(nik),
            _ => None,
        }
    }

    /// Every NIK with its field.
    pub(super) fn niks(&self) -> impl Iterator<Item = (&'static str, &Nik)> {
        self.0.iter().filter_map(|(field, value)| match value {
            Value::Nik(nik) => Some((*field, nik)),
            _ => None,
        })
    }

    /// The number of the family card.
    pub(super) fn kk_number(&self) -> Option<&KkNumber> {
        match self.value("kk_number")? {
            Value::Kk(number) => Some(number),
            _ => None,
        }
    }

    /// The date in a field.
    pub(super) fn day(&self, field: &str) -> Option<Day> {
        match self.value(field)? {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// The code or count in a field.
    pub(super) fn number(&self, field: &str) -> Option<u8> {
        match self.value(field)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The district of the village.
    pub(super) fn district(&self) -> Option<u32> {
        match self.value("village")? {
            Value::Village(village) => Some(village.district()),
            _ => None,
        }
    }

    fn value(&self, field: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }
}

/// One key for each field.
impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, value)| (field, value)))
    }
}

const fn code_for_empty(kind: FieldKind) -> FindingCode {
    match kind {
        FieldKind::Nik => FindingCode::NikRequired,
        FieldKind::Name | FieldKind::KnownName => FindingCode::NameRequired,
        _ => FindingCode::FieldRequired,
    }
}

fn parse_value(
    field: &Field,
    text: &str,
    today: Day,
    standing: Standing,
    findings: &mut Findings,
) -> Option<Value> {
    let name = field.name.as_str();
    Some(match field.kind {
        FieldKind::Nik => Value::Nik(Nik::parse(text, name, today, findings)?),
        FieldKind::KkNumber => Value::Kk(KkNumber::parse(text, name, today, findings)?),
        FieldKind::Name => Value::Name(Name::parse(text, name, standing, findings)?),
        FieldKind::KnownName => Value::Name(Name::parse(text, name, Standing::Existing, findings)?),
        FieldKind::Text => Value::Text(Text::parse(text, name, findings)?),
        FieldKind::BirthDate => Value::Day(Day::parse_birth(text, name, today, findings)?),
        FieldKind::Date => Value::Day(Day::parse(text, name, findings)?),
        FieldKind::Code => {
            let list = field.list.as_deref().unwrap_or_default();
            Value::Number(code::parse(text, name, list, findings)?)
        }
        FieldKind::Presence => Value::Presence(Presence::parse(text, name, findings)?),
        FieldKind::Count => Value::Number(code::parse_count(text, name, findings)?),
        FieldKind::Phone => {
            code::look_at_phone(text, name, findings);
            Value::Text(Text::parse(text, name, findings)?)
        }
        FieldKind::Email => {
            code::look_at_email(text, name, findings);
            Value::Text(Text::parse(text, name, findings)?)
        }
        FieldKind::Rt => Value::Neighbourhood(Neighbourhood::parse_rt(text, name, findings)?),
        FieldKind::Rw => Value::Neighbourhood(Neighbourhood::parse_rw(text, name, findings)?),
        FieldKind::Village => Value::Village(Village::parse(text, name, findings)?),
        FieldKind::Postcode => Value::Postcode(Postcode::parse(text, name, findings)?),
    })
}
