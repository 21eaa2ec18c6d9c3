//! What became of packets after their receipt: asked at a contact, cheaply.

use super::Flow;
use crate::error::{Error, Result, StoreError};
use crate::jws;
use crate::ports::{Millis, World};
use crate::receipt::{self, Receipt, ReceiptClaims};
use crate::station::Configuration;
use crate::status::{self, StatusQuery, Statuses};
use crate::store::{Event, Note, Record, State};
use crate::upload::{Method, Request, judge_statuses};

/// How long a packet that was just received, or a page that comes and goes, is not worth asking for.
const PAUSE_MILLIS: Millis = 15 * 60 * 1_000;
/// Answers in one run: a thousand receipts.
const MOST_ANSWERS: u32 = 20;

/// Up to where the registry was heard, and when it was asked last.
#[derive(Clone, Copy, Default)]
struct Heard {
    mark: u64,
    asked_at: Millis,
}

impl Heard {
    fn parse(text: &str) -> Option<Self> {
        let (mark, asked_at) = text.split_once(' ')?;
        Some(Self {
            mark: mark.parse().ok()?,
            asked_at: asked_at.parse().ok()?,
        })
    }
}

impl<W: World> Flow<W> {
    /// Asks for the receipts that are newer than those here, if any packet has had one for a while and
    /// the last time is a while ago. What is not believed is remembered and left out.
    pub(super) async fn hear_statuses(&self, configuration: &Configuration) -> Result<()> {
        let now = self.world.now();
        let is_past = |at: Millis| now.abs_diff(at) >= PAUSE_MILLIS;
        let records = self.world.records().await?;
        let is_worth_it = |record: &Record| {
            matches!(record.state, State::Receipted | State::Purged)
                && record.receipted_at.is_none_or(is_past)
        };
        if !records.iter().any(is_worth_it) {
            return Ok(());
        }
        let kept = self.world.note(Note::Statuses).await?;
        let mut heard = kept.as_deref().and_then(Heard::parse).unwrap_or_default();
        if !is_past(heard.asked_at) {
            return Ok(());
        }
        heard.asked_at = now;
        for _ in 0..MOST_ANSWERS {
            let answer = self.ask_statuses(configuration, heard.mark).await?;
            for compact in &answer.receipts {
                self.hear_status(configuration, &records, compact).await?;
            }
            heard.mark = answer.mark;
            if !answer.more {
                break;
            }
        }
        let text = format!("{} {}", heard.mark, heard.asked_at);
        Ok(self.world.put_note(Note::Statuses, &text).await?)
    }

    async fn ask_statuses(&self, configuration: &Configuration, after: u64) -> Result<Statuses> {
        let key = self.world.public_key().await?;
        let query = StatusQuery::new(key.thumbprint(), after, self.world.now() / 1_000);
        let input = jws::signing_input(status::TYP, key.thumbprint(), &query);
        let signature = self.world.sign(input.as_bytes()).await?;
        let request = Request {
            method: Method::Post,
            url: format!("{}/statuses", configuration.claims().endpoint),
            headers: vec![("Content-Type", "application/jose".into())],
            body: jws::compact(&input, &signature).into_bytes(),
        };
        match self.world.send(request).await {
            Ok(response) => Ok(judge_statuses(&response)?),
            Err(error) => Err(self.explain(error).await?.into()),
        }
    }

    async fn hear_status(
        &self,
        configuration: &Configuration,
        records: &[Record],
        compact: &str,
    ) -> Result<()> {
        let Ok(peeked) = jws::peek::<ReceiptClaims>(compact, receipt::TYP) else {
            return Ok(());
        };
        // Packets of a tablet that was set up anew are not here any more.
        let Some(record) = records.iter().find(|record| record.pid == peeked.pid) else {
            return Ok(());
        };
        let verified =
            match Receipt::verify(compact, record, configuration.keys(), &self.world).await {
                Ok(verified) => verified,
                Err(error) => return self.log(Error::from(error).code(), Some(&record.pid)).await,
            };
        let before = record.receipt.as_deref();
        let before = before.and_then(|kept| jws::peek::<ReceiptClaims>(kept, receipt::TYP).ok());
        if before.is_some_and(|before| before.iat > verified.claims().iat)
            || record.receipt.as_deref() == Some(compact)
        {
            return Ok(());
        }
        let heard = self.with_receipt(record, compact, &verified)?;
        match self.world.put_record(&heard, false).await {
            // It is on its way in another page: its own receipt comes with it.
            Ok(()) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The record after a receipt was verified.
    pub(super) fn with_receipt(
        &self,
        record: &Record,
        compact: &str,
        verified: &Receipt,
    ) -> Result<Record, StoreError> {
        Ok(Record {
            sent: record.length,
            attempts: 0,
            reason: None,
            receipt: Some(compact.into()),
            status: Some(verified.claims().status.clone()),
            receipted_at: record.receipted_at.or(Some(self.world.now())),
            ..record.after(Event::Receipt)?
        })
    }
}
