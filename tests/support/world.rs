//! The ports of one page or worker. Every awaited call can be the one at which the page is killed
//! or the port fails; every one lets other pages run first.

mod files;
mod store;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use rekam::error::{DraftError, SealError, UploadError};
use rekam::jws::{P256, PublicKey};
use rekam::ports::{
    Clock, DeviceKey, DraftKey, LockName, Locks, Millis, Random, SignatureCheck, Transport,
};
use rekam::upload::{Request, Response};
use sha2::{Digest, Sha256};

use super::Dice;
use super::disk::Disk;
use super::executor::yield_once;
use super::network::Link;
use super::signer::Signer;

/// What happens at one call of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The page is killed before anything happens.
    CrashBefore,
    /// It happens, and the page is killed before it hears of it.
    CrashAfter,
    /// Nothing happens, and the page hears that it failed.
    Fail,
}

/// Names of the locks that somebody holds.
pub type Held = Rc<RefCell<HashSet<LockName>>>;

/// Which page has the journal's files.
pub type Holder = Rc<Cell<Option<u64>>>;

/// The ports of one page.
pub struct World {
    pub(super) disk: Rc<RefCell<Disk>>,
    pub(super) network: Rc<dyn Link>,
    pub(super) clock: Rc<Cell<Millis>>,
    /// Nobody sets it.
    pub(super) uptime: Rc<Cell<Millis>>,
    pub(super) held: Held,
    /// Whether the browser has locks at all.
    sees_locks: bool,
    /// The page that has the journal's files.
    holder: Holder,
    /// The number of this page.
    number: u64,
    dice: RefCell<Dice>,
    draft_key: Cell<Option<[u8; 32]>>,
    tag_key: Cell<Option<[u8; 32]>>,
    fate: Rc<Fate>,
}

/// What happens to a page, and what happened.
#[derive(Default)]
pub struct Fate {
    fault: Cell<Option<(u32, Fault)>>,
    calls: Cell<u32>,
    crashed: Cell<bool>,
}

impl Fate {
    /// Whether the planned call was reached.
    pub fn happened(&self) -> bool {
        self.fault.get().is_some_and(|(n, _)| self.calls.get() >= n)
    }

    /// Whether the page was killed.
    pub fn has_crashed(&self) -> bool {
        self.crashed.get()
    }
}

impl World {
    pub fn new(
        disk: Rc<RefCell<Disk>>,
        network: Rc<dyn Link>,
        clock: Rc<Cell<Millis>>,
        uptime: Rc<Cell<Millis>>,
        (held, holder): (Option<Held>, Holder),
        number: u64,
    ) -> Self {
        Self {
            disk,
            network,
            clock,
            uptime,
            sees_locks: held.is_some(),
            held: held.unwrap_or_default(),
            holder,
            number,
            dice: RefCell::new(Dice::new(number)),
            fate: Rc::default(),
            draft_key: Cell::new(None),
            tag_key: Cell::new(None),
        }
    }

    /// Plans a fault for the `n`th call from now, counted from 1.
    pub fn plan(&self, n: u32, fault: Fault) {
        self.fate.calls.set(0);
        self.fate.fault.set(Some((n, fault)));
    }

    /// Calls since the plan was made.
    pub fn calls(&self) -> u32 {
        self.fate.calls.get()
    }

    /// Whether the planned call was reached.
    pub fn fault_happened(&self) -> bool {
        self.fate.happened()
    }

    /// Whether the page was killed.
    pub fn has_crashed(&self) -> bool {
        self.fate.has_crashed()
    }

    /// What happens to the page, to be asked when the page is gone.
    pub fn fate(&self) -> Rc<Fate> {
        self.fate.clone()
    }

    /// One call of a port that can fail.
    async fn call<T, E>(
        &self,
        failure: E,
        effect: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let fault = self.enter().await;
        if fault == Some(Fault::Fail) {
            return Err(failure);
        }
        let result = effect(self);
        self.leave(fault).await;
        result
    }

    async fn enter(&self) -> Option<Fault> {
        yield_once().await;
        if self.has_crashed() {
            std::future::pending().await
        }
        let fault = self.count();
        if fault == Some(Fault::CrashBefore) {
            self.crash().await;
        }
        fault
    }

    /// Counts a call of a port; the fault that is planned for it.
    fn count(&self) -> Option<Fault> {
        self.fate.calls.set(self.fate.calls.get() + 1);
        self.clock.set(self.clock.get() + 1);
        let planned = self.fate.fault.get();
        let planned = planned.filter(|(n, _)| *n == self.fate.calls.get());
        planned.map(|(_, fault)| fault)
    }

    async fn leave(&self, fault: Option<Fault>) {
        if fault == Some(Fault::CrashAfter) {
            self.crash().await;
        }
    }

    async fn crash(&self) {
        self.fate.crashed.set(true);
        std::future::pending().await
    }

    fn draft_cipher(&self) -> Result<ChaCha20Poly1305, DraftError> {
        let key = self.draft_key.get().ok_or(DraftError::Unreadable)?;
        Ok(ChaCha20Poly1305::new(&Key::from(key)))
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        self.clock.get()
    }

    fn monotonic(&self) -> Millis {
        self.uptime.get()
    }

    fn minutes_ahead_of_utc(&self) -> i32 {
        // Waktu Indonesia Barat.
        7 * 60
    }
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        self.dice.borrow_mut().fill(bytes);
    }
}

impl DeviceKey for World {
    async fn public_key(&self) -> Result<PublicKey, SealError> {
        self.call(SealError::DeviceKeyFailed, |world| {
            let mut disk = world.disk.borrow_mut();
            let secret = disk.device_key.get_or_insert_with(|| {
                let mut secret = [0; 32];
                world.fill(&mut secret[1..]);
                secret
            });
            Ok(Signer::new(secret).public_key())
        })
        .await
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SealError> {
        self.call(SealError::DeviceKeyFailed, |world| {
            let secret = world
                .disk
                .borrow()
                .device_key
                .ok_or(SealError::DeviceKeyMissing)?;
            Ok(Signer::new(&secret).sign(message))
        })
        .await
    }
}

impl SignatureCheck for World {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let fault = self.enter().await;
        let is_good = P256.verifies(key, message, signature).await;
        self.leave(fault).await;
        is_good && fault != Some(Fault::Fail)
    }
}

impl DraftKey for World {
    async fn use_draft_key(&self, key: &[u8; 32], tag_key: &[u8; 32]) -> Result<(), DraftError> {
        self.call(DraftError::Unreadable, |world| {
            world.draft_key.set(Some(*key));
            world.tag_key.set(Some(*tag_key));
            Ok(())
        })
        .await
    }

    fn forget_draft_key(&self) {
        self.draft_key.set(None);
        self.tag_key.set(None);
    }

    async fn tag(&self, message: &[u8]) -> Result<[u8; 32], DraftError> {
        self.call(DraftError::Unreadable, |world| {
            let key = world.tag_key.get().ok_or(DraftError::Unreadable)?;
            // Any keyed hash will do in memory.
            Ok(Sha256::digest([&key[..], message].concat()).into())
        })
        .await
    }

    async fn encrypt(&self, context: &str, plaintext: &[u8]) -> Result<Vec<u8>, DraftError> {
        self.call(DraftError::Unreadable, |world| {
            let mut nonce = [0; 12];
            world.fill(&mut nonce);
            let payload = Payload {
                msg: plaintext,
                aad: context.as_bytes(),
            };
            let sealed = world.draft_cipher()?.encrypt(&Nonce::from(nonce), payload);
            Ok([&nonce[..], &sealed.expect("pieces are short")].concat())
        })
        .await
    }

    async fn decrypt(&self, context: &str, ciphertext: &[u8]) -> Result<Vec<u8>, DraftError> {
        self.call(DraftError::Unreadable, |world| {
            let (nonce, sealed) = ciphertext
                .split_first_chunk::<12>()
                .ok_or(DraftError::Unreadable)?;
            let payload = Payload {
                msg: sealed,
                aad: context.as_bytes(),
            };
            let opened = world.draft_cipher()?.decrypt(&Nonce::from(*nonce), payload);
            opened.map_err(|_| DraftError::Unreadable)
        })
        .await
    }
}

impl Transport for World {
    async fn send(&self, request: Request) -> Result<Response, UploadError> {
        let fault = self.enter().await;
        if fault == Some(Fault::Fail) {
            return Err(UploadError::Offline);
        }
        let carried = self.network.carry(request).await;
        self.leave(fault).await;
        carried
    }

    fn is_metered(&self) -> bool {
        self.network.is_metered()
    }
}

/// Releases its lock when the page lets go of it or is killed.
pub struct Guard {
    held: Held,
    name: LockName,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.held.borrow_mut().remove(&self.name);
    }
}

impl Locks for World {
    type Guard = Guard;

    async fn lock(&self, name: LockName) -> Guard {
        loop {
            if let Some(guard) = self.try_lock(name).await {
                return guard;
            }
        }
    }

    fn exclude(&self) -> bool {
        self.sees_locks
    }

    async fn try_lock(&self, name: LockName) -> Option<Guard> {
        let fault = self.enter().await;
        let free = self.held.borrow_mut().insert(name);
        let guard = free.then(|| Guard {
            held: self.held.clone(),
            name,
        });
        self.leave(fault).await;
        guard
    }
}
