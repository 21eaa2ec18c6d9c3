//! Long days on which everything fails at random, again and again.

use rekam::store::State;

use crate::support::applicant::Applicant;
use crate::support::executor::{crashable, race, settle, until_crash};
use crate::support::invariants::{self, arrived, nothing_is_readable};
use crate::support::network::{Interference, gateway_page, portal_page};
use crate::support::tablet::Tablet;
use crate::support::world::Fault;
use crate::support::{Dice, today};

const DAYS: u64 = 30;
const EVENTS: usize = 25;

/// The link of the day: every third request or so has an accident.
fn bad_link(tablet: &Tablet, seed: u64) {
    let mut dice = Dice::new(seed);
    tablet.network.meddle(move |_, _| match dice.below(12) {
        0 => Some(Interference::LoseRequest),
        1 => Some(Interference::LoseAnswer),
        2 => Some(Interference::Replace(portal_page())),
        3 => Some(Interference::Replace(gateway_page(502))),
        4 => Some(Interference::Garble(|request| {
            if let Some(byte) = request.body.first_mut() {
                *byte ^= 1;
            }
        })),
        _ => None,
    });
}

fn fault(dice: &mut Dice) -> Fault {
    [Fault::CrashBefore, Fault::CrashAfter, Fault::Fail][dice.below(3)]
}

#[test]
fn loses_nothing_on_long_days_of_faults() {
    for seed in 0..DAYS {
        let mut dice = Dice::new(seed);
        let tablet = Tablet::paired();
        bad_link(&tablet, seed);
        let mut applicants: Vec<Applicant> = Vec::new();
        let mut acknowledged: Vec<String> = Vec::new();
        for _ in 0..EVENTS {
            match dice.below(5) {
                // An applicant comes; sealing may fail or be cut off, and is tried once more.
                0 | 1 => {
                    let applicant = Applicant::slim(applicants.len());
                    let id = tablet.record(&applicant);
                    applicants.push(applicant);
                    let page = tablet.page();
                    page.world()
                        .plan(1 + dice.below(60) as u32, fault(&mut dice));
                    let sealed = until_crash(page.world(), page.seal(&id, today()));
                    invariants::check(&tablet);
                    match sealed {
                        Some(Ok(record)) => acknowledged.push(record.pid),
                        _ if tablet.disk.borrow().drafts.contains_key(&id) => {
                            acknowledged
                                .push(settle(tablet.page().seal(&id, today())).unwrap().pid);
                        }
                        // Sealed, and cut off before the clerk heard of it.
                        _ => acknowledged
                            .push(tablet.disk.borrow().records.last().unwrap().pid.clone()),
                    }
                }
                // A page sends and may be killed.
                2 => {
                    let page = tablet.page();
                    page.world()
                        .plan(1 + dice.below(40) as u32, fault(&mut dice));
                    let _ = until_crash(page.world(), page.sync());
                }
                // Two pages send, one of them is killed.
                3 => {
                    let pages = [tablet.page(), tablet.page()];
                    pages[0]
                        .world()
                        .plan(1 + dice.below(40) as u32, Fault::CrashAfter);
                    let _ = race(
                        dice.next(),
                        pages
                            .iter()
                            .map(|page| crashable(page.world(), page.sync())),
                    );
                }
                // Time passes, or the clock is set.
                _ => match dice.below(3) {
                    0 => tablet.clock.set(tablet.clock.get() - 3_600_000),
                    1 => tablet.wait(30_000),
                    _ => tablet.wait(dice.below(86_400_000) as u64),
                },
            }
            invariants::check(&tablet);
        }
        nothing_is_readable(&tablet, &applicants);
        tablet.network.heal();
        tablet.deliver();
        // What was receipted before the clock was set back is purged when it catches up.
        tablet.wait(2 * 86_400_000);
        tablet.deliver();
        let expected: Vec<_> = applicants
            .iter()
            .zip(&acknowledged)
            .map(|(one, pid)| (one, &pid[..]))
            .collect();
        assert_eq!(
            expected.len(),
            tablet.disk.borrow().records.len(),
            "day {seed}"
        );
        arrived(&tablet, &expected);
        assert!(
            acknowledged
                .iter()
                .all(|pid| tablet.kept(pid).state == State::Purged),
            "day {seed}"
        );
        invariants::check(&tablet);
    }
}
