//! Step 7: what may be erased, and when.
//!
//! In: a record, a verified [`Receipt`], the grace period of the station's policy. Out: the record
//! of a purged packet. Without a receipt there is no way through the types to erase a packet.

use crate::error::StoreError;
use crate::ports::Millis;
use crate::receipt::Receipt;
use crate::station::Policy;
use crate::store::{Event, Record, State};

/// Whether the grace period is over. A clock that was set back makes it longer, never shorter.
pub fn is_due(record: &Record, policy: &Policy, now: Millis) -> bool {
    let grace = policy.grace_seconds.saturating_mul(1_000);
    record.state == State::Receipted
        && record
            .receipted_at
            .is_some_and(|at| now.saturating_sub(at) >= grace && now >= at)
}

/// The record after its ciphertext is erased.
///
/// # Errors
/// `store_forbidden` when the receipt is for another packet or the state does not allow it.
pub fn purged(record: &Record, receipt: &Receipt) -> Result<Record, StoreError> {
    if receipt.claims().pid != record.pid {
        return Err(StoreError::Forbidden);
    }
    record.after(Event::Purge)
}
