//! The adapters: what the core asks of the world, answered by a browser, and what JavaScript may
//! call. Only the files of this folder name browser crates, and none of them holds a rule.

mod api;
mod bucket;
mod crypto;
mod database;
mod failure;
mod journal;
mod locks;
mod object;
mod store;
#[cfg(test)]
mod tests;
mod transport;
mod world;
