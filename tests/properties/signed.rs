//! Signed objects: whatever comes, it is refused or it is what was signed.

use base64ct::{Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use rekam::form::Service;
use rekam::jws::{self, Jwk, P256, PublicKey};
use rekam::receipt::{self, Receipt};
use rekam::seal::{Manifest, manifest};
use rekam::station::{self, Configuration};
use rekam::status::StatusQuery;
use rekam::store::{Record, State};
use rekam::upload::Response;
use rekam::upload::probe::{self, Probe};
use serde_json::{Value, json};

use crate::support::Seeded;
use crate::support::executor::settle;
use crate::support::registry::Registry;
use crate::support::signer::Signer;

/// Everything that reads a JWS, on one text.
fn read_everywhere(compact: &str) {
    let signer = Signer::new(&[7; 32]);
    let (key, trusted) = (signer.public_key(), [signer.thumbprint()]);
    let _ = jws::kid(compact, manifest::TYP);
    let _ = jws::peek::<Value>(compact, manifest::TYP);
    let _ = jws::verify::<Value>(compact, manifest::TYP, &key);
    let _ = Manifest::verify(compact, &key);
    let _ = settle(Receipt::verify(
        compact,
        &record(),
        std::slice::from_ref(&key),
        &P256,
    ));
    let _ = settle(Configuration::verify(compact, &trusted, &P256));
    let _ = StatusQuery::verify(compact, &key);
    let response = Response {
        status: 200,
        headers: vec![],
        body: compact.into(),
    };
    let _ = settle(Probe::make(&Seeded::new(1)).judge(&response, &[key], &P256));
}

fn record() -> Record {
    Record {
        pid: "0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f".into(),
        seq: 1,
        service: Service::KtpFirst,
        state: State::Sending,
        manifest: "a.b.c".into(),
        ciphertext_sha256: "A".repeat(43),
        length: 1,
        sealed_at: 0,
        sent: 0,
        attempts: 0,
        lease: None,
        reason: None,
        receipt: None,
        status: None,
        receipted_at: None,
        location: None,
        rekey: None,
        subject: None,
        revision: 0,
    }
}

/// Any JSON, not deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(member(), inner, 0..8).prop_map(|members| json!(members)),
        ]
    })
}

/// Names of members, mostly such as the claims have.
fn member() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "v",
            "pid",
            "dev",
            "site",
            "seq",
            "prev",
            "ct",
            "mf",
            "rcp",
            "iat",
            "svc",
            "cnt",
            "keys",
            "recipients",
            "endpoint",
            "policy",
            "exp",
            "status",
            "nonce",
            "alg",
            "typ",
            "kid",
            "kty",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

const TYPES: [&str; 4] = [manifest::TYP, receipt::TYP, station::TYP, probe::TYP];

proptest! {
    #[test]
    fn no_text_ends_the_program(text in any::<String>()) {
        read_everywhere(&text);
    }

    #[test]
    fn no_three_parts_end_the_program(
        header in json_value(),
        payload in prop::collection::vec(any::<u8>(), 0..200),
        signature in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let part = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        let header = part(header.to_string().as_bytes());
        read_everywhere(&format!("{header}.{}.{}", part(&payload), part(&signature)));
    }

    #[test]
    fn no_claims_end_the_program_though_the_registry_itself_signed_them(
        claims in json_value(),
        typ in prop::sample::select(TYPES.to_vec()),
    ) {
        read_everywhere(&Signer::new(&[7; 32]).jws(typ, &claims));
    }

    #[test]
    fn no_configuration_with_one_member_changed_ends_the_program(
        name in member(),
        value in json_value(),
    ) {
        let registry = Registry::new();
        let mut claims = serde_json::to_value(registry.configuration()).expect("it is JSON");
        claims[name] = value;
        read_everywhere(&registry.signer.jws(station::TYP, &claims));
    }

    #[test]
    fn returns_the_claims_that_were_signed(claims in json_value(), typ in "[a-z+-]{1,20}") {
        let signer = Signer::new(&[7; 32]);
        let compact = signer.jws(&typ, &claims);
        let read: Value = jws::verify(&compact, &typ, &signer.public_key()).expect("it is good");
        prop_assert_eq!(&read, &claims);
        prop_assert_eq!(jws::kid(&compact, &typ), Ok(signer.thumbprint()));
    }

    #[test]
    fn refuses_a_jws_with_any_character_changed(
        at in any::<prop::sample::Index>(),
        character in "[A-Za-z0-9_.=-]",
    ) {
        let signer = Signer::new(&[7; 32]);
        let compact = signer.jws("t", &json!({ "pid": "x", "seq": 7 }));
        let at = at.index(compact.len());
        let mut changed = compact.clone();
        changed.replace_range(at..=at, &character);
        let read = jws::verify::<Value>(&changed, "t", &signer.public_key());
        prop_assert_eq!(read.is_ok(), changed == compact, "{}", changed);
    }

    #[test]
    fn no_jwk_ends_the_program(
        x in prop_oneof!["[A-Za-z0-9_-]{43}", any::<String>()],
        y in prop_oneof!["[A-Za-z0-9_-]{43}", any::<String>()],
        kty in "EC|RSA|",
    ) {
        let jwk = Jwk { kty, crv: "P-256".into(), x, y };
        if let Ok(key) = PublicKey::from_jwk(&jwk) {
            prop_assert_eq!(key.to_jwk(), jwk);
        }
    }

    #[test]
    fn reads_back_every_key(secret in any::<[u8; 31]>()) {
        let mut bytes = [1; 32];
        bytes[1..].copy_from_slice(&secret);
        let key = Signer::new(&bytes).public_key();
        let jwk = key.to_jwk();
        prop_assert_eq!(jwk.thumbprint(), key.thumbprint());
        prop_assert_eq!(PublicKey::from_jwk(&jwk), Ok(key));
    }
}
