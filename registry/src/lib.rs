//! The central side of Rekam: takes packets in and answers with signed receipts. It holds no key
//! that opens them; `registry open` runs where that key is.
//!
//! A packet's way: `routes` (manifest verified) → `intake` (pieces durable) → `assemble`
//! (two objects, then the receipt) → `open` (elsewhere, with the key) → `check` (the rules again).
#![forbid(unsafe_code)]

mod routes;
mod tus;

mod assemble;
mod intake;
mod open;

mod keys;
mod pairing;

mod state;
mod store;

mod check;
mod demo;
mod lists;
mod statuses;

pub mod cli;
pub mod error;
pub mod serve;
