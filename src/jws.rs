//! Compact JWS with ES256: what a device or the registry signs, and how the other side checks it.
//!
//! In: octets and a public key. Out: claims of the expected type, or a reason. The curve itself is
//! left to others: [`crate::ports::DeviceKey`] signs and [`SignatureCheck`] checks in a browser,
//! the crate `p256` does in the registry. This module makes what is signed and reads it.
//!
//! RFC 7515 (JWS), RFC 7518 section 3.4 (ES256), RFC 7638 (thumbprint).

#[cfg(feature = "p256")]
mod native;

use base64ct::{Base64UrlUnpadded, Encoding};
#[cfg(feature = "p256")]
pub use native::{P256, verify};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::JwsError;
use crate::ports::SignatureCheck;

/// Longest compact JWS that is looked at, in bytes; a station configuration with several
/// post-quantum recipients of 2 KB each is the largest that occurs.
pub const LONGEST_JWS_BYTES: usize = 32 * 1024;

/// Base64url without padding (RFC 4648 section 5) of the SHA-256 of `bytes`: 43 characters.
pub fn hash(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(bytes))
}

/// A P-256 public key as a JWK (RFC 7517). Other members are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `EC`.
    pub kty: String,
    /// `P-256`.
    pub crv: String,
    /// The x coordinate, 32 bytes in base64url.
    pub x: String,
    /// The y coordinate, 32 bytes in base64url.
    pub y: String,
}

impl Jwk {
    /// The RFC 7638 thumbprint: SHA-256 of the required members in lexical order, base64url.
    pub fn thumbprint(&self) -> String {
        // The members are base64url and fixed words once parsed, so nothing needs escaping.
        let canonical = format!(
            r#"{{"crv":"{}","kty":"{}","x":"{}","y":"{}"}}"#,
            self.crv, self.kty, self.x, self.y
        );
        hash(canonical.as_bytes())
    }
}

/// A P-256 public key by its form. **Whether the point lies on the curve, the check of a signature
/// tells**: no signature is good under one that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    jwk: Jwk,
    thumbprint: String,
}

impl PublicKey {
    /// Parses a JWK.
    ///
    /// # Errors
    /// `jws_bad_key`: another key type or curve, or coordinates that are not 32 bytes.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, JwsError> {
        if jwk.kty != "EC" || jwk.crv != "P-256" {
            return Err(JwsError::BadKey);
        }
        coordinate(&jwk.x)?;
        coordinate(&jwk.y)?;
        Ok(Self {
            jwk: jwk.clone(),
            thumbprint: jwk.thumbprint(),
        })
    }

    /// The key as a JWK.
    pub fn to_jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    /// The RFC 7638 thumbprint, by which everything else names this key.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

fn coordinate(text: &str) -> Result<[u8; 32], JwsError> {
    let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| JwsError::BadKey)?;
    bytes.try_into().map_err(|_| JwsError::BadKey)
}

/// The protected header: these three members and nothing else, so there is no `crit`, no `b64`
/// and no key that came along with the message.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

struct Parts<'a> {
    header: Header,
    payload: &'a str,
    signed: &'a str,
    signature: &'a str,
}

fn split<'a>(compact: &'a str, typ: &str) -> Result<Parts<'a>, JwsError> {
    if compact.len() > LONGEST_JWS_BYTES {
        return Err(JwsError::Malformed);
    }
    let (signed, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
    let header = Base64UrlUnpadded::decode_vec(header).map_err(|_| JwsError::Malformed)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| JwsError::Malformed)?;
    if header.alg != "ES256" {
        return Err(JwsError::WrongAlgorithm);
    }
    if header.typ != typ {
        return Err(JwsError::WrongType);
    }
    Ok(Parts {
        header,
        payload,
        signed,
        signature,
    })
}

/// The thumbprint that a JWS claims to be signed by. **Untrusted**: only to look the key up.
///
/// # Errors
/// `jws_malformed`, `jws_wrong_algorithm`, `jws_wrong_type`.
pub fn kid(compact: &str, typ: &str) -> Result<String, JwsError> {
    Ok(split(compact, typ)?.header.kid)
}

/// The claims of a JWS whose signer is not known yet. **Untrusted**: only to look a key up that
/// is then passed to [`verify_by`].
///
/// # Errors
/// `jws_malformed`, `jws_wrong_algorithm`, `jws_wrong_type`.
pub fn peek<T: DeserializeOwned>(compact: &str, typ: &str) -> Result<T, JwsError> {
    claims(split(compact, typ)?.payload)
}

/// Has `check` check a compact JWS and returns its claims.
///
/// # Errors
/// `jws_malformed`, `jws_wrong_algorithm`, `jws_wrong_type`, `jws_wrong_key` when `kid` names
/// another key, `jws_bad_signature`.
pub async fn verify_by<T: DeserializeOwned>(
    check: &impl SignatureCheck,
    compact: &str,
    typ: &str,
    key: &PublicKey,
) -> Result<T, JwsError> {
    let signed = signed_by(compact, typ, key)?;
    if !check.verifies(key, signed.message, &signed.signature).await {
        return Err(JwsError::BadSignature);
    }
    claims(signed.payload)
}

/// What a check of the signature is about, and the payload that is believed after it.
struct Signed<'a> {
    message: &'a [u8],
    signature: [u8; 64],
    payload: &'a str,
}

/// A JWS that says of itself that it is signed by `key`.
fn signed_by<'a>(compact: &'a str, typ: &str, key: &PublicKey) -> Result<Signed<'a>, JwsError> {
    let parts = split(compact, typ)?;
    if parts.header.kid != key.thumbprint {
        return Err(JwsError::WrongKey);
    }
    let signature =
        Base64UrlUnpadded::decode_vec(parts.signature).map_err(|_| JwsError::Malformed)?;
    Ok(Signed {
        message: parts.signed.as_bytes(),
        signature: signature.try_into().map_err(|_| JwsError::BadSignature)?,
        payload: parts.payload,
    })
}

fn claims<T: DeserializeOwned>(payload: &str) -> Result<T, JwsError> {
    let payload = Base64UrlUnpadded::decode_vec(payload).map_err(|_| JwsError::Malformed)?;
    serde_json::from_slice(&payload).map_err(|_| JwsError::Malformed)
}

/// `BASE64URL(header) || "." || BASE64URL(claims)`: the octets to sign (RFC 7515 section 5.1).
pub fn signing_input<T: Serialize>(typ: &str, kid: &str, claims: &T) -> String {
    let header = Header {
        alg: "ES256".into(),
        typ: typ.into(),
        kid: kid.into(),
    };
    let json = |value: Vec<u8>| Base64UrlUnpadded::encode_string(&value);
    let header = serde_json::to_vec(&header).expect("three strings serialise");
    let claims = serde_json::to_vec(claims).expect("claims have string keys only");
    format!("{}.{}", json(header), json(claims))
}

/// The compact JWS of a signing input and its signature `r || s`, 64 bytes.
pub fn compact(signing_input: &str, signature: &[u8; 64]) -> String {
    format!(
        "{signing_input}.{}",
        Base64UrlUnpadded::encode_string(signature)
    )
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use p256::ecdsa::signature::Signer;
    use p256::ecdsa::{Signature, SigningKey};

    use super::*;

    fn signed(secret: u8, typ: &str) -> (String, PublicKey) {
        let key = SigningKey::from_slice(&[secret; 32]).unwrap();
        let public = PublicKey::from_key(*key.verifying_key());
        let input = signing_input(typ, public.thumbprint(), &serde_json::json!({ "n": 1 }));
        let signature: Signature = key.sign(input.as_bytes());
        (compact(&input, &signature.to_bytes().into()), public)
    }

    #[test]
    fn has_the_thumbprint_of_rfc_7638_members_in_lexical_order() {
        let (_, key) = signed(7, "t");
        let jwk = key.to_jwk();
        let text = format!(
            r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
            jwk.x, jwk.y
        );
        assert_eq!(key.thumbprint(), hash(text.as_bytes()));
        assert_eq!(PublicKey::from_jwk(&jwk).unwrap(), key);
    }

    #[test]
    fn returns_the_claims_of_a_good_signature() {
        let (jws, key) = signed(7, "t");
        let claims: serde_json::Value = verify(&jws, "t", &key).unwrap();
        assert_eq!(claims["n"], 1);
    }

    /// What a browser runs, with a check that waits for nothing.
    fn verified_by_a_check(jws: &str, key: &PublicKey) -> Result<serde_json::Value, JwsError> {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(verify_by(&P256, jws, "t", key)).poll(&mut context) {
            Poll::Ready(claims) => claims,
            Poll::Pending => unreachable!("the check waits for nothing"),
        }
    }

    #[test]
    fn refuses_every_single_bit_flip() {
        let (jws, key) = signed(7, "t");
        assert_eq!(verified_by_a_check(&jws, &key), verify(&jws, "t", &key));
        for i in 0..jws.len() {
            for bit in 0..7 {
                let mut bytes = jws.clone().into_bytes();
                bytes[i] ^= 1 << bit;
                let Ok(text) = String::from_utf8(bytes) else {
                    continue;
                };
                let refused = verify::<serde_json::Value>(&text, "t", &key);
                assert!(refused.is_err(), "{i} {bit}");
                assert_eq!(verified_by_a_check(&text, &key), refused, "{i} {bit}");
            }
        }
    }

    #[test]
    fn refuses_a_point_that_is_not_on_the_curve() {
        let (jws, key) = signed(7, "t");
        let mut jwk = key.to_jwk();
        jwk.y = jwk.x.clone();
        let off = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(off.clone().on_curve(), Err(JwsError::BadKey));
        let (_, signature) = jws.rsplit_once('.').unwrap();
        let input = signing_input("t", off.thumbprint(), &serde_json::json!({ "n": 1 }));
        let jws = format!("{input}.{signature}");
        let refused = verify::<serde_json::Value>(&jws, "t", &off);
        assert_eq!(refused, Err(JwsError::BadSignature));
        assert_eq!(verified_by_a_check(&jws, &off), refused);
    }

    #[test]
    fn refuses_another_type_key_and_algorithm() {
        let (jws, key) = signed(7, "t");
        let (_, other) = signed(8, "t");
        let check = |jws: &str, typ, key| verify::<serde_json::Value>(jws, typ, key).unwrap_err();
        assert_eq!(check(&jws, "u", &key), JwsError::WrongType);
        assert_eq!(check(&jws, "t", &other), JwsError::WrongKey);
        let none = Base64UrlUnpadded::encode_string(br#"{"alg":"none","typ":"t","kid":""}"#);
        assert_eq!(
            check(&format!("{none}.e30."), "t", &key),
            JwsError::WrongAlgorithm
        );
        let crit =
            Base64UrlUnpadded::encode_string(br#"{"alg":"ES256","typ":"t","kid":"","crit":["x"]}"#);
        assert_eq!(
            check(&format!("{crit}.e30."), "t", &key),
            JwsError::Malformed
        );
    }
}
