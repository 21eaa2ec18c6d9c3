//! What a tablet keeps when the power goes: every write is all or nothing, records are replaced
//! by compare-and-swap on their revision, packets are added by compare-and-swap on the chain head.

use std::collections::BTreeMap;

use rekam::draft::DraftId;
use rekam::error::StoreError;
use rekam::form::Slot;
use rekam::ports::TrustedConfiguration;
use rekam::store::{ChainHead, Commit, Record};

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
    /// The key slots.
    pub key_slots: Option<Vec<u8>>,
    /// Bytes that fit; nothing is too much when it is absent.
    pub quota: Option<usize>,
}

impl Disk {
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
