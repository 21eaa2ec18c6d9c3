//! The archive: what our writer says, the `tar` crate reads.

use std::collections::HashSet;

use proptest::prelude::*;
use rekam::form::Slot;
use rekam::seal::archive::{
    LATEST_MTIME_SECONDS, LONGEST_NAME_BYTES, capture_path, header, padding,
};
use rekam::seal::envelope::{CHUNK_BYTES, payload_length};

proptest! {
    #[test]
    fn writes_headers_that_tar_reads(
        name in "[a-z0-9_.-][a-z0-9_./-]{0,98}",
        length in 0..8_589_934_592u64,
        at in any::<u64>(),
    ) {
        let block = header(&name, length, at);
        let read = tar::Header::from_byte_slice(&block);
        let ustar = read.as_ustar().expect("it is ustar");
        prop_assert_eq!(&ustar.path_bytes()[..], name.as_bytes());
        prop_assert_eq!(read.size().expect("a number"), length);
        prop_assert_eq!(read.mtime().expect("a number"), at.min(LATEST_MTIME_SECONDS));
        let sum: u32 = block.iter().enumerate()
            .map(|(i, byte)| if (148..156).contains(&i) { 32 } else { u32::from(*byte) })
            .sum();
        prop_assert_eq!(read.cksum().expect("a number"), sum);
        prop_assert!((length + padding(length) as u64).is_multiple_of(512) && padding(length) < 512);
    }

    #[test]
    fn names_every_slot_apart_whatever_the_media_type(media_type in any::<String>()) {
        let names: HashSet<String> = Slot::ALL.map(|slot| capture_path(slot, &media_type)).into();
        prop_assert_eq!(names.len(), Slot::ALL.len());
        for name in names {
            prop_assert!(name.is_ascii() && name.len() <= LONGEST_NAME_BYTES);
            prop_assert!(!name.starts_with('/') && !name.contains("..") && !name.contains('\\'));
        }
    }

    #[test]
    fn adds_one_tag_for_each_chunk(length in 0..1u64 << 40) {
        let chunks = length.div_ceil(CHUNK_BYTES as u64).max(1);
        prop_assert_eq!(payload_length(length), length + 16 * chunks);
    }
}
