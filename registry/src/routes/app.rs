//! The files of the clerk's app: hashed assets for good, everything else asked for again.

use std::io::ErrorKind;
use std::path::PathBuf;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

use crate::error::Problem;

/// Where the bundler puts files whose name holds the hash of their content.
const HASHED: &str = "/assets/";
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A file of the app; for a navigation that names none, the app itself.
pub(super) async fn serve(folder: PathBuf, request: Request) -> Response {
    let navigation = request.method() == Method::GET && accepts_html(request.headers());
    let hashed = request.uri().path().starts_with(HASHED);
    let headers = request.headers().clone();
    let mut response = file(&folder, request).await;
    let mut cache = if hashed { FOR_GOOD } else { ASK_AGAIN };
    if response.status() == StatusCode::NOT_FOUND && navigation {
        response = file(&folder, index(headers)).await;
        cache = ASK_AGAIN;
    }
    match response.status() {
        StatusCode::NOT_FOUND => return Problem::NotFound.into_response(),
        StatusCode::METHOD_NOT_ALLOWED => return Problem::MethodNotAllowed.into_response(),
        _ => {}
    }
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

async fn file(folder: &PathBuf, request: Request) -> Response {
    match ServeDir::new(folder)
        .precompressed_br()
        .try_call(request)
        .await
    {
        Ok(response) => response.into_response(),
        Err(failure) => match failure.kind() {
            // No such file, or a file where the address has a folder.
            ErrorKind::NotFound | ErrorKind::NotADirectory => Problem::NotFound.into_response(),
            _ => Problem::from_failure(failure).into_response(),
        },
    }
}

fn index(headers: HeaderMap) -> Request {
    let mut request = Request::default();
    *request.uri_mut() = Uri::from_static("/");
    *request.headers_mut() = headers;
    request
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
