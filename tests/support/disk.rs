//! What a tablet keeps when the power goes: every write is all or nothing, records are replaced
//! by compare-and-swap on their revision, packets are added by compare-and-swap on the chain head.

use std::collections::BTreeMap;
use std::rc::Rc;

use rekam::draft::DraftId;
use rekam::error::StoreError;
use rekam::form::Slot;
use rekam::journal::AGED_MILLIS;
use rekam::ports::{Millis, Restore, TrustedConfiguration};
use rekam::store::{ChainHead, Commit, Memo, Note, Record, STORED_PIECE_BYTES};

use super::Dice;

/// Above it Chromium moves a value out of IndexedDB into a file of its own.
const LARGEST_PIECE_BYTES: usize = 64 * 1024 - 1;

/// The durable state.
#[derive(Clone, Default)]
pub struct Disk {
    /// The station configuration.
    pub configuration: Option<TrustedConfiguration>,
    /// Encrypted bodies of drafts.
    pub drafts: BTreeMap<DraftId, Vec<u8>>,
    /// Encrypted pieces of captures.
    pub pieces: BTreeMap<(DraftId, Slot), Vec<Vec<u8>>>,
    /// Where the chain stands.
    pub head: Option<ChainHead>,
    /// Records, oldest first.
    pub records: Vec<Record>,
    /// Ciphertext by pid.
    pub ciphertexts: BTreeMap<String, Vec<u8>>,
    /// The private half of the device key, which no page reads.
    pub device_key: Option<[u8; 32]>,
    /// What is kept beside the packets.
    pub memos: BTreeMap<Memo, Vec<u8>>,
    /// What may be lost.
    pub notes: BTreeMap<Note, String>,
    /// Bytes that fit; nothing is too much when it is absent.
    pub quota: Option<usize>,
    /// The journal that the database was filled from.
    pub mark: Option<String>,
    /// The journal's files.
    pub files: BTreeMap<u32, File>,
    /// Whether the browser has such files.
    pub has_journal: bool,
    /// Bytes of files that fit.
    pub journal_quota: Option<usize>,
    /// Who looks on while records are replaced.
    pub witness: Option<Witness>,
}

/// Is shown a record as it was and as it will be, and whether its ciphertext goes, while it does.
pub type Witness = Rc<dyn Fn(&Record, &Record, bool)>;

/// A file of the journal.
#[derive(Clone, Default)]
pub struct File {
    /// As it reads.
    pub bytes: Vec<u8>,
    /// As it was when it was flushed last.
    pub flushed: Vec<u8>,
    /// When it was made.
    pub made_at: Millis,
}

impl Disk {
    /// The power goes. A file whose name is not on the disk yet is gone; what was written to another
    /// and not flushed is there up to some point, and torn after it.
    pub fn cut(&mut self, dice: &mut Dice, now: Millis) {
        self.files
            .retain(|_, file| now - file.made_at >= AGED_MILLIS || dice.below(2) == 0);
        for file in self.files.values_mut() {
            let kept = file.flushed.len();
            let more = file.bytes.len().saturating_sub(kept);
            let mut bytes = file.flushed.clone();
            if more > 0 {
                let there = dice.below(more + 1);
                bytes.extend_from_slice(&file.bytes[kept..kept + there]);
                let torn = dice.below(there + 1);
                bytes[kept + there - torn..].fill(0);
            }
            *file = File {
                bytes: bytes.clone(),
                flushed: bytes,
                made_at: file.made_at,
            };
        }
    }

    /// The browser finds its database damaged and makes a new one. The keys are elsewhere.
    pub fn wipe(&mut self) {
        *self = Self {
            device_key: self.device_key,
            files: std::mem::take(&mut self.files),
            has_journal: self.has_journal,
            ..Self::default()
        };
    }

    /// The database comes back as it was before, and the journal as it is now.
    pub fn roll_back(&mut self, before: &Self) {
        let now = self.clone();
        *self = Self {
            device_key: now.device_key,
            files: now.files,
            ..before.clone()
        };
    }

    /// A database comes back in part: of everything in it, some is missing.
    pub fn lose_some(&mut self, dice: &mut Dice) {
        let mut goes = || dice.below(3) == 0;
        self.records.retain(|_| !goes());
        self.drafts.retain(|_, _| !goes());
        self.pieces.retain(|_, _| !goes());
        self.ciphertexts.retain(|_, _| !goes());
        for bytes in self.ciphertexts.values_mut().filter(|_| goes()) {
            // Whole pieces are missing.
            bytes.truncate(bytes.len() / STORED_PIECE_BYTES / 2 * STORED_PIECE_BYTES);
        }
        self.ciphertexts.retain(|_, bytes| !bytes.is_empty());
        if goes() {
            self.head = None;
        }
        if goes() {
            self.configuration = None;
        }
        self.memos.retain(|_, _| !goes());
        self.notes.retain(|_, _| !goes());
        if goes() {
            self.mark = None;
        }
    }

    pub fn capture_pieces(&self) -> Vec<String> {
        let owners =
            |((id, _), pieces): (&(DraftId, Slot), &Vec<_>)| vec![id.0.clone(); pieces.len()];
        self.pieces.iter().flat_map(owners).collect()
    }

    pub fn ciphertext_pieces(&self) -> Vec<String> {
        let pieces = |(pid, bytes): (&String, &Vec<u8>)| {
            vec![pid.clone(); bytes.len().div_ceil(STORED_PIECE_BYTES)]
        };
        self.ciphertexts.iter().flat_map(pieces).collect()
    }

    pub fn restore(&mut self, change: Restore<Vec<u8>>) {
        match change {
            Restore::Configuration(configuration) => self.configuration = Some(configuration),
            Restore::Memo(memo, value) => drop(self.memos.insert(memo, value)),
            Restore::Head(head) => self.head = Some(head),
            Restore::Packet { record, ciphertext } => {
                let there = self.records.iter().position(|one| one.pid == record.pid);
                if let Some(n) = there {
                    let before = &self.records[n];
                    if before.revision >= record.revision && *before != *record {
                        return;
                    }
                    self.records.remove(n);
                }
                match ciphertext {
                    Some(pieces) if pieces.is_empty() => {
                        self.ciphertexts.remove(&record.pid);
                    }
                    Some(pieces) => {
                        self.ciphertexts.insert(record.pid.clone(), pieces.concat());
                    }
                    None => {}
                }
                let at = self.records.partition_point(|one| one.seq <= record.seq);
                self.records.insert(at, *record);
            }
            Restore::Draft { id, body, captures } => {
                self.erase_draft(&id);
                self.drafts.insert(id.clone(), body);
                for (slot, pieces) in captures {
                    self.pieces.insert((id.clone(), slot), pieces);
                }
            }
            Restore::EraseDraft(id) => self.erase_draft(&id),
        }
    }

    pub fn put_draft(
        &mut self,
        id: &DraftId,
        body: Vec<u8>,
        capture: Option<(Slot, Vec<Vec<u8>>)>,
    ) -> Result<(), StoreError> {
        let more = body.len()
            + capture
                .iter()
                .flat_map(|(_, pieces)| pieces)
                .map(Vec::len)
                .sum::<usize>();
        self.make_room(more)?;
        self.drafts.insert(id.clone(), body);
        match capture {
            Some((slot, pieces)) if pieces.is_empty() => {
                self.pieces.remove(&(id.clone(), slot));
            }
            Some((slot, pieces)) => {
                self.pieces.insert((id.clone(), slot), pieces);
            }
            None => {}
        }
        Ok(())
    }

    pub fn erase_draft(&mut self, id: &DraftId) {
        self.drafts.remove(id);
        self.pieces.retain(|(draft, _), _| draft != id);
    }

    pub fn commit(&mut self, commit: Commit<Vec<u8>>) -> Result<(), StoreError> {
        if self.head != commit.after || !self.drafts.contains_key(&commit.draft) {
            return Err(StoreError::Conflict);
        }
        let (last, full) = commit.ciphertext.split_last().expect("no packet is empty");
        let length = full.first().map_or(LARGEST_PIECE_BYTES, Vec::len);
        assert!(length <= LARGEST_PIECE_BYTES && full.iter().all(|piece| piece.len() == length));
        assert!((1..=length).contains(&last.len()));
        let ciphertext = commit.ciphertext.concat();
        self.make_room(ciphertext.len())?;
        assert!(
            self.record(&commit.record.pid).is_none(),
            "a pid is made once"
        );
        self.ciphertexts
            .insert(commit.record.pid.clone(), ciphertext);
        self.records.push(commit.record);
        self.head = Some(commit.head);
        self.erase_draft(&commit.draft);
        Ok(())
    }

    pub fn record(&self, pid: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.pid == pid)
    }

    pub fn put_record(&mut self, record: &Record, erase: bool) -> Result<(), StoreError> {
        let kept = self.records.iter_mut().find(|kept| kept.pid == record.pid);
        let kept = kept.ok_or(StoreError::PacketUnknown)?;
        if record.revision != kept.revision + 1 {
            return Err(StoreError::Conflict);
        }
        if let Some(witness) = &self.witness {
            witness(kept, record, erase);
        }
        *kept = record.clone();
        if erase {
            self.ciphertexts.remove(&record.pid);
        }
        Ok(())
    }

    pub fn ciphertext(&self, pid: &str, offset: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        let bytes = self.ciphertexts.get(pid).ok_or(StoreError::PacketUnknown)?;
        let start = bytes.len().min(offset as usize);
        let end = bytes.len().min(start + length as usize);
        Ok(bytes[start..end].to_vec())
    }

    /// Every byte that somebody who takes the tablet apart could read, except for the two keys,
    /// which a browser does not hand out.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(&(&self.configuration, &self.head, &self.records))
            .expect("records serialise");
        for record in &self.records {
            for part in record
                .manifest
                .split('.')
                .chain(record.receipt.iter().flat_map(|r| r.split('.')))
            {
                use base64ct::{Base64UrlUnpadded, Encoding};
                bytes.extend(Base64UrlUnpadded::decode_vec(part).expect("a JWS is base64url"));
            }
        }
        for (id, body) in &self.drafts {
            bytes.extend_from_slice(id.0.as_bytes());
            bytes.extend_from_slice(body);
        }
        bytes.extend(self.pieces.values().flatten().flatten());
        bytes.extend(self.ciphertexts.values().flatten());
        bytes.extend(self.files.values().flat_map(|file| &file.bytes));
        bytes
    }

    fn make_room(&self, more: usize) -> Result<(), StoreError> {
        let used = self.drafts.values().map(Vec::len).sum::<usize>()
            + self.pieces.values().flatten().map(Vec::len).sum::<usize>()
            + self.ciphertexts.values().map(Vec::len).sum::<usize>();
        match self.quota {
            Some(quota) if used + more > quota => Err(StoreError::QuotaExceeded),
            _ => Ok(()),
        }
    }
}
