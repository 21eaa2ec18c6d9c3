//! The journal: a second copy of all that must survive a power cut and a wiped database.
//!
//! In: the writes that a station makes. Out: the same writes, flushed into files that are old enough
//! to be there after the cut, and at the next start a database that holds them all again. It knows
//! files by number ([`crate::ports::Segments`]), not what a browser calls them.
//!
//! # What is kept
//! Entries ([`Kind`]) that put or erase a key, in transactions that count whole or not at all, in
//! segments. What is alive in them is the replay of all in their order. A segment that has grown
//! gives way to one that was made long before; the oldest is emptied when nothing in it is alive, or
//! when too much is dead and what is alive has been copied to the end. Files are made ahead of time
//! and **never renamed or deleted**: a file's bytes are on the disk once flushed, its name is not
//! until half a minute later.
//!
//! # Rules
//! - **Journal first, then database.** What a sender can have seen was flushed before, so a sequence
//!   number that may have left the device is never given again. When the database refuses a write,
//!   the journal takes it back before anything else is written.
//! - A write is done when both are down. One that was cut off in between is completed at the next
//!   start, or is in neither.
//! - **The ciphertext of a packet goes in the same transaction that holds its verified receipt**, so
//!   a purge cannot become a loss. A purge that the journal has not seen costs one request: the
//!   registry answers a packet that it has with the receipt. A purge that the database has forgotten
//!   is repeated from the journal; a record never goes back from purged.
//! - Progress of sending is not journaled: losing it costs a repeated step and no byte.
//! - The service worker has the database only. It makes no key and no chain, and takes nothing that
//!   is missing for gone; what it changed is journaled by the next page that sees it.
//! - At the start each record is the one that knows more (purged, receipted, then the later
//!   revision), and each ciphertext the one that has the hash of its record. Drafts have no revision:
//!   the journal's word counts once it has held all that the database held, the database's when it
//!   went on without the journal ([`crate::ports::Rebuild::mark`]) or the journal is damaged; while the journal
//!   is new nothing is erased on either side.
//! - What neither copy has is named by its sequence number and refused with `store_packet_lost`. It
//!   is derived from the chain head and the records, which are in both copies, and so is as durable.
//! - Whoever sends a packet verifies its ciphertext whole before the first byte goes
//!   ([`crate::flow::Flow::sync`]); one that is damaged is mended from the journal.

mod copies;
mod entry;
mod log;
mod segment;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod turn;
mod union;

pub use copies::{Durability, Journaled, Readiness};
pub use entry::Kind;
pub use log::{AGED_MILLIS, SEGMENT_BYTES};
