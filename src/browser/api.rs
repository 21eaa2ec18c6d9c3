//! What JavaScript may call. No logic: arguments are converted, the flow is called, the result is
//! converted.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Array, JSON, Promise, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};
use zeroize::Zeroizing;

use super::crypto::BrowserRandom;
use super::failure::failure;
use super::object::object;
use super::world::Browser;
use crate::draft::{Draft, DraftId};
use crate::error::{DraftError, Result, StoreError};
use crate::flow::{ByteSource, Flow, NewOperator};
use crate::form::{self, Service, Slot};
use crate::journal::Journaled;
use crate::operator::Role;
use crate::seal::Recipient;
use crate::seal::envelope::Sealer;
use crate::status;
use crate::validate::{self, Day, Extent};

type JsResult<T> = Result<T, JsValue>;

/// The forms as they are committed, JSON.
#[wasm_bindgen(js_name = formsJson)]
pub fn forms_json() -> String {
    form::FORMS_JSON.into()
}

/// The code lists as they are committed, JSON.
#[wasm_bindgen(js_name = listsJson)]
pub fn lists_json() -> String {
    form::LISTS_JSON.into()
}

/// The status words of the register as they are committed, JSON.
#[wasm_bindgen(js_name = statusWordsJson)]
pub fn status_words_json() -> String {
    status::WORDS_JSON.into()
}

/// All that the rules say of a draft on a day, `YYYY-MM-DD`; with `given_only`, of what is there.
#[wasm_bindgen]
pub fn examine(draft: JsValue, today: &str, given_only: bool) -> JsResult<JsValue> {
    let extent = if given_only {
        Extent::Given
    } else {
        Extent::Whole
    };
    let draft = draft_from_js(&draft)?;
    to_js(&validate::examine(&draft, day(today)?, extent))
}

/// Takes the ten-digit village codes of a province.
#[wasm_bindgen(js_name = loadVillages)]
pub fn load_villages(codes: Vec<f64>) {
    let codes = codes.into_iter().map(|code| code as u64).collect();
    form::regions::load_villages(codes);
}

/// One tablet at one site.
#[wasm_bindgen]
pub struct Station {
    flow: Rc<Flow<Journaled<Browser>>>,
    changed: Option<Closure<dyn FnMut()>>,
}

#[wasm_bindgen]
impl Station {
    /// Opens the station of that name. With `journal`, which a dedicated worker can have, it is the
    /// one that writes; `takeover` takes that from another tab.
    pub async fn open(name: String, journal: bool, takeover: bool) -> JsResult<Station> {
        let browser = Browser::open(&name).await.map_err(failure)?;
        if !journal {
            let flow = Rc::new(Flow::new(Journaled::without(browser)));
            return Ok(Self {
                flow,
                changed: None,
            });
        }
        let world = Journaled::open(browser, takeover).await.map_err(failure)?;
        let flow = Rc::new(Flow::new(world));
        let changed = watch(&flow);
        Ok(Self {
            flow,
            changed: Some(changed),
        })
    }

    /// Lets go of the database as soon as no step runs. The station cannot be used after it.
    pub fn close(self) {
        self.flow.world().world().ignore_changes();
        drop(self.changed);
        close_if_last(self.flow);
    }

    /// Whether what is said to be saved survives a power cut, and what is missing.
    pub fn durability(&self) -> Promise {
        self.run(async |flow| to_js(&flow.world().durability().await))
    }

    /// The configuration's claims; undefined until the tablet is paired.
    pub fn configuration(&self) -> Promise {
        self.run(
            async |flow| match flow.configuration().await.map_err(failure)? {
                Some(configuration) => to_js(configuration.claims()),
                None => Ok(JsValue::UNDEFINED),
            },
        )
    }

    /// Pairs with the registry that the link names; the first operator is a supervisor.
    pub fn pair(&self, link: String, name: String, pin: String) -> Promise {
        self.run(async move |flow| {
            let first = new_operator(name, pin);
            to_js(flow.pair(&link, &first).await.map_err(failure)?.claims())
        })
    }

    /// The operators, and who unlocked this page.
    #[wasm_bindgen(js_name = lockScreen)]
    pub fn lock_screen(&self) -> Promise {
        self.run(async |flow| to_js(&flow.lock_screen().await.map_err(failure)?))
    }

    /// Unlocks this page; its operator.
    pub fn unlock(&self, id: String, pin: String) -> Promise {
        let pin = Zeroizing::new(pin);
        self.run(async move |flow| to_js(&flow.unlock(&id, &pin).await.map_err(failure)?))
    }

    /// Locks this page.
    pub fn lock(&self) {
        self.flow.lock();
    }

    /// Adds an operator.
    #[wasm_bindgen(js_name = addOperator)]
    pub fn add_operator(&self, name: String, role: JsValue, pin: String) -> Promise {
        self.run(async move |flow| {
            let role: Role = from_js(role)?;
            let new = new_operator(name, pin);
            to_js(&flow.add_operator(&new, role).await.map_err(failure)?)
        })
    }

    /// Gives an operator a new PIN.
    #[wasm_bindgen(js_name = resetPin, unchecked_return_type = "Promise<void>")]
    pub fn reset_pin(&self, id: String, pin: String) -> Promise {
        let pin = Zeroizing::new(pin);
        self.run(async move |flow| done(flow.reset_pin(&id, &pin).await))
    }

    /// Changes what an operator may do.
    #[wasm_bindgen(js_name = setRole, unchecked_return_type = "Promise<void>")]
    pub fn set_role(&self, id: String, role: JsValue) -> Promise {
        self.run(async move |flow| done(flow.set_role(&id, from_js(role)?).await))
    }

    /// Removes an operator.
    #[wasm_bindgen(js_name = removeOperator, unchecked_return_type = "Promise<void>")]
    pub fn remove_operator(&self, id: String) -> Promise {
        self.run(async move |flow| done(flow.remove_operator(&id).await))
    }

    /// Opens the tablet with the registry's recovery code and gives an operator a new PIN.
    pub fn recover(&self, code: String, id: String, pin: String) -> Promise {
        let (code, pin) = (Zeroizing::new(code), Zeroizing::new(pin));
        self.run(async move |flow| to_js(&flow.recover(&code, &id, &pin).await.map_err(failure)?))
    }

    /// Begins a draft.
    #[wasm_bindgen(js_name = createDraft)]
    pub fn create_draft(&self, service: JsValue) -> Promise {
        self.run(async move |flow| {
            let service = service_from_js(service)?;
            draft_to_js(&flow.create_draft(service).await.map_err(failure)?)
        })
    }

    /// Every draft, the one saved last first.
    pub fn drafts(&self) -> Promise {
        self.run(async |flow| {
            let drafts = flow.drafts().await.map_err(failure)?;
            let drafts: JsResult<Array> = drafts.iter().map(draft_to_js).collect();
            Ok(drafts?.into())
        })
    }

    /// Saves what a form can change.
    #[wasm_bindgen(js_name = saveDraft, unchecked_return_type = "Promise<number>")]
    pub fn save_draft(&self, draft: JsValue) -> Promise {
        self.run(async move |flow| {
            let saved_at = flow
                .save_draft(draft_from_js(&draft)?)
                .await
                .map_err(failure)?;
            Ok((saved_at as f64).into())
        })
    }

    /// Keeps a capture.
    pub fn capture(
        &self,
        draft: String,
        slot: String,
        media_type: String,
        bytes: Uint8Array,
    ) -> Promise {
        self.run(async move |flow| {
            let slot = parse_slot(&slot)?;
            let capture = flow
                .capture(&DraftId(draft), slot, &media_type, &bytes)
                .await;
            to_js(&capture.map_err(failure)?)
        })
    }

    /// A capture: its media type, and its bytes in pieces.
    #[wasm_bindgen(js_name = readCapture)]
    pub fn read_capture(&self, draft: String, slot: String) -> Promise {
        self.run(async move |flow| {
            let (id, slot) = (DraftId(draft), parse_slot(&slot)?);
            let draft = flow.draft(&id).await.map_err(failure)?;
            let capture = draft
                .capture(slot)
                .ok_or_else(|| failure(DraftError::CaptureUnknown))?;
            let pieces = Array::new();
            for n in 0..capture.pieces() {
                let piece = flow.read_piece(&id, slot, n).await.map_err(failure)?;
                pieces.push(&Uint8Array::from(&piece[..]));
            }
            let media_type = capture.media_type.as_str().into();
            Ok(object(&[("mediaType", media_type), ("pieces", pieces.into())]).into())
        })
    }

    /// Empties a slot.
    #[wasm_bindgen(js_name = removeCapture, unchecked_return_type = "Promise<void>")]
    pub fn remove_capture(&self, draft: String, slot: String) -> Promise {
        self.run(async move |flow| {
            let slot = parse_slot(&slot)?;
            done(flow.remove_capture(&DraftId(draft), slot).await)
        })
    }

    /// Erases a draft and its captures.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn discard(&self, draft: String) -> Promise {
        self.run(async move |flow| done(flow.discard(&DraftId(draft)).await))
    }

    /// Validates, seals and stores a draft on a day, `YYYY-MM-DD`; returns its record.
    pub fn seal(&self, draft: String, today: String) -> Promise {
        self.run(async move |flow| {
            let today = day(&today)?;
            to_js(&flow.seal(&DraftId(draft), today).await.map_err(failure)?)
        })
    }

    /// The packets of a person, by NIK, that were sealed on this tablet.
    #[wasm_bindgen(js_name = recordedBefore)]
    pub fn recorded_before(&self, nik: String) -> Promise {
        let nik = Zeroizing::new(nik);
        self.run(async move |flow| to_js(&flow.recorded_before(&nik).await.map_err(failure)?))
    }

    /// Every record, oldest first.
    pub fn records(&self) -> Promise {
        self.run(async |flow| to_js(&flow.records().await.map_err(failure)?))
    }

    /// Asks the registry for a signed answer; its clock.
    pub fn probe(&self) -> Promise {
        self.run(async |flow| to_js(&flow.probe().await.map_err(failure)?))
    }

    /// What is known of the link without asking anybody, as JSON.
    #[wasm_bindgen(unchecked_return_type = "Promise<string>")]
    pub fn link(&self) -> Promise {
        self.run(async |flow| {
            let facts = flow.link().await.map_err(failure)?;
            let json = serde_json::to_string(&facts).expect("strings and numbers serialise");
            Ok(json.into())
        })
    }

    /// Changes when packets may go.
    #[wasm_bindgen(js_name = setLinkSettings, unchecked_return_type = "Promise<void>")]
    pub fn set_link_settings(&self, settings: JsValue) -> Promise {
        self.run(async move |flow| {
            let settings = from_js(settings)?;
            done(flow.set_link_settings(settings).await)
        })
    }

    /// Sends what waits, `now` because a person says so; returns a report.
    pub fn sync(&self, now: bool) -> Promise {
        self.run(async move |flow| {
            let report = if now {
                flow.sync_now().await
            } else {
                flow.sync().await
            };
            to_js(&report.map_err(failure)?)
        })
    }

    /// Puts a refused packet back into the queue.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn retry(&self, pid: String) -> Promise {
        self.run(async move |flow| done(flow.retry(&pid).await))
    }
}

impl Station {
    /// Runs a step. The promise is made of a boxed future, so that what drives one is in the
    /// module once and not, as with `async fn`, once for each step.
    fn run(
        &self,
        step: impl AsyncFnOnce(&Flow<Journaled<Browser>>) -> JsResult<JsValue> + 'static,
    ) -> Promise {
        let flow = self.flow.clone();
        if flow.world().world().is_taken() {
            return Promise::reject(&failure(StoreError::InUse));
        }
        promise(Box::pin(async move {
            let result = step(&flow).await;
            close_if_last(flow);
            result
        }))
    }
}

fn promise(step: Pin<Box<dyn Future<Output = JsResult<JsValue>>>>) -> Promise {
    future_to_promise(step)
}

/// Closes the database when neither the station nor a step holds it any more.
fn close_if_last(flow: Rc<Flow<Journaled<Browser>>>) {
    if let Some(flow) = Rc::into_inner(flow) {
        flow.into_world().into_world().close();
    }
}

/// Follows what others do: changes of the outbox are journaled, and a page that takes the journal
/// over gets it.
fn watch(flow: &Rc<Flow<Journaled<Browser>>>) -> Closure<dyn FnMut()> {
    let watched = Rc::downgrade(flow);
    let is_running = Rc::new(Cell::new(false));
    let is_behind = Rc::new(Cell::new(false));
    let changed = Closure::new(move || {
        is_behind.set(true);
        if is_running.replace(true) {
            return;
        }
        let (watched, is_running, is_behind) =
            (watched.clone(), is_running.clone(), is_behind.clone());
        spawn_local(async move {
            while let Some(flow) = watched.upgrade().filter(|_| is_behind.take()) {
                // The next change, or the next start, makes up for a failure.
                let _ = flow.world().catch_up().await;
                close_if_last(flow);
            }
            is_running.set(false);
        });
    });
    flow.world().world().on_change(&changed);
    let over = flow.world().world().taken_over();
    let watched = Rc::downgrade(flow);
    spawn_local(async move {
        if over.await
            && let Some(flow) = watched.upgrade()
        {
            flow.world().world().mark_taken();
            flow.world().surrender().await;
            close_if_last(flow);
        }
    });
    changed
}

fn done(result: Result<()>) -> JsResult<JsValue> {
    result.map(|()| JsValue::UNDEFINED).map_err(failure)
}

/// The envelope alone: an age v1 file for `age1pq1…` recipients, piece by piece.
#[wasm_bindgen]
pub struct Envelope {
    sealer: Sealer,
    head: Vec<u8>,
}

#[wasm_bindgen]
impl Envelope {
    /// Begins a file.
    #[wasm_bindgen(constructor)]
    pub fn new(recipients: Vec<String>) -> JsResult<Envelope> {
        let recipients: Result<Vec<_>, _> = recipients
            .iter()
            .map(|text| Recipient::parse(text))
            .collect();
        let made = Sealer::make(&recipients.map_err(failure)?, &BrowserRandom);
        let (sealer, head) = made.map_err(failure)?;
        Ok(Self { sealer, head })
    }

    /// Takes plaintext and returns the ciphertext that is ready.
    pub fn push(&mut self, plaintext: &[u8]) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.head);
        self.sealer
            .push(plaintext, |bytes| out.extend_from_slice(bytes));
        out
    }

    /// Ends the file and returns the rest.
    pub fn finish(self) -> Vec<u8> {
        let mut out = self.head;
        self.sealer.finish(|bytes| out.extend_from_slice(bytes));
        out
    }
}

impl ByteSource for Uint8Array {
    fn length(&self) -> u64 {
        Uint8Array::length(self).into()
    }

    fn read(&self, offset: u64, out: &mut [u8]) {
        let start = u32::try_from(offset).expect("a typed array is shorter");
        let end = start + u32::try_from(out.len()).expect("a piece is shorter");
        self.subarray(start, end).copy_to(out);
    }
}

fn day(text: &str) -> JsResult<Day> {
    Day::parse_iso(text).ok_or_else(|| malformed("a day is written YYYY-MM-DD"))
}

fn parse_slot(text: &str) -> JsResult<Slot> {
    Slot::parse(text).ok_or_else(|| malformed("there is no such slot"))
}

/// A call that is wrong in itself: the caller's mistake, no failed step.
fn malformed(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

fn to_js<T: Serialize + ?Sized>(value: &T) -> JsResult<JsValue> {
    let serializer = Serializer::json_compatible();
    value
        .serialize(&serializer)
        .map_err(|_| malformed("the value has no JavaScript form"))
}

fn service_from_js(value: JsValue) -> JsResult<Service> {
    from_js(value)
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> JsResult<T> {
    serde_wasm_bindgen::from_value(value).map_err(|_| malformed("an argument of another shape"))
}

fn new_operator(name: String, pin: String) -> NewOperator {
    let pin = Zeroizing::new(pin);
    NewOperator { name, pin }
}

/// A draft is JSON at rest and so it is here: one reader and one writer of drafts in the module.
fn draft_from_js(value: &JsValue) -> JsResult<Draft> {
    let json = JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    json.and_then(|json| serde_json::from_slice(json.as_bytes()).ok())
        .ok_or_else(|| malformed("an argument of another shape"))
}

fn draft_to_js(draft: &Draft) -> JsResult<JsValue> {
    let json = serde_json::to_vec(draft).expect("a draft has string keys only");
    JSON::parse(&String::from_utf8(json).expect("JSON is UTF-8"))
}
