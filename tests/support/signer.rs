//! A P-256 key that signs: the registry's, a device's, a forger's.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use rekam::jws::{self, PublicKey};
use serde::Serialize;

/// A private key.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    /// The key of these 32 bytes, which are below the order of the curve.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_slice(secret).expect("it is below the order"))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_key(*self.0.verifying_key())
    }

    /// The RFC 7638 thumbprint.
    pub fn thumbprint(&self) -> String {
        self.public_key().thumbprint().to_owned()
    }

    /// ES256, `r || s`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }

    /// A compact JWS.
    pub fn jws<T: Serialize>(&self, typ: &str, claims: &T) -> String {
        let input = jws::signing_input(typ, &self.thumbprint(), claims);
        jws::compact(&input, &self.sign(input.as_bytes()))
    }
}
