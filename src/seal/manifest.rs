//! The manifest: a compact JWS by the device that names a packet, its place in the chain and the
//! hash of its ciphertext. There is nothing in it that tells who the applicant is.

#[cfg(feature = "p256")]
mod verify;

use serde::{Deserialize, Serialize};
#[cfg(feature = "p256")]
pub use verify::is_pid;

use crate::clock::ClockClaims;
use crate::jws;

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

/// `rcp`: the hash of the recipient strings in the order of the stanzas, each followed by a line feed.
pub fn recipients_hash<'a>(recipients: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for recipient in recipients {
        text.push_str(recipient);
        text.push('\n');
    }
    jws::hash(text.as_bytes())
}
