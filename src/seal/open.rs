//! The opener, for whoever holds the private key: feature `open`, never in the wasm.
//!
//! In: an age v1 file and identities. Out: the plaintext as a stream, in which **no byte is
//! handed out that was not authenticated**. An end without the last chunk is an error: what was
//! read until then must be thrown away.
//!
//! C2SP age v1.

use std::io::{self, BufRead, BufReader, Read};

use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, AeadInOut};
use hmac::Mac;
use x_wing::kem::{Decapsulator, KeyExport, TryDecapsulate};
use x_wing::{CIPHERTEXT_SIZE, DecapsulationKeyRejectNonContrib};
use zeroize::Zeroizing;

use super::envelope::{
    CHUNK_BYTES, TAG_BYTES, VERSION_LINE, chunk_nonce, header_mac, payload_cipher,
};
use super::recipient::{FILE_KEY_BYTES, RECIPIENT_HRP, STANZA_TYPE, decode, encode, key_schedule};
use crate::error::OpenError;
use crate::ports::Random;

/// Human-readable part of an identity, which is always written in upper case.
const IDENTITY_HRP: &str = "AGE-SECRET-KEY-PQ-";
/// Longest header that is read; twenty recipients take 32 KB.
const LONGEST_HEADER_BYTES: u64 = 1024 * 1024;
const BODY_COLUMNS: usize = 64;
const MAC_COLUMNS: usize = 43;

/// A file key; erased when dropped.
pub type FileKey = Zeroizing<[u8; FILE_KEY_BYTES]>;

/// A recipient stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stanza {
    /// Type and arguments: at least one, none empty.
    pub args: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Something that may unwrap a file key.
pub trait Unwrap {
    /// The file key, `None` when the stanza is for somebody else.
    ///
    /// # Errors
    /// `open_header_malformed` when the stanza is of the right type and breaks its rules.
    fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, OpenError>;
}

/// The private key of a registry, `AGE-SECRET-KEY-PQ-1…`.
pub struct Identity(DecapsulationKeyRejectNonContrib);

impl Identity {
    /// Makes a new key.
    pub fn make(random: &impl Random) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(&mut *seed);
        Self(DecapsulationKeyRejectNonContrib::from(*seed))
    }

    /// Parses `AGE-SECRET-KEY-PQ-1…`; white space around it is dropped.
    ///
    /// # Errors
    /// `open_identity_malformed`.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        let bytes = decode(IDENTITY_HRP, text.trim()).ok_or(OpenError::IdentityMalformed)?;
        let seed: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::IdentityMalformed)?;
        Ok(Self(DecapsulationKeyRejectNonContrib::from(seed)))
    }

    /// The secret text, upper case. Whoever holds it opens every packet.
    pub fn to_secret(&self) -> Zeroizing<String> {
        Zeroizing::new(
            encode(IDENTITY_HRP, &Zeroizing::new(self.0.to_bytes().0)[..]).to_uppercase(),
        )
    }

    /// The public half, `age1pq1…`.
    pub fn to_recipient(&self) -> String {
        encode(RECIPIENT_HRP, &self.0.encapsulation_key().to_bytes())
    }
}

impl Unwrap for Identity {
    fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, OpenError> {
        if stanza.args[0] != STANZA_TYPE {
            return Ok(None);
        }
        let [_, enc] = &stanza.args[..] else {
            return Err(OpenError::HeaderMalformed);
        };
        let enc = Base64Unpadded::decode_vec(enc).map_err(|_| OpenError::HeaderMalformed)?;
        if enc.len() != CIPHERTEXT_SIZE || stanza.body.len() != FILE_KEY_BYTES + TAG_BYTES {
            return Err(OpenError::HeaderMalformed);
        }
        let enc = enc
            .as_slice()
            .try_into()
            .map_err(|_| OpenError::HeaderMalformed)?;
        // A share of low order (RFC 7748 section 6.1) is refused.
        let shared = self
            .0
            .try_decapsulate(enc)
            .map_err(|_| OpenError::HeaderMalformed)?;
        let shared = Zeroizing::new(shared.0);
        let (cipher, nonce) = key_schedule(&shared);
        let Ok(key) = cipher.decrypt(&nonce, &stanza.body[..]).map(Zeroizing::new) else {
            return Ok(None);
        };
        Ok(Some(Zeroizing::new(
            key.as_slice().try_into().expect("its length was checked"),
        )))
    }
}

/// The plaintext of a file whose header was checked.
pub struct Reader<R: Read> {
    source: BufReader<R>,
    cipher: ChaCha20Poly1305,
    counter: u64,
    chunk: Vec<u8>,
    taken: usize,
    place: Place,
}

/// Where a [`Reader`] stands.
enum Place {
    /// Chunks must follow.
    Within,
    /// Nothing may follow.
    BehindLast,
    /// Whoever reads on after an error gets an error.
    Broken,
}

/// Reads the header, unwraps the file key with the first identity that fits and checks the MAC.
///
/// # Errors
/// `open_io`, `open_header_malformed` (also when the file ends before its payload),
/// `open_no_match`, `open_header_mac_differs`. Reading gives `open_payload_corrupt`.
pub fn open<R: Read>(source: R, identities: &[&dyn Unwrap]) -> Result<Reader<R>, OpenError> {
    let mut source = BufReader::with_capacity(CHUNK_BYTES + TAG_BYTES, source);
    let header = Header::read(&mut source)?;
    let key = header.unwrap(identities)?.ok_or(OpenError::NoMatch)?;
    header_mac(&key, &header.authenticated)
        .verify_slice(&header.mac)
        .map_err(|_| OpenError::HeaderMacDiffers)?;
    let mut nonce = [0; 16];
    source
        .read_exact(&mut nonce)
        .map_err(|error| match error.kind() {
            // A header without any payload is a header cut off (CCTV "stream_no_nonce").
            io::ErrorKind::UnexpectedEof => OpenError::HeaderMalformed,
            _ => OpenError::Io,
        })?;
    Ok(Reader {
        source,
        cipher: payload_cipher(&key, &nonce),
        counter: 0,
        chunk: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES),
        taken: 0,
        place: Place::Within,
    })
}

impl<R: Read> Reader<R> {
    /// Decrypts the next chunk. What was authenticated is handed out even if the file turns out to
    /// be cut off behind it, as every reader of a stream must.
    fn next_chunk(&mut self) -> Result<(), OpenError> {
        let sealed = CHUNK_BYTES + TAG_BYTES;
        self.chunk.clear();
        self.taken = 0;
        (&mut self.source)
            .take(sealed as u64)
            .read_to_end(&mut self.chunk)
            .map_err(|_| OpenError::Io)?;
        // Only an empty plaintext may end in an empty chunk.
        if self.counter > 0 && self.chunk.len() <= TAG_BYTES {
            return Err(OpenError::PayloadCorrupt);
        }
        // A full chunk says itself whether it is the last one, a shorter one can be no other.
        self.place = if self.chunk.len() == sealed && self.decrypt(false) {
            Place::Within
        } else if self.decrypt(true) {
            Place::BehindLast
        } else {
            return Err(OpenError::PayloadCorrupt);
        };
        self.counter += 1;
        Ok(())
    }

    /// Whether the chunk is authentic; one that is not stays as it was.
    fn decrypt(&mut self, last: bool) -> bool {
        let nonce = chunk_nonce(self.counter, last);
        self.cipher
            .decrypt_in_place(&nonce, &[], &mut self.chunk)
            .is_ok()
    }

    fn advance(&mut self) -> Result<(), OpenError> {
        match self.place {
            Place::Within => self.next_chunk(),
            Place::BehindLast => match self.source.fill_buf() {
                Ok([]) => Ok(()),
                Ok(_) => Err(OpenError::PayloadCorrupt),
                Err(_) => Err(OpenError::Io),
            },
            Place::Broken => Err(OpenError::PayloadCorrupt),
        }
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.chunk.len()
            && let Err(error) = self.advance()
        {
            self.chunk.clear();
            self.taken = 0;
            self.place = Place::Broken;
            return Err(io::Error::other(error));
        }
        let ready = &self.chunk[self.taken..];
        let n = ready.len().min(out.len());
        out[..n].copy_from_slice(&ready[..n]);
        self.taken += n;
        Ok(n)
    }
}

struct Header {
    stanzas: Vec<Stanza>,
    /// Everything up to and including `---`.
    authenticated: Vec<u8>,
    mac: Vec<u8>,
}

impl Header {
    fn read(source: &mut impl BufRead) -> Result<Self, OpenError> {
        let mut lines = Lines {
            source,
            read: Vec::new(),
        };
        if lines.next()? != VERSION_LINE {
            return Err(OpenError::HeaderMalformed);
        }
        let mut stanzas = Vec::new();
        loop {
            let start = lines.read.len();
            let line = lines.next()?;
            if let Some(mac) = line.strip_prefix("--- ") {
                if mac.len() != MAC_COLUMNS || stanzas.is_empty() {
                    return Err(OpenError::HeaderMalformed);
                }
                let mac = decode_base64(mac)?;
                let mut authenticated = lines.read;
                authenticated.truncate(start + "---".len());
                return Ok(Self {
                    stanzas,
                    authenticated,
                    mac,
                });
            }
            let args = line.strip_prefix("-> ").ok_or(OpenError::HeaderMalformed)?;
            let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
            let visible =
                |arg: &String| !arg.is_empty() && arg.bytes().all(|b| b.is_ascii_graphic());
            if !args.iter().all(visible) {
                return Err(OpenError::HeaderMalformed);
            }
            stanzas.push(Stanza {
                args,
                body: lines.body()?,
            });
        }
    }

    fn unwrap(&self, identities: &[&dyn Unwrap]) -> Result<Option<FileKey>, OpenError> {
        for identity in identities {
            for stanza in &self.stanzas {
                if let Some(key) = identity.unwrap(stanza)? {
                    return Ok(Some(key));
                }
            }
        }
        Ok(None)
    }
}

/// Header lines: ended by LF alone, of visible ASCII and spaces.
struct Lines<'a, R> {
    source: &'a mut R,
    read: Vec<u8>,
}

impl<R: BufRead> Lines<'_, R> {
    fn next(&mut self) -> Result<String, OpenError> {
        let start = self.read.len();
        let room = LONGEST_HEADER_BYTES.saturating_sub(start as u64);
        self.source
            .by_ref()
            .take(room)
            .read_until(b'\n', &mut self.read)
            .map_err(|_| OpenError::Io)?;
        let line = self.read[start..]
            .strip_suffix(b"\n")
            .ok_or(OpenError::HeaderMalformed)?;
        if !line.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
            return Err(OpenError::HeaderMalformed);
        }
        Ok(String::from_utf8(line.to_vec()).expect("it is ASCII"))
    }

    fn body(&mut self) -> Result<Vec<u8>, OpenError> {
        let mut body = Vec::new();
        loop {
            let line = self.next()?;
            if line.len() > BODY_COLUMNS {
                return Err(OpenError::HeaderMalformed);
            }
            body.extend(decode_base64(&line)?);
            if line.len() < BODY_COLUMNS {
                return Ok(body);
            }
        }
    }
}

fn decode_base64(text: &str) -> Result<Vec<u8>, OpenError> {
    Base64Unpadded::decode_vec(text).map_err(|_| OpenError::HeaderMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_an_identity_in_upper_case_as_age_does() {
        // Made by the npm package age-encryption 0.3.1, which is typage.
        let text = include_str!("../../tests/support/identity.txt").trim_ascii_end();
        let identity = Identity::parse(text).unwrap();
        assert_eq!(*identity.to_secret(), text);
        let recipient = include_str!("../../tests/support/recipient.txt").trim_ascii_end();
        assert_eq!(identity.to_recipient(), recipient);
        for wrong in [&text.to_lowercase()[..], &text[1..], recipient, ""] {
            assert_eq!(
                Identity::parse(wrong).err(),
                Some(OpenError::IdentityMalformed)
            );
        }
    }
}
