//! Where the registry keeps things: rows in a database, bytes in an object store.
//!
//! Every step of a packet is one row changed by compare-and-swap, so any number of processes may
//! work on the same stores; nothing is kept in memory between two requests.

use std::fs::File;
use std::io;
use std::path::Path;

pub(crate) mod database;
pub(crate) mod devices;
pub(crate) mod objects;
pub(crate) mod overview;
pub(crate) mod packets;
pub(crate) mod statuses;

pub(crate) use database::Database;
pub(crate) use objects::Objects;

/// Makes the names in a folder as durable as what the files hold.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // A relative path of one part has an empty parent, which means here.
    let here = folder.as_os_str().is_empty();
    File::open(if here { Path::new(".") } else { folder })?.sync_all()
}
