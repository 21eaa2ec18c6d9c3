//! Plain JavaScript objects, for the options that browser interfaces take.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object of these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in members {
        Reflect::set(&object, &(*key).into(), value).expect("an object takes members");
    }
    object
}
