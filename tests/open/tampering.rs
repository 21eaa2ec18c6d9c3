//! Files that somebody touched. Whatever was done, an error comes before the end, and nothing was
//! handed out until then but whole chunks of the true plaintext.

use std::io::Read;

use rekam::error::OpenError;
use rekam::seal::envelope::{CHUNK_BYTES, TAG_BYTES};

use crate::support::Dice;
use crate::{head_length, identity, open, seal};

const SEALED_CHUNK: usize = CHUNK_BYTES + TAG_BYTES;

/// Opens a damaged file of `plaintext`; how many true bytes came before the error.
fn refused(file: &[u8], plaintext: &[u8], what: &str) -> usize {
    let (given, _) = open(file).expect_err(what);
    assert!(
        plaintext.starts_with(&given),
        "{what}: bytes that are not the plaintext"
    );
    assert!(
        given.len().is_multiple_of(CHUNK_BYTES),
        "{what}: half a chunk"
    );
    given.len()
}

/// A file of three chunks, the last one short, with its plaintext and the length of its head.
fn three_chunks() -> (Vec<u8>, Vec<u8>, usize) {
    let plaintext = Dice::new(3).bytes(2 * CHUNK_BYTES + 1_000);
    let file = seal(&plaintext, CHUNK_BYTES);
    let head = head_length(&file);
    assert_eq!(file.len(), head + 2 * SEALED_CHUNK + 1_000 + TAG_BYTES);
    (file, plaintext, head)
}

#[test]
fn refuses_a_flipped_bit_anywhere_in_a_short_file() {
    let file = seal(b"Tualan Hulu", 64);
    for i in 0..file.len() {
        let mut flipped = file.clone();
        flipped[i] ^= 1 << (i % 8);
        assert_eq!(refused(&flipped, b"", &format!("byte {i}")), 0);
    }
}

#[test]
fn refuses_every_bit_of_the_lines_that_hold_the_header_together() {
    let file = seal(b"Tualan Hulu", 64);
    let head = head_length(&file);
    let body = file[..head]
        .windows(2)
        .rposition(|two| two == b"\n-")
        .expect("the MAC line");
    for i in (0..40).chain(body - 46..head) {
        for bit in 0..8 {
            let mut flipped = file.clone();
            flipped[i] ^= 1 << bit;
            assert_eq!(refused(&flipped, b"", &format!("bit {bit} of byte {i}")), 0);
        }
    }
}

#[test]
fn refuses_a_flipped_bit_at_the_borders_of_chunks() {
    let (file, plaintext, head) = three_chunks();
    for border in [
        head,
        head + SEALED_CHUNK,
        head + 2 * SEALED_CHUNK,
        file.len(),
    ] {
        for i in border - TAG_BYTES - 1..(border + 2).min(file.len()) {
            let mut flipped = file.clone();
            flipped[i] ^= 0x80;
            let chunk = i.saturating_sub(head) / SEALED_CHUNK;
            assert_eq!(
                refused(&flipped, &plaintext, &format!("byte {i}")),
                chunk * CHUNK_BYTES
            );
        }
    }
}

#[test]
fn refuses_a_short_file_that_is_cut_off_anywhere() {
    let file = seal(b"Tualan Hulu", 64);
    for length in 0..file.len() {
        assert_eq!(
            refused(&file[..length], b"", &format!("cut to {length}")),
            0
        );
    }
}

#[test]
fn refuses_a_long_file_that_is_cut_off_at_or_beside_a_border() {
    let (file, plaintext, head) = three_chunks();
    for chunk in 0..3 {
        let border = head + chunk * SEALED_CHUNK;
        for length in border - TAG_BYTES - 1..=border + TAG_BYTES + 1 {
            refused(&file[..length], &plaintext, &format!("cut to {length}"));
        }
        assert_eq!(
            refused(&file[..border], &plaintext, "at the border"),
            chunk * CHUNK_BYTES
        );
    }
    for length in file.len() - TAG_BYTES - 1..file.len() {
        assert_eq!(
            refused(&file[..length], &plaintext, "near the end"),
            2 * CHUNK_BYTES
        );
    }
}

#[test]
fn refuses_a_file_whose_last_chunk_is_full_and_missing() {
    let plaintext = Dice::new(4).bytes(2 * CHUNK_BYTES);
    let file = seal(&plaintext, CHUNK_BYTES);
    let cut = file.len() - SEALED_CHUNK;
    assert_eq!(
        refused(&file[..cut], &plaintext, "the last chunk"),
        CHUNK_BYTES
    );
}

#[test]
fn refuses_chunks_that_were_moved() {
    let (file, plaintext, head) = three_chunks();
    let (header, payload) = file.split_at(head);
    let chunks: Vec<&[u8]> = payload.chunks(SEALED_CHUNK).collect();
    let orders: [(&[usize], usize); 8] = [
        (&[1, 0, 2], 0),
        (&[0, 2], 1),
        (&[0, 0, 1, 2], 1),
        (&[0, 1, 1, 2], 2),
        (&[0, 1, 2, 2], 2),
        (&[2], 0),
        (&[0, 2, 1], 1),
        (&[], 0),
    ];
    for (order, true_chunks) in orders {
        let moved = order.iter().flat_map(|n| chunks[*n]).copied();
        let moved: Vec<u8> = header.iter().copied().chain(moved).collect();
        assert_eq!(
            refused(&moved, &plaintext, &format!("{order:?}")),
            true_chunks * CHUNK_BYTES
        );
    }
}

#[test]
fn refuses_a_chunk_of_another_packet() {
    let (file, plaintext, head) = three_chunks();
    // Sealed with the same key for the same recipient would be one file twice: take other bytes.
    let other = seal(&[1; 2 * CHUNK_BYTES + 1_000], CHUNK_BYTES);
    let mut mixed = file.clone();
    mixed[..head].copy_from_slice(&other[..head]);
    assert_eq!(
        open(&mixed),
        Ok(plaintext.clone()),
        "the dice were the same, so is the head"
    );

    let (mut sealer, mut stranger) = rekam::seal::envelope::Sealer::make(
        &[crate::recipient()],
        &crate::support::Seeded::new(77),
    )
    .unwrap();
    sealer.push(&plaintext, |bytes| stranger.extend_from_slice(bytes));
    sealer.finish(|bytes| stranger.extend_from_slice(bytes));
    let mut mixed = file.clone();
    let second = head + SEALED_CHUNK..head + 2 * SEALED_CHUNK;
    mixed[second.clone()].copy_from_slice(&stranger[second]);
    assert_eq!(refused(&mixed, &plaintext, "the second chunk"), CHUNK_BYTES);
}

#[test]
fn refuses_what_is_appended() {
    let (file, plaintext, _) = three_chunks();
    for tail in [1, TAG_BYTES, SEALED_CHUNK] {
        let longer = [&file[..], &vec![0; tail]].concat();
        assert_eq!(
            refused(&longer, &plaintext, &format!("{tail} more")),
            2 * CHUNK_BYTES
        );
    }
    let full = Dice::new(4).bytes(CHUNK_BYTES);
    let longer = [&seal(&full, CHUNK_BYTES)[..], b"\0"].concat();
    let (given, error) = open(&longer).unwrap_err();
    assert!(given == full && error == OpenError::PayloadCorrupt);
}

#[test]
fn gives_nothing_more_to_a_reader_who_goes_on_after_an_error() {
    let (file, plaintext, head) = three_chunks();
    // A chunk of garbage is pushed in before the second: what follows would be in its place again.
    let (start, end) = file.split_at(head + SEALED_CHUNK);
    let longer = [start, &[0; SEALED_CHUNK][..], end].concat();
    let mut reader = rekam::seal::open::open(&longer[..], &[&identity()]).unwrap();
    let mut first = vec![0; CHUNK_BYTES];
    reader.read_exact(&mut first).unwrap();
    assert!(plaintext.starts_with(&first));
    for _ in 0..4 {
        assert!(reader.read(&mut first).is_err());
    }
}

#[test]
fn never_reads_a_header_without_end() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            self.0 += out.len() as u64;
            assert!(self.0 < 4 * 1024 * 1024, "it reads on and on");
            out.fill(b'A');
            Ok(out.len())
        }
    }
    let start = &b"age-encryption.org/v1\n-> mlkem768x25519 "[..];
    let opened = rekam::seal::open::open(start.chain(Endless(0)), &[&identity()]);
    assert_eq!(opened.err(), Some(OpenError::HeaderMalformed));
}
