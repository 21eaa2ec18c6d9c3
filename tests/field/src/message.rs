//! HTTP/1.1 requests as they pass the proxy: where the head ends, how long the body is, and whether it
//! is of a packet. Bodies are understood by `Content-Length` alone: the core sends no other.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

const LARGEST_HEAD_BYTES: usize = 64 * 1024;
const MOST_HEADERS: usize = 64;

/// A request, or as much of it as arrived.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The head as it came, with the empty line.
    pub head: Vec<u8>,
    /// As much of the body as was read.
    pub body: Vec<u8>,
    /// Bytes that the body has in all.
    pub length: usize,
    /// Whether there are bytes of a packet in it.
    pub is_ciphertext: bool,
}

impl Request {
    /// Reads the head; `None` when nobody sends one.
    pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        loop {
            if let Some(request) = Self::parse(&bytes)? {
                return Ok(Some(request));
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The request whose head is complete in `bytes`.
    fn parse(bytes: &[u8]) -> io::Result<Option<Self>> {
        let malformed = || io::Error::from(io::ErrorKind::InvalidData);
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        let end = match parsed.parse(bytes).map_err(|_| malformed())? {
            httparse::Status::Complete(end) => end,
            httparse::Status::Partial if bytes.len() > LARGEST_HEAD_BYTES => {
                return Err(malformed());
            }
            httparse::Status::Partial => return Ok(None),
        };
        let header = |name: &str| {
            let mut all = parsed.headers.iter();
            let found = all.find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(found.value).ok()
        };
        let length = header("content-length").map_or(Ok(0), str::parse);
        Ok(Some(Self {
            method: parsed.method.unwrap_or_default().to_owned(),
            head: bytes[..end].to_vec(),
            body: bytes[end..].to_vec(),
            length: length.map_err(|_| malformed())?,
            is_ciphertext: header("content-type") == Some("application/offset+octet-stream"),
        }))
    }

    /// Reads on until that many bytes of the body are there, or the sender ends.
    pub async fn read_body(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
        bytes: usize,
    ) -> io::Result<()> {
        while self.body.len() < bytes.min(self.length) {
            if stream.read_buf(&mut self.body).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Head and body in one.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.head[..], &self.body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::executor::settle;

    const PATCH: &[u8] =
        b"PATCH /packets/p1 HTTP/1.1\r\nContent-Length: 5\r\nContent-Type: application/offset+octet-stream\r\n\r\nhello";

    #[test]
    fn knows_where_the_body_of_a_request_ends_and_what_it_is() {
        let mut stream = PATCH;
        let mut request = settle(Request::read_head(&mut stream)).unwrap().unwrap();
        settle(request.read_body(&mut stream, 5)).unwrap();
        assert_eq!((request.method.as_str(), request.length), ("PATCH", 5));
        assert!(request.is_ciphertext);
        assert_eq!(request.bytes(), PATCH);
    }

    #[test]
    fn takes_no_head_that_is_cut_off() {
        for end in 0..PATCH.len() - 5 {
            let mut stream = &PATCH[..end];
            assert!(settle(Request::read_head(&mut stream)).unwrap().is_none());
        }
        let mut stream = &PATCH[..PATCH.len() - 1];
        let mut request = settle(Request::read_head(&mut stream)).unwrap().unwrap();
        assert!(settle(request.read_body(&mut stream, 5)).is_err());
        assert_eq!(request.body, b"hell");
    }
}
