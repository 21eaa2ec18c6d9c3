//! `POST /devices`: a one-time token and a public key for a station configuration.
//! `POST /devices/rekey`: a new key in place of one that a device has lost.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rekam::jws::{Jwk, PublicKey};
use rekam::rekey::Rekey;
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::pairing;
use crate::state::Registry;
use crate::store::devices::{Pairing, Replacement};

/// A token and a key take 250 bytes.
const LARGEST_REQUEST_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
struct Ask {
    token: String,
    jwk: Jwk,
}

#[derive(Serialize)]
struct Answer {
    configuration: String,
    recovery: Option<String>,
    rekey: Option<String>,
}

/// Pairs a device.
pub(super) async fn pair(
    State(registry): State<Arc<Registry>>,
    body: Body,
) -> Result<Response, Problem> {
    let malformed = Problem::PairingMalformed;
    let body = axum::body::to_bytes(body, LARGEST_REQUEST_BYTES)
        .await
        .map_err(|_| malformed)?;
    let ask: Ask = serde_json::from_slice(&body).map_err(|_| malformed)?;
    let key = PublicKey::from_jwk(&ask.jwk)
        .and_then(PublicKey::on_curve)
        .map_err(|_| malformed)?;

    let token_hash = pairing::token_hash(&ask.token);
    let site = registry.database.offered_site(&token_hash).await?;
    let site = site.ok_or(Problem::PairingTokenUnknown)?;
    let code = site.code.clone();
    let configuration = pairing::configuration(
        &registry.key,
        &registry.recipients,
        &registry.endpoint,
        site,
    );
    let paired = registry
        .database
        .pair(
            &token_hash,
            &code,
            &key,
            configuration,
            &pairing::make_entrusted(),
            pairing::now(),
        )
        .await?;
    let (status, configuration) = match paired {
        Pairing::Made { configuration } => (StatusCode::CREATED, configuration),
        Pairing::Repeated { configuration } => (StatusCode::OK, configuration),
        Pairing::Used => return Err(Problem::PairingTokenUsed),
        Pairing::SiteDiffers => return Err(Problem::PairingSiteDiffers),
        Pairing::Unknown => return Err(Problem::PairingTokenUnknown),
    };
    let entrusted = registry.database.entrusted(key.thumbprint()).await?;
    let (recovery, rekey) = entrusted.map(|it| (it.recovery, it.rekey)).unzip();
    let answer = Answer {
        configuration,
        recovery,
        rekey,
    };
    Ok((status, Json(answer)).into_response())
}

/// Takes a new key in place of one that is gone. The same statement again is harmless.
pub(super) async fn rekey(
    State(registry): State<Arc<Registry>>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let malformed = Problem::RekeyMalformed;
    let body = axum::body::to_bytes(body, LARGEST_REQUEST_BYTES)
        .await
        .map_err(|_| malformed)?;
    let compact = std::str::from_utf8(&body).map_err(|_| malformed)?;
    let (statement, key) = Rekey::verify(compact).map_err(|_| malformed)?;
    let entrusted = registry.database.entrusted(&statement.old).await?;
    let secret = entrusted.and_then(|it| pairing::rekey_secret(&it));
    let secret = secret.ok_or(Problem::RekeyRefused)?;
    if !statement.is_by(&secret) {
        return Err(Problem::RekeyRefused);
    }
    let replaced = registry
        .database
        .replace_device(&statement.old, &key, pairing::now())
        .await?;
    match replaced {
        Replacement::Made => {
            tracing::warn!(old = %statement.old, new = %key.thumbprint(), "device has a new key");
            Ok(StatusCode::CREATED)
        }
        Replacement::Repeated => Ok(StatusCode::OK),
        Replacement::Conflict => Err(Problem::RekeyConflict),
    }
}
