//! All addresses. The API is for any origin and knows no cookies; everything else is the app.

mod app;
mod devices;
mod guard;
mod packets;
mod probe;
mod receipts;
mod statuses;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{any, get, post};

use crate::error::Problem;
use crate::state::Registry;

/// The routes of one process; `app` is the folder of the clerk's app.
pub(crate) fn router(registry: Arc<Registry>, app: Option<PathBuf>) -> Router {
    let packets = Router::new()
        .route("/packets", post(packets::create))
        .route(
            "/packets/{pid}",
            post(packets::overridden)
                .head(packets::head)
                .patch(packets::patch),
        )
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(guard::tus));
    let api = Router::new()
        .route("/devices", post(devices::pair))
        .route("/devices/rekey", post(devices::rekey))
        .route("/probe", get(probe::answer))
        .route("/receipts/{pid}", get(receipts::newest))
        .route("/statuses", post(statuses::answer))
        .method_not_allowed_fallback(method_not_allowed)
        .merge(packets)
        .layer(from_fn(guard::any_origin))
        .with_state(registry);
    let app = match app {
        Some(folder) => any(move |request| app::serve(folder.clone(), request)),
        None => any(|| async { Problem::NotFound }),
    };
    api.fallback_service(app.layer(from_fn(guard::security_headers)))
        .layer(from_fn(guard::log))
}

async fn method_not_allowed() -> Problem {
    Problem::MethodNotAllowed
}
