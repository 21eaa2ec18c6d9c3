//! Step 7: what may be erased, and when.
//!
//! In: a record, a verified [`Receipt`], the grace period of the station's policy. Out: the record
//! of a purged packet. Without a receipt there is no way through the types to erase a packet.

use crate::error::StoreError;
use crate::ports::Millis;
use crate::receipt::Receipt;
use crate::station::Policy;
use crate::store::{Event, Record};

/// Whether the grace period is over by `time`, the latest that the registry signed, in seconds since
/// 1970 UTC. **The tablet's own clock does not count**: it may be wrong by years.
pub fn is_due(receipt: &Receipt, policy: &Policy, time: u64) -> bool {
    let end = receipt.claims().iat.saturating_add(policy.grace_seconds);
    time >= end
}

/// Whether the grace period may be over by the tablet's own clock, so that it is worth asking.
pub fn seems_due(record: &Record, policy: &Policy, now: Millis) -> bool {
    let grace = policy.grace_seconds.saturating_mul(1_000);
    record
        .receipted_at
        .is_none_or(|at| now.abs_diff(at) >= grace)
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
