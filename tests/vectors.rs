//! The rules by the cases of `tests/vectors/rules.json`, natively and in browsers alike.

#[path = "support/cases.rs"]
mod cases;

use cases::Case;
use rekam::validate::{Extent, examine};
use serde_json::Value;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

#[test]
fn judges_every_case_as_expected() {
    let cases = cases::all();
    assert!(cases.len() > 90, "the file is read");
    let failures: Vec<String> = cases.iter().filter_map(|case| judge(case).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What came out otherwise than expected.
fn judge(case: &Case) -> Result<(), String> {
    let seen = examine(&case.draft, case.today, Extent::Given);
    case.compare(
        seen.findings
            .iter()
            .map(|finding| (finding.code.as_str(), finding.severity)),
    )?;
    let seen = serde_json::to_value(&seen).expect("it is JSON");
    if let Some(result) = case.context["result"].as_str() {
        let field = match case.kind.as_str() {
            "photo_background" => "photoBackground",
            _ => "eligibility",
        };
        if seen[field] != result {
            return Err(format!("{}: {}, not {result}", case.id, seen[field]));
        }
    }
    let normalized = match &case.context["normalized"] {
        Value::String(text) => vec![(case.kind.as_str(), text.as_str())],
        Value::Object(fields) => fields
            .iter()
            .map(|(field, text)| (field.as_str(), text.as_str().expect("a text")))
            .collect(),
        _ => Vec::new(),
    };
    for (field, expected) in normalized {
        let values = [&seen["values"][field], &seen["members"][0][field]];
        if !values.into_iter().any(|value| value == expected) {
            return Err(format!("{}: {field} is not normalized", case.id));
        }
    }
    Ok(())
}
