//! Records: the transition table and leases, in every order of events.

use proptest::prelude::*;
use rekam::store::{Event, LEASE_MILLIS, Lease, State};

const STATES: [State; 5] = [
    State::Stored,
    State::Sending,
    State::Receipted,
    State::Purged,
    State::Refused,
];
const EVENTS: [Event; 7] = [
    Event::Begin,
    Event::Pause,
    Event::Receipt,
    Event::Refuse,
    Event::Retry,
    Event::Purge,
    Event::Lose,
];

#[test]
fn allows_these_transitions_and_no_other() {
    use Event::{Begin, Lose, Pause, Purge, Receipt, Refuse, Retry};
    use State::{Purged, Receipted, Refused, Sending, Stored};
    let allowed = [
        (Stored, Begin, Sending),
        (Stored, Receipt, Receipted),
        (Stored, Lose, Refused),
        (Sending, Begin, Sending),
        (Sending, Pause, Stored),
        (Sending, Receipt, Receipted),
        (Sending, Refuse, Refused),
        (Sending, Lose, Refused),
        (Receipted, Receipt, Receipted),
        (Receipted, Purge, Purged),
        (Purged, Receipt, Purged),
        (Refused, Receipt, Receipted),
        (Refused, Retry, Stored),
        (Refused, Lose, Refused),
    ];
    let mut found = Vec::new();
    for state in STATES {
        for event in EVENTS {
            found.extend(state.after(event).map(|next| (state, event, next)));
        }
    }
    assert_eq!(found, allowed);
}

#[test]
fn leaves_a_way_to_purged_from_everywhere() {
    for state in STATES {
        let mut reached = vec![state];
        while let Some(next) = reached
            .iter()
            .flat_map(|state| EVENTS.map(|event| state.after(event)))
            .flatten()
            .find(|next| !reached.contains(next))
        {
            reached.push(next);
        }
        assert!(reached.contains(&State::Purged), "{state:?} is a dead end");
    }
}

proptest! {
    #[test]
    fn purges_in_no_order_of_events_before_a_receipt(
        events in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..40),
    ) {
        let mut state = State::Stored;
        let mut receipted = false;
        for event in events {
            if let Ok(next) = state.after(event) {
                state = next;
                receipted |= event == Event::Receipt;
            }
            prop_assert!(receipted || !matches!(state, State::Receipted | State::Purged));
            prop_assert!(!receipted || matches!(state, State::Receipted | State::Purged));
        }
    }

    #[test]
    fn holds_no_lease_longer_than_a_lease_is(until in any::<u64>(), now in any::<u64>()) {
        let lease = Lease { owner: "a".into(), until };
        prop_assert!(!lease.holds("a", now));
        let left = until.saturating_sub(now);
        prop_assert_eq!(lease.holds("b", now), (1..=LEASE_MILLIS).contains(&left));
    }
}
