//! What was typed and captured so far: untrusted text, kept encrypted, possibly incomplete.
//!
//! A draft becomes an enrollment only through [`crate::validate`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::form::{Service, Slot};
use crate::ports::Millis;

/// Longest text of one field, in bytes: an address of several lines fits many times over.
pub const LONGEST_TEXT_BYTES: usize = 1024;
/// Most bytes of one capture. A lossless 500 ppi slap is below 2 MB, a camera's photo below 8 MB.
pub const LARGEST_CAPTURE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of plaintext in each stored piece of a capture. With its tag a piece stays below the
/// 64 KiB above which Chromium moves a value out of IndexedDB into a file of its own.
pub const PIECE_BYTES: usize = 48 * 1024;

/// A draft's id: random, says nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub String);

/// What was typed and captured so far.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// What the applicant asks for.
    pub service: Service,
    /// Field name to what was typed.
    pub fields: BTreeMap<String, String>,
    /// The members of the family, in the order of the form.
    #[serde(default)]
    pub members: Vec<Member>,
    /// The names of the papers that were shown.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Findings of the application that the clerk answers for.
    #[serde(default)]
    pub overrides: Vec<Override>,
    /// The applicant has seen the photo and agrees (Dirjen letter 400.8.1.2/13999, 11-10-2024).
    pub photo_approved: bool,
    /// What cannot be captured, and why.
    pub exceptions: Vec<BiometricException>,
    /// What was captured.
    pub captures: Vec<Capture>,
    /// When it was last saved, by the tablet's clock.
    pub saved_at: Millis,
}

impl Draft {
    /// An empty draft.
    pub fn new(id: DraftId, service: Service, now: Millis) -> Self {
        Self {
            id,
            service,
            fields: BTreeMap::new(),
            members: Vec::new(),
            attachments: Vec::new(),
            overrides: Vec::new(),
            photo_approved: false,
            exceptions: Vec::new(),
            captures: Vec::new(),
            saved_at: now,
        }
    }

    /// What was typed into a field; empty when nothing was.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// The capture in a slot.
    pub fn capture(&self, slot: Slot) -> Option<&Capture> {
        self.captures.iter().find(|capture| capture.slot == slot)
    }

    /// Puts a capture into its slot, in the order of the archive. A new photo is not approved yet.
    pub fn put_capture(&mut self, capture: Capture) {
        self.remove_capture(capture.slot);
        let at = self
            .captures
            .partition_point(|earlier| earlier.slot < capture.slot);
        self.captures.insert(at, capture);
    }

    /// Empties a slot. Without a photo nothing is approved.
    pub fn remove_capture(&mut self, slot: Slot) {
        self.captures.retain(|capture| capture.slot != slot);
        if slot == Slot::Face {
            self.photo_approved = false;
        }
    }

    /// Takes over what a form can change; captures change by themselves. Another service may be
    /// asked for: a child card for who is too young.
    pub fn edit(&mut self, edited: Self, now: Millis) {
        self.service = edited.service;
        self.fields = edited.fields;
        self.members = edited.members;
        self.attachments = edited.attachments;
        self.overrides = edited.overrides;
        self.photo_approved = edited.photo_approved;
        self.exceptions = edited.exceptions;
        self.saved_at = now;
    }
}

/// One member of the family.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Names the row while it is moved about; not sealed.
    pub id: String,
    /// Field name to what was typed.
    pub fields: BTreeMap<String, String>,
    /// Findings of this member that the clerk answers for.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

/// A finding that the clerk answers for, with the reason in their words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The field, without the member's place: it may be moved.
    pub field: String,
    /// The code of the finding.
    pub code: String,
    /// Why it may stand.
    pub reason: String,
}

/// One capture of a draft; its bytes are stored apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capture {
    /// Where it belongs.
    pub slot: Slot,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub length: u64,
    /// SHA-256 of the bytes, base64url.
    pub sha256: String,
    /// By the tablet's clock.
    pub captured_at: Millis,
    /// The id of the operator who captured it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
}

impl Capture {
    /// How many pieces it is stored in.
    pub fn pieces(&self) -> u32 {
        u32::try_from(self.length.div_ceil(PIECE_BYTES as u64)).expect("captures are limited")
    }
}

/// A biometric that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BiometricException {
    /// Which.
    pub slot: Slot,
    /// For how long.
    pub kind: ExceptionKind,
    /// Why, in the clerk's words.
    pub reason: String,
}

/// For how long a biometric cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// A wound, a bandage.
    Temporary,
    /// Lost.
    Permanent,
}

/// What the encryption of a draft's body is bound to.
pub fn body_context(id: &DraftId) -> String {
    format!("rekam/draft/{}", id.0)
}

/// What the encryption of a piece is bound to: draft, slot and place, so that nothing of one
/// applicant can ever be read as another's.
pub fn piece_context(id: &DraftId, slot: Slot, n: u32) -> String {
    format!("rekam/draft/{}/{}/{n}", id.0, slot.as_str())
}
