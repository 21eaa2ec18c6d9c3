//! A Rust error becomes a real JavaScript `Error` with `code`, `step` and `retryable`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::error::Error;

/// What JavaScript sees of a failed step.
pub(super) fn failure(error: impl Into<Error>) -> JsValue {
    let error = error.into();
    let js = js_sys::Error::new(error.message());
    js.set_name("RekamError");
    let set = |key: &str, value: JsValue| {
        Reflect::set(&js, &key.into(), &value).expect("an Error takes members");
    };
    set("code", error.code().into());
    set("step", error.step().into());
    set("retryable", error.retryable().into());
    js.into()
}
