//! Tablets whose clock is wrong: set back, set forward, by years.

use rekam::store::{LEASE_MILLIS, State};

use crate::support::MORNING;
use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived};
use crate::support::tablet::{Tablet, first};

const DAY: u64 = 86_400_000;
const YEAR: u64 = 365 * DAY;

#[test]
fn keeps_the_order_and_the_chain_when_the_clock_is_set_back_between_two_packets() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let first = tablet.seal(&applicants[0]);
    tablet.clock.set(MORNING - 10 * YEAR);
    let second = tablet.seal(&applicants[1]);
    assert!(
        second.pid < first.pid,
        "a pid sorts by a clock that is wrong"
    );
    assert_eq!((first.seq, second.seq), (1, 2));
    invariants::check(&tablet);
    tablet.deliver();
    arrived(
        &tablet,
        &[(&applicants[0], &first.pid), (&applicants[1], &second.pid)],
    );
    invariants::check(&tablet);
}

#[test]
fn ignores_a_lease_that_was_made_before_the_clock_was_set_back() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let record = tablet.seal(&applicant);
    tablet.be_killed_in_the_first_request(Tablet::page_without_locks);
    assert!(tablet.kept(&record.pid).lease.is_some());

    tablet.clock.set(MORNING - YEAR);
    let page = tablet.page_without_locks();
    assert_eq!(settle(page.sync()).unwrap().receipted, 1);
    arrived(&tablet, &[(&applicant, &record.pid)]);
}

#[test]
fn ignores_a_lease_when_the_clock_was_set_forward() {
    let tablet = Tablet::paired();
    let record = tablet.seal(&Applicant::slim(0));
    tablet.be_killed_in_the_first_request(Tablet::page_without_locks);
    tablet.wait(LEASE_MILLIS - 1_000);
    let send = || settle(tablet.page_without_locks().sync()).unwrap();
    assert_eq!(send().receipted, 0, "it is still held");
    tablet.clock.set(MORNING + 30 * YEAR);
    assert_eq!(send().receipted, 1);
    assert_eq!(tablet.kept(&record.pid).state, State::Purged);
}

#[test]
fn erases_by_the_time_that_the_registry_signed_whatever_the_tablets_clock_says() {
    let tablet = Tablet::new();
    tablet.network.registry.borrow_mut().policy.grace_seconds = 3_600;
    let link = tablet.network.registry.borrow().link();
    settle(tablet.page().pair(&link, &first())).unwrap();
    let record = tablet.seal(&Applicant::slim(0));
    settle(tablet.page().sync()).unwrap();
    for now in [
        MORNING - YEAR,
        MORNING,
        MORNING + 7_200_000,
        MORNING + 30 * YEAR,
    ] {
        tablet.clock.set(now);
        settle(tablet.page().sync()).unwrap();
        assert_eq!(tablet.kept(&record.pid).state, State::Receipted);
    }
    tablet.wait(3_601_000);
    tablet.clock.set(MORNING - YEAR);
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&record.pid).state, State::Purged);
}

#[test]
fn records_seals_and_sends_whatever_the_clock_says() {
    // 1970 after a dead battery, 2038, the end of ustar's mtime, the end of JavaScript's dates.
    for now in [
        0,
        1,
        2_147_483_648_000,
        8_589_934_591_000,
        8_589_934_592_000,
        8_640_000_000_000_000,
    ] {
        let tablet = Tablet::paired();
        tablet.clock.set(now);
        let applicant = Applicant::slim(0);
        let record = tablet.seal(&applicant);
        invariants::check(&tablet);
        tablet.deliver();
        arrived(&tablet, &[(&applicant, &record.pid)]);
        invariants::check(&tablet);
    }
}
