//! [`Store`] over IndexedDB. Every write is one strict transaction and is told to the other pages
//! and workers of the station.

use js_sys::{Array, JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{CAPTURES, CIPHERTEXT, DRAFTS, META, PACKETS, Strict, keys_under};
use super::world::Browser;
use crate::draft::DraftId;
use crate::error::StoreError;
use crate::form::Slot;
use crate::ports::{Pieces, Rebuild, Restore, Store, TrustedConfiguration};
use crate::store::{ChainHead, Commit, Memo, Note, Record, STORED_PIECE_BYTES};

const CONFIGURATION: &str = "configuration";
const CHAIN_HEAD: &str = "chain_head";
const JOURNAL: &str = "journal";

impl Pieces for Browser {
    type Piece = Uint8Array;

    fn piece(&self, bytes: &[u8]) -> Uint8Array {
        Uint8Array::from(bytes)
    }

    fn piece_bytes(&self, piece: &Uint8Array) -> Vec<u8> {
        piece.to_vec()
    }
}

impl Store for Browser {
    async fn configuration(&self) -> Result<Option<TrustedConfiguration>, StoreError> {
        self.database
            .get(META, CONFIGURATION.into())
            .await?
            .map(from_js)
            .transpose()
    }

    async fn put_configuration(
        &self,
        configuration: &TrustedConfiguration,
    ) -> Result<(), StoreError> {
        self.put_meta(CONFIGURATION, &to_js(configuration)?).await
    }

    async fn memo(&self, memo: Memo) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.database.get(META, memo.as_str().into()).await?;
        value.map(bytes).transpose()
    }

    async fn put_memo(&self, memo: Memo, value: &[u8]) -> Result<(), StoreError> {
        self.put_meta(memo.as_str(), &Uint8Array::from(value)).await
    }

    async fn note(&self, note: Note) -> Result<Option<String>, StoreError> {
        let text = self.database.get(META, note.as_str().into()).await?;
        Ok(text.and_then(|text| text.as_string()))
    }

    async fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError> {
        self.put_meta(note.as_str(), &text.into()).await
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, Vec<u8>)>, StoreError> {
        let entries = self.database.entries(DRAFTS).await?;
        entries
            .into_iter()
            .map(|(key, body)| {
                Ok((
                    DraftId(key.as_string().ok_or(StoreError::Corrupt)?),
                    bytes(body)?,
                ))
            })
            .collect()
    }

    async fn draft(&self, id: &DraftId) -> Result<Option<Vec<u8>>, StoreError> {
        self.database
            .get(DRAFTS, id.0.as_str().into())
            .await?
            .map(bytes)
            .transpose()
    }

    async fn put_draft(
        &self,
        id: &DraftId,
        body: Vec<u8>,
        capture: Option<(Slot, Vec<Uint8Array>)>,
    ) -> Result<(), StoreError> {
        let transaction = self.database.strict(&[DRAFTS, CAPTURES])?;
        transaction.put(DRAFTS, &id.0.as_str().into(), &Uint8Array::from(&body[..]))?;
        if let Some((slot, pieces)) = capture {
            transaction.delete(CAPTURES, keys_under(&[&id.0, slot.as_str()])?)?;
            for (n, piece) in pieces.iter().enumerate() {
                transaction.put(CAPTURES, &piece_key(id, slot, n), piece)?;
            }
        }
        transaction.commit().await
    }

    async fn capture_piece(
        &self,
        id: &DraftId,
        slot: Slot,
        n: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = piece_key(id, slot, n as usize);
        self.database
            .get(CAPTURES, key)
            .await?
            .map(bytes)
            .transpose()
    }

    async fn erase_draft(&self, id: &DraftId) -> Result<(), StoreError> {
        let transaction = self.database.strict(&[DRAFTS, CAPTURES])?;
        erase_draft(&transaction, id)?;
        transaction.commit().await
    }

    async fn chain_head(&self) -> Result<Option<ChainHead>, StoreError> {
        let beside_the_key = self.head_beside_the_key().await;
        let head = self.database.get(META, CHAIN_HEAD.into()).await?;
        Ok(later(head.map(from_js).transpose()?, beside_the_key))
    }

    async fn commit(&self, commit: Commit<Uint8Array>) -> Result<(), StoreError> {
        let stores = [META, PACKETS, CIPHERTEXT, DRAFTS, CAPTURES];
        let beside_the_key = self.head_beside_the_key().await;
        let transaction = self.database.strict(&stores)?;
        let head = transaction.get(META, CHAIN_HEAD.into()).await?;
        let head = later(head.map(from_js).transpose()?, beside_the_key);
        let draft = transaction
            .get(DRAFTS, commit.draft.0.as_str().into())
            .await?;
        if head != commit.after || draft.is_none() {
            return Err(transaction.abort(StoreError::Conflict));
        }
        let pid = JsValue::from(&commit.record.pid);
        for (n, piece) in commit.ciphertext.iter().enumerate() {
            transaction.put(
                CIPHERTEXT,
                &ciphertext_key(&commit.record.pid, n as u64),
                piece,
            )?;
        }
        transaction.put(PACKETS, &pid, &to_js(&commit.record)?)?;
        transaction.put(META, &CHAIN_HEAD.into(), &to_js(&commit.head)?)?;
        erase_draft(&transaction, &commit.draft)?;
        transaction.commit().await?;
        self.put_head_beside_the_key(&to_js(&commit.head)?).await;
        self.announce();
        Ok(())
    }

    async fn records(&self) -> Result<Vec<Record>, StoreError> {
        let entries = self.database.entries(PACKETS).await?;
        let mut records: Vec<Record> = Vec::with_capacity(entries.len());
        for (_, value) in entries {
            // One that cannot be read is as one that is gone: the next start has it from the journal,
            // or names it lost.
            let Ok(record) = from_js::<Record>(value) else {
                continue;
            };
            // Keys are UUIDv7 and sort by time already, but a clock that was set back reorders them.
            let at = records.partition_point(|earlier| earlier.seq <= record.seq);
            records.insert(at, record);
        }
        Ok(records)
    }

    async fn record(&self, pid: &str) -> Result<Option<Record>, StoreError> {
        self.database
            .get(PACKETS, pid.into())
            .await?
            .map(from_js)
            .transpose()
    }

    async fn put_record(&self, record: &Record, erase: bool) -> Result<(), StoreError> {
        let transaction = self.database.strict(&[PACKETS, CIPHERTEXT])?;
        let key = JsValue::from(&record.pid);
        let before: Option<Record> = transaction
            .get(PACKETS, key.clone())
            .await?
            .map(from_js)
            .transpose()?;
        if before.is_none_or(|before| before.revision + 1 != record.revision) {
            return Err(transaction.abort(StoreError::Conflict));
        }
        transaction.put(PACKETS, &key, &to_js(record)?)?;
        if erase {
            transaction.delete(CIPHERTEXT, keys_under(&[&record.pid])?)?;
        }
        transaction.commit().await?;
        self.announce();
        Ok(())
    }

    async fn ciphertext(&self, pid: &str, offset: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        let piece_bytes = STORED_PIECE_BYTES as u64;
        let mut out = Vec::with_capacity(length as usize);
        let mut at = offset;
        while out.len() < length as usize {
            let key = ciphertext_key(pid, at / piece_bytes);
            let Some(piece) = self.database.get(CIPHERTEXT, key).await? else {
                break;
            };
            let piece: Uint8Array = piece.dyn_into().map_err(|_| StoreError::Corrupt)?;
            let skip = u32::try_from(at % piece_bytes).expect("below the size of a piece");
            if skip >= piece.length() {
                break;
            }
            let end = piece
                .length()
                .min(skip + length - u32::try_from(out.len()).expect("below length"));
            let start = out.len();
            out.resize(start + (end - skip) as usize, 0);
            piece.subarray(skip, end).copy_to(&mut out[start..]);
            at += u64::from(end - skip);
        }
        Ok(out)
    }
}

impl Rebuild for Browser {
    async fn mark(&self) -> Result<Option<String>, StoreError> {
        let mark = self.database.get(META, JOURNAL.into()).await?;
        Ok(mark.and_then(|mark| mark.as_string()))
    }

    async fn put_mark(&self, mark: &str) -> Result<(), StoreError> {
        self.put_meta(JOURNAL, &mark.into()).await
    }

    async fn ciphertext_pieces(&self) -> Result<Vec<String>, StoreError> {
        self.owners(CIPHERTEXT).await
    }

    async fn capture_pieces(&self) -> Result<Vec<String>, StoreError> {
        self.owners(CAPTURES).await
    }

    async fn restore(&self, change: Restore<Uint8Array>) -> Result<(), StoreError> {
        let stores = [META, PACKETS, CIPHERTEXT, DRAFTS, CAPTURES];
        let transaction = self.database.strict(&stores)?;
        match change {
            Restore::Configuration(configuration) => {
                transaction.put(META, &CONFIGURATION.into(), &to_js(&configuration)?)?;
            }
            Restore::Memo(memo, value) => {
                let value = Uint8Array::from(&value[..]);
                transaction.put(META, &memo.as_str().into(), &value)?;
            }
            Restore::Head(head) => transaction.put(META, &CHAIN_HEAD.into(), &to_js(&head)?)?,
            Restore::Packet { record, ciphertext } => {
                let key = JsValue::from(&record.pid);
                let there = transaction.get(PACKETS, key.clone()).await?;
                let there: Option<Record> = there.and_then(|there| from_js(there).ok());
                let is_later =
                    |there: &Record| there.revision >= record.revision && *there != *record;
                if !there.as_ref().is_some_and(is_later) {
                    transaction.put(PACKETS, &key, &to_js(&*record)?)?;
                    if let Some(pieces) = ciphertext {
                        transaction.delete(CIPHERTEXT, keys_under(&[&record.pid])?)?;
                        for (n, piece) in pieces.iter().enumerate() {
                            let key = ciphertext_key(&record.pid, n as u64);
                            transaction.put(CIPHERTEXT, &key, piece)?;
                        }
                    }
                }
            }
            Restore::Draft { id, body, captures } => {
                erase_draft(&transaction, &id)?;
                let body = Uint8Array::from(&body[..]);
                transaction.put(DRAFTS, &id.0.as_str().into(), &body)?;
                for (slot, pieces) in captures {
                    for (n, piece) in pieces.iter().enumerate() {
                        transaction.put(CAPTURES, &piece_key(&id, slot, n), piece)?;
                    }
                }
            }
            Restore::EraseDraft(id) => erase_draft(&transaction, &id)?,
        }
        transaction.commit().await?;
        self.announce();
        Ok(())
    }
}

impl Browser {
    /// Whose piece each is, by the first part of its key. Keys come in their order, so the pieces of
    /// one packet or draft are neighbours.
    async fn owners(&self, store: &str) -> Result<Vec<String>, StoreError> {
        let keys = self.database.keys(store).await?;
        let owner = |key| Array::from(&key).get(0).as_string();
        Ok(keys.into_iter().filter_map(owner).collect())
    }

    async fn put_meta(&self, name: &str, value: &JsValue) -> Result<(), StoreError> {
        let transaction = self.database.strict(&[META])?;
        transaction.put(META, &name.into(), value)?;
        transaction.commit().await
    }
}

/// Of two heads of one chain the later; the first where they are of different keys.
fn later(head: Option<ChainHead>, other: Option<ChainHead>) -> Option<ChainHead> {
    match (&head, &other) {
        (Some(one), Some(two)) if one.dev != two.dev || one.seq >= two.seq => head,
        (_, Some(_)) => other,
        _ => head,
    }
}

fn erase_draft(transaction: &Strict, id: &DraftId) -> Result<(), StoreError> {
    transaction.delete(DRAFTS, JsValue::from(id.0.as_str()))?;
    transaction.delete(CAPTURES, keys_under(&[&id.0])?)
}

fn piece_key(id: &DraftId, slot: Slot, n: usize) -> JsValue {
    Array::of3(
        &id.0.as_str().into(),
        &slot.as_str().into(),
        &(n as u32).into(),
    )
    .into()
}

fn ciphertext_key(pid: &str, n: u64) -> JsValue {
    Array::of2(&pid.into(), &(n as f64).into()).into()
}

fn bytes(value: JsValue) -> Result<Vec<u8>, StoreError> {
    value
        .dyn_into::<Uint8Array>()
        .map(|array| array.to_vec())
        .map_err(|_| StoreError::Corrupt)
}

/// As JSON would have it: one reader and one writer of records in the module, for both copies.
fn to_js<T: Serialize>(value: &T) -> Result<JsValue, StoreError> {
    let json = serde_json::to_string(value).map_err(|_| StoreError::WriteFailed)?;
    JSON::parse(&json).map_err(|_| StoreError::WriteFailed)
}

pub(super) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, StoreError> {
    let json = JSON::stringify(&value).map_err(|_| StoreError::Corrupt)?;
    let json = json.as_string().ok_or(StoreError::Corrupt)?;
    serde_json::from_slice(json.as_bytes()).map_err(|_| StoreError::Corrupt)
}
