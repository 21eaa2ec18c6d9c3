//! A world whose store is kept twice. Reads go to the database, which is filled from the journal at
//! the start; writes go to the journal, then to the database, and are done when both are down.

use std::cell::Cell;

use serde::Serialize;

use super::entry::Kind;
use super::log::{Change, Journal};
use super::turn::Turn;
use super::union::{
    Gist, Known, Union, draft_changes, erase_draft, from_journal, gone, lose, memo_change,
    piece_change, put, run_ahead,
};
use crate::draft::DraftId;
use crate::error::{DraftError, SealError, StoreError, UploadError};
use crate::form::Slot;
use crate::jws::PublicKey;
use crate::ports::{
    Clock, DeviceKey, DraftKey, LockName, Locks, Millis, Pieces, Random, Rebuild, Restore,
    Segments, SignatureCheck, Store, Transport, TrustedConfiguration, World,
};
use crate::store::{ChainHead, Commit, Memo, Note, Record};
use crate::upload::{Request, Response};

type Step<'a> = std::pin::Pin<Box<dyn Future<Output = Result<(), StoreError>> + 'a>>;

/// Whether what is said to be saved survives a power cut, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Durability {
    /// What there is beside the database.
    pub journal: Readiness,
    /// Milliseconds until it is [`Readiness::Ready`], while it is [`Readiness::Young`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe_in_millis: Option<Millis>,
    /// Sequence numbers of packets that neither copy has any more.
    pub lost: Vec<u64>,
}

/// The state of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Both copies are kept, and the journal's file is old enough to be there after a cut.
    Ready,
    /// Both are kept, but a cut now could take the journal's file with it.
    Young,
    /// The database alone: the browser has no journal for us, or it cannot be opened.
    Missing,
}

/// A world that keeps a journal beside its database; without one it is the world as it is.
pub struct Journaled<W> {
    world: W,
    journal: Turn<Option<Open>>,
    /// Whether nobody else has a second copy: then what is missing here is gone.
    is_keeper: bool,
    /// Another page has taken over.
    is_over: Cell<bool>,
}

struct Open {
    journal: Journal,
    known: Known,
}

impl<W: World + Segments + Rebuild> Journaled<W> {
    /// Only the database, for whoever cannot have the journal: the service worker. It restores
    /// nothing and takes nothing that is missing for gone.
    pub fn without(world: W) -> Self {
        Self::over(world, None, false)
    }

    fn over(world: W, open: Option<Open>, is_keeper: bool) -> Self {
        Self {
            world,
            journal: Turn::new(open),
            is_keeper,
            is_over: Cell::new(false),
        }
    }

    /// Opens the journal and makes both copies the same. Where there can be no journal the database
    /// serves alone.
    ///
    /// # Errors
    /// `store_in_use` when another page has it and `takeover` is not set, or it does not let go;
    /// `store_*` when the database cannot be read.
    pub async fn open(world: W, takeover: bool) -> Result<Self, StoreError> {
        let opened = match world.open_segments(takeover).await {
            Ok(files) => Journal::open(&world, files).await,
            Err(error) => Err(error),
        };
        let journal = match opened {
            Ok(journal) => journal,
            Err(error) => {
                world.close_segments();
                if error == StoreError::InUse {
                    return Err(error);
                }
                run_ahead(&world).await?;
                let alone = Self::over(world, None, true);
                alone.catch_up().await?;
                return Ok(alone);
            }
        };
        let mut open = Open {
            journal,
            known: Known::default(),
        };
        let mut union = Union {
            world: &world,
            journal: &mut open.journal,
            known: Known::default(),
        };
        let result = union.run().await;
        open.known = union.known;
        match result {
            // No room to make them the same: what is there is there, and the next start goes on.
            Ok(()) | Err(StoreError::QuotaExceeded | StoreError::WriteFailed) => {}
            Err(error) => {
                world.close_segments();
                return Err(error);
            }
        }
        // Nothing is lost when it cannot be tidied now, and what cannot be mended now can be later.
        let _ = open.journal.tidy(&world).await;
        let both = Self::over(world, Some(open), true);
        let _ = both.catch_up().await;
        Ok(both)
    }

    /// Whether what is said to be saved survives a power cut, and what is missing.
    pub async fn durability(&self) -> Durability {
        let open = self.journal.take().await;
        let Some(open) = &*open else {
            return Durability {
                journal: Readiness::Missing,
                safe_in_millis: None,
                lost: Vec::new(),
            };
        };
        let safe_in = open.journal.safe_in(self.world.now());
        let is_young = safe_in > 0;
        let lost = open.known.lost.clone();
        Durability {
            journal: if is_young {
                Readiness::Young
            } else {
                Readiness::Ready
            },
            safe_in_millis: is_young.then_some(safe_in),
            lost,
        }
    }

    /// Journals what the service worker changed since: receipts, refusals, purges, a renewed
    /// configuration. Mends what it found to be damaged. To be called when the outbox changed.
    ///
    /// # Errors
    /// `store_*`; the next call tries again.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        if self.is_over.get() {
            return Ok(());
        }
        let records = self.world.records().await?;
        if let Some(open) = &mut *open {
            self.follow(open, &records).await?;
        }
        for record in records.iter().filter(|record| is_damaged(record)) {
            self.mend(open.as_mut(), record).await?;
        }
        Ok(())
    }

    async fn follow(&self, open: &mut Open, records: &[Record]) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        let configuration = self.world.configuration().await?;
        let configuration =
            configuration.filter(|kept| open.known.configuration.as_ref() != Some(&kept.jws));
        if let Some(configuration) = &configuration {
            changes.push(put(Kind::CONFIGURATION, "", configuration));
        }
        let mut gists = Vec::new();
        for record in records {
            let (gist, known) = (Gist::of(record), open.known.gist(&record.pid));
            // Only forward: a database that fell behind is for the next start.
            if known != Some(&gist) && !known.is_some_and(Gist::is_purged) {
                changes.extend(record_changes(record, gist.is_purged()));
                gists.push((record.pid.clone(), gist));
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        let written = open.journal.append(&self.world, changes)?;
        open.journal.apply(written);
        for (pid, gist) in gists {
            open.known.learn(&pid, gist);
        }
        if let Some(configuration) = configuration {
            open.known.configuration = Some(configuration.jws);
        }
        open.journal.tidy(&self.world).await
    }

    /// Lets go of the journal, since another page takes it over. Whatever is being written is
    /// finished first.
    pub async fn surrender(&self) {
        let mut open = self.journal.take().await;
        self.is_over.set(true);
        *open = None;
        self.world.close_segments();
    }

    /// The world below.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// Gives it back, to be closed.
    pub fn into_world(self) -> W {
        self.world
    }

    /// The journal first, then the database: what a sender may have seen is always journaled. When
    /// the database refuses, the journal takes it back.
    async fn both(
        &self,
        open: &mut Option<Open>,
        changes: Vec<Change<W::Piece>>,
        in_database: Step<'_>,
    ) -> Result<(), StoreError> {
        if self.is_over.get() {
            return Err(StoreError::InUse);
        }
        let Some(open) = open.as_mut().filter(|_| !changes.is_empty()) else {
            return in_database.await;
        };
        let written = open.journal.append(&self.world, changes)?;
        match in_database.await {
            Ok(()) => {
                open.journal.apply(written);
                if open.journal.is_short_of_files() {
                    // No save fails for a file that will be needed much later.
                    let _ = open.journal.prepare(&self.world).await;
                }
                Ok(())
            }
            Err(error) => {
                open.journal.undo(&self.world, written)?;
                Err(error)
            }
        }
    }

    /// Takes a packet whose ciphertext the sender found damaged from the journal, or names it lost.
    async fn mend(&self, open: Option<&mut Open>, record: &Record) -> Result<(), StoreError> {
        let found = match &open {
            Some(open) => from_journal(&self.world, &open.journal, record)?,
            None if self.is_keeper => None,
            None => return Ok(()),
        };
        let record = match found {
            Some(_) => Record {
                reason: None,
                revision: record.revision + 1,
                ..record.clone()
            },
            None => lose(record)?,
        };
        if let Some(open) = open.filter(|_| found.is_none()) {
            let changes = record_changes(&record, false);
            let written = open.journal.append(&self.world, changes)?;
            open.journal.apply(written);
            if !open.known.lost.contains(&record.seq) {
                open.known.lost.push(record.seq);
            }
            open.known.learn(&record.pid, Gist::of(&record));
        }
        let (record, ciphertext) = (Box::new(record), found);
        let change = Restore::Packet { record, ciphertext };
        self.world.restore(change).await
    }
}

fn record_changes<P>(record: &Record, is_purged: bool) -> Vec<Change<P>> {
    // The receipt is in the record: the ciphertext never goes without it.
    let mut changes = vec![put(Kind::RECORD, &record.pid, record)];
    if is_purged {
        changes.push(gone(Kind::CIPHERTEXT, format!("{}/", record.pid)));
    }
    changes
}

fn is_damaged(record: &Record) -> bool {
    record.state.waits() && record.reason.as_deref() == Some(StoreError::Corrupt.code())
}

impl<W: Pieces> Pieces for Journaled<W> {
    type Piece = W::Piece;

    fn piece(&self, bytes: &[u8]) -> W::Piece {
        self.world.piece(bytes)
    }

    fn piece_bytes(&self, piece: &W::Piece) -> Vec<u8> {
        self.world.piece_bytes(piece)
    }
}

impl<W: World + Segments + Rebuild> Store for Journaled<W> {
    fn configuration(
        &self,
    ) -> impl Future<Output = Result<Option<TrustedConfiguration>, StoreError>> {
        self.world.configuration()
    }

    async fn put_configuration(
        &self,
        configuration: &TrustedConfiguration,
    ) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let changes = vec![put(Kind::CONFIGURATION, "", configuration)];
        let step = self.world.put_configuration(configuration);
        self.both(&mut open, changes, Box::pin(step)).await?;
        if let Some(open) = &mut *open {
            open.known.configuration = Some(configuration.jws.clone());
        }
        Ok(())
    }

    fn memo(&self, memo: Memo) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> {
        self.world.memo(memo)
    }

    async fn put_memo(&self, memo: Memo, value: &[u8]) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let step = self.world.put_memo(memo, value);
        let changes = vec![memo_change(memo, value)];
        self.both(&mut open, changes, Box::pin(step)).await
    }

    fn note(&self, note: Note) -> impl Future<Output = Result<Option<String>, StoreError>> {
        self.world.note(note)
    }

    fn put_note(&self, note: Note, text: &str) -> impl Future<Output = Result<(), StoreError>> {
        self.world.put_note(note, text)
    }

    fn drafts(&self) -> impl Future<Output = Result<Vec<(DraftId, Vec<u8>)>, StoreError>> {
        self.world.drafts()
    }

    fn draft(&self, id: &DraftId) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> {
        self.world.draft(id)
    }

    async fn put_draft(
        &self,
        id: &DraftId,
        body: Vec<u8>,
        capture: Option<(Slot, Vec<W::Piece>)>,
    ) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let changes = if open.is_some() {
            let captures = capture.iter().cloned().collect();
            draft_changes(id, body.clone(), captures)
        } else {
            Vec::new()
        };
        let step = self.world.put_draft(id, body, capture);
        self.both(&mut open, changes, Box::pin(step)).await
    }

    fn capture_piece(
        &self,
        id: &DraftId,
        slot: Slot,
        n: u32,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> {
        self.world.capture_piece(id, slot, n)
    }

    async fn erase_draft(&self, id: &DraftId) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let step = self.world.erase_draft(id);
        let mut changes = erase_draft(id);
        changes.extend(open.as_ref().map(|open| open.journal.forget()));
        self.both(&mut open, changes, Box::pin(step)).await?;
        if let Some(open) = &mut *open {
            // It is discarded already; what is left of it in the files goes now or at the next start.
            let _ = open.journal.tidy(&self.world).await;
        }
        Ok(())
    }

    fn chain_head(&self) -> impl Future<Output = Result<Option<ChainHead>, StoreError>> {
        self.world.chain_head()
    }

    async fn commit(&self, commit: Commit<W::Piece>) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let (pid, gist) = (commit.record.pid.clone(), Gist::of(&commit.record));
        let mut changes = Vec::new();
        if open.is_some() {
            // What the database would refuse must not be in the journal when the power goes.
            let is_on_head = self.world.chain_head().await? == commit.after;
            if !is_on_head || self.world.draft(&commit.draft).await?.is_none() {
                return Err(StoreError::Conflict);
            }
            let pieces = commit.ciphertext.iter().cloned().enumerate();
            changes.extend(pieces.map(|(n, piece)| piece_change(&pid, n, piece)));
            changes.extend(record_changes(&commit.record, false));
            changes.extend(erase_draft(&commit.draft));
            changes.push(put(Kind::HEAD, "", &commit.head));
        }
        let step = self.world.commit(commit);
        self.both(&mut open, changes, Box::pin(step)).await?;
        if let Some(open) = &mut *open {
            open.known.learn(&pid, gist);
        }
        Ok(())
    }

    fn records(&self) -> impl Future<Output = Result<Vec<Record>, StoreError>> {
        self.world.records()
    }

    fn record(&self, pid: &str) -> impl Future<Output = Result<Option<Record>, StoreError>> {
        self.world.record(pid)
    }

    async fn put_record(&self, record: &Record, erase: bool) -> Result<(), StoreError> {
        let mut open = self.journal.take().await;
        let gist = Gist::of(record);
        let known = open.as_ref().and_then(|open| open.known.gist(&record.pid));
        let changes = if open.is_some() && known != Some(&gist) {
            record_changes(record, erase)
        } else {
            Vec::new()
        };
        let step = self.world.put_record(record, erase);
        self.both(&mut open, changes, Box::pin(step)).await?;
        if let Some(open) = &mut *open {
            open.known.learn(&record.pid, gist);
        }
        if is_damaged(record) {
            self.mend(open.as_mut(), record).await?;
        }
        Ok(())
    }

    fn ciphertext(
        &self,
        pid: &str,
        offset: u64,
        length: u32,
    ) -> impl Future<Output = Result<Vec<u8>, StoreError>> {
        self.world.ciphertext(pid, offset, length)
    }
}

impl<W: Clock> Clock for Journaled<W> {
    fn now(&self) -> Millis {
        self.world.now()
    }

    fn monotonic(&self) -> Millis {
        self.world.monotonic()
    }

    fn minutes_ahead_of_utc(&self) -> i32 {
        self.world.minutes_ahead_of_utc()
    }
}

impl<W: Random> Random for Journaled<W> {
    fn fill(&self, bytes: &mut [u8]) {
        self.world.fill(bytes);
    }
}

impl<W: DeviceKey> DeviceKey for Journaled<W> {
    fn public_key(&self) -> impl Future<Output = Result<PublicKey, SealError>> {
        self.world.public_key()
    }

    fn sign(&self, message: &[u8]) -> impl Future<Output = Result<[u8; 64], SealError>> {
        self.world.sign(message)
    }
}

impl<W: SignatureCheck> SignatureCheck for Journaled<W> {
    fn verifies(
        &self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8; 64],
    ) -> impl Future<Output = bool> {
        self.world.verifies(key, message, signature)
    }
}

impl<W: DraftKey> DraftKey for Journaled<W> {
    fn use_draft_key(
        &self,
        key: &[u8; 32],
        tag_key: &[u8; 32],
    ) -> impl Future<Output = Result<(), DraftError>> {
        self.world.use_draft_key(key, tag_key)
    }

    fn forget_draft_key(&self) {
        self.world.forget_draft_key();
    }

    fn tag(&self, message: &[u8]) -> impl Future<Output = Result<[u8; 32], DraftError>> {
        self.world.tag(message)
    }

    fn encrypt(
        &self,
        context: &str,
        plaintext: &[u8],
    ) -> impl Future<Output = Result<Vec<u8>, DraftError>> {
        self.world.encrypt(context, plaintext)
    }

    fn decrypt(
        &self,
        context: &str,
        ciphertext: &[u8],
    ) -> impl Future<Output = Result<Vec<u8>, DraftError>> {
        self.world.decrypt(context, ciphertext)
    }
}

impl<W: Transport> Transport for Journaled<W> {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, UploadError>> {
        self.world.send(request)
    }

    fn is_metered(&self) -> bool {
        self.world.is_metered()
    }
}

impl<W: Locks> Locks for Journaled<W> {
    type Guard = W::Guard;

    fn lock(&self, name: LockName) -> impl Future<Output = W::Guard> {
        self.world.lock(name)
    }

    fn exclude(&self) -> bool {
        self.world.exclude()
    }

    fn try_lock(&self, name: LockName) -> impl Future<Output = Option<W::Guard>> {
        self.world.try_lock(name)
    }
}
