//! Upload → receipt → purge, for everything that waits, by one sender at a time.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Flow;
use crate::error::{Error, ReceiptError, Result, StoreError, UploadError};
use crate::ports::{LockName, Millis, World};
use crate::purge;
use crate::receipt::Receipt;
use crate::station::Configuration;
use crate::store::{Event, LEASE_MILLIS, Lease, Record, State, sendable};
use crate::upload::{self, Answer, CHUNK_BYTES, Method, Outcome, Request, Step, judge};

/// Requests without progress after which a packet steps aside until the next run.
const MOST_IDLE_STEPS: u32 = 4;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Packets whose receipt was verified in this run.
    pub receipted: u32,
    /// Packets that still wait to be sent.
    pub waiting: u32,
    /// When to try again, in milliseconds from now; nothing waits when it is absent.
    pub retry_in: Option<Millis>,
}

/// Why a packet was not sent.
enum Stop {
    /// It is this packet's fault: the others go on.
    Aside(Error),
    /// The link or the registry: nothing else has a chance now.
    Halt(Error, Option<Millis>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Aside(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Aside(error.into())
    }
}

impl<W: World> Flow<W> {
    /// Sends what waits, oldest first, verifies receipts, purges what is due. When another page or
    /// worker is at it, returns at once.
    ///
    /// # Errors
    /// `station_not_paired`, `store_*` when the queue cannot be read. What happens to a single
    /// packet stands in its record.
    pub async fn sync(&self) -> Result<Report> {
        let configuration = self.paired().await?;
        let Some(_guard) = self.world.try_lock(LockName::Upload).await else {
            return self.report(0, Some(LEASE_MILLIS)).await;
        };
        let mut receipted = 0;
        let mut retry_in: Option<Millis> = None;
        let mut earlier =
            |millis: Millis| retry_in = Some(retry_in.map_or(millis, |at| at.min(millis)));
        let records = self.world.records().await?;
        let queue: Vec<Record> = sendable(&records, &self.owner, self.world.now())
            .cloned()
            .collect();
        for record in queue {
            match self.send(&configuration, &record).await {
                Ok(()) => receipted += 1,
                Err(stop) => {
                    let (error, after, halt) = match stop {
                        Stop::Aside(error) => (error, None, false),
                        Stop::Halt(error, after) => (error, after, true),
                    };
                    let delay = self.pause(&record.pid, error).await?;
                    earlier(after.unwrap_or(delay));
                    if halt {
                        break;
                    }
                }
            }
        }
        self.purge_due(&configuration).await?;
        self.report(receipted, retry_in).await
    }

    /// A person says of a refused packet: once more.
    ///
    /// # Errors
    /// `store_packet_unknown`, `store_forbidden`, `store_*`.
    pub async fn retry(&self, pid: &str) -> Result<()> {
        let record = self
            .world
            .record(pid)
            .await?
            .ok_or(StoreError::PacketUnknown)?;
        let record = Record {
            reason: None,
            attempts: 0,
            ..record.after(Event::Retry)?
        };
        Ok(self.world.put_record(&record, false).await?)
    }

    async fn report(&self, receipted: u32, retry_in: Option<Millis>) -> Result<Report> {
        let records = self.world.records().await?;
        let waiting = records.iter().filter(|record| record.state.waits());
        let waiting = u32::try_from(waiting.count()).unwrap_or(u32::MAX);
        let retry_in = if waiting == 0 {
            None
        } else {
            retry_in.or(Some(LEASE_MILLIS))
        };
        Ok(Report {
            receipted,
            waiting,
            retry_in,
        })
    }

    /// One packet, from wherever it is to a verified receipt.
    async fn send(&self, configuration: &Configuration, record: &Record) -> Result<(), Stop> {
        let endpoint = &configuration.claims().endpoint;
        let mut record = self.lease(record, record.sent).await?;
        self.introduce_key(endpoint, &record).await?;
        // Creation is idempotent and answers with the present offset, so a packet that was cut
        // off anywhere goes on from here, whatever this device remembers of it.
        let mut step = Step::Create;
        let mut idle = 0;
        let mut is_verified = false;
        loop {
            let chunk = match step {
                Step::Send { offset } => {
                    if !is_verified {
                        self.verify(&record).await?;
                        is_verified = true;
                    }
                    self.world
                        .ciphertext(&record.pid, offset, CHUNK_BYTES)
                        .await?
                }
                _ => Vec::new(),
            };
            let request = step.request(endpoint, &record, chunk);
            let response = self
                .world
                .send(request)
                .await
                .map_err(|error| Stop::Halt(error.into(), None))?;
            let outcome = judge(step, &response, record.length);
            let progress = matches!(&outcome, Outcome::At(offset) if *offset > record.sent);
            idle = if progress { 0 } else { idle + 1 };
            if idle > MOST_IDLE_STEPS {
                return Err(Stop::Aside(UploadError::ProtocolViolated.into()));
            }
            step = match outcome {
                Outcome::At(offset) => {
                    record = self.lease(&record, offset).await?;
                    Step::Send { offset }
                }
                Outcome::Complete(Some(receipt)) => {
                    return self.receive(configuration, &record, &receipt).await;
                }
                Outcome::Complete(None) | Outcome::Resume if step == Step::Receipt => {
                    return Err(Stop::Aside(ReceiptError::Missing.into()));
                }
                Outcome::Complete(None) => Step::Receipt,
                Outcome::Resume => Step::Resume,
                Outcome::Recreate => Step::Create,
                Outcome::Wait { error, after } => return Err(Stop::Halt(error.into(), after)),
                Outcome::Refuse { error, code } => return self.refuse(&record, error, code).await,
            };
        }
    }

    /// Tells the registry of the key that signed a packet, where it took the place of another.
    /// Telling it twice is harmless.
    async fn introduce_key(&self, endpoint: &str, record: &Record) -> Result<(), Stop> {
        let Some(statement) = &record.rekey else {
            return Ok(());
        };
        let request = Request {
            method: Method::Post,
            url: format!("{endpoint}/devices/rekey"),
            headers: vec![("Content-Type", "application/jose".into())],
            body: statement.clone().into_bytes(),
        };
        let response = self.world.send(request).await;
        let response = response.map_err(|error| Stop::Halt(error.into(), None))?;
        match upload::judge_answer(&response) {
            Answer::Done => Ok(()),
            Answer::Refused(code) => self.refuse(record, UploadError::Refused, Some(code)).await,
            Answer::Failed(error) => Err(Stop::Halt(error.into(), None)),
        }
    }

    async fn refuse(
        &self,
        record: &Record,
        error: UploadError,
        code: Option<String>,
    ) -> Result<(), Stop> {
        let mut refused = record.after(Event::Refuse)?;
        refused.reason = Some(code.unwrap_or_else(|| error.code().into()));
        self.world.put_record(&refused, false).await?;
        Err(Stop::Aside(error.into()))
    }

    /// Reads the whole ciphertext before its first byte goes: what a database gives back is not
    /// always what it was given, and the registry would find out only after the last byte.
    async fn verify(&self, record: &Record) -> Result<(), StoreError> {
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < record.length {
            let piece = self.world.ciphertext(&record.pid, at, CHUNK_BYTES).await?;
            if piece.is_empty() {
                return Err(StoreError::Corrupt);
            }
            at += piece.len() as u64;
            hash.update(&piece);
        }
        if Base64UrlUnpadded::encode_string(&hash.finalize()) == record.ciphertext_sha256 {
            Ok(())
        } else {
            Err(StoreError::Corrupt)
        }
    }

    /// A verified receipt moves the packet; anything else is refused and named.
    async fn receive(
        &self,
        configuration: &Configuration,
        record: &Record,
        receipt: &str,
    ) -> Result<(), Stop> {
        let verified =
            Receipt::verify(receipt, record, configuration.keys()).map_err(Error::from)?;
        let received = Record {
            sent: record.length,
            attempts: 0,
            reason: None,
            receipt: Some(receipt.into()),
            status: Some(verified.claims().status.clone()),
            receipted_at: Some(self.world.now()),
            ..record.after(Event::Receipt)?
        };
        self.world.put_record(&received, false).await?;
        Ok(())
    }

    async fn purge_due(&self, configuration: &Configuration) -> Result<()> {
        let policy = &configuration.claims().policy;
        for record in self.world.records().await? {
            if !purge::is_due(&record, policy, self.world.now()) {
                continue;
            }
            let Some(receipt) = &record.receipt else {
                continue;
            };
            // Verified again: what was read from a disk is not believed for having been written.
            let Ok(receipt) = Receipt::verify(receipt, &record, configuration.keys()) else {
                continue;
            };
            // Who was first has erased it.
            self.put_unless_changed(&purge::purged(&record, &receipt)?, true)
                .await?;
        }
        Ok(())
    }

    async fn lease(&self, record: &Record, sent: u64) -> Result<Record, StoreError> {
        let until = self.world.now() + LEASE_MILLIS;
        let mut leased = record.after(Event::Begin)?;
        if sent > record.sent {
            leased.attempts = 0;
            leased.reason = None;
        }
        leased.sent = sent;
        leased.lease = Some(Lease {
            owner: self.owner.clone(),
            until,
        });
        self.world.put_record(&leased, false).await?;
        Ok(leased)
    }

    /// Replaces a record, and leaves it as it is when somebody else changed it first.
    async fn put_unless_changed(&self, record: &Record, erase: bool) -> Result<(), StoreError> {
        match self.world.put_record(record, erase).await {
            Err(StoreError::Conflict) => Ok(()),
            other => other,
        }
    }

    /// Puts a packet that this sender was at back into the queue, names the failure, and says how
    /// long to wait. A packet that another sender took over meanwhile is left to it.
    async fn pause(&self, pid: &str, error: Error) -> Result<Millis> {
        let record = self
            .world
            .record(pid)
            .await?
            .ok_or(StoreError::PacketUnknown)?;
        let attempts = record.attempts.saturating_add(1);
        let is_ours = record
            .lease
            .as_ref()
            .is_some_and(|lease| lease.owner == self.owner);
        if record.state == State::Sending && is_ours {
            let paused = Record {
                attempts,
                ..record.after(Event::Pause)?.with_reason(error)
            };
            self.put_unless_changed(&paused, false).await?;
        }
        Ok(upload::delay(attempts, &self.world))
    }
}
