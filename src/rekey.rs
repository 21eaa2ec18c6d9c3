//! A device key that went with the browser's database gives way to a new one, without a network.
//!
//! In: the secret that came with the pairing and lies in the key slots. Out: a statement that the
//! registry believes: the new key signs it, and a MAC by the secret ties it to the old one.
//!
//! ```text
//! mac = HMAC-SHA256(secret, "rekam/rekey" LF old thumbprint LF new thumbprint)   (RFC 2104)
//! ```

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::jws::{Jwk, PublicKey};
#[cfg(feature = "p256")]
use crate::{error::JwsError, jws};

/// `typ` of the statement.
pub const TYP: &str = "device-rekey+jws";

/// The claims of the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rekey {
    /// Format version, 1.
    pub v: u32,
    /// RFC 7638 thumbprint of the key that is gone.
    pub old: String,
    /// The new key.
    pub jwk: Jwk,
    /// When it was signed by the tablet's clock, seconds since 1970 UTC.
    pub iat: u64,
    /// Base64url.
    mac: String,
}

impl Rekey {
    /// Introduces `new` in place of `old`.
    pub fn new(secret: &[u8; 32], old: &str, new: &PublicKey, iat: u64) -> Self {
        let mac = mac(secret, old, new.thumbprint()).finalize().into_bytes();
        Self {
            v: 1,
            old: old.into(),
            jwk: new.to_jwk(),
            iat,
            mac: Base64UrlUnpadded::encode_string(&mac),
        }
    }

    /// Verifies that the new key signed it; whether it may, [`Self::is_by`] tells.
    ///
    /// # Errors
    /// `jws_*`.
    #[cfg(feature = "p256")]
    pub fn verify(compact: &str) -> Result<(Self, PublicKey), JwsError> {
        let peeked: Self = jws::peek(compact, TYP)?;
        let key = PublicKey::from_jwk(&peeked.jwk)?;
        let claims: Self = jws::verify(compact, TYP, &key)?;
        if claims.v == 1 {
            Ok((claims, key))
        } else {
            Err(JwsError::Malformed)
        }
    }

    /// Whether whoever made it holds the secret that came with the old key's pairing.
    pub fn is_by(&self, secret: &[u8; 32]) -> bool {
        let Ok(key) = PublicKey::from_jwk(&self.jwk) else {
            return false;
        };
        let stated = Base64UrlUnpadded::decode_vec(&self.mac).unwrap_or_default();
        mac(secret, &self.old, key.thumbprint())
            .verify_slice(&stated)
            .is_ok()
    }
}

fn mac(secret: &[u8; 32], old: &str, new: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes any key");
    mac.update(format!("rekam/rekey\n{old}\n{new}").as_bytes());
    mac
}
