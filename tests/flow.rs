//! All seven steps over ports in memory, and everything that can go wrong at each of them.
//!
//! Run with the feature `open`, the tests also open what arrived and compare it byte for byte with
//! what was captured; without it they compare hashes.
#![cfg(not(target_arch = "wasm32"))] // in browsers the adapters are tested

mod support;

mod flow {
    mod answers;
    mod clock;
    mod crash;
    mod drafts;
    mod journal;
    mod link;
    mod long_day;
    mod operators;
    mod pairing;
    mod receipts;
    mod recorded;
    mod refusals;
    mod senders;
    mod steps;
}
