//! What JavaScript may call. No logic: arguments are converted, the flow is called, the result is
//! converted.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::crypto::BrowserRandom;
use super::failure::failure;
use super::world::Browser;
use crate::draft::{Draft, DraftId};
use crate::error::DraftError;
use crate::flow::{ByteSource, Flow};
use crate::form::{self, Service, Slot};
use crate::seal::Recipient;
use crate::seal::envelope::Sealer;
use crate::validate::{self, Day};

type JsResult<T> = Result<T, JsValue>;

/// The form of a service.
#[wasm_bindgen]
pub fn form(service: JsValue) -> JsResult<JsValue> {
    to_js(form::form(from_js::<Service>(service)?))
}

/// A code list by name; undefined when there is none.
#[wasm_bindgen(js_name = codeList)]
pub fn code_list(name: &str) -> JsResult<JsValue> {
    form::code_list(name).map_or(Ok(JsValue::UNDEFINED), to_js)
}

/// All findings of a draft on a day, `YYYY-MM-DD`.
#[wasm_bindgen]
pub fn check(draft: JsValue, today: &str) -> JsResult<JsValue> {
    to_js(&validate::check(&from_js::<Draft>(draft)?, day(today)?))
}

/// One tablet at one site.
#[wasm_bindgen]
pub struct Station {
    flow: Flow<Browser>,
}

#[wasm_bindgen]
impl Station {
    /// Opens the station of that name.
    pub async fn open(name: String) -> JsResult<Station> {
        let browser = Browser::open(&name).await.map_err(failure)?;
        Ok(Self { flow: Flow::new(browser) })
    }

    /// Lets go of the database. The station cannot be used after it.
    pub fn close(self) {
        self.flow.into_world().close();
    }

    /// The configuration's claims; undefined until the tablet is paired.
    pub async fn configuration(&self) -> JsResult<JsValue> {
        match self.flow.configuration().await.map_err(failure)? {
            Some(configuration) => to_js(configuration.claims()),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Pairs with the registry that the link names.
    pub async fn pair(&self, link: String) -> JsResult<JsValue> {
        to_js(self.flow.pair(&link).await.map_err(failure)?.claims())
    }

    /// Begins a draft.
    #[wasm_bindgen(js_name = createDraft)]
    pub async fn create_draft(&self, service: JsValue) -> JsResult<JsValue> {
        to_js(&self.flow.create_draft(from_js(service)?).await.map_err(failure)?)
    }

    /// Every draft, the one saved last first.
    pub async fn drafts(&self) -> JsResult<JsValue> {
        to_js(&self.flow.drafts().await.map_err(failure)?)
    }

    /// Saves what a form can change.
    #[wasm_bindgen(js_name = saveDraft)]
    pub async fn save_draft(&self, draft: JsValue) -> JsResult<f64> {
        Ok(self.flow.save_draft(from_js(draft)?).await.map_err(failure)? as f64)
    }

    /// Keeps a capture.
    pub async fn capture(
        &self,
        draft: String,
        slot: String,
        media_type: String,
        bytes: Uint8Array,
    ) -> JsResult<JsValue> {
        let slot = parse_slot(&slot)?;
        let capture = self.flow.capture(&DraftId(draft), slot, &media_type, &bytes).await;
        to_js(&capture.map_err(failure)?)
    }

    /// The bytes of a capture, in pieces.
    #[wasm_bindgen(js_name = readCapture)]
    pub async fn read_capture(&self, draft: String, slot: String) -> JsResult<Array> {
        let (id, slot) = (DraftId(draft), parse_slot(&slot)?);
        let draft = self.flow.draft(&id).await.map_err(failure)?;
        let capture = draft.capture(slot).ok_or_else(|| failure(DraftError::CaptureUnknown))?;
        let pieces = Array::new();
        for n in 0..capture.pieces() {
            let piece = self.flow.read_piece(&id, slot, n).await.map_err(failure)?;
            pieces.push(&Uint8Array::from(&piece[..]));
        }
        Ok(pieces)
    }

    /// Empties a slot.
    #[wasm_bindgen(js_name = removeCapture)]
    pub async fn remove_capture(&self, draft: String, slot: String) -> JsResult<()> {
        let slot = parse_slot(&slot)?;
        self.flow.remove_capture(&DraftId(draft), slot).await.map_err(failure)
    }

    /// Erases a draft and its captures.
    pub async fn discard(&self, draft: String) -> JsResult<()> {
        self.flow.discard(&DraftId(draft)).await.map_err(failure)
    }

    /// Validates, seals and stores a draft on a day, `YYYY-MM-DD`; returns its record.
    pub async fn seal(&self, draft: String, today: String) -> JsResult<JsValue> {
        let today = day(&today)?;
        to_js(&self.flow.seal(&DraftId(draft), today).await.map_err(failure)?)
    }

    /// Every record, oldest first.
    pub async fn records(&self) -> JsResult<JsValue> {
        to_js(&self.flow.records().await.map_err(failure)?)
    }

    /// Asks the registry for a signed answer; its clock in milliseconds.
    pub async fn probe(&self) -> JsResult<f64> {
        Ok(self.flow.probe().await.map_err(failure)? as f64)
    }

    /// Sends what waits; returns a report.
    pub async fn sync(&self) -> JsResult<JsValue> {
        to_js(&self.flow.sync().await.map_err(failure)?)
    }

    /// Puts a refused packet back into the queue.
    pub async fn retry(&self, pid: String) -> JsResult<()> {
        self.flow.retry(&pid).await.map_err(failure)
    }
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
        let recipients: Result<Vec<_>, _> = recipients.iter().map(|text| Recipient::parse(text)).collect();
        let made = Sealer::make(&recipients.map_err(failure)?, &BrowserRandom);
        let (sealer, head) = made.map_err(failure)?;
        Ok(Self { sealer, head })
    }

    /// Takes plaintext and returns the ciphertext that is ready.
    pub fn push(&mut self, plaintext: &[u8]) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.head);
        self.sealer.push(plaintext, |bytes| out.extend_from_slice(bytes));
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
    value.serialize(&serializer).map_err(|_| malformed("the value has no JavaScript form"))
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> JsResult<T> {
    serde_wasm_bindgen::from_value(value).map_err(|_| malformed("an argument of another shape"))
}
