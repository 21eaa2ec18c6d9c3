//! Drafts, captures, and what keeps a draft from being sealed.

use rekam::draft::{DraftId, LARGEST_CAPTURE_BYTES, PIECE_BYTES};
use rekam::error::{DraftError, Error, ValidateError};
use rekam::flow::ByteSource;
use rekam::form::{Service, Slot};
use rekam::validate;

use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, nothing_is_readable};
use crate::support::tablet::Tablet;
use crate::support::{Dice, today};

/// So many bytes that nobody holds.
struct Vast(u64);

impl ByteSource for Vast {
    fn length(&self) -> u64 {
        self.0
    }

    fn read(&self, _: u64, out: &mut [u8]) {
        out.fill(0);
    }
}

fn begun(tablet: &Tablet) -> DraftId {
    settle(tablet.page().create_draft(Service::KtpFirst))
        .unwrap()
        .id
}

#[test]
fn refuses_a_capture_without_bytes_and_one_that_is_too_large() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = begun(&tablet);
    let capture = |length| settle(page.capture(&id, Slot::Face, "image/jpeg", &Vast(length)));
    assert_eq!(capture(0), Err(DraftError::CaptureEmpty.into()));
    assert_eq!(
        capture(LARGEST_CAPTURE_BYTES + 1),
        Err(DraftError::CaptureTooLarge.into())
    );
    assert_eq!(capture(u64::MAX), Err(DraftError::CaptureTooLarge.into()));
    assert!(settle(page.draft(&id)).unwrap().captures.is_empty());
    assert_eq!(capture(1).unwrap().pieces(), 1);
    invariants::check(&tablet);
}

#[test]
fn takes_a_capture_of_the_largest_size() {
    let tablet = Tablet::paired();
    let capture = settle(tablet.page().capture(
        &begun(&tablet),
        Slot::Face,
        "image/jpeg",
        &Vast(LARGEST_CAPTURE_BYTES),
    ));
    assert_eq!(capture.unwrap().pieces(), 342);
}

#[test]
fn gives_a_capture_back_as_it_was_whatever_its_length() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = begun(&tablet);
    for length in [
        1,
        PIECE_BYTES - 1,
        PIECE_BYTES,
        PIECE_BYTES + 1,
        2 * PIECE_BYTES,
        3 * PIECE_BYTES + 17,
    ] {
        let bytes = Dice::new(length as u64).bytes(length);
        let capture = settle(page.capture(&id, Slot::IrisLeft, "image/jp2", &&bytes[..])).unwrap();
        assert_eq!(capture.pieces() as usize, length.div_ceil(PIECE_BYTES));
        let pieces =
            (0..capture.pieces()).map(|n| settle(page.read_piece(&id, Slot::IrisLeft, n)).unwrap());
        assert!(pieces.collect::<Vec<_>>().concat() == bytes, "{length}");
        let beyond = settle(page.read_piece(&id, Slot::IrisLeft, capture.pieces()));
        assert_eq!(
            beyond,
            Err(DraftError::CaptureUnknown.into()),
            "nothing of a longer one is left"
        );
        invariants::check(&tablet);
    }
}

#[test]
fn reads_no_piece_as_another_applicants_or_another_fingers() {
    let tablet = Tablet::paired();
    let (siti, budi) = (
        tablet.record(&Applicant::slim(0)),
        tablet.record(&Applicant::slim(1)),
    );
    let read = |id, slot| settle(tablet.page().read_piece(id, slot, 0));
    let swap = |from: (DraftId, Slot), to: (DraftId, Slot)| {
        let mut disk = tablet.disk.borrow_mut();
        let pieces = disk.pieces[&from].clone();
        disk.pieces.insert(to, pieces);
    };
    assert!(read(&budi, Slot::Face).is_ok());
    swap((siti.clone(), Slot::Face), (budi.clone(), Slot::Face));
    assert_eq!(read(&budi, Slot::Face), Err(DraftError::Unreadable.into()));
    swap(
        (budi.clone(), Slot::IrisLeft),
        (budi.clone(), Slot::IrisRight),
    );
    assert_eq!(
        read(&budi, Slot::IrisRight),
        Err(DraftError::Unreadable.into())
    );
    assert_eq!(
        settle(tablet.page().seal(&budi, today())),
        Err(DraftError::Unreadable.into())
    );
    assert!(tablet.disk.borrow().records.is_empty());
}

#[test]
fn seals_no_capture_that_is_not_the_one_the_draft_names() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = tablet.record(&Applicant::slim(0));
    let old = tablet.disk.borrow().pieces[&(id.clone(), Slot::Face)].clone();
    let other = Dice::new(99).bytes(300);
    settle(page.capture(&id, Slot::Face, "image/jpeg", &&other[..])).unwrap();
    settle(Applicant::slim(0).approve(&page, &id)).unwrap();
    // An older photo of the same draft, slot and length decrypts; its hash gives it away.
    tablet
        .disk
        .borrow_mut()
        .pieces
        .insert((id.clone(), Slot::Face), old);
    assert_eq!(
        settle(page.seal(&id, today())),
        Err(DraftError::Unreadable.into())
    );
}

#[test]
fn asks_for_approval_again_when_the_photo_changes() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = tablet.record(&Applicant::slim(0));
    settle(page.capture(&id, Slot::Face, "image/jpeg", &&[1u8, 2, 3][..])).unwrap();
    let findings = validate::check(&settle(page.draft(&id)).unwrap(), today());
    assert_eq!(findings[0].code.as_str(), "photo_not_approved");
    assert_eq!(
        settle(page.seal(&id, today())),
        Err(ValidateError::Findings.into())
    );
    invariants::check(&tablet);
}

#[test]
fn seals_nothing_while_a_finding_is_an_error_and_leaves_the_draft() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = tablet.record(&Applicant::slim(0));
    settle(page.remove_capture(&id, Slot::FingerLeftRing)).unwrap();
    assert_eq!(
        settle(page.seal(&id, today())),
        Err(ValidateError::Findings.into())
    );
    invariants::check(&tablet);
    assert!(tablet.disk.borrow().head.is_none());
    assert_eq!(settle(page.draft(&id)).unwrap().captures.len(), 13);
}

#[test]
fn fails_with_draft_unknown_when_a_sealed_draft_is_touched() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    let id = tablet.record(&Applicant::slim(0));
    let draft = settle(page.draft(&id)).unwrap();
    settle(page.seal(&id, today())).unwrap();

    let unknown = Err::<(), Error>(DraftError::Unknown.into());
    assert_eq!(settle(page.seal(&id, today())).map(drop), unknown);
    assert_eq!(settle(page.draft(&id)).map(drop), unknown);
    assert_eq!(settle(page.save_draft(draft)).map(drop), unknown);
    assert_eq!(
        settle(page.capture(&id, Slot::Face, "image/jpeg", &&[1u8][..])).map(drop),
        unknown
    );
    assert_eq!(settle(page.remove_capture(&id, Slot::Face)), unknown);
    assert_eq!(settle(page.discard(&id)), Ok(()));
    assert_eq!(tablet.disk.borrow().records.len(), 1);
    invariants::check(&tablet);
}

#[test]
fn leaves_nothing_of_a_discarded_draft() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let id = tablet.record(&applicant);
    settle(tablet.page().discard(&id)).unwrap();
    assert!(tablet.disk.borrow().drafts.is_empty() && tablet.disk.borrow().pieces.is_empty());
    assert_eq!(settle(tablet.page().drafts()).unwrap().len(), 0);
    nothing_is_readable(&tablet, [&applicant]);
}

#[test]
fn lists_the_draft_that_was_saved_last_first() {
    let tablet = Tablet::paired();
    let ids: Vec<DraftId> = (0..3).map(|_| begun(&tablet)).collect();
    let page = tablet.page();
    let oldest = settle(page.draft(&ids[0])).unwrap();
    settle(page.save_draft(oldest)).unwrap();
    let listed: Vec<DraftId> = settle(page.drafts())
        .unwrap()
        .into_iter()
        .map(|draft| draft.id)
        .collect();
    assert_eq!(listed, [ids[0].clone(), ids[2].clone(), ids[1].clone()]);
}
