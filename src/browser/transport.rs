//! Fetch, in page and workers alike.

use gloo::net::http::{Method as HttpMethod, RequestBuilder};
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use web_sys::{AbortController, RequestCache, RequestCredentials};

use super::world::Browser;
use crate::error::UploadError;
use crate::ports::Transport;
use crate::upload::{Method, Request, Response};

/// An answer that takes longer is none: one chunk of 256 KiB at 16 kbit/s takes 131 s.
const LONGEST_REQUEST_MILLIS: u32 = 180_000;

impl Transport for Browser {
    async fn send(&self, request: Request) -> Result<Response, UploadError> {
        // Everything that fetch throws for looks alike from here: no answer.
        let offline = |_| UploadError::Offline;
        let abort = AbortController::new().map_err(|_| UploadError::Offline)?;
        let signal = abort.signal();
        let _timeout = Timeout::new(LONGEST_REQUEST_MILLIS, move || abort.abort());
        let mut builder = RequestBuilder::new(&request.url)
            .method(match request.method {
                Method::Get => HttpMethod::GET,
                Method::Head => HttpMethod::HEAD,
                Method::Patch => HttpMethod::PATCH,
                Method::Post => HttpMethod::POST,
            })
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::Omit)
            .abort_signal(Some(&signal));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let built = if request.body.is_empty() {
            builder.build()
        } else {
            builder.body(Uint8Array::from(&request.body[..]))
        };
        let answer = built.map_err(offline)?.send().await.map_err(offline)?;
        Ok(Response {
            status: answer.status(),
            headers: answer.headers().entries().collect(),
            body: answer.binary().await.map_err(offline)?,
        })
    }
}
