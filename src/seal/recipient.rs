//! Recipients of type `mlkem768x25519`: the public key of a registry, and the stanza that wraps
//! a file key for it.
//!
//! `stanza body = HPKE.SealBase(pk, info, aad = "", file key)`, RFC 9180 base mode with
//! KEM 0x647a (X-Wing), KDF 0x0001 (HKDF-SHA256), AEAD 0x0003 (ChaCha20-Poly1305) and
//! info `age-encryption.org/mlkem768x25519` (C2SP age, "The hybrid recipient type").

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use x_wing::{ENCAPSULATION_RANDOMNESS_SIZE, EncapsulationKey};
use zeroize::Zeroizing;

use crate::error::SealError;

/// The stanza's type, its first argument.
pub const STANZA_TYPE: &str = "mlkem768x25519";
/// Human-readable part of a recipient.
pub(super) const RECIPIENT_HRP: &str = "age1pq";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const SUITE: &[u8] = b"HPKE\x64\x7a\x00\x01\x00\x03";

/// Bytes of a file key.
pub const FILE_KEY_BYTES: usize = 16;
/// Bytes of randomness that wrapping takes; **never used twice**.
pub const WRAP_RANDOMNESS_BYTES: usize = ENCAPSULATION_RANDOMNESS_SIZE;

/// A registry's public key, `age1pq1…`.
#[derive(Clone, Debug)]
pub struct Recipient {
    key: EncapsulationKey,
    text: String,
}

impl Recipient {
    /// Parses `age1pq1…`: bech32 (BIP 173 without its length limit) of 1,216 bytes, lower case.
    ///
    /// # Errors
    /// `seal_recipient_malformed`.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let bytes = decode(RECIPIENT_HRP, text).ok_or(SealError::RecipientMalformed)?;
        let key =
            EncapsulationKey::try_from(&bytes[..]).map_err(|_| SealError::RecipientMalformed)?;
        Ok(Self {
            key,
            text: text.to_owned(),
        })
    }

    /// The recipient as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Wraps a file key: the encapsulation (1,120 bytes) and the sealed key (32 bytes).
    pub(super) fn wrap(
        &self,
        file_key: &[u8; FILE_KEY_BYTES],
        randomness: &Zeroizing<[u8; WRAP_RANDOMNESS_BYTES]>,
    ) -> (Vec<u8>, Vec<u8>) {
        let (enc, shared) = self.key.encapsulate_deterministic((&**randomness).into());
        let shared = Zeroizing::new(shared.0);
        let (cipher, nonce) = key_schedule(&shared);
        let body = cipher
            .encrypt(&nonce, &file_key[..])
            .expect("16 bytes are no message too long");
        (enc.to_vec(), body)
    }
}

/// Decodes bech32 of the expected human-readable part, without BIP 173's limit of 90 characters.
/// A checksum of all-upper-case text is over its lower case, so case is folded by the decoder.
pub(super) fn decode(hrp: &str, text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let checked = CheckedHrpstring::new::<Unlimited>(text).ok()?;
    if checked.hrp().as_str() != hrp {
        return None;
    }
    checked.validate_segwit_padding().ok()?;
    Some(Zeroizing::new(checked.byte_iter().collect()))
}

/// Bech32 as age uses it: BIP 173's code, any length.
pub(super) enum Unlimited {}

impl Checksum for Unlimited {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = Bech32::TARGET_RESIDUE;
}

/// HPKE's KeySchedule for mode base with an empty psk (RFC 9180 section 5.1): the AEAD under
/// `key` and the nonce of the first, and only, message.
pub(super) fn key_schedule(shared_secret: &[u8; 32]) -> (ChaCha20Poly1305, Nonce) {
    let psk_id_hash = labeled_extract(&[], b"psk_id_hash", &[]).0;
    let info_hash = labeled_extract(&[], b"info_hash", INFO).0;
    let mut context = vec![0x00];
    context.extend_from_slice(&psk_id_hash);
    context.extend_from_slice(&info_hash);
    let secret = labeled_extract(shared_secret, b"secret", &[]).1;
    let mut key = Zeroizing::new([0; 32]);
    labeled_expand(&secret, b"key", &context, &mut *key);
    let mut nonce = [0; 12];
    labeled_expand(&secret, b"base_nonce", &context, &mut nonce);
    (ChaCha20Poly1305::new(&Key::from(*key)), Nonce::from(nonce))
}

/// `LabeledExtract(salt, label, ikm) = Extract(salt, "HPKE-v1" || suite_id || label || ikm)`.
fn labeled_extract(salt: &[u8], label: &[u8], ikm: &[u8]) -> ([u8; 32], Hkdf<Sha256>) {
    let labeled = Zeroizing::new([b"HPKE-v1", SUITE, label, ikm].concat());
    let (key, hkdf) = Hkdf::<Sha256>::extract(Some(salt), &labeled);
    (key.into(), hkdf)
}

/// `LabeledExpand(prk, label, info, L) = Expand(prk, I2OSP(L, 2) || "HPKE-v1" || suite_id || label || info, L)`.
fn labeled_expand(secret: &Hkdf<Sha256>, label: &[u8], info: &[u8], out: &mut [u8]) {
    let length = u16::try_from(out.len()).expect("32 at most").to_be_bytes();
    secret
        .expand_multi_info(&[&length, b"HPKE-v1", SUITE, label, info], out)
        .expect("32 bytes are within HKDF's limit");
}

/// Encodes bech32 in lower case, without a limit of length.
#[cfg(feature = "open")]
pub(super) fn encode(hrp: &str, bytes: &[u8]) -> String {
    let hrp = bech32::Hrp::parse(hrp).expect("the parts of age are sound");
    bech32::encode_lower::<Unlimited>(hrp, bytes).expect("there is no limit of length")
}
