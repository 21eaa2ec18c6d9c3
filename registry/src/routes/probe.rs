//! `GET /probe`: a signed nonce, which no captive portal can answer.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rekam::upload::probe::{ProbeClaims, TYP};
use serde::Deserialize;

use crate::error::Problem;
use crate::pairing::now;
use crate::state::Registry;

#[derive(Deserialize)]
pub(super) struct Ask {
    nonce: String,
}

/// Answers a probe.
pub(super) async fn answer(
    State(registry): State<Arc<Registry>>,
    ask: Result<Query<Ask>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Ask { nonce }) = ask.map_err(|_| Problem::ProbeMalformed)?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !(16..=64).contains(&nonce.len()) || !nonce.bytes().all(is_base64url) {
        return Err(Problem::ProbeMalformed);
    }
    let jws = registry.key.sign(
        TYP,
        &ProbeClaims {
            nonce,
            iat: now(),
            cert_exp: registry.certificate_expires,
        },
    );
    Ok(([(header::CONTENT_TYPE, "application/jose")], jws).into_response())
}
