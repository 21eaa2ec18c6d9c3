//! The journal as a whole: which files there are, what is alive in them, where the next change goes.

use std::collections::BTreeMap;

use super::entry::{self, HEAD_BYTES, Head, Kind, LONGEST_BYTES};
use super::segment::{self, FIRST_ENTRY, Id, Segment};
use crate::error::StoreError;
use crate::ports::{Clock, Millis, Pieces, Random, Segments};

/// How old a file must be before its name is surely on the disk. In Chromium a file that was made
/// 15 s before the cut was gone with all that had been flushed into it, one of 38 s stayed.
pub const AGED_MILLIS: Millis = 60_000;
/// A segment that has grown this far gives way to the next: some 20 packets of 300 KB.
pub const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;
/// Files that lie ready, so that an old one is there when the one in use is full.
const FREE_SEGMENTS: usize = 2;
/// What the files may take beyond one and a half times what is alive in them.
const SLACK_BYTES: u64 = 3 * SEGMENT_BYTES;
/// What is copied at most at a time to forget a draft: a save waits for it.
const MOST_COPIED_BYTES: u64 = 2 * SEGMENT_BYTES;

/// A change of one key.
pub(super) struct Change<P> {
    pub(super) kind: Kind,
    pub(super) key: String,
    pub(super) value: Value<P>,
}

/// What becomes of a key.
pub(super) enum Value<P> {
    /// Bytes in the module's memory.
    Bytes(Vec<u8>),
    /// A piece outside of it.
    Piece(P),
    /// It goes, and every key that begins with it.
    Gone,
}

/// Where a value lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: u32,
    at: u64,
    size: u64,
}

/// Changes that are on the disk and not in the view yet.
pub(super) struct Written {
    file: u32,
    from: u64,
    end: u64,
    changes: Vec<(Kind, String, Option<Place>)>,
}

/// The journal of one station.
pub(super) struct Journal {
    pub(super) id: Id,
    /// By sequence number, the free ones first; the last is the one in use.
    segments: Vec<Segment>,
    alive: BTreeMap<String, Place>,
    transaction: u64,
    /// Something that was whole once cannot be read: what the database has is not older then.
    pub(super) is_damaged: bool,
    /// A write could not be undone: what is on the disk and what was said differ until the next start.
    is_broken: bool,
}

impl Journal {
    /// Reads the files, replays what is in them, cuts a torn tail off and makes the first files
    /// where there are none.
    pub(super) async fn open<W>(world: &W, files: Vec<(u32, u64)>) -> Result<Self, StoreError>
    where
        W: Segments + Clock + Random,
    {
        let mut journal = Self {
            id: [0; 16],
            segments: Vec::new(),
            alive: BTreeMap::new(),
            transaction: 0,
            is_damaged: false,
            is_broken: false,
        };
        world.fill(&mut journal.id);
        let mut unreadable = Vec::new();
        for &(file, length) in &files {
            let header = world.read_segment(file, 0, FIRST_ENTRY as u32)?;
            match Segment::parse(file, &header) {
                Some((mut segment, id)) => {
                    journal.id = id;
                    segment.created_at = segment.created_at.min(world.now());
                    let sequence = segment.sequence;
                    let at = journal
                        .segments
                        .partition_point(|one| one.sequence <= sequence);
                    journal.segments.insert(at, segment);
                }
                // Made, and cut off before its header was down; or damaged.
                None => {
                    journal.is_damaged |= length > FIRST_ENTRY;
                    unreadable.push(file);
                }
            }
        }
        for file in unreadable {
            let fresh = journal.fresh(file, world.now());
            journal.write_header(world, &fresh)?;
            journal.segments.insert(0, fresh);
        }
        for n in 0..journal.segments.len() {
            journal.replay(world, n, &files)?;
        }
        // Where there is no room for one more file, those that are there go on.
        let prepared = journal.prepare(world).await;
        match journal.segments.last() {
            None => return Err(prepared.err().unwrap_or(StoreError::Unavailable)),
            Some(last) if last.sequence == 0 => journal.activate(world, true)?,
            Some(_) => {}
        }
        Ok(journal)
    }

    fn replay(
        &mut self,
        world: &impl Segments,
        n: usize,
        files: &[(u32, u64)],
    ) -> Result<(), StoreError> {
        let segment = self.segments[n].clone();
        let length = files.iter().find(|(file, _)| *file == segment.file);
        let length = length.map_or(FIRST_ENTRY, |(_, length)| *length);
        if segment.sequence == 0 {
            return Ok(());
        }
        let is_last = n + 1 == self.segments.len();
        let mut found = Vec::new();
        let scan = segment::scan(world, &segment, length, is_last, |transaction| {
            found.extend(transaction);
        })?;
        self.is_damaged |= scan.damaged > 0 || (scan.torn > 0 && !is_last);
        self.segments[n].end = scan.end;
        if scan.torn > 0 && is_last {
            world.truncate_segment(segment.file, scan.end)?;
            world.flush_segment(segment.file)?;
        }
        for entry in found {
            self.transaction = self.transaction.max(entry.head.transaction);
            let place = (!entry.head.erases()).then_some(Place {
                file: segment.file,
                at: entry.at,
                size: entry.head.size(),
            });
            self.change(entry.head.kind, &entry.key, place);
        }
        Ok(())
    }

    /// Writes changes as one transaction and flushes it. After an error nothing of it is there.
    pub(super) fn append<W>(
        &mut self,
        world: &W,
        changes: Vec<Change<W::Piece>>,
    ) -> Result<Written, StoreError>
    where
        W: Segments + Pieces + Clock,
    {
        if self.is_broken {
            return Err(StoreError::WriteFailed);
        }
        if self.in_use().end >= SEGMENT_BYTES {
            self.activate(world, false)?;
        }
        let segment = self.in_use().clone();
        let mut written = Written {
            file: segment.file,
            from: segment.end,
            end: segment.end,
            changes: Vec::with_capacity(changes.len()),
        };
        let result = self.write(world, &segment, changes, &mut written);
        match result {
            Ok(()) => Ok(written),
            Err(error) => {
                self.undo(world, written)?;
                Err(error)
            }
        }
    }

    fn write<W: Segments + Pieces>(
        &self,
        world: &W,
        segment: &Segment,
        changes: Vec<Change<W::Piece>>,
        written: &mut Written,
    ) -> Result<(), StoreError> {
        let count = changes.len();
        for (n, change) in changes.into_iter().enumerate() {
            let (value, erases) = match change.value {
                Value::Bytes(bytes) => (bytes, false),
                Value::Piece(piece) => (world.piece_bytes(&piece), false),
                Value::Gone => (Vec::new(), true),
            };
            if change.key.len() + value.len() > LONGEST_BYTES {
                return Err(StoreError::WriteFailed);
            }
            let marks = (n == 0, n + 1 == count, erases);
            let number = self.transaction + 1;
            let kind = change.kind;
            let bytes = entry::write(segment.sequence, number, kind, marks, &change.key, &value);
            world.write_segment(segment.file, written.end, &bytes)?;
            let size = bytes.len() as u64;
            let place = (!erases).then_some(Place {
                file: segment.file,
                at: written.end,
                size,
            });
            written.changes.push((kind, change.key, place));
            written.end += size;
        }
        world.flush_segment(segment.file)
    }

    /// Takes what was written into the view.
    pub(super) fn apply(&mut self, written: Written) {
        if written.changes.is_empty() {
            return;
        }
        self.transaction += 1;
        let end = written.end;
        if let Some(segment) = self.segment(written.file) {
            segment.end = end;
        }
        for (kind, key, place) in written.changes {
            self.change(kind, &key, place);
        }
    }

    /// Takes back what was written and not applied.
    pub(super) fn undo(
        &mut self,
        world: &impl Segments,
        written: Written,
    ) -> Result<(), StoreError> {
        let undone = world.truncate_segment(written.file, written.from);
        let result = undone.and_then(|()| world.flush_segment(written.file));
        self.is_broken |= result.is_err();
        result
    }

    /// A value, verified against its hash.
    pub(super) fn read(
        &self,
        world: &impl Segments,
        kind: Kind,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.alive.get(&full(kind, key)) {
            Some(place) => self.read_at(world, *place).map(Some),
            None => Ok(None),
        }
    }

    fn read_at(&self, world: &impl Segments, place: Place) -> Result<Vec<u8>, StoreError> {
        let size = u32::try_from(place.size).expect("entries are short");
        let mut bytes = world.read_segment(place.file, place.at, size)?;
        let sequence = self.sequence(place.file);
        let head = Head::parse(&bytes).ok_or(StoreError::Corrupt)?;
        if !head.matches(sequence, &bytes[HEAD_BYTES..]) {
            return Err(StoreError::Corrupt);
        }
        bytes.drain(..HEAD_BYTES + head.key_bytes());
        Ok(bytes)
    }

    /// The keys of a kind that begin with `prefix`.
    pub(super) fn keys(&self, kind: Kind, prefix: &str) -> Vec<String> {
        let prefix = full(kind, prefix);
        let mark = char::from(kind.0).len_utf8();
        let from = self.alive.range(prefix.clone()..);
        from.map(|(key, _)| key)
            .take_while(|key| key.starts_with(&prefix))
            .map(|key| key[mark..].to_owned())
            .collect()
    }

    /// When the segment in use is old enough to be there after a power cut, in milliseconds from now.
    pub(super) fn safe_in(&self, now: Millis) -> Millis {
        AGED_MILLIS.saturating_sub(now.saturating_sub(self.in_use().created_at))
    }

    /// Whether a file should be made ahead of its use.
    pub(super) fn is_short_of_files(&self) -> bool {
        self.free_files() < FREE_SEGMENTS
    }

    fn free_files(&self) -> usize {
        self.segments.iter().filter(|one| one.sequence == 0).count()
    }

    /// The change by which all that is dead now leaves the files, as soon as they can be emptied.
    pub(super) fn forget<P>(&self) -> Change<P> {
        let last = self.in_use().sequence.to_le_bytes();
        Change {
            kind: Kind::FORGET,
            key: String::new(),
            value: Value::Bytes(last.to_vec()),
        }
    }

    /// The last segment that is to be emptied; 0 when none is.
    fn forgotten(&self, world: &impl Segments) -> u64 {
        let kept = self.read(world, Kind::FORGET, "").ok().flatten();
        let last = kept.and_then(|kept| kept.try_into().ok());
        last.map_or(0, u64::from_le_bytes)
    }

    /// Makes files ahead of their use, gives room back, and moves what little is alive in the oldest
    /// segment when too much is dead: at most one segment at a time, so that no save waits long; more
    /// where a draft is to be forgotten.
    pub(super) async fn tidy<W>(&mut self, world: &W) -> Result<(), StoreError>
    where
        W: Segments + Pieces + Clock,
    {
        let forgotten = self.forgotten(world);
        if self.in_use().sequence <= forgotten {
            self.activate(world, false)?;
        }
        let mut copied = 0;
        loop {
            let used = self.segments.iter().filter(|one| one.sequence != 0);
            let (mut total, mut live, mut count) = (0, 0, 0);
            for segment in used.clone() {
                (total, live, count) = (total + segment.end, live + segment.live, count + 1);
            }
            let Some(oldest) = used.min_by_key(|one| one.sequence).cloned() else {
                break;
            };
            if forgotten > 0 && oldest.sequence > forgotten {
                let done = Change {
                    kind: Kind::FORGET,
                    key: String::new(),
                    value: Value::Gone,
                };
                let written = self.append(world, vec![done])?;
                self.apply(written);
                break;
            }
            let is_unwanted = oldest.sequence <= forgotten && copied < MOST_COPIED_BYTES;
            let is_worth_it = oldest.live == 0 || total > live + live / 2 + SLACK_BYTES;
            if count < 2 || !(is_unwanted || is_worth_it) {
                break;
            }
            copied += oldest.live;
            let was_dead = oldest.live == 0;
            self.free(world, oldest)?;
            if !was_dead && !is_unwanted {
                break;
            }
        }
        self.prepare(world).await
    }

    /// Copies what is alive in the oldest segment to the end of the journal, then empties it.
    /// Only the oldest: an erasure in it can have nothing left to erase in an older one.
    fn free<W>(&mut self, world: &W, segment: Segment) -> Result<(), StoreError>
    where
        W: Segments + Pieces + Clock,
    {
        let wanted = self.alive.iter().filter(|(_, at)| at.file == segment.file);
        let wanted: Vec<_> = wanted.map(|(key, place)| (key.clone(), *place)).collect();
        for (full, place) in wanted {
            match self.read_at(world, place) {
                Ok(bytes) => {
                    let (kind, key) = split(&full);
                    let value = Value::Bytes(bytes);
                    let change = Change { kind, key, value };
                    let written = self.append(world, vec![change])?;
                    self.apply(written);
                }
                // Nobody can read it here any more; the next start takes it from the database.
                Err(StoreError::Corrupt) => {
                    self.is_damaged = true;
                    self.alive.remove(&full);
                }
                Err(error) => return Err(error),
            }
        }
        let free = Segment {
            sequence: 0,
            end: FIRST_ENTRY,
            live: 0,
            ..segment
        };
        world.truncate_segment(free.file, FIRST_ENTRY)?;
        self.write_header(world, &free)?;
        self.segments.retain(|one| one.file != free.file);
        self.segments.insert(0, free);
        Ok(())
    }

    /// Makes files until enough lie ready. No save fails for one that will be needed much later.
    pub(super) async fn prepare<W: Segments + Clock>(
        &mut self,
        world: &W,
    ) -> Result<(), StoreError> {
        let in_use = self.segments.iter().any(|segment| segment.sequence != 0);
        let wanted = FREE_SEGMENTS + usize::from(!in_use);
        while self.free_files() < wanted {
            let file = self.segments.iter().map(|one| one.file + 1).max();
            let segment = self.fresh(file.unwrap_or(0), world.now());
            world.create_segment(segment.file).await?;
            self.write_header(world, &segment)?;
            self.segments.insert(0, segment);
        }
        Ok(())
    }

    /// Begins the oldest of the free files. While none is old enough the one in use grows on, unless
    /// `must` says that there is none.
    fn activate<W: Segments + Clock>(&mut self, world: &W, must: bool) -> Result<(), StoreError> {
        let now = world.now();
        let free = self.segments.iter().enumerate();
        let free = free.filter(|(_, one)| {
            one.sequence == 0 && (must || now.saturating_sub(one.created_at) >= AGED_MILLIS)
        });
        let Some((n, _)) = free.min_by_key(|(_, one)| one.created_at) else {
            return Ok(());
        };
        let mut segment = self.segments[n].clone();
        segment.sequence = self.in_use().sequence + 1;
        self.write_header(world, &segment)?;
        self.segments.remove(n);
        self.segments.push(segment);
        Ok(())
    }

    fn write_header(&self, world: &impl Segments, segment: &Segment) -> Result<(), StoreError> {
        let header = segment.header(&self.id);
        world.write_segment(segment.file, 0, &header)?;
        world.flush_segment(segment.file)
    }

    fn fresh(&self, file: u32, now: Millis) -> Segment {
        Segment {
            file,
            created_at: now,
            sequence: 0,
            end: FIRST_ENTRY,
            live: 0,
        }
    }

    fn change(&mut self, kind: Kind, key: &str, place: Option<Place>) {
        match place {
            Some(place) => {
                self.account(place.file, place.size as i64);
                if let Some(before) = self.alive.insert(full(kind, key), place) {
                    self.account(before.file, -(before.size as i64));
                }
            }
            None => {
                for key in self.keys(kind, key) {
                    if let Some(before) = self.alive.remove(&full(kind, &key)) {
                        self.account(before.file, -(before.size as i64));
                    }
                }
            }
        }
    }

    fn account(&mut self, file: u32, more: i64) {
        if let Some(segment) = self.segment(file) {
            segment.live = segment.live.saturating_add_signed(more);
        }
    }

    fn segment(&mut self, file: u32) -> Option<&mut Segment> {
        self.segments.iter_mut().find(|one| one.file == file)
    }

    fn sequence(&self, file: u32) -> u64 {
        let segment = self.segments.iter().find(|one| one.file == file);
        segment.map_or(0, |one| one.sequence)
    }

    fn in_use(&self) -> &Segment {
        self.segments.last().expect("files were made at the start")
    }

    /// Bytes of all files, and how many there are.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn size(&self) -> (u64, usize) {
        let total = self.segments.iter().map(|one| one.end).sum();
        (total, self.segments.len())
    }
}

/// Kind and key in one.
fn full(kind: Kind, key: &str) -> String {
    let mut full = String::from(char::from(kind.0));
    full.push_str(key);
    full
}

fn split(full: &str) -> (Kind, String) {
    let mut key = full.chars();
    let kind = key.next().and_then(|kind| u8::try_from(kind).ok());
    (Kind(kind.unwrap_or(0)), key.as_str().into())
}
