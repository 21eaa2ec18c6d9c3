//! The probe: is the registry there, and is it the registry?
//!
//! A nonce goes out, a signed answer holding it comes back; everything else, whatever its status,
//! is something that stands between.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};

use super::request::{Method, Request, Response};
use crate::error::UploadError;
use crate::jws::{self, PublicKey};
use crate::ports::Random;

/// `typ` of a probe's answer.
pub const TYP: &str = "registry-probe+jws";

/// The claims of a probe's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeClaims {
    /// The nonce of the request.
    pub nonce: String,
    /// The registry's clock, seconds since 1970 UTC.
    pub iat: u64,
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

    /// Judges the answer and returns the registry's clock, seconds since 1970 UTC.
    ///
    /// # Errors
    /// `upload_server_busy`, `upload_server_failed`; `upload_probe_forged` for an answer that is
    /// signed by somebody else or for another question; `upload_captive_portal` for anything else.
    pub fn judge(&self, response: &Response, keys: &[PublicKey]) -> Result<u64, UploadError> {
        match response.status {
            200 => {}
            429 | 503 => return Err(UploadError::ServerBusy),
            500..=510 => return Err(UploadError::ServerFailed),
            _ => return Err(UploadError::CaptivePortal),
        }
        let text = std::str::from_utf8(&response.body).map_err(|_| UploadError::CaptivePortal)?;
        let kid = jws::kid(text.trim(), TYP).map_err(|_| UploadError::CaptivePortal)?;
        let key = keys
            .iter()
            .find(|key| key.thumbprint() == kid)
            .ok_or(UploadError::ProbeForged)?;
        let claims: ProbeClaims =
            jws::verify(text.trim(), TYP, key).map_err(|_| UploadError::ProbeForged)?;
        if claims.nonce == self.nonce {
            Ok(claims.iat)
        } else {
            Err(UploadError::ProbeForged)
        }
    }
}
