//! What is known of the link: whether the registry is there, what time it says, what went wrong.

use serde::{Deserialize, Serialize};

use super::Flow;
use crate::error::{Result, UploadError};
use crate::ports::{Millis, World};
use crate::store::{Memo, Note};
use crate::upload::probe::{Probe, ProbeClaims};
use crate::upload::{Contact, Pace, Settings};

/// Failures that are remembered.
const LOG_LENGTH: usize = 40;

/// The registry answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contacted {
    /// Its clock, milliseconds since 1970 UTC.
    pub server_time: Millis,
    /// What the tablet's clock is ahead of it, in seconds, when it is more than five minutes.
    pub clock_error: Option<i64>,
}

/// What is known of the link without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkFacts {
    /// When packets may go.
    pub settings: Settings,
    /// Bytes per second that were acknowledged lately; 0 when it is not known.
    pub rate: u32,
    /// When the registry was heard last, by its own clock, milliseconds since 1970 UTC.
    pub heard: Option<Millis>,
    /// What went wrong lately, the latest last.
    pub failures: Vec<LinkFailure>,
}

/// A failure on the link, or several alike in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFailure {
    /// When it was, the last time, by the tablet's clock.
    pub at: Millis,
    /// The code of the error.
    pub code: String,
    /// The packet that was on its way.
    pub pid: Option<String>,
    /// How often in a row.
    pub times: u32,
}

impl<W: World> Flow<W> {
    /// Asks the registry for a signed answer.
    ///
    /// # Errors
    /// `station_not_paired`, `upload_*`, `store_*`.
    pub async fn probe(&self) -> Result<Contacted> {
        let configuration = self.paired().await?;
        let probe = Probe::make(&self.world);
        let request = probe.request(&configuration.claims().endpoint);
        let response = match self.world.send(request).await {
            Ok(response) => response,
            Err(error) => return Err(self.explain(error).await?.into()),
        };
        let ProbeClaims { iat, cert_exp, .. } = probe
            .judge(&response, configuration.keys(), &self.world)
            .await?;
        let contact = self.hear(iat, cert_exp).await?;
        Ok(Contacted {
            server_time: iat.saturating_mul(1_000),
            clock_error: contact.clock_error(),
        })
    }

    /// What is known of the link without asking anybody.
    ///
    /// # Errors
    /// `store_*`.
    pub async fn link(&self) -> Result<LinkFacts> {
        let contact = self.contact().await?;
        let pace = self.world.note(Note::Pace).await?;
        Ok(LinkFacts {
            settings: self.link_settings().await?,
            rate: pace.as_deref().map_or(0, |text| Pace::parse(text).rate()),
            heard: (contact.time > 0).then(|| contact.time.saturating_mul(1_000)),
            failures: self.failures().await?,
        })
    }

    /// Changes when packets may go, from the next request on.
    ///
    /// # Errors
    /// `upload_window_malformed`, `store_*`.
    pub async fn set_link_settings(&self, settings: Settings) -> Result<()> {
        settings.check()?;
        let json = settings.to_json();
        Ok(self.world.put_memo(Memo::LinkSettings, &json).await?)
    }

    pub(super) async fn link_settings(&self) -> Result<Settings> {
        let kept = self.world.memo(Memo::LinkSettings).await?;
        // Settings of a later version that this one cannot read hold nothing back.
        let read = kept.and_then(|json| Settings::parse(&json));
        Ok(read.unwrap_or_default())
    }

    pub(super) async fn contact(&self) -> Result<Contact> {
        let kept = self.world.note(Note::Contact).await?;
        Ok(kept
            .as_deref()
            .map_or_else(Contact::default, Contact::parse))
    }

    /// Remembers a time that the registry signed.
    pub(super) async fn hear(&self, time: u64, certificate: Option<u64>) -> Result<Contact> {
        let before = self.contact().await?;
        let mut contact = before.after(time, self.world.now());
        contact.certificate_expires = certificate.or(before.certificate_expires);
        if contact != before {
            let text = contact.to_text();
            self.world.put_note(Note::Contact, &text).await?;
        }
        Ok(contact)
    }

    /// Says of a silence on a link that is up what it may mean.
    pub(super) async fn explain(&self, error: UploadError) -> Result<UploadError> {
        if error != UploadError::Unreachable {
            return Ok(error);
        }
        Ok(self.contact().await?.why_silent(self.world.now()))
    }

    /// Remembers that something went wrong.
    pub(super) async fn log(&self, code: &str, pid: Option<&str>) -> Result<()> {
        let mut failures = self.failures().await?;
        let at = self.world.now();
        match failures.last_mut() {
            Some(last) if last.code == code && last.pid.as_deref() == pid => {
                last.at = at;
                last.times = last.times.saturating_add(1);
            }
            _ => failures.push(LinkFailure {
                at,
                code: code.into(),
                pid: pid.map(str::to_owned),
                times: 1,
            }),
        }
        let from = failures.len().saturating_sub(LOG_LENGTH);
        let text = serde_json::to_string(&failures[from..]).expect("strings and numbers serialise");
        Ok(self.world.put_note(Note::LinkLog, &text).await?)
    }

    async fn failures(&self) -> Result<Vec<LinkFailure>> {
        let kept = self.world.note(Note::LinkLog).await?;
        let read = kept.and_then(|text| serde_json::from_str(&text).ok());
        Ok(read.unwrap_or_default())
    }
}
