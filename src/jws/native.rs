//! ES256 by the crate `p256`, where there is no WebCrypto: in the registry, the opener, the tests.

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::AffinePoint;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::point::AffineCoordinates;
use serde::de::DeserializeOwned;

use super::{Jwk, PublicKey, claims, coordinate, signed_by};
use crate::error::JwsError;
use crate::ports::SignatureCheck;

impl PublicKey {
    /// Wraps a key of the `p256` crate, for whoever signs.
    pub fn from_key(key: VerifyingKey) -> Self {
        let point = key.as_affine();
        let jwk = Jwk {
            kty: "EC".into(),
            crv: "P-256".into(),
            x: Base64UrlUnpadded::encode_string(&point.x()),
            y: Base64UrlUnpadded::encode_string(&point.y()),
        };
        Self {
            thumbprint: jwk.thumbprint(),
            jwk,
        }
    }

    /// The same key, whose point lies on the curve.
    ///
    /// # Errors
    /// `jws_bad_key`.
    pub fn on_curve(self) -> Result<Self, JwsError> {
        self.to_key().map(|_| self)
    }

    fn to_key(&self) -> Result<VerifyingKey, JwsError> {
        let (x, y) = (coordinate(&self.jwk.x)?, coordinate(&self.jwk.y)?);
        let point = AffinePoint::from_coordinates(&x.into(), &y.into());
        let point = point.into_option().ok_or(JwsError::BadKey)?;
        VerifyingKey::from_affine(point).map_err(|_| JwsError::BadKey)
    }

    fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_slice(signature);
        let (Ok(key), Ok(signature)) = (self.to_key(), signature) else {
            return false;
        };
        key.verify(message, &signature).is_ok()
    }
}

/// The crate as a port.
pub struct P256;

impl SignatureCheck for P256 {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        key.signed(message, signature)
    }
}

/// Checks a compact JWS and returns its claims.
///
/// # Errors
/// Those of [`super::verify_by`].
pub fn verify<T: DeserializeOwned>(
    compact: &str,
    typ: &str,
    key: &PublicKey,
) -> Result<T, JwsError> {
    let signed = signed_by(compact, typ, key)?;
    if !key.signed(signed.message, &signed.signature) {
        return Err(JwsError::BadSignature);
    }
    claims(signed.payload)
}
