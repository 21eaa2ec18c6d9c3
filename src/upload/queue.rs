//! In which order packets go.

use super::pace::Pace;
use crate::ports::Millis;
use crate::store::Record;

/// Oldest first; the smallest rest first when not everything goes in the time that is left, so that
/// as many applicants as possible are through.
pub fn order(queue: &mut [Record], pace: Pace, left: Option<Millis>) {
    let rest = |record: &Record| record.length.saturating_sub(record.sent);
    let total = queue.iter().map(rest).fold(0, u64::saturating_add);
    if left.is_some_and(|left| !pace.fits(total, left)) {
        // A stable sort: the older of two of a size goes first.
        queue.sort_by_key(rest);
    }
}
