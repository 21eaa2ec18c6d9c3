//! Web Locks: mutual exclusion between all pages and workers of the origin. A lock goes when its
//! holder does, however it ends.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::object::object;
use super::world::Browser;
use crate::ports::{LockName, Locks};

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &JsValue) -> Promise;

    type Navigator;

    #[wasm_bindgen(method, getter)]
    fn locks(this: &Navigator) -> Option<LockManager>;

    #[wasm_bindgen(js_name = navigator, thread_local_v2)]
    static NAVIGATOR: Navigator;
}

/// A lock that is held until this is dropped.
pub(super) struct Guard {
    release: Option<Function>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Locks for Browser {
    type Guard = Guard;

    async fn lock(&self, name: LockName) -> Guard {
        // Without `ifAvailable` the request waits and is never answered with nothing.
        self.request(name, false)
            .await
            .unwrap_or(Guard { release: None })
    }

    fn exclude(&self) -> bool {
        NAVIGATOR.with(Navigator::locks).is_some()
    }

    async fn try_lock(&self, name: LockName) -> Option<Guard> {
        self.request(name, true).await
    }
}

impl Browser {
    async fn request(&self, name: LockName, if_available: bool) -> Option<Guard> {
        // Without Web Locks the compare-and-swap of the store and the lease in the record remain.
        let name = match name {
            LockName::Chain => "chain",
            LockName::Drafts => "drafts",
            LockName::Upload => "upload",
            LockName::Operators => "operators",
        };
        let options = object(&[("ifAvailable", if_available.into())]);
        self.request_lock(name, &options)
            .await
            .map(|(guard, _)| guard)
    }

    /// Asks for a lock; with it comes a promise that is settled when the lock is gone, let go or
    /// stolen.
    pub(super) async fn request_lock(
        &self,
        name: &str,
        options: &Object,
    ) -> Option<(Guard, Promise)> {
        let Some(manager) = NAVIGATOR.with(Navigator::locks) else {
            let (never, _) = pending();
            return Some((Guard { release: None }, never));
        };

        // The lock is held as long as the promise that the callback returns is pending.
        let (held, release) = pending();
        let (asked, answer) = pending();
        let granted = Closure::once_into_js(move |lock: JsValue| -> Promise {
            let is_granted = !lock.is_null();
            let _ = answer.call1(&JsValue::UNDEFINED, &is_granted.into());
            if is_granted {
                held
            } else {
                Promise::resolve(&JsValue::UNDEFINED)
            }
        });
        let name = format!("{}/{name}", self.name);
        let over = manager.request(&name, options, &granted);
        let is_granted = JsFuture::from(asked)
            .await
            .is_ok_and(|value| value.is_truthy());
        let release = Some(release);
        is_granted.then_some((Guard { release }, over))
    }
}

/// A promise and the function that resolves it.
pub(super) fn pending() -> (Promise, Function) {
    let resolver = Rc::new(RefCell::new(None));
    let slot = resolver.clone();
    let promise = Promise::new(&mut move |resolve, _reject| {
        slot.replace(Some(resolve));
    });
    let resolve = resolver
        .take()
        .expect("a promise calls its executor at once");
    (promise, resolve)
}
