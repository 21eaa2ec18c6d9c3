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

/// The captures that are asked for at an age in years, where it is known: no face is asked for of
/// the smallest children.
pub(super) fn asked(form: &Form, age: Option<i32>) -> impl Iterator<Item = Slot> {
    let too_young = age.is_some_and(|years| years < form.photo_from_years);
    let slots = form.captures.iter().copied();
    slots.filter(move |slot| *slot != Slot::Face || !too_young)
}

/// Checks the captures of a draft against its form; `age` in years, where it is known.
pub(super) fn check(draft: &Draft, form: &Form, age: Option<i32>, findings: &mut Findings) {
    let excepted = |slot: Slot| {
        draft
            .exceptions
            .iter()
            .any(|exception| exception.slot == slot)
    };
    let slots: Vec<Slot> = asked(form, age).collect();
    let lacks = |wanted: fn(Slot) -> bool| {
        let mut slots = slots.iter().filter(|slot| wanted(**slot));
        slots.any(|slot| draft.capture(*slot).is_none() && !excepted(*slot))
    };

    // A face is never excepted: there is no card without a photo.
    if slots.contains(&Slot::Face) {
        if draft.capture(Slot::Face).is_none() {
            findings.report(FindingCode::PhotoMissing, Slot::Face.as_str());
        } else if !draft.photo_approved {
            findings.report(FindingCode::PhotoNotApproved, Slot::Face.as_str());
        }
    }
    if lacks(|slot| slot == Slot::Signature) {
        findings.report(FindingCode::SignatureMissing, Slot::Signature.as_str());
    }
    if lacks(Slot::is_finger) {
        findings.report(FindingCode::FingersIncomplete, FIELD);
    }
    if lacks(Slot::is_iris) {
        findings.report(FindingCode::IrisesIncomplete, FIELD);
    }
    for exception in &draft.exceptions {
        if !slots.contains(&exception.slot) {
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

    #[test]
    fn asks_the_smallest_children_for_no_photo() {
        let kia = form(Service::Kia);
        let slots = |age| asked(kia, age).collect::<Vec<_>>();
        assert_eq!(slots(Some(4)), []);
        assert_eq!(slots(Some(5)), [Slot::Face]);
        assert_eq!(slots(None), [Slot::Face]);
    }
}
