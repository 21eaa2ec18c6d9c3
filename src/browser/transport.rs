//! Fetch, in page and workers alike.

use gloo::net::http::{Method as HttpMethod, RequestBuilder};
use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect, ResponseType};

use super::world::Browser;
use crate::error::UploadError;
use crate::ports::Transport;
use crate::upload::{Method, Request, Response};

/// An answer that takes longer is none: the first chunk of a link that became slow meanwhile, 1 MiB
/// at 64 kbit/s, takes 131 s.
const LONGEST_REQUEST_MILLIS: u32 = 180_000;

#[wasm_bindgen]
extern "C" {
    type Navigator;

    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> bool;

    /// Chromium's; workers have it too.
    #[wasm_bindgen(method, getter)]
    fn connection(this: &Navigator) -> Option<NetworkInformation>;

    type NetworkInformation;

    #[wasm_bindgen(method, getter, js_name = saveData)]
    fn save_data(this: &NetworkInformation) -> Option<bool>;

    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &NetworkInformation) -> Option<String>;

    #[wasm_bindgen(js_name = navigator, thread_local_v2)]
    static NAVIGATOR: Navigator;
}

impl Transport for Browser {
    async fn send(&self, request: Request) -> Result<Response, UploadError> {
        // Everything that fetch throws for looks alike from here. `onLine` lies when it says yes.
        let silence = || match NAVIGATOR.with(Navigator::on_line) {
            true => UploadError::Unreachable,
            false => UploadError::Offline,
        };
        let abort = AbortController::new().map_err(|_| silence())?;
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
            .redirect(RequestRedirect::Manual)
            .abort_signal(Some(&signal));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let built = if request.body.is_empty() {
            builder.build()
        } else {
            builder.body(Uint8Array::from(&request.body[..]))
        };
        let answer = built.map_err(|_| silence())?.send().await;
        let answer = answer.map_err(|_| silence())?;
        if answer.type_() == ResponseType::Opaqueredirect {
            // The browser hides what kind of redirect it was; the registry knows none.
            return Ok(Response {
                status: 302,
                ..Response::default()
            });
        }
        Ok(Response {
            status: answer.status(),
            headers: answer.headers().entries().collect(),
            body: answer.binary().await.map_err(|_| silence())?,
        })
    }

    fn is_metered(&self) -> bool {
        let connection = NAVIGATOR.with(Navigator::connection);
        connection.is_some_and(|connection| {
            connection.save_data() == Some(true) || connection.kind().as_deref() == Some("cellular")
        })
    }
}
