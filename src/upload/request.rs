//! The requests of an upload.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use crate::store::Record;

/// HTTP methods that the core uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Head,
    Patch,
    Post,
}

/// A request to the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Absolute address. Nothing in it is personal.
    pub url: String,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for none.
    pub body: Vec<u8>,
}

/// Whatever answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header field, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What a request of an upload is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Announce the packet, or learn how far it is: creation is idempotent by pid.
    Create,
    /// Ask how far it is.
    Resume,
    /// Send bytes from `offset`.
    Send {
        /// Where the bytes belong.
        offset: u64,
    },
    /// Fetch the receipt of a complete upload.
    Receipt,
}

impl Step {
    /// The request for this step; `chunk` is the ciphertext from the offset, for [`Step::Send`].
    pub fn request(self, endpoint: &str, record: &Record, chunk: Vec<u8>) -> Request {
        let packet = format!("{endpoint}/packets/{}", record.pid);
        let (method, url) = match self {
            Self::Create => (Method::Post, format!("{endpoint}/packets")),
            Self::Resume => (Method::Head, packet),
            Self::Send { .. } => (Method::Patch, packet),
            Self::Receipt => (Method::Get, format!("{endpoint}/receipts/{}", record.pid)),
        };
        let mut headers = Vec::new();
        if self != Self::Receipt {
            headers.push(("Tus-Resumable", "1.0.0".into()));
        }
        match self {
            Self::Create => {
                let manifest = Base64::encode_string(record.manifest.as_bytes());
                headers.push(("Upload-Length", record.length.to_string()));
                headers.push(("Upload-Metadata", format!("manifest {manifest}")));
            }
            Self::Send { offset } => {
                let checksum = Base64::encode_string(&Sha256::digest(&chunk));
                headers.push(("Content-Type", "application/offset+octet-stream".into()));
                headers.push(("Upload-Offset", offset.to_string()));
                headers.push(("Upload-Checksum", format!("sha256 {checksum}")));
            }
            Self::Resume | Self::Receipt => {}
        }
        Request {
            method,
            url,
            headers,
            body: chunk,
        }
    }
}
