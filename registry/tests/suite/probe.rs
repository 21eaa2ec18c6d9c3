//! `GET /probe`.

use rekam::jws;
use rekam::ports::Random;
use rekam::upload::probe::{Probe, ProbeClaims, TYP};

use crate::http;
use crate::support::{CERTIFICATE_EXPIRES, Server};

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

#[tokio::test]
async fn signs_the_nonce_that_it_was_asked() {
    let server = Server::start().await;
    let station = server.station().await;
    let nonce = "0123456789abcdef-_";
    let answer = server.get(&format!("/probe?nonce={nonce}")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let key = &station.configuration.keys()[0];
    let claims: ProbeClaims = jws::verify(answer.text(), TYP, key).unwrap();
    assert_eq!(claims.nonce, nonce);
    assert!(claims.iat > 1_700_000_000);
    assert_eq!(claims.cert_exp, Some(CERTIFICATE_EXPIRES));
}

/// Probes are frequent, and links are metered.
#[tokio::test]
async fn answers_a_station_in_500_bytes() {
    let server = Server::start().await;
    let path = Probe::make(&SystemRandom).request("").url;
    let request = format!("GET {path} HTTP/1.1\r\nHost: registry\r\n\r\n");
    let answer = http::octets(server.address(), request.as_bytes()).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(answer.len() <= 500, "{} bytes", answer.len());
}

#[tokio::test]
async fn refuses_a_nonce_of_another_form() {
    let server = Server::start().await;
    let (short, long) = ("a".repeat(15), "a".repeat(65));
    for query in [
        "",
        "?nonce=",
        "?nonce=0123456789abcdef%2B",
        "?n=0123456789abcdef",
    ] {
        let answer = server.get(&format!("/probe{query}")).await;
        assert_eq!(answer.refusal(), (400, "probe_malformed".into()), "{query}");
    }
    for nonce in [short, long] {
        let answer = server.get(&format!("/probe?nonce={nonce}")).await;
        assert_eq!(answer.refusal(), (400, "probe_malformed".into()));
    }
}
