//! One entry: a change of one key, framed so that a torn or changed one is known for what it is.
//!
//! | bytes | what |
//! | --- | --- |
//! | 4 | length of key and value, little endian like every number here |
//! | 1 | [`Kind`] |
//! | 1 | flags: 1 first of its transaction, 2 last of it, 4 erases instead of putting |
//! | 2 | length of the key |
//! | 8 | number of the transaction |
//! | 32 | SHA-256 over the segment's sequence number (8 bytes), the 16 bytes above, key and value |
//! | … | key, value |
//!
//! The sequence number makes an entry of an earlier use of the same file invalid in a later one.

use sha2::{Digest, Sha256};

/// Bytes before the key.
pub(super) const HEAD_BYTES: usize = 48;
const HASHED_HEAD_BYTES: usize = 16;
/// Longest key and value: a piece of [`crate::store::STORED_PIECE_BYTES`] with its tag and key, and
/// many times the longest record, configuration or draft.
pub(super) const LONGEST_BYTES: usize = 1 << 20;

const FIRST: u8 = 1;
const LAST: u8 = 2;
const ERASES: u8 = 4;

/// What an entry is about. A number is never used for something else; kinds that this version does
/// not know are kept and carried along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(pub(super) u8);

impl Kind {
    /// The station configuration; one, under the empty key.
    pub const CONFIGURATION: Self = Self(1);
    /// Where the chain stands; one, under the empty key.
    pub const HEAD: Self = Self(2);
    /// A packet's record, its receipt included, by pid.
    pub const RECORD: Self = Self(3);
    /// A piece of ciphertext, by `pid/n`.
    pub const CIPHERTEXT: Self = Self(4);
    /// A draft's encrypted body, by id.
    pub const DRAFT: Self = Self(5);
    /// An encrypted piece of a capture, by `id/slot/n`.
    pub const CAPTURE: Self = Self(6);
    /// Under the empty key, once the journal holds all that the database held when it was made.
    pub const JOINED: Self = Self(9);
    /// The operators' key slots; one, under the empty key.
    pub const KEY_SLOTS: Self = Self(7);
    /// When packets may go; one, under the empty key.
    pub const LINK_SETTINGS: Self = Self(10);
    /// The last segment that is to be emptied, since a draft that was discarded lies in it or before:
    /// its sequence number; one, under the empty key.
    pub const FORGET: Self = Self(11);
    /// Reserved: a site's daily sign of life, by day.
    pub const PULSE: Self = Self(8);
}

/// An entry without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    flags: u8,
    key_bytes: u16,
    /// Key and value.
    pub(super) length: u32,
    pub(super) transaction: u64,
    hash: [u8; 32],
}

impl Head {
    /// Bytes of the whole entry.
    pub(super) fn size(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.length)
    }

    pub(super) fn is_first(&self) -> bool {
        self.flags & FIRST != 0
    }

    pub(super) fn is_last(&self) -> bool {
        self.flags & LAST != 0
    }

    pub(super) fn erases(&self) -> bool {
        self.flags & ERASES != 0
    }

    /// Reads what could be the head of an entry; whether it is one, [`Self::matches`] tells.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.first_chunk::<HEAD_BYTES>()?;
        let head = Self {
            length: u32::from_le_bytes(*bytes[0..].first_chunk()?),
            kind: Kind(bytes[4]),
            flags: bytes[5],
            key_bytes: u16::from_le_bytes(*bytes[6..].first_chunk()?),
            transaction: u64::from_le_bytes(*bytes[8..].first_chunk()?),
            hash: *bytes[16..].first_chunk()?,
        };
        let sound = head.kind.0 != 0
            && head.flags & !(FIRST | LAST | ERASES) == 0
            && usize::from(head.key_bytes) <= head.length as usize
            && head.length as usize <= LONGEST_BYTES
            && head.transaction != 0;
        sound.then_some(head)
    }

    fn prefix(&self) -> [u8; HASHED_HEAD_BYTES] {
        let mut bytes = [0; HASHED_HEAD_BYTES];
        bytes[..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4] = self.kind.0;
        bytes[5] = self.flags;
        bytes[6..8].copy_from_slice(&self.key_bytes.to_le_bytes());
        bytes[8..].copy_from_slice(&self.transaction.to_le_bytes());
        bytes
    }

    /// Whether head, key and value are what was written in this segment.
    pub(super) fn matches(&self, sequence: u64, body: &[u8]) -> bool {
        body.len() == self.length as usize && hash(sequence, &self.prefix(), body) == self.hash
    }

    /// The key in the bytes that follow the head.
    pub(super) fn key(&self, body: &[u8]) -> Option<String> {
        let key = body.get(..usize::from(self.key_bytes))?;
        String::from_utf8(key.to_vec()).ok()
    }

    /// Bytes of the key.
    pub(super) fn key_bytes(&self) -> usize {
        self.key_bytes.into()
    }
}

/// Writes an entry.
pub(super) fn write(
    sequence: u64,
    transaction: u64,
    kind: Kind,
    (first, last, erases): (bool, bool, bool),
    key: &str,
    value: &[u8],
) -> Vec<u8> {
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    let mut head = Head {
        kind,
        flags: flag(first, FIRST) | flag(last, LAST) | flag(erases, ERASES),
        key_bytes: u16::try_from(key.len()).expect("keys are short"),
        length: u32::try_from(key.len() + value.len()).expect("values are pieces"),
        transaction,
        hash: [0; 32],
    };
    let mut bytes = Vec::with_capacity(HEAD_BYTES + head.length as usize);
    bytes.resize(HEAD_BYTES, 0);
    bytes.extend_from_slice(key.as_bytes());
    bytes.extend_from_slice(value);
    head.hash = hash(sequence, &head.prefix(), &bytes[HEAD_BYTES..]);
    bytes[..HASHED_HEAD_BYTES].copy_from_slice(&head.prefix());
    bytes[HASHED_HEAD_BYTES..HEAD_BYTES].copy_from_slice(&head.hash);
    bytes
}

fn hash(sequence: u64, prefix: &[u8; HASHED_HEAD_BYTES], body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(sequence.to_le_bytes());
    hash.update(prefix);
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Vec<u8> {
        write(7, 3, Kind::DRAFT, (true, true, false), "key", b"value")
    }

    #[test]
    fn reads_back_what_it_wrote() {
        let bytes = entry();
        let head = Head::parse(&bytes).unwrap();
        let body = &bytes[HEAD_BYTES..];
        assert_eq!((head.kind, head.transaction), (Kind::DRAFT, 3));
        assert_eq!(
            (head.is_first(), head.is_last(), head.erases()),
            (true, true, false)
        );
        assert_eq!(head.key(body).as_deref(), Some("key"));
        assert_eq!(&body[head.key_bytes()..], b"value");
        assert!(head.matches(7, body));
    }

    #[test]
    fn knows_a_changed_bit_wherever_it_is() {
        let bytes = entry();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let head = Head::parse(&changed);
            assert!(
                head.is_none_or(|head| !head.matches(7, &changed[HEAD_BYTES..])),
                "{bit}"
            );
        }
    }

    #[test]
    fn takes_no_entry_of_an_earlier_use_of_the_file() {
        let bytes = entry();
        let head = Head::parse(&bytes).unwrap();
        assert!(!head.matches(8, &bytes[HEAD_BYTES..]));
    }
}
