//! A tablet's HTTP: one connection for each request, and `upload_offline` for whatever fails.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST};
use hyper_util::rt::TokioIo;
use rekam::error::UploadError;
use rekam::upload::{Method, Request, Response};
use tokio::net::TcpStream;

use crate::support::network::{Carried, Link};

/// Plain HTTP to an address of this machine. Dropped in the middle, it takes its connection along.
pub struct Client;

impl Link for Client {
    fn carry(&self, request: Request) -> Carried<'_> {
        // A browser does not say either why nothing answered.
        Box::pin(async { exchange(request).await.map_err(|_| UploadError::Offline) })
    }
}

type Failure = Box<dyn std::error::Error>;

async fn exchange(request: Request) -> Result<Response, Failure> {
    let uri: hyper::Uri = request.url.parse()?;
    let authority = uri.authority().ok_or("an address has a host")?.as_str();
    let address: SocketAddr = authority.parse()?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Head => hyper::Method::HEAD,
        Method::Patch => hyper::Method::PATCH,
        Method::Post => hyper::Method::POST,
    };
    let mut outgoing = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, authority)
        .header(CONNECTION, "close");
    for (name, value) in request.headers {
        outgoing = outgoing.header(name, value);
    }
    let outgoing = outgoing.body(Full::new(Bytes::from(request.body)))?;

    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) = http1::handshake(stream).await?;
    let exchange = async {
        let (head, body) = sender.send_request(outgoing).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok::<_, hyper::Error>((head, body))
    };
    tokio::pin!(exchange, connection);
    let (head, body) = tokio::select! {
        answer = &mut exchange => answer?,
        // The other end has closed; what it said before may still be there.
        _ = &mut connection => exchange.await?,
    };
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Response {
        status: head.status.as_u16(),
        headers: headers.collect(),
        body: body.to_vec(),
    })
}
