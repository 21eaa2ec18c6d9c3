//! What must hold at all times, whatever failed.

use rekam::draft::{Draft, DraftId};
use rekam::jws::{self, P256, PublicKey};
use rekam::receipt::Receipt;
use rekam::seal::Manifest;
use rekam::store::State;

use super::applicant::Applicant;
use super::contains;
use super::executor::settle;
use super::signer::Signer;
use super::tablet::Tablet;

/// Everything below that can be said of a tablet without knowing what was recorded on it.
pub fn check(tablet: &Tablet) {
    nothing_is_lost_or_purged_without_a_receipt(tablet);
    the_chain_has_no_gap_and_no_fork(tablet);
    every_draft_is_whole(tablet);
    the_registry_has_what_was_sealed(tablet);
}

/// A record's ciphertext is there to the last byte until it is purged; what is receipted or purged
/// has a receipt of this registry, and the registry has the bytes.
fn nothing_is_lost_or_purged_without_a_receipt(tablet: &Tablet) {
    let disk = tablet.disk.borrow();
    let registry = tablet.network.registry.borrow();
    let keys = [registry.signer.public_key()];
    for record in &disk.records {
        let ciphertext = disk.ciphertexts.get(&record.pid);
        if record.state == State::Purged {
            assert!(ciphertext.is_none(), "purged means erased");
        } else {
            let ciphertext = ciphertext.expect("the ciphertext is there until it is purged");
            assert_eq!(ciphertext.len() as u64, record.length);
            assert_eq!(jws::hash(ciphertext), record.ciphertext_sha256);
        }
        if matches!(record.state, State::Receipted | State::Purged) {
            let receipt = record.receipt.as_ref().expect("there is a receipt");
            settle(Receipt::verify(receipt, record, &keys, &P256)).expect("the receipt is good");
            let packet = registry.packet(&record.pid).expect("the registry has it");
            assert_eq!(jws::hash(&packet.bytes), record.ciphertext_sha256);
        }
    }
    assert!(
        disk.ciphertexts
            .keys()
            .all(|pid| disk.record(pid).is_some()),
        "there is no ciphertext without a record"
    );
}

/// Manifests count from 1, each holds the hash of the one before, the head is the last.
fn the_chain_has_no_gap_and_no_fork(tablet: &Tablet) {
    let disk = tablet.disk.borrow();
    let Some(head) = &disk.head else {
        assert!(disk.records.is_empty());
        return;
    };
    let key = device_key(tablet).expect("who sealed has a key");
    let mut prev = key.thumbprint().to_owned();
    for (record, seq) in disk.records.iter().zip(1..) {
        let manifest = Manifest::verify(&record.manifest, &key).expect("the manifest is sound");
        assert_eq!((manifest.seq, record.seq), (seq, seq));
        assert_eq!(manifest.prev, prev);
        assert_eq!(manifest.pid, record.pid);
        assert_eq!(manifest.ct.sha_256, record.ciphertext_sha256);
        prev = jws::hash(record.manifest.as_bytes());
    }
    assert_eq!(
        (head.dev.as_str(), head.seq),
        (key.thumbprint(), disk.records.len() as u64)
    );
    assert_eq!(head.hash, prev);
}

/// Every draft decrypts, and the pieces of its captures are there with the hash that it names;
/// there are no pieces without a draft.
fn every_draft_is_whole(tablet: &Tablet) {
    let page = tablet.page();
    let ids: Vec<DraftId> = tablet.disk.borrow().drafts.keys().cloned().collect();
    for id in &ids {
        let draft: Draft = settle(page.draft(id)).expect("the draft is readable");
        for capture in &draft.captures {
            let mut bytes = Vec::new();
            for n in 0..capture.pieces() {
                let piece = settle(page.read_piece(id, capture.slot, n));
                bytes.extend(piece.expect("the piece is readable"));
            }
            assert_eq!(bytes.len() as u64, capture.length);
            assert_eq!(jws::hash(&bytes), capture.sha256);
        }
        let slots = tablet
            .disk
            .borrow()
            .pieces
            .keys()
            .filter(|(draft, _)| draft == id)
            .count();
        assert_eq!(
            slots,
            draft.captures.len(),
            "there are no pieces that no capture names"
        );
    }
    assert!(
        tablet
            .disk
            .borrow()
            .pieces
            .keys()
            .all(|(id, _)| ids.contains(id))
    );
}

/// What the registry holds of this tablet is what the tablet sealed, each packet once.
fn the_registry_has_what_was_sealed(tablet: &Tablet) {
    let registry = tablet.network.registry.borrow();
    let disk = tablet.disk.borrow();
    for packet in registry.received() {
        let record = disk
            .record(&packet.claims.pid)
            .expect("the tablet knows what it sent");
        assert_eq!(packet.manifest, record.manifest);
        assert_eq!(jws::hash(&packet.bytes), record.ciphertext_sha256);
    }
}

/// Nothing that is kept on the tablet tells who was recorded, nor shows a capture.
pub fn nothing_is_readable<'a>(
    tablet: &Tablet,
    applicants: impl IntoIterator<Item = &'a Applicant>,
) {
    let bytes = tablet.disk.borrow().bytes();
    for secret in applicants.into_iter().flat_map(Applicant::secrets) {
        assert!(
            !contains(&bytes, &secret),
            "{:?} is readable",
            String::from_utf8_lossy(&secret)
        );
    }
}

/// Whether the registry has exactly these packets, whole, and with the feature `open` whether
/// they hold what was captured.
pub fn arrived(tablet: &Tablet, packets: &[(&Applicant, &str)]) {
    let registry = tablet.network.registry.borrow();
    assert_eq!(
        registry.received().len(),
        packets.len(),
        "each packet arrives once"
    );
    for (applicant, pid) in packets {
        let packet = registry.packet(pid).expect("the packet arrived");
        assert!(packet.is_complete());
        #[cfg(feature = "open")]
        holds(&registry.open(pid), applicant);
        let _ = applicant;
    }
}

/// The entries of a packet, in order, read by the `tar` crate.
#[cfg(feature = "open")]
pub fn open(ciphertext: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read;

    let identity =
        rekam::seal::open::Identity::parse(super::registry::IDENTITY).expect("it is one");
    let plaintext = rekam::seal::open::open(ciphertext, &[&identity]).expect("it is for us");
    let mut archive = tar::Archive::new(plaintext);
    let entries = archive.entries().expect("it is an archive").map(|entry| {
        let mut entry = entry.expect("the entry is sound");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("the entry is whole");
        (
            entry
                .path()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned(),
            bytes,
        )
    });
    let entries = entries.collect();
    let mut rest = Vec::new();
    archive
        .into_inner()
        .read_to_end(&mut rest)
        .expect("the last chunk is there");
    assert!(
        rest.iter().all(|byte| *byte == 0),
        "nothing follows the archive"
    );
    entries
}

/// Whether a packet holds this applicant: the captures byte for byte, and their index.
#[cfg(feature = "open")]
pub fn holds(entries: &[(String, Vec<u8>)], applicant: &Applicant) {
    use rekam::seal::archive::PacketIndex;

    let [(first, index), (second, enrollment), captures @ ..] = entries else {
        panic!("too few")
    };
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("packet.json", "enrollment.json")
    );
    let captures: Vec<_> = captures
        .iter()
        .map(|(name, bytes)| (name.clone(), &bytes[..]))
        .collect();
    assert!(
        captures == applicant.files(),
        "the captures are what the devices gave"
    );

    let index: PacketIndex = serde_json::from_slice(index).expect("it is an index");
    let named: Vec<_> = index
        .entries
        .iter()
        .map(|e| (&e.path, e.len, e.sha_256.clone()))
        .collect();
    let found: Vec<_> = entries[1..]
        .iter()
        .map(|(name, bytes)| (name, bytes.len() as u64, jws::hash(bytes)))
        .collect();
    assert_eq!(named, found);

    let enrollment: serde_json::Value = serde_json::from_slice(enrollment).expect("it is JSON");
    assert_eq!(enrollment["name"], applicant.name.to_uppercase());
    assert_eq!(enrollment["nik"], applicant.nik);
    assert_eq!(enrollment["birth_date"], "2009-11-24");
    assert_eq!(enrollment["village"], "62.02.16.2004");
}

/// The public half of the tablet's key, once it has one.
pub fn device_key(tablet: &Tablet) -> Option<PublicKey> {
    let secret = tablet.disk.borrow().device_key?;
    Some(Signer::new(&secret).public_key())
}
