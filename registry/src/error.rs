//! The one table of what the registry answers when it refuses: HTTP status, stable code, sentence.
//!
//! Problem details of RFC 9457. **No value of a field, header or body is ever part of one**, and a
//! published code never changes its meaning: `tests/codes.txt` lists them and a test compares.

use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A registry that stops is mostly one that starts again.
const RETRY_SECONDS: u16 = 5;

macro_rules! problems {
    ($( $case:ident = $status:literal, $code:literal, $title:literal; )+) => {
        /// Why a request is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Problem {
            $( #[doc = concat!("`", $code, "`, ", $status, ": ", $title, ".")] $case, )+
        }

        impl Problem {
            /// Every problem there is, in the order of the steps.
            pub const ALL: &[Self] = &[ $( Self::$case, )+ ];

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $( Self::$case => $status, )+ }
            }

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$case => $code, )+ }
            }

            /// The sentence for whoever reads it.
            pub const fn title(self) -> &'static str {
                match self { $( Self::$case => $title, )+ }
            }
        }
    };
}

problems! {
    PairingMalformed = 400, "pairing_malformed", "not a token and a P-256 public key";
    PairingTokenUnknown = 403, "pairing_token_unknown", "this registry did not give out the token";
    PairingTokenUsed = 409, "pairing_token_used", "another device used the token";
    PairingSiteDiffers = 409, "pairing_site_differs", "the device is paired with another site";

    RekeyMalformed = 400, "rekey_malformed", "not a statement of this format, signed by the new key";
    RekeyRefused = 403, "rekey_refused",
        "not by whoever was entrusted with the old key, or that key is not known";
    RekeyConflict = 409, "rekey_conflict", "another key took the place of the old one before";

    ProbeMalformed = 400, "probe_malformed", "a probe has a nonce of 16 to 64 base64url characters";

    ManifestMalformed = 400, "manifest_malformed", "no manifest of this format in Upload-Metadata";
    ManifestUnknownDevice = 403, "manifest_unknown_device", "the manifest's device is not paired";
    ManifestBadSignature = 403, "manifest_bad_signature", "the device did not sign this manifest";
    ManifestSiteDiffers = 403, "manifest_site_differs", "the device records for another site";
    ManifestChainForked = 409, "manifest_chain_forked",
        "another manifest stands at this place of the device's chain";
    ManifestConflict = 409, "manifest_conflict", "another manifest came with this packet id";

    UploadMalformed = 400, "upload_malformed", "a tus header is missing or cannot be read";
    UploadVersionUnsupported = 412, "upload_version_unsupported", "only tus 1.0.0 is spoken";
    UploadTypeUnsupported = 415, "upload_type_unsupported",
        "bytes come as application/offset+octet-stream";
    UploadLengthDiffers = 400, "upload_length_differs",
        "Upload-Length is not the length that the manifest states";
    UploadTooLarge = 413, "upload_too_large", "more bytes than are taken";
    UploadUnknown = 404, "upload_unknown", "no such upload";
    UploadOffsetDiffers = 409, "upload_offset_differs", "the upload stands at another offset";
    UploadChecksumUnsupported = 400, "upload_checksum_unsupported",
        "checksums are sha256 or sha1 in base64";
    UploadChecksumDiffers = 460, "upload_checksum_differs", "bytes were changed on the way";
    UploadBrokenOff = 400, "upload_broken_off", "the body ended before its length";
    UploadStalled = 408, "upload_stalled", "no byte came for too long";
    UploadParked = 503, "upload_parked", "the registry is stopping; go on later";

    PacketHashDiffers = 422, "packet_hash_differs",
        "the bytes have not the hash of the manifest and were dropped";

    ReceiptUnknown = 404, "receipt_unknown", "no receipt for such a packet";

    StatusesMalformed = 400, "statuses_malformed", "no question for statuses of this format";
    StatusesUnknownDevice = 403, "statuses_unknown_device", "the device that asks is not paired";
    StatusesBadSignature = 403, "statuses_bad_signature", "the device did not sign this question";

    NotFound = 404, "not_found", "nothing is at this address";
    MethodNotAllowed = 405, "method_not_allowed", "this address does not know the method";
    RegistryFailed = 500, "registry_failed", "the registry failed; try again later";
}

impl Problem {
    /// Logs a failure of database or disk, and hides it behind `registry_failed`.
    pub(crate) fn from_failure(failure: impl fmt::Display) -> Self {
        tracing::error!(%failure, "registry failed");
        Self::RegistryFailed
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.title())
    }
}

impl std::error::Error for Problem {}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::from_failure(error)
    }
}

impl From<object_store::Error> for Problem {
    fn from(error: object_store::Error) -> Self {
        Self::from_failure(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status(),
            "code": self.code(),
        });
        let status = StatusCode::from_u16(self.status()).expect("the table holds three digits");
        let mut response = (status, body.to_string()).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status() == 503 {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishes_the_codes_of_the_committed_list() {
        let codes: Vec<String> = Problem::ALL
            .iter()
            .map(|p| format!("{} {}", p.status(), p.code()))
            .collect();
        let listed: Vec<&str> = include_str!("../tests/codes.txt").lines().collect();
        assert_eq!(
            codes, listed,
            "a published code never goes and never changes its meaning"
        );
    }
}
