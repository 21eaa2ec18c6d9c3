//! Drafts: whatever was typed, every finding comes at once, and what passes is what was typed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rekam::draft::{BiometricException, Capture, Draft, DraftId, ExceptionKind, Member, Override};
use rekam::form::{Service, Slot, form};
use rekam::validate::{self, Day, Extent, FindingCode, Severity, examine};
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
            by: None,
        });
    }
    draft.photo_approved = true;
    draft.attachments = vec!["family_card".into()];
    draft
}

/// The name of a field of the form.
fn field() -> impl Strategy<Value = String> {
    let names: Vec<String> = form(Service::KtpFirst)
        .fields()
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

/// Whether a field or a paper is asked for because of what another field holds.
fn hangs_on(place: &str, field: &str) -> bool {
    let form = form(Service::KtpFirst);
    let fields = form.fields().map(|one| (&one.name, &one.when));
    let papers = form.attachments.iter().map(|one| (&one.name, &one.when));
    fields.chain(papers).any(|(name, when)| {
        let because = when.as_ref().map(|when| when.field.as_str());
        name == place && because == Some(field)
    })
}

fn slot() -> impl Strategy<Value = Slot> {
    prop::sample::select(Slot::ALL.to_vec())
}

fn any_service() -> impl Strategy<Value = Service> {
    prop::sample::select(Service::ALL.to_vec())
}

/// Texts in some of these fields.
fn typed(names: impl Iterator<Item = String>) -> impl Strategy<Value = BTreeMap<String, String>> {
    let names: Vec<String> = names.chain(["nik".into()]).collect();
    let small = "[0-9]{1,2}";
    let text = prop_oneof![
        text().boxed(),
        small.boxed(),
        Just("ADA".to_owned()).boxed()
    ];
    prop::collection::btree_map(prop::sample::select(names), text, 0..40)
}

/// Field, code, reason.
fn overrides() -> impl Strategy<Value = Vec<(String, String, String)>> {
    let codes = FindingCode::ALL.iter().map(|code| code.as_str().to_owned());
    let code = prop::sample::select(codes.collect::<Vec<_>>());
    prop::collection::vec((field(), code, any::<String>()), 0..4)
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
                let place = &finding.field;
                prop_assert!(*place == name || hangs_on(place, &name), "{} for {}", place, name);
            }
        }
    }

    #[test]
    fn no_draft_of_any_service_ends_the_program(
        (service, fields, members) in any_service().prop_flat_map(|service| {
            let member = typed(form(service).members.iter().map(|field| field.name.clone()));
            let application = typed(form(service).fields().map(|field| field.name.clone()));
            (Just(service), application, prop::collection::vec(member, 0..6))
        }),
        overrides in overrides(),
        extent in prop::sample::select(vec![Extent::Whole, Extent::Given]),
    ) {
        let mut draft = Draft { service, fields, ..sound() };
        let overrides: Vec<Override> = overrides
            .into_iter()
            .map(|(field, code, reason)| Override { field, code, reason })
            .collect();
        draft.members = members.into_iter().map(|fields| {
            Member { id: "m".into(), fields, overrides: overrides.clone() }
        }).collect();
        draft.overrides = overrides;
        agree(&draft, today())?;
        examine(&draft, today(), extent);
    }

    #[test]
    fn seals_a_parsed_field_that_parses_to_itself(
        (service, fields) in any_service().prop_flat_map(|service| {
            (Just(service), typed(form(service).fields().map(|field| field.name.clone())))
        }),
    ) {
        let mut draft = Draft { service, fields, ..sound() };
        let sealed = serde_json::to_value(examine(&draft, today(), Extent::Given)).expect("JSON");
        for (name, value) in sealed["values"].as_object().expect("an object") {
            let text = match value {
                // A day is typed the other way round than it is sealed.
                Value::String(text) => Day::parse_iso(text).map_or(text.clone(), Day::typed),
                other => other.to_string(),
            };
            draft.fields.insert(name.clone(), text);
        }
        let again = serde_json::to_value(examine(&draft, today(), Extent::Given)).expect("JSON");
        prop_assert_eq!(&again["values"], &sealed["values"]);
    }

    #[test]
    fn types_a_day_that_parses_to_itself(
        (year, month, day) in (0..=9999i32, 1..=12u8, 1..=28u8),
    ) {
        let day = Day::new(year, month, day).expect("there is such a day");
        prop_assert_eq!(Day::parse_iso(&day.to_string()), Some(day));
        let mut draft = Draft::new(DraftId("d".into()), Service::KkMemberRemoved, 0);
        draft.fields.insert("removal_date".into(), day.typed());
        let seen = serde_json::to_value(examine(&draft, today(), Extent::Given)).expect("JSON");
        prop_assert_eq!(&seen["values"]["removal_date"], &Value::from(day.to_string()));
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
