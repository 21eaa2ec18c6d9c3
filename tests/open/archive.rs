//! A sealed packet, opened and read by the `tar` crate.

use std::collections::BTreeMap;
use std::io::Read;

use base64ct::{Base64UrlUnpadded, Encoding};
use rekam::error::SealError;
use rekam::jws;
use rekam::seal::archive::{Entry, PacketIndex};
use rekam::seal::{PacketWriter, Sealed};

use crate::support::{Dice, Seeded, contains};
use crate::{open, recipient};

/// An index of entries with these contents.
fn index(files: &[(&str, Vec<u8>)]) -> PacketIndex {
    let entry = |(path, bytes): &(&str, Vec<u8>)| Entry {
        path: (*path).into(),
        slot: None,
        media_type: "application/octet-stream".into(),
        len: bytes.len() as u64,
        sha_256: jws::hash(bytes),
        at: 1_795_478_300,
        by: None,
    };
    PacketIndex {
        v: 1,
        pid: "0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f".into(),
        dev: "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U".into(),
        site: "62.02.16".into(),
        seq: 1,
        svc: "ktp_first".into(),
        form: "ktp_first/1".into(),
        lists: BTreeMap::new(),
        regions: "idn-area-data/4.0.1".into(),
        sealed_at: 1_795_478_400,
        operator: None,
        entries: files.iter().map(entry).collect(),
    }
}

/// Writes what the index names, each file in pieces of that length.
fn write(
    index: &PacketIndex,
    files: &[(&str, Vec<u8>)],
    piece: usize,
) -> Result<(Vec<u8>, Sealed), SealError> {
    let mut packet = Vec::new();
    let take = |bytes: &[u8]| packet.extend_from_slice(bytes);
    let mut writer = PacketWriter::make(&[recipient()], &Seeded::new(1), index, take)?;
    for (entry, (_, bytes)) in index.entries.iter().zip(files) {
        writer.entry(&entry.path, entry.len, entry.at)?;
        for piece in bytes.chunks(piece) {
            writer.push(piece)?;
        }
    }
    let sealed = writer.finish()?;
    Ok((packet, sealed))
}

#[test]
fn gives_every_entry_back_byte_for_byte_whatever_its_length() {
    let lengths = [0, 1, 511, 512, 513, 1_024, 65_535, 65_536, 65_537, 300_000];
    let names = [
        "0", "1", "511", "512", "513", "1024", "65535", "65536", "65537", "300000",
    ];
    let contents = lengths.map(|length| Dice::new(length as u64).bytes(length));
    let files: Vec<(&str, Vec<u8>)> = names.into_iter().zip(contents).collect();
    let index = index(&files);
    let (packet, sealed) = write(&index, &files, 10_000).unwrap();
    assert_eq!(sealed.len, packet.len() as u64);
    assert_eq!(
        Base64UrlUnpadded::encode_string(&sealed.sha_256),
        jws::hash(&packet)
    );

    let plaintext = open(&packet).unwrap();
    assert!(plaintext.len().is_multiple_of(512) && plaintext.ends_with(&[0; 1_024]));
    let mut archive = tar::Archive::new(&plaintext[..]);
    let mut entries = archive.entries().unwrap();
    let mut next = || {
        let mut entry = entries.next().expect("there is one more").unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let header = entry.header();
        assert!(header.as_ustar().is_some() && header.entry_type().is_file());
        assert_eq!(
            (
                header.mode().unwrap(),
                header.uid().unwrap(),
                header.gid().unwrap()
            ),
            (0o600, 0, 0)
        );
        (
            entry.path().unwrap().to_str().unwrap().to_owned(),
            header.mtime().unwrap(),
            bytes,
        )
    };
    let (name, at, json) = next();
    assert_eq!((&name[..], at), ("packet.json", index.sealed_at));
    assert_eq!(serde_json::from_slice::<PacketIndex>(&json).unwrap(), index);
    for (name, bytes) in &files {
        assert!(
            next() == ((*name).to_owned(), 1_795_478_300, bytes.clone()),
            "{name}"
        );
    }
    assert!(entries.next().is_none());
}

#[test]
fn writes_no_archive_whose_lengths_are_not_those_announced() {
    let files = [("a", vec![1; 600]), ("b", vec![2; 600])];
    let differs = |change: fn(&mut PacketIndex)| {
        let mut index = index(&files);
        change(&mut index);
        write(&index, &files, 100).map(drop)
    };
    assert_eq!(differs(|_| {}), Ok(()));
    assert_eq!(
        differs(|index| index.entries[0].len = 599),
        Err(SealError::ArchiveLengthDiffers)
    );
    assert_eq!(
        differs(|index| index.entries[0].len = 601),
        Err(SealError::ArchiveLengthDiffers)
    );
    assert_eq!(
        differs(|index| index.entries[1].len = 0),
        Err(SealError::ArchiveLengthDiffers)
    );
    assert_eq!(
        differs(|index| index.entries[1].len = 601),
        Err(SealError::ArchiveLengthDiffers)
    );
}

#[test]
fn shows_nothing_of_the_archive_to_whoever_has_not_the_key() {
    let files = [("enrollment.json", b"SITI AMINAH".repeat(500))];
    let (packet, _) = write(&index(&files), &files, 100).unwrap();
    for word in [&b"packet.json"[..], b"ustar", b"SITI", b"62.02.16"] {
        assert!(!contains(&packet, word));
    }
    assert!(contains(&open(&packet).unwrap(), b"SITI"));
}
