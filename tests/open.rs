//! What was sealed opens again, byte for byte; what was touched does not.

mod support;

mod open {
    mod archive;
    mod envelope;
    mod tampering;
}

use std::io::Read;

use rekam::error::OpenError;
use rekam::seal::Recipient;
use rekam::seal::envelope::Sealer;
use rekam::seal::open::{Identity, Unwrap};
use support::Seeded;
use support::registry::{IDENTITY, RECIPIENT};

/// The key of the tests.
fn identity() -> Identity {
    Identity::parse(IDENTITY).expect("it is one")
}

/// Its public half.
fn recipient() -> Recipient {
    Recipient::parse(RECIPIENT).expect("it is one")
}

/// Seals for the key of the tests, pushing pieces of that length.
fn seal(plaintext: &[u8], piece: usize) -> Vec<u8> {
    let (mut sealer, mut file) =
        Sealer::make(&[recipient()], &Seeded::new(1)).expect("there is one");
    for piece in plaintext.chunks(piece) {
        sealer.push(piece, |bytes| file.extend_from_slice(bytes));
    }
    sealer.finish(|bytes| file.extend_from_slice(bytes));
    file
}

/// Opens to the end, or says what was handed out before which error.
fn open_with(file: &[u8], identity: &dyn Unwrap) -> Result<Vec<u8>, (Vec<u8>, OpenError)> {
    let mut plaintext = Vec::new();
    let mut reader = match rekam::seal::open::open(file, &[identity]) {
        Ok(reader) => reader,
        Err(error) => return Err((plaintext, error)),
    };
    match reader.read_to_end(&mut plaintext) {
        Ok(_) => Ok(plaintext),
        Err(error) => Err((plaintext, error.downcast().expect("it is the opener's"))),
    }
}

/// The same with the key of the tests.
fn open(file: &[u8]) -> Result<Vec<u8>, (Vec<u8>, OpenError)> {
    open_with(file, &identity())
}

/// Bytes of a file before its first chunk: the header, which ends with the MAC, and the nonce.
fn head_length(file: &[u8]) -> usize {
    let mac = file
        .windows(5)
        .position(|five| five == b"\n--- ")
        .expect("there is a MAC");
    mac + 5 + 43 + 1 + 16
}
