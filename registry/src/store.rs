//! Where the registry keeps things: rows in a database, bytes in an object store.
//!
//! Every step of a packet is one row changed by compare-and-swap, so any number of processes may
//! work on the same stores; nothing is kept in memory between two requests.

pub(crate) mod database;
pub(crate) mod devices;
pub(crate) mod objects;
pub(crate) mod overview;
pub(crate) mod packets;

pub(crate) use database::Database;
pub(crate) use objects::Objects;
