//! Who was recorded on this tablet before: a hint for the clerk, and never a bar.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;

use super::Flow;
use crate::error::Result;
use crate::form::Service;
use crate::ports::{Millis, World};
use crate::store::{Record, State};
use crate::validate::without_separators;

/// Enough to tell the people of one tablet apart.
const SUBJECT_BYTES: usize = 16;

/// A packet of somebody who was recorded on this tablet; it may be sent and erased long since.
///
/// `subject = HMAC-SHA256(tag key, "nik:" NIK)[..16]` (RFC 2104) stands in the record, which stays.
/// **The key is known while an operator has unlocked, and no script can read it**: a NIK has so few
/// values that a plain hash of it would tell who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Packet id.
    pub pid: String,
    /// Sequence number in its device's chain.
    pub seq: u64,
    /// What was asked for.
    pub service: Service,
    /// When it was sealed, by the tablet's clock.
    pub sealed_at: Millis,
    /// Where the packet stands.
    pub state: State,
}

impl<W: World> Flow<W> {
    /// The packets of a person that were sealed on this tablet, oldest first; spaces and dots in the
    /// NIK do not count.
    ///
    /// # Errors
    /// `operator_locked`, `store_*`.
    pub async fn recorded_before(&self, nik: &str) -> Result<Vec<Recorded>> {
        self.session()?;
        let subject = Some(self.subject(&without_separators(nik)).await?);
        let records = self.world.records().await?.into_iter();
        let recorded = |record: Record| Recorded {
            pid: record.pid,
            seq: record.seq,
            service: record.service,
            sealed_at: record.sealed_at,
            state: record.state,
        };
        Ok(records
            .filter(|record| record.subject == subject)
            .map(recorded)
            .collect())
    }

    /// What stands in a record for the person with this NIK.
    pub(super) async fn subject(&self, nik: &str) -> Result<String> {
        let tag = self.world.tag(format!("nik:{nik}").as_bytes()).await?;
        Ok(Base64UrlUnpadded::encode_string(&tag[..SUBJECT_BYTES]))
    }
}
