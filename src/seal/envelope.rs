//! The envelope: an unmodified age v1 file for recipients of type `mlkem768x25519`, written
//! piece by piece.
//!
//! In: the archive, pushed in pieces of any size. Out: ciphertext, a piece at a time. No more than
//! one chunk of 64 KiB is held. It opens nothing: see [`super::open`].
//!
//! ```text
//! header MAC  = HMAC-SHA256(HKDF[empty, "header"](file key), header up to and including "---")
//! payload key = HKDF[nonce, "payload"](file key)
//! chunk i     = ChaCha20-Poly1305(payload key, i as 11 bytes big endian || last ? 1 : 0)
//! ```
//! C2SP age v1: "Header MAC" and "Payload"; HKDF is RFC 5869 with SHA-256.

use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::recipient::{FILE_KEY_BYTES, Recipient, STANZA_TYPE, WRAP_RANDOMNESS_BYTES};
use crate::error::SealError;
use crate::ports::Random;

/// First line of an age v1 file.
pub(super) const VERSION_LINE: &str = "age-encryption.org/v1";
/// Bytes of plaintext in each chunk but the last.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes that each chunk grows by: the Poly1305 tag.
pub const TAG_BYTES: usize = 16;
/// Columns of a stanza body before the line breaks.
const BODY_COLUMNS: usize = 64;

/// Seals one archive. [`push`](Self::push) takes plaintext, [`finish`](Self::finish) ends it.
pub struct Sealer {
    cipher: ChaCha20Poly1305,
    counter: u64,
    chunk: Vec<u8>,
}

impl Sealer {
    /// Makes a new file key, wraps it for every recipient and returns the sealer together with the
    /// first bytes of the file: header and payload nonce.
    ///
    /// # Errors
    /// `seal_no_recipients`.
    pub fn make(
        recipients: &[Recipient],
        random: &impl Random,
    ) -> Result<(Self, Vec<u8>), SealError> {
        if recipients.is_empty() {
            return Err(SealError::NoRecipients);
        }
        let mut file_key = Zeroizing::new([0; FILE_KEY_BYTES]);
        random.fill(&mut *file_key);
        let mut header = format!("{VERSION_LINE}\n");
        for recipient in recipients {
            let mut randomness = Zeroizing::new([0; WRAP_RANDOMNESS_BYTES]);
            random.fill(&mut *randomness);
            let (enc, body) = recipient.wrap(&file_key, &randomness);
            let enc = Base64Unpadded::encode_string(&enc);
            let body = wrapped(&Base64Unpadded::encode_string(&body));
            header.push_str(&format!("-> {STANZA_TYPE} {enc}\n{body}\n"));
        }
        header.push_str("---");
        let mac = header_mac(&file_key, header.as_bytes())
            .finalize()
            .into_bytes();
        header.push_str(&format!(" {}\n", Base64Unpadded::encode_string(&mac)));

        let mut nonce = [0; 16];
        random.fill(&mut nonce);
        let mut head = header.into_bytes();
        head.extend_from_slice(&nonce);
        let sealer = Self {
            cipher: payload_cipher(&file_key, &nonce),
            counter: 0,
            chunk: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES),
        };
        Ok((sealer, head))
    }

    /// Takes plaintext; hands every full chunk of ciphertext to `out`.
    pub fn push(&mut self, mut plaintext: &[u8], mut out: impl FnMut(&[u8])) {
        while !plaintext.is_empty() {
            // A full chunk is sealed only when more follows: only then is it not the last.
            if self.chunk.len() == CHUNK_BYTES {
                self.seal_chunk(false, &mut out);
            }
            let room = CHUNK_BYTES - self.chunk.len();
            let (now, later) = plaintext.split_at(room.min(plaintext.len()));
            self.chunk.extend_from_slice(now);
            plaintext = later;
        }
    }

    /// Seals what remains as the last chunk.
    pub fn finish(mut self, mut out: impl FnMut(&[u8])) {
        self.seal_chunk(true, &mut out);
    }

    fn seal_chunk(&mut self, last: bool, out: &mut impl FnMut(&[u8])) {
        let nonce = chunk_nonce(self.counter, last);
        self.cipher
            .encrypt_in_place(&nonce, &[], &mut self.chunk)
            .expect("64 KiB are within the limit of ChaCha20");
        self.counter += 1;
        out(&self.chunk);
        self.chunk.clear();
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        self.chunk.zeroize();
    }
}

/// Bytes of ciphertext for a plaintext, without header and nonce.
pub const fn payload_length(plaintext: u64) -> u64 {
    let chunks = plaintext.div_ceil(CHUNK_BYTES as u64);
    plaintext + TAG_BYTES as u64 * if chunks == 0 { 1 } else { chunks }
}

/// HMAC over the header, keyed by HKDF of the file key with info `header`.
pub(super) fn header_mac(file_key: &[u8; FILE_KEY_BYTES], header: &[u8]) -> Hmac<Sha256> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, file_key)
        .expand(b"header", &mut *key)
        .expect("32 bytes are within HKDF's limit");
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key).expect("HMAC takes any key");
    mac.update(header);
    mac
}

/// The AEAD under the payload key.
pub(super) fn payload_cipher(
    file_key: &[u8; FILE_KEY_BYTES],
    nonce: &[u8; 16],
) -> ChaCha20Poly1305 {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(nonce), file_key)
        .expand(b"payload", &mut *key)
        .expect("32 bytes are within HKDF's limit");
    ChaCha20Poly1305::new(&Key::from(*key))
}

/// 11 bytes of counter, big endian, and the flag of the last chunk.
pub(super) fn chunk_nonce(counter: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&counter.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::from(nonce)
}

/// Breaks a stanza body after 64 columns; a body that fills its last line is followed by an
/// empty one (C2SP age: the last line is always shorter).
fn wrapped(body: &str) -> String {
    let mut lines = String::with_capacity(body.len() + body.len() / BODY_COLUMNS + 1);
    for (i, c) in body.char_indices() {
        if i > 0 && i % BODY_COLUMNS == 0 {
            lines.push('\n');
        }
        lines.push(c);
    }
    if !body.is_empty() && body.len().is_multiple_of(BODY_COLUMNS) {
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_chunks_big_endian_and_flags_the_last() {
        assert_eq!(
            chunk_nonce(1, false)[..],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
        );
        assert_eq!(chunk_nonce(0x0102, true)[9..], [1, 2, 1]);
    }

    #[test]
    fn foretells_the_length_of_the_payload() {
        assert_eq!(payload_length(0), 16);
        assert_eq!(payload_length(65_536), 65_552);
        assert_eq!(payload_length(65_537), 65_569);
    }

    #[test]
    fn ends_a_full_stanza_body_with_an_empty_line() {
        assert_eq!(wrapped(&"a".repeat(43)), "a".repeat(43));
        assert_eq!(wrapped(&"a".repeat(64)), format!("{}\n", "a".repeat(64)));
        assert_eq!(wrapped(&"a".repeat(65)), format!("{}\na", "a".repeat(64)));
    }
}
