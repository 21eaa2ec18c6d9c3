//! Our opener against the test vectors of the C2SP CCTV project for age v1.
//!
//! A vector is a few `key: value` lines, an empty line, and an age file, which may be compressed.
//! All that an opener hands out must have the hash of the vector, even where it must fail in the
//! end. Identities of type X25519, which no packet has, are unwrapped here in the test, so that
//! the vectors of headers and payloads apply, most of which are for them.

use std::collections::BTreeMap;
use std::io::Read;

use base64ct::{Base64, Base64Unpadded, Encoding};
use bech32::primitives::decode::CheckedHrpstring;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use rekam::error::OpenError;
use rekam::seal::open::{FileKey, Identity, Stanza, Unwrap, open};
use sha2::{Digest, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};

/// Vectors by what becomes of them. Every number is exact, so that none is skipped unnoticed.
const APPLICABLE: usize = 85;
const NOT_APPLICABLE: [(Kind, &str, usize); 2] = [
    (
        Kind::Armored,
        "packets are binary: the opener takes no armor",
        33,
    ),
    (
        Kind::Passphrase,
        "packets are sealed for keys: there is no scrypt recipient",
        25,
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Keys,
    Armored,
    Passphrase,
}

struct Vector {
    name: String,
    fields: Vec<(String, String)>,
    file: Vec<u8>,
}

impl Vector {
    fn all() -> Vec<Self> {
        #[derive(serde::Deserialize)]
        struct Vectors {
            vectors: BTreeMap<String, String>,
        }
        let json = include_str!("vectors/cctv-age.json");
        let Vectors { vectors } = serde_json::from_str(json).expect("the extractor wrote it");
        vectors
            .into_iter()
            .map(|(name, base64)| Self::parse(name, &base64))
            .collect()
    }

    fn parse(name: String, base64: &str) -> Self {
        let bytes = Base64::decode_vec(base64).expect("the extractor wrote it");
        let end = bytes
            .windows(2)
            .position(|two| two == b"\n\n")
            .expect("an empty line ends the head");
        let head = std::str::from_utf8(&bytes[..end]).expect("the head is text");
        let field = |line: &str| {
            let (key, value) = line.split_once(": ").expect("a line is a key and a value");
            (key.to_owned(), value.to_owned())
        };
        let mut vector = Self {
            name,
            fields: head.lines().map(field).collect(),
            file: bytes[end + 2..].to_vec(),
        };
        if vector.field("compressed") == Some("zlib") {
            let inflated = miniz_oxide::inflate::decompress_to_vec_zlib(&vector.file);
            vector.file = inflated.expect("it is zlib");
        }
        vector
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    fn kind(&self) -> Kind {
        if self.field("armored").is_some() {
            Kind::Armored
        } else if self.field("passphrase").is_some() {
            Kind::Passphrase
        } else {
            Kind::Keys
        }
    }

    fn identities(&self) -> Vec<Box<dyn Unwrap>> {
        let identity = |text: &String| match Identity::parse(text) {
            Ok(identity) => Box::new(identity) as Box<dyn Unwrap>,
            Err(_) => Box::new(X25519::parse(text)),
        };
        let texts = self
            .fields
            .iter()
            .filter(|(key, _)| key == "identity")
            .map(|(_, text)| text);
        texts.map(identity).collect()
    }

    /// What the opener says of it, in the words of the vectors, and the hash of what it gave.
    fn run(&self) -> (&'static str, String) {
        let identities = self.identities();
        let identities: Vec<&dyn Unwrap> = identities.iter().map(AsRef::as_ref).collect();
        let mut plaintext = Vec::new();
        let outcome = match open(&self.file[..], &identities) {
            Ok(mut reader) => match reader.read_to_end(&mut plaintext) {
                Ok(_) => "success",
                Err(error) => match error.downcast::<OpenError>() {
                    Ok(OpenError::PayloadCorrupt) => "payload failure",
                    other => panic!("{}: {other:?}", self.name),
                },
            },
            Err(OpenError::HeaderMalformed) => "header failure",
            Err(OpenError::HeaderMacDiffers) => "HMAC failure",
            Err(OpenError::NoMatch) => "no match",
            Err(other) => panic!("{}: {other:?}", self.name),
        };
        (outcome, hex(&Sha256::digest(&plaintext)))
    }
}

/// An identity of type X25519, `AGE-SECRET-KEY-1…`.
struct X25519(StaticSecret);

impl X25519 {
    fn parse(text: &str) -> Self {
        let checked = CheckedHrpstring::new::<bech32::Bech32>(text).expect("it is bech32");
        assert_eq!(checked.hrp().as_str(), "AGE-SECRET-KEY-");
        let secret: Vec<u8> = checked.byte_iter().collect();
        Self(StaticSecret::from(
            <[u8; 32]>::try_from(secret).expect("it is 32 bytes"),
        ))
    }
}

impl Unwrap for X25519 {
    fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, OpenError> {
        let malformed = OpenError::HeaderMalformed;
        if stanza.args[0] != "X25519" {
            return Ok(None);
        }
        let [_, share] = &stanza.args[..] else {
            return Err(malformed);
        };
        let share = Base64Unpadded::decode_vec(share).map_err(|_| malformed)?;
        let share: [u8; 32] = share.try_into().map_err(|_| malformed)?;
        if stanza.body.len() != 32 {
            return Err(malformed);
        }
        let shared = self.0.diffie_hellman(&PublicKey::from(share));
        if !shared.was_contributory() {
            return Err(malformed);
        }
        let salt = [share, PublicKey::from(&self.0).to_bytes()].concat();
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(&salt), shared.as_bytes())
            .expand(b"age-encryption.org/v1/X25519", &mut key)
            .expect("it is short");
        let cipher = ChaCha20Poly1305::new(&Key::from(key));
        let opened = cipher.decrypt(&Nonce::from([0; 12]), &stanza.body[..]);
        Ok(opened
            .ok()
            .map(|key| FileKey::new(key.try_into().expect("its length was checked"))))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn opens_and_refuses_what_the_vectors_say() {
    let vectors = Vector::all();
    let (mut passed, mut failed) = (0, Vec::new());
    for vector in vectors.iter().filter(|vector| vector.kind() == Kind::Keys) {
        let (outcome, payload) = vector.run();
        let expected = vector
            .field("expect")
            .expect("every vector expects something");
        let payload_fits = vector.field("payload").is_none_or(|hash| hash == payload);
        if outcome == expected && payload_fits {
            passed += 1;
        } else {
            failed.push(format!("{}: {outcome}, not {expected}", vector.name));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(passed, APPLICABLE);
    for (kind, reason, count) in NOT_APPLICABLE {
        let skipped = vectors
            .iter()
            .filter(|vector| vector.kind() == kind)
            .count();
        assert_eq!(skipped, count, "{reason}");
    }
    let skipped: usize = NOT_APPLICABLE.iter().map(|(_, _, count)| count).sum();
    assert_eq!(vectors.len(), APPLICABLE + skipped);
}

#[test]
fn knows_every_key_that_a_vector_has() {
    let known = [
        "expect",
        "payload",
        "file key",
        "identity",
        "passphrase",
        "armored",
        "compressed",
        "comment",
    ];
    for vector in Vector::all() {
        for (key, _) in &vector.fields {
            assert!(known.contains(&key.as_str()), "{}: {key}", vector.name);
        }
    }
}
