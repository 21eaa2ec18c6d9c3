//! The journal's files: OPFS sync access handles, which exist in dedicated workers only. They are
//! all opened at the start and held, so that nobody else can write them.

use js_sys::{AsyncIterator, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::locks::{Guard, pending};
use super::object::object;
use super::world::Browser;
use crate::error::StoreError;
use crate::ports::Segments;

const LOCK: &str = "journal";
/// A page that is reloaded lets go within this; then it is another tab that has the journal.
const PATIENCE_MILLIS: u32 = 2_000;
/// A tab that is taken over finishes what it is writing first.
const LONGEST_HANDOVER_MILLIS: u32 = 10_000;
const PAUSE_MILLIS: u32 = 50;

#[wasm_bindgen]
extern "C" {
    type Navigator;
    #[wasm_bindgen(method, getter)]
    fn storage(this: &Navigator) -> Option<StorageManager>;
    #[wasm_bindgen(js_name = navigator, thread_local_v2)]
    static NAVIGATOR: Navigator;

    type StorageManager;
    #[wasm_bindgen(method, catch, js_name = getDirectory)]
    fn get_directory(this: &StorageManager) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    type Directory;
    #[wasm_bindgen(method, catch, js_name = getDirectoryHandle)]
    fn directory(this: &Directory, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    fn file(this: &Directory, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn keys(this: &Directory) -> Result<AsyncIterator, JsValue>;

    type File;
    #[wasm_bindgen(method, catch, js_name = createSyncAccessHandle)]
    fn open(this: &File) -> Result<Promise, JsValue>;

    #[derive(Clone)]
    type Access;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Access, out: &mut [u8], options: &Object) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(this: &Access, bytes: &[u8], options: &Object) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn truncate(this: &Access, length: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn flush(this: &Access) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = getSize)]
    fn size(this: &Access) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Access) -> Result<(), JsValue>;
}

/// What is held of the journal.
#[derive(Default)]
pub(super) struct Files {
    directory: Option<Directory>,
    open: Vec<(u32, Access)>,
    lock: Option<Guard>,
    /// Settled when another page takes over.
    pub(super) over: Option<Promise>,
    /// Another page has it now.
    pub(super) is_taken: bool,
}

impl Files {
    /// Closes every file, then lets go of the lock.
    pub(super) fn close(&mut self) {
        for (_, access) in std::mem::take(&mut self.open) {
            let _ = access.close();
        }
        self.directory = None;
        self.lock = None;
    }
}

impl Segments for Browser {
    async fn open_segments(&self, takeover: bool) -> Result<Vec<(u32, u64)>, StoreError> {
        // Looked for first: where there is no journal, tabs need not exclude each other.
        let directory = open_directory(&self.name)
            .await
            .ok_or(StoreError::Unavailable)?;
        let (lock, over) = self.lock_journal(takeover).await?;
        self.files.replace(Files {
            directory: Some(directory.clone()),
            open: Vec::new(),
            lock: Some(lock),
            over: Some(over),
            is_taken: false,
        });
        let mut lengths = Vec::new();
        for name in names(&directory).await.ok_or(StoreError::Unavailable)? {
            let Ok(file) = name.parse::<u32>() else {
                continue;
            };
            let access = open_file(&directory, &name).await?;
            self.files.borrow_mut().open.push((file, access.clone()));
            let size = access.size().map_err(|_| StoreError::ReadFailed)?;
            // Before Chromium 108 it was a promise, and so was what flush returned.
            let size = size.as_f64().ok_or(StoreError::Unavailable)?;
            lengths.push((file, size as u64));
        }
        Ok(lengths)
    }

    async fn create_segment(&self, file: u32) -> Result<(), StoreError> {
        if self.access(file).is_ok() {
            return Ok(());
        }
        let directory = self.files.borrow().directory.clone();
        let directory = directory.ok_or(StoreError::InUse)?;
        let access = open_file(&directory, &file.to_string()).await?;
        self.files.borrow_mut().open.push((file, access));
        Ok(())
    }

    fn read_segment(&self, file: u32, at: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; length as usize];
        let read = self.access(file)?.read(&mut bytes, &position(at));
        let read = read.map_err(|_| StoreError::ReadFailed)?;
        bytes.truncate(read as usize);
        Ok(bytes)
    }

    fn write_segment(&self, file: u32, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.access(file)?.write(bytes, &position(at));
        match written {
            Ok(count) if count as usize == bytes.len() => Ok(()),
            Ok(_) => Err(StoreError::QuotaExceeded),
            Err(error) => Err(write_error(&error)),
        }
    }

    fn truncate_segment(&self, file: u32, length: u64) -> Result<(), StoreError> {
        let truncated = self.access(file)?.truncate(length as f64);
        truncated.map_err(|error| write_error(&error))
    }

    fn flush_segment(&self, file: u32) -> Result<(), StoreError> {
        let flushed = self.access(file)?.flush();
        flushed.map_err(|error| write_error(&error))
    }

    fn close_segments(&self) {
        self.files.borrow_mut().close();
    }
}

impl Browser {
    fn access(&self, file: u32) -> Result<Access, StoreError> {
        let files = self.files.borrow();
        let open = files.open.iter().find(|(open, _)| *open == file);
        open.map(|(_, access)| access.clone())
            .ok_or(StoreError::InUse)
    }

    /// Waits a moment for a page that is just going; takes it from one that stays when it may.
    async fn lock_journal(&self, takeover: bool) -> Result<(Guard, Promise), StoreError> {
        let free = object(&[("ifAvailable", true.into())]);
        let mut waited = 0;
        loop {
            if let Some(lock) = self.request_lock(LOCK, &free).await {
                return Ok(lock);
            }
            if takeover || waited >= PATIENCE_MILLIS {
                break;
            }
            sleep(PAUSE_MILLIS).await;
            waited += PAUSE_MILLIS;
        }
        if !takeover {
            return Err(StoreError::InUse);
        }
        let steal = object(&[("steal", true.into())]);
        let stolen = self.request_lock(LOCK, &steal).await;
        stolen.ok_or(StoreError::InUse)
    }

    /// Resolves when the lock is gone: with whether another page took it over.
    pub(super) fn taken_over(&self) -> impl Future<Output = bool> + use<> {
        let over = self.files.borrow_mut().over.take();
        async move {
            match over {
                // A lock that is let go resolves; one that is stolen rejects.
                Some(over) => JsFuture::from(over).await.is_err(),
                None => false,
            }
        }
    }

    /// Whether another page has the journal.
    pub(super) fn is_taken(&self) -> bool {
        self.files.borrow().is_taken
    }

    pub(super) fn mark_taken(&self) {
        self.files.borrow_mut().is_taken = true;
    }
}

async fn open_directory(name: &str) -> Option<Directory> {
    let storage = NAVIGATOR.with(Navigator::storage)?;
    let root: Directory = settled(storage.get_directory()).await?.unchecked_into();
    let create = object(&[("create", true.into())]);
    let directory: Directory = settled(root.directory(&format!("rekam-{name}"), &create))
        .await?
        .unchecked_into();
    // Only a dedicated worker may open files; whoever is none finds that out without making one.
    let global = js_sys::global();
    let class = Reflect::get(&global, &"FileSystemFileHandle".into()).ok()?;
    let prototype = Reflect::get(&class, &"prototype".into()).ok()?;
    let can = Reflect::has(&prototype, &"createSyncAccessHandle".into()).ok()?;
    can.then_some(directory)
}

async fn names(directory: &Directory) -> Option<Vec<String>> {
    let keys = directory.keys().ok()?;
    let mut names = Vec::new();
    loop {
        let next = keys.next_iterator().map(JsCast::unchecked_into);
        let next = settled(next).await?;
        if Reflect::get(&next, &"done".into()).ok()?.is_truthy() {
            return Some(names);
        }
        let name = Reflect::get(&next, &"value".into()).ok()?;
        names.extend(name.as_string());
    }
}

/// Opens a file, making it where it is missing. Another tab's handles are closed soon after its
/// lock is gone.
async fn open_file(directory: &Directory, name: &str) -> Result<Access, StoreError> {
    let create = object(&[("create", true.into())]);
    let mut waited = 0;
    loop {
        let file = directory
            .file(name, &create)
            .map_err(|_| StoreError::Unavailable)?;
        let file = JsFuture::from(file)
            .await
            .map_err(|error| write_error(&error))?;
        let opened = file.unchecked_ref::<File>().open();
        let opened = opened.map_err(|_| StoreError::Unavailable)?;
        match JsFuture::from(opened).await {
            Ok(access) => return Ok(access.unchecked_into()),
            Err(_) if waited >= LONGEST_HANDOVER_MILLIS => return Err(StoreError::InUse),
            Err(_) => sleep(PAUSE_MILLIS).await,
        }
        waited += PAUSE_MILLIS;
    }
}

async fn settled(call: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(call.ok()?).await.ok()
}

fn position(at: u64) -> Object {
    object(&[("at", (at as f64).into())])
}

fn write_error(error: &JsValue) -> StoreError {
    let name = Reflect::get(error, &"name".into()).ok();
    if name.and_then(|name| name.as_string()).as_deref() == Some("QuotaExceededError") {
        StoreError::QuotaExceeded
    } else {
        StoreError::WriteFailed
    }
}

pub(super) async fn sleep(millis: u32) {
    let (slept, wake) = pending();
    let _timeout = gloo::timers::callback::Timeout::new(millis, move || {
        let _ = wake.call0(&JsValue::UNDEFINED);
    });
    let _ = JsFuture::from(slept).await;
}
