//! Step 6: the registry's signed receipt, checked against the packet that it is for.
//!
//! In: a compact JWS, the packet's record, the registry's keys. Out: a [`Receipt`], which nothing
//! else makes and which [`crate::purge`] asks for. It fetches nothing.

use serde::{Deserialize, Serialize};

use crate::error::{JwsError, ReceiptError};
use crate::jws::{self, PublicKey};
use crate::ports::SignatureCheck;
use crate::store::Record;

/// `typ` of a receipt.
pub const TYP: &str = "enrollment-receipt+jws";
/// The first status: the registry has both objects, durably.
pub const RECEIVED: &str = "RECEIVED";

/// The claims of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptClaims {
    /// Format version, 1.
    pub v: u32,
    /// Packet id.
    pub pid: String,
    /// Hash of the `.age` object.
    pub ct: String,
    /// Hash of the manifest's octets.
    pub mf: String,
    /// When the registry signed it, seconds since 1970 UTC.
    pub iat: u64,
    /// `RECEIVED`, or a later word of the population register.
    pub status: String,
}

/// A receipt that was verified for one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    claims: ReceiptClaims,
}

impl Receipt {
    /// Verifies a receipt for the packet of `record`.
    ///
    /// # Errors
    /// `receipt_malformed`, `receipt_bad_signature` (no key in `keys` signed it),
    /// `receipt_other_packet`, `receipt_hash_differs`.
    pub async fn verify(
        compact: &str,
        record: &Record,
        keys: &[PublicKey],
        check: &impl SignatureCheck,
    ) -> Result<Self, ReceiptError> {
        let kid = jws::kid(compact, TYP).map_err(|_| ReceiptError::Malformed)?;
        let key = keys
            .iter()
            .find(|key| key.thumbprint() == kid)
            .ok_or(ReceiptError::BadSignature)?;
        let claims = jws::verify_by(check, compact, TYP, key).await;
        let claims: ReceiptClaims = claims.map_err(|error| match error {
            JwsError::BadSignature | JwsError::WrongKey => ReceiptError::BadSignature,
            _ => ReceiptError::Malformed,
        })?;
        if claims.v != 1 {
            return Err(ReceiptError::Malformed);
        }
        if claims.pid != record.pid {
            return Err(ReceiptError::OtherPacket);
        }
        if claims.ct != record.ciphertext_sha256
            || claims.mf != jws::hash(record.manifest.as_bytes())
        {
            return Err(ReceiptError::HashDiffers);
        }
        Ok(Self { claims })
    }

    /// What the registry said.
    pub fn claims(&self) -> &ReceiptClaims {
        &self.claims
    }
}
