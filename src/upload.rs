//! Step 5: a packet goes to the registry by tus 1.0, as requests handed out and answers judged.
//!
//! In: a record and its ciphertext. Out: a [`Request`]; then, for whatever answered, an
//! [`Outcome`]. It opens no connection and waits for nothing.
//!
//! tus resumable upload protocol 1.0.0: core, creation, checksum.

mod contact;
mod outcome;
mod pace;
pub mod probe;
mod queue;
mod request;
mod settings;

pub use contact::Contact;
pub(crate) use outcome::{Answer, judge_answer, judge_statuses};
pub use outcome::{Outcome, judge};
pub use pace::Pace;
pub(crate) use queue::order;
pub(crate) use request::location;
pub use request::{Method, Request, Response, Step};
pub use settings::{Conditions, Hold, Permit, Settings, Window};

use crate::ports::{Millis, Random};

const FIRST_DELAY_MILLIS: Millis = 1_000;
const LONGEST_DELAY_MILLIS: Millis = 300_000;

/// How long to wait after that many failures in a row: 1 s doubling to 5 min, and up to half of
/// it more by chance, so that tablets that lost the same link do not come back as one. It never
/// gives up.
pub fn delay(attempts: u32, random: &impl Random) -> Millis {
    let base = FIRST_DELAY_MILLIS
        .saturating_shl(attempts.saturating_sub(1))
        .min(LONGEST_DELAY_MILLIS);
    let mut byte = [0];
    random.fill(&mut byte);
    base + base / 2 * Millis::from(byte[0]) / 256
}

trait SaturatingShl {
    fn saturating_shl(self, bits: u32) -> Self;
}

impl SaturatingShl for Millis {
    fn saturating_shl(self, bits: u32) -> Self {
        if bits < self.leading_zeros() {
            self << bits
        } else {
            Self::MAX
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waits_longer_each_time_up_to_a_limit_with_jitter() {
        assert_eq!(delay(1, &Fixed(0)), 1_000);
        assert_eq!(delay(4, &Fixed(0)), 8_000);
        assert_eq!(delay(400, &Fixed(0)), 300_000);
        assert!(delay(400, &Fixed(255)) < 450_000);
    }
}
