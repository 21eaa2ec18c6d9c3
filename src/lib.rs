//! Rekam records an enrollment where there is no network and loses nothing:
//! form → validate → seal → store → upload → receipt → purge.
//!
//! This is the pure core: no JavaScript, no clock, no network, no randomness but through
//! [`ports`]. The modules below stand in the order of the flow; [`flow`] joins them.
//!
//! Trust is in the types: [`draft::Draft`] (untrusted) → [`validate::Enrollment`] (parsed) →
//! a sealed [`store::Record`] → [`receipt::Receipt`] (verified) → [`purge`]. What was not
//! validated cannot be sealed; what was not receipted cannot be erased.
//!
//! # Features
//! - `open`: the opener of packets ([`seal::open`]), for whoever holds the private key. Off by
//!   default, and never in the wasm.

#[cfg(all(test, target_arch = "wasm32"))]
extern crate self as rekam;

pub mod draft;
pub mod form;
pub mod purge;
pub mod receipt;
pub mod seal;
pub mod status;
pub mod store;
pub mod upload;
pub mod validate;

pub mod clock;
pub mod flow;
pub mod journal;
pub mod ports;

pub mod error;
pub mod jws;
pub mod operator;
pub mod rekey;
pub mod station;

#[cfg(target_arch = "wasm32")]
mod browser;
