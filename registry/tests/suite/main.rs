//! The registry as a station and a browser meet it: every test starts a server of its own on a
//! data folder of its own and speaks HTTP to it byte by byte.
#![allow(missing_docs)]

#[expect(dead_code, reason = "values are looked at where the core is tested")]
#[path = "../../../tests/support/cases.rs"]
mod cases;
mod http;
mod station;
mod support;

mod app;
mod chain;
mod check;
mod checksum;
mod command;
mod interruption;
mod opening;
mod pairing;
mod probe;
mod protocol;
mod recovery;
mod rekey;
mod statuses;
mod upload;
