//! The headers of tus 1.0.0: what a request says, parsed; what every answer says.
//!
//! <https://tus.io/protocols/resumable-upload>, core with the extensions `creation`,
//! `creation-with-upload` and `checksum`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64ct::{Base64Unpadded, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::error::Problem;

/// The one version.
pub(crate) const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
/// Largest upload: a packet of photo, signature, ten fingers and two irises takes 2 to 6 MB.
pub(crate) const LARGEST_UPLOAD_BYTES: u64 = 64 * 1024 * 1024;
/// Largest body with a checksum: none of it counts before all of it was hashed.
pub(crate) const LARGEST_CHECKED_BYTES: u64 = 8 * 1024 * 1024;

pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
pub(crate) const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
pub(crate) const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
pub(crate) const TUS_CHECKSUM_ALGORITHM: HeaderName =
    HeaderName::from_static("tus-checksum-algorithm");
pub(crate) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(crate) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(crate) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(crate) const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
/// Not of tus: the receipt of a complete upload.
pub(crate) const UPLOAD_RECEIPT: HeaderName = HeaderName::from_static("upload-receipt");

/// Refuses another version of the protocol.
pub(crate) fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(TUS_RESUMABLE) == Some(&VERSION) {
        Ok(())
    } else {
        Err(Problem::UploadVersionUnsupported)
    }
}

/// Refuses bytes of another media type.
pub(crate) fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if media_type == Some(b"application/offset+octet-stream") {
        Ok(())
    } else {
        Err(Problem::UploadTypeUnsupported)
    }
}

/// A header that holds a number of bytes.
pub(crate) fn bytes_of(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let text = text_of(headers, name).ok_or(Problem::UploadMalformed)?;
    // `parse` alone would take a sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::UploadMalformed);
    }
    text.parse().map_err(|_| Problem::UploadMalformed)
}

/// `Content-Length`, absent for a chunked body.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    bytes_of(headers, &header::CONTENT_LENGTH).ok()
}

/// The manifest in `Upload-Metadata`: pairs of a key and base64, separated by commas.
pub(crate) fn manifest(headers: &HeaderMap) -> Result<String, Problem> {
    let malformed = Problem::ManifestMalformed;
    let pairs = text_of(headers, &UPLOAD_METADATA).ok_or(malformed)?;
    let value = pairs
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '))
        .find_map(|(key, value)| (key == "manifest").then_some(value))
        .ok_or(malformed)?;
    String::from_utf8(decode_base64(value).ok_or(malformed)?).map_err(|_| malformed)
}

/// What a body must hash to.
pub(crate) enum Checksum {
    Sha256 { hash: Sha256, expected: Vec<u8> },
    Sha1 { hash: Sha1, expected: Vec<u8> },
}

impl Checksum {
    /// `Upload-Checksum: <algorithm> <base64>`, if the request has one.
    pub(crate) fn parse(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        if !headers.contains_key(UPLOAD_CHECKSUM) {
            return Ok(None);
        }
        let unsupported = Problem::UploadChecksumUnsupported;
        let text = text_of(headers, &UPLOAD_CHECKSUM).ok_or(unsupported)?;
        let (algorithm, expected) = text.split_once(' ').ok_or(unsupported)?;
        let expected = decode_base64(expected).ok_or(unsupported)?;
        match algorithm {
            "sha256" => Ok(Some(Self::Sha256 {
                hash: Sha256::new(),
                expected,
            })),
            "sha1" => Ok(Some(Self::Sha1 {
                hash: Sha1::new(),
                expected,
            })),
            _ => Err(unsupported),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256 { hash, .. } => hash.update(bytes),
            Self::Sha1 { hash, .. } => hash.update(bytes),
        }
    }

    pub(crate) fn matches(self) -> bool {
        match self {
            Self::Sha256 { hash, expected } => hash.finalize().as_slice() == expected,
            Self::Sha1 { hash, expected } => hash.finalize().as_slice() == expected,
        }
    }
}

/// What a server that is asked says of itself.
pub(crate) fn describe(headers: &mut HeaderMap) {
    headers.insert(TUS_VERSION, VERSION);
    headers.insert(
        TUS_EXTENSION,
        HeaderValue::from_static("creation,creation-with-upload,checksum"),
    );
    headers.insert(TUS_MAX_SIZE, HeaderValue::from(LARGEST_UPLOAD_BYTES));
    headers.insert(
        TUS_CHECKSUM_ALGORITHM,
        HeaderValue::from_static("sha256,sha1"),
    );
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Standard base64; clients differ in whether they pad.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    Base64Unpadded::decode_vec(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn reads_a_number_of_bytes_without_sign_or_space() {
        assert_eq!(bytes_of(&with(UPLOAD_OFFSET, "0"), &UPLOAD_OFFSET), Ok(0));
        for value in ["+1", "-1", "1 ", "", "0x1", "99999999999999999999"] {
            assert!(
                bytes_of(&with(UPLOAD_OFFSET, value), &UPLOAD_OFFSET).is_err(),
                "{value}"
            );
        }
    }

    #[test]
    fn finds_the_manifest_among_other_metadata() {
        let headers = with(
            UPLOAD_METADATA,
            "is_private,filename eC5hZ2U=, manifest YS5iLmM",
        );
        assert_eq!(manifest(&headers).unwrap(), "a.b.c");
        assert!(manifest(&with(UPLOAD_METADATA, "filename eC5hZ2U=")).is_err());
        assert!(manifest(&with(UPLOAD_METADATA, "manifest %")).is_err());
    }
}
