//! tus 1.0.0 at `/packets`: from creation to the receipt.

use std::time::Duration;

use crate::http::Connection;
use crate::station::{random_bytes, random_pid};
use crate::support::{OFFSET_STREAM, Server, TUS, metadata};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn takes_a_packet_in_pieces_and_signs_a_receipt_in_the_last_answer() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(700));
    let created = server.create(&packet.manifest, 700).await;
    assert_eq!((created.status, created.offset()), (201, 0));
    assert_eq!(
        created.header("Location"),
        Some(format!("/packets/{}", packet.pid).as_str())
    );
    assert_eq!(created.header("Tus-Resumable"), Some("1.0.0"));

    let half = server.patch(&packet.pid, 0, &packet.bytes[..300]).await;
    assert_eq!((half.status, half.offset()), (204, 300));
    assert_eq!(half.header("Upload-Receipt"), None);
    let head = server.head(&packet.pid).await;
    assert_eq!((head.status, head.offset()), (200, 300));
    assert_eq!(head.header("Upload-Length"), Some("700"));
    assert_eq!(head.header("Cache-Control"), Some("no-store"));
    assert_eq!(
        head.header("Upload-Metadata"),
        Some(metadata(&packet.manifest).as_str())
    );
    assert_eq!(
        server
            .get(&format!("/receipts/{}", packet.pid))
            .await
            .refusal(),
        (404, "receipt_unknown".into())
    );

    let last = server.patch(&packet.pid, 300, &packet.bytes[300..]).await;
    assert_eq!((last.status, last.offset()), (204, 700));
    assert!(station.believes(last.receipt(), &packet));
    let receipt = server.get(&format!("/receipts/{}", packet.pid)).await;
    assert_eq!((receipt.status, receipt.text()), (200, last.receipt()));
    assert_eq!(
        server.objects(),
        [
            format!("packets/{}.age", packet.pid),
            format!("packets/{}.jws", packet.pid)
        ]
    );
    let kept = |end| {
        std::fs::read(
            server
                .data()
                .join(format!("objects/packets/{}.{end}", packet.pid)),
        )
    };
    assert_eq!(kept("age").unwrap(), packet.bytes);
    assert_eq!(kept("jws").unwrap(), packet.manifest.as_bytes());
}

#[tokio::test]
async fn repeats_creation_at_the_present_offset_and_drops_nothing() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(500));
    server.create(&packet.manifest, 500).await;
    server.patch(&packet.pid, 0, &packet.bytes[..200]).await;
    let again = server.create(&packet.manifest, 500).await;
    assert_eq!((again.status, again.offset()), (201, 200));
    assert_eq!(
        again.header("Location"),
        Some(format!("/packets/{}", packet.pid).as_str())
    );

    let last = server.patch(&packet.pid, 200, &packet.bytes[200..]).await;
    let complete = server.create(&packet.manifest, 500).await;
    assert_eq!((complete.status, complete.offset()), (201, 500));
    assert_eq!(complete.receipt(), last.receipt());
    assert_eq!(server.head(&packet.pid).await.receipt(), last.receipt());
}

#[tokio::test]
async fn takes_the_whole_packet_with_its_creation_and_again_after_a_lost_answer() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(3 * MIB + 17));
    let (length, metadata) = (packet.bytes.len().to_string(), metadata(&packet.manifest));
    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Length", &length),
        ("Upload-Metadata", &metadata),
    ];
    let first = server
        .send("POST", "/packets", &headers, &packet.bytes)
        .await;
    assert_eq!(
        (first.status, first.offset()),
        (201, packet.bytes.len() as u64)
    );
    assert!(station.believes(first.receipt(), &packet));
    let second = server
        .send("POST", "/packets", &headers, &packet.bytes)
        .await;
    assert_eq!((second.status, second.receipt()), (201, first.receipt()));
}

#[tokio::test]
async fn refuses_bytes_for_another_offset() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(1000));
    server.create(&packet.manifest, 1000).await;
    server.patch(&packet.pid, 0, &packet.bytes[..100]).await;
    for offset in [0, 99, 101, 1000] {
        let answer = server
            .patch(&packet.pid, offset, &packet.bytes[100..])
            .await;
        assert_eq!(answer.refusal(), (409, "upload_offset_differs".into()));
    }
    assert_eq!(server.head(&packet.pid).await.offset(), 100);
}

#[tokio::test]
async fn lets_a_slow_client_finish_its_mebibyte_before_it_hears_a_refusal() {
    let server = Server::start().await;
    let path = format!("/packets/{}", random_pid());
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", "0")];
    let mut slow = Connection::open(server.address(), "PATCH", &path, &headers, MIB).await;
    for _ in 0..16 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        slow.write(&[0; MIB / 16]).await;
    }
    assert_eq!(
        slow.answer().await.refusal(),
        (404, "upload_unknown".into())
    );
}

#[tokio::test]
async fn refuses_more_bytes_than_the_packet_has() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(100));
    server.create(&packet.manifest, 100).await;
    let answer = server.patch(&packet.pid, 0, &[0; 101]).await;
    assert_eq!(answer.refusal(), (413, "upload_too_large".into()));

    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Offset", "0"),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut head = format!(
        "PATCH /packets/{} HTTP/1.1\r\nHost: r\r\nConnection: close\r\n",
        packet.pid
    );
    headers
        .iter()
        .for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    let answer = crate::http::raw(
        server.address(),
        format!("{head}\r\n65\r\n{}\r\n0\r\n\r\n", "x".repeat(101)).as_bytes(),
    )
    .await;
    assert_eq!(answer.refusal(), (413, "upload_too_large".into()));
    assert_eq!(server.head(&packet.pid).await.offset(), 0);
}

#[tokio::test]
async fn refuses_a_packet_of_more_than_64_mebibytes_before_looking_at_it() {
    let server = Server::start().await;
    let station = server.station().await;
    let mut claims = station.claims(b"");
    claims.ct.len = 64 * 1024 * 1024 + 1;
    let answer = server.create(&station.sign(&claims), 64 * MIB + 1).await;
    assert_eq!(answer.refusal(), (413, "upload_too_large".into()));
}

#[tokio::test]
async fn drops_bytes_that_have_not_the_hash_of_the_manifest_and_takes_the_right_ones() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(100));
    server.create(&packet.manifest, 100).await;
    for _ in 0..2 {
        server.patch(&packet.pid, 0, &[1; 60]).await;
        let answer = server.patch(&packet.pid, 60, &[1; 40]).await;
        assert_eq!(answer.refusal(), (422, "packet_hash_differs".into()));
        assert_eq!(server.head(&packet.pid).await.offset(), 0);
        assert!(server.objects().is_empty());
    }
    let answer = server.patch(&packet.pid, 0, &packet.bytes).await;
    assert!(station.believes(answer.receipt(), &packet));
}
