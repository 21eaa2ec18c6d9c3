//! The station: which site this tablet records for, whom it seals to and whom it believes.
//!
//! In: a pairing link and the registry's answer. Out: a [`Configuration`] that was verified.
//! It fetches and stores nothing.

use serde::{Deserialize, Serialize};

use crate::error::StationError;
use crate::jws::{self, Jwk, PublicKey};
use crate::ports::SignatureCheck;
use crate::seal::Recipient;

/// `typ` of a station configuration.
pub const TYP: &str = "station-configuration+jws";
/// What stands before the token in a pairing link's fragment.
const LINK_MARK: &str = "/#pair=";

/// The claims of a station configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationClaims {
    /// Format version, 1.
    pub v: u32,
    /// Kemendagri code of the site, `62.02.16`.
    pub site: String,
    /// Its name, for the screen.
    pub site_name: String,
    /// Address of the registry, without a slash at the end.
    pub endpoint: String,
    /// Whom packets are sealed to, `age1pq1…`.
    pub recipients: Vec<String>,
    /// The registry's public keys; the one that signed is among them.
    pub keys: Vec<Jwk>,
    /// What the registry decides.
    pub policy: Policy,
    /// When it was signed, seconds since 1970 UTC.
    pub iat: u64,
    /// When it should have been renewed, seconds since 1970 UTC.
    pub exp: u64,
}

/// What the registry decides for its stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Days of silence after which the centre cuts the site off.
    pub inactivity_limit_days: u32,
    /// Seconds that a receipted packet is kept before it is purged.
    pub grace_seconds: u64,
}

/// A configuration that was verified and can be used.
#[derive(Clone, Debug)]
pub struct Configuration {
    claims: ConfigurationClaims,
    recipients: Vec<Recipient>,
    keys: Vec<PublicKey>,
}

impl Configuration {
    /// Verifies a configuration whose signer is one of `trusted`, thumbprints that came with the
    /// pairing link or with the configuration before.
    ///
    /// # Errors
    /// `station_configuration_untrusted`, `station_configuration_malformed`.
    pub async fn verify(
        compact: &str,
        trusted: &[String],
        check: &impl SignatureCheck,
    ) -> Result<Self, StationError> {
        use StationError::{
            ConfigurationMalformed as Malformed, ConfigurationUntrusted as Untrusted,
        };
        let kid = jws::kid(compact, TYP).map_err(|_| Malformed)?;
        if !trusted.contains(&kid) {
            return Err(Untrusted);
        }
        // The signer's key is inside what it signed: its thumbprint is what makes it the right one.
        let peeked: ConfigurationClaims = jws::peek(compact, TYP).map_err(|_| Malformed)?;
        let keys = peeked
            .keys
            .iter()
            .map(PublicKey::from_jwk)
            .collect::<Result<Vec<_>, _>>();
        let keys = keys.map_err(|_| Malformed)?;
        let signer = keys
            .iter()
            .find(|key| key.thumbprint() == kid)
            .ok_or(Untrusted)?;
        let claims: ConfigurationClaims = jws::verify_by(check, compact, TYP, signer)
            .await
            .map_err(|_| Untrusted)?;
        let recipients = claims.recipients.iter().map(|text| Recipient::parse(text));
        let recipients = recipients
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| Malformed)?;
        if claims.v != 1 || recipients.is_empty() || !is_endpoint(&claims.endpoint) {
            return Err(Malformed);
        }
        Ok(Self {
            claims,
            recipients,
            keys,
        })
    }

    /// What the registry said.
    pub fn claims(&self) -> &ConfigurationClaims {
        &self.claims
    }

    /// Whom packets are sealed to.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Whose receipts, probes and next configuration are believed.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }
}

fn is_endpoint(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.ends_with('/')
}

/// A pairing link, `<endpoint>/#pair=<token>.<thumbprint>`.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingLink {
    /// Where to ask.
    pub endpoint: String,
    /// Shown once to the registry. A secret until then, so this type has no `Debug`.
    pub token: String,
    /// Thumbprint of the key that signs the configuration.
    pub thumbprint: String,
}

impl PairingLink {
    /// Parses a link; white space around it is dropped.
    ///
    /// # Errors
    /// `station_link_malformed`.
    pub fn parse(link: &str) -> Result<Self, StationError> {
        let malformed = StationError::LinkMalformed;
        let (endpoint, fragment) = link.trim().split_once(LINK_MARK).ok_or(malformed)?;
        let (token, thumbprint) = fragment.split_once('.').ok_or(malformed)?;
        let is_base64url = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        // 22 characters of base64url are the 128 bits that a token has at least.
        let sound = is_endpoint(endpoint)
            && (22..=128).contains(&token.len())
            && thumbprint.len() == 43
            && is_base64url(token)
            && is_base64url(thumbprint);
        if !sound {
            return Err(malformed);
        }
        Ok(Self {
            endpoint: endpoint.into(),
            token: token.into(),
            thumbprint: thumbprint.into(),
        })
    }
}
