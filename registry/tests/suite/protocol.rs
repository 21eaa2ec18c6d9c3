//! The manners of tus 1.0.0: versions, headers, addresses.

use crate::http::{self, Answer, send};
use crate::station::{random_bytes, random_pid};
use crate::support::{OFFSET_STREAM, Server, TUS, metadata};

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
async fn lets_pages_of_other_origins_read_the_headers_that_an_answer_has() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    let exposed = |answer: &Answer| {
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"));
        answer
            .header("Access-Control-Expose-Headers")
            .unwrap_or_default()
            .to_owned()
    };
    let created = server.create(&packet.manifest, 10).await;
    assert_eq!(exposed(&created), "location, tus-resumable, upload-offset");
    let patched = server.patch(&packet.pid, 0, &packet.bytes).await;
    assert_eq!(
        exposed(&patched),
        "tus-resumable, upload-offset, upload-receipt"
    );
    assert_eq!(exposed(&server.get("/probe?nonce=").await), "");

    let asks = [
        ("Origin", "https://elsewhere.example"),
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", "tus-resumable"),
    ];
    let path = format!("/packets/{}", packet.pid);
    let preflight = server.send("OPTIONS", &path, &asks, b"").await;
    assert_eq!(preflight.header("Access-Control-Max-Age"), Some("86400"));
    let allowed = |name| preflight.header(name).unwrap().to_lowercase();
    for method in ["get", "head", "post", "patch"] {
        assert!(allowed("Access-Control-Allow-Methods").contains(method));
    }
    for header in [
        "content-type",
        "tus-resumable",
        "upload-length",
        "upload-offset",
        "upload-metadata",
        "upload-checksum",
        "x-http-method-override",
    ] {
        assert!(allowed("Access-Control-Allow-Headers").contains(header));
    }
}

#[tokio::test]
async fn answers_a_patch_in_250_bytes() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&random_bytes(10));
    server.create(&packet.manifest, 10).await;
    let request = format!(
        "PATCH /packets/{} HTTP/1.1\r\nHost: registry\r\nTus-Resumable: 1.0.0\r\n\
         Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n\
         Content-Length: 1\r\n\r\n",
        packet.pid
    );
    let request = [request.as_bytes(), &packet.bytes[..1]].concat();
    let answer = http::octets(server.address(), &request).await;
    assert!(answer.starts_with(b"HTTP/1.1 204 "));
    assert!(answer.len() <= 250, "{} bytes", answer.len());
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
async fn takes_a_patch_and_a_head_that_come_as_a_post() {
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
    let asks = [TUS, ("X-HTTP-Method-Override", "HEAD")];
    let answer = send(server.address(), "POST", &path, &asks, b"").await;
    assert_eq!((answer.status, answer.offset()), (200, 10));
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
