//! The start: journal and database are read as a union, and what one has and the other lacks is
//! restored. The rules stand at [`crate::journal`].

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::Kind;
use super::log::{Change, Journal, Value};
use crate::clock::ClockClaims;
use crate::draft::DraftId;
use crate::error::StoreError;
use crate::form::Slot;
use crate::jws;
use crate::ports::{Rebuild, Restore, Segments, TrustedConfiguration, World};
use crate::seal::manifest;
use crate::station::{self, ConfigurationClaims};
use crate::store::{ChainHead, Event, Memo, Record, STORED_PIECE_BYTES, State};

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
    records: Vec<(String, Gist)>,
    pub(super) configuration: Option<String>,
    pub(super) lost: Vec<u64>,
}

impl Known {
    /// What the journal knows of a record.
    pub(super) fn gist(&self, pid: &str) -> Option<&Gist> {
        let known = self.records.iter().find(|(known, _)| known == pid);
        known.map(|(_, gist)| gist)
    }

    pub(super) fn learn(&mut self, pid: &str, gist: Gist) {
        match self.records.iter_mut().find(|(known, _)| known == pid) {
            Some((_, before)) => *before = gist,
            None => self.records.push((pid.into(), gist)),
        }
    }
}

/// What stands after the journal's name in a database that was written without it.
const AHEAD: &str = " ahead";

/// Notes that the database goes on without its journal.
pub(super) async fn run_ahead(world: &impl Rebuild) -> Result<(), StoreError> {
    match world.mark().await? {
        Some(mark) if !mark.ends_with(AHEAD) => world.put_mark(&(mark + AHEAD)).await,
        _ => Ok(()),
    }
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
        let mark = self.world.mark().await?.unwrap_or_default();
        let after = mark.strip_prefix(&id);
        let authority = match after {
            Some(after) if after == AHEAD || !is_sound => Authority::Database,
            // Wiped or old: it was filled from this journal once, or would have been.
            _ if is_joined && is_sound => Authority::Journal,
            _ => Authority::Both,
        };
        self.configuration().await?;
        for memo in Memo::ALL {
            self.memo(memo, authority).await?;
        }
        let (records, in_database) = self.records().await?;
        // First of all, so that no number is given twice whatever fails after it.
        let head = self.head(authority, &records).await?;
        let mut kept = Vec::with_capacity(records.len());
        let pieces = self.world.ciphertext_pieces().await?;
        for record in records {
            let from = pieces.partition_point(|pid| *pid < record.pid);
            let there = pieces[from..].iter().take_while(|pid| **pid == record.pid);
            let there = there.count() as u64;
            let before = in_database.iter().find(|before| before.pid == record.pid);
            kept.push(self.packet(record, before, there).await?);
        }
        self.known.lost = lost(&kept, head.as_ref());
        self.drafts(authority).await?;
        if !is_joined {
            self.put(vec![empty(Kind::JOINED)])?;
        }
        if mark == id {
            return Ok(());
        }
        self.world.put_mark(&id).await
    }

    /// The configuration that was signed last.
    async fn configuration(&mut self) -> Result<(), StoreError> {
        let ours: Option<TrustedConfiguration> = self.json(Kind::CONFIGURATION, "")?;
        let theirs = self.world.configuration().await?;
        let signed_at = |kept: &Option<TrustedConfiguration>| {
            let claims = kept
                .as_ref()
                .and_then(|kept| jws::peek::<ConfigurationClaims>(&kept.jws, station::TYP).ok());
            claims.map_or(0, |claims| claims.iat)
        };
        if ours != theirs {
            match (&ours, &theirs) {
                (Some(ours), _)
                    if signed_at(&theirs) < signed_at(&Some(ours.clone())) || theirs.is_none() =>
                {
                    let change = Restore::Configuration(ours.clone());
                    self.world.restore(change).await?;
                    self.known.configuration = Some(ours.jws.clone());
                    return Ok(());
                }
                (_, Some(theirs)) => self.put(vec![put(Kind::CONFIGURATION, "", theirs)])?,
                _ => {}
            }
        }
        self.known.configuration = theirs.map(|kept| kept.jws);
        Ok(())
    }

    /// Memos, the operators' key slots among them, without which nobody reads a draft.
    async fn memo(&mut self, memo: Memo, authority: Authority) -> Result<(), StoreError> {
        let ours = self.read(kind_of(memo), "")?;
        let theirs = self.world.memo(memo).await?;
        match (ours, theirs) {
            (ours, theirs) if ours == theirs => Ok(()),
            (Some(ours), theirs) if theirs.is_none() || authority != Authority::Database => {
                self.world.restore(Restore::Memo(memo, ours)).await
            }
            (_, Some(theirs)) => self.put(vec![memo_change(memo, &theirs)]),
            _ => Ok(()),
        }
    }

    /// Of each packet the record that knows most, oldest first, and those of the database.
    async fn records(&mut self) -> Result<(Vec<Record>, Vec<Record>), StoreError> {
        let in_database = self.world.records().await?;
        let mut best = in_database.clone();
        for pid in self.journal.keys(Kind::RECORD, "") {
            let Some(mut ours) = self.json::<Record>(Kind::RECORD, &pid)? else {
                continue;
            };
            self.known.learn(&pid, Gist::of(&ours));
            match best.iter_mut().find(|theirs| theirs.pid == pid) {
                Some(theirs) => {
                    if rank(&ours) > rank(theirs) {
                        // It replaces the other, so it must be a later write.
                        ours.revision = ours.revision.max(theirs.revision + 1);
                        *theirs = ours;
                    }
                }
                None => {
                    let at = best.partition_point(|earlier| earlier.seq <= ours.seq);
                    best.insert(at, ours);
                }
            }
        }
        Ok((best, in_database))
    }

    /// The head that is furthest along, by either copy or by a record that came back without it.
    async fn head(
        &mut self,
        authority: Authority,
        records: &[Record],
    ) -> Result<Option<ChainHead>, StoreError> {
        let ours: Option<ChainHead> = self.json(Kind::HEAD, "")?;
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
                let times = jws::peek::<Times>(&record.manifest, manifest::TYP);
                let Times { iat, clk } = times.unwrap_or_default();
                head = Some(ChainHead {
                    dev,
                    seq: record.seq,
                    hash: jws::hash(record.manifest.as_bytes()),
                    clock: clk,
                    at: iat,
                });
            }
        }
        if let Some(head) = &head {
            if theirs.as_ref() != Some(head) {
                self.world.restore(Restore::Head(head.clone())).await?;
            }
            if ours.as_ref() != Some(head) {
                self.put(vec![put(Kind::HEAD, "", head)])?;
            }
        }
        Ok(head)
    }

    /// One packet: its record and its ciphertext, in both copies or named as lost.
    async fn packet(
        &mut self,
        record: Record,
        in_database: Option<&Record>,
        pieces_there: u64,
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
            let (there, here) = (pieces_there == whole, pieces_here == whole);
            let found = match (here, there) {
                (true, true) => true,
                (true, false) => {
                    ciphertext = from_journal(self.world, self.journal, &record)?;
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
        let in_journal = self.known.gist(&pid);
        if !changes.is_empty() || in_journal != Some(&Gist::of(&record)) {
            changes.insert(0, put(Kind::RECORD, &pid, &record));
        }
        let is_new = in_database != Some(&record);
        if is_new || ciphertext.is_some() {
            let record = Box::new(record.clone());
            self.world
                .restore(Restore::Packet { record, ciphertext })
                .await?;
        }
        self.put(changes)?;
        self.known.learn(&pid, Gist::of(&record));
        Ok(record)
    }

    async fn drafts(&mut self, authority: Authority) -> Result<(), StoreError> {
        let mut theirs = self.world.drafts().await?;
        // Pieces may be left of a draft whose body is lost: nothing of it may stay behind.
        let mut owners = self.world.capture_pieces().await?;
        owners.dedup();
        let orphans: Vec<String> = owners
            .into_iter()
            .filter(|id| !theirs.iter().any(|(known, _)| known.0 == *id))
            .collect();
        for id in self
            .journal
            .keys(Kind::DRAFT, "")
            .into_iter()
            .chain(orphans.clone())
        {
            if !theirs.iter().any(|(known, _)| known.0 == id) {
                theirs.push((DraftId(id), Vec::new()));
            }
        }
        for (id, body) in theirs {
            let here = self.draft_here(&id)?;
            // An encrypted body is never empty.
            let there = if body.is_empty() {
                None
            } else {
                Some(self.draft_there(&id, body).await?)
            };
            let prefers_database = authority == Authority::Database || self.journal.is_damaged;
            match (here, there) {
                (Some(here), Some(there)) if here.digest == there.digest => {}
                (None, Some(_)) if authority == Authority::Journal => {
                    self.world.restore(Restore::EraseDraft(id)).await?;
                }
                (here, None) if here.is_none() || authority == Authority::Database => {
                    if here.is_some() {
                        self.put(erase_draft(&id))?;
                    }
                    if orphans.contains(&id.0) {
                        self.world.restore(Restore::EraseDraft(id)).await?;
                    }
                }
                (here, Some(there)) if here.is_none() || prefers_database => {
                    let mut changes = erase_draft(&id);
                    changes.extend(there.into_changes(&id));
                    self.put(changes)?;
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
    fn draft_here(&self, id: &DraftId) -> Result<Option<Whole<W::Piece>>, StoreError> {
        let Some(body) = self.read(Kind::DRAFT, &id.0)? else {
            return Ok(None);
        };
        let mut whole = Whole::new(body);
        for slot in Slot::ALL {
            for n in 0.. {
                let key = capture_key(id, slot, n);
                let Some(piece) = self.read(Kind::CAPTURE, &key)? else {
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

    fn put(&mut self, changes: Vec<Change<W::Piece>>) -> Result<(), StoreError> {
        if !changes.is_empty() {
            let written = self.journal.append(self.world, changes)?;
            self.journal.apply(written);
        }
        Ok(())
    }

    /// A value of the journal; one that cannot be read is none.
    fn read(&self, kind: Kind, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.journal.read(self.world, kind, key) {
            Err(StoreError::Corrupt) => Ok(None),
            other => other,
        }
    }

    fn json<T: DeserializeOwned>(&self, kind: Kind, key: &str) -> Result<Option<T>, StoreError> {
        let bytes = self.read(kind, key)?;
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

fn kind_of(memo: Memo) -> Kind {
    match memo {
        Memo::KeySlots => Kind::KEY_SLOTS,
        Memo::LinkSettings => Kind::LINK_SETTINGS,
    }
}

pub(super) fn memo_change<P>(memo: Memo, value: &[u8]) -> Change<P> {
    Change {
        kind: kind_of(memo),
        key: String::new(),
        value: Value::Bytes(value.to_vec()),
    }
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

fn empty<P>(kind: Kind) -> Change<P> {
    let value = Value::Bytes(Vec::new());
    let key = String::new();
    Change { kind, key, value }
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
pub(super) fn from_journal<W: World + Segments>(
    world: &W,
    journal: &Journal,
    record: &Record,
) -> Result<Option<Vec<W::Piece>>, StoreError> {
    let mut hash = Sha256::new();
    let mut pieces = Vec::new();
    for n in 0..record.length.div_ceil(STORED_PIECE_BYTES as u64) {
        let key = format!("{}/{n}", record.pid);
        let piece = match journal.read(world, Kind::CIPHERTEXT, &key) {
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

/// The device that signed a record's manifest: its `kid`.
/// What a manifest says of time.
#[derive(Default, Deserialize)]
struct Times {
    iat: u64,
    #[serde(default)]
    clk: ClockClaims,
}

fn device_of(record: &Record) -> Option<String> {
    jws::kid(&record.manifest, manifest::TYP).ok()
}

/// Sequence numbers that were given and of which there is no packet any more, neither here nor, as
/// far as a receipt tells, at the registry. `records` are in the order of their numbers.
fn lost(records: &[Record], head: Option<&ChainHead>) -> Vec<u64> {
    let mut lost: Vec<u64> = records
        .iter()
        .filter(|one| is_lost(one))
        .map(|one| one.seq)
        .collect();
    // Of each key the number that comes next; the present key's chain reaches to the head.
    let mut chains: Vec<(String, u64)> = Vec::new();
    let mut reach = |dev: String, seq: u64| match chains.iter_mut().find(|one| one.0 == dev) {
        Some((_, next)) => {
            lost.extend(*next..seq);
            *next = seq + 1;
        }
        None => {
            lost.extend(1..seq);
            chains.push((dev, seq + 1));
        }
    };
    for record in records {
        if let Some(dev) = device_of(record) {
            reach(dev, record.seq);
        }
    }
    if let Some(head) = head {
        reach(head.dev.clone(), head.seq + 1);
    }
    lost
}
