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
use crate::store::{Event, LEASE_MILLIS, Lease, Note, Record, State};
use crate::upload::{
    self, Answer, Conditions, Hold, Method, Outcome, Pace, Permit, Request, Step, location,
};

/// Requests without progress after which a packet steps aside until the next run.
const MOST_IDLE_STEPS: u32 = 4;
/// When to go on with a packet that nobody has tried.
const SOON_MILLIS: Millis = 100;
/// Bytes that are read at a time to hash a packet.
const READ_BYTES: u32 = 256 * 1024;

/// Who wants packets to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    /// The tablet itself.
    Usual,
    /// A person.
    Now,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Packets whose receipt was verified in this run.
    pub receipted: u32,
    /// Packets that still wait to be sent.
    pub waiting: u32,
    /// When to try again, in milliseconds from now; absent when nothing waits, or only for a person.
    pub retry_in: Option<Millis>,
    /// Why nothing is sent although something waits, where the clerk wanted it so.
    pub held: Option<Hold>,
}

/// Why a packet was not sent.
enum Stop {
    /// It is this packet's fault: the others go on.
    Aside(Error),
    /// The link or the registry: nothing else has a chance now.
    Halt(Error, Option<Millis>),
    /// The clerk's settings.
    Held(Hold, Option<Millis>),
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
    /// Sends what waits and may go, verifies receipts, purges what is due. Oldest first; smallest
    /// first when the time of day that is set ends before everything can be through. When another
    /// page or worker is at it, returns at once.
    ///
    /// # Errors
    /// `station_not_paired`, `store_*` when the queue cannot be read. What happens to a single
    /// packet stands in its record.
    pub async fn sync(&self) -> Result<Report> {
        self.run(Urgency::Usual).await
    }

    /// The same because a person says so: whatever the time of day and the price of the link.
    ///
    /// # Errors
    /// Those of [`Self::sync`].
    pub async fn sync_now(&self) -> Result<Report> {
        self.run(Urgency::Now).await
    }

    async fn run(&self, urgency: Urgency) -> Result<Report> {
        let configuration = self.paired().await?;
        let Some(_guard) = self.world.try_lock(LockName::Upload).await else {
            return self.report(0, Some(LEASE_MILLIS), None).await;
        };
        let mut receipted = 0;
        let mut retry_in: Option<Millis> = None;
        let mut held = None;
        let mut is_reached = true;
        let mut earlier =
            |millis: Millis| retry_in = Some(retry_in.map_or(millis, |at| at.min(millis)));
        let mut queue = self.queue().await?;
        if !queue.is_empty() {
            let kept = self.world.note(Note::Pace).await?;
            let pace = kept.as_deref().map_or_else(Pace::default, Pace::parse);
            self.pace.set(pace);
            let left = match self.permit(urgency).await? {
                Permit::Granted(left) => left,
                Permit::Held(..) => None,
            };
            upload::order(&mut queue, pace, left);
            for record in queue {
                match self.send(&configuration, &record, urgency).await {
                    Ok(()) => receipted += 1,
                    Err(Stop::Held(hold, after)) => {
                        self.release(&record.pid, |_| {}).await?;
                        after.map(&mut earlier);
                        held = Some(hold);
                        break;
                    }
                    Err(Stop::Aside(error)) => earlier(self.pause(&record.pid, error).await?),
                    Err(Stop::Halt(error, after)) => {
                        let delay = self.pause(&record.pid, error).await?;
                        earlier(after.unwrap_or(delay));
                        is_reached = false;
                        break;
                    }
                }
            }
        }
        if is_reached && held.is_none() && !self.is_held(urgency).await? {
            // What became of the others can wait; that it could not be heard is no failure of theirs.
            if let Err(error) = self.hear_statuses(&configuration).await {
                self.log(error.code(), None).await?;
            }
        }
        self.purge_due(&configuration).await?;
        self.report(receipted, retry_in, held).await
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
        // It is announced anew: where it was to go may be why it was refused.
        let record = Record {
            reason: None,
            attempts: 0,
            sent: 0,
            location: None,
            ..record.after(Event::Retry)?
        };
        Ok(self.world.put_record(&record, false).await?)
    }

    /// The packets that wait to be sent, without those that another sender has. Where locks exclude
    /// others, whoever holds a lease was killed.
    async fn queue(&self) -> Result<Vec<Record>> {
        let leases_count = !self.world.exclude();
        let mut queue = self.world.records().await?;
        // After they are read: a lease that was taken meanwhile reaches further ahead than one can.
        let now = self.world.now();
        let is_free = |record: &Record| {
            let lease = record.lease.as_ref().filter(|_| leases_count);
            !lease.is_some_and(|lease| lease.holds(&self.owner, now))
        };
        queue.retain(|record| record.state.waits() && is_free(record));
        Ok(queue)
    }

    /// Whether packets may go now.
    async fn permit(&self, urgency: Urgency) -> Result<Permit> {
        let ahead = self.contact().await?.ahead;
        let now = (self.world.now() / 1_000).cast_signed();
        // By the registry's clock where it was heard: the tablet's own is set by hand.
        let minute = now.wrapping_sub(ahead) / 60 + i64::from(self.world.minutes_ahead_of_utc());
        let conditions = Conditions {
            minute: u16::try_from(minute.rem_euclid(24 * 60)).expect("minutes of a day"),
            is_metered: self.world.is_metered(),
        };
        let settings = self.link_settings().await?;
        Ok(settings.permit(conditions, urgency == Urgency::Now))
    }

    async fn report(
        &self,
        receipted: u32,
        retry_in: Option<Millis>,
        held: Option<Hold>,
    ) -> Result<Report> {
        let mut records = self.world.records().await?;
        records.retain(|record| record.state.waits());
        let waiting = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let is_new = |record: &Record| record.lease.is_none() && record.attempts == 0;
        let retry_in = match held {
            _ if waiting == 0 => None,
            Some(_) => retry_in,
            // Sealed while this run was at others.
            None if retry_in.is_none() && records.iter().any(is_new) => Some(SOON_MILLIS),
            None => retry_in.or(Some(LEASE_MILLIS)),
        };
        Ok(Report {
            receipted,
            waiting,
            retry_in,
            held: held.filter(|_| waiting > 0),
        })
    }

    /// One packet, from wherever it is to a verified receipt.
    async fn send(
        &self,
        configuration: &Configuration,
        record: &Record,
        urgency: Urgency,
    ) -> Result<(), Stop> {
        let endpoint = &configuration.claims().endpoint;
        self.ask_permit(urgency).await?;
        let mut step = Step::first(record);
        let mut record = self.lease(record, record.sent).await?;
        self.introduce_key(endpoint, &record).await?;
        let mut idle = 0;
        let mut is_verified = false;
        loop {
            let chunk = match step.bytes_from() {
                Some(offset) => {
                    if !is_verified {
                        self.verify(&record).await?;
                        is_verified = true;
                    }
                    let length = self.pace.get().chunk();
                    self.world.ciphertext(&record.pid, offset, length).await?
                }
                None => Vec::new(),
            };
            let bytes = chunk.len() as u64;
            let request = step.request(endpoint, &record, chunk);
            let response = self.timed(request, bytes).await?;
            let outcome = upload::judge(step, &response, record.length);
            let progress = matches!(&outcome, Outcome::At(offset) if *offset > record.sent);
            idle = if progress { 0 } else { idle + 1 };
            if idle > MOST_IDLE_STEPS {
                return Err(Stop::Aside(UploadError::ProtocolViolated.into()));
            }
            if matches!(step, Step::Create { .. }) && response.status == 201 {
                record.location = location(endpoint, &response);
            }
            step = match outcome {
                Outcome::At(offset) => {
                    record = self.lease(&record, offset).await?;
                    self.ask_permit(urgency).await?;
                    Step::Send { offset }
                }
                Outcome::Complete(Some(receipt)) => {
                    return self.receive(configuration, &record, &receipt).await;
                }
                Outcome::Complete(None) | Outcome::Resume if step == Step::Receipt => {
                    return Err(Stop::Aside(ReceiptError::Missing.into()));
                }
                Outcome::Complete(None) => {
                    record = self.lease(&record, record.length).await?;
                    Step::Receipt
                }
                Outcome::Resume => Step::Resume,
                Outcome::Recreate => {
                    record.location = None;
                    Step::Create { with_bytes: false }
                }
                // Whoever gave the address has gone, or never was.
                Outcome::Wait { error, .. }
                    if error == UploadError::WrongServer && record.location.take().is_some() =>
                {
                    Step::Create { with_bytes: false }
                }
                Outcome::Wait { error, after } => return Err(Stop::Halt(error.into(), after)),
                Outcome::Refuse { error, code } => return self.refuse(&record, error, code).await,
            };
        }
    }

    async fn is_held(&self, urgency: Urgency) -> Result<bool> {
        Ok(matches!(self.permit(urgency).await?, Permit::Held(..)))
    }

    async fn ask_permit(&self, urgency: Urgency) -> Result<(), Stop> {
        match self.permit(urgency).await? {
            Permit::Granted(_) => Ok(()),
            Permit::Held(hold, after) => Err(Stop::Held(hold, after)),
        }
    }

    /// Sends a request that carries so many bytes of ciphertext, and learns from it how fast the
    /// link is.
    async fn timed(&self, request: Request, bytes: u64) -> Result<upload::Response, Stop> {
        let before = self.world.monotonic();
        let answer = self.world.send(request).await;
        let millis = self.world.monotonic().saturating_sub(before);
        let mut pace = self.pace.get();
        match &answer {
            Ok(response) if bytes > 0 && response.status < 300 => pace.sent(bytes, millis),
            Err(_) if bytes > 0 => pace.cut(),
            _ => {}
        }
        if pace != self.pace.replace(pace) {
            // Before the record moves, so that who looks at it then can tell the time that is left.
            self.world.put_note(Note::Pace, &pace.to_text()).await?;
        }
        match answer {
            Ok(response) => Ok(response),
            Err(error) => Err(Stop::Halt(self.explain(error).await?.into(), None)),
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
        let response = self.timed(request, 0).await?;
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
            let piece = self.world.ciphertext(&record.pid, at, READ_BYTES).await?;
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
        let verified = Receipt::verify(receipt, record, configuration.keys(), &self.world)
            .await
            .map_err(Error::from)?;
        let received = self.with_receipt(record, receipt, &verified)?;
        self.world.put_record(&received, false).await?;
        // The packet is through whatever becomes of a note.
        let _ = self.hear(verified.claims().iat, None).await;
        Ok(())
    }

    /// Erases what is due by the latest time that the registry signed. Where the tablet's own clock
    /// says so and the registry was not heard since, it is asked.
    async fn purge_due(&self, configuration: &Configuration) -> Result<()> {
        let policy = &configuration.claims().policy;
        let now = self.world.now();
        let mut contact = self.contact().await?;
        let mut may_ask = true;
        for record in self.world.records().await? {
            let Some(kept) = record.receipt.as_deref() else {
                continue;
            };
            if record.state != State::Receipted {
                continue;
            }
            // Verified again: what was read from a disk is not believed for having been written.
            let Ok(receipt) =
                Receipt::verify(kept, &record, configuration.keys(), &self.world).await
            else {
                continue;
            };
            if !purge::is_due(&receipt, policy, contact.time)
                && may_ask
                && purge::seems_due(&record, policy, now)
            {
                may_ask = false;
                if self.probe().await.is_ok() {
                    contact = self.contact().await?;
                }
            }
            if purge::is_due(&receipt, policy, contact.time) {
                // Who was first has erased it.
                self.put_unless_changed(&purge::purged(&record, &receipt)?, true)
                    .await?;
            }
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
    /// long to wait.
    async fn pause(&self, pid: &str, error: Error) -> Result<Millis> {
        self.log(error.code(), Some(pid)).await?;
        let attempts = self
            .release(pid, |record| {
                record.attempts = record.attempts.saturating_add(1);
                record.reason = Some(error.code().into());
            })
            .await?;
        Ok(upload::delay(attempts, &self.world))
    }

    /// Puts a packet that this sender was at back into the queue; its attempts. One that another
    /// sender took over meanwhile is left to it.
    async fn release(&self, pid: &str, change: impl FnOnce(&mut Record)) -> Result<u32> {
        let record = self
            .world
            .record(pid)
            .await?
            .ok_or(StoreError::PacketUnknown)?;
        let is_ours = record
            .lease
            .as_ref()
            .is_some_and(|lease| lease.owner == self.owner);
        if record.state != State::Sending || !is_ours {
            return Ok(record.attempts.saturating_add(1));
        }
        let mut released = record.after(Event::Pause)?;
        change(&mut released);
        self.put_unless_changed(&released, false).await?;
        Ok(released.attempts)
    }
}
