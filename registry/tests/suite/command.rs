//! The commands around the server.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use rekam::station::PairingLink;

use crate::station::Station;
use crate::support::Server;

fn registry(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_registry"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn makes_an_opening_key_for_its_owner_alone_and_prints_its_recipient() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new");
    let made = registry(&["keygen", "--out", out.to_str().unwrap()]);
    let recipient = String::from_utf8(made.stdout).unwrap();
    assert!(rekam::seal::Recipient::parse(recipient.trim()).is_ok());
    let key = out.join("opening.key");
    let text = std::fs::read_to_string(&key).unwrap();
    let secret = text.lines().last().unwrap();
    let identity = rekam::seal::open::Identity::parse(secret).unwrap();
    assert_eq!(identity.to_recipient(), recipient.trim());
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let again = registry(&["keygen", "--out", out.to_str().unwrap()]);
    assert!(!again.status.success());
    assert_eq!(std::fs::read_to_string(&key).unwrap(), text);
}

#[test]
fn does_not_serve_stations_that_have_nobody_to_seal_to() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let failed = registry(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert!(!failed.status.success());
    assert!(
        String::from_utf8(failed.stderr)
            .unwrap()
            .contains("registry keygen")
    );
    assert!(!data.join("keys/opening.key").exists());
}

#[test]
fn does_not_start_with_a_time_that_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for time in ["1803256000", "2027-02-31T00:00:00Z", "1969-12-31T23:59:59Z"] {
        let failed = registry(&[
            "serve",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--certificate-expires",
            time,
            "--data",
            data.to_str().unwrap(),
        ]);
        assert!(!failed.status.success());
    }
    assert!(!data.exists());
}

#[test]
fn does_not_make_a_data_folder_out_of_a_mistyped_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("mistyped");
    for command in ["sites", "devices"] {
        assert!(
            !registry(&[command, "--data", data.to_str().unwrap()])
                .status
                .success()
        );
    }
    assert!(!data.exists());
}

#[tokio::test]
async fn adds_a_site_and_pairs_a_device_with_it() {
    let server = Server::start().await;
    let data = server.data();
    let data = data.to_str().unwrap();
    let added = registry(&[
        "sites",
        "--data",
        data,
        "add",
        "62.02.17",
        "Kecamatan Bukit Santuai",
    ]);
    assert!(added.status.success());
    let link = server.command(&["pair", "--site", "62.02.17"]).await;
    assert_eq!(
        PairingLink::parse(&link).unwrap().endpoint,
        format!("http://{}", server.address())
    );
    let station = Station::pair(server.address(), link.trim()).await;
    assert_eq!(
        station.configuration.claims().site_name,
        "Kecamatan Bukit Santuai"
    );
    assert_eq!(station.configuration.claims().policy.grace_seconds, 604_800);

    let sites = server.command(&["sites"]).await;
    let lines: Vec<&str> = sites.lines().collect();
    assert_eq!(lines[0], "site\tdevices\treceived\tlast_contact\tname");
    assert_eq!(lines[1], "62.02.16\t0\t0\tnever\tKecamatan Tualan Hulu");
    assert!(lines[2].starts_with("62.02.17\t1\t0\t2"));
    assert!(lines[2].ends_with("Z\tKecamatan Bukit Santuai"));
}

#[tokio::test]
async fn says_what_is_wrong_with_a_site() {
    let server = Server::start().await;
    let unknown = server
        .failing_command(&["pair", "--site", "99.99.99"])
        .await;
    assert!(unknown.contains("no such site"));
    let data = server.data();
    let wrong = registry(&[
        "sites",
        "--data",
        data.to_str().unwrap(),
        "add",
        "6202160",
        "x",
    ]);
    assert!(!wrong.status.success());
}

#[tokio::test]
async fn lists_devices_by_thumbprint() {
    let server = Server::start().await;
    let station = server.station().await;
    let devices = server.command(&["devices"]).await;
    let lines: Vec<&str> = devices.lines().collect();
    assert_eq!(
        lines[0],
        "device\tsite\tpaired\tlast_contact\treceived\tlast\tmissing\treplaces"
    );
    assert!(lines[1].starts_with(&format!("{}\t62.02.16\t2", station.public.thumbprint())));
    assert!(lines[1].ends_with("Z\t0\t0\tnone\tnone"));
}
