//! `POST /devices`.

use rekam::jws::P256;
use rekam::station::Configuration;
use serde_json::json;

use crate::station::{Station, ask, configuration_of, random_key};
use crate::support::Server;

#[tokio::test]
async fn pairs_a_device_and_answers_with_a_configuration_that_the_link_vouches_for() {
    let server = Server::start().await;
    let station = server.station().await;
    let claims = station.configuration.claims();
    assert_eq!(
        (claims.site.as_str(), claims.site_name.as_str()),
        ("62.02.16", "Kecamatan Tualan Hulu")
    );
    assert_eq!(claims.endpoint, format!("http://{}", server.address()));
    assert_eq!(
        (
            claims.policy.grace_seconds,
            claims.policy.inactivity_limit_days
        ),
        (0, 30)
    );
    assert_eq!(claims.exp - claims.iat, 365 * 24 * 60 * 60);
    assert_eq!(station.configuration.recipients().len(), 1);
}

#[tokio::test]
async fn answers_the_same_to_the_same_device_that_missed_the_answer() {
    let server = Server::start().await;
    let key = random_key();
    let first = ask(server.address(), &server.pairing_link(), &key).await;
    let second = ask(server.address(), &server.pairing_link(), &key).await;
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(configuration_of(&first), configuration_of(&second));
    assert_eq!(second.header("Cache-Control"), Some("no-store"));
}

#[tokio::test]
async fn gives_a_token_to_one_device_only() {
    let server = Server::start().await;
    ask(server.address(), &server.pairing_link(), &random_key()).await;
    let other = ask(server.address(), &server.pairing_link(), &random_key()).await;
    assert_eq!(other.refusal(), (409, "pairing_token_used".into()));
}

#[tokio::test]
async fn gives_a_token_to_one_of_many_devices_that_ask_at_once() {
    let server = Server::start().await;
    let (address, link) = (server.address(), server.pairing_link());
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let link = link.clone();
        asking.spawn(async move { ask(address, &link, &random_key()).await.status });
    }
    let mut statuses = asking.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn refuses_a_token_that_it_did_not_give_out() {
    let server = Server::start().await;
    let link = server.pairing_link();
    let link = link.replace("#pair=", "#pair=A");
    let answer = ask(server.address(), &link, &random_key()).await;
    assert_eq!(answer.refusal(), (403, "pairing_token_unknown".into()));
}

#[tokio::test]
async fn refuses_what_is_no_token_with_a_key_on_the_curve() {
    let server = Server::start().await;
    let key = |coordinate: &str| {
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate });
        json!({ "token": "t", "jwk": jwk }).to_string()
    };
    let (short, off_curve) = (key("AA"), key(&"A".repeat(43)));
    let long = format!("{{\"token\":\"{}\"}}", "t".repeat(20_000));
    for body in ["", "{}", "[]", r#"{"token":1}"#, &short, &off_curve, &long] {
        let answer = server.send("POST", "/devices", &[], body.as_bytes()).await;
        assert_eq!(
            answer.refusal(),
            (400, "pairing_malformed".into()),
            "{body:.20}"
        );
    }
}

#[tokio::test]
async fn offers_a_fresh_link_at_each_start_and_signs_with_the_same_key() {
    let mut server = Server::start().await;
    let first = server.pairing_link();
    let paired = server.station().await;
    server.restart().await;
    let second = server.pairing_link();
    assert_ne!(
        first.split_once("#pair=").unwrap().1,
        second.split_once("#pair=").unwrap().1
    );
    assert_eq!(
        first.rsplit_once('.').unwrap().1,
        second.rsplit_once('.').unwrap().1
    );
    let again = Station::pair(server.address(), &second).await;
    assert_eq!(again.configuration.keys(), paired.configuration.keys());
    assert_eq!(
        again.configuration.claims().recipients,
        paired.configuration.claims().recipients
    );
}

#[tokio::test]
async fn does_not_vouch_for_a_configuration_under_another_thumbprint() {
    let server = Server::start().await;
    let answer = ask(server.address(), &server.pairing_link(), &random_key()).await;
    let other = vec!["A".repeat(43)];
    assert!(
        Configuration::verify(&configuration_of(&answer), &other, &P256)
            .await
            .is_err()
    );
}
