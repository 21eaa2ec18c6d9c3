//! What surrounds every route: the log line, the headers of a browser's defences, CORS, tus.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Problem;
use crate::tus;

/// Wasm needs `wasm-unsafe-eval`; photos and their previews are blobs; nothing is from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PERMISSIONS_POLICY: &str =
    "camera=(self), microphone=(), geolocation=(), display-capture=(), payment=()";

const ALLOW_METHODS: &str = "GET, HEAD, POST, PATCH, OPTIONS";
const ALLOW_HEADERS: &str = "Content-Type, Tus-Resumable, Upload-Length, Upload-Offset, \
    Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override, X-Requested-With, X-Request-ID";
/// What a page of another origin may read of an answer. Each answer names those that it has: all
/// of them would be as long as the rest of what answers a `PATCH`.
static EXPOSED: [HeaderName; 11] = [
    header::LOCATION,
    header::RETRY_AFTER,
    tus::TUS_RESUMABLE,
    tus::TUS_VERSION,
    tus::TUS_EXTENSION,
    tus::TUS_MAX_SIZE,
    tus::TUS_CHECKSUM_ALGORITHM,
    tus::UPLOAD_LENGTH,
    tus::UPLOAD_OFFSET,
    tus::UPLOAD_METADATA,
    tus::UPLOAD_RECEIPT,
];
/// A day; browsers cut it to what they allow.
const PREFLIGHT_SECONDS: &str = "86400";

/// One line for each request. The route is its template: an address, though never personal, is
/// nothing that a log needs.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_ref().map_or("app", MatchedPath::as_str),
        status = response.status().as_u16(),
        ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        code = response.extensions().get::<Problem>().map(|problem| problem.code()),
        "request"
    );
    response
}

/// Headers of what a browser shows. Answers of the API are never shown, and links are slow.
pub(super) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    set(
        response.headers_mut(),
        [
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (
                HeaderName::from_static("permissions-policy"),
                PERMISSIONS_POLICY,
            ),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
        ],
    );
    response
}

/// Answers of the API are for any origin: they hold nothing that a cookie would guard. What every
/// one of them carries is kept short.
pub(super) async fn any_origin(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        preflight_of(&request)
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    set(
        headers,
        [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::CACHE_CONTROL, "no-store"),
        ],
    );
    // Nothing that is signed, and nothing at all, could be taken for a page.
    let media_type = headers.get(header::CONTENT_TYPE);
    if media_type.is_some_and(|it| it != "application/jose") {
        set(headers, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")]);
    }
    let exposed: Vec<&str> = EXPOSED
        .iter()
        .filter(|name| headers.contains_key(*name))
        .map(HeaderName::as_str)
        .collect();
    if !exposed.is_empty() {
        let exposed = HeaderValue::try_from(exposed.join(", ")).expect("names are ASCII");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

/// What `OPTIONS` is answered: CORS for browsers, and for tus clients what the server can do.
fn preflight_of(request: &Request) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    set(
        headers,
        [
            (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
        ],
    );
    if request.uri().path().starts_with("/packets") {
        headers.insert(tus::TUS_RESUMABLE, tus::VERSION);
        tus::describe(headers);
    }
    response
}

/// Speaks tus 1.0.0 and nothing else, and says so in every answer.
pub(super) async fn tus(request: Request, next: Next) -> Response {
    let mut response = match tus::check_version(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => {
            let mut response = problem.into_response();
            response
                .headers_mut()
                .insert(tus::TUS_VERSION, tus::VERSION);
            response
        }
    };
    response
        .headers_mut()
        .insert(tus::TUS_RESUMABLE, tus::VERSION);
    response
}

fn set<const N: usize>(headers: &mut HeaderMap, pairs: [(HeaderName, &'static str); N]) {
    for (name, value) in pairs {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
