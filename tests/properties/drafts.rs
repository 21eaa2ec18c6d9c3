//! Drafts: whatever was typed, every finding comes at once, and what passes is what was typed.

use proptest::prelude::*;
use rekam::draft::{BiometricException, Capture, Draft, DraftId, ExceptionKind};
use rekam::form::{Service, Slot, form};
use rekam::validate::{self, Day, Severity};
use serde_json::Value;

use crate::support::applicant::Applicant;
use crate::support::today;

/// A draft in which nothing is wrong.
fn sound() -> Draft {
    let mut draft = Draft::new(DraftId("d".into()), Service::KtpFirst, 0);
    let fields = Applicant::slim(0).fields();
    draft.fields = fields
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    for slot in Slot::ALL {
        draft.put_capture(Capture {
            slot,
            media_type: "image/jp2".into(),
            length: 1,
            sha256: "A".repeat(43),
            captured_at: 0,
        });
    }
    draft.photo_approved = true;
    draft
}

/// The name of a field of the form.
fn field() -> impl Strategy<Value = String> {
    let names: Vec<String> = form(Service::KtpFirst)
        .fields
        .iter()
        .map(|field| field.name.clone())
        .collect();
    prop::sample::select(names)
}

/// Texts of every kind: anything, and such as are nearly right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{0,20}",
        "[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{1,4}",
        r"62\.?02\.?16\.?[0-9]{0,5}",
        "[A-Za-zÀ-ÿ.' ]{0,70}",
        r"[ \t\n\u{a0}\u{3000}]{0,5}",
        "[0-9٠-٩０-９]{1,16}",
    ]
}

fn slot() -> impl Strategy<Value = Slot> {
    prop::sample::select(Slot::ALL.to_vec())
}

fn exceptions() -> impl Strategy<Value = Vec<BiometricException>> {
    let kind = prop::sample::select(vec![ExceptionKind::Temporary, ExceptionKind::Permanent]);
    let exception = (slot(), kind, any::<String>());
    prop::collection::vec(exception, 0..5).prop_map(|exceptions| {
        let exception = |(slot, kind, reason)| BiometricException { slot, kind, reason };
        exceptions.into_iter().map(exception).collect()
    })
}

/// Whether `check` and `parse` agree, and no finding is empty of a place.
fn agree(draft: &Draft, today: Day) -> Result<(), TestCaseError> {
    let findings = validate::check(draft, today);
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    prop_assert_eq!(validate::parse(draft, today).is_ok(), errors == 0);
    prop_assert!(
        findings.is_sorted_by_key(|finding| finding.severity),
        "errors come first"
    );
    prop_assert!(findings.iter().all(|finding| !finding.field.is_empty()));
    Ok(())
}

#[test]
fn finds_nothing_in_a_sound_draft() {
    assert_eq!(validate::check(&sound(), today()), []);
}

proptest! {
    #[test]
    fn no_draft_ends_the_program(
        fields in prop::collection::btree_map(
            prop_oneof![field().boxed(), any::<String>().boxed()], text(), 0..16),
        photo_approved in any::<bool>(),
        exceptions in exceptions(),
        missing in prop::collection::vec(slot(), 0..14),
        (year, month, day) in (-9999..=9999i32, 1..=12u8, 1..=28u8),
    ) {
        let mut draft = sound();
        draft.fields.extend(fields);
        draft.photo_approved = photo_approved;
        draft.exceptions = exceptions;
        missing.into_iter().for_each(|slot| draft.remove_capture(slot));
        agree(&draft, Day::new(year, month, day).expect("there is such a day"))?;
    }

    #[test]
    fn finds_what_is_wrong_in_the_field_where_it_is(name in field(), text in text()) {
        let mut draft = sound();
        draft.fields.insert(name.clone(), text);
        agree(&draft, today())?;
        for finding in validate::check(&draft, today()) {
            if finding.severity == Severity::Error {
                prop_assert_eq!(&finding.field, &name);
            }
        }
    }

    #[test]
    fn seals_a_parsed_field_that_parses_to_itself(name in field(), text in text()) {
        let mut draft = sound();
        draft.fields.insert(name, text);
        let Ok(enrollment) = validate::parse(&draft, today()) else { return Ok(()) };
        let json: Value = serde_json::from_slice(&enrollment.to_json()).expect("it is JSON");
        let mut again = draft.clone();
        for field in &form(Service::KtpFirst).fields {
            let text = match &json[&field.name] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            again.fields.insert(field.name.clone(), text);
        }
        // A day is typed the other way round than it is sealed.
        let date: Vec<&str> = json["birth_date"].as_str().expect("a day").split('-').rev().collect();
        again.fields.insert("birth_date".into(), date.join("-"));
        let again = validate::parse(&again, today()).expect("it passed before");
        prop_assert!(again.to_json() == enrollment.to_json());
    }

    #[test]
    fn keeps_every_draft_as_it_was_typed(
        fields in prop::collection::btree_map(any::<String>(), any::<String>(), 0..8),
        exceptions in exceptions(),
        saved_at in any::<u64>(),
    ) {
        let draft = Draft { fields, exceptions, saved_at, ..sound() };
        let json = serde_json::to_vec(&draft).expect("it is JSON");
        prop_assert!(serde_json::from_slice::<Draft>(&json).expect("it reads") == draft);
    }
}
