//! The checksum extension: all of a body counts, or nothing.

use base64ct::{Base64, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::http::Connection;
use crate::station::random_bytes;
use crate::support::{OFFSET_STREAM, Server, TUS, metadata};

const MIB: usize = 1024 * 1024;

pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256 {}", Base64::encode_string(&Sha256::digest(bytes)))
}

fn sha1(bytes: &[u8]) -> String {
    format!("sha1 {}", Base64::encode_string(&Sha1::digest(bytes)))
}

#[tokio::test]
async fn keeps_nothing_of_a_body_with_a_checksum_that_broke_off() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(3 * MIB));
    server.create(&packet.manifest, 3 * MIB).await;
    let path = format!("/packets/{}", packet.pid);
    let checksum = sha256(&packet.bytes);
    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Offset", "0"),
        ("Upload-Checksum", &checksum),
    ];
    let mut broken = Connection::open(server.address(), "PATCH", &path, &headers, 3 * MIB).await;
    broken.write(&packet.bytes[..2 * MIB + 1000]).await;
    while server.objects().len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    drop(broken);
    while !server.objects().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(server.head(&packet.pid).await.offset(), 0);
}

#[tokio::test]
async fn takes_bytes_with_a_right_checksum() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(2 * MIB + 5));
    server.create(&packet.manifest, packet.bytes.len()).await;
    let (first, rest) = packet.bytes.split_at(10);
    let answer = server
        .patch_checked(&packet.pid, 0, first, &sha1(first))
        .await;
    assert_eq!((answer.status, answer.offset()), (204, 10));
    let answer = server
        .patch_checked(&packet.pid, 10, rest, &sha256(rest))
        .await;
    assert_eq!(answer.status, 204);
    assert!(station.believes(answer.receipt(), &packet));
}

#[tokio::test]
async fn keeps_nothing_of_bytes_with_a_wrong_checksum() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(2 * MIB + 5));
    server.create(&packet.manifest, packet.bytes.len()).await;
    server.patch(&packet.pid, 0, &packet.bytes[..10]).await;
    let rest = &packet.bytes[10..];
    for checksum in [sha256(b"other"), sha1(b"other"), "sha256 AAAA".into()] {
        let answer = server.patch_checked(&packet.pid, 10, rest, &checksum).await;
        assert_eq!(answer.refusal(), (460, "upload_checksum_differs".into()));
        assert_eq!(server.head(&packet.pid).await.offset(), 10);
        assert_eq!(server.objects().len(), 1);
    }
    let answer = server
        .patch_checked(&packet.pid, 10, rest, &sha256(rest))
        .await;
    assert!(station.believes(answer.receipt(), &packet));
}

#[tokio::test]
async fn refuses_a_checksum_that_it_cannot_check() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    server.create(&packet.manifest, 10).await;
    for checksum in ["md5 AAAA", "sha256", "sha256 %"] {
        let answer = server
            .patch_checked(&packet.pid, 0, &packet.bytes, checksum)
            .await;
        assert_eq!(
            answer.refusal(),
            (400, "upload_checksum_unsupported".into())
        );
    }
}

#[tokio::test]
async fn refuses_more_than_eight_mebibytes_under_one_checksum() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&vec![7; 9 * MIB]);
    server.create(&packet.manifest, 9 * MIB).await;
    let path = format!("/packets/{}", packet.pid);
    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Offset", "0"),
        ("Upload-Checksum", "sha256 AAAA"),
    ];
    let asked = Connection::open(
        server.address(),
        "PATCH",
        &path,
        &[headers.as_slice(), &[("Expect", "100-continue")]].concat(),
        8 * MIB + 1,
    )
    .await;
    assert_eq!(
        asked.answer().await.refusal(),
        (413, "upload_too_large".into())
    );
    let without = server.patch(&packet.pid, 0, &packet.bytes).await;
    assert!(station.believes(without.receipt(), &packet));
}

#[tokio::test]
async fn checks_the_bytes_that_come_with_a_creation() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    let (length, metadata) = ("10", metadata(&packet.manifest));
    let create = async |bytes: &[u8], checksum: &str| {
        let headers = [
            TUS,
            OFFSET_STREAM,
            ("Upload-Length", length),
            ("Upload-Metadata", &metadata),
            ("Upload-Checksum", checksum),
        ];
        server.send("POST", "/packets", &headers, bytes).await
    };
    let (first, whole) = (&packet.bytes[..4], &packet.bytes[..]);
    let refused = create(first, &sha1(whole)).await;
    assert_eq!(refused.refusal(), (460, "upload_checksum_differs".into()));
    assert_eq!(server.head(&packet.pid).await.offset(), 0);
    let created = create(first, &sha1(first)).await;
    assert_eq!((created.status, created.offset()), (201, 4));
    // The answer was lost, then the tablet has more: nothing of it is taken twice.
    for bytes in [&first[..2], first] {
        let again = create(bytes, &sha256(bytes)).await;
        assert_eq!((again.status, again.offset()), (201, 4));
    }
    let again = create(whole, &sha256(whole)).await;
    assert_eq!((again.status, again.offset()), (201, 10));
    assert!(station.believes(again.receipt(), &packet));
}
