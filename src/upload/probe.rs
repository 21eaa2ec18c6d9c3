//! The probe: is the registry there, and is it the registry?
//!
//! A nonce goes out, a signed answer holding it comes back; everything else, whatever its status,
//! is something that stands between.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};

use super::outcome::stranger;
use super::request::{Method, Request, Response};
use crate::error::UploadError;
use crate::jws::{self, PublicKey};
use crate::ports::{Random, SignatureCheck};

/// `typ` of a probe's answer.
pub const TYP: &str = "registry-probe+jws";

/// The claims of a probe's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeClaims {
    /// The nonce of the request.
    pub nonce: String,
    /// The registry's clock, seconds since 1970 UTC.
    pub iat: u64,
    /// Until when its certificate is good, seconds since 1970 UTC, where it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_exp: Option<u64>,
}

/// One question to the registry.
pub struct Probe {
    nonce: String,
}

impl Probe {
    /// Makes a question with a new nonce of 128 bits.
    pub fn make(random: &impl Random) -> Self {
        let mut nonce = [0; 16];
        random.fill(&mut nonce);
        Self {
            nonce: Base64UrlUnpadded::encode_string(&nonce),
        }
    }

    /// The request.
    pub fn request(&self, endpoint: &str) -> Request {
        Request {
            method: Method::Get,
            url: format!("{endpoint}/probe?nonce={}", self.nonce),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Judges the answer and returns what the registry said.
    ///
    /// # Errors
    /// `upload_probe_forged` for an answer that somebody else signed, `upload_answer_altered` for one
    /// that was changed on the way or belongs to another question; `upload_captive_portal`,
    /// `upload_sign_in_required`, `upload_wrong_server`, `upload_server_*` for a stranger's answer.
    pub async fn judge(
        &self,
        response: &Response,
        keys: &[PublicKey],
        check: &impl SignatureCheck,
    ) -> Result<ProbeClaims, UploadError> {
        let text = std::str::from_utf8(&response.body).unwrap_or_default();
        let kid = match jws::kid(text.trim(), TYP) {
            Ok(kid) if response.status == 200 => kid,
            _ => return Err(stranger(response)),
        };
        let key = keys
            .iter()
            .find(|key| key.thumbprint() == kid)
            .ok_or(UploadError::ProbeForged)?;
        let claims: ProbeClaims = jws::verify_by(check, text.trim(), TYP, key)
            .await
            .map_err(|_| UploadError::AnswerAltered)?;
        if claims.nonce == self.nonce {
            Ok(claims)
        } else {
            // A proxy that keeps answers gave an old one.
            Err(UploadError::AnswerAltered)
        }
    }
}
