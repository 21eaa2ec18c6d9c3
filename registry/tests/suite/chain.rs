//! What is refused of a manifest, and the chain of each device.

use rekam::jws;

use crate::station::{random_bytes, random_key, random_pid, sign};
use crate::support::Server;

const TYP: &str = rekam::seal::manifest::TYP;

#[tokio::test]
async fn refuses_what_is_no_manifest() {
    let server = Server::start().await;
    let station = server.station().await;
    let claims = station.claims(&[7; 10]);
    let mut malformed = vec![
        String::new(),
        "a.b".into(),
        "a.b.c".into(),
        sign(
            &random_key(),
            "enrollment-receipt+jws",
            station.public.thumbprint(),
            &claims,
        ),
    ];
    let changes: [fn(&mut rekam::seal::Manifest); 8] = [
        |c| c.v = 2,
        |c| c.pid = "x".into(),
        |c| c.pid = c.pid.to_uppercase() + "A",
        |c| c.seq = 0,
        |c| c.prev = "x".repeat(43),
        |c| c.ct.sha_256 = "x".into(),
        |c| c.ct.media_type = "text/plain".into(),
        |c| (c.seq, c.iat) = (1, u64::MAX),
    ];
    for change in changes {
        let mut claims = claims.clone();
        change(&mut claims);
        malformed.push(station.sign(&claims));
    }
    for (i, manifest) in malformed.iter().enumerate() {
        let answer = server.create(manifest, 10).await;
        assert_eq!(answer.refusal(), (400, "manifest_malformed".into()), "{i}");
    }
    let headers = [("Tus-Resumable", "1.0.0"), ("Upload-Length", "10")];
    let answer = server.send("POST", "/packets", &headers, b"").await;
    assert_eq!(answer.refusal(), (400, "manifest_malformed".into()));
}

#[tokio::test]
async fn refuses_a_device_that_is_not_paired() {
    let server = Server::start().await;
    let station = server.station().await;
    let stranger = random_key();
    let public = jws::PublicKey::from_key(*stranger.verifying_key());
    let mut claims = station.claims(&[7; 10]);
    claims.dev = public.thumbprint().into();
    claims.prev = claims.dev.clone();
    let answer = server
        .create(&sign(&stranger, TYP, &claims.dev, &claims), 10)
        .await;
    assert_eq!(answer.refusal(), (403, "manifest_unknown_device".into()));
}

#[tokio::test]
async fn refuses_a_forged_signature_and_keeps_nothing() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let claims = station.claims(&[7; 10]);
    // In the name of the device, by another key.
    let forged = sign(&random_key(), TYP, station.public.thumbprint(), &claims);
    assert_eq!(
        server.create(&forged, 10).await.refusal(),
        (403, "manifest_bad_signature".into())
    );
    // By the device, in the name of another.
    let mut foreign = claims.clone();
    foreign.dev = "A".repeat(43);
    foreign.prev = foreign.dev.clone();
    let answer = server.create(&station.sign(&foreign), 10).await;
    assert_eq!(answer.refusal(), (403, "manifest_bad_signature".into()));
    // Claims changed after signing.
    let signed = station.sign(&claims);
    let other = station.sign(&station.claims(&[8; 10]));
    let parts: Vec<&str> = signed.split('.').collect();
    let swapped = format!(
        "{}.{}.{}",
        parts[0],
        other.split('.').nth(1).unwrap(),
        parts[2]
    );
    assert_eq!(
        server.create(&swapped, 10).await.refusal(),
        (403, "manifest_bad_signature".into())
    );

    assert_eq!(server.head(&claims.pid).await.status, 404);
    let packet = station.packet(&[7; 10]);
    assert_eq!(server.create(&packet.manifest, 10).await.status, 201);
}

#[tokio::test]
async fn refuses_a_device_that_records_for_a_site_of_others() {
    let server = Server::start().await;
    let station = server.station().await;
    let mut claims = station.claims(&[7; 10]);
    claims.site = "62.02.17".into();
    let answer = server.create(&station.sign(&claims), 10).await;
    assert_eq!(answer.refusal(), (403, "manifest_site_differs".into()));
}

#[tokio::test]
async fn refuses_a_length_that_the_manifest_does_not_state() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&[7; 10]);
    let answer = server.create(&packet.manifest, 11).await;
    assert_eq!(answer.refusal(), (400, "upload_length_differs".into()));
    assert_eq!(server.create(&packet.manifest, 10).await.status, 201);
}

#[tokio::test]
async fn refuses_another_manifest_under_the_same_packet_id() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packet = station.packet(&[7; 10]);
    server.create(&packet.manifest, 10).await;
    let mut claims = station.claims(&[7; 10]);
    claims.pid = packet.pid.clone();
    let answer = server.create(&station.sign(&claims), 10).await;
    assert_eq!(answer.refusal(), (409, "manifest_conflict".into()));

    let other = server.station_of_another_device().await;
    let mut claims = other.claims(&[7; 10]);
    claims.pid = packet.pid;
    let answer = server.create(&other.sign(&claims), 10).await;
    assert_eq!(answer.refusal(), (409, "manifest_conflict".into()));
}

#[tokio::test]
async fn refuses_a_chain_that_forks() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let first = station.packet(&random_bytes(10));
    assert_eq!(server.create(&first.manifest, 10).await.status, 201);
    let forked = (409, "manifest_chain_forked".to_owned());

    // The same place twice.
    let mut claims = station.claims(&[7; 10]);
    (claims.seq, claims.prev) = (1, claims.dev.clone());
    assert_eq!(
        server.create(&station.sign(&claims), 10).await.refusal(),
        forked
    );
    // The next place, after another first one.
    let mut claims = station.claims(&[7; 10]);
    claims.prev = jws::hash(b"another");
    assert_eq!(
        server.create(&station.sign(&claims), 10).await.refusal(),
        forked
    );
    // A place before one that is there, which names another.
    let hidden = station.packet(&random_bytes(10));
    let third = station.packet(&random_bytes(10));
    assert_eq!(server.create(&third.manifest, 10).await.status, 201);
    let mut claims = station.claims(&[7; 10]);
    (claims.seq, claims.prev) = (2, jws::hash(first.manifest.as_bytes()));
    assert_eq!(
        server.create(&station.sign(&claims), 10).await.refusal(),
        forked
    );
    // The one that it names.
    assert_eq!(server.create(&hidden.manifest, 10).await.status, 201);
}

#[tokio::test]
async fn takes_a_chain_in_any_order_with_gaps() {
    let server = Server::start().await;
    let mut station = server.station().await;
    let packets: Vec<_> = (0..5).map(|_| station.packet(&random_bytes(10))).collect();
    for i in [4, 0, 2, 1] {
        assert_eq!(
            server.create(&packets[i].manifest, 10).await.status,
            201,
            "{i}"
        );
        let answer = server.patch(&packets[i].pid, 0, &packets[i].bytes).await;
        assert!(station.believes(answer.receipt(), &packets[i]));
    }
    let devices = server.command(&["devices"]).await;
    let line = devices.lines().nth(1).unwrap();
    assert!(
        line.ends_with("\t4\t5\t4\tnone"),
        "received, last, missing, replaces: {line}"
    );
}

#[tokio::test]
async fn records_any_time_of_sealing() {
    let server = Server::start().await;
    let mut station = server.station().await;
    for iat in [0, 4_102_444_800] {
        let mut claims = station.claims(&[7; 10]);
        (claims.iat, claims.pid) = (iat, random_pid());
        let packet = station.chain(claims, &[7; 10]);
        assert_eq!(server.create(&packet.manifest, 10).await.status, 201);
    }
}
