//! Step 3: an enrollment becomes a sealed packet, two objects bound by a hash: the encrypted
//! archive and the signed manifest. After that the device itself cannot read it.
//!
//! In: an [`Enrollment`](crate::validate::Enrollment), the bytes of its captures, the station's
//! recipients. Out: ciphertext in pieces and the claims to sign. It stores and sends nothing.
//! The format is specified in `docs/FORMAT.md`.

pub mod archive;
pub mod envelope;
pub mod manifest;
#[cfg(feature = "open")]
pub mod open;
mod recipient;
mod writer;

pub use manifest::Manifest;
pub use recipient::Recipient;
pub use writer::{PacketWriter, Sealed};
