//! IndexedDB: one schema, reads through rexie, and transactions that are on the disk when they
//! are done.
//!
//! rexie cannot ask for durability, so strict transactions go through a connection of their own
//! by the `idb` crate that lies under it. `done().await` of both answers Ok for a transaction that
//! was aborted: whoever writes must look whether it was committed.

use idb::{ObjectStore, Transaction};
use js_sys::{Array, Object};
use rexie::{Rexie, TransactionMode};
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbTransaction};

use super::object::object;
use crate::error::StoreError;

/// Version of the schema; each step of it stays in [`Database::open`] for ever.
const VERSION: u32 = 1;

/// Configuration and chain head, by name.
pub(super) const META: &str = "meta";
/// Non-extractable keys, by name.
pub(super) const KEYS: &str = "keys";
/// Encrypted draft bodies, by draft id.
pub(super) const DRAFTS: &str = "drafts";
/// Encrypted pieces of captures, by `[draft id, slot, n]`.
pub(super) const CAPTURES: &str = "captures";
/// Records, by pid.
pub(super) const PACKETS: &str = "packets";
/// Pieces of ciphertext, by `[pid, n]`.
pub(super) const CIPHERTEXT: &str = "ciphertext";

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the third argument of `transaction`, which web-sys has as unstable only.
    type DurableDatabase;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &DurableDatabase,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;
}

/// Two connections to one database: rexie's for reads, a plain one for strict writes.
pub(super) struct Database {
    reads: Rexie,
    writes: IdbDatabase,
}

impl Database {
    /// Opens the database, creating what is missing. rexie drops every store that is not listed
    /// here: **list everything that was ever shipped**.
    pub(super) async fn open(name: &str) -> Result<Self, StoreError> {
        let store = rexie::ObjectStore::new;
        let reads = Rexie::builder(name)
            .version(VERSION)
            .add_object_store(store(META))
            .add_object_store(store(KEYS))
            .add_object_store(store(DRAFTS))
            .add_object_store(store(CAPTURES))
            .add_object_store(store(PACKETS))
            .add_object_store(store(CIPHERTEXT))
            .build()
            .await
            .map_err(|_| StoreError::Unavailable)?;
        let factory = idb::Factory::new().map_err(|_| StoreError::Unavailable)?;
        let request = factory
            .open(name, Some(VERSION))
            .map_err(|_| StoreError::Unavailable)?;
        let writes = request.await.map_err(|_| StoreError::Unavailable)?;
        Ok(Self {
            reads,
            writes: writes.into(),
        })
    }

    /// The value under a key.
    pub(super) async fn get(
        &self,
        store: &str,
        key: JsValue,
    ) -> Result<Option<JsValue>, StoreError> {
        let transaction = self.read(store)?;
        let store = transaction
            .store(store)
            .map_err(|_| StoreError::ReadFailed)?;
        let value = store.get(key).await.map_err(|_| StoreError::ReadFailed)?;
        Ok(value.filter(|value| !value.is_undefined()))
    }

    /// Every key and value of a store.
    pub(super) async fn entries(&self, store: &str) -> Result<Vec<(JsValue, JsValue)>, StoreError> {
        let transaction = self.read(store)?;
        let store = transaction
            .store(store)
            .map_err(|_| StoreError::ReadFailed)?;
        store
            .scan(None, None, None, None)
            .await
            .map_err(|_| StoreError::ReadFailed)
    }

    /// Every key of a store, without the values.
    pub(super) async fn keys(&self, store: &str) -> Result<Vec<JsValue>, StoreError> {
        let transaction = self.read(store)?;
        let store = transaction
            .store(store)
            .map_err(|_| StoreError::ReadFailed)?;
        let keys = store.get_all_keys(None, None).await;
        keys.map_err(|_| StoreError::ReadFailed)
    }

    fn read(&self, store: &str) -> Result<rexie::Transaction, StoreError> {
        self.reads
            .transaction(&[store], TransactionMode::ReadOnly)
            .map_err(|_| StoreError::ReadFailed)
    }

    /// Begins a transaction that is complete only when it is on the disk.
    pub(super) fn strict(&self, stores: &[&str]) -> Result<Strict, StoreError> {
        strict(&self.writes, stores)
    }

    /// Closes both connections.
    pub(super) fn close(self) {
        self.reads.close();
        self.writes.close();
    }
}

/// Begins a transaction that is complete only when it is on the disk.
pub(super) fn strict(database: &IdbDatabase, stores: &[&str]) -> Result<Strict, StoreError> {
    let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
    let options = object(&[("durability", "strict".into())]);
    let database: &DurableDatabase = database.unchecked_ref();
    let raw = database
        .transaction(&names, "readwrite", &options)
        .map_err(|_| StoreError::Unavailable)?;
    Ok(Strict {
        raw: raw.clone(),
        transaction: raw.into(),
    })
}

/// A strict transaction. Nothing but requests may be awaited while it is open.
pub(super) struct Strict {
    raw: IdbTransaction,
    transaction: Transaction,
}

impl Strict {
    /// One of its stores.
    pub(super) fn store(&self, name: &str) -> Result<ObjectStore, StoreError> {
        self.transaction
            .object_store(name)
            .map_err(|_| StoreError::WriteFailed)
    }

    /// Reads within the transaction.
    pub(super) async fn get(
        &self,
        store: &str,
        key: JsValue,
    ) -> Result<Option<JsValue>, StoreError> {
        let request = self
            .store(store)?
            .get(key)
            .map_err(|_| StoreError::ReadFailed)?;
        let value = request.await.map_err(|_| StoreError::ReadFailed)?;
        Ok(value.filter(|value| !value.is_undefined()))
    }

    /// Asks for a write; whether it went well is known after [`Self::commit`].
    pub(super) fn put(
        &self,
        store: &str,
        key: &JsValue,
        value: &JsValue,
    ) -> Result<(), StoreError> {
        self.store(store)?
            .put(value, Some(key))
            .map_err(|_| StoreError::WriteFailed)?;
        Ok(())
    }

    /// Asks for a deletion of a key or a range.
    pub(super) fn delete(
        &self,
        store: &str,
        query: impl Into<idb::Query>,
    ) -> Result<(), StoreError> {
        self.store(store)?
            .delete(query)
            .map_err(|_| StoreError::WriteFailed)?;
        Ok(())
    }

    /// Waits until everything is on the disk.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self.transaction.await {
            Ok(result) if result.is_committed() => Ok(()),
            _ => Err(match self.raw.error() {
                Some(error) if error.name() == "QuotaExceededError" => StoreError::QuotaExceeded,
                _ => StoreError::WriteFailed,
            }),
        }
    }

    /// Undoes everything; the error to return is the caller's.
    pub(super) fn abort(self, error: StoreError) -> StoreError {
        // It may have aborted by itself already, which is what is wanted.
        let _ = self.transaction.abort();
        error
    }
}

/// The range of keys that begin with `prefix`: an array sorts after every number and string.
pub(super) fn keys_under(prefix: &[&str]) -> Result<idb::KeyRange, StoreError> {
    let lower: Array = prefix.iter().map(|part| JsValue::from(*part)).collect();
    let upper = lower.concat(&Array::of1(&Array::new()));
    idb::KeyRange::bound(&lower, &upper, Some(false), Some(false))
        .map_err(|_| StoreError::WriteFailed)
}
