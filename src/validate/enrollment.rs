//! The enrollment: every field parsed, nothing left that is only text by accident.

use serde::Serialize;

use super::answers::Answers;
use super::attachments;
use super::examination::Parsed;
use super::finding::Note;
use super::nik::Nik;
use crate::draft::{BiometricException, Capture, Draft};
use crate::form::Service;

/// An enrollment that can be sealed. It has no other constructor than [`super::parse`].
#[derive(Clone, Serialize)]
pub struct Enrollment {
    service: Service,
    #[serde(flatten)]
    application: Answers,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<Answers>,
    attachments: Vec<&'static str>,
    photo_approved: bool,
    exceptions: Vec<BiometricException>,
    findings: Vec<Note>,
    #[serde(skip)]
    captures: Vec<Capture>,
}

impl Enrollment {
    /// What was asked for.
    pub fn service(&self) -> Service {
        self.service
    }

    /// Whose it is, where they have a NIK already.
    pub(crate) fn nik(&self) -> Option<&str> {
        self.application.nik("nik").map(Nik::as_str)
    }

    /// What was captured, in the order of the archive.
    pub fn captures(&self) -> &[Capture] {
        &self.captures
    }

    /// `enrollment.json`.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an enrollment has string keys only")
    }

    /// What is left of a draft without errors: what its form asks for, and nothing else.
    pub(super) fn of(draft: &Draft, parsed: Parsed<'_>) -> Self {
        let slots = &parsed.captures;
        Self {
            service: draft.service,
            attachments: attachments::asked(draft, parsed.form)
                .map(|paper| paper.name.as_str())
                .filter(|paper| draft.attachments.iter().any(|shown| shown == paper))
                .collect(),
            photo_approved: draft.photo_approved,
            exceptions: kept(&draft.exceptions, |one| slots.contains(&one.slot)),
            findings: parsed.findings.notes(),
            captures: kept(&draft.captures, |one| slots.contains(&one.slot)),
            application: parsed.application,
            members: parsed.members,
        }
    }
}

fn kept<T: Clone>(all: &[T], asked: impl Fn(&T) -> bool) -> Vec<T> {
    all.iter().filter(|one| asked(one)).cloned().collect()
}
