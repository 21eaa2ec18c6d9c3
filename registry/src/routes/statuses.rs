//! `POST /statuses`: what became of a device's packets since it asked last.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use rekam::error::JwsError;
use rekam::jws;
use rekam::status::{StatusQuery, Statuses, TYP};

use crate::error::Problem;
use crate::state::Registry;

/// A question takes 400 bytes.
const LARGEST_REQUEST_BYTES: usize = 2 * 1024;

/// Answers a device. The time of its question is not looked at: whoever repeats one that was
/// overheard learns what `GET /receipts/{pid}` tells anybody.
pub(super) async fn answer(
    State(registry): State<Arc<Registry>>,
    body: Body,
) -> Result<Json<Statuses>, Problem> {
    let malformed = Problem::StatusesMalformed;
    let body = axum::body::to_bytes(body, LARGEST_REQUEST_BYTES)
        .await
        .map_err(|_| malformed)?;
    let compact = std::str::from_utf8(&body).map_err(|_| malformed)?;
    let dev = jws::kid(compact, TYP).map_err(|_| malformed)?;
    let device = registry.database.device(&dev).await?;
    let device = device.ok_or(Problem::StatusesUnknownDevice)?;
    let query = StatusQuery::verify(compact, &device.key).map_err(|error| match error {
        JwsError::BadSignature | JwsError::WrongKey => Problem::StatusesBadSignature,
        _ => malformed,
    })?;
    let statuses = registry.database.statuses(&query.dev, query.after).await?;
    Ok(Json(statuses))
}
