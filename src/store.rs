//! Step 4: what is kept of a packet, the states it goes through, and which is next.
//!
//! In: sealed packets and what happened to them. Out: records. How they survive on a disk is the
//! business of whoever implements [`crate::ports::Store`].

use serde::{Deserialize, Serialize};

use crate::clock::ClockClaims;
use crate::draft::DraftId;
use crate::error::{Error, StoreError};
use crate::form::Service;
use crate::ports::Millis;

/// How long a sender may be silent before another takes its packet over: three times what a request
/// takes. It matters only where there are no locks.
pub const LEASE_MILLIS: Millis = 60_000;

/// Bytes of ciphertext in each stored piece but the last: below the 64 KiB above which Chromium
/// moves a value out of IndexedDB into a file of its own.
pub const STORED_PIECE_BYTES: usize = 48 * 1024;

/// Where a packet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Durable on the device.
    Stored,
    /// Somebody is sending it.
    Sending,
    /// The registry's receipt was verified.
    Receipted,
    /// The ciphertext is erased, the record remains.
    Purged,
    /// The registry does not take it; a person is needed.
    Refused,
}

/// What happens to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A sender takes it.
    Begin,
    /// The sender stops without a receipt.
    Pause,
    /// A receipt was verified.
    Receipt,
    /// The registry refuses it.
    Refuse,
    /// A person says: once more.
    Retry,
    /// The ciphertext is erased.
    Purge,
    /// The ciphertext is gone and there is no receipt.
    Lose,
}

impl State {
    /// Whether the packet is still to be sent.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Stored | Self::Sending)
    }

    /// The one transition table.
    ///
    /// # Errors
    /// `store_forbidden` for everything that is not in it.
    pub const fn after(self, event: Event) -> Result<Self, StoreError> {
        use Event::{Begin, Lose, Pause, Purge, Receipt, Refuse, Retry};
        use State::{Purged, Receipted, Refused, Sending, Stored};
        Ok(match (self, event) {
            (Stored | Sending, Begin) => Sending,
            (Sending, Pause) | (Refused, Retry) => Stored,
            (Stored | Sending | Refused | Receipted, Receipt) => Receipted,
            (Sending, Refuse) | (Stored | Sending | Refused, Lose) => Refused,
            (Receipted, Purge) | (Purged, Receipt) => Purged,
            _ => return Err(StoreError::Forbidden),
        })
    }
}

/// Who is sending, and until when nobody else may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Random name of the sender.
    pub owner: String,
    /// By the tablet's clock.
    pub until: Millis,
}

impl Lease {
    /// Whether another sender must keep away. A lease that reaches further ahead than a lease can
    /// was made before the clock was set back, and does not count.
    pub fn holds(&self, owner: &str, now: Millis) -> bool {
        self.owner != owner && now < self.until && self.until - now <= LEASE_MILLIS
    }
}

/// What is kept of a packet beside its ciphertext. Nothing in it tells who the applicant is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Packet id.
    pub pid: String,
    /// Sequence number in the device's chain.
    pub seq: u64,
    /// What was asked for.
    pub service: Service,
    /// Where it stands.
    pub state: State,
    /// The manifest, a compact JWS.
    pub manifest: String,
    /// SHA-256 of the ciphertext, base64url.
    pub ciphertext_sha256: String,
    /// Bytes of ciphertext.
    pub length: u64,
    /// When it was sealed, by the tablet's clock.
    pub sealed_at: Millis,
    /// Bytes that the registry has acknowledged.
    pub sent: u64,
    /// Failures since the last progress.
    pub attempts: u32,
    /// Who is sending.
    pub lease: Option<Lease>,
    /// Code of the last failure or refusal; the registry's own code where it gave one.
    pub reason: Option<String>,
    /// The newest verified receipt, a compact JWS.
    pub receipt: Option<String>,
    /// The registry's word from it.
    pub status: Option<String>,
    /// When the first receipt was verified, by the tablet's clock.
    pub receipted_at: Option<Millis>,
    /// Where the bytes go, when the server gave the upload an address of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// What introduces the key that signed the manifest, where it took the place of one that is
    /// gone: a compact JWS, sent before the packet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rekey: Option<String>,
    /// Who was recorded, for this tablet alone: 16 bytes in base64url, see [`crate::flow::Recorded`].
    /// It is sent to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Counts the writes of this record; the store refuses a write that is not the next.
    pub revision: u64,
}

impl Record {
    /// The record after `event`, as the next write.
    ///
    /// # Errors
    /// `store_forbidden`.
    pub fn after(&self, event: Event) -> Result<Self, StoreError> {
        let state = self.state.after(event)?;
        let lease = if state == State::Sending {
            self.lease.clone()
        } else {
            None
        };
        Ok(Self {
            state,
            lease,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// Names the failure in the record.
    pub fn with_reason(mut self, error: Error) -> Self {
        self.reason = Some(error.code().into());
        self
    }
}

/// What is kept beside the packets, small and as durable as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Memo {
    /// The operators' key slots.
    KeySlots,
    /// When packets may go.
    LinkSettings,
}

impl Memo {
    /// Every memo.
    pub const ALL: [Self; 2] = [Self::KeySlots, Self::LinkSettings];

    /// Its name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KeySlots => "key_slots",
            Self::LinkSettings => "link_settings",
        }
    }
}

/// What is worth remembering and may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// The latest time that the registry signed.
    Contact,
    /// How fast the link is.
    Pace,
    /// Up to where statuses were heard.
    Statuses,
    /// What went wrong on the link lately.
    LinkLog,
}

impl Note {
    /// Its name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Pace => "pace",
            Self::Statuses => "statuses",
            Self::LinkLog => "link_log",
        }
    }
}

/// Where the device's chain stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Thumbprint of the key whose chain it is.
    pub dev: String,
    /// The last sequence number.
    pub seq: u64,
    /// Hash of the last manifest.
    pub hash: String,
    /// What it said of the clocks.
    #[serde(default)]
    pub clock: ClockClaims,
    /// When it was sealed, seconds since 1970 UTC by the tablet's clock.
    #[serde(default)]
    pub at: u64,
}

/// A packet on its way into the store, all or nothing.
pub struct Commit<Piece> {
    /// The chain head that it was sealed on.
    pub after: Option<ChainHead>,
    /// The chain head from then on.
    pub head: ChainHead,
    /// The record.
    pub record: Record,
    /// The ciphertext, in order.
    pub ciphertext: Vec<Piece>,
    /// The draft that it was made of, erased in the same commit.
    pub draft: DraftId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erases_nothing_that_was_not_receipted() {
        for state in [State::Stored, State::Sending, State::Refused, State::Purged] {
            assert_eq!(
                state.after(Event::Purge),
                Err(StoreError::Forbidden),
                "{state:?}"
            );
        }
        assert_eq!(State::Receipted.after(Event::Purge), Ok(State::Purged));
    }

    #[test]
    fn keeps_another_sender_away_only_while_the_lease_can_be_true() {
        let lease = Lease {
            owner: "a".into(),
            until: 100_000,
        };
        assert!(lease.holds("b", 90_000));
        assert!(!lease.holds("a", 90_000));
        assert!(!lease.holds("b", 100_000));
        assert!(!lease.holds("b", 1_000), "the clock was set back");
    }
}
