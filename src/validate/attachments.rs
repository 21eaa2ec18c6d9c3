//! Whether every paper was shown that the service needs.

use super::answers::Typed;
use super::finding::{FindingCode, Findings};
use crate::draft::Draft;
use crate::form::{Attachment, Form};

/// The papers that are asked for of this application, in the order of the form.
pub(super) fn asked<'a>(
    draft: &'a Draft,
    form: &'static Form,
) -> impl Iterator<Item = &'static Attachment> + 'a {
    form.attachments.iter().filter(|paper| {
        let Some(when) = &paper.when else { return true };
        let holds = |typed: &Typed| typed.get(&when.field).is_some_and(|text| when.holds(text));
        let members = draft.members.iter().map(|member| &member.fields);
        holds(&draft.fields) || (!form.members.is_empty() && members.into_iter().any(holds))
    })
}

/// Checks the papers that were shown. **One that is missing may be answered for**: which service
/// needs which is of medium confidence (Perpres 96/2018 Art 11 to 15).
pub(super) fn check(draft: &Draft, form: &'static Form, findings: &mut Findings) {
    for paper in asked(draft, form) {
        if paper.required && !draft.attachments.contains(&paper.name) {
            findings.report_answerable(FindingCode::AttachmentMissing, &paper.name);
        }
    }
}
