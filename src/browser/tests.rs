//! The adapters in real browsers: `node tools/test.mjs chromium firefox`.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use base64ct::{Base64, Encoding};
use js_sys::{Array, JSON, Reflect, Uint8Array};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::crypto::BrowserRandom;
use super::database::{CIPHERTEXT, DRAFTS, META, PACKETS};
use super::journal::sleep;
use super::world::Browser;
use crate::clock::ClockClaims;
use crate::draft::{DraftId, PIECE_BYTES};
use crate::error::{DraftError, Error, JwsError, OperatorError, StoreError, UploadError};
use crate::flow::Flow;
use crate::form::{Service, Slot};
use crate::journal::Journaled;
use crate::jws::{self, PublicKey};
use crate::operator::{KeySlots, Operator, PinCost, Role, Secrets};
use crate::ports::{
    DeviceKey, DraftKey, LockName, Locks, Pieces, Random, SignatureCheck, Store, Transport,
    TrustedConfiguration,
};
use crate::station::{self, ConfigurationClaims, Policy};
use crate::store::{ChainHead, Commit, Event, Memo, Record, STORED_PIECE_BYTES, State};
use crate::upload::{Method, Request};
use crate::validate::Day;

#[path = "../../tests/support/contract.rs"]
mod contract;

// Sync access handles exist nowhere else.
wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A station by its name.
struct Station(String);

impl contract::Bench for Station {
    type World = Browser;

    async fn open(&self) -> Browser {
        open(&self.0).await
    }

    async fn close(&self, browser: Browser) {
        browser.close();
    }

    async fn wipe(&self) {
        let factory = idb::Factory::new().unwrap();
        factory.delete(&self.0).unwrap().await.unwrap();
    }

    async fn garble(&self, pid: &str) {
        let browser = open(&self.0).await;
        let transaction = browser.database.strict(&[PACKETS]).unwrap();
        let garbage = Array::of1(&"no record".into());
        transaction.put(PACKETS, &pid.into(), &garbage).unwrap();
        transaction.commit().await.unwrap();
        browser.close();
    }
}

macro_rules! contract {
    ($($case:ident)+) => { $(
        #[wasm_bindgen_test]
        async fn $case() {
            contract::$case(&Station(new_name())).await;
        }
    )+ };
}

contract! {
    keeps_the_configuration_and_the_mark
    replaces_drafts_and_captures
    commits_on_the_chain_head_only
    reads_ciphertext_from_any_offset
    replaces_a_record_at_its_revision_only
    restores_but_not_over_a_later_record
    keeps_files_and_lends_them_to_one_page
    has_everything_again_after_a_wipe
    mends_a_record_that_cannot_be_read
    names_a_record_that_cannot_be_read_and_is_nowhere_else
    takes_over_from_another_page
}

const PIN: &str = "620216";

/// A database of its own for each test.
fn new_name() -> String {
    let mut bytes = [0; 8];
    BrowserRandom.fill(&mut bytes);
    format!("test-{}", jws::hash(&bytes))
}

async fn open(name: &str) -> Browser {
    Browser::open(name).await.unwrap()
}

fn record(pid: &str) -> Record {
    Record {
        pid: pid.into(),
        seq: 1,
        service: Service::KtpFirst,
        state: State::Stored,
        manifest: "e30.e30.".into(),
        ciphertext_sha256: jws::hash(b""),
        length: 0,
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

/// A configuration as a registry signs it, stored as pairing stores it.
async fn configure(browser: &Browser) {
    let (public, _) = signature_of(b"");
    let claims = ConfigurationClaims {
        v: 1,
        site: "62.02.16".into(),
        site_name: "Kecamatan Tualan Hulu".into(),
        endpoint: "http://127.0.0.1:1".into(),
        recipients: vec![
            include_str!("../../tests/support/recipient.txt")
                .trim()
                .into(),
        ],
        keys: vec![public.to_jwk()],
        policy: Policy {
            inactivity_limit_days: 30,
            grace_seconds: 0,
        },
        iat: 1_795_478_000,
        exp: 1_827_014_000,
    };
    let input = jws::signing_input(station::TYP, public.thumbprint(), &claims);
    let (_, signature) = signature_of(input.as_bytes());
    let jws = jws::compact(&input, &signature);
    let kept = TrustedConfiguration {
        jws,
        trusted: vec![public.thumbprint().into()],
    };
    browser.put_configuration(&kept).await.unwrap();
}

#[wasm_bindgen_test]
async fn keeps_the_device_key_over_a_restart_and_signs_with_it() {
    let name = new_name();
    let first = open(&name).await;
    let key = first.public_key().await.unwrap();
    first.close();
    let again = open(&name).await;
    assert_eq!(again.public_key().await.unwrap(), key);
    let input = jws::signing_input("t", key.thumbprint(), &"claims");
    let signature = again.sign(input.as_bytes()).await.unwrap();
    let signed = jws::compact(&input, &signature);
    let claims: Result<String, _> = jws::verify(&signed, "t", &key);
    assert_eq!(claims.as_deref(), Ok("claims"));
    assert_eq!(
        jws::verify_by(&again, &signed, "t", &key).await,
        claims,
        "the browser's check says the same"
    );
}

/// The key whose every secret byte is 7, and what it signs.
fn signature_of(message: &[u8]) -> (PublicKey, [u8; 64]) {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let signature: Signature = key.sign(message);
    let public = PublicKey::from_key(*key.verifying_key());
    (public, signature.to_bytes().into())
}

#[wasm_bindgen_test]
async fn refuses_every_single_bit_flip_of_a_signature_and_its_message() {
    let browser = open(&new_name()).await;
    let message = b"twelve bytes";
    let (key, signature) = signature_of(message);
    assert!(browser.verifies(&key, message, &signature).await);
    for bit in 0..8 * signature.len() {
        let mut changed = signature;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!browser.verifies(&key, message, &changed).await, "{bit}");
    }
    for bit in 0..8 * message.len() {
        let mut changed = *message;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!browser.verifies(&key, &changed, &signature).await, "{bit}");
    }
}

#[wasm_bindgen_test]
async fn believes_no_key_whose_point_is_not_on_the_curve() {
    let browser = open(&new_name()).await;
    let (key, signature) = signature_of(b"message");
    let good = key.to_jwk();
    let mut swapped = good.clone();
    std::mem::swap(&mut swapped.x, &mut swapped.y);
    let (mut zero, mut large) = (good.clone(), good.clone());
    (zero.x, zero.y) = ("A".repeat(43), "A".repeat(43));
    // 2^256 - 1, which is larger than the prime of the field.
    large.x = format!("{}8", "_".repeat(42));
    for jwk in [swapped, zero, large] {
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.clone().on_curve(), Err(JwsError::BadKey));
        assert!(!browser.verifies(&key, b"message", &signature).await);
    }
    let other = SigningKey::from_slice(&[8; 32]).unwrap();
    let other = PublicKey::from_key(*other.verifying_key());
    assert!(!browser.verifies(&other, b"message", &signature).await);
    assert!(browser.verifies(&key, b"message", &signature).await);
}

#[wasm_bindgen_test]
async fn makes_one_device_key_when_two_tabs_ask_first() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    let key = one.public_key().await.unwrap();
    assert_eq!(two.public_key().await.unwrap(), key);
}

#[wasm_bindgen_test]
async fn has_answers_of_the_key_bucket_after_garbage_was_collected() {
    let browser = open(&new_name()).await;
    browser.public_key().await.unwrap();
    // As much as 60 applicants leave: every collector has been there by then.
    for _ in 0..300 {
        drop(Uint8Array::new_with_length(1 << 20));
        sleep(1).await;
    }
    let mut answer = pin!(browser.head_beside_the_key());
    let mut late = pin!(sleep(5_000));
    let answered = poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending => late.as_mut().poll(context).map(|()| false),
    });
    assert!(answered.await);
}

#[wasm_bindgen_test]
async fn binds_what_it_encrypts_to_its_place() {
    let browser = open(&new_name()).await;
    browser.use_draft_key(&[7; 32], &[8; 32]).await.unwrap();
    let sealed = browser.encrypt("draft/a", b"plain").await.unwrap();
    assert!(!sealed.windows(5).any(|window| window == b"plain"));
    assert_eq!(browser.decrypt("draft/a", &sealed).await.unwrap(), b"plain");
    assert_eq!(
        browser.decrypt("draft/b", &sealed).await,
        Err(DraftError::Unreadable)
    );
    assert_eq!(
        browser.decrypt("draft/a", &sealed[..11]).await,
        Err(DraftError::Unreadable)
    );
}

#[wasm_bindgen_test]
async fn reads_ciphertext_across_pieces_from_any_offset() {
    let browser = open(&new_name()).await;
    let bytes: Vec<u8> = (0..2 * STORED_PIECE_BYTES + 100)
        .map(|n| (n % 251) as u8)
        .collect();
    let id = DraftId("draft".into());
    browser.put_draft(&id, vec![1], None).await.unwrap();
    let ciphertext = bytes
        .chunks(STORED_PIECE_BYTES)
        .map(|piece| browser.piece(piece))
        .collect();
    let commit = Commit {
        after: None,
        head: head(1),
        record: record("p"),
        ciphertext,
        draft: id,
    };
    browser.commit(commit).await.unwrap();
    for (offset, length) in [
        (0, 10),
        (STORED_PIECE_BYTES - 1, 2),
        (5, 2 * STORED_PIECE_BYTES),
        (bytes.len() - 1, 9),
    ] {
        let read = browser
            .ciphertext("p", offset as u64, length as u32)
            .await
            .unwrap();
        let end = bytes.len().min(offset + length);
        assert!(read == bytes[offset..end], "{offset} {length}");
    }
    assert!(
        browser
            .ciphertext("p", bytes.len() as u64, 1)
            .await
            .unwrap()
            .is_empty()
    );
}

#[wasm_bindgen_test]
async fn commits_a_packet_only_on_its_chain_head_and_erases_the_draft_with_it() {
    let browser = open(&new_name()).await;
    let id = DraftId("draft".into());
    let commit = |after, seq, pid: &str| Commit {
        after,
        head: head(seq),
        record: record(pid),
        ciphertext: vec![browser.piece(b"ciphertext")],
        draft: id.clone(),
    };
    let face = Some((Slot::Face, vec![browser.piece(b"face")]));
    browser.put_draft(&id, vec![1], face).await.unwrap();
    assert_eq!(
        browser.commit(commit(Some(head(9)), 1, "p")).await,
        Err(StoreError::Conflict)
    );
    assert!(browser.record("p").await.unwrap().is_none());
    assert!(browser.draft(&id).await.unwrap().is_some());

    browser.commit(commit(None, 1, "p")).await.unwrap();
    assert!(browser.draft(&id).await.unwrap().is_none());
    assert!(
        browser
            .capture_piece(&id, Slot::Face, 0)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(browser.chain_head().await.unwrap(), Some(head(1)));
    // The draft is gone: another tab that sealed it too is told so.
    assert_eq!(
        browser.commit(commit(Some(head(1)), 2, "q")).await,
        Err(StoreError::Conflict)
    );
}

#[wasm_bindgen_test]
async fn replaces_a_record_only_at_its_revision_and_erases_in_the_same_commit() {
    let browser = open(&new_name()).await;
    let id = DraftId("draft".into());
    browser.put_draft(&id, vec![1], None).await.unwrap();
    let ciphertext = vec![browser.piece(b"ciphertext")];
    let commit = Commit {
        after: None,
        head: head(1),
        record: record("p"),
        ciphertext,
        draft: id,
    };
    browser.commit(commit).await.unwrap();
    let sending = record("p").after(Event::Begin).unwrap();
    browser.put_record(&sending, false).await.unwrap();
    assert_eq!(
        browser.put_record(&sending, false).await,
        Err(StoreError::Conflict)
    );
    let receipted = sending.after(Event::Receipt).unwrap();
    browser.put_record(&receipted, false).await.unwrap();
    assert_eq!(browser.ciphertext("p", 0, 99).await.unwrap(), b"ciphertext");
    browser
        .put_record(&receipted.after(Event::Purge).unwrap(), true)
        .await
        .unwrap();
    assert!(browser.ciphertext("p", 0, 99).await.unwrap().is_empty());
    assert_eq!(
        browser.record("p").await.unwrap().unwrap().state,
        State::Purged
    );
}

#[wasm_bindgen_test]
async fn lets_one_hold_a_lock_until_it_lets_go() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    let guard = one.try_lock(LockName::Upload).await.unwrap();
    assert!(two.try_lock(LockName::Upload).await.is_none());
    assert!(
        two.try_lock(LockName::Chain).await.is_some(),
        "another lock is free"
    );
    drop(guard);
    two.lock(LockName::Upload).await;
}

/// A station that its first operator has unlocked.
async fn unlocked(browser: Browser) -> Flow<Browser> {
    let operator = Operator {
        id: "o".into(),
        name: "Petugas".into(),
        role: Role::Supervisor,
    };
    let secrets = Secrets::make(&browser);
    let slots = KeySlots::make(&secrets, operator, PIN, None, PinCost::LEAST, &browser).unwrap();
    browser
        .put_memo(Memo::KeySlots, &slots.to_json())
        .await
        .unwrap();
    let flow = Flow::new(browser);
    flow.unlock("o", PIN).await.unwrap();
    flow
}

#[wasm_bindgen_test]
async fn reads_drafts_only_while_an_operator_has_unlocked() {
    let name = new_name();
    let flow = unlocked(open(&name).await).await;
    let draft = flow.create_draft(Service::KtpFirst).await.unwrap();
    flow.lock();
    let locked = Some(Error::Operator(OperatorError::Locked));
    assert_eq!(flow.draft(&draft.id).await.err(), locked);
    let wrong = flow.unlock("o", "111222").await.err();
    assert_eq!(wrong, Some(Error::Operator(OperatorError::PinWrong)));

    let after_reload = Flow::new(open(&name).await);
    assert_eq!(after_reload.drafts().await.err(), locked);
    after_reload.unlock("o", PIN).await.unwrap();
    assert_eq!(after_reload.drafts().await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn keeps_captures_of_several_pieces_and_hands_them_back() {
    let browser = open(&new_name()).await;
    let flow = unlocked(browser).await;
    let draft = flow.create_draft(Service::KtpFirst).await.unwrap();
    let bytes: Vec<u8> = (0..PIECE_BYTES + 1).map(|n| (n % 253) as u8).collect();
    let capture = flow
        .capture(&draft.id, Slot::IrisLeft, "image/jp2", &&bytes[..])
        .await
        .unwrap();
    assert_eq!((capture.pieces(), capture.sha256), (2, jws::hash(&bytes)));
    let mut read = flow.read_piece(&draft.id, Slot::IrisLeft, 0).await.unwrap();
    read.extend(flow.read_piece(&draft.id, Slot::IrisLeft, 1).await.unwrap());
    assert!(read == bytes);
    assert_eq!(flow.drafts().await.unwrap().len(), 1);
    flow.discard(&draft.id).await.unwrap();
    assert!(flow.drafts().await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn seals_a_draft_of_which_nothing_readable_stays() {
    let browser = open(&new_name()).await;
    configure(&browser).await;
    let flow = unlocked(browser).await;
    let mut draft = flow.create_draft(Service::KtpFirst).await.unwrap();
    for slot in Slot::ALL {
        flow.capture(&draft.id, slot, "image/png", &&b"a picture"[..])
            .await
            .unwrap();
    }
    let fields = [
        ("nik", "6202162411050001"),
        ("name", "PEMOHON CONTOH"),
        ("birth_place", "SAMPIT"),
        ("birth_date", "24-11-2005"),
        ("sex", "1"),
        ("blood_type", "13"),
        ("address", "JALAN CONTOH"),
        ("rt", "1"),
        ("rw", "1"),
        ("village", "62.02.16.2001"),
        ("religion", "4"),
        ("marital_status", "1"),
        ("occupation", "9"),
        ("citizenship", "1"),
    ];
    draft.fields = fields.map(|(name, text)| (name.into(), text.into())).into();
    let today = Day::parse_iso("2026-11-24").unwrap();
    flow.save_draft(draft.clone()).await.unwrap();
    let refused = flow.seal(&draft.id, today).await.unwrap_err();
    assert_eq!(
        refused.code(),
        "validate_findings",
        "the photo is not approved"
    );
    draft.photo_approved = true;
    draft.attachments = vec!["family_card".into()];
    flow.save_draft(draft.clone()).await.unwrap();

    let record = flow.seal(&draft.id, today).await.unwrap();
    assert_eq!((record.seq, record.state), (1, State::Stored));
    assert_eq!(
        flow.draft(&draft.id).await.err(),
        Some(Error::Draft(DraftError::Unknown))
    );
    let ciphertext = flow
        .world()
        .ciphertext(&record.pid, 0, record.length as u32)
        .await
        .unwrap();
    assert_eq!(ciphertext.len() as u64, record.length);
    assert_eq!(jws::hash(&ciphertext), record.ciphertext_sha256);
    assert!(ciphertext.starts_with(b"age-encryption.org/v1\n-> mlkem768x25519 "));
    assert!(
        !ciphertext
            .windows(14)
            .any(|window| window == b"PEMOHON CONTOH")
    );
}

#[wasm_bindgen_test]
async fn tells_silence_from_having_no_network() {
    let browser = open(&new_name()).await;
    let request = Request {
        method: Method::Get,
        url: "http://127.0.0.1:1/".into(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap();
    let silence = match Reflect::get(&navigator, &"onLine".into())
        .unwrap()
        .as_bool()
    {
        Some(false) => UploadError::Offline,
        _ => UploadError::Unreachable,
    };
    assert_eq!(browser.send(request).await.err(), Some(silence));
}

/// A database as version 0.1 left it before there was a journal.
#[wasm_bindgen_test]
async fn takes_a_database_from_before_the_journal_into_the_journal() {
    use super::database::{CAPTURES, CIPHERTEXT, DRAFTS, META, PACKETS};
    use contract::Bench;

    let station = Station(new_name());
    let browser = station.open().await;
    let data = b"ciphertext".to_vec();
    let stored = Record {
        manifest: jws::compact(
            &jws::signing_input(crate::seal::manifest::TYP, "dev", &()),
            &[0; 64],
        ),
        ciphertext_sha256: jws::hash(&data),
        length: data.len() as u64,
        ..record("p")
    };
    let transaction = browser
        .database
        .strict(&[META, PACKETS, CIPHERTEXT, DRAFTS, CAPTURES])
        .unwrap();
    let text = |text: &str| JsValue::from(text);
    let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    let put = |store, key: JsValue, value: JsValue| transaction.put(store, &key, &value).unwrap();
    put(
        META,
        text("chain_head"),
        serde_wasm_bindgen::to_value(&head(1)).unwrap(),
    );
    put(
        PACKETS,
        text("p"),
        serde_wasm_bindgen::to_value(&stored).unwrap(),
    );
    put(
        CIPHERTEXT,
        Array::of2(&text("p"), &0.into()).into(),
        bytes(&data),
    );
    put(DRAFTS, text("d"), bytes(&[1, 2]));
    let piece = Array::of3(&text("d"), &text("face"), &0.into());
    put(CAPTURES, piece.into(), bytes(&[3]));
    transaction.commit().await.unwrap();

    let journaled = Journaled::open(browser, false).await.unwrap();
    station.close(journaled.into_world()).await;
    station.wipe().await;
    let again = Journaled::open(station.open().await, false).await.unwrap();
    assert_eq!(again.records().await, Ok(vec![stored]));
    assert_eq!(again.ciphertext("p", 0, 99).await.unwrap(), data);
    assert_eq!(again.chain_head().await, Ok(Some(head(1))));
    let id = DraftId("d".into());
    assert_eq!(again.draft(&id).await, Ok(Some(vec![1, 2])));
    assert_eq!(
        again.capture_piece(&id, Slot::Face, 0).await,
        Ok(Some(vec![3]))
    );
    station.close(again.into_world()).await;
}

#[wasm_bindgen_test]
async fn takes_the_journal_from_a_tab_that_has_it() {
    let name = new_name();
    let first = Journaled::open(open(&name).await, false).await.unwrap();
    let over = first.world().taken_over();
    let id = DraftId("draft".into());
    first.put_draft(&id, vec![1], None).await.unwrap();
    let first = std::rc::Rc::new(first);
    let watched = first.clone();
    wasm_bindgen_futures::spawn_local(async move {
        assert!(over.await, "it was stolen, not let go");
        watched.surrender().await;
    });
    let second = Journaled::open(open(&name).await, true).await.unwrap();
    assert_eq!(second.draft(&id).await, Ok(Some(vec![1])));
    assert_eq!(
        first.put_draft(&id, vec![2], None).await,
        Err(StoreError::InUse),
        "it does not go on beside the journal"
    );
}

/// Puts the database that a version left into a new one: entries of stores as JSON, bytes in base64.
async fn put_back(name: &str, dump: &str) {
    let stores = Reflect::get(&JSON::parse(dump).unwrap(), &"stores".into()).unwrap();
    let browser = open(name).await;
    for store in [META, DRAFTS, PACKETS, CIPHERTEXT] {
        let transaction = browser.database.strict(&[store]).unwrap();
        let entries = Array::from(&Reflect::get(&stores, &store.into()).unwrap());
        assert!(entries.length() > 0, "{store}");
        for entry in entries.iter().map(|entry| Array::from(&entry)) {
            let value = entry.get(1);
            let bytes = Reflect::get(&value, &"$bytes".into()).ok();
            let bytes = bytes.and_then(|bytes| bytes.as_string());
            let bytes = bytes.map(|bytes| Base64::decode_vec(&bytes).unwrap());
            let value = bytes.map_or(value, |bytes| Uint8Array::from(&bytes[..]).into());
            transaction.put(store, &entry.get(0), &value).unwrap();
        }
        transaction.commit().await.unwrap();
    }
    browser.close();
}

/// Made by the app of version 0.1: paired, one packet sealed, one draft begun.
#[wasm_bindgen_test]
async fn opens_a_database_of_version_0_1() {
    let name = new_name();
    put_back(
        &name,
        include_str!("../../tests/fixtures/database-0.1.json"),
    )
    .await;
    let flow = Flow::new(open(&name).await);
    let [record] = &flow.records().await.unwrap()[..] else {
        panic!("one packet was sealed")
    };
    assert_eq!((record.seq, record.state), (1, State::Stored));
    let length = u32::try_from(record.length).unwrap();
    let ciphertext = flow
        .world()
        .ciphertext(&record.pid, 0, length)
        .await
        .unwrap();
    assert_eq!(jws::hash(&ciphertext), record.ciphertext_sha256);
    let head = flow.world().chain_head().await.unwrap().unwrap();
    assert_eq!(head.hash, jws::hash(record.manifest.as_bytes()));
    let configuration = flow.configuration().await.unwrap().unwrap();
    assert_eq!(configuration.claims().site, "62.02.16");

    let operators = flow.lock_screen().await.unwrap().operators;
    flow.unlock(operators[0].id(), PIN).await.unwrap();
    let [draft] = &flow.drafts().await.unwrap()[..] else {
        panic!("one draft was begun")
    };
    assert!(draft.fields.values().any(|value| value == "DRAF CONTOH"));
    flow.into_world().close();
}
