//! The manifest: a compact JWS by the device that names a packet, its place in the chain and the
//! hash of its ciphertext. There is nothing in it that tells who the applicant is.

use serde::{Deserialize, Serialize};

use crate::clock::ClockClaims;
use crate::error::JwsError;
use crate::jws::{self, PublicKey};

/// `typ` of a manifest.
pub const TYP: &str = "enrollment-packet+jws";
/// Media type of the ciphertext.
pub const CIPHERTEXT_TYPE: &str = "application/age";

/// The claims of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format version, 1.
    pub v: u32,
    /// Packet id, UUIDv7.
    pub pid: String,
    /// RFC 7638 thumbprint of the device key; equals `kid`.
    pub dev: String,
    /// Kemendagri code of the site.
    pub site: String,
    /// Counts from 1 without a gap for each device key.
    pub seq: u64,
    /// Hash of the previous manifest's octets; the first holds `dev`.
    pub prev: String,
    /// The ciphertext.
    pub ct: Ciphertext,
    /// Hash of the recipient strings, each followed by a line feed.
    pub rcp: String,
    /// Time of sealing, seconds since 1970 UTC by the tablet's clock.
    pub iat: u64,
    /// The service.
    pub svc: String,
    /// How many captures are inside.
    pub cnt: Counts,
    /// What the time of sealing is worth; absent before version 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clk: Option<ClockClaims>,
}

/// What a manifest says of the `.age` object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ciphertext {
    /// SHA-256, base64url.
    #[serde(rename = "sha-256")]
    pub sha_256: String,
    /// Bytes.
    pub len: u64,
    /// Media type, `application/age`.
    #[serde(rename = "type")]
    pub media_type: String,
}

/// Captures by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Face photos.
    pub face: u32,
    /// Signatures.
    pub signature: u32,
    /// Fingers.
    pub finger: u32,
    /// Irises.
    pub iris: u32,
}

impl Manifest {
    /// Checks a manifest against the device's key and what the format demands of its claims.
    ///
    /// # Errors
    /// Those of [`jws::verify`]; `jws_malformed` when version, ids, `seq` or hashes have not the
    /// form of the format; `jws_wrong_key` when `dev` is not the signer.
    pub fn verify(compact: &str, key: &PublicKey) -> Result<Self, JwsError> {
        let manifest: Self = jws::verify(compact, TYP, key)?;
        if manifest.dev != key.thumbprint() {
            return Err(JwsError::WrongKey);
        }
        let sound = manifest.v == 1
            && is_pid(&manifest.pid)
            && manifest.seq > 0
            && (manifest.seq > 1 || manifest.prev == manifest.dev)
            && is_hash(&manifest.prev)
            && is_hash(&manifest.ct.sha_256)
            && is_hash(&manifest.rcp)
            && manifest.ct.media_type == CIPHERTEXT_TYPE;
        if sound {
            Ok(manifest)
        } else {
            Err(JwsError::Malformed)
        }
    }
}

/// Whether `text` is a UUIDv7 in its one spelling: lower case, with hyphens.
pub fn is_pid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|uuid| {
        uuid.get_variant() == uuid::Variant::RFC4122
            && uuid.get_version_num() == 7
            && uuid.hyphenated().to_string() == text
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `rcp`: the hash of the recipient strings in the order of the stanzas, each followed by a line feed.
pub fn recipients_hash<'a>(recipients: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for recipient in recipients {
        text.push_str(recipient);
        text.push('\n');
    }
    jws::hash(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_pid_of_version_7_and_the_variant_of_rfc_9562() {
        assert!(is_pid("0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f"));
        assert!(!is_pid("0199e0f4-7a5c-4cc3-98c4-dc0c0c07398f"));
        assert!(!is_pid("0199e0f4-7a5c-7cc3-18c4-dc0c0c07398f"));
        assert!(!is_pid("0199E0F4-7A5C-7CC3-98C4-DC0C0C07398F"));
        assert!(!is_pid("../../../etc/passwd"));
    }
}
