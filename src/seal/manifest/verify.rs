//! What the registry demands of a manifest, beside the signature of a device that it knows.

use super::{CIPHERTEXT_TYPE, Manifest, TYP};
use crate::error::JwsError;
use crate::jws::{self, PublicKey};

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
