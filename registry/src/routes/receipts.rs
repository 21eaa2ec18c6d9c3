//! `GET /receipts/{pid}`: the newest receipt of a packet.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rekam::seal::manifest::is_pid;

use crate::error::Problem;
use crate::state::Registry;

/// Answers with the receipt.
pub(super) async fn newest(
    State(registry): State<Arc<Registry>>,
    Path(pid): Path<String>,
) -> Result<Response, Problem> {
    let receipt = if is_pid(&pid) {
        registry.database.receipt(&pid).await?
    } else {
        None
    };
    let jws = receipt.ok_or(Problem::ReceiptUnknown)?;
    Ok(([(header::CONTENT_TYPE, "application/jose")], jws).into_response())
}
