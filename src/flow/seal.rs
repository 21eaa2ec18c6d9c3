//! Draft → enrollment → packet → store, in one piece and under one lock.

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::Flow;
use crate::clock::ClockClaims;
use crate::draft::{Capture, DraftId};
use crate::error::{DraftError, Result};
use crate::form::{REGIONS_VERSION, code_list, form};
use crate::jws::{self, PublicKey};
use crate::ports::{LockName, Millis, World};
use crate::rekey::{self, Rekey};
use crate::seal::archive::{ENROLLMENT_JSON, Entry, PacketIndex, SealedBy, capture_path};
use crate::seal::manifest::{self, CIPHERTEXT_TYPE, Ciphertext, Counts, Manifest, recipients_hash};
use crate::seal::{PacketWriter, Sealed};
use crate::station::Configuration;
use crate::store::{ChainHead, Commit, Record, STORED_PIECE_BYTES, State};
use crate::validate::{self, Day, Enrollment};

impl<W: World> Flow<W> {
    /// Validates a draft on the day of recording, seals it and stores it. When this returns the
    /// packet is durable, the draft is erased, and the device can read neither any more.
    ///
    /// # Errors
    /// `validate_findings`, `draft_*`, `seal_*`, `store_*`, `station_not_paired`. After an error
    /// the draft is what it was.
    pub async fn seal(&self, id: &DraftId, today: Day) -> Result<Record> {
        let configuration = self.paired().await?;
        let operator = self.session()?;
        let _drafts = self.world.lock(LockName::Drafts).await;
        let _chain = self.world.lock(LockName::Chain).await;
        let draft = self.draft(id).await?;
        let enrollment = validate::parse(&draft, today)?;
        let key = self.world.public_key().await?;
        let after = self.world.chain_head().await?;
        let (seq, prev) = match &after {
            Some(head) if head.dev == key.thumbprint() => (head.seq + 1, head.hash.clone()),
            _ => (1, key.thumbprint().to_owned()),
        };
        let now = self.world.now();
        let before = after.as_ref().map(|head| (head.clock, head.at));
        let clock = self.look_at_clocks().claims(before, self.contact().await?);
        // The key went with a wiped database: this packet is the first by a new one.
        let rekey = match after.as_ref().filter(|head| head.dev != key.thumbprint()) {
            Some(head) => Some(self.introduce(&head.dev, &key, now).await?),
            None => None,
        };
        let enrollment_json = enrollment.to_json();
        let index = PacketIndex {
            v: 1,
            pid: self.make_pid(now),
            dev: key.thumbprint().into(),
            site: configuration.claims().site.clone(),
            seq,
            svc: enrollment.service().as_str().into(),
            form: form(enrollment.service()).version.clone(),
            lists: list_versions(&enrollment),
            regions: REGIONS_VERSION.into(),
            sealed_at: now / 1_000,
            entries: entries(&enrollment, &enrollment_json, &operator.id, now),
            operator: Some(SealedBy {
                id: operator.id,
                name: operator.name,
            }),
        };
        let (sealed, ciphertext) = self
            .write_packet(
                id,
                &configuration,
                &index,
                &enrollment_json,
                enrollment.captures(),
            )
            .await?;
        let mut record = self
            .sign(&configuration, &index, &enrollment, prev, sealed, clock)
            .await?;
        record.rekey = rekey;
        record.sealed_at = now;
        record.subject = match enrollment.nik() {
            Some(nik) => Some(self.subject(nik).await?),
            None => None,
        };
        let head = ChainHead {
            dev: index.dev,
            seq,
            hash: jws::hash(record.manifest.as_bytes()),
            clock,
            at: index.sealed_at,
        };
        let draft = id.clone();
        let record_kept = record.clone();
        self.world
            .commit(Commit {
                after,
                head,
                record,
                ciphertext,
                draft,
            })
            .await?;
        self.count_clocks_anew();
        Ok(record_kept)
    }

    /// Archive and envelope in one pass: a piece of capture comes in, pieces of ciphertext go out
    /// of the module's memory at once.
    async fn write_packet(
        &self,
        id: &DraftId,
        configuration: &Configuration,
        index: &PacketIndex,
        enrollment_json: &[u8],
        captures: &[Capture],
    ) -> Result<(Sealed, Vec<W::Piece>)> {
        let mut pieces = Pieces {
            world: &self.world,
            pieces: Vec::new(),
            open: Vec::new(),
        };
        let mut writer =
            PacketWriter::make(configuration.recipients(), &self.world, index, |bytes| {
                pieces.take(bytes)
            })?;
        let mut entries = index.entries.iter();
        let mut next_entry = || entries.next().expect("there is an entry for everything");
        let entry = next_entry();
        writer.entry(&entry.path, entry.len, entry.at)?;
        writer.push(enrollment_json)?;
        for capture in captures {
            let entry = next_entry();
            writer.entry(&entry.path, entry.len, entry.at)?;
            let mut hash = Sha256::new();
            for n in 0..capture.pieces() {
                let piece = self.read_piece(id, capture.slot, n).await?;
                hash.update(&piece);
                writer.push(&piece)?;
            }
            if Base64UrlUnpadded::encode_string(&hash.finalize()) != capture.sha256 {
                return Err(DraftError::Unreadable.into());
            }
        }
        let sealed = writer.finish()?;
        Ok((sealed, pieces.finish()))
    }

    async fn sign(
        &self,
        configuration: &Configuration,
        index: &PacketIndex,
        enrollment: &Enrollment,
        prev: String,
        sealed: Sealed,
        clock: ClockClaims,
    ) -> Result<Record> {
        let ciphertext_sha256 = Base64UrlUnpadded::encode_string(&sealed.sha_256);
        let claims = Manifest {
            v: 1,
            pid: index.pid.clone(),
            dev: index.dev.clone(),
            site: index.site.clone(),
            seq: index.seq,
            prev,
            ct: Ciphertext {
                sha_256: ciphertext_sha256.clone(),
                len: sealed.len,
                media_type: CIPHERTEXT_TYPE.into(),
            },
            rcp: recipients_hash(configuration.recipients().iter().map(|r| r.as_str())),
            iat: index.sealed_at,
            svc: index.svc.clone(),
            cnt: counts(enrollment.captures()),
            clk: Some(clock),
        };
        let input = jws::signing_input(manifest::TYP, &index.dev, &claims);
        let signature = self.world.sign(input.as_bytes()).await?;
        Ok(Record {
            pid: index.pid.clone(),
            seq: index.seq,
            service: enrollment.service(),
            state: State::Stored,
            manifest: jws::compact(&input, &signature),
            ciphertext_sha256,
            length: sealed.len,
            sealed_at: 0,
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
        })
    }

    /// The statement that a new device key takes the place of the one that is gone.
    async fn introduce(&self, old: &str, new: &PublicKey, now: Millis) -> Result<String> {
        let claims = Rekey::new(&self.rekey_secret()?, old, new, now / 1_000);
        let input = jws::signing_input(rekey::TYP, new.thumbprint(), &claims);
        let signature = self.world.sign(input.as_bytes()).await?;
        Ok(jws::compact(&input, &signature))
    }

    /// UUIDv7: sorts by time, says nothing else.
    fn make_pid(&self, now: Millis) -> String {
        let mut random = [0; 10];
        self.world.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(now, &random)
            .into_uuid()
            .hyphenated()
            .to_string()
    }
}

/// Cuts the stream of ciphertext into pieces of the store's size.
struct Pieces<'a, W: World> {
    world: &'a W,
    pieces: Vec<W::Piece>,
    open: Vec<u8>,
}

impl<W: World> Pieces<'_, W> {
    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = STORED_PIECE_BYTES - self.open.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.extend_from_slice(now);
            bytes = later;
            if self.open.len() == STORED_PIECE_BYTES {
                self.pieces.push(self.world.piece(&self.open));
                self.open.clear();
            }
        }
    }

    fn finish(mut self) -> Vec<W::Piece> {
        if !self.open.is_empty() {
            self.pieces.push(self.world.piece(&self.open));
        }
        self.pieces
    }
}

fn list_versions(enrollment: &Enrollment) -> BTreeMap<String, String> {
    let lists = form(enrollment.service()).lists().filter_map(code_list);
    lists
        .map(|list| (list.name.clone(), list.version.clone()))
        .collect()
}

fn entries(enrollment: &Enrollment, json: &[u8], sealed_by: &str, now: Millis) -> Vec<Entry> {
    let mut entries = vec![Entry {
        path: ENROLLMENT_JSON.into(),
        slot: None,
        media_type: "application/json".into(),
        len: json.len() as u64,
        sha_256: jws::hash(json),
        at: now / 1_000,
        by: Some(sealed_by.into()),
    }];
    entries.extend(enrollment.captures().iter().map(|capture| Entry {
        path: capture_path(capture.slot, &capture.media_type),
        slot: Some(capture.slot),
        media_type: capture.media_type.clone(),
        len: capture.length,
        sha_256: capture.sha256.clone(),
        at: capture.captured_at / 1_000,
        by: capture.by.clone(),
    }));
    entries
}

fn counts(captures: &[Capture]) -> Counts {
    let count = |wanted: fn(&Capture) -> bool| {
        u32::try_from(captures.iter().filter(|capture| wanted(capture)).count())
            .expect("14 at most")
    };
    use crate::form::Slot;
    Counts {
        face: count(|capture| capture.slot == Slot::Face),
        signature: count(|capture| capture.slot == Slot::Signature),
        finger: count(|capture| capture.slot.is_finger()),
        iris: count(|capture| capture.slot.is_iris()),
    }
}
