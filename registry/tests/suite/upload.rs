//! tus 1.0.0 at `/packets`.

use base64ct::{Base64, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::http::{Connection, send};
use crate::station::{random_bytes, random_pid};
use crate::support::{OFFSET_STREAM, Server, TUS, metadata, patch};

const MIB: usize = 1024 * 1024;

fn sha256(bytes: &[u8]) -> String {
    format!("sha256 {}", Base64::encode_string(&Sha256::digest(bytes)))
}

fn sha1(bytes: &[u8]) -> String {
    format!("sha1 {}", Base64::encode_string(&Sha1::digest(bytes)))
}

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
async fn goes_on_where_a_creation_with_bytes_broke_off() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(2000));
    let metadata = metadata(&packet.manifest);
    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Length", "2000"),
        ("Upload-Metadata", &metadata),
    ];
    let mut broken = Connection::open(server.address(), "POST", "/packets", &headers, 2000).await;
    broken.write(&packet.bytes[..700]).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    drop(broken);
    server.reaches(&packet.pid, 700).await;

    let checksum = sha256(&packet.bytes);
    let headers = [headers.as_slice(), &[("Upload-Checksum", &checksum)]].concat();
    let again = server
        .send("POST", "/packets", &headers, &packet.bytes)
        .await;
    assert_eq!((again.status, again.offset()), (201, 2000));
    assert!(station.believes(again.receipt(), &packet));
}

#[tokio::test]
async fn keeps_what_arrived_of_a_body_that_broke_off() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(3 * MIB));
    server.create(&packet.manifest, 3 * MIB).await;
    let path = format!("/packets/{}", packet.pid);
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", "0")];
    let mut broken = Connection::open(server.address(), "PATCH", &path, &headers, 3 * MIB).await;
    broken.write(&packet.bytes[..MIB + 1000]).await;
    server.reaches(&packet.pid, MIB as u64).await;
    drop(broken);
    server.reaches(&packet.pid, MIB as u64 + 1000).await;
    let rest = server
        .patch(&packet.pid, MIB + 1000, &packet.bytes[MIB + 1000..])
        .await;
    assert!(station.believes(rest.receipt(), &packet));
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
async fn refuses_bytes_for_another_offset_and_says_so_though_a_mebibyte_is_on_its_way() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(MIB + 100));
    server.create(&packet.manifest, MIB + 100).await;
    server.patch(&packet.pid, 0, &packet.bytes[..100]).await;
    for offset in [0, 99, 101, MIB + 100] {
        let answer = server
            .patch(&packet.pid, offset, &packet.bytes[100..])
            .await;
        assert_eq!(answer.refusal(), (409, "upload_offset_differs".into()));
    }
    assert_eq!(server.head(&packet.pid).await.offset(), 100);
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

#[tokio::test]
async fn lets_one_of_two_requests_at_the_same_offset_count() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(2 * MIB));
    server.create(&packet.manifest, 2 * MIB).await;
    let path = format!("/packets/{}", packet.pid);
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", "0")];
    let mut short = Connection::open(server.address(), "PATCH", &path, &headers, 1000).await;
    let mut long = Connection::open(server.address(), "PATCH", &path, &headers, MIB).await;
    short.write(&packet.bytes[..500]).await;
    long.write(&packet.bytes[..900]).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let ((), ()) = tokio::join!(
        short.write(&packet.bytes[500..1000]),
        long.write(&packet.bytes[900..MIB])
    );
    let (short, long) = tokio::join!(short.answer(), long.answer());
    let mut statuses = [short.status, long.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);

    let at = usize::try_from(server.head(&packet.pid).await.offset()).unwrap();
    assert!(at == 1000 || at == MIB);
    assert_eq!(
        server.objects().len(),
        1,
        "the bytes of the other one are gone"
    );
    let last = server.patch(&packet.pid, at, &packet.bytes[at..]).await;
    assert!(station.believes(last.receipt(), &packet));
}

#[tokio::test]
async fn gives_one_receipt_to_many_that_send_the_last_bytes_at_once() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(100));
    server.create(&packet.manifest, 100).await;
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (address, packet) = (server.address(), packet.clone());
        sending.spawn(async move {
            let answer = patch(address, &packet.pid, 0, &packet.bytes).await;
            (
                answer.status,
                answer.header("Upload-Receipt").map(str::to_owned),
            )
        });
    }
    let answers = sending.join_all().await;
    assert_eq!(
        answers.iter().filter(|(status, _)| *status == 204).count(),
        1
    );
    assert_eq!(
        answers.iter().filter(|(status, _)| *status == 409).count(),
        7
    );
    let receipt = server.head(&packet.pid).await;
    assert!(station.believes(receipt.receipt(), &packet));
    assert_eq!(server.objects().len(), 2);
}

#[tokio::test]
async fn speaks_tus_1_0_0_and_no_other_version() {
    let server = Server::start().await;
    let pid = random_pid();
    for version in [None, Some("0.2.2"), Some("1.0.1")] {
        let headers: Vec<_> = version
            .map(|version| ("Tus-Resumable", version))
            .into_iter()
            .collect();
        for (method, path) in [
            ("POST", "/packets".into()),
            ("PATCH", format!("/packets/{pid}")),
        ] {
            let answer = server.send(method, &path, &headers, b"").await;
            assert_eq!(answer.refusal(), (412, "upload_version_unsupported".into()));
            assert_eq!(answer.header("Tus-Version"), Some("1.0.0"));
        }
        let answer = server
            .send("HEAD", &format!("/packets/{pid}"), &headers, b"")
            .await;
        assert_eq!(answer.status, 412);
    }
}

#[tokio::test]
async fn tells_a_client_what_it_can_do() {
    let server = Server::start().await;
    let answer = server.send("OPTIONS", "/packets", &[], b"").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("Tus-Resumable"), Some("1.0.0"));
    assert_eq!(answer.header("Tus-Version"), Some("1.0.0"));
    assert_eq!(
        answer.header("Tus-Extension"),
        Some("creation,creation-with-upload,checksum")
    );
    assert_eq!(answer.header("Tus-Checksum-Algorithm"), Some("sha256,sha1"));
    assert_eq!(answer.header("Tus-Max-Size"), Some("67108864"));
}

#[tokio::test]
async fn refuses_another_media_type_and_headers_that_it_cannot_read() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    server.create(&packet.manifest, 10).await;
    let path = format!("/packets/{}", packet.pid);
    let headers = [
        TUS,
        ("Content-Type", "application/octet-stream"),
        ("Upload-Offset", "0"),
    ];
    let answer = server.send("PATCH", &path, &headers, &packet.bytes).await;
    assert_eq!(answer.refusal(), (415, "upload_type_unsupported".into()));
    for offset in ["-1", "+0", "x", ""] {
        let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", offset)];
        let answer = server.send("PATCH", &path, &headers, &packet.bytes).await;
        assert_eq!(
            answer.refusal(),
            (400, "upload_malformed".into()),
            "{offset}"
        );
    }
    let metadata = metadata(&packet.manifest);
    let headers = [TUS, ("Upload-Metadata", &metadata)];
    let answer = server.send("POST", "/packets", &headers, b"").await;
    assert_eq!(answer.refusal(), (400, "upload_malformed".into()));
    let headers = [TUS, ("Upload-Length", "10"), ("Upload-Metadata", &metadata)];
    let answer = server
        .send("POST", "/packets", &headers, &packet.bytes)
        .await;
    assert_eq!(answer.refusal(), (415, "upload_type_unsupported".into()));
}

#[tokio::test]
async fn knows_no_upload_but_those_that_were_created() {
    let server = Server::start().await;
    for pid in [
        random_pid(),
        "x".into(),
        "..%2F..%2Fkeys".into(),
        random_pid().to_uppercase(),
    ] {
        assert_eq!(server.head(&pid).await.status, 404);
        assert_eq!(
            server.patch(&pid, 0, b"x").await.refusal(),
            (404, "upload_unknown".into())
        );
        let receipt = server.get(&format!("/receipts/{pid}")).await;
        assert_eq!(receipt.refusal(), (404, "receipt_unknown".into()));
    }
}

#[tokio::test]
async fn takes_a_patch_that_comes_as_a_post() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    server.create(&packet.manifest, 10).await;
    let headers = [
        TUS,
        OFFSET_STREAM,
        ("Upload-Offset", "0"),
        ("X-HTTP-Method-Override", "PATCH"),
    ];
    let path = format!("/packets/{}", packet.pid);
    let answer = send(server.address(), "POST", &path, &headers, &packet.bytes).await;
    assert_eq!(answer.status, 204);
    assert!(station.believes(answer.receipt(), &packet));
    let answer = send(
        server.address(),
        "POST",
        &path,
        &headers[..3],
        &packet.bytes,
    )
    .await;
    assert_eq!(answer.refusal(), (405, "method_not_allowed".into()));
}
