//! The cases of `tests/vectors/rules.json`, each as a draft of which only what it gives is judged.

use std::collections::BTreeMap;

use rekam::draft::{BiometricException, Capture, Draft, DraftId, ExceptionKind, Member};
use rekam::form::{Service, Slot};
use rekam::validate::{Day, Severity};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/rules.json");
/// Stands for a name that the register has: whose NIK is known.
const KNOWN_NIK: &str = "6202062411090001";
/// The fingers in the words of the MOSIP Secure Biometric Interface.
const FINGERS: [&str; 5] = [
    "Thumb",
    "IndexFinger",
    "MiddleFinger",
    "RingFinger",
    "LittleFinger",
];

/// One case.
pub struct Case {
    /// Its id.
    pub id: String,
    /// The draft that it is judged by.
    pub draft: Draft,
    /// The day on which it is judged.
    pub today: Day,
    /// The highest severity that is expected, or `ok`.
    pub level: String,
    /// The codes that are expected, sorted.
    pub codes: Vec<String>,
    /// Its kind: what it exercises.
    pub kind: String,
    /// What it gives beside the input, and what must come out beside the findings.
    pub context: Value,
}

/// Every case of the file.
pub fn all() -> Vec<Case> {
    let file: Value = serde_json::from_str(VECTORS).expect("the file is JSON");
    let today = file["reference_date"].as_str().expect("a day");
    let cases = file["vectors"].as_array().expect("a list");
    cases.iter().map(|case| Case::parse(case, today)).collect()
}

impl Case {
    fn parse(case: &Value, today: &str) -> Self {
        let context = case["context"].clone();
        let today = context["today"].as_str().unwrap_or(today);
        let codes = case["expect"]["codes"].as_array().expect("codes");
        let mut codes: Vec<String> = codes.iter().map(typed).collect();
        codes.sort();
        Self {
            id: typed(&case["id"]),
            draft: draft(&typed(&case["kind"]), &case["input"], &context),
            today: Day::parse_iso(today).expect("a day"),
            level: typed(&case["expect"]["level"]),
            codes,
            kind: typed(&case["kind"]),
            context,
        }
    }

    /// Compares findings with those that are expected.
    pub fn compare<'a>(
        &self,
        findings: impl Iterator<Item = (&'a str, Severity)>,
    ) -> Result<(), String> {
        let (mut codes, severities): (Vec<&str>, Vec<Severity>) = findings.unzip();
        codes.sort_unstable();
        codes.dedup();
        let level = match severities.iter().min() {
            None => "ok",
            Some(Severity::Error) => "error",
            Some(Severity::Warning) => "warning",
            Some(Severity::Info) => "info",
        };
        if codes == self.codes && level == self.level {
            return Ok(());
        }
        let (expected, wanted) = (&self.codes, &self.level);
        Err(format!(
            "{}: {level} {codes:?}, not {wanted} {expected:?}",
            self.id
        ))
    }
}

fn draft(kind: &str, input: &Value, context: &Value) -> Draft {
    let service = match kind {
        "name" | "family" | "marriage" => Service::KkNewFamily,
        _ => Service::KtpFirst,
    };
    let mut draft = Draft::new(DraftId("case".into()), service, 0);
    let mut fields = fields_of(context);
    match kind {
        "nik" | "kk_number" | "birth_date" => {
            fields.insert(kind.into(), typed(input));
        }
        "ktp_eligibility" | "photo_background" => {
            fields.insert("birth_date".into(), typed_day(input));
        }
        "address" => fields.extend(fields_of(input)),
        "biometrics" => biometrics(input, &mut draft),
        "name" => {
            let mut name = BTreeMap::from([("name".into(), typed(input))]);
            if context["existing"] == true {
                name.insert("nik".into(), KNOWN_NIK.into());
            }
            draft.members = vec![member(name)];
        }
        "marriage" => draft.members = vec![member(fields_of(input))],
        "family" => {
            fields.extend(fields_of(input));
            let members = input["members"].as_array().expect("members");
            draft.members = members.iter().map(|one| member(fields_of(one))).collect();
        }
        _ => panic!("no such kind: {kind}"),
    }
    draft.fields = fields;
    draft
}

/// The fields of a form among the members of an object, as a clerk types them.
fn fields_of(object: &Value) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        let (name, text) = match (name.as_str(), value) {
            ("sex", _) => ("sex", if value == "P" { "2" } else { "1" }.to_owned()),
            ("citizenship", _) => (
                "citizenship",
                if value == "WNA" { "2" } else { "1" }.to_owned(),
            ),
            ("domicile", _) => ("village", format!("{}1001", typed(value))),
            (name, _) if name.ends_with("_date") => (name, typed_day(value)),
            (name, Value::String(_) | Value::Number(_)) => (name, typed(value)),
            _ => continue,
        };
        fields.insert(name.to_owned(), text);
    }
    fields
}

fn member(fields: BTreeMap<String, String>) -> Member {
    Member {
        id: "m".into(),
        fields,
        overrides: Vec::new(),
    }
}

/// As many captures of each kind as the case says; what it does not say is complete.
fn biometrics(input: &Value, draft: &mut Draft) {
    let exceptions = input["exceptions"].as_array().cloned().unwrap_or_default();
    draft.exceptions = exceptions.iter().map(exception).collect();
    let excepted: Vec<Slot> = draft.exceptions.iter().map(|one| one.slot).collect();
    let mut take = |count: &Value, wanted: &dyn Fn(Slot) -> bool| {
        let count = count
            .as_u64()
            .map_or(usize::MAX, |n| usize::try_from(n).expect("few"));
        let slots = Slot::ALL
            .into_iter()
            .filter(|slot| wanted(*slot) && !excepted.contains(slot));
        for slot in slots.take(count) {
            draft.put_capture(Capture {
                slot,
                media_type: "image/jp2".into(),
                length: 1,
                sha256: "A".repeat(43),
                captured_at: 0,
                by: None,
            });
        }
    };
    take(&input["photos"], &|slot| slot == Slot::Face);
    take(&input["signatures"], &|slot| slot == Slot::Signature);
    take(&input["fingers"], &Slot::is_finger);
    take(&input["irises"], &Slot::is_iris);
    draft.photo_approved = input["photo_approved"] != false;
}

/// `Right LittleFinger` with a reason, or an object that says it all.
fn exception(value: &Value) -> BiometricException {
    let (place, reason) = match value {
        Value::String(place) => (place.clone(), "diamputasi".to_owned()),
        _ => (typed(&value["slot"]), typed(&value["reason"])),
    };
    let (side, part) = place.split_once(' ').unwrap_or((&place, "iris"));
    let finger = FINGERS.iter().position(|finger| *finger == part);
    let word = match finger {
        Some(n) => ["thumb", "index", "middle", "ring", "little"][n],
        None => "",
    };
    let slot = if word.is_empty() {
        format!("iris_{}", side.to_lowercase())
    } else {
        format!("finger_{}_{word}", side.to_lowercase())
    };
    BiometricException {
        slot: Slot::parse(&slot).expect("there is such a slot"),
        kind: ExceptionKind::Permanent,
        reason,
    }
}

/// A day as a clerk types it.
fn typed_day(iso: &Value) -> String {
    let iso = typed(iso);
    Day::parse_iso(&iso).map_or(iso, Day::typed)
}

fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
