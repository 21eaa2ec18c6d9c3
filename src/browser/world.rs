//! The browser as a [`World`](crate::ports::World): one database by name, its clock, and the word
//! to the others that something changed.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, CryptoKey};

use super::database::Database;
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

    /// Lets go of everything.
    pub(super) fn close(self) {
        self.database.close();
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
}
