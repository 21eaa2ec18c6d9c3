//! Several pages and workers of one tablet at once.

use rekam::error::{DraftError, Error, StoreError};
use rekam::flow::Flow;
use rekam::form::Slot;
use rekam::store::{LEASE_MILLIS, State};

use crate::support::applicant::Applicant;
use crate::support::executor::{Page, advance, race, settle};
use crate::support::invariants::{self, arrived};
use crate::support::tablet::Tablet;
use crate::support::today;
use crate::support::world::{Fault, World};

/// Orders of turns that each race is tried in.
const SEEDS: std::ops::Range<u64> = 0..25;

/// A tablet with two packets, of two requests and of one beside the announcements.
fn two_packets() -> (Tablet, [Applicant; 2], [String; 2]) {
    let tablet = Tablet::paired();
    let applicants = [Applicant::full(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| tablet.seal(&applicants[n]).pid);
    (tablet, applicants, pids)
}

fn both_arrived(tablet: &Tablet, applicants: &[Applicant; 2], pids: &[String; 2]) {
    arrived(
        tablet,
        &[(&applicants[0], &pids[0]), (&applicants[1], &pids[1])],
    );
    assert!(
        pids.iter()
            .all(|pid| tablet.kept(pid).state == State::Purged)
    );
    invariants::check(tablet);
}

#[test]
fn sends_every_byte_once_when_two_pages_send_at_once() {
    send_from_two(Tablet::page);
}

#[test]
fn sends_every_byte_once_by_leases_alone() {
    send_from_two(Tablet::page_without_locks);
}

/// Two pages send two packets at once, in many orders: every byte goes over the wire once.
fn send_from_two(page: fn(&Tablet) -> Flow<World>) {
    let (start, applicants, pids) = two_packets();
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [page(&tablet), page(&tablet)];
        let reports = race(seed, pages.iter().map(|page| page.sync()));
        let receipted: u32 = reports
            .into_iter()
            .map(|report| report.unwrap().receipted)
            .sum();
        assert_eq!(receipted, 2, "seed {seed}");
        assert_eq!(tablet.network.requests(), 5, "seed {seed}");
        both_arrived(&tablet, &applicants, &pids);
    }
}

#[test]
fn returns_at_once_while_another_page_sends() {
    let (tablet, applicants, pids) = two_packets();
    let sender = tablet.page();
    let mut run = Box::pin(sender.sync());
    assert!(advance(&mut run, 8).is_none());
    tablet.network.meddle(|_, _| panic!("two send at once"));
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!(
        (report.receipted, report.waiting, report.retry_in),
        (0, 2, Some(LEASE_MILLIS))
    );
    tablet.network.heal();
    settle(run).unwrap();
    both_arrived(&tablet, &applicants, &pids);
}

#[test]
fn leaves_a_packet_to_its_sender_until_the_lease_is_over() {
    let (tablet, applicants, pids) = two_packets();
    tablet.be_killed_in_the_first_request(Tablet::page_without_locks);
    assert_eq!(tablet.kept(&pids[0]).state, State::Sending);

    let report = settle(tablet.page_without_locks().sync()).unwrap();
    assert_eq!(
        (report.receipted, report.waiting),
        (1, 1),
        "the other packet is nobody's"
    );
    assert_eq!(report.retry_in, Some(LEASE_MILLIS));
    tablet.wait(LEASE_MILLIS);
    let report = settle(tablet.page_without_locks().sync()).unwrap();
    assert_eq!(report.receipted, 1);
    both_arrived(&tablet, &applicants, &pids);
}

#[test]
fn goes_on_at_once_after_a_sender_was_killed_whose_lock_went_with_it() {
    let (tablet, applicants, pids) = two_packets();
    tablet.be_killed_in_the_first_request(Tablet::page);
    assert_eq!(settle(tablet.page().sync()).unwrap().receipted, 2);
    both_arrived(&tablet, &applicants, &pids);
}

#[test]
fn goes_on_at_once_with_a_lease_of_its_own() {
    let (tablet, applicants, pids) = two_packets();
    let page = tablet.page();
    // The store fails after the first request, once.
    page.world().plan(8, Fault::Fail);
    settle(page.sync()).unwrap();
    assert_eq!(settle(page.sync()).unwrap().waiting, 0);
    both_arrived(&tablet, &applicants, &pids);
}

#[test]
fn gives_up_a_packet_that_was_taken_over_while_it_was_frozen() {
    let (start, applicants, pids) = two_packets();
    let mut frozen_at = 0;
    loop {
        frozen_at += 1;
        let tablet = start.copy();
        let frozen = tablet.page_without_locks();
        let mut run = Box::pin(frozen.sync());
        if advance(&mut run, frozen_at).is_some() {
            break;
        }
        tablet.wait(LEASE_MILLIS);
        settle(tablet.page().sync()).unwrap();
        both_arrived(&tablet, &applicants, &pids);
        settle(run).unwrap();
        both_arrived(&tablet, &applicants, &pids);
    }
    assert!(frozen_at > 20);
}

#[test]
fn does_not_take_the_lease_from_whoever_took_the_packet_over() {
    let (start, applicants, pids) = two_packets();
    for frozen_at in 1..60 {
        let tablet = start.copy();
        let (frozen, other) = (tablet.page_without_locks(), tablet.page_without_locks());
        let mut run = Box::pin(frozen.sync());
        if advance(&mut run, frozen_at).is_some() {
            break;
        }
        tablet.wait(LEASE_MILLIS);
        let mut takeover = Box::pin(other.sync());
        if advance(&mut takeover, 12).is_some() {
            continue;
        }
        settle(run).unwrap();
        let report = settle(takeover).unwrap();
        assert_eq!(report.waiting, 0, "frozen at {frozen_at}");
        both_arrived(&tablet, &applicants, &pids);
    }
}

#[test]
fn seals_a_draft_once_when_two_pages_seal_it() {
    let start = Tablet::paired();
    let applicant = Applicant::slim(0);
    let id = start.record(&applicant);
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [tablet.page(), tablet.page()];
        let mut sealed = race(seed, pages.iter().map(|page| page.seal(&id, today())));
        sealed.sort_by_key(Result::is_err);
        assert!(sealed[0].is_ok());
        assert_eq!(sealed[1], Err(DraftError::Unknown.into()), "seed {seed}");
        invariants::check(&tablet);
        tablet.deliver();
        arrived(&tablet, &[(&applicant, &sealed[0].as_ref().unwrap().pid)]);
    }
}

#[test]
fn keeps_one_chain_when_two_pages_seal_two_drafts() {
    let start = Tablet::paired();
    let ids = [0, 1].map(|n| start.record(&Applicant::slim(n)));
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [tablet.page(), tablet.page()];
        let seal = |n: usize| pages[n].seal(&ids[n], today());
        let sealed = race(seed, [seal(0), seal(1)]);
        let mut numbers: Vec<u64> = sealed
            .into_iter()
            .map(|record| record.unwrap().seq)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2], "seed {seed}");
        invariants::check(&tablet);
    }
}

#[test]
fn keeps_one_chain_by_the_stores_comparison_alone() {
    let start = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let ids = [0, 1].map(|n| start.record(&applicants[n]));
    let mut conflicts = 0;
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [tablet.page_without_locks(), tablet.page_without_locks()];
        let seal = |n: usize| pages[n].seal(&ids[n], today());
        for (n, sealed) in race(seed, [seal(0), seal(1)]).into_iter().enumerate() {
            if let Err(error) = sealed {
                assert_eq!(error, StoreError::Conflict.into());
                assert!(error.retryable());
                conflicts += 1;
                invariants::check(&tablet);
                settle(pages[n].seal(&ids[n], today())).unwrap();
            }
        }
        assert_eq!(tablet.disk.borrow().records.len(), 2);
        invariants::check(&tablet);
    }
    assert!(conflicts > 0, "the race was one");
}

#[test]
fn brings_no_draft_back_by_saving_it_while_it_is_sealed() {
    let start = Tablet::paired();
    let id = start.record(&Applicant::slim(0));
    let unknown = Err::<(), Error>(DraftError::Unknown.into());
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [tablet.page(), tablet.page(), tablet.page()];
        let draft = settle(pages[0].draft(&id)).unwrap();
        let seal = async { pages[0].seal(&id, today()).await.map(drop) };
        let save = async { pages[1].save_draft(draft).await.map(drop) };
        let signature = [7u8; 40];
        let capture = async {
            pages[2]
                .capture(&id, Slot::Signature, "image/png", &&signature[..])
                .await
                .map(drop)
        };
        let runs: Vec<Page<_>> = vec![Box::pin(seal), Box::pin(save), Box::pin(capture)];
        let outcomes = race(seed, runs);
        assert_eq!(outcomes[0], Ok(()), "seed {seed}");
        assert!(
            outcomes[1..]
                .iter()
                .all(|outcome| outcome.is_ok() || *outcome == unknown)
        );
        assert!(tablet.disk.borrow().drafts.is_empty(), "seed {seed}");
        invariants::check(&tablet);
    }
}

#[test]
fn loses_no_capture_under_a_save_or_another_capture() {
    let start = Tablet::paired();
    let id = settle(Applicant::slim(0).begin(&start.page())).unwrap();
    for seed in SEEDS {
        let tablet = start.copy();
        let pages = [tablet.page(), tablet.page(), tablet.page()];
        let mut edited = settle(pages[0].draft(&id)).unwrap();
        edited
            .fields
            .insert("address".into(), "Jl. Tjilik Riwut 12".into());
        let (face, iris) = ([1u8; 50], [2u8; 60]);
        let save = async { pages[0].save_draft(edited).await.map(drop) };
        let left = async {
            pages[1]
                .capture(&id, Slot::Face, "image/jpeg", &&face[..])
                .await
                .map(drop)
        };
        let right = async {
            pages[2]
                .capture(&id, Slot::IrisLeft, "image/jp2", &&iris[..])
                .await
                .map(drop)
        };
        let runs: Vec<Page<_>> = vec![Box::pin(save), Box::pin(left), Box::pin(right)];
        assert!(race(seed, runs).iter().all(Result::is_ok), "seed {seed}");
        let draft = settle(pages[0].draft(&id)).unwrap();
        assert_eq!(draft.text("address"), "Jl. Tjilik Riwut 12");
        assert!(draft.capture(Slot::Face).is_some() && draft.capture(Slot::IrisLeft).is_some());
        invariants::check(&tablet);
    }
}

#[test]
fn goes_on_soon_with_a_packet_that_was_sealed_while_it_sent() {
    let tablet = Tablet::paired();
    tablet.seal(&Applicant::slim(0));
    let sender = tablet.page();
    tablet.network.heal();
    let mut run = Box::pin(sender.sync());
    while tablet.network.requests() == 0 {
        assert!(advance(&mut run, 1).is_none());
    }
    tablet.seal(&Applicant::slim(1));
    let report = settle(run).unwrap();
    assert_eq!((report.receipted, report.waiting), (1, 1));
    assert!(report.retry_in.is_some_and(|millis| millis < 1_000));
    tablet.deliver();
}
