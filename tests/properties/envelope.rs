//! The opener: whatever file it is given, it opens it truly or not at all.

use std::io::Read;

use proptest::prelude::*;
use rekam::seal::Recipient;
use rekam::seal::envelope::Sealer;
use rekam::seal::open::{Identity, open};

use crate::support::Seeded;
use crate::support::registry::{IDENTITY, RECIPIENT};

fn seal(plaintext: &[u8], seed: u64) -> Vec<u8> {
    let recipient = Recipient::parse(RECIPIENT).expect("it is one");
    let (mut sealer, mut file) =
        Sealer::make(&[recipient], &Seeded::new(seed)).expect("there is one");
    sealer.push(plaintext, |bytes| file.extend_from_slice(bytes));
    sealer.finish(|bytes| file.extend_from_slice(bytes));
    file
}

fn read(file: &[u8]) -> Option<Vec<u8>> {
    let identity = Identity::parse(IDENTITY).expect("it is one");
    let mut plaintext = Vec::new();
    open(file, &[&identity])
        .ok()?
        .read_to_end(&mut plaintext)
        .ok()?;
    Some(plaintext)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn opens_to_what_was_sealed(
        plaintext in prop::collection::vec(any::<u8>(), 0..2_000),
        seed in any::<u64>(),
    ) {
        prop_assert_eq!(read(&seal(&plaintext, seed)), Some(plaintext));
    }

    #[test]
    fn no_file_ends_the_program(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(read(&bytes), None);
        let with_version = [&b"age-encryption.org/v1\n"[..], &bytes].concat();
        prop_assert_eq!(read(&with_version), None);
    }

    #[test]
    fn no_header_that_is_nearly_right_ends_the_program(
        lines in prop::collection::vec(
            prop_oneof![
                "-> ?(mlkem768x25519|X25519|[ -~]{0,9})( [A-Za-z0-9+/]{0,60}){0,2}",
                "[A-Za-z0-9+/]{0,66}",
                "---( [A-Za-z0-9+/]{43})?",
            ],
            0..8,
        ),
    ) {
        let text = format!("age-encryption.org/v1\n{}\n", lines.join("\n"));
        prop_assert_eq!(read(text.as_bytes()), None);
    }

    #[test]
    fn refuses_a_file_that_was_spliced(
        start in any::<prop::sample::Index>(),
        removed in 0..40usize,
        inserted in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let file = seal(b"Kecamatan Tualan Hulu", 1);
        let start = start.index(file.len());
        let end = (start + removed).min(file.len());
        let spliced = [&file[..start], &inserted, &file[end..]].concat();
        prop_assert_eq!(read(&spliced).is_some(), spliced == file);
    }
}
