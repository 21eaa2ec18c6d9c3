//! Pairing a device with a site: the one-time link that the registry gives out, and the signed
//! configuration that the device gets for it.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use rekam::jws;
use rekam::operator::RecoveryCode;
use rekam::ports::Random;
use rekam::station::{self, ConfigurationClaims};

use crate::keys::{ReceiptKey, SystemRandom};
use crate::store::Database;
use crate::store::devices::{Entrusted, Site};

/// 128 bits are the least that the format asks for.
const TOKEN_BYTES: usize = 24;
/// A station renews its configuration at each contact; one that was silent for a year asks again.
const CONFIGURATION_SECONDS: u64 = 365 * 24 * 60 * 60;

/// Seconds since 1970 UTC.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Makes a link that pairs one device with a site. Only the hash of its token is kept.
pub(crate) async fn make_link(
    database: &Database,
    key: &ReceiptKey,
    endpoint: &str,
    site: &str,
) -> Result<String, sqlx::Error> {
    let mut token = [0; TOKEN_BYTES];
    SystemRandom.fill(&mut token);
    let token = Base64UrlUnpadded::encode_string(&token);
    database
        .offer_pairing(&token_hash(&token), site, now())
        .await?;
    Ok(format!("{endpoint}/#pair={token}.{}", key.thumbprint()))
}

/// What a device gets beside its configuration.
pub(crate) fn make_entrusted() -> Entrusted {
    let mut rekey = [0; 32];
    SystemRandom.fill(&mut rekey);
    Entrusted {
        recovery: RecoveryCode::make(&SystemRandom).to_string(),
        rekey: Base64UrlUnpadded::encode_string(&rekey),
    }
}

/// The secret by which a device introduces a new key.
pub(crate) fn rekey_secret(entrusted: &Entrusted) -> Option<[u8; 32]> {
    let secret = Base64UrlUnpadded::decode_vec(&entrusted.rekey).ok()?;
    secret.try_into().ok()
}

/// Under what a token is kept.
pub(crate) fn token_hash(token: &str) -> String {
    jws::hash(token.as_bytes())
}

/// The signed configuration of a site.
pub(crate) fn configuration(
    key: &ReceiptKey,
    recipients: &[String],
    endpoint: &str,
    site: Site,
) -> String {
    let iat = now();
    let claims = ConfigurationClaims {
        v: 1,
        site: site.code,
        site_name: site.name,
        endpoint: endpoint.to_owned(),
        recipients: recipients.to_vec(),
        keys: vec![key.to_jwk()],
        policy: site.policy,
        iat,
        exp: iat + CONFIGURATION_SECONDS,
    };
    key.sign(station::TYP, &claims)
}
