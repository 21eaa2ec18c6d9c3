//! All that the rules say of a draft on a day: findings, values, and what a form can suggest.

use serde::Serialize;

use super::answers::{Answers, Extent, Typed};
use super::date::Day;
use super::finding::{Finding, Findings};
use super::person::{Eligibility, PhotoBackground};
use super::{attachments, biometrics, family, person};
use crate::draft::Draft;
use crate::form::{Field, Form, Slot, form};

/// What the rules say of a draft.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Examination {
    /// Every finding, errors first.
    pub findings: Vec<Finding>,
    /// What would be sealed of the application.
    pub values: Answers,
    /// What would be sealed of each member.
    pub members: Vec<Answers>,
    /// The paths of the fields that are not asked for as things stand.
    pub skipped: Vec<String>,
    /// The papers that are asked for as things stand.
    pub attachments: Vec<&'static str>,
    /// The captures that are asked for as things stand.
    pub captures: Vec<Slot>,
    /// What may be meant by fields that are empty.
    pub suggestions: Vec<Suggestion>,
    /// What the applicant may ask for; absent until it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eligibility: Option<Eligibility>,
    /// The colour behind the face; absent until it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_background: Option<PhotoBackground>,
}

/// What may be meant by a field that is empty, as one would type it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The path of the field.
    pub field: String,
    /// What to type.
    pub value: String,
}

/// Everything parsed, and what was found on the way.
pub(super) struct Parsed<'a> {
    pub(super) form: &'static Form,
    pub(super) application: Answers,
    pub(super) members: Vec<Answers>,
    pub(super) skipped: Vec<String>,
    pub(super) captures: Vec<Slot>,
    pub(super) findings: Findings<'a>,
}

/// Parses every field, so that all findings come at once, then compares what was parsed.
pub(super) fn parse(draft: &Draft, today: Day, extent: Extent) -> Parsed<'_> {
    let form = form(draft.service);
    let mut findings = Findings::default();
    let mut skipped = Vec::new();
    let mut answers = |fields: &[&'static Field], typed: &Typed, findings: &mut Findings| {
        Answers::parse(fields, typed, today, extent, findings, &mut skipped)
    };

    findings.enter(String::new(), &draft.overrides);
    let fields: Vec<_> = form.fields().collect();
    let application = answers(&fields, &draft.fields, &mut findings);
    let domicile = application.district();
    person::check(&application, domicile, &mut findings);
    if let Some(card) = form.eligible {
        person::check_card(&application, card, today, &mut findings);
    }

    let mut members = Vec::new();
    if !form.members.is_empty() {
        let fields: Vec<_> = form.members.iter().collect();
        for (n, member) in draft.members.iter().enumerate() {
            findings.enter(format!("members.{n}."), &member.overrides);
            let member = answers(&fields, &member.fields, &mut findings);
            person::check(&member, domicile, &mut findings);
            members.push(member);
        }
        findings.enter(String::new(), &draft.overrides);
        family::check(&application, &members, extent, &mut findings);
    }
    family::check_kk_number(&application, &members, &mut findings);
    if extent == Extent::Whole {
        attachments::check(draft, form, &mut findings);
    }
    let birth_date = application.day("birth_date");
    let age = birth_date.map(|birth| birth.years_until(today));
    if extent == Extent::Whole || biometrics::were_begun(draft) {
        biometrics::check(draft, form, age, &mut findings);
    }
    Parsed {
        form,
        application,
        members,
        skipped,
        captures: biometrics::asked(form, age).collect(),
        findings,
    }
}

/// Examines a draft on the day of recording.
pub fn examine(draft: &Draft, today: Day, extent: Extent) -> Examination {
    let parsed = parse(draft, today, extent);
    let attachments = attachments::asked(draft, parsed.form)
        .map(|paper| paper.name.as_str())
        .collect();
    Examination {
        suggestions: suggestions(draft, &parsed, today),
        eligibility: person::eligibility(&parsed.application, today),
        photo_background: person::photo_background(&parsed.application),
        findings: parsed.findings.into_sorted(),
        values: parsed.application,
        members: parsed.members,
        skipped: parsed.skipped,
        captures: parsed.captures,
        attachments,
    }
}

/// Sex and birth date out of each NIK, where they are not typed yet.
fn suggestions(draft: &Draft, parsed: &Parsed<'_>, today: Day) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    let mut read = |answers: &Answers, typed: &Typed, scope: &str| {
        let Some(nik) = answers.nik("nik") else {
            return;
        };
        let (sex, birth_date) = nik.reading(today);
        let birth_date = birth_date.map(Day::typed);
        for (field, value) in [("sex", Some(sex.to_string())), ("birth_date", birth_date)] {
            let empty = typed.get(field).is_none_or(|text| text.trim().is_empty());
            if let Some(value) = value.filter(|_| empty) {
                let field = format!("{scope}{field}");
                suggestions.push(Suggestion { field, value });
            }
        }
    };
    read(&parsed.application, &draft.fields, "");
    for (n, (answers, member)) in parsed.members.iter().zip(&draft.members).enumerate() {
        read(answers, &member.fields, &format!("members.{n}."));
    }
    suggestions
}
