//! Bodies that break off, and requests that come at once.

use crate::checksum::sha256;
use crate::http::Connection;
use crate::station::random_bytes;
use crate::support::{OFFSET_STREAM, Server, TUS, metadata, patch};

const MIB: usize = 1024 * 1024;

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
