//! The start: journal and database are read as a union, and what one has and the other lacks is
//! restored. The rules stand at [`crate::journal`].

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::entry::Kind;
use super::log::{Change, Journal, Value};
use crate::draft::DraftId;
use crate::error::StoreError;
use crate::form::Slot;
use crate::jws;
use crate::ports::{Mark, Rebuild, Restore, Segments, TrustedConfiguration, World};
use crate::seal::manifest::{self, Manifest};
use crate::station::{self, ConfigurationClaims};
use crate::store::{ChainHead, Event, Record, STORED_PIECE_BYTES, State};

/// What of a record is worth an entry: progress is not, losing it costs a repeated step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gist {
    state: State,
    status: Option<String>,
}

impl Gist {
    pub(super) fn of(record: &Record) -> Self {
        let state = match record.state {
            State::Sending => State::Stored,
            state => state,
        };
        Self {
            state,
            status: record.status.clone(),
        }
    }

    pub(super) fn is_purged(&self) -> bool {
        self.state == State::Purged
    }
}

/// What the journal knows of the records, and what nobody has any more.
#[derive(Default)]
pub(super) struct Known {
    pub(super) records: BTreeMap<String, Gist>,
    pub(super) configuration: Option<String>,
    pub(super) lost: Vec<u64>,
}

/// Whose word counts for what was erased or replaced: drafts have no revision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Authority {
    /// The journal has held all there is once, and nothing was written past it since.
    Journal,
    /// The database was written without the journal, or the journal is damaged.
    Database,
    /// The journal is new, or damaged while the database does not know it.
    Both,
}

/// One start.
pub(super) struct Union<'a, W> {
    pub(super) world: &'a W,
    pub(super) journal: &'a mut Journal,
    pub(super) known: Known,
}

impl<W: World + Segments + Rebuild> Union<'_, W> {
    /// Makes both copies the same.
    pub(super) async fn run(&mut self) -> Result<(), StoreError> {
        let id = Base64UrlUnpadded::encode_string(&self.journal.id);
        let is_joined = !self.journal.keys(Kind::JOINED, "").is_empty();
        let is_sound = !self.journal.is_damaged;
        let authority = match self.world.mark().await? {
            Some(mark) if mark.journal == id && (mark.is_ahead || !is_sound) => Authority::Database,
            // Wiped or old: it was filled from this journal once, or would have been.
            _ if is_joined && is_sound => Authority::Journal,
            _ => Authority::Both,
        };
        self.configuration().await?;
        let (records, in_database) = self.records().await?;
        // First of all, so that no number is given twice whatever fails after it.
        let head = self.head(authority, &records).await?;
        let mut kept = Vec::with_capacity(records.len());
        let mut pieces = self.world.ciphertext_pieces().await?;
        for record in records {
            let have = pieces.remove(&record.pid).unwrap_or(0);
            let before = in_database.get(&record.pid);
            kept.push(self.packet(record, before, have).await?);
        }
        self.known.lost = lost(&kept, head.as_ref());
        self.drafts(authority).await?;
        if !is_joined {
            self.put(vec![put(Kind::JOINED, "", &())]).await?;
        }
        let mark = Mark {
            journal: id,
            is_ahead: false,
        };
        self.world.put_mark(&mark).await
    }

    /// The configuration that was signed last.
    async fn configuration(&mut self) -> Result<(), StoreError> {
        let ours: Option<TrustedConfiguration> = self.json(Kind::CONFIGURATION, "").await?;
        let theirs = self.world.configuration().await?;
        let signed_at = |kept: &Option<TrustedConfiguration>| {
            let claims = kept
                .as_ref()
                .and_then(|kept| jws::peek::<ConfigurationClaims>(&kept.jws, station::TYP).ok());
            claims.map_or(0, |claims| claims.iat)
        };
        if ours != theirs {
            match (&ours, &theirs) {
                (Some(ours), _) if signed_at(&theirs) < signed_at(&Some(ours.clone())) || theirs.is_none() => {
                    let change = Restore::Configuration(ours.clone());
                    self.world.restore(change).await?;
                    self.known.configuration = Some(ours.jws.clone());
                    return Ok(());
                }
                (_, Some(theirs)) => self.put(vec![put(Kind::CONFIGURATION, "", theirs)]).await?,
                _ => {}
            }
        }
        self.known.configuration = theirs.map(|kept| kept.jws);
        Ok(())
    }

    /// Of each packet the record that knows most, oldest first, and those of the database.
    async fn records(&mut self) -> Result<(Vec<Record>, BTreeMap<String, Record>), StoreError> {
        let mut best: BTreeMap<String, Record> = BTreeMap::new();
        for pid in self.journal.keys(Kind::RECORD, "") {
            let record: Option<Record> = self.json(Kind::RECORD, &pid).await?;
            if let Some(record) = record {
                self.known.records.insert(pid.clone(), Gist::of(&record));
                best.insert(pid, record);
            }
        }
        let mut in_database = BTreeMap::new();
        for theirs in self.world.records().await? {
            in_database.insert(theirs.pid.clone(), theirs.clone());
            match best.get_mut(&theirs.pid) {
                Some(ours) if rank(ours) > rank(&theirs) => {
                    // It replaces the other, so it must be a later write.
                    ours.revision = ours.revision.max(theirs.revision + 1);
                }
                _ => {
                    best.insert(theirs.pid.clone(), theirs);
                }
            }
        }
        let mut records: Vec<Record> = best.into_values().collect();
        records.sort_by_key(|record| record.seq);
        Ok((records, in_database))
    }

    /// The head that is furthest along, by either copy or by a record that came back without it.
    async fn head(
        &mut self,
        authority: Authority,
        records: &[Record],
    ) -> Result<Option<ChainHead>, StoreError> {
        let ours: Option<ChainHead> = self.json(Kind::HEAD, "").await?;
        let theirs = self.world.chain_head().await?;
        let mut head = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => {
                let is_ours = if ours.dev == theirs.dev {
                    ours.seq >= theirs.seq
                } else {
                    authority != Authority::Database
                };
                Some(if is_ours { ours } else { theirs }.clone())
            }
            _ => ours.clone().or_else(|| theirs.clone()),
        };
        for record in records {
            let after = head.as_ref().is_none_or(|head| record.seq > head.seq);
            let Some(dev) = device_of(record).filter(|_| after) else {
                continue;
            };
            if head.as_ref().is_none_or(|head| head.dev == dev) {
                head = Some(ChainHead {
                    dev,
                    seq: record.seq,
                    hash: jws::hash(record.manifest.as_bytes()),
                });
            }
        }
        if let Some(head) = &head {
            if theirs.as_ref() != Some(head) {
                self.world.restore(Restore::Head(head.clone())).await?;
            }
            if ours.as_ref() != Some(head) {
                self.put(vec![put(Kind::HEAD, "", head)]).await?;
            }
        }
        Ok(head)
    }

    /// One packet: its record and its ciphertext, in both copies or named as lost.
    async fn packet(
        &mut self,
        record: Record,
        in_database: Option<&Record>,
        pieces_there: u32,
    ) -> Result<Record, StoreError> {
        let pid = record.pid.clone();
        let prefix = format!("{pid}/");
        let pieces_here = self.journal.keys(Kind::CIPHERTEXT, &prefix).len() as u64;
        let whole = record.length.div_ceil(STORED_PIECE_BYTES as u64);
        let mut changes = Vec::new();
        let mut ciphertext = None;
        let mut record = record;
        if record.state == State::Purged {
            ciphertext = (pieces_there > 0).then(Vec::new);
            if pieces_here > 0 {
                changes.push(gone(Kind::CIPHERTEXT, prefix));
            }
        } else {
            let (there, here) = (u64::from(pieces_there) == whole, pieces_here == whole);
            let found = match (here, there) {
                (true, true) => true,
                (true, false) => {
                    ciphertext = from_journal(self.world, self.journal, &record).await?;
                    ciphertext.is_some()
                }
                (false, true) => match from_database(self.world, &record).await? {
                    Some(pieces) => {
                        let pieces = pieces.into_iter().enumerate();
                        changes.extend(pieces.map(|(n, piece)| piece_change(&pid, n, piece)));
                        true
                    }
                    None => false,
                },
                (false, false) => false,
            };
            if !found && record.receipt.is_none() && !is_lost(&record) {
                record = lose(&record)?;
            }
        }
        let in_journal = self.known.records.get(&pid);
        if !changes.is_empty() || in_journal != Some(&Gist::of(&record)) {
            changes.insert(0, put(Kind::RECORD, &pid, &record));
        }
        let is_new = in_database != Some(&record);
        if is_new || ciphertext.is_some() {
            let record = record.clone();
            self.world
                .restore(Restore::Packet { record, ciphertext })
                .await?;
        }
        self.known.records.insert(pid, Gist::of(&record));
        self.put(changes).await?;
        Ok(record)
    }

    async fn drafts(&mut self, authority: Authority) -> Result<(), StoreError> {
        let mut theirs: BTreeMap<DraftId, Vec<u8>> =
            self.world.drafts().await?.into_iter().collect();
        let ours = self.journal.keys(Kind::DRAFT, "");
        let ids: BTreeSet<DraftId> = ours.into_iter().map(DraftId).collect();
        let ids: BTreeSet<DraftId> = ids.into_iter().chain(theirs.keys().cloned()).collect();
        for id in ids {
            let here = self.draft_here(&id).await?;
            let there = match theirs.remove(&id) {
                Some(body) => Some(self.draft_there(&id, body).await?),
                None => None,
            };
            let prefers_database = authority == Authority::Database || self.journal.is_damaged;
            match (here, there) {
                (Some(here), Some(there)) if here.digest == there.digest => {}
                (None, Some(_)) if authority == Authority::Journal => {
                    self.world.restore(Restore::EraseDraft(id)).await?;
                }
                (Some(_), None) if authority == Authority::Database => {
                    self.put(erase_draft(&id)).await?;
                }
                (here, Some(there)) if here.is_none() || prefers_database => {
                    let mut changes = erase_draft(&id);
                    changes.extend(there.into_changes(&id));
                    self.put(changes).await?;
                }
                (Some(here), _) => {
                    let change = Restore::Draft {
                        id,
                        body: here.body,
                        captures: here.captures,
                    };
                    self.world.restore(change).await?;
                }
                (None, _) => {}
            }
        }
        Ok(())
    }

    /// A draft in the journal; none when its body cannot be read.
    async fn draft_here(&self, id: &DraftId) -> Result<Option<Whole<W::Piece>>, StoreError> {
        let Some(body) = self.read(Kind::DRAFT, &id.0).await? else {
            return Ok(None);
        };
        let mut whole = Whole::new(body);
        for slot in Slot::ALL {
            for n in 0.. {
                let key = capture_key(id, slot, n);
                let Some(piece) = self.read(Kind::CAPTURE, &key).await? else {
                    break;
                };
                whole.push(slot, &piece, self.world.piece(&piece));
            }
        }
        Ok(Some(whole))
    }

    async fn draft_there(
        &self,
        id: &DraftId,
        body: Vec<u8>,
    ) -> Result<Whole<W::Piece>, StoreError> {
        let mut whole = Whole::new(body);
        for slot in Slot::ALL {
            for n in 0.. {
                let Some(piece) = self.world.capture_piece(id, slot, n).await? else {
                    break;
                };
                whole.push(slot, &piece, self.world.piece(&piece));
            }
        }
        Ok(whole)
    }

    async fn put(&mut self, changes: Vec<Change<W::Piece>>) -> Result<(), StoreError> {
        if !changes.is_empty() {
            let written = self.journal.append(self.world, changes).await?;
            self.journal.apply(written);
        }
        Ok(())
    }

    /// A value of the journal; one that cannot be read is none.
    async fn read(&self, kind: Kind, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.journal.read(self.world, kind, key).await {
            Err(StoreError::Corrupt) => Ok(None),
            other => other,
        }
    }

    async fn json<T: DeserializeOwned>(
        &self,
        kind: Kind,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let bytes = self.read(kind, key).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }
}

/// A draft with its captures.
struct Whole<P> {
    body: Vec<u8>,
    captures: Vec<(Slot, Vec<P>)>,
    digest: Vec<[u8; 32]>,
}

impl<P> Whole<P> {
    fn new(body: Vec<u8>) -> Self {
        Self {
            digest: vec![Sha256::digest(&body).into()],
            body,
            captures: Vec::new(),
        }
    }

    fn push(&mut self, slot: Slot, bytes: &[u8], piece: P) {
        let mut hash = Sha256::new();
        hash.update(slot.as_str());
        hash.update(bytes);
        self.digest.push(hash.finalize().into());
        match self.captures.last_mut() {
            Some((at, pieces)) if *at == slot => pieces.push(piece),
            _ => self.captures.push((slot, vec![piece])),
        }
    }

    fn into_changes(self, id: &DraftId) -> Vec<Change<P>> {
        draft_changes(id, self.body, self.captures)
    }
}

/// A draft's body and pieces as changes.
pub(super) fn draft_changes<P>(
    id: &DraftId,
    body: Vec<u8>,
    captures: Vec<(Slot, Vec<P>)>,
) -> Vec<Change<P>> {
    let mut changes = vec![Change {
        kind: Kind::DRAFT,
        key: id.0.clone(),
        value: Value::Bytes(body),
    }];
    for (slot, pieces) in captures {
        changes.push(gone(Kind::CAPTURE, format!("{}/{}/", id.0, slot.as_str())));
        changes.extend(pieces.into_iter().zip(0..).map(|(piece, n)| Change {
            kind: Kind::CAPTURE,
            key: capture_key(id, slot, n),
            value: Value::Piece(piece),
        }));
    }
    changes
}

pub(super) fn erase_draft<P>(id: &DraftId) -> Vec<Change<P>> {
    vec![
        gone(Kind::DRAFT, id.0.clone()),
        gone(Kind::CAPTURE, format!("{}/", id.0)),
    ]
}

pub(super) fn piece_change<P>(pid: &str, n: usize, piece: P) -> Change<P> {
    Change {
        kind: Kind::CIPHERTEXT,
        key: format!("{pid}/{n}"),
        value: Value::Piece(piece),
    }
}

pub(super) fn gone<P>(kind: Kind, key: String) -> Change<P> {
    let value = Value::Gone;
    Change { kind, key, value }
}

pub(super) fn put<P, T: Serialize>(kind: Kind, key: &str, value: &T) -> Change<P> {
    let json = serde_json::to_vec(value).expect("what is kept has string keys only");
    Change {
        kind,
        key: key.into(),
        value: Value::Bytes(json),
    }
}

fn capture_key(id: &DraftId, slot: Slot, n: u32) -> String {
    format!("{}/{}/{n}", id.0, slot.as_str())
}

/// Which of two records of a packet knows more.
fn rank(record: &Record) -> (bool, bool, u64) {
    let is_purged = record.state == State::Purged;
    (is_purged, record.receipt.is_some(), record.revision)
}

/// The ciphertext of a packet by the journal, if it is what the record says.
pub(super) async fn from_journal<W: World + Segments>(
    world: &W,
    journal: &Journal,
    record: &Record,
) -> Result<Option<Vec<W::Piece>>, StoreError> {
    let mut hash = Sha256::new();
    let mut pieces = Vec::new();
    for n in 0..record.length.div_ceil(STORED_PIECE_BYTES as u64) {
        let key = format!("{}/{n}", record.pid);
        let piece = match journal.read(world, Kind::CIPHERTEXT, &key).await {
            Ok(Some(piece)) => piece,
            Ok(None) | Err(StoreError::Corrupt) => return Ok(None),
            Err(error) => return Err(error),
        };
        hash.update(&piece);
        pieces.push(world.piece(&piece));
    }
    Ok(is_hash_of(record, hash).then_some(pieces))
}

/// The same by the database.
async fn from_database<W: World>(
    world: &W,
    record: &Record,
) -> Result<Option<Vec<W::Piece>>, StoreError> {
    let mut hash = Sha256::new();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < record.length {
        let read = world
            .ciphertext(&record.pid, at, STORED_PIECE_BYTES as u32)
            .await;
        let Some(piece) = read.ok().filter(|piece| !piece.is_empty()) else {
            return Ok(None);
        };
        at += piece.len() as u64;
        hash.update(&piece);
        pieces.push(world.piece(&piece));
    }
    Ok(is_hash_of(record, hash).then_some(pieces))
}

fn is_hash_of(record: &Record, hash: Sha256) -> bool {
    Base64UrlUnpadded::encode_string(&hash.finalize()) == record.ciphertext_sha256
}

/// The record of a packet whose ciphertext nobody has.
pub(super) fn lose(record: &Record) -> Result<Record, StoreError> {
    Ok(record
        .after(Event::Lose)?
        .with_reason(StoreError::PacketLost.into()))
}

fn is_lost(record: &Record) -> bool {
    let code = StoreError::PacketLost.code();
    record.state == State::Refused && record.reason.as_deref() == Some(code)
}

fn device_of(record: &Record) -> Option<String> {
    let manifest: Manifest = jws::peek(&record.manifest, manifest::TYP).ok()?;
    Some(manifest.dev)
}

/// Sequence numbers that were given and of which there is no packet any more, neither here nor, as
/// far as a receipt tells, at the registry.
fn lost(records: &[Record], head: Option<&ChainHead>) -> Vec<u64> {
    let mut chains: BTreeMap<String, (u64, BTreeSet<u64>)> = BTreeMap::new();
    if let Some(head) = head {
        chains.entry(head.dev.clone()).or_default().0 = head.seq;
    }
    let mut lost = BTreeSet::new();
    for record in records {
        if let Some(dev) = device_of(record) {
            let (last, there) = chains.entry(dev).or_default();
            *last = record.seq.max(*last);
            there.insert(record.seq);
        }
        if is_lost(record) {
            lost.insert(record.seq);
        }
    }
    for (last, there) in chains.into_values() {
        lost.extend((1..=last).filter(|seq| !there.contains(seq)));
    }
    lost.into_iter().collect()
}
