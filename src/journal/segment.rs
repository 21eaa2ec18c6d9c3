//! One file of the journal: its header, and the scan of what follows.
//!
//! The header is written twice, at 0 and at 64, and read from whichever copy is sound:
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `rekam-j1` |
//! | 8 | when the file was made, milliseconds since 1970 |
//! | 16 | the journal that it belongs to, random |
//! | 8 | sequence number of its present use, 0 while it is free |
//! | 16 | the first bytes of SHA-256 over the 40 above |
//! | 8 | zeros |

use sha2::{Digest, Sha256};

use super::entry::{HEAD_BYTES, Head, LONGEST_BYTES};
use crate::error::StoreError;
use crate::ports::{Millis, Segments};

const MAGIC: &[u8; 8] = b"rekam-j1";
const HEADER_BYTES: usize = 64;
/// Where entries begin.
pub(super) const FIRST_ENTRY: u64 = 2 * HEADER_BYTES as u64;
/// Read at once while scanning: some entries of the usual size.
const WINDOW_BYTES: u32 = 128 * 1024;
/// Entries up to this length are read and verified at every start, wherever they are. Longer ones,
/// pieces of ciphertext and captures, only in the last segment, and everywhere when they are used.
const SMALL_BYTES: u32 = 16 * 1024;

/// Which journal; made at random with its first file.
pub(super) type Id = [u8; 16];

/// A file of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) file: u32,
    pub(super) created_at: Millis,
    /// 0 while it is free.
    pub(super) sequence: u64,
    /// Bytes in use: where the next entry goes.
    pub(super) end: u64,
    /// Bytes of entries that are still wanted.
    pub(super) live: u64,
}

impl Segment {
    /// Both copies of the header.
    pub(super) fn header(&self, id: &Id) -> Vec<u8> {
        let mut header = [0; HEADER_BYTES];
        header[..8].copy_from_slice(MAGIC);
        header[8..16].copy_from_slice(&self.created_at.to_le_bytes());
        header[16..32].copy_from_slice(id);
        header[32..40].copy_from_slice(&self.sequence.to_le_bytes());
        let hash = Sha256::digest(&header[..40]);
        header[40..56].copy_from_slice(&hash[..16]);
        [header, header].concat()
    }

    /// Reads whichever copy of the header is sound.
    pub(super) fn parse(file: u32, bytes: &[u8]) -> Option<(Self, Id)> {
        bytes.chunks_exact(HEADER_BYTES).take(2).find_map(|header| {
            let is_sound =
                header[..8] == MAGIC[..] && Sha256::digest(&header[..40])[..16] == header[40..56];
            let number = |at: usize| {
                let bytes = header[at..].first_chunk().expect("the header is longer");
                u64::from_le_bytes(*bytes)
            };
            let segment = Self {
                file,
                created_at: number(8),
                sequence: number(32),
                end: FIRST_ENTRY,
                live: 0,
            };
            let id = *header[16..].first_chunk().expect("the header is longer");
            is_sound.then_some((segment, id))
        })
    }
}

/// A complete entry of a complete transaction.
pub(super) struct Found {
    pub(super) head: Head,
    pub(super) at: u64,
    pub(super) key: String,
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Where the last complete transaction ends.
    pub(super) end: u64,
    /// Bytes after it that are part of none: a torn tail.
    pub(super) torn: u64,
    /// Bytes before it that are part of none: something was damaged that was whole once.
    pub(super) damaged: u64,
}

/// Reads a segment from its first entry on and hands out every complete transaction. Whatever
/// cannot be believed is stepped over: by its length where that is sound, else byte by byte to the
/// next entry that can.
pub(super) fn scan(
    world: &impl Segments,
    segment: &Segment,
    length: u64,
    is_last: bool,
    mut take: impl FnMut(Vec<Found>),
) -> Result<Scan, StoreError> {
    let mut window = Window::default();
    let mut result = Scan {
        end: FIRST_ENTRY,
        ..Scan::default()
    };
    let mut open: Vec<Found> = Vec::new();
    let mut last = 0;
    let mut at = FIRST_ENTRY;
    // Where the entry before was sound its length leads to the next, and numbers follow each other.
    let mut follows = true;
    while at < length {
        let known = window
            .entry(world, segment, at, length, is_last || !follows)?
            .filter(|found| {
                let number = found.head.transaction;
                number >= last && (!follows || last == 0 || number <= last + 1)
            });
        let Some(found) = known else {
            open.clear();
            follows = false;
            at += 1;
            continue;
        };
        follows = true;
        last = found.head.transaction;
        let continues = open
            .last()
            .is_some_and(|before| before.head.transaction == found.head.transaction);
        let (size, is_complete) = (found.head.size(), found.head.is_last());
        at += size;
        if found.head.is_first() {
            open.clear();
        } else if !continues {
            open.clear();
            continue;
        }
        open.push(found);
        if is_complete {
            result.damaged += open[0].at - result.end;
            result.end = at;
            take(std::mem::take(&mut open));
        }
    }
    result.torn = length.saturating_sub(result.end);
    Ok(result)
}

/// A stretch of the file, so that small entries are not read one by one.
#[derive(Default)]
struct Window {
    at: u64,
    bytes: Vec<u8>,
}

impl Window {
    fn get(
        &mut self,
        world: &impl Segments,
        file: u32,
        at: u64,
        length: usize,
    ) -> Result<&[u8], StoreError> {
        let covers = |window: &Self| {
            at >= window.at && at + length as u64 <= window.at + window.bytes.len() as u64
        };
        if !covers(self) {
            let wanted = u32::try_from(length).expect("entries are short");
            self.bytes = world.read_segment(file, at, wanted.max(WINDOW_BYTES))?;
            self.at = at;
        }
        let start = usize::try_from(at - self.at).expect("within the window");
        let end = self.bytes.len().min(start + length);
        Ok(&self.bytes[start..end])
    }

    /// The entry at an offset, if there is one that can be believed.
    fn entry(
        &mut self,
        world: &impl Segments,
        segment: &Segment,
        at: u64,
        length: u64,
        is_last: bool,
    ) -> Result<Option<Found>, StoreError> {
        let head = self.get(world, segment.file, at, HEAD_BYTES)?;
        let Some(head) = Head::parse(head).filter(|head| at + head.size() <= length) else {
            return Ok(None);
        };
        let verify = is_last || head.length <= SMALL_BYTES || head.erases();
        let wanted = if verify {
            head.length as usize
        } else {
            head.key_bytes()
        };
        debug_assert!(wanted <= LONGEST_BYTES);
        let body = self.get(world, segment.file, at + HEAD_BYTES as u64, wanted)?;
        if verify && !head.matches(segment.sequence, body) {
            return Ok(None);
        }
        Ok(head.key(body).map(|key| Found { head, at, key }))
    }
}
