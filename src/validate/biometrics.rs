//! Whether everything was captured that the service asks for, or excepted with a reason.

use super::finding::{FindingCode, Findings};
use crate::draft::Draft;
use crate::form::{Form, Slot};

/// The field of findings that belong to no single slot.
const FIELD: &str = "biometrics";

/// Whether anything was captured, excepted or approved yet.
pub(super) fn were_begun(draft: &Draft) -> bool {
    !draft.captures.is_empty() || !draft.exceptions.is_empty() || draft.photo_approved
}

/// Checks the captures of a draft against its form; `age` in years, where it is known.
pub(super) fn check(draft: &Draft, form: &Form, age: Option<i32>, findings: &mut Findings) {
    let excepted = |slot: Slot| {
        draft
            .exceptions
            .iter()
            .any(|exception| exception.slot == slot)
    };
    let lacks = |slot: &Slot| draft.capture(*slot).is_none() && !excepted(*slot);
    let asked = |wanted: fn(Slot) -> bool| form.captures.iter().filter(move |slot| wanted(**slot));

    // A face is never excepted: there is no card without a photo, but for the smallest children.
    let old_enough = age.is_none_or(|years| years >= form.photo_from_years);
    if form.captures.contains(&Slot::Face) && old_enough {
        if draft.capture(Slot::Face).is_none() {
            findings.report(FindingCode::PhotoMissing, Slot::Face.as_str());
        } else if !draft.photo_approved {
            findings.report(FindingCode::PhotoNotApproved, Slot::Face.as_str());
        }
    }
    if asked(|slot| slot == Slot::Signature).any(lacks) {
        findings.report(FindingCode::SignatureMissing, Slot::Signature.as_str());
    }
    if asked(Slot::is_finger).any(lacks) {
        findings.report(FindingCode::FingersIncomplete, FIELD);
    }
    if asked(Slot::is_iris).any(lacks) {
        findings.report(FindingCode::IrisesIncomplete, FIELD);
    }
    for exception in &draft.exceptions {
        if !form.captures.contains(&exception.slot) {
            continue;
        }
        if exception.reason.trim().is_empty() {
            findings.report(
                FindingCode::ExceptionReasonRequired,
                exception.slot.as_str(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::{BiometricException, Capture, DraftId, ExceptionKind};
    use crate::form::{Service, form};

    fn codes(draft: &Draft) -> Vec<&'static str> {
        let mut findings = Findings::default();
        check(draft, form(Service::KtpFirst), None, &mut findings);
        findings
            .all()
            .map(|finding| finding.code.as_str())
            .collect()
    }

    #[test]
    fn asks_for_every_slot_or_an_exception_with_a_reason() {
        let mut draft = Draft::new(DraftId("d".into()), Service::KtpFirst, 0);
        let all = [
            "photo_missing",
            "signature_missing",
            "fingers_incomplete",
            "irises_incomplete",
        ];
        assert_eq!(codes(&draft), all);
        for slot in Slot::ALL
            .into_iter()
            .filter(|slot| *slot != Slot::FingerLeftRing)
        {
            let capture = Capture {
                slot,
                media_type: "image/jpeg".into(),
                length: 1,
                sha256: String::new(),
                captured_at: 0,
                by: None,
            };
            draft.put_capture(capture);
        }
        assert_eq!(codes(&draft), ["photo_not_approved", "fingers_incomplete"]);
        draft.photo_approved = true;
        let reason = String::new();
        let kind = ExceptionKind::Permanent;
        draft.exceptions.push(BiometricException {
            slot: Slot::FingerLeftRing,
            kind,
            reason,
        });
        assert_eq!(codes(&draft), ["exception_reason_required"]);
        draft.exceptions[0].reason = "diamputasi".into();
        assert_eq!(codes(&draft), [""; 0]);
    }
}
