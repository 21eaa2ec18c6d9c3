//! `registry status`, and `POST /statuses`, which tells stations of it.

use rekam::status::{MOST_RECEIPTS, Statuses};

use crate::http::Answer;
use crate::station::{Packet, Station, random_bytes, random_pid};
use crate::support::Server;

/// A packet that the registry has.
async fn sent(server: &Server, station: &mut Station) -> Packet {
    let packet = station.packet(&random_bytes(10));
    server.create(&packet.manifest, 10).await;
    assert_eq!(
        server.patch(&packet.pid, 0, &packet.bytes).await.status,
        204
    );
    packet
}

async fn post(server: &Server, body: &[u8]) -> Answer {
    let headers = [("Content-Type", "application/jose")];
    server.send("POST", "/statuses", &headers, body).await
}

async fn ask(server: &Server, station: &Station, after: u64) -> Statuses {
    let answer = post(server, station.query(after).as_bytes()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// A file with a line for each change.
fn file(server: &Server, lines: &[(&str, &str)]) -> String {
    let path = server.folder.path().join("changes");
    let lines: String = lines.iter().map(|(p, s)| format!("{p}\t{s}\n")).collect();
    std::fs::write(&path, lines).unwrap();
    path.to_str().unwrap().into()
}

#[tokio::test]
async fn tells_a_device_what_is_new_of_its_packets_and_nothing_twice() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let nothing = post(&server, station.query(0).as_bytes()).await;
    assert_eq!(nothing.text(), r#"{"mark":0,"more":false,"receipts":[]}"#);
    let packets = [
        sent(&server, &mut station).await,
        sent(&server, &mut station).await,
    ];
    let first = ask(&server, &station, 0).await;
    assert_eq!((first.receipts.len(), first.more), (2, false));
    for (receipt, packet) in first.receipts.iter().zip(&packets) {
        assert!(station.believes(receipt, packet));
    }
    let again = ask(&server, &station, first.mark).await;
    assert_eq!((again.mark, again.receipts.len()), (first.mark, 0));

    let [packet, _] = &packets;
    for word in ["SENT_FOR_ENROLLMENT", "ENROLL_FAILURE_AT_CENTRAL"] {
        let printed = server.command(&["status", &packet.pid, word]).await;
        assert_eq!(printed, "1 changed\n");
    }
    let later = ask(&server, &station, first.mark).await;
    let [receipt] = &later.receipts[..] else {
        panic!("the newest receipt of the packet and no other");
    };
    assert_eq!(station.status(receipt, packet), "ENROLL_FAILURE_AT_CENTRAL");
    let newest = server.get(&format!("/receipts/{}", packet.pid)).await;
    assert_eq!(newest.text(), receipt);
    assert!(ask(&server, &station, later.mark).await.receipts.is_empty());
}

#[tokio::test]
async fn gives_many_in_several_answers_oldest_change_first() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let mut packets = Vec::new();
    for _ in 0..=MOST_RECEIPTS {
        packets.push(sent(&server, &mut station).await);
    }
    let first = ask(&server, &station, 0).await;
    assert_eq!((first.receipts.len(), first.more), (MOST_RECEIPTS, true));
    let rest = ask(&server, &station, first.mark).await;
    assert_eq!((rest.receipts.len(), rest.more), (1, false));
    let receipts = first.receipts.iter().chain(&rest.receipts);
    for (receipt, packet) in receipts.zip(&packets) {
        assert!(station.believes(receipt, packet));
    }
}

#[tokio::test]
async fn tells_a_device_of_what_its_lost_keys_signed_and_nobody_else() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let old = sent(&server, &mut station).await;
    for _ in 0..2 {
        station.rekey(server.address()).await;
    }
    let new = sent(&server, &mut station).await;
    let answer = ask(&server, &station, 0).await;
    assert_eq!(answer.receipts.len(), 2);
    assert!(station.believes(&answer.receipts[0], &old));
    assert!(station.believes(&answer.receipts[1], &new));
    let other = server.station_of_another_device().await;
    assert!(ask(&server, &other, 0).await.receipts.is_empty());
}

#[tokio::test]
async fn begins_anew_for_a_mark_that_it_never_gave() {
    let server = Server::start().await;
    let mut station = server.station().await;
    sent(&server, &mut station).await;
    let whole = ask(&server, &station, 0).await;
    for lost in [whole.mark + 1, u64::MAX] {
        assert_eq!(ask(&server, &station, lost).await, whole);
    }
}

#[tokio::test]
async fn answers_nobody_but_a_paired_device() {
    let server = Server::start().await;
    let station = server.station().await;
    let query = station.query(0);
    let elsewhere = Server::start().await;
    let refused = post(&elsewhere, query.as_bytes()).await.refusal();
    assert_eq!(refused, (403, "statuses_unknown_device".into()));
    let (signed, _) = query.rsplit_once('.').unwrap();
    let other = station.query(1);
    let (_, signature) = other.rsplit_once('.').unwrap();
    let refused = post(&server, format!("{signed}.{signature}").as_bytes()).await;
    assert_eq!(refused.refusal(), (403, "statuses_bad_signature".into()));
    let long = "a".repeat(10_000);
    for body in [&b""[..], b"e30.e30.AA", b"\xff", long.as_bytes()] {
        let refused = post(&server, body).await.refusal();
        assert_eq!(refused, (400, "statuses_malformed".into()));
    }
}

#[tokio::test]
async fn takes_words_of_the_register_for_packets_that_it_has_all_or_none() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let (a, b) = (
        sent(&server, &mut station).await,
        sent(&server, &mut station).await,
    );
    let unfinished = station.packet(&random_bytes(10));
    server.create(&unfinished.manifest, 10).await;
    let mark = ask(&server, &station, 0).await.mark;

    let good = (a.pid.as_str(), "CARD_PRINTED");
    let word = server.failing_command(&["status", &a.pid, "PRINTED"]).await;
    assert!(word.contains("PRINTED for"), "{word}");
    assert!(word.contains("\nCARD_PRINTED\n"), "{word}");
    let unknown = random_pid();
    for bad in [&unknown, &unfinished.pid] {
        let from = file(&server, &[good, (bad, "CARD_PRINTED")]);
        let refused = server.failing_command(&["status", "--from", &from]).await;
        assert!(refused.contains(bad), "{refused}");
    }
    let from = file(&server, &[good, (&b.pid, "RECEIVED")]);
    server.failing_command(&["status", "--from", &from]).await;
    server.failing_command(&["status"]).await;
    server.failing_command(&["status", &a.pid]).await;
    assert!(ask(&server, &station, mark).await.receipts.is_empty());

    let from = file(&server, &[good, (&b.pid, "DUPLICATE_RECORD")]);
    for printed in ["2 changed\n", "0 changed\n"] {
        assert_eq!(server.command(&["status", "--from", &from]).await, printed);
    }
    let answer = ask(&server, &station, mark).await;
    let words: Vec<_> = answer
        .receipts
        .iter()
        .zip([&a, &b])
        .map(|(receipt, packet)| station.status(receipt, packet))
        .collect();
    assert_eq!(words, ["CARD_PRINTED", "DUPLICATE_RECORD"]);
}

#[tokio::test]
async fn reads_changes_from_the_standard_input() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = sent(&server, &mut station).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_registry"))
        .args(["status", "--from", "-", "--data"])
        .arg(server.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = format!("{}\tCARD_ISSUED", packet.pid);
    command
        .stdin
        .take()
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
    assert_eq!(command.wait_with_output().unwrap().stdout, b"1 changed\n");
    let receipt = server.get(&format!("/receipts/{}", packet.pid)).await;
    assert_eq!(station.status(receipt.text(), &packet), "CARD_ISSUED");
}
