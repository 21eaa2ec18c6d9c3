//! A station: signs manifests in a chain, checks what the registry signs.

use std::net::SocketAddr;

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use rekam::jws::{self, P256, PublicKey};
use rekam::receipt::{self, ReceiptClaims};
use rekam::rekey::{self, Rekey};
use rekam::seal::manifest::{CIPHERTEXT_TYPE, Ciphertext, Counts, Manifest, TYP};
use rekam::station::{Configuration, PairingLink};
use rekam::status::{self, StatusQuery};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::http::{self, Answer};

pub struct Station {
    key: SigningKey,
    pub public: PublicKey,
    pub configuration: Configuration,
    seq: u64,
    prev: String,
    /// By which it introduces a new key.
    secret: [u8; 32],
}

/// A packet that was not sent yet. Its bytes are what they are: a registry cannot tell.
#[derive(Clone)]
pub struct Packet {
    pub pid: String,
    pub manifest: String,
    pub bytes: Vec<u8>,
}

impl Station {
    pub async fn pair(address: SocketAddr, link: &str) -> Self {
        let key = random_key();
        let (answer, link) = (
            ask(address, link, &key).await,
            PairingLink::parse(link).unwrap(),
        );
        assert_eq!(answer.status, 201);
        let jws = configuration_of(&answer);
        let configuration = Configuration::verify(&jws, &[link.thumbprint], &P256)
            .await
            .unwrap();
        let public = PublicKey::from_key(*key.verifying_key());
        let prev = public.thumbprint().to_owned();
        Self {
            key,
            public,
            configuration,
            seq: 0,
            prev,
            secret: secret_of(&answer),
        }
    }

    /// Claims of the next packet, to be changed at will.
    pub fn claims(&self, bytes: &[u8]) -> Manifest {
        Manifest {
            v: 1,
            pid: random_pid(),
            dev: self.public.thumbprint().into(),
            site: self.configuration.claims().site.clone(),
            seq: self.seq + 1,
            prev: self.prev.clone(),
            ct: Ciphertext {
                sha_256: Base64UrlUnpadded::encode_string(&Sha256::digest(bytes)),
                len: bytes.len() as u64,
                media_type: CIPHERTEXT_TYPE.into(),
            },
            rcp: jws::hash(b"recipients"),
            iat: 1_795_478_400,
            svc: "ktp_first".into(),
            clk: None,
            cnt: Counts::default(),
        }
    }

    pub fn sign(&self, claims: &Manifest) -> String {
        sign(&self.key, TYP, self.public.thumbprint(), claims)
    }

    /// The next packet of the chain.
    pub fn packet(&mut self, bytes: &[u8]) -> Packet {
        self.chain(self.claims(bytes), bytes)
    }

    /// Puts claims at the end of the chain.
    pub fn chain(&mut self, claims: Manifest, bytes: &[u8]) -> Packet {
        let manifest = self.sign(&claims);
        self.seq = claims.seq;
        self.prev = jws::hash(manifest.as_bytes());
        Packet {
            pid: claims.pid,
            manifest,
            bytes: bytes.to_vec(),
        }
    }

    /// Whether the registry signed that it has exactly this packet.
    pub fn believes(&self, receipt: &str, packet: &Packet) -> bool {
        self.status(receipt, packet) == "RECEIVED"
    }

    /// The word in a receipt, which must be for exactly this packet.
    pub fn status(&self, receipt: &str, packet: &Packet) -> String {
        let key = &self.configuration.keys()[0];
        let claims: ReceiptClaims = jws::verify(receipt, receipt::TYP, key).unwrap();
        assert_eq!((claims.v, &claims.pid), (1, &packet.pid));
        assert_eq!(
            claims.ct,
            Base64UrlUnpadded::encode_string(&Sha256::digest(&packet.bytes))
        );
        assert_eq!(claims.mf, jws::hash(packet.manifest.as_bytes()));
        claims.status
    }

    /// A question for what is newer than a mark.
    pub fn query(&self, after: u64) -> String {
        let dev = self.public.thumbprint();
        let query = StatusQuery::new(dev, after, 1_795_478_400);
        sign(&self.key, status::TYP, dev, &query)
    }

    /// Gives the device a new key, as if it had lost its own, by the secret of its pairing.
    pub async fn rekey(&mut self, address: SocketAddr) {
        let new = random_key();
        let public = PublicKey::from_key(*new.verifying_key());
        let dev = self.public.thumbprint();
        let claims = Rekey::new(&self.secret, dev, &public, 1_795_478_400);
        let statement = sign(&new, rekey::TYP, public.thumbprint(), &claims);
        let path = "/devices/rekey";
        let answer = http::send(address, "POST", path, &[], statement.as_bytes()).await;
        assert_eq!(answer.status, 201);
        self.prev = public.thumbprint().to_owned();
        (self.key, self.public, self.seq) = (new, public, 0);
    }
}

pub fn sign<T: serde::Serialize>(key: &SigningKey, typ: &str, kid: &str, claims: &T) -> String {
    let input = jws::signing_input(typ, kid, claims);
    let signature: Signature = key.sign(input.as_bytes());
    jws::compact(&input, &signature.to_bytes().into())
}

/// `POST /devices` with the token of a link.
pub async fn ask(address: SocketAddr, link: &str, key: &SigningKey) -> Answer {
    let token = PairingLink::parse(link).unwrap().token;
    let jwk = PublicKey::from_key(*key.verifying_key()).to_jwk();
    let body = json!({ "token": token, "jwk": jwk }).to_string();
    http::send(
        address,
        "POST",
        "/devices",
        &[("Content-Type", "application/json")],
        body.as_bytes(),
    )
    .await
}

pub fn configuration_of(answer: &Answer) -> String {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    body["configuration"].as_str().unwrap().to_owned()
}

/// What the pairing entrusts a device with, to introduce a new key.
pub fn secret_of(answer: &Answer) -> [u8; 32] {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let secret = Base64UrlUnpadded::decode_vec(body["rekey"].as_str().unwrap()).unwrap();
    secret.try_into().unwrap()
}

pub fn random_key() -> SigningKey {
    SigningKey::from_slice(&random::<32>()).unwrap()
}

pub fn random_pid() -> String {
    let [a, b, c] = [(); 3].map(|()| u32::from_le_bytes(random()));
    format!(
        "{a:08x}-{:04x}-7{:03x}-8{:03x}-0000{c:08x}",
        b >> 16,
        b & 0xfff,
        c & 0xfff
    )
}

pub fn random_bytes(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
