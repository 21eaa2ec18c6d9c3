//! What holds for every input: no text ends the program, what is written is read back, and no
//! order of events leads around a receipt.
#![cfg(not(target_arch = "wasm32"))] // in browsers the adapters are tested

mod support;

mod properties {
    mod answers;
    mod archive;
    mod drafts;
    #[cfg(feature = "open")]
    mod envelope;
    mod records;
    mod signed;
    mod texts;
}
