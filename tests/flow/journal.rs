//! The store kept twice: the power goes at every call, the database comes back wiped, old or in
//! part, and the page that opens next has everything that was acknowledged.

use rekam::draft::DraftId;
use rekam::error::{Result, StoreError};
use rekam::flow::Flow;
use rekam::form::Slot;
use rekam::journal::{AGED_MILLIS, Durability, Journaled, Readiness};
use rekam::store::State;

use crate::support::applicant::Applicant;
use crate::support::disk::Disk;
use crate::support::executor::{settle, until_crash};
use crate::support::invariants::{self, arrived, nothing_is_readable};
use crate::support::tablet::{Tablet, first};
use crate::support::world::{Fault, World};
use crate::support::{Dice, today};

/// A page that has the journal.
type Worker = Flow<Journaled<World>>;

/// What the database is like when the power is back. The journal has lost what was not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aftermath {
    /// As it was when the page was killed.
    Whole,
    /// A new one.
    Wiped,
    /// As it was before the step.
    Old,
    /// Some of it.
    Partial,
}

/// What is tried after which fault. Being killed before a call is nearly the same as being killed
/// after the one before.
fn aftermaths(fault: Fault) -> &'static [Aftermath] {
    match fault {
        Fault::CrashBefore => &[Aftermath::Whole],
        Fault::CrashAfter => &[Aftermath::Wiped, Aftermath::Old, Aftermath::Partial],
        Fault::Fail => &[Aftermath::Wiped],
    }
}

/// A paired tablet whose journal is old enough.
fn aged() -> Tablet {
    let tablet = Tablet::new();
    let link = tablet.network.registry.borrow().link();
    settle(tablet.worker().pair(&link, &first())).expect("the link is good");
    tablet.wait(AGED_MILLIS);
    tablet
}

fn cut(tablet: &Tablet, before: &Disk, aftermath: Aftermath, dice: &mut Dice) {
    tablet.cut(dice);
    let mut disk = tablet.disk.borrow_mut();
    match aftermath {
        Aftermath::Whole => {}
        Aftermath::Wiped => disk.wipe(),
        Aftermath::Old => disk.roll_back(before),
        Aftermath::Partial => disk.lose_some(dice),
    }
}

/// Takes `step` once for every call of a port that it makes, with every fault and every aftermath,
/// starts again and hands the tablet to `then`, with what the step said if it lived.
fn at_every_call<T>(
    start: &Tablet,
    step: impl AsyncFn(&Worker) -> Result<T>,
    then: impl Fn(&Tablet, &Option<Result<T>>),
) -> u32 {
    let before = start.disk.borrow().clone();
    let mut calls = 0;
    for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::Fail] {
        for n in 1.. {
            let mut is_over = false;
            for &aftermath in aftermaths(fault) {
                let tablet = start.copy();
                let worker = tablet.worker();
                worker.world().world().plan(n, fault);
                let outcome = until_crash(worker.world().world(), step(&worker));
                is_over = !worker.world().world().fault_happened();
                assert_eq!(
                    outcome.is_none(),
                    !is_over && fault != Fault::Fail,
                    "{fault:?} at {n}"
                );
                drop(worker);
                let mut dice = Dice::new(u64::from(n));
                cut(&tablet, &before, aftermath, &mut dice);
                let worker = tablet.worker();
                let durability = settle(worker.world().durability());
                let context = format!("{fault:?} at {n}, {aftermath:?}");
                assert_eq!(durability, ready(), "{context}");
                drop(worker);
                invariants::check(&tablet);
                then(&tablet, &outcome);
            }
            if is_over {
                calls = n - 1;
                break;
            }
        }
    }
    calls
}

fn ready() -> Durability {
    Durability {
        journal: Readiness::Ready,
        safe_in_millis: None,
        lost: Vec::new(),
    }
}

fn record(tablet: &Tablet, applicant: &Applicant) -> DraftId {
    settle(applicant.record(&tablet.worker())).expect("nothing fails")
}

fn seal(tablet: &Tablet, applicant: &Applicant) -> String {
    let id = record(tablet, applicant);
    settle(tablet.worker().seal(&id, today())).unwrap().pid
}

/// Seals what is still a draft, sends everything, and looks whether it arrived once.
fn go_on(tablet: &Tablet, applicant: &Applicant, id: &DraftId) {
    let kept = tablet.disk.borrow().records.first().cloned();
    let kept = kept.unwrap_or_else(|| settle(tablet.worker().seal(id, today())).unwrap());
    assert!(tablet.disk.borrow().drafts.is_empty());
    invariants::check(tablet);
    tablet.deliver();
    arrived(tablet, &[(applicant, &kept.pid)]);
    assert_eq!(tablet.kept(&kept.pid).state, State::Purged);
}

#[test]
fn keeps_a_capture_that_was_acknowledged_wherever_the_power_goes() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let id = record(&tablet, &applicant);
    let (_, media_type, new) = &applicant.captures[0];
    let old = vec![9; 60_000];
    settle(
        tablet
            .worker()
            .capture(&id, Slot::Face, media_type, &&old[..]),
    )
    .unwrap();

    let step = async |page: &Worker| page.capture(&id, Slot::Face, media_type, &&new[..]).await;
    let calls = at_every_call(&tablet, step, |tablet, outcome| {
        let kept = settle(tablet.page().draft(&id)).unwrap();
        let capture = kept.capture(Slot::Face).unwrap();
        assert!(capture.length == 60_000 || capture.length == new.len() as u64);
        if let Some(Ok(acknowledged)) = outcome {
            assert_eq!(capture, acknowledged);
        }
        let worker = tablet.worker();
        settle(worker.capture(&id, Slot::Face, media_type, &&new[..])).unwrap();
        settle(applicant.approve(&worker, &id)).unwrap();
        drop(worker);
        go_on(tablet, &applicant, &id);
    });
    // As without a journal, and five entries and a flush.
    assert_eq!(calls, 8 + 6);
}

#[test]
fn keeps_a_save_that_was_acknowledged_wherever_the_power_goes() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let id = record(&tablet, &applicant);
    let before = settle(tablet.page().draft(&id)).unwrap();
    let mut edited = before.clone();
    edited.fields.insert("rt".into(), "9".into());
    let step = async |page: &Worker| page.save_draft(edited.clone()).await;
    at_every_call(&tablet, step, |tablet, outcome| {
        let kept = settle(tablet.page().draft(&id)).unwrap();
        assert!(kept.fields == before.fields || kept.fields == edited.fields);
        assert!(!matches!(outcome, Some(Ok(_))) || kept.fields == edited.fields);
        go_on(tablet, &applicant, &id);
    });
}

#[test]
fn leaves_a_draft_or_a_packet_wherever_the_power_goes() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let id = record(&tablet, &applicant);
    let step = async |page: &Worker| page.seal(&id, today()).await;
    at_every_call(&tablet, step, |tablet, outcome| {
        let (drafts, records) = {
            let disk = tablet.disk.borrow();
            (disk.drafts.len(), disk.records.clone())
        };
        assert_eq!(drafts + records.len(), 1, "one of them, never both or none");
        match outcome {
            Some(Ok(acknowledged)) => assert_eq!(records, std::slice::from_ref(acknowledged)),
            Some(Err(_)) => assert_eq!(drafts, 1, "after an error the draft is what it was"),
            None => {}
        }
        go_on(tablet, &applicant, &id);
    });
}

#[test]
fn discards_a_draft_or_keeps_it_whole_wherever_the_power_goes() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let id = record(&tablet, &applicant);
    let step = async |page: &Worker| page.discard(&id).await;
    at_every_call(&tablet, step, |tablet, outcome| {
        if matches!(outcome, Some(Ok(()))) {
            assert!(
                tablet.disk.borrow().drafts.is_empty(),
                "it does not come back"
            );
        }
    });
}

#[test]
fn loses_no_packet_wherever_the_power_goes_while_the_worker_sends() {
    let tablet = aged();
    let applicants = [Applicant::full(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| seal(&tablet, &applicants[n]));
    let step = async |page: &Worker| page.sync().await;
    at_every_call(&tablet, step, |tablet, _| {
        tablet.deliver();
        arrived(
            tablet,
            &[(&applicants[0], &pids[0]), (&applicants[1], &pids[1])],
        );
        assert!(
            pids.iter()
                .all(|pid| tablet.kept(pid).state == State::Purged)
        );
        invariants::check(tablet);
    });
}

/// Opens a worker that is killed at its `n`th call; whether it was.
fn killed_while_opening(tablet: &Tablet, n: u32, fault: Fault) -> bool {
    let ports = tablet.ports();
    ports.plan(n, fault);
    // The ports go with the page, so what becomes of it is asked of another that shares the plan.
    let plan = ports.fate();
    let opened = crate::support::executor::settle_or_dead(&plan, Journaled::open(ports, false));
    opened.is_none() || plan.happened()
}

#[test]
fn opens_in_the_end_wherever_the_power_goes_while_it_opens() {
    let tablet = aged();
    let applicants = [Applicant::full(0), Applicant::slim(1)];
    let pid = seal(&tablet, &applicants[0]);
    let id = record(&tablet, &applicants[1]);
    let whole = tablet.disk.borrow().clone();
    for aftermath in [Aftermath::Wiped, Aftermath::Partial] {
        for n in 1.. {
            let tablet = tablet.copy();
            cut(&tablet, &whole, aftermath, &mut Dice::new(n.into()));
            let was_killed = killed_while_opening(&tablet, n, Fault::CrashAfter);
            // And once more, before it had time to mend anything.
            cut(&tablet, &whole, aftermath, &mut Dice::new(u64::from(n) + 1));
            assert_eq!(settle(tablet.worker().world().durability()), ready());
            invariants::check(&tablet);
            assert!(
                tablet.disk.borrow().drafts.contains_key(&id),
                "{aftermath:?} {n}"
            );
            assert_eq!(tablet.kept(&pid).state, State::Stored);
            if !was_killed {
                break;
            }
        }
    }
}

#[test]
fn takes_the_database_of_a_version_without_a_journal_wherever_the_power_goes() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::full(0), Applicant::slim(1), Applicant::slim(2)];
    let sent = tablet.seal(&applicants[0]).pid;
    tablet.deliver();
    let pid = tablet.seal(&applicants[1]).pid;
    let id = tablet.record(&applicants[2]);
    for n in 1.. {
        let tablet = tablet.copy();
        let was_killed = killed_while_opening(&tablet, n, Fault::CrashAfter);
        tablet.cut(&mut Dice::new(n.into()));
        drop(tablet.worker());
        invariants::check(&tablet);
        tablet.wait(AGED_MILLIS);
        tablet.cut(&mut Dice::new(n.into()));
        tablet.disk.borrow_mut().wipe();
        drop(tablet.worker());
        invariants::check(&tablet);
        assert_eq!(tablet.kept(&sent).state, State::Purged);
        assert_eq!(tablet.kept(&pid).state, State::Stored);
        assert!(tablet.disk.borrow().drafts.contains_key(&id));
        if !was_killed {
            break;
        }
    }
}

#[test]
fn says_that_a_young_journal_may_go_and_for_how_long() {
    let tablet = Tablet::paired();
    let worker = tablet.worker();
    let young = settle(worker.world().durability());
    assert_eq!(young.journal, Readiness::Young);
    assert!((AGED_MILLIS - 100..=AGED_MILLIS).contains(&young.safe_in_millis.unwrap()));
    tablet.wait(AGED_MILLIS);
    assert_eq!(settle(worker.world().durability()), ready());
}

#[test]
fn survives_the_loss_of_a_young_journal_by_the_database() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let pid = seal(&tablet, &applicants[0]);
    let discarded = record(&tablet, &applicants[1]);
    settle(tablet.worker().discard(&discarded)).unwrap();
    tablet.disk.borrow_mut().files.clear();
    drop(tablet.worker());
    invariants::check(&tablet);
    assert!(tablet.disk.borrow().drafts.is_empty());
    tablet.wait(AGED_MILLIS);
    tablet.disk.borrow_mut().wipe();
    drop(tablet.worker());
    invariants::check(&tablet);
    tablet.deliver();
    arrived(&tablet, &[(&applicants[0], &pid)]);
}

#[test]
fn goes_on_with_its_chain_after_a_wipe() {
    let tablet = aged();
    let first = seal(&tablet, &Applicant::slim(0));
    tablet.disk.borrow_mut().wipe();
    let second = seal(&tablet, &Applicant::slim(1));
    assert_eq!((tablet.kept(&first).seq, tablet.kept(&second).seq), (1, 2));
    invariants::check(&tablet);
}

#[test]
fn begins_a_chain_of_its_own_when_the_key_went_with_the_database() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let before = seal(&tablet, &applicant);
    {
        let mut disk = tablet.disk.borrow_mut();
        disk.wipe();
        disk.device_key = None;
    }
    let after = seal(&tablet, &Applicant::slim(1));
    assert_eq!((tablet.kept(&before).seq, tablet.kept(&after).seq), (1, 1));
    assert!(tablet.disk.borrow().ciphertexts.contains_key(&before));
    // What the old key signed arrives, and what the new one did, which is introduced by then.
    tablet.deliver();
    arrived(
        &tablet,
        &[(&applicant, &before), (&Applicant::slim(1), &after)],
    );
    assert_eq!(settle(tablet.worker().world().durability()), ready());
}

#[test]
fn does_no_harm_when_the_sender_wakes_in_a_wiped_database() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let pid = seal(&tablet, &applicant);
    tablet.disk.borrow_mut().wipe();
    let refused = settle(tablet.page().sync()).map_err(|error| error.code());
    assert_eq!(refused, Err("station_not_paired"));
    assert!(tablet.disk.borrow().head.is_none(), "it makes no chain");
    drop(tablet.worker());
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
    invariants::check(&tablet);
}

#[test]
fn journals_what_the_sender_did_and_repeats_it_after_a_wipe() {
    let tablet = aged();
    let applicants = [Applicant::full(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| seal(&tablet, &applicants[n]));
    tablet.network.registry.borrow_mut().unwelcome = vec![pids[1].clone()];
    let worker = tablet.worker();
    tablet.deliver();
    settle(worker.world().catch_up()).unwrap();
    drop(worker);
    tablet.disk.borrow_mut().wipe();
    tablet
        .network
        .meddle(|_, _| panic!("nothing is sent again"));
    drop(tablet.worker());
    assert_eq!(tablet.kept(&pids[0]).state, State::Purged);
    assert!(tablet.kept(&pids[0]).receipt.is_some());
    assert_eq!(tablet.kept(&pids[1]).state, State::Refused);
    invariants::check(&tablet);
}

#[test]
fn sends_again_what_was_purged_unseen_and_gets_the_same_receipt() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let pid = seal(&tablet, &applicant);
    tablet.deliver();
    tablet.disk.borrow_mut().wipe();
    drop(tablet.worker());
    assert_eq!(tablet.kept(&pid).state, State::Stored);
    invariants::check(&tablet);
    let requests = tablet.network.requests();
    tablet.deliver();
    assert_eq!(
        tablet.network.requests(),
        requests + 1,
        "no byte is sent twice"
    );
    assert_eq!(tablet.kept(&pid).state, State::Purged);
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn does_not_bring_back_what_the_journal_saw_purged() {
    let tablet = aged();
    let pid = seal(&tablet, &Applicant::slim(0));
    let before = tablet.disk.borrow().clone();
    let worker = tablet.worker();
    settle(worker.sync()).unwrap();
    drop(worker);
    tablet.disk.borrow_mut().roll_back(&before);
    assert_eq!(tablet.kept(&pid).state, State::Stored);
    drop(tablet.worker());
    assert_eq!(tablet.kept(&pid).state, State::Purged);
    invariants::check(&tablet);
}

#[test]
fn mends_a_ciphertext_that_the_sender_finds_damaged() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let pid = seal(&tablet, &applicant);
    let worker = tablet.worker();
    let damage = || {
        let mut disk = tablet.disk.borrow_mut();
        disk.ciphertexts.get_mut(&pid).unwrap()[70_000] ^= 1;
    };
    damage();
    let requests = tablet.network.requests();
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&pid).reason.as_deref(), Some("store_corrupt"));
    assert_eq!(tablet.network.requests(), requests, "not a byte of it goes");
    settle(worker.world().catch_up()).unwrap();
    assert_eq!(tablet.kept(&pid).reason, None);
    // And the worker itself, where there is no other sender.
    damage();
    settle(worker.sync()).unwrap();
    invariants::check(&tablet);
    settle(worker.sync()).unwrap();
    arrived(&tablet, &[(&applicant, &pid)]);
    invariants::check(&tablet);
}

#[test]
fn names_what_neither_copy_has_and_sends_the_rest() {
    let tablet = aged();
    let applicants = [Applicant::slim(0), Applicant::slim(1), Applicant::slim(2)];
    let pids = [0, 1, 2].map(|n| seal(&tablet, &applicants[n]));
    {
        let mut disk = tablet.disk.borrow_mut();
        disk.files.clear();
        disk.ciphertexts.remove(&pids[0]);
        disk.records.remove(1);
    }
    let worker = tablet.worker();
    assert_eq!(settle(worker.world().durability()).lost, [1, 2]);
    drop(worker);
    tablet.wait(AGED_MILLIS);
    tablet.disk.borrow_mut().wipe();
    assert_eq!(settle(tablet.worker().world().durability()).lost, [1, 2]);
    assert_eq!(
        tablet.kept(&pids[0]).reason.as_deref(),
        Some("store_packet_lost")
    );
    tablet.deliver();
    arrived(&tablet, &[(&applicants[2], &pids[2])]);
    let next = seal(&tablet, &Applicant::slim(3));
    assert_eq!(tablet.kept(&next).seq, 4);
}

#[test]
fn lets_one_page_have_the_journal_until_another_takes_it_over() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let id = record(&tablet, &applicant);
    let first = tablet.worker();
    let second = settle(Journaled::open(tablet.ports(), false));
    assert_eq!(second.err(), Some(StoreError::InUse));
    let second = tablet.worker_that_takes_over();
    assert_eq!(
        settle(first.seal(&id, today())),
        Err(StoreError::InUse.into()),
        "what it would write is nowhere"
    );
    settle(second.seal(&id, today())).unwrap();
    invariants::check(&tablet);
}

#[test]
fn serves_by_the_database_alone_where_there_is_no_journal() {
    let tablet = Tablet::paired();
    tablet.disk.borrow_mut().has_journal = false;
    let applicant = Applicant::slim(0);
    let pid = seal(&tablet, &applicant);
    let durability = settle(tablet.worker().world().durability());
    assert_eq!(durability.journal, Readiness::Missing);
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn believes_the_database_when_it_went_on_without_its_journal() {
    let tablet = aged();
    let applicants = [Applicant::slim(0), Applicant::slim(1), Applicant::slim(2)];
    let discarded = record(&tablet, &applicants[0]);
    let edited = record(&tablet, &applicants[1]);
    tablet.disk.borrow_mut().has_journal = false;
    let worker = tablet.worker();
    settle(worker.discard(&discarded)).unwrap();
    let mut draft = settle(worker.draft(&edited)).unwrap();
    draft.fields.insert("rt".into(), "9".into());
    settle(worker.save_draft(draft)).unwrap();
    drop(worker);
    let pid = seal(&tablet, &applicants[2]);
    tablet.disk.borrow_mut().has_journal = true;
    drop(tablet.worker());
    tablet.disk.borrow_mut().wipe();
    drop(tablet.worker());
    assert_eq!(tablet.disk.borrow().drafts.len(), 1);
    let kept = settle(tablet.page().draft(&edited)).unwrap();
    assert_eq!(kept.text("rt"), "9");
    assert_eq!(tablet.kept(&pid).seq, 1);
    invariants::check(&tablet);
}

#[test]
fn harms_nothing_when_the_journal_has_no_room() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let id = record(&tablet, &applicant);
    let used = tablet
        .disk
        .borrow()
        .files
        .values()
        .map(|file| file.bytes.len())
        .sum::<usize>();
    for more in [0, 100, 60_000, 200_000] {
        tablet.disk.borrow_mut().journal_quota = Some(used + more);
        let refused = settle(tablet.worker().seal(&id, today())).unwrap_err();
        assert_eq!(refused, StoreError::QuotaExceeded.into());
        invariants::check(&tablet);
        assert!(tablet.disk.borrow().records.is_empty());
    }
    tablet.disk.borrow_mut().journal_quota = None;
    settle(tablet.worker().seal(&id, today())).unwrap();
    tablet.disk.borrow_mut().wipe();
    drop(tablet.worker());
    invariants::check(&tablet);
}

#[test]
fn takes_a_write_back_that_the_database_refuses() {
    let tablet = aged();
    let applicant = Applicant::slim(0);
    let id = record(&tablet, &applicant);
    tablet.disk.borrow_mut().quota = Some(1);
    let refused = settle(tablet.worker().seal(&id, today())).unwrap_err();
    assert_eq!(refused, StoreError::QuotaExceeded.into());
    tablet.disk.borrow_mut().quota = None;
    drop(tablet.worker());
    assert!(tablet.disk.borrow().records.is_empty(), "it was told so");
    let record = settle(tablet.worker().seal(&id, today())).unwrap();
    assert_eq!(record.seq, 1);
    invariants::check(&tablet);
}

#[test]
fn keeps_nothing_readable_in_the_journal() {
    let tablet = aged();
    let applicant = Applicant::full(0);
    let id = record(&tablet, &applicant);
    nothing_is_readable(&tablet, [&applicant]);
    settle(tablet.worker().seal(&id, today())).unwrap();
    nothing_is_readable(&tablet, [&applicant]);
}

/// A purged packet, one that waits, and a draft, in one file as version 0.1 writes it. Written anew
/// with `REKAM_WRITE_FIXTURES=1 cargo test opens_a_journal`; a file that was ever shipped stays.
#[test]
fn opens_a_journal_of_version_0_1() {
    const FIXTURE: &str = "tests/fixtures/journal-0.1.bin";
    if std::env::var_os("REKAM_WRITE_FIXTURES").is_some() {
        let tablet = aged();
        seal(&tablet, &Applicant::slim(0));
        settle(tablet.worker().sync()).unwrap();
        seal(&tablet, &Applicant::slim(1));
        record(&tablet, &Applicant::slim(2));
        let disk = tablet.disk.borrow();
        let file = disk.files.values().max_by_key(|file| file.bytes.len());
        std::fs::write(FIXTURE, &file.unwrap().bytes).unwrap();
    }
    let tablet = Tablet::new();
    let bytes = std::fs::read(FIXTURE).unwrap();
    let file = crate::support::disk::File {
        flushed: bytes.clone(),
        bytes,
        made_at: 0,
    };
    tablet.disk.borrow_mut().files.insert(0, file);
    let worker = tablet.worker();
    assert_eq!(settle(worker.world().durability()).lost, [0u64; 0]);
    let site = settle(worker.configuration()).unwrap().unwrap();
    assert_eq!(site.claims().site, "62.02.16");
    let records = settle(worker.records()).unwrap();
    let states: Vec<_> = records.iter().map(|one| (one.seq, one.state)).collect();
    assert_eq!(states, [(1, State::Purged), (2, State::Stored)]);
    assert!(records[0].receipt.is_some());
    let disk = tablet.disk.borrow();
    let ciphertext = &disk.ciphertexts[&records[1].pid];
    assert_eq!(rekam::jws::hash(ciphertext), records[1].ciphertext_sha256);
    assert_eq!(disk.head.as_ref().map(|head| head.seq), Some(2));
    assert_eq!((disk.drafts.len(), disk.pieces.len()), (1, 14));
}

/// Whether any byte string that the database holds of a draft stands in the journal's files.
fn is_in_files(tablet: &Tablet, traces: &[Vec<u8>]) -> bool {
    let disk = tablet.disk.borrow();
    let holds = |file: &[u8], trace: &Vec<u8>| file.windows(trace.len()).any(|at| at == trace);
    disk.files
        .values()
        .any(|file| traces.iter().any(|trace| holds(&file.bytes, trace)))
}

/// The beginning of all that is kept of a draft, encrypted as it is.
fn traces(tablet: &Tablet, id: &DraftId) -> Vec<Vec<u8>> {
    let disk = tablet.disk.borrow();
    let pieces = disk.pieces.iter().filter(|((of, _), _)| of == id);
    let pieces = pieces.flat_map(|(_, pieces)| pieces.iter());
    let all = pieces.chain(disk.drafts.get(id));
    all.map(|bytes| bytes[..16].to_vec()).collect()
}

#[test]
fn leaves_no_byte_of_a_discarded_draft_in_the_files() {
    let tablet = aged();
    let [kept, discarded] = [0, 1].map(|n| record(&tablet, &Applicant::slim(n)));
    let pid = seal(&tablet, &Applicant::slim(2));
    let gone = traces(&tablet, &discarded);
    assert!(is_in_files(&tablet, &gone[..1]));
    settle(tablet.worker().discard(&discarded)).unwrap();
    assert!(!is_in_files(&tablet, &gone));
    assert!(is_in_files(&tablet, &traces(&tablet, &kept)[..1]));

    tablet.disk.borrow_mut().wipe();
    let worker = tablet.worker();
    let drafts = settle(worker.drafts()).unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].id, kept);
    assert_eq!(settle(worker.records()).unwrap()[0].pid, pid);
    drop(worker);
    invariants::check(&tablet);
}

#[test]
fn forgets_a_discarded_draft_at_a_later_start_when_no_file_is_old_enough() {
    let tablet = Tablet::new();
    let link = tablet.network.registry.borrow().link();
    settle(tablet.worker().pair(&link, &first())).expect("the link is good");
    let id = record(&tablet, &Applicant::slim(0));
    let gone = traces(&tablet, &id);
    settle(tablet.worker().discard(&id)).unwrap();
    assert!(is_in_files(&tablet, &gone));
    tablet.wait(AGED_MILLIS);
    drop(tablet.worker());
    assert!(!is_in_files(&tablet, &gone));
    invariants::check(&tablet);
}
