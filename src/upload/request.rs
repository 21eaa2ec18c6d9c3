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
    Create {
        /// Whether the first bytes go with it.
        with_bytes: bool,
    },
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
    /// What a sender begins with. Creation answers with the present offset, so a packet that was cut
    /// off anywhere goes on from here, whatever this device remembers of it.
    pub fn first(record: &Record) -> Self {
        if record.sent > 0 {
            Self::Resume
        } else {
            // Where it was tried before some bytes may be there already.
            Self::Create {
                with_bytes: record.attempts == 0,
            }
        }
    }

    /// Where the bytes begin that go with the request, if any do.
    pub fn bytes_from(self) -> Option<u64> {
        match self {
            Self::Create { with_bytes: true } => Some(0),
            Self::Send { offset } => Some(offset),
            _ => None,
        }
    }

    /// The request for this step; `chunk` is the ciphertext from the offset, for [`Step::Send`].
    pub fn request(self, endpoint: &str, record: &Record, chunk: Vec<u8>) -> Request {
        let packet = record
            .location
            .clone()
            .unwrap_or_else(|| format!("{endpoint}/packets/{}", record.pid));
        let (method, url) = match self {
            Self::Create { .. } => (Method::Post, format!("{endpoint}/packets")),
            Self::Resume => (Method::Head, packet),
            Self::Send { .. } => (Method::Patch, packet),
            Self::Receipt => (Method::Get, format!("{endpoint}/receipts/{}", record.pid)),
        };
        let mut headers = Vec::new();
        if self != Self::Receipt {
            headers.push(("Tus-Resumable", "1.0.0".into()));
        }
        match self {
            Self::Create { .. } => {
                let manifest = Base64::encode_string(record.manifest.as_bytes());
                headers.push(("Upload-Length", record.length.to_string()));
                headers.push(("Upload-Metadata", format!("manifest {manifest}")));
            }
            Self::Send { offset } => headers.push(("Upload-Offset", offset.to_string())),
            Self::Resume | Self::Receipt => {}
        }
        if self.bytes_from().is_some() {
            let checksum = Base64::encode_string(&Sha256::digest(&chunk));
            headers.push(("Content-Type", "application/offset+octet-stream".into()));
            headers.push(("Upload-Checksum", format!("sha256 {checksum}")));
        }
        Request {
            method,
            url,
            headers,
            body: chunk,
        }
    }
}

/// Where a server put the upload that it made, when it is not where the registry puts it. An address
/// of another origin is not followed.
pub fn location(endpoint: &str, response: &Response) -> Option<String> {
    let given = response.header("location")?;
    let host = endpoint.find("://").map_or(0, |at| at + 3);
    let origin = endpoint[host..]
        .find('/')
        .map_or(endpoint, |at| &endpoint[..host + at]);
    let path = given.strip_prefix(origin).unwrap_or(given);
    let is_path = path.starts_with('/') && !path.starts_with("//") && path.bytes().all(is_in_paths);
    // A registry behind a proxy does not know what stands before its paths. Where it names another
    // packet, the answer is one to another request.
    let is_packet = path
        .rsplit_once("/packets/")
        .is_some_and(|(_, pid)| pid.len() == 36 && pid.bytes().all(is_in_uuids));
    (is_path && !is_packet).then(|| format!("{origin}{path}"))
}

fn is_in_uuids(byte: u8) -> bool {
    byte == b'-' || byte.is_ascii_hexdigit()
}

/// What stands in a path or a query by RFC 3986, section 3.3: anything else was changed on the way.
fn is_in_paths(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/?".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_a_server_that_gives_uploads_an_address_of_their_own_and_nobody_elsewhere() {
        let pid = "0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f";
        let follow = |endpoint: &str, given: &str| {
            let headers = vec![("location".into(), given.into())];
            let response = Response {
                status: 201,
                headers,
                body: Vec::new(),
            };
            location(endpoint, &response)
        };
        let ours = format!("/packets/{pid}");
        assert_eq!(follow("https://r.example", &ours), None);
        assert_eq!(follow("https://r.example/rekam", &ours), None);
        let another = "/packets/0199e0f4-7a5c-7cc3-98c4-dc0c0c073990";
        assert_eq!(follow("https://r.example", another), None);
        assert_eq!(
            follow("https://r.example", &format!("https://r.example{ours}")),
            None
        );
        let expected = Some("https://r.example:8443/files/7".to_owned());
        for given in ["/files/7", "https://r.example:8443/files/7"] {
            assert_eq!(
                follow("https://r.example:8443/files", given),
                expected,
                "{given}"
            );
        }
        for given in [
            "https://evil.example/files/7",
            "//evil.example/files/7",
            "https://r.example:8443.evil.example/7",
            "files/7",
            "/files/>7",
            "",
        ] {
            assert_eq!(
                follow("https://r.example:8443/files", given),
                None,
                "{given}"
            );
        }
    }
}
