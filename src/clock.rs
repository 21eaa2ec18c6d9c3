//! What a tablet knows of time without a network: how long it was in use, and that its clock was set.
//!
//! In: the two clocks of the world and what the chain said last. Out: [`ClockClaims`] for the next
//! manifest, by which the registry can tell what the time of sealing is worth.

use serde::{Deserialize, Serialize};

use crate::ports::Millis;
use crate::upload::Contact;

/// A difference that is nobody's hand: coarse clocks, a second that was put in.
const TOLERANCE_SECONDS: u64 = 60;
/// The same for the difference between two contacts, between which an answer may have been slow.
const CONTACT_TOLERANCE_SECONDS: u64 = 300;

/// What a manifest says of the tablet's clocks. Every field but `ahead` only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockClaims {
    /// Seconds in use since the first packet, by a clock that nobody can set.
    pub up: u64,
    /// How often the clock is known to have been set by more than a minute.
    pub jumps: u32,
    /// The latest time that the registry signed and the tablet heard, seconds since 1970 UTC.
    pub server: u64,
    /// What the tablet's clock was ahead of it then, in seconds.
    pub ahead: i64,
}

/// Watches the clocks of one page or worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    since: Millis,
    wall: Millis,
    monotonic: Millis,
    jumps: u32,
}

impl Watch {
    pub(crate) fn start(now: Millis, monotonic: Millis) -> Self {
        Self {
            since: monotonic,
            wall: now,
            monotonic,
            jumps: 0,
        }
    }

    /// Looks at both clocks. Only going back is a sure sign: while a tablet sleeps the clock that
    /// nobody can set may stand still, and then the other seems to have been set forward.
    pub(crate) fn look(&mut self, now: Millis, monotonic: Millis) {
        let passed = monotonic.saturating_sub(self.monotonic);
        if now.saturating_add(TOLERANCE_SECONDS * 1_000) < self.wall.saturating_add(passed) {
            self.jumps += 1;
        }
        (self.wall, self.monotonic) = (now, monotonic);
    }

    /// The claims of a packet that is sealed now, after one that said `before` at `sealed` (seconds
    /// by the tablet's clock).
    pub(crate) fn claims(
        &self,
        before: Option<(ClockClaims, u64)>,
        contact: Contact,
    ) -> ClockClaims {
        let (before, sealed) = before.unwrap_or_default();
        let is_set_back = self.wall / 1_000 + TOLERANCE_SECONDS < sealed && self.jumps == 0;
        // Between two contacts somebody moved it, forward too.
        let is_moved = before.server > 0
            && contact.time > before.server
            && contact.ahead.abs_diff(before.ahead) > CONTACT_TOLERANCE_SECONDS
            && !is_set_back
            && self.jumps == 0;
        let is_newer = contact.time > before.server;
        ClockClaims {
            up: before.up + self.monotonic.saturating_sub(self.since) / 1_000,
            jumps: before.jumps + self.jumps + u32::from(is_set_back) + u32::from(is_moved),
            server: before.server.max(contact.time),
            ahead: if is_newer {
                contact.ahead
            } else {
                before.ahead
            },
        }
    }

    /// The claims are in the chain: what comes is counted from here.
    pub(crate) fn restart(&mut self) {
        self.since = self.monotonic;
        self.jumps = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_000_000_000;

    #[test]
    fn counts_time_in_use_across_packets_and_restarts() {
        let mut watch = Watch::start(NOW, 5_000);
        watch.look(NOW + 90_000, 95_000);
        let first = watch.claims(None, Contact::default());
        assert_eq!((first.up, first.jumps), (90, 0));
        watch.restart();
        watch.look(NOW + 100_000, 105_000);
        let second = watch.claims(Some((first, NOW / 1_000 + 90)), Contact::default());
        assert_eq!(second.up, 100);
        // A cut: both clocks begin anew, and two days have passed.
        let mut watch = Watch::start(NOW + 172_800_000, 0);
        watch.look(NOW + 172_807_000, 7_000);
        let third = watch.claims(Some((second, NOW / 1_000 + 100)), Contact::default());
        assert_eq!((third.up, third.jumps), (107, 0));
    }

    #[test]
    fn notes_a_clock_that_was_set_back_in_use_or_while_it_was_off() {
        let mut watch = Watch::start(NOW, 0);
        watch.look(NOW + 1_000, 1_000);
        watch.look(NOW - 86_400_000, 2_000);
        watch.look(NOW - 86_399_000, 3_000);
        assert_eq!(watch.claims(None, Contact::default()).jumps, 1);

        let watch = Watch::start(NOW, 0);
        let before = ClockClaims::default();
        let set_back = watch.claims(Some((before, NOW / 1_000 + 3_600)), Contact::default());
        assert_eq!(set_back.jumps, 1);
    }

    #[test]
    fn takes_a_sleep_for_no_jump() {
        let mut watch = Watch::start(NOW, 0);
        watch.look(NOW + 28_800_000, 10);
        assert_eq!(watch.claims(None, Contact::default()).jumps, 0);
    }

    #[test]
    fn notes_a_clock_that_was_set_forward_when_the_registry_tells() {
        let watch = Watch::start(NOW, 0);
        let before = ClockClaims {
            server: NOW / 1_000 - 1_000,
            ..ClockClaims::default()
        };
        let contact = Contact::default().after(NOW / 1_000 - 86_400, NOW);
        let unchanged = watch.claims(Some((before, 0)), contact);
        assert_eq!((unchanged.jumps, unchanged.ahead), (0, 0), "it is older");
        let contact = Contact::default().after(NOW / 1_000 - 500, NOW + 86_400_000);
        let moved = watch.claims(Some((before, 0)), contact);
        assert_eq!((moved.jumps, moved.ahead), (1, 86_900));
    }
}
