//! What every store must do, in one text: over the memory of the tests, and over IndexedDB and OPFS
//! in Chromium and Firefox.

use rekam::clock::ClockClaims;
use rekam::draft::DraftId;
use rekam::error::StoreError;
use rekam::form::{Service, Slot};
use rekam::journal::{Journaled, Readiness};
use rekam::jws;
use rekam::ports::{Pieces, Rebuild, Restore, Segments, Store, TrustedConfiguration, World};
use rekam::seal::manifest;
use rekam::store::{ChainHead, Commit, Event, Record, STORED_PIECE_BYTES, State};

/// One tablet's store.
pub trait Bench {
    /// The ports of one page.
    type World: World + Segments + Rebuild;

    /// Opens it in one more page.
    async fn open(&self) -> Self::World;
    /// That page is closed.
    async fn close(&self, world: Self::World);
    /// The database is gone, the files stay; every page must be closed.
    async fn wipe(&self);
    /// The record of a packet can be read no more; every page must be closed.
    async fn garble(&self, pid: &str);
}

type Piece<B> = <<B as Bench>::World as Pieces>::Piece;

fn record(pid: &str, seq: u64, bytes: &[u8]) -> Record {
    Record {
        pid: pid.into(),
        seq,
        service: Service::KtpFirst,
        state: State::Stored,
        manifest: jws::compact(&jws::signing_input(manifest::TYP, "dev", &()), &[0; 64]),
        ciphertext_sha256: jws::hash(bytes),
        length: bytes.len() as u64,
        sealed_at: 1_795_478_400_000,
        sent: 0,
        attempts: 0,
        lease: None,
        reason: None,
        receipt: None,
        status: None,
        receipted_at: None,
        location: None,
        rekey: None,
        subject: None,
        revision: 0,
    }
}

fn head(seq: u64) -> ChainHead {
    ChainHead {
        dev: "dev".into(),
        seq,
        hash: jws::hash(&seq.to_be_bytes()),
        clock: ClockClaims::default(),
        at: 0,
    }
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n % 251) as u8).collect()
}

fn pieces<W: World>(world: &W, bytes: &[u8]) -> Vec<W::Piece> {
    let pieces = bytes.chunks(STORED_PIECE_BYTES);
    pieces.map(|piece| world.piece(piece)).collect()
}

fn commit<W: World>(
    world: &W,
    after: Option<ChainHead>,
    seq: u64,
    bytes: &[u8],
    draft: &DraftId,
) -> Commit<W::Piece> {
    Commit {
        after,
        head: head(seq),
        record: record(&format!("p{seq}"), seq, bytes),
        ciphertext: pieces(world, bytes),
        draft: draft.clone(),
    }
}

/// Configuration and mark are replaced, and absent before.
pub async fn keeps_the_configuration_and_the_mark<B: Bench>(bench: &B) {
    let world = bench.open().await;
    assert_eq!(world.configuration().await, Ok(None));
    assert_eq!(world.mark().await, Ok(None));
    let configuration = |jws: &str| TrustedConfiguration {
        jws: jws.into(),
        trusted: vec!["thumbprint".into()],
    };
    for jws in ["one", "two"] {
        world.put_configuration(&configuration(jws)).await.unwrap();
        assert_eq!(world.configuration().await, Ok(Some(configuration(jws))));
    }
    world.put_mark("journal").await.unwrap();
    bench.close(world).await;
    let again = bench.open().await;
    assert_eq!(again.mark().await, Ok(Some("journal".into())));
    assert_eq!(again.configuration().await, Ok(Some(configuration("two"))));
    bench.close(again).await;
}

/// A capture replaces the one of its slot, and no piece of a longer one stays.
pub async fn replaces_drafts_and_captures<B: Bench>(bench: &B) {
    let world = bench.open().await;
    let (id, other) = (DraftId("a".into()), DraftId("ab".into()));
    let capture = |count: usize| {
        let pieces: Vec<Piece<B>> = (0..count).map(|n| world.piece(&[n as u8])).collect();
        Some((Slot::Face, pieces))
    };
    world.put_draft(&id, vec![1], capture(3)).await.unwrap();
    world.put_draft(&other, vec![2], capture(1)).await.unwrap();
    world.put_draft(&id, vec![3], capture(2)).await.unwrap();
    let piece = |id, n| world.capture_piece(id, Slot::Face, n);
    assert_eq!(piece(&id, 1).await, Ok(Some(vec![1])));
    assert_eq!(piece(&id, 2).await, Ok(None));
    assert_eq!(world.draft(&id).await, Ok(Some(vec![3])));
    world.put_draft(&id, vec![4], capture(0)).await.unwrap();
    assert_eq!(piece(&id, 0).await, Ok(None));
    assert_eq!(world.drafts().await.unwrap().len(), 2);
    world.erase_draft(&id).await.unwrap();
    assert_eq!(world.draft(&id).await, Ok(None));
    assert_eq!(piece(&other, 0).await, Ok(Some(vec![0])), "the other stays");
    assert_eq!(world.capture_pieces().await, Ok(vec![other.0]));
    bench.close(world).await;
}

/// A packet is stored on its chain head only, and the draft goes with it.
pub async fn commits_on_the_chain_head_only<B: Bench>(bench: &B) {
    let world = bench.open().await;
    let id = DraftId("draft".into());
    let data = bytes(10);
    world.put_draft(&id, vec![1], None).await.unwrap();
    let wrong = commit(&world, Some(head(9)), 1, &data, &id);
    assert_eq!(world.commit(wrong).await, Err(StoreError::Conflict));
    assert_eq!(world.records().await, Ok(Vec::new()));
    let right = commit(&world, None, 1, &data, &id);
    world.commit(right).await.unwrap();
    assert_eq!(world.draft(&id).await, Ok(None));
    assert_eq!(world.chain_head().await, Ok(Some(head(1))));
    let twice = commit(&world, Some(head(1)), 2, &data, &id);
    assert_eq!(world.commit(twice).await, Err(StoreError::Conflict));
    bench.close(world).await;
}

/// Ciphertext is read from anywhere, across pieces, to its end.
pub async fn reads_ciphertext_from_any_offset<B: Bench>(bench: &B) {
    let world = bench.open().await;
    let id = DraftId("draft".into());
    let data = bytes(2 * STORED_PIECE_BYTES + 100);
    world.put_draft(&id, vec![1], None).await.unwrap();
    world
        .commit(commit(&world, None, 1, &data, &id))
        .await
        .unwrap();
    let piece = STORED_PIECE_BYTES as u64;
    for (offset, length) in [
        (0, 10),
        (piece - 5, 10),
        (piece, data.len() as u32),
        (0, data.len() as u32 + 7),
        (data.len() as u64, 5),
    ] {
        let end = data.len().min(offset as usize + length as usize);
        assert_eq!(
            world.ciphertext("p1", offset, length).await.unwrap(),
            data[offset as usize..end]
        );
    }
    assert_eq!(world.ciphertext_pieces().await.unwrap(), ["p1"; 3]);
    bench.close(world).await;
}

/// A record is replaced at its revision only; what is erased is gone in the same commit.
pub async fn replaces_a_record_at_its_revision_only<B: Bench>(bench: &B) {
    let world = bench.open().await;
    let id = DraftId("draft".into());
    world.put_draft(&id, vec![1], None).await.unwrap();
    world
        .commit(commit(&world, None, 1, &bytes(10), &id))
        .await
        .unwrap();
    let sending = world
        .record("p1")
        .await
        .unwrap()
        .unwrap()
        .after(Event::Begin)
        .unwrap();
    world.put_record(&sending, false).await.unwrap();
    assert_eq!(
        world.put_record(&sending, false).await,
        Err(StoreError::Conflict)
    );
    let receipted = sending.after(Event::Receipt).unwrap();
    world.put_record(&receipted, false).await.unwrap();
    let purged = receipted.after(Event::Purge).unwrap();
    world.put_record(&purged, true).await.unwrap();
    assert!(world.ciphertext_pieces().await.unwrap().is_empty());
    assert_eq!(world.records().await, Ok(vec![purged]));
    bench.close(world).await;
}

/// What is put back replaces what is there, but no later record.
pub async fn restores_but_not_over_a_later_record<B: Bench>(bench: &B) {
    let world = bench.open().await;
    let data = bytes(STORED_PIECE_BYTES + 1);
    let packet = |record: &Record, bytes: Option<&[u8]>| Restore::Packet {
        record: Box::new(record.clone()),
        ciphertext: bytes.map(|bytes| pieces(&world, bytes)),
    };
    let stored = record("p1", 1, &data);
    world.restore(packet(&stored, Some(&data))).await.unwrap();
    assert_eq!(world.ciphertext("p1", 0, u32::MAX / 2).await.unwrap(), data);
    let later = stored.after(Event::Begin).unwrap();
    world.restore(packet(&later, None)).await.unwrap();
    world.restore(packet(&stored, Some(&[]))).await.unwrap();
    assert_eq!(world.records().await, Ok(vec![later.clone()]));
    assert_eq!(world.ciphertext_pieces().await.unwrap(), ["p1"; 2]);
    world.restore(packet(&later, Some(&[]))).await.unwrap();
    assert!(world.ciphertext_pieces().await.unwrap().is_empty());

    world.restore(Restore::Head(head(4))).await.unwrap();
    assert_eq!(world.chain_head().await, Ok(Some(head(4))));
    let id = DraftId("draft".into());
    for count in [2, 1] {
        let captures = vec![(Slot::IrisLeft, vec![world.piece(&[count]); count.into()])];
        let (id, body) = (id.clone(), vec![count]);
        world
            .restore(Restore::Draft { id, body, captures })
            .await
            .unwrap();
    }
    let piece = |n| world.capture_piece(&id, Slot::IrisLeft, n);
    assert_eq!(
        (piece(0).await, piece(1).await),
        (Ok(Some(vec![1])), Ok(None))
    );
    world
        .restore(Restore::EraseDraft(id.clone()))
        .await
        .unwrap();
    assert_eq!(
        (world.draft(&id).await, piece(0).await),
        (Ok(None), Ok(None))
    );
    bench.close(world).await;
}

/// Files keep their bytes and their lengths; one page at a time has them.
pub async fn keeps_files_and_lends_them_to_one_page<B: Bench>(bench: &B) {
    let first = bench.open().await;
    assert_eq!(first.open_segments(false).await, Ok(Vec::new()));
    for file in [0, 7] {
        first.create_segment(file).await.unwrap();
    }
    first.write_segment(7, 0, b"0123456789").unwrap();
    first.write_segment(7, 4, b"xy").unwrap();
    first.flush_segment(7).unwrap();
    assert_eq!(first.read_segment(7, 2, 5).unwrap(), b"23xy6");
    assert_eq!(first.read_segment(7, 8, 99).unwrap(), b"89");
    assert!(first.read_segment(7, 50, 9).unwrap().is_empty());
    first.truncate_segment(7, 6).unwrap();
    first.create_segment(7).await.unwrap();

    let second = bench.open().await;
    assert_eq!(second.open_segments(false).await, Err(StoreError::InUse));
    bench.close(first).await;
    let mut files = second.open_segments(false).await.unwrap();
    files.sort_unstable();
    assert_eq!(files, [(0, 0), (7, 6)]);
    assert_eq!(second.read_segment(7, 0, 99).unwrap(), b"0123xy");
    bench.close(second).await;
}

/// A wiped database is filled from the journal: draft, capture, packet, head, configuration.
pub async fn has_everything_again_after_a_wipe<B: Bench>(bench: &B) {
    let store = Journaled::open(bench.open().await, false).await.unwrap();
    let (kept, sealed) = (DraftId("kept".into()), DraftId("sealed".into()));
    let data = bytes(3 * STORED_PIECE_BYTES + 5);
    let configuration = TrustedConfiguration {
        jws: "jws".into(),
        trusted: Vec::new(),
    };
    store.put_configuration(&configuration).await.unwrap();
    let face = Some((Slot::Face, pieces(store.world(), &data)));
    store.put_draft(&kept, vec![1, 2], face).await.unwrap();
    store.put_draft(&sealed, vec![3], None).await.unwrap();
    let packet = commit(store.world(), None, 1, &data, &sealed);
    store.commit(packet).await.unwrap();
    assert_eq!(store.durability().await.journal, Readiness::Young);
    bench.close(store.into_world()).await;
    bench.wipe().await;

    let store = Journaled::open(bench.open().await, false).await.unwrap();
    assert_eq!(store.configuration().await, Ok(Some(configuration)));
    assert_eq!(store.drafts().await, Ok(vec![(kept.clone(), vec![1, 2])]));
    let piece = store.capture_piece(&kept, Slot::Face, 3).await;
    assert_eq!(piece, Ok(Some(data[3 * STORED_PIECE_BYTES..].to_vec())));
    assert_eq!(store.chain_head().await, Ok(Some(head(1))));
    assert_eq!(store.records().await, Ok(vec![record("p1", 1, &data)]));
    let read = store.ciphertext("p1", 0, data.len() as u32).await;
    assert_eq!(read.unwrap(), data);
    assert!(store.durability().await.lost.is_empty());
    bench.close(store.into_world()).await;
}

/// Stores two packets, one after the other.
async fn store_two<W: World>(world: &W) {
    let after = [None, Some(head(1))];
    for (after, seq) in after.into_iter().zip(1..) {
        let draft = DraftId(format!("draft{seq}"));
        world.put_draft(&draft, vec![1], None).await.unwrap();
        let packet = commit(world, after, seq, &bytes(100), &draft);
        world.commit(packet).await.unwrap();
    }
}

/// A record that cannot be read hides no other, and comes back from the journal.
pub async fn mends_a_record_that_cannot_be_read<B: Bench>(bench: &B) {
    let store = Journaled::open(bench.open().await, false).await.unwrap();
    store_two(&store).await;
    bench.close(store.into_world()).await;
    bench.garble("p1").await;
    let (first, second) = (record("p1", 1, &bytes(100)), record("p2", 2, &bytes(100)));
    let world = bench.open().await;
    assert_eq!(world.records().await, Ok(vec![second.clone()]));
    bench.close(world).await;
    let store = Journaled::open(bench.open().await, false).await.unwrap();
    assert_eq!(store.records().await, Ok(vec![first, second]));
    assert!(store.durability().await.lost.is_empty());
    bench.close(store.into_world()).await;
}

/// One that no journal has is named by its number, and everything else goes on.
pub async fn names_a_record_that_cannot_be_read_and_is_nowhere_else<B: Bench>(bench: &B) {
    let world = bench.open().await;
    store_two(&world).await;
    bench.close(world).await;
    bench.garble("p1").await;
    let store = Journaled::open(bench.open().await, false).await.unwrap();
    assert_eq!(store.durability().await.lost, [1]);
    let second = record("p2", 2, &bytes(100));
    assert_eq!(store.records().await, Ok(vec![second]));
    let read = store.ciphertext("p2", 0, 100).await;
    assert_eq!(read, Ok(bytes(100)));
    bench.close(store.into_world()).await;
}

/// A page that takes over finds all, and the one before it can write no more.
pub async fn takes_over_from_another_page<B: Bench>(bench: &B) {
    let first = Journaled::open(bench.open().await, false).await.unwrap();
    let id = DraftId("draft".into());
    first.put_draft(&id, vec![1], None).await.unwrap();
    let refused = Journaled::open(bench.open().await, false).await;
    assert_eq!(refused.err(), Some(StoreError::InUse));
    first.surrender().await;
    let late = first.put_draft(&id, vec![2], None).await;
    assert_eq!(late, Err(StoreError::InUse));
    let second = Journaled::open(bench.open().await, true).await.unwrap();
    assert_eq!(second.draft(&id).await, Ok(Some(vec![1])));
    bench.close(second.into_world()).await;
    bench.close(first.into_world()).await;
}
