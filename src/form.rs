//! Step 1: what is asked. Services, their fields, their captures, and code lists with versions.
//!
//! Forms and code lists are data (`form/data/*.json`), because regulations change and the annexes
//! that print them could not all be read: a new list is a change of data, and a packet names the
//! versions that it was made with.

mod data;
mod regions;
mod slot;

pub use data::{Code, CodeList, Field, FieldKind, Form, code_list, form};
pub use regions::{REGIONS_VERSION, Region, district};
pub use slot::Slot;

use serde::{Deserialize, Serialize};

/// What the applicant asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Service {
    /// First recording of a KTP-el (Perpres 96/2018 Art 15).
    KtpFirst,
}

impl Service {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KtpFirst => "ktp_first",
        }
    }
}
