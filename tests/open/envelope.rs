//! The envelope, there and back.

use std::io::{self, Read};

use rekam::error::{OpenError, SealError};
use rekam::seal::Recipient;
use rekam::seal::envelope::{CHUNK_BYTES, Sealer, payload_length};
use rekam::seal::open::Identity;

use crate::support::{Dice, Seeded};
use crate::{head_length, identity, open, open_with, recipient, seal};

#[test]
fn opens_to_the_same_bytes_at_every_length() {
    let lengths = [
        0,
        1,
        15,
        16,
        17,
        CHUNK_BYTES - 1,
        CHUNK_BYTES,
        CHUNK_BYTES + 1,
        2 * CHUNK_BYTES,
        5_000_000,
    ];
    for length in lengths {
        let plaintext = Dice::new(length as u64).bytes(length);
        let file = seal(&plaintext, 48 * 1024);
        assert!(open(&file) == Ok(plaintext), "{length}");
        let payload = file.len() - head_length(&file);
        assert_eq!(payload as u64, payload_length(length as u64), "{length}");
    }
}

#[test]
fn writes_the_same_file_in_whatever_pieces_the_plaintext_comes() {
    let plaintext = Dice::new(1).bytes(2 * CHUNK_BYTES + 777);
    let whole = seal(&plaintext, usize::MAX);
    for piece in [1, 511, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1] {
        assert!(seal(&plaintext, piece) == whole, "{piece}");
    }
}

#[test]
fn uses_a_new_file_key_and_nonce_for_every_packet() {
    let head = |seed| Sealer::make(&[recipient()], &Seeded::new(seed)).unwrap().1;
    let (one, two) = (head(1), head(2));
    assert_ne!(one[one.len() - 16..], two[two.len() - 16..]);
    let same = one.iter().zip(&two).filter(|(a, b)| a == b).count();
    assert!(same < 200, "only the fixed words are the same: {same}");
}

#[test]
fn opens_with_the_key_of_any_recipient_and_with_no_other() {
    let keys: Vec<Identity> = (0..4)
        .map(|seed| Identity::make(&Seeded::new(seed)))
        .collect();
    let recipients: Vec<Recipient> = keys[..3]
        .iter()
        .map(|key| Recipient::parse(&key.to_recipient()).unwrap())
        .collect();
    let (mut sealer, mut file) = Sealer::make(&recipients, &Seeded::new(9)).unwrap();
    sealer.push(b"KTP-el", |bytes| file.extend_from_slice(bytes));
    sealer.finish(|bytes| file.extend_from_slice(bytes));
    for key in &keys[..3] {
        assert_eq!(open_with(&file, key), Ok(b"KTP-el".to_vec()));
    }
    assert_eq!(
        open_with(&file, &keys[3]),
        Err((vec![], OpenError::NoMatch))
    );
    let mut plaintext = Vec::new();
    let mut reader = rekam::seal::open::open(&file[..], &[&keys[3], &keys[1]]).unwrap();
    reader.read_to_end(&mut plaintext).unwrap();
    assert_eq!(plaintext, b"KTP-el");
}

#[test]
fn seals_for_somebody_or_not_at_all() {
    assert_eq!(
        Sealer::make(&[], &Seeded::new(1)).err(),
        Some(SealError::NoRecipients)
    );
}

#[test]
fn reads_its_own_keys_back() {
    for seed in 0..20 {
        let key = Identity::make(&Seeded::new(seed));
        let again = Identity::parse(&key.to_secret()).unwrap();
        assert_eq!(again.to_recipient(), key.to_recipient());
        let recipient = Recipient::parse(&key.to_recipient()).unwrap();
        assert_eq!(recipient.as_str(), key.to_recipient());
    }
}

#[test]
fn refuses_a_recipient_that_was_mistyped_or_is_not_post_quantum() {
    let good = identity().to_recipient();
    let swapped = format!(
        "{}{}{}",
        &good[..100],
        if &good[100..101] == "q" { "p" } else { "q" },
        &good[101..]
    );
    let x25519 = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    for wrong in [
        "",
        "age1pq1",
        &good[..good.len() - 1],
        &swapped,
        x25519,
        &good.to_uppercase(),
    ] {
        assert_eq!(
            Recipient::parse(wrong).err(),
            Some(SealError::RecipientMalformed),
            "{wrong:.20}"
        );
    }
}

/// A disk that fails after so many bytes.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 if !out.is_empty() => Err(io::Error::other("the disk fails")),
            n => Ok(n),
        }
    }
}

#[test]
fn tells_a_disk_that_fails_from_a_packet_that_is_damaged() {
    let file = seal(&[7; 100], 100);
    let head = head_length(&file);
    for cut in [0, 10, head - 20, head - 1] {
        let opened = rekam::seal::open::open(Failing(&file[..cut]), &[&identity()]);
        assert_eq!(opened.err(), Some(OpenError::Io), "{cut}");
    }
    let mut reader = rekam::seal::open::open(Failing(&file[..head + 5]), &[&identity()]).unwrap();
    let error = reader.read(&mut [0; 9]).unwrap_err();
    assert_eq!(error.downcast::<OpenError>().unwrap(), OpenError::Io);
}
