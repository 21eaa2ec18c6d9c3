//! The browser as a [`World`](crate::ports::World): one database by name, its clock, and the word
//! to the others that something changed.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, CryptoKey};

use super::bucket;
use super::database::Database;
use super::journal::Files;
use crate::error::StoreError;
use crate::ports::{Clock, Millis};

#[wasm_bindgen]
extern "C" {
    /// In pages and workers alike.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// One station's storage in this page or worker.
pub(super) struct Browser {
    pub(super) name: String,
    pub(super) database: Database,
    /// In memory only, while an operator has unlocked.
    pub(super) draft_key: RefCell<Option<CryptoKey>>,
    /// With it.
    pub(super) tag_key: RefCell<Option<CryptoKey>>,
    pub(super) bucket: RefCell<Option<Option<bucket::Opened>>>,
    pub(super) keys: RefCell<Vec<(&'static str, JsValue)>>,
    /// Public keys that signatures were checked by, under their thumbprints.
    pub(super) signers: RefCell<Vec<(String, CryptoKey)>>,
    pub(super) files: RefCell<Files>,
    changes: Option<BroadcastChannel>,
}

impl Browser {
    /// Opens the storage of that name.
    pub(super) async fn open(name: &str) -> Result<Self, StoreError> {
        let database = Database::open(name).await?;
        // Without it a page learns of changes when it looks.
        let changes = BroadcastChannel::new(name).ok();
        Ok(Self {
            name: name.into(),
            database,
            draft_key: RefCell::new(None),
            tag_key: RefCell::new(None),
            bucket: RefCell::default(),
            keys: RefCell::default(),
            signers: RefCell::default(),
            files: RefCell::default(),
            changes,
        })
    }

    /// Tells every page and worker of the station that the outbox changed.
    pub(super) fn announce(&self) {
        if let Some(changes) = &self.changes {
            // The channel is open and a string is cloneable: this cannot fail.
            let _ = changes.post_message(&JsValue::from("outbox"));
        }
    }

    /// Calls back when another page or worker changed the outbox.
    pub(super) fn on_change(&self, changed: &Closure<dyn FnMut()>) {
        if let Some(changes) = &self.changes {
            changes.set_onmessage(Some(changed.as_ref().unchecked_ref()));
        }
    }

    /// Calls back no more.
    pub(super) fn ignore_changes(&self) {
        if let Some(changes) = &self.changes {
            changes.set_onmessage(None);
        }
    }

    /// Lets go of everything.
    pub(super) fn close(self) {
        self.database.close();
        self.files.take().close();
        if let Some(Some(bucket)) = self.bucket.take() {
            bucket.database.close();
        }
        if let Some(changes) = self.changes {
            changes.close();
        }
    }
}

impl Clock for Browser {
    fn now(&self) -> Millis {
        js_sys::Date::now() as Millis
    }

    fn monotonic(&self) -> Millis {
        performance_now() as Millis
    }

    fn minutes_ahead_of_utc(&self) -> i32 {
        -(js_sys::Date::new_0().get_timezone_offset() as i32)
    }
}
