//! `registry check`: the same rules at the other end.

use std::path::Path;
use std::process::{Command, Output};

use rekam::validate::Severity;
use serde_json::{Value, json};

use crate::cases;

fn check(file: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_registry"))
        .arg("check")
        .arg(file)
        .args(arguments)
        .output()
        .unwrap()
}

fn check_json(json: &Value, arguments: &[&str]) -> (Vec<Value>, Output) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("enrollment.json");
    std::fs::write(&file, json.to_string()).unwrap();
    let output = check(&file, arguments);
    let findings = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (findings, output)
}

#[test]
fn judges_every_case_of_the_vectors_as_the_station_does() {
    for case in cases::all() {
        let draft = serde_json::to_value(&case.draft).unwrap();
        let today = case.today.to_string();
        let (findings, output) = check_json(&draft, &["--given", "--today", &today]);
        let judged = findings.iter().map(|finding| {
            let severity = match finding["severity"].as_str().unwrap() {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                _ => Severity::Info,
            };
            (finding["code"].as_str().unwrap(), severity)
        });
        assert_eq!(case.compare(judged), Ok(()));
        assert_eq!(output.status.code(), Some(i32::from(case.level == "error")));
    }
}

/// As a packet of a family holds it.
fn sealed() -> Value {
    let member = |nik: &str, name: &str, shdk: u8, born: &str| {
        json!({ "nik": nik, "name": name, "shdk": shdk, "sex": 1, "birth_place": "SAMPIT",
            "birth_date": born, "birth_certificate": "TIDAK ADA", "blood_type": 13, "religion": 4,
            "marital_status": 1, "impairment": "TIDAK ADA", "education": 3, "occupation": 9,
            "citizenship": 1, "mother_name": "IBU CONTOH" })
    };
    json!({ "service": "kk_split", "applicant_nik": "6202162411850001",
        "applicant_name": "KEPALA CONTOH", "head_name": "KEPALA CONTOH", "member_count": 2,
        "address": "JALAN CONTOH", "rt": "003", "rw": "001", "village": "62.02.16.2004",
        "kk_number": "6202161708200005",
        "members": [
            member("6202162411850001", "KEPALA CONTOH", 1, "1985-11-24"),
            member("9902010101990001", "SAUDARA CONTOH", 9, "1999-01-01"),
        ],
        "attachments": ["old_family_card"], "photo_approved": false, "exceptions": [],
        "findings": [{ "code": "nik_region_unknown", "field": "members.1.nik", "reason": "lihat KTP" }] })
}

#[test]
fn reads_what_a_packet_holds_with_what_was_answered_for() {
    let (findings, output) = check_json(&sealed(), &["--today", "2026-11-24"]);
    assert_eq!(output.status.code(), Some(0), "{findings:?}");
    let region = json!({ "code": "nik_region_unknown", "severity": "warning",
        "field": "members.1.nik", "override": "given" });
    assert_eq!(findings.first(), Some(&region));

    let mut changed = sealed();
    changed["findings"] = json!([]);
    changed["members"][0]["shdk"] = json!(9);
    changed["rt"] = json!("A1");
    let (findings, output) = check_json(&changed, &["--today", "2026-11-24"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = findings.iter().filter(|one| one["severity"] == "error");
    let errors: Vec<_> = errors.map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(
        errors,
        ["rt_not_digits", "nik_region_unknown", "family_head_missing"]
    );
}

#[test]
fn says_what_is_wrong_with_the_file_without_quoting_it() {
    for (text, said) in [
        ("{\"nik\": \"6202162411090001", "no JSON"),
        ("{\"nik\": \"6202162411090001\"}", "names no service"),
        (
            "{\"service\": \"6202162411090001\"}",
            "`service` has another shape",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("enrollment.json");
        std::fs::write(&file, text).unwrap();
        let output = check(&file, &[]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(message.contains(said), "{message}");
        assert!(!message.contains("62021624"), "{message}");
    }
}
