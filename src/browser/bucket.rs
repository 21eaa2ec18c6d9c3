//! A storage bucket of its own for what cannot be written down in bytes: the keys, which no script
//! can read, and beside them how far their chain has come. A wipe of the default database does not
//! reach it. Where there are no buckets the default database holds the keys alone.
//!
//! The keys are in both places, so that one of them may go.

use idb::DatabaseEvent;
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::IdbDatabase;

use super::database::{KEYS, strict};
use super::object::object;
use super::store::from_js;
use super::world::Browser;
use crate::error::StoreError;
use crate::store::ChainHead;

const BUCKET: &str = "rekam-keys";
const VERSION: u32 = 1;
const HEAD: &str = "chain_head";

#[wasm_bindgen]
extern "C" {
    type Buckets;

    #[wasm_bindgen(method)]
    fn open(this: &Buckets, name: &str, options: &Object) -> Promise;

    pub(super) type Bucket;

    #[wasm_bindgen(method, getter, js_name = indexedDB)]
    fn indexed_db(this: &Bucket) -> JsValue;

    type Navigator;

    #[wasm_bindgen(method, getter, js_name = storageBuckets)]
    fn storage_buckets(this: &Navigator) -> Option<Buckets>;

    #[wasm_bindgen(js_name = navigator, thread_local_v2)]
    static NAVIGATOR: Navigator;
}

/// A bucket and its database. Chromium answers no request of the database any more, and says nothing
/// of it, once the object of its bucket was collected: **both are held together**.
pub(super) struct Opened {
    _bucket: Bucket,
    pub(super) database: IdbDatabase,
}

/// Opens the database of that name in the bucket; none where there are no buckets or it cannot be.
async fn open(name: &str) -> Option<Opened> {
    let buckets = NAVIGATOR.with(Navigator::storage_buckets)?;
    // Granted or not: it is asked for.
    let options = object(&[("persisted", true.into())]);
    let bucket = JsFuture::from(buckets.open(BUCKET, &options)).await.ok()?;
    let bucket: Bucket = bucket.unchecked_into();
    let factory = idb::Factory::try_from(bucket.indexed_db()).ok()?;
    let mut request = factory.open(name, Some(VERSION)).ok()?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // Without the store every transaction fails, and the default database serves.
            let _ = database.create_object_store(KEYS, idb::ObjectStoreParams::new());
        }
    });
    let database = request.await.ok()?.into();
    Some(Opened {
        _bucket: bucket,
        database,
    })
}

impl Browser {
    /// The database of the bucket.
    pub(super) async fn bucket(&self) -> Option<IdbDatabase> {
        if self.bucket.borrow().is_none() {
            let opened = open(&self.name).await;
            self.bucket.replace(Some(opened));
        }
        let opened = self.bucket.borrow();
        let opened = opened.as_ref().and_then(Option::as_ref);
        opened.map(|opened| opened.database.clone())
    }

    /// How far the chain has come by what lies beside its key.
    pub(super) async fn head_beside_the_key(&self) -> Option<ChainHead> {
        let bucket = self.bucket().await?;
        let transaction = strict(&bucket, &[KEYS]).ok()?;
        let head = transaction.get(KEYS, HEAD.into()).await.ok()??;
        from_js(head).ok()
    }

    /// Notes how far it has come. It is the third copy: a failure costs nothing yet.
    pub(super) async fn put_head_beside_the_key(&self, head: &JsValue) {
        let Some(bucket) = self.bucket().await else {
            return;
        };
        let put = async || -> Result<(), StoreError> {
            let transaction = strict(&bucket, &[KEYS])?;
            transaction.put(KEYS, &HEAD.into(), head)?;
            transaction.commit().await
        };
        let _ = put().await;
    }
}
