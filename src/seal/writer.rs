//! The archive written straight into the envelope: entry by entry, piece by piece, hashing what
//! comes out. Never more than one chunk of 64 KiB is held.

use sha2::{Digest, Sha256};

use super::archive::{self, PACKET_JSON, PacketIndex};
use super::envelope::Sealer;
use super::recipient::Recipient;
use crate::error::SealError;
use crate::ports::Random;

/// Writes one packet. Entries must come in the order of the index and have its lengths.
pub struct PacketWriter<O: FnMut(&[u8])> {
    sealer: Sealer,
    out: Counted<O>,
    /// Bytes that the open entry still lacks.
    missing: u64,
    /// Zeros that close the open entry.
    padding: usize,
}

/// What came out of a [`PacketWriter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the ciphertext.
    pub sha_256: [u8; 32],
    /// Bytes of ciphertext.
    pub len: u64,
}

impl<O: FnMut(&[u8])> PacketWriter<O> {
    /// Begins the packet: age header, then `packet.json`. Ciphertext goes to `out`.
    ///
    /// # Errors
    /// `seal_no_recipients`.
    pub fn make(
        recipients: &[Recipient],
        random: &impl Random,
        index: &PacketIndex,
        out: O,
    ) -> Result<Self, SealError> {
        let (sealer, head) = Sealer::make(recipients, random)?;
        let mut out = Counted {
            out,
            hash: Sha256::new(),
            len: 0,
        };
        out.take(&head);
        let mut writer = Self {
            sealer,
            out,
            missing: 0,
            padding: 0,
        };
        let json = serde_json::to_vec(index).expect("the index has string keys only");
        writer.entry(PACKET_JSON, json.len() as u64, index.sealed_at)?;
        writer.push(&json)?;
        Ok(writer)
    }

    /// Opens the next entry.
    ///
    /// # Errors
    /// `seal_archive_length_differs` when the one before is not complete.
    pub fn entry(&mut self, path: &str, len: u64, at_seconds: u64) -> Result<(), SealError> {
        self.close_entry()?;
        self.missing = len;
        self.padding = archive::padding(len);
        self.seal(&archive::header(path, len, at_seconds));
        Ok(())
    }

    /// Bytes of the open entry.
    ///
    /// # Errors
    /// `seal_archive_length_differs` when they are more than announced.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SealError> {
        self.missing = self
            .missing
            .checked_sub(bytes.len() as u64)
            .ok_or(SealError::ArchiveLengthDiffers)?;
        self.seal(bytes);
        Ok(())
    }

    /// Ends the packet.
    ///
    /// # Errors
    /// `seal_archive_length_differs` when the last entry is not complete.
    pub fn finish(mut self) -> Result<Sealed, SealError> {
        self.close_entry()?;
        self.seal(&archive::END);
        let Self {
            sealer, mut out, ..
        } = self;
        sealer.finish(|bytes| out.take(bytes));
        Ok(Sealed {
            sha_256: out.hash.finalize().into(),
            len: out.len,
        })
    }

    fn close_entry(&mut self) -> Result<(), SealError> {
        if self.missing > 0 {
            return Err(SealError::ArchiveLengthDiffers);
        }
        let zeros = [0; archive::BLOCK_BYTES];
        let padding = std::mem::take(&mut self.padding);
        self.seal(&zeros[..padding]);
        Ok(())
    }

    fn seal(&mut self, plaintext: &[u8]) {
        let Self { sealer, out, .. } = self;
        sealer.push(plaintext, |bytes| out.take(bytes));
    }
}

/// Passes bytes on, hashes and counts them.
struct Counted<O> {
    out: O,
    hash: Sha256,
    len: u64,
}

impl<O: FnMut(&[u8])> Counted<O> {
    fn take(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        (self.out)(bytes);
    }
}
