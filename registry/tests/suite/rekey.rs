//! `POST /devices/rekey`, and what else a device is entrusted with when it is paired.

use p256::ecdsa::SigningKey;
use rekam::jws::PublicKey;
use rekam::operator::RecoveryCode;
use rekam::rekey::{self, Rekey};

use crate::http::{self, Answer};
use crate::station::{ask, random_key, secret_of, sign};
use crate::support::Server;

/// A paired device and what it was entrusted with.
struct Device {
    server: Server,
    dev: String,
    secret: [u8; 32],
    recovery: String,
}

impl Device {
    async fn paired() -> Self {
        let server = Server::start().await;
        let key = random_key();
        let answer = ask(server.address(), &server.pairing_link(), &key).await;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        Self {
            dev: public(&key).thumbprint().to_owned(),
            secret: secret_of(&answer),
            recovery: body["recovery"].as_str().unwrap().to_owned(),
            server,
        }
    }

    async fn introduce(&self, old: &str, new: &SigningKey, secret: &[u8; 32]) -> Answer {
        let claims = Rekey::new(secret, old, &public(new), 1_795_478_400);
        let statement = sign(new, rekey::TYP, public(new).thumbprint(), &claims);
        self.send(statement.as_bytes()).await
    }

    async fn send(&self, body: &[u8]) -> Answer {
        let headers = [("Content-Type", "application/jose")];
        http::send(
            self.server.address(),
            "POST",
            "/devices/rekey",
            &headers,
            body,
        )
        .await
    }
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::from_key(*key.verifying_key())
}

#[tokio::test]
async fn takes_a_new_key_in_place_of_one_that_is_gone_and_shows_it() {
    let device = Device::paired().await;
    let (new, newer) = (random_key(), random_key());
    let first = device.introduce(&device.dev, &new, &device.secret).await;
    let again = device.introduce(&device.dev, &new, &device.secret).await;
    assert_eq!((first.status, again.status), (201, 200));
    // The key that took its place may go as well, and has the same secrets.
    let new = public(&new).thumbprint().to_owned();
    let next = device.introduce(&new, &newer, &device.secret).await;
    assert_eq!(next.status, 201);
    let list = device.server.command(&["devices"]).await;
    assert!(list.contains(&format!("none\t{}\n", device.dev)), "{list}");
    assert!(list.contains(&format!("none\t{new}\n")), "{list}");
    let code = device.server.command(&["recovery", &new]).await;
    assert_eq!(code.trim(), device.recovery);
}

#[tokio::test]
async fn takes_one_key_in_place_of_one_and_only_from_who_was_entrusted() {
    let device = Device::paired().await;
    let refused = device.introduce(&device.dev, &random_key(), &[0; 32]).await;
    assert_eq!(refused.refusal(), (403, "rekey_refused".into()));
    let unknown = public(&random_key()).thumbprint().to_owned();
    let refused = device
        .introduce(&unknown, &random_key(), &device.secret)
        .await;
    assert_eq!(refused.refusal(), (403, "rekey_refused".into()));
    device
        .introduce(&device.dev, &random_key(), &device.secret)
        .await;
    let second = device
        .introduce(&device.dev, &random_key(), &device.secret)
        .await;
    assert_eq!(second.refusal(), (409, "rekey_conflict".into()));
    for body in [&b""[..], b"e30.e30.AA", b"\xff"] {
        let refused = device.send(body).await.refusal();
        assert_eq!(refused, (400, "rekey_malformed".into()));
    }
}

#[tokio::test]
async fn entrusts_a_device_with_a_recovery_code_that_it_can_read_out() {
    let device = Device::paired().await;
    assert!(RecoveryCode::parse(&device.recovery).is_ok());
    let read_out = device.server.command(&["recovery", &device.dev]).await;
    assert_eq!(read_out.trim(), device.recovery);
    device.server.failing_command(&["recovery", "nobody"]).await;
}
