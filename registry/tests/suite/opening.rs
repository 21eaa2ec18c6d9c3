//! `registry open`: from a packet that really was sealed to the files that were captured.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rekam::jws;
use rekam::ports::Random;
use rekam::seal::archive::{Entry, PacketIndex};
use rekam::seal::{Manifest, PacketWriter};

use crate::station::{Packet, Station, random_bytes};
use crate::support::Server;

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

struct Captured {
    server: Server,
    station: Station,
    entries: Vec<(&'static str, Vec<u8>)>,
}

impl Captured {
    async fn new() -> Self {
        let server = Server::start().await;
        let station = server.station().await;
        let entries = vec![
            ("enrollment.json", br#"{"service":"ktp_first"}"#.to_vec()),
            ("face.jpg", random_bytes(200_000)),
            ("fingers/right-thumb.jp2", random_bytes(512)),
        ];
        Self {
            server,
            station,
            entries,
        }
    }

    fn index(&self, claims: &Manifest) -> PacketIndex {
        let entries = self.entries.iter().map(|(path, bytes)| Entry {
            path: (*path).into(),
            slot: None,
            media_type: "application/octet-stream".into(),
            len: bytes.len() as u64,
            sha_256: jws::hash(bytes),
            at: 1_795_478_300,
            by: None,
        });
        PacketIndex {
            v: claims.v,
            pid: claims.pid.clone(),
            dev: claims.dev.clone(),
            site: claims.site.clone(),
            seq: claims.seq,
            svc: claims.svc.clone(),
            form: "ktp_first/1".into(),
            lists: BTreeMap::new(),
            regions: "none".into(),
            sealed_at: claims.iat,
            operator: None,
            entries: entries.collect(),
        }
    }

    /// Seals what was captured under an index and puts it into the chain.
    fn seal(&mut self, mut claims: Manifest, index: &PacketIndex) -> Packet {
        let mut bytes = Vec::new();
        let recipients = self.station.configuration.recipients().to_vec();
        let mut writer = PacketWriter::make(&recipients, &SystemRandom, index, |out: &[u8]| {
            bytes.extend(out)
        })
        .unwrap();
        for (path, data) in &self.entries {
            writer
                .entry(path, data.len() as u64, 1_795_478_300)
                .unwrap();
            writer.push(data).unwrap();
        }
        writer.finish().unwrap();
        claims.ct = self.station.claims(&bytes).ct;
        self.station.chain(claims, &bytes)
    }

    async fn send(&self, packet: &Packet) {
        assert_eq!(
            self.server
                .create(&packet.manifest, packet.bytes.len())
                .await
                .status,
            201
        );
        let answer = self.server.patch(&packet.pid, 0, &packet.bytes).await;
        assert!(self.station.believes(answer.receipt(), packet));
    }

    /// Sends a packet whose index was changed after it was made, and returns why it is refused.
    async fn refusal(&mut self, change: impl FnOnce(&mut PacketIndex)) -> String {
        let claims = self.station.claims(b"");
        let mut index = self.index(&claims);
        change(&mut index);
        let packet = self.seal(claims, &index);
        self.send(&packet).await;
        self.refused(&packet.pid).await
    }

    async fn refused(&self, pid: &str) -> String {
        let out = self.out();
        let out = out.to_str().unwrap();
        let sentence = self
            .server
            .failing_command(&["open", pid, "--out", out])
            .await;
        assert_eq!(
            std::fs::read_dir(out).map_or(0, Iterator::count),
            0,
            "nothing is left behind"
        );
        let code = sentence.strip_prefix("registry: ").unwrap();
        code.split(':').next().unwrap().to_owned()
    }

    fn out(&self) -> PathBuf {
        self.server.folder.path().join("out")
    }

    fn stored(&self, packet: &Packet, end: &str) -> PathBuf {
        self.server
            .data()
            .join(format!("objects/packets/{}.{end}", packet.pid))
    }
}

#[tokio::test]
async fn writes_out_what_was_captured_byte_for_byte() {
    let mut captured = Captured::new().await;
    let claims = captured.station.claims(b"");
    let index = captured.index(&claims);
    let packet = captured.seal(claims, &index);
    captured.send(&packet).await;

    let out = captured.out();
    let open = ["open", &packet.pid, "--out", out.to_str().unwrap()];
    let printed = captured.server.command(&open).await;
    let folder = out.join(&packet.pid);
    assert_eq!(printed.trim(), folder.to_str().unwrap());
    for (path, bytes) in &captured.entries {
        assert_eq!(&std::fs::read(folder.join(path)).unwrap(), bytes);
    }
    let written: PacketIndex =
        serde_json::from_slice(&std::fs::read(folder.join("packet.json")).unwrap()).unwrap();
    assert_eq!(written, index);
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(folder.join("face.jpg")), mode(folder)),
        (0o600, 0o700)
    );

    let again = captured.server.failing_command(&open).await;
    assert!(again.contains("open_output_exists"));
}

#[tokio::test]
async fn writes_the_plain_tar_that_any_tar_reads() {
    let mut captured = Captured::new().await;
    let claims = captured.station.claims(b"");
    let index = captured.index(&claims);
    let packet = captured.seal(claims, &index);
    captured.send(&packet).await;
    let tar = captured.server.folder.path().join("packet.tar");
    captured
        .server
        .command(&["open", &packet.pid, "--tar", tar.to_str().unwrap()])
        .await;
    let listed = std::process::Command::new("tar")
        .arg("tf")
        .arg(&tar)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(listed.stdout).unwrap(),
        "packet.json\nenrollment.json\nface.jpg\nfingers/right-thumb.jp2\n"
    );
}

#[tokio::test]
async fn opens_with_a_key_that_lies_elsewhere_and_with_no_other() {
    let mut captured = Captured::new().await;
    let claims = captured.station.claims(b"");
    let index = captured.index(&claims);
    let packet = captured.seal(claims, &index);
    captured.send(&packet).await;
    let elsewhere = captured.server.folder.path().join("elsewhere");
    std::fs::rename(captured.server.data().join("keys/opening.key"), &elsewhere).unwrap();
    let out = captured.out();
    let out = out.to_str().unwrap();

    let missing = captured
        .server
        .failing_command(&["open", &packet.pid, "--out", out])
        .await;
    assert!(missing.contains("opening.key"), "{missing}");
    let other = captured.server.folder.path().join("other");
    let keygen = ["keygen", "--out", other.to_str().unwrap()];
    std::process::Command::new(env!("CARGO_BIN_EXE_registry"))
        .args(keygen)
        .output()
        .unwrap();
    let other = other.join("opening.key");
    let open = ["open", &packet.pid, "--out", out, "--identity"];
    let with_other = [open.as_slice(), &[other.to_str().unwrap()]].concat();
    assert!(
        captured
            .server
            .failing_command(&with_other)
            .await
            .contains("open_no_match")
    );
    captured
        .server
        .command(&[open.as_slice(), &[elsewhere.to_str().unwrap()]].concat())
        .await;
}

#[tokio::test]
async fn refuses_a_packet_whose_inside_differs_from_its_manifest() {
    let mut captured = Captured::new().await;
    assert_eq!(
        captured.refusal(|index| index.seq += 1).await,
        "open_index_differs"
    );
    assert_eq!(
        captured
            .refusal(|index| index.site = "62.02.17".into())
            .await,
        "open_index_differs"
    );
    assert_eq!(
        captured.refusal(|index| index.dev = "A".repeat(43)).await,
        "open_index_differs"
    );
    assert_eq!(
        captured.refusal(|index| index.svc = "kk".into()).await,
        "open_index_differs"
    );
    assert_eq!(
        captured.refusal(|index| index.pid.push('0')).await,
        "open_index_differs"
    );
    assert_eq!(
        captured.refusal(|index| index.v = 2).await,
        "open_index_differs"
    );
}

#[tokio::test]
async fn refuses_entries_that_are_not_those_of_the_index() {
    let mut captured = Captured::new().await;
    let differs = "open_entry_differs";
    assert_eq!(
        captured.refusal(|index| index.entries.swap(1, 2)).await,
        differs
    );
    assert_eq!(
        captured
            .refusal(|index| index.entries[1].path = "fac.jpg".into())
            .await,
        differs
    );
    assert_eq!(
        captured.refusal(|index| index.entries[1].len += 1).await,
        differs
    );
    assert_eq!(
        captured
            .refusal(|index| index.entries[1].sha_256 = jws::hash(b"x"))
            .await,
        differs
    );
    let malformed = "open_archive_malformed";
    assert_eq!(
        captured.refusal(|index| index.entries.truncate(2)).await,
        malformed
    );
    assert_eq!(
        captured.refusal(|index| index.entries.swap(0, 1)).await,
        malformed
    );
    assert_eq!(
        captured
            .refusal(|index| index.entries.push(index.entries[1].clone()))
            .await,
        malformed
    );
}

#[tokio::test]
async fn writes_no_name_that_leads_out_of_its_folder() {
    for name in [
        "../escaped",
        "/escaped",
        "a/../../b",
        ".hidden",
        "a//b",
        "packet.json",
        "a/b/c",
    ] {
        let mut captured = Captured::new().await;
        captured.entries.push((name, b"x".to_vec()));
        assert_eq!(
            captured.refusal(|_| ()).await,
            "open_archive_malformed",
            "{name}"
        );
        assert!(!captured.server.folder.path().join("escaped").exists());
    }
}

#[tokio::test]
async fn refuses_objects_that_were_changed_where_they_are_kept() {
    let mut captured = Captured::new().await;
    let claims = captured.station.claims(b"");
    let index = captured.index(&claims);
    let packet = captured.seal(claims, &index);
    captured.send(&packet).await;
    let manifest = captured.stored(&packet, "jws");
    let mut forged = packet.manifest.clone();
    forged.replace_range(forged.len() - 10.., "AAAAAAAAAA");
    std::fs::write(&manifest, forged).unwrap();
    assert_eq!(captured.refused(&packet.pid).await, "open_manifest_refused");
    std::fs::write(&manifest, &packet.manifest).unwrap();

    let ciphertext = captured.stored(&packet, "age");
    let mut changed = packet.bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&ciphertext, &changed).unwrap();
    assert_eq!(captured.refused(&packet.pid).await, "open_payload_corrupt");
    std::fs::write(&ciphertext, &packet.bytes[..packet.bytes.len() - 70_000]).unwrap();
    assert_eq!(captured.refused(&packet.pid).await, "open_payload_corrupt");

    // The same archive sealed anew: it opens, and is not what the device signed for.
    let claims: Manifest = jws::peek(&packet.manifest, rekam::seal::manifest::TYP).unwrap();
    let resealed = captured.seal(claims, &index);
    std::fs::write(&ciphertext, &resealed.bytes).unwrap();
    assert_eq!(
        captured.refused(&packet.pid).await,
        "open_ciphertext_differs"
    );
}

#[tokio::test]
async fn opens_nothing_that_was_not_received() {
    let mut captured = Captured::new().await;
    let claims = captured.station.claims(b"");
    let index = captured.index(&claims);
    let packet = captured.seal(claims, &index);
    captured
        .server
        .create(&packet.manifest, packet.bytes.len())
        .await;
    assert_eq!(captured.refused(&packet.pid).await, "open_not_received");
    assert_eq!(
        captured.refused("../../etc/passwd").await,
        "open_not_received"
    );
}
