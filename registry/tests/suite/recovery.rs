//! Ends that nobody chose: a restart, a full disk, a kill.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::http::Connection;
use crate::station::{Station, random_bytes};
use crate::support::{OFFSET_STREAM, Server, TUS, create, patch};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn goes_on_after_a_restart_in_the_middle_of_an_upload() {
    let mut server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(1000));
    server.create(&packet.manifest, 1000).await;
    server.patch(&packet.pid, 0, &packet.bytes[..400]).await;
    server.restart().await;
    assert_eq!(server.head(&packet.pid).await.offset(), 400);
    let last = server.patch(&packet.pid, 400, &packet.bytes[400..]).await;
    assert!(station.believes(last.receipt(), &packet));
    server.restart().await;
    assert_eq!(server.head(&packet.pid).await.receipt(), last.receipt());
}

#[tokio::test]
async fn parks_a_body_that_is_on_its_way_when_it_is_asked_to_stop() {
    let mut server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(3 * MIB));
    server.create(&packet.manifest, 3 * MIB).await;
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", "0")];
    let path = format!("/packets/{}", packet.pid);
    let mut slow = Connection::open(server.address(), "PATCH", &path, &headers, 3 * MIB).await;
    slow.write(&packet.bytes[..MIB + 77]).await;
    server.reaches(&packet.pid, MIB as u64).await;
    server.stop().await;
    assert_eq!(slow.answer().await.refusal(), (503, "upload_parked".into()));
    server.start_again().await;
    assert_eq!(server.head(&packet.pid).await.offset(), MIB as u64 + 77);
}

#[tokio::test]
async fn finishes_at_the_next_request_what_failed_between_the_last_byte_and_the_receipt() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(1000));
    server.create(&packet.manifest, 1000).await;
    server.patch(&packet.pid, 0, &packet.bytes[..400]).await;
    // A file where the folder of the packets should be: no packet can be written.
    let blocked = server.data().join("objects/packets");
    std::fs::write(&blocked, "").unwrap();
    let failed = server.patch(&packet.pid, 400, &packet.bytes[400..]).await;
    assert_eq!(failed.refusal(), (500, "registry_failed".into()));
    assert_eq!(server.head(&packet.pid).await.status, 500);
    std::fs::remove_file(&blocked).unwrap();

    let head = server.head(&packet.pid).await;
    assert_eq!(head.offset(), 1000);
    assert!(station.believes(head.receipt(), &packet));
    assert_eq!(server.objects().len(), 2);
}

#[tokio::test]
async fn finishes_by_a_repeated_creation_or_an_empty_patch_too() {
    let server = Server::start().await;
    let mut station = server.station().await;
    for by_creation in [true, false] {
        let packet = station.packet(&random_bytes(100));
        server.create(&packet.manifest, 100).await;
        let folder = server.data().join("objects/packets");
        let aside = server.data().join("aside");
        let moved = std::fs::rename(&folder, &aside).is_ok();
        std::fs::write(&folder, "").unwrap();
        assert_eq!(
            server.patch(&packet.pid, 0, &packet.bytes).await.status,
            500
        );
        std::fs::remove_file(&folder).unwrap();
        if moved {
            std::fs::rename(&aside, &folder).unwrap();
        }
        let answer = if by_creation {
            server.create(&packet.manifest, 100).await
        } else {
            server.patch(&packet.pid, 100, b"").await
        };
        assert!(station.believes(answer.receipt(), &packet));
    }
}

#[tokio::test]
async fn clears_away_what_a_crash_left_of_the_pieces() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(1000));
    server.create(&packet.manifest, 1000).await;
    server.patch(&packet.pid, 0, &packet.bytes[..400]).await;
    // A piece that was written by a request that died before its row was.
    let parts = server.data().join("objects/parts").join(&packet.pid);
    std::fs::write(parts.join("00000000000000000400-00000000000000aa"), "dead").unwrap();
    let last = server.patch(&packet.pid, 400, &packet.bytes[400..]).await;
    assert!(station.believes(last.receipt(), &packet));
    assert_eq!(server.objects().len(), 2);
}

#[tokio::test]
async fn loses_no_acknowledged_byte_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    let address = process.address();
    let mut station = Station::pair(address, &process.link).await;
    let packet = station.packet(&random_bytes(5 * MIB));
    assert_eq!(
        create(address, &packet.manifest, packet.bytes.len())
            .await
            .status,
        201
    );

    let mut acknowledged = 0;
    for round in 0..4 {
        let bytes = &packet.bytes[acknowledged..acknowledged + 300_000];
        let answer = patch(process.address(), &packet.pid, acknowledged, bytes).await;
        assert_eq!(answer.status, 204, "{round}");
        acknowledged += bytes.len();
        // One more body is under way when the end comes.
        let headers = [
            TUS,
            OFFSET_STREAM,
            ("Upload-Offset", &acknowledged.to_string()),
        ];
        let path = format!("/packets/{}", packet.pid);
        let rest = packet.bytes.len() - acknowledged;
        let mut dying = Connection::open(process.address(), "PATCH", &path, &headers, rest).await;
        dying.write(&packet.bytes[acknowledged..][..200_000]).await;
        process.kill();
        process = Process::start(folder.path());
        let headers = [TUS];
        let head = crate::http::send(process.address(), "HEAD", &path, &headers, b"").await;
        assert!(head.offset() >= acknowledged as u64, "{round}");
        acknowledged = usize::try_from(head.offset()).unwrap();
    }
    let rest = &packet.bytes[acknowledged..];
    let last = patch(process.address(), &packet.pid, acknowledged, rest).await;
    assert!(station.believes(last.receipt(), &packet));
    process.kill();
}

/// The command itself, in a process that can be killed.
struct Process {
    child: Child,
    endpoint: String,
    link: String,
}

impl Process {
    fn start(data: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_registry"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let endpoint = lines
            .next()
            .unwrap()
            .strip_prefix("Registry: ")
            .unwrap()
            .to_owned();
        let link = lines
            .next()
            .unwrap()
            .strip_prefix("Pair one device with: ")
            .unwrap()
            .to_owned();
        Self {
            child,
            endpoint,
            link,
        }
    }

    fn address(&self) -> std::net::SocketAddr {
        self.endpoint
            .strip_prefix("http://")
            .unwrap()
            .parse()
            .unwrap()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn ends_well_when_it_is_terminated() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    let pid = process.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    for _ in 0..100 {
        if let Some(status) = process.child.try_wait().unwrap() {
            assert!(status.success());
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    process.kill();
    panic!("it does not end");
}
