//! The journal over files in memory: replay, torn tails, damage, reuse.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;

use super::entry::Kind;
use super::log::{AGED_MILLIS, Change, Journal, SEGMENT_BYTES, Value};
use super::segment::FIRST_ENTRY;
use crate::error::StoreError;
use crate::ports::{Clock, Millis, Pieces, Random, Segments};

/// Files that keep what is written, and a clock.
#[derive(Clone, Default)]
struct Memory {
    files: RefCell<BTreeMap<u32, Vec<u8>>>,
    now: Cell<Millis>,
    /// Bytes that may still be written.
    room: Cell<Option<usize>>,
}

impl Clock for Memory {
    fn minutes_ahead_of_utc(&self) -> i32 {
        0
    }

    fn now(&self) -> Millis {
        self.now.get()
    }

    fn monotonic(&self) -> Millis {
        self.now.get()
    }
}

impl Random for Memory {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

impl Pieces for Memory {
    type Piece = Vec<u8>;

    fn piece(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn piece_bytes(&self, piece: &Vec<u8>) -> Vec<u8> {
        piece.clone()
    }
}

impl Segments for Memory {
    async fn open_segments(&self, _: bool) -> Result<Vec<(u32, u64)>, StoreError> {
        let files = self.files.borrow();
        Ok(files
            .iter()
            .map(|(n, bytes)| (*n, bytes.len() as u64))
            .collect())
    }

    async fn create_segment(&self, file: u32) -> Result<(), StoreError> {
        self.files.borrow_mut().entry(file).or_default();
        Ok(())
    }

    fn read_segment(&self, file: u32, at: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        let files = self.files.borrow();
        let bytes = &files[&file];
        let start = bytes.len().min(at as usize);
        Ok(bytes[start..bytes.len().min(start + length as usize)].to_vec())
    }

    fn write_segment(&self, file: u32, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        if let Some(room) = self.room.get() {
            let left = room.checked_sub(bytes.len());
            self.room.set(Some(left.ok_or(StoreError::QuotaExceeded)?));
        }
        let mut files = self.files.borrow_mut();
        let kept = files.get_mut(&file).unwrap();
        let at = at as usize;
        assert!(at <= kept.len(), "nothing is written beyond the end");
        kept.resize(kept.len().max(at + bytes.len()), 0);
        kept[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn truncate_segment(&self, file: u32, length: u64) -> Result<(), StoreError> {
        let mut files = self.files.borrow_mut();
        files.get_mut(&file).unwrap().truncate(length as usize);
        Ok(())
    }

    fn flush_segment(&self, _: u32) -> Result<(), StoreError> {
        Ok(())
    }

    fn close_segments(&self) {}
}

fn settle<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("files in memory answer at once"),
    }
}

fn open(memory: &Memory) -> Journal {
    let files = settle(memory.open_segments(false)).unwrap();
    settle(Journal::open(memory, files)).unwrap()
}

fn put(key: impl Into<String>, value: impl Into<Vec<u8>>) -> Change<Vec<u8>> {
    let value = Value::Bytes(value.into());
    let (kind, key) = (Kind::DRAFT, key.into());
    Change { kind, key, value }
}

fn gone(key: impl Into<String>) -> Change<Vec<u8>> {
    let (kind, key, value) = (Kind::DRAFT, key.into(), Value::Gone);
    Change { kind, key, value }
}

fn write(memory: &Memory, journal: &mut Journal, changes: Vec<Change<Vec<u8>>>) {
    let written = journal.append(memory, changes).unwrap();
    journal.apply(written);
}

fn read(memory: &Memory, journal: &Journal, key: &str) -> Option<Vec<u8>> {
    journal.read(memory, Kind::DRAFT, key).unwrap()
}

/// The file in use: the longest, in these tests.
fn longest(memory: &Memory) -> u32 {
    let files = memory.files.borrow();
    *files.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap().0
}

#[test]
fn gives_back_what_was_put_and_not_what_was_erased() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    write(
        &memory,
        &mut journal,
        vec![put("a", "1"), put("b/0", "2"), put("b/1", "3")],
    );
    write(&memory, &mut journal, vec![put("a", "4"), gone("b/")]);
    for journal in [&journal, &open(&memory)] {
        assert_eq!(read(&memory, journal, "a").unwrap(), b"4");
        assert_eq!(journal.keys(Kind::DRAFT, ""), ["a"]);
        assert!(!journal.is_damaged);
    }
}

#[test]
fn leaves_nothing_of_a_write_that_was_undone() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    write(&memory, &mut journal, vec![put("a", "1")]);
    let written = journal.append(&memory, vec![put("a", "2")]).unwrap();
    journal.undo(&memory, written).unwrap();
    write(&memory, &mut journal, vec![put("b", "3")]);
    let again = open(&memory);
    assert_eq!(read(&memory, &again, "a").unwrap(), b"1");
    assert_eq!(read(&memory, &again, "b").unwrap(), b"3");
}

#[test]
fn keeps_what_was_there_when_there_is_no_room() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    write(&memory, &mut journal, vec![put("a", "1")]);
    memory.room.set(Some(100));
    let long = vec![put("a", "2"), put("b", vec![0; 100])];
    assert_eq!(
        journal.append(&memory, long).err(),
        Some(StoreError::QuotaExceeded)
    );
    memory.room.set(None);
    write(&memory, &mut journal, vec![put("c", "3")]);
    for journal in [&journal, &open(&memory)] {
        assert_eq!(read(&memory, journal, "a").unwrap(), b"1");
        assert_eq!(read(&memory, journal, "c").unwrap(), b"3");
        assert!(read(&memory, journal, "b").is_none());
    }
}

#[test]
fn is_young_until_its_file_is_old_and_again_when_the_clock_was_set_back() {
    let memory = Memory::default();
    memory.now.set(1_000_000);
    let journal = open(&memory);
    assert_eq!(journal.safe_in(1_000_000), AGED_MILLIS);
    assert_eq!(journal.safe_in(1_000_000 + AGED_MILLIS), 0);
    memory.now.set(500_000);
    assert_eq!(open(&memory).safe_in(500_000), AGED_MILLIS);
}

#[test]
fn goes_on_in_the_old_file_while_no_other_is_old() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    let fill = |journal: &mut Journal| {
        for n in 0..=SEGMENT_BYTES / 500_000 {
            write(&memory, journal, vec![put(n.to_string(), vec![1; 500_000])]);
        }
    };
    fill(&mut journal);
    let first = longest(&memory);
    write(&memory, &mut journal, vec![put("x", "1")]);
    assert_eq!(longest(&memory), first, "the others are as young");
    assert_eq!(journal.size().1, 3);
    memory.now.set(AGED_MILLIS);
    write(&memory, &mut journal, vec![put("x", "2")]);
    assert!(journal.is_short_of_files());
    settle(journal.prepare(&memory)).unwrap();
    assert_eq!(journal.size().1, 4, "one more is made ahead of its use");
    assert_eq!(read(&memory, &open(&memory), "x").unwrap(), b"2");
}

#[test]
fn gives_room_back_and_stays_within_its_bound() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    memory.now.set(AGED_MILLIS);
    let mut kept = BTreeMap::new();
    for n in 0..600u32 {
        memory.now.set(memory.now.get() + 30_000);
        let value = n.to_le_bytes().repeat(50_000);
        write(
            &memory,
            &mut journal,
            vec![put(format!("{n:03}"), value.clone())],
        );
        kept.insert(format!("{n:03}"), value);
        // Every other one goes soon, the rest after a while.
        let gone_now = if n % 2 == 0 { n } else { n.saturating_sub(60) };
        write(&memory, &mut journal, vec![gone(format!("{gone_now:03}"))]);
        kept.remove(&format!("{gone_now:03}"));
        settle(journal.tidy(&memory)).unwrap();
        let live: usize = kept.values().map(Vec::len).sum();
        let (size, files) = journal.size();
        assert!(
            size <= live as u64 * 3 / 2 + 5 * SEGMENT_BYTES,
            "{size} for {live}"
        );
        assert!(files <= 12, "{files}");
    }
    let again = open(&memory);
    assert_eq!(
        again.keys(Kind::DRAFT, ""),
        kept.keys().cloned().collect::<Vec<_>>()
    );
    for (key, value) in &kept {
        assert!(read(&memory, &again, key).as_ref() == Some(value), "{key}");
    }
}

#[test]
fn carries_kinds_along_that_it_does_not_know() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    let (kind, key) = (Kind(200), "k".to_owned());
    let value = Value::Bytes(b"v".to_vec());
    write(&memory, &mut journal, vec![Change { kind, key, value }]);
    let again = open(&memory);
    assert_eq!(again.read(&memory, kind, "k").unwrap().unwrap(), b"v");
}

#[test]
fn takes_a_file_without_a_header_for_a_new_one() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    write(&memory, &mut journal, vec![put("a", "1")]);
    memory.files.borrow_mut().insert(9, Vec::new());
    let again = open(&memory);
    assert!(!again.is_damaged);
    assert_eq!(read(&memory, &again, "a").unwrap(), b"1");
}

#[test]
fn reads_a_file_by_either_copy_of_its_header() {
    let memory = Memory::default();
    let mut journal = open(&memory);
    write(&memory, &mut journal, vec![put("a", "1")]);
    for at in [0, 64] {
        let memory = memory.clone();
        let file = longest(&memory);
        memory.files.borrow_mut().get_mut(&file).unwrap()[at + 20] ^= 1;
        assert_eq!(read(&memory, &open(&memory), "a").unwrap(), b"1");
    }
}

/// Some transactions of several entries each; what the view is after each, and where each ends.
type History = Vec<(u64, BTreeMap<String, Vec<u8>>)>;

fn history(memory: &Memory, sizes: &[usize]) -> History {
    let mut journal = open(memory);
    let mut view = BTreeMap::new();
    let mut history = vec![(FIRST_ENTRY, view.clone())];
    for (n, size) in sizes.iter().enumerate() {
        let keys = [format!("{}", n % 3), format!("n{n}")];
        let changes = keys.clone().map(|key| put(key, vec![n as u8; *size]));
        write(memory, &mut journal, changes.into());
        view.extend(keys.map(|key| (key, vec![n as u8; *size])));
        let end = memory.files.borrow()[&longest(memory)].len();
        history.push((end as u64, view.clone()));
    }
    history
}

fn view(memory: &Memory, journal: &Journal) -> BTreeMap<String, Vec<u8>> {
    let keys = journal.keys(Kind::DRAFT, "");
    let read = |key: String| read(memory, journal, &key).map(|value| (key, value));
    keys.into_iter().filter_map(read).collect()
}

proptest! {
    /// Cut off anywhere, all that was complete before the cut is there, and nothing else.
    #[test]
    fn loses_nothing_before_a_cut(
        sizes in prop::collection::vec(0..40_000usize, 1..6),
        cut in 0.0..1.0f64,
    ) {
        let memory = Memory::default();
        let history = history(&memory, &sizes);
        let file = longest(&memory);
        let length = history.last().unwrap().0;
        let cut = FIRST_ENTRY + ((length - FIRST_ENTRY) as f64 * cut) as u64;
        memory.files.borrow_mut().get_mut(&file).unwrap().truncate(cut as usize);
        let expected = history.iter().rfind(|(end, _)| *end <= cut).unwrap();
        let mut journal = open(&memory);
        prop_assert_eq!(&view(&memory, &journal), &expected.1);
        prop_assert_eq!(memory.files.borrow()[&file].len() as u64, expected.0, "the tail is cut");
        write(&memory, &mut journal, vec![put("new", "1")]);
        let again = open(&memory);
        prop_assert_eq!(read(&memory, &again, "new").unwrap(), b"1");
        prop_assert!(!again.is_damaged);
    }

    /// Whatever bytes are changed, every transaction before them is there, and so are those after,
    /// unless they are the ones that were changed.
    #[test]
    fn loses_nothing_but_what_was_damaged(
        sizes in prop::collection::vec(0..40_000usize, 1..6),
        at in 0.0..1.0f64,
        noise in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let memory = Memory::default();
        let history = history(&memory, &sizes);
        let file = longest(&memory);
        let length = history.last().unwrap().0;
        let at = FIRST_ENTRY + ((length - FIRST_ENTRY) as f64 * at) as u64;
        {
            let mut files = memory.files.borrow_mut();
            let bytes = files.get_mut(&file).unwrap();
            for (byte, noise) in bytes[at as usize..].iter_mut().zip(&noise) {
                *byte = *noise;
            }
        }
        let before = history.iter().rposition(|(end, _)| *end <= at).unwrap();
        let end = at + noise.len() as u64;
        let after = history.iter().position(|(start, _)| *start >= end).unwrap_or(sizes.len());
        let journal = open(&memory);
        for n in (0..before).chain(after..sizes.len()) {
            let value = read(&memory, &journal, &format!("n{n}"));
            prop_assert_eq!(value, Some(vec![n as u8; sizes[n]]), "{}", n);
        }
        // And nothing that was never written.
        for (key, value) in view(&memory, &journal) {
            prop_assert!(history.iter().any(|(_, view)| view.get(&key) == Some(&value)));
        }
    }

    /// No file is so strange that it ends the program.
    #[test]
    fn opens_any_file(bytes in prop::collection::vec(any::<u8>(), 0..4_000), header in any::<bool>()) {
        let memory = Memory::default();
        drop(open(&memory));
        let file = 0;
        {
            let mut files = memory.files.borrow_mut();
            let kept = files.get_mut(&file).unwrap();
            if header { kept.truncate(FIRST_ENTRY as usize); } else { kept.clear(); }
            kept.extend(bytes);
        }
        let mut journal = open(&memory);
        write(&memory, &mut journal, vec![put("a", "1")]);
        prop_assert_eq!(read(&memory, &open(&memory), "a").unwrap(), b"1");
    }
}
