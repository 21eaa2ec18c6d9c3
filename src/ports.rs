//! All that the core asks of the world. A browser answers in `src/browser/`, the tests in
//! memory. The core has no clock, no randomness, no network and no disk but these.
//!
//! The futures are not `Send`: a page and its workers have one thread each.
#![allow(async_fn_in_trait)]

use crate::draft::DraftId;
use crate::error::{DraftError, SealError, StoreError, UploadError};
use crate::form::Slot;
use crate::jws::PublicKey;
use crate::store::{ChainHead, Commit, Memo, Note, Record};
use crate::upload::{Request, Response};

/// Milliseconds since 1970 UTC.
pub type Millis = u64;

/// The wall clock. **No rule trusts it alone**: it may be wrong by years.
pub trait Clock {
    /// Now, by this device.
    fn now(&self) -> Millis;
    /// Milliseconds since some moment of this page or worker, by a clock that nobody can set.
    fn monotonic(&self) -> Millis;
    /// Minutes that the time of the place is ahead of UTC, as the tablet is set.
    fn minutes_ahead_of_utc(&self) -> i32;
}

/// Randomness fit for keys.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The device's signing key, whose private half nobody can read.
pub trait DeviceKey {
    /// The public half; the key is made when there is none.
    ///
    /// # Errors
    /// `seal_device_key_failed`.
    async fn public_key(&self) -> Result<PublicKey, SealError>;

    /// ES256 over `message`: `r || s`, 64 bytes.
    ///
    /// # Errors
    /// `seal_device_key_missing`, `seal_device_key_failed`.
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SealError>;
}

/// What checks signatures of others.
pub trait SignatureCheck {
    /// Whether `signature`, `r || s`, is ES256 over `message` by `key`. Never so for a key whose
    /// point does not lie on the curve.
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool;
}

/// Encryption of drafts at rest, under a key that an operator's PIN unlocks.
pub trait DraftKey {
    /// From now on drafts are read and written with this key, AES-256 where the browser does it, and
    /// tags are made with the other.
    ///
    /// # Errors
    /// `draft_unreadable` when a key cannot be used.
    async fn use_draft_key(&self, key: &[u8; 32], tag_key: &[u8; 32]) -> Result<(), DraftError>;

    /// Forgets both keys.
    fn forget_draft_key(&self);

    /// HMAC-SHA-256 of `message` under the tag key.
    ///
    /// # Errors
    /// `draft_unreadable` when the key cannot be used.
    async fn tag(&self, message: &[u8]) -> Result<[u8; 32], DraftError>;

    /// AEAD: `context` is authenticated and not stored, so that a piece cannot be put elsewhere.
    ///
    /// # Errors
    /// `draft_unreadable` when the key cannot be used.
    async fn encrypt(&self, context: &str, plaintext: &[u8]) -> Result<Vec<u8>, DraftError>;

    /// The inverse.
    ///
    /// # Errors
    /// `draft_unreadable`: another key, another context, or changed bytes.
    async fn decrypt(&self, context: &str, ciphertext: &[u8]) -> Result<Vec<u8>, DraftError>;
}

/// Room outside the module's own memory, which never shrinks.
pub trait Pieces {
    /// A piece of ciphertext on its way to the store. Those of a packet are
    /// [`crate::store::STORED_PIECE_BYTES`] long, but for the last.
    type Piece: Clone;

    /// Takes a piece out of the module's memory.
    fn piece(&self, bytes: &[u8]) -> Self::Piece;
    /// Its bytes.
    fn piece_bytes(&self, piece: &Self::Piece) -> Vec<u8>;
}

/// Where everything is kept. Every write resolves when it is durable, and not before.
pub trait Store: Pieces {
    /// The station configuration as it was signed, and the thumbprints it was trusted by.
    async fn configuration(&self) -> Result<Option<TrustedConfiguration>, StoreError>;
    /// Replaces it.
    async fn put_configuration(
        &self,
        configuration: &TrustedConfiguration,
    ) -> Result<(), StoreError>;

    /// A memo as it was put last.
    async fn memo(&self, memo: Memo) -> Result<Option<Vec<u8>>, StoreError>;
    /// Replaces it.
    async fn put_memo(&self, memo: Memo, value: &[u8]) -> Result<(), StoreError>;
    /// A note as it was put last, if it is still there.
    async fn note(&self, note: Note) -> Result<Option<String>, StoreError>;
    /// Replaces it.
    async fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError>;

    /// Every draft's encrypted body.
    async fn drafts(&self) -> Result<Vec<(DraftId, Vec<u8>)>, StoreError>;
    /// One draft's encrypted body.
    async fn draft(&self, id: &DraftId) -> Result<Option<Vec<u8>>, StoreError>;
    /// Replaces a draft's body; `capture` replaces (or, empty, removes) the pieces of a slot in
    /// the same commit.
    async fn put_draft(
        &self,
        id: &DraftId,
        body: Vec<u8>,
        capture: Option<(Slot, Vec<Self::Piece>)>,
    ) -> Result<(), StoreError>;
    /// One piece of a capture.
    async fn capture_piece(
        &self,
        id: &DraftId,
        slot: Slot,
        n: u32,
    ) -> Result<Option<Vec<u8>>, StoreError>;
    /// Erases a draft and its captures.
    async fn erase_draft(&self, id: &DraftId) -> Result<(), StoreError>;

    /// Where the chain stands.
    async fn chain_head(&self) -> Result<Option<ChainHead>, StoreError>;
    /// Stores a packet, moves the chain head and erases the draft, all or nothing.
    ///
    /// # Errors
    /// `store_conflict` when the chain head is not [`Commit::after`] or the draft is gone;
    /// `store_quota_exceeded`, `store_write_failed`.
    async fn commit(&self, commit: Commit<Self::Piece>) -> Result<(), StoreError>;
    /// Every record, oldest first, but for those that cannot be read.
    async fn records(&self) -> Result<Vec<Record>, StoreError>;
    /// One record.
    async fn record(&self, pid: &str) -> Result<Option<Record>, StoreError>;
    /// Replaces a record that is still at `record.revision - 1`. `erase` drops the ciphertext in
    /// the same commit.
    ///
    /// # Errors
    /// `store_conflict` when somebody else replaced it first.
    async fn put_record(&self, record: &Record, erase: bool) -> Result<(), StoreError>;
    /// Ciphertext from `offset`, `length` bytes at most.
    async fn ciphertext(&self, pid: &str, offset: u64, length: u32) -> Result<Vec<u8>, StoreError>;
}

/// What the journal asks of the database beside [`Store`].
pub trait Rebuild: Store {
    /// The journal's word in the database: which it was filled from.
    async fn mark(&self) -> Result<Option<String>, StoreError>;
    /// Replaces it.
    async fn put_mark(&self, mark: &str) -> Result<(), StoreError>;
    /// The pid of each piece of ciphertext, in their order.
    async fn ciphertext_pieces(&self) -> Result<Vec<String>, StoreError>;
    /// The id of the draft of each piece of a capture, in their order.
    async fn capture_pieces(&self) -> Result<Vec<String>, StoreError>;
    /// Puts something back, whatever is there.
    async fn restore(&self, change: Restore<Self::Piece>) -> Result<(), StoreError>;
}

/// What is put back into the database, each in one commit.
pub enum Restore<Piece> {
    /// The configuration.
    Configuration(TrustedConfiguration),
    /// A memo.
    Memo(Memo, Vec<u8>),
    /// The chain head.
    Head(ChainHead),
    /// A record and, unless it is absent, the whole of its ciphertext; nothing when the record there
    /// is of a later revision.
    Packet {
        /// The record.
        record: Box<Record>,
        /// The pieces that replace those that are there.
        ciphertext: Option<Vec<Piece>>,
    },
    /// A draft with all of its captures, in place of what is there.
    Draft {
        /// Its id.
        id: DraftId,
        /// Its encrypted body.
        body: Vec<u8>,
        /// Its encrypted pieces.
        captures: Vec<(Slot, Vec<Piece>)>,
    },
    /// A draft goes, with its captures.
    EraseDraft(DraftId),
}

/// The files of the journal, by number. One page or worker at a time has them. Nothing is on the
/// disk before it is flushed. Reading and writing wait for nothing but the disk.
pub trait Segments {
    /// Takes hold of the files; their numbers and lengths.
    ///
    /// # Errors
    /// `store_in_use` when another has them and `takeover` is not set, or it does not let go;
    /// `store_unavailable` where there can be none.
    async fn open_segments(&self, takeover: bool) -> Result<Vec<(u32, u64)>, StoreError>;
    /// Makes an empty file; one that is there already stays.
    async fn create_segment(&self, file: u32) -> Result<(), StoreError>;
    /// Lets go of the files.
    fn close_segments(&self);
    /// Reads from `at`, `length` bytes at most.
    ///
    /// # Errors
    /// `store_read_failed`.
    fn read_segment(&self, file: u32, at: u64, length: u32) -> Result<Vec<u8>, StoreError>;
    /// Writes all of `bytes` at `at`, which is not beyond the end.
    ///
    /// # Errors
    /// `store_quota_exceeded`, `store_write_failed`.
    fn write_segment(&self, file: u32, at: u64, bytes: &[u8]) -> Result<(), StoreError>;
    /// Cuts the file off.
    ///
    /// # Errors
    /// `store_write_failed`.
    fn truncate_segment(&self, file: u32, length: u64) -> Result<(), StoreError>;
    /// Returns when the file is on the disk.
    ///
    /// # Errors
    /// `store_write_failed`.
    fn flush_segment(&self, file: u32) -> Result<(), StoreError>;
}

/// A configuration as it is kept: the JWS, and whom it was believed for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TrustedConfiguration {
    /// The compact JWS.
    pub jws: String,
    /// Thumbprints that may sign it.
    pub trusted: Vec<String>,
}

/// The network.
pub trait Transport {
    /// Sends one request to the registry and returns whatever answered.
    ///
    /// # Errors
    /// `upload_offline` when there is no link, `upload_unreachable` when nobody answers on it.
    async fn send(&self, request: Request) -> Result<Response, UploadError>;

    /// Whether the link is paid by the byte; no where nobody tells.
    fn is_metered(&self) -> bool;
}

/// Mutual exclusion between pages and workers of one station.
pub trait Locks {
    /// Held as long as it lives.
    type Guard;

    /// Waits for the lock.
    async fn lock(&self, name: LockName) -> Self::Guard;
    /// Whether a lock keeps every other page and worker away: then a lease of another is one that
    /// was left behind.
    fn exclude(&self) -> bool;

    /// Takes the lock if nobody holds it.
    async fn try_lock(&self, name: LockName) -> Option<Self::Guard>;
}

/// What a lock guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockName {
    /// One packet is sealed at a time, so that the chain has no forks.
    Chain,
    /// One draft is changed at a time, so that no capture is lost under a save.
    Drafts,
    /// One page or worker sends at a time.
    Upload,
    /// One change of the key slots at a time.
    Operators,
}

/// Everything together.
pub trait World:
    Clock + Random + DeviceKey + SignatureCheck + DraftKey + Store + Transport + Locks
{
}
impl<W: Clock + Random + DeviceKey + SignatureCheck + DraftKey + Store + Transport + Locks> World
    for W
{
}
