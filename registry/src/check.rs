//! `registry check`: what the rules say of an enrollment.
//!
//! In: `enrollment.json` as a packet holds it, or a draft as the npm package hands it out. Out: the
//! findings as JSON. Nothing of what the file holds is in them but paths and codes.

use std::collections::BTreeMap;
use std::path::Path;

use rekam::draft::{BiometricException, Capture, Draft, DraftId, Member, Override};
use rekam::form::{Field, Service, Slot, form};
use rekam::validate::{Day, Extent, Finding, examine};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::serve::Failure;

/// Reads a file and judges it as of a day.
pub(crate) fn check(file: &Path, today: Day, extent: Extent) -> Result<Vec<Finding>, Failure> {
    let read = std::fs::read(file)?;
    // The parser's message would quote the file.
    let json: Value = serde_json::from_slice(&read).map_err(|_| "the file is no JSON")?;
    let mut draft = draft(&json)?;
    if extent == Extent::Whole && json.get("captures").is_none() {
        let slots = captured_beside(file).unwrap_or_else(|| {
            eprintln!("registry: no packet.json beside it: the captures are not looked at");
            form(draft.service).captures.clone()
        });
        draft.captures.extend(slots.into_iter().map(capture));
    }
    Ok(examine(&draft, today, extent).findings)
}

fn draft(json: &Value) -> Result<Draft, Failure> {
    let service: Service = part(json, "service")?.ok_or("the file names no service")?;
    let form = form(service);
    let fields: Vec<&Field> = form.fields().collect();
    let members: Vec<&Field> = form.members.iter().collect();
    let mut draft = Draft::new(DraftId(String::new()), service, 0);
    let fields_of_draft = json.get("fields").and_then(Value::as_object);
    draft.fields = typed(fields_of_draft.or(json.as_object()), &fields);
    let rows: Vec<Value> = part(json, "members")?.unwrap_or_default();
    for row in &rows {
        let fields_of_draft = row.get("fields").and_then(Value::as_object);
        draft.members.push(Member {
            id: String::new(),
            fields: typed(fields_of_draft.or(row.as_object()), &members),
            overrides: part(row, "overrides")?.unwrap_or_default(),
        });
    }
    draft.attachments = part(json, "attachments")?.unwrap_or_default();
    draft.overrides = part(json, "overrides")?.unwrap_or_default();
    draft.exceptions = part::<Vec<BiometricException>>(json, "exceptions")?.unwrap_or_default();
    let approved = ["photo_approved", "photoApproved"];
    draft.photo_approved = approved.iter().any(|name| json[name] == true);
    let captures: Vec<Value> = part(json, "captures")?.unwrap_or_default();
    for taken in &captures {
        let word = taken
            .as_str()
            .or(taken["slot"].as_str())
            .unwrap_or_default();
        let slot = Slot::parse(word).ok_or("a capture is in no slot that there is")?;
        draft.captures.push(capture(slot));
    }
    answer_for(&mut draft, part(json, "findings")?.unwrap_or_default());
    Ok(draft)
}

/// A note of a sealed enrollment.
#[derive(Deserialize)]
struct Note {
    code: String,
    field: String,
    #[serde(default)]
    reason: Option<String>,
}

/// What was answered for when it was sealed is answered for still.
fn answer_for(draft: &mut Draft, notes: Vec<Note>) {
    for note in notes {
        let Some(reason) = note.reason else { continue };
        let code = note.code;
        let of_member = note.field.strip_prefix("members.").and_then(|path| {
            let (n, field) = path.split_once('.')?;
            let member = draft.members.get_mut(n.parse::<usize>().ok()?)?;
            Some((&mut member.overrides, field.to_owned()))
        });
        let (overrides, field) = match of_member {
            Some(found) => found,
            None => (&mut draft.overrides, note.field.clone()),
        };
        overrides.push(Override {
            field,
            code,
            reason,
        });
    }
}

/// What a clerk would have typed. A day is sealed the other way round.
fn typed(values: Option<&Map<String, Value>>, fields: &[&Field]) -> BTreeMap<String, String> {
    let mut typed = BTreeMap::new();
    for field in fields {
        let text = match values.and_then(|values| values.get(&field.name)) {
            Some(Value::String(text)) => Day::parse_iso(text).map_or(text.clone(), Day::typed),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        typed.insert(field.name.clone(), text);
    }
    typed
}

/// The slots that `packet.json` in the same folder names.
fn captured_beside(file: &Path) -> Option<Vec<Slot>> {
    let index = std::fs::read(file.with_file_name("packet.json")).ok()?;
    let index: Value = serde_json::from_slice(&index).ok()?;
    let entries = index["entries"].as_array()?.iter();
    Some(
        entries
            .filter_map(|entry| Slot::parse(entry["slot"].as_str()?))
            .collect(),
    )
}

fn capture(slot: Slot) -> Capture {
    Capture {
        slot,
        media_type: String::new(),
        length: 1,
        sha256: String::new(),
        captured_at: 0,
        by: None,
    }
}

/// A member of the file, in its shape.
fn part<T: for<'de> Deserialize<'de>>(json: &Value, name: &str) -> Result<Option<T>, Failure> {
    let Some(value) = json.get(name) else {
        return Ok(None);
    };
    let part = T::deserialize(value).map_err(|_| format!("`{name}` has another shape"))?;
    Ok(Some(part))
}
