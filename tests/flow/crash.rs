//! A page that is killed, or a port that fails, at every single call.

use rekam::draft::DraftId;
use rekam::error::Result;
use rekam::flow::Flow;
use rekam::form::Slot;
use rekam::store::State;

use crate::support::applicant::Applicant;
use crate::support::executor::{settle, until_crash};
use crate::support::invariants::{self, arrived, nothing_is_readable};
use crate::support::tablet::{Tablet, first};
use crate::support::today;
use crate::support::world::{Fault, World};

/// Takes `step` on a copy of `start` once for every call of a port that it makes and every fault,
/// and hands each copy to `then`, with what the step said if it lived. Returns the calls.
fn at_every_call<T>(
    start: &Tablet,
    step: impl AsyncFn(&Flow<World>) -> Result<T>,
    then: impl Fn(&Tablet, Option<Result<T>>),
) -> u32 {
    let mut calls = 0;
    for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::Fail] {
        for n in 1.. {
            let tablet = start.copy();
            let page = tablet.page();
            page.world().plan(n, fault);
            let outcome = until_crash(page.world(), step(&page));
            if !page.world().fault_happened() {
                assert!(matches!(outcome, Some(Ok(_))), "nothing failed");
                calls = n - 1;
                break;
            }
            assert_eq!(outcome.is_none(), fault != Fault::Fail, "{fault:?} at {n}");
            drop(page);
            invariants::check(&tablet);
            then(&tablet, outcome);
        }
    }
    calls
}

/// Seals what is still a draft, sends everything, and looks whether it arrived once.
fn go_on(tablet: &Tablet, applicant: &Applicant, id: &DraftId) {
    let record = tablet.disk.borrow().records.first().cloned();
    let record = record.unwrap_or_else(|| settle(tablet.page().seal(id, today())).unwrap());
    assert!(tablet.disk.borrow().drafts.is_empty());
    invariants::check(tablet);
    tablet.deliver();
    arrived(tablet, &[(applicant, &record.pid)]);
    assert_eq!(tablet.kept(&record.pid).state, State::Purged);
    invariants::check(tablet);
}

#[test]
fn keeps_the_old_capture_or_the_new_one_and_never_half_of_one() {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let id = tablet.record(&applicant);
    let (_, media_type, new) = &applicant.captures[0];
    let old: Vec<u8> = new.iter().rev().copied().take(60_000).collect();
    settle(
        tablet
            .page()
            .capture(&id, Slot::Face, media_type, &&old[..]),
    )
    .unwrap();

    let step =
        async |page: &Flow<World>| page.capture(&id, Slot::Face, media_type, &&new[..]).await;
    let calls = at_every_call(&tablet, step, |tablet, outcome| {
        let kept = settle(tablet.page().draft(&id)).unwrap();
        let capture = kept.capture(Slot::Face).unwrap();
        assert!(capture.length == old.len() as u64 || capture.length == new.len() as u64);
        if let Some(Ok(acknowledged)) = outcome {
            assert_eq!(*capture, acknowledged);
        }
        let page = tablet.page();
        settle(page.capture(&id, Slot::Face, media_type, &&new[..])).unwrap();
        settle(applicant.approve(&page, &id)).unwrap();
        go_on(tablet, &applicant, &id);
    });
    // lock, read, decrypt, three pieces, encrypt, write.
    assert_eq!(calls, 8);
}

#[test]
fn keeps_the_last_save_or_the_one_before() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let id = tablet.record(&applicant);
    let before = settle(tablet.page().draft(&id)).unwrap();
    let mut edited = before.clone();
    edited.fields.insert("rt".into(), "9".into());
    let step = async |page: &Flow<World>| page.save_draft(edited.clone()).await;
    let calls = at_every_call(&tablet, step, |tablet, outcome| {
        let kept = settle(tablet.page().draft(&id)).unwrap();
        assert!(kept.fields == before.fields || kept.fields == edited.fields);
        assert!(!matches!(outcome, Some(Ok(_))) || kept.fields == edited.fields);
        go_on(tablet, &applicant, &id);
    });
    assert_eq!(calls, 5);
}

#[test]
fn leaves_the_draft_whole_or_the_packet_sealed() {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let id = tablet.record(&applicant);
    let step = async |page: &Flow<World>| page.seal(&id, today()).await;
    let calls = at_every_call(&tablet, step, |tablet, outcome| {
        let (drafts, records) = {
            let disk = tablet.disk.borrow();
            (disk.drafts.len(), disk.records.clone())
        };
        assert_eq!(
            drafts + records.len(),
            1,
            "a draft or a packet, never both or none"
        );
        match outcome {
            Some(Ok(acknowledged)) => assert_eq!(records, [acknowledged]),
            Some(Err(_)) => assert_eq!(drafts, 1, "after an error the draft is what it was"),
            None => {}
        }
        go_on(tablet, &applicant, &id);
    });
    // Twenty pieces of fourteen captures are read and decrypted.
    assert!(calls >= 2 * 20, "{calls}");
}

#[test]
fn leaves_nothing_readable_wherever_sealing_ends() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let id = tablet.record(&applicant);
    let step = async |page: &Flow<World>| page.seal(&id, today()).await;
    at_every_call(&tablet, step, |tablet, _| {
        nothing_is_readable(tablet, [&applicant])
    });
}

#[test]
fn loses_no_packet_wherever_sending_ends() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::full(0), Applicant::slim(1), Applicant::slim(2)];
    let pids = [0, 1, 2].map(|n| tablet.seal(&applicants[n]).pid);
    let expected: Vec<_> = applicants
        .iter()
        .zip(&pids)
        .map(|(one, pid)| (one, &pid[..]))
        .collect();
    let step = async |page: &Flow<World>| page.sync().await;
    let calls = at_every_call(&tablet, step, |tablet, _| {
        settle(tablet.page().sync()).unwrap();
        invariants::check(tablet);
        tablet.deliver();
        arrived(tablet, &expected);
        assert!(
            pids.iter()
                .all(|pid| tablet.kept(pid).state == State::Purged)
        );
        invariants::check(tablet);
    });
    // Ten for the two requests of each packet that take one, and two more requests.
    assert!(calls > 25, "{calls}");
}

#[test]
fn loses_no_packet_wherever_sending_ends_while_the_registry_refuses_one() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| tablet.seal(&applicants[n]).pid);
    tablet.network.registry.borrow_mut().unwelcome = vec![pids[0].clone()];
    let step = async |page: &Flow<World>| page.sync().await;
    at_every_call(&tablet, step, |tablet, _| {
        tablet.deliver();
        assert_eq!(tablet.kept(&pids[0]).state, State::Refused);
        arrived(tablet, &[(&applicants[1], &pids[1])]);
        tablet.network.registry.borrow_mut().unwelcome.clear();
        settle(tablet.page().retry(&pids[0])).unwrap();
        tablet.deliver();
        arrived(
            tablet,
            &[(&applicants[0], &pids[0]), (&applicants[1], &pids[1])],
        );
        invariants::check(tablet);
    });
}

#[test]
fn pairs_in_the_end_wherever_pairing_ends() {
    let tablet = Tablet::new();
    let link = tablet.network.registry.borrow().link();
    let step = async |page: &Flow<World>| page.pair(&link, &first()).await;
    let calls = at_every_call(&tablet, step, |tablet, _| {
        settle(tablet.page().pair(&link, &first())).unwrap();
        let applicant = Applicant::slim(0);
        let record = tablet.seal(&applicant);
        tablet.deliver();
        arrived(tablet, &[(&applicant, &record.pid)]);
        assert_eq!(tablet.network.registry.borrow().devices.len(), 1);
    });
    // key, request, signature, lock, slots read and written, draft key, configuration.
    assert_eq!(calls, 8);
}
