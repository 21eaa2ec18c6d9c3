//! HTTP/1.1 by hand, so that a test can break off where it likes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    pub fn offset(&self) -> u64 {
        self.header("Upload-Offset")
            .expect("an offset")
            .parse()
            .unwrap()
    }

    pub fn receipt(&self) -> &str {
        self.header("Upload-Receipt").expect("a receipt")
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The stable code of a problem, whose other members are checked on the way.
    pub fn code(&self) -> String {
        assert_eq!(
            self.header("Content-Type"),
            Some("application/problem+json")
        );
        let problem: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        problem["code"].as_str().unwrap().to_owned()
    }

    /// Status and code at once.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }
}

/// A request on its way.
pub struct Connection(TcpStream);

impl Connection {
    /// Sends the head of a request that announces `length` bytes of body.
    pub async fn open(
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        length: usize,
    ) -> Self {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {length}\r\n\r\n");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        Self(stream)
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
        self.0.flush().await.unwrap();
    }

    pub async fn answer(mut self) -> Answer {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).await.unwrap();
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a whole answer");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: bytes.split_off(end + 4),
        }
    }
}

/// Bytes as they are, and the answer.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut connection = Connection(TcpStream::connect(address).await.unwrap());
    connection.write(bytes).await;
    connection.answer().await
}

/// Bytes as they are, and every byte of the answer over a connection that stays open.
pub async fn octets(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut connection = Connection(TcpStream::connect(address).await.unwrap());
    connection.write(bytes).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(connection.0.read_u8().await.unwrap());
    }
    let head = String::from_utf8(answer.clone()).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    connection.0.read_exact(&mut body).await.unwrap();
    answer.extend(body);
    answer
}

/// One request and its answer.
pub async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut connection = Connection::open(address, method, path, headers, body.len()).await;
    // Who is refused early may close before all is sent.
    let _ = connection.0.write_all(body).await;
    connection.answer().await
}
