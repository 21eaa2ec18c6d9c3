//! Receipts: what is believed, and that nothing is erased for anything else.

use rekam::receipt::{self, ReceiptClaims};
use rekam::store::State;
use rekam::upload::{Method, Response};

use super::answers::one_packet;
use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived};
use crate::support::network::Interference;
use crate::support::signer::Signer;
use crate::support::tablet::{Tablet, first};

#[test]
fn fetches_the_receipt_when_it_does_not_come_along() {
    let (tablet, applicant, pid) = one_packet();
    tablet.network.registry.borrow_mut().receipts_come_along = false;
    tablet.network.meddle(|_, request| {
        (request.method == Method::Get).then_some(Interference::Replace(Response {
            status: 404,
            ..Response::default()
        }))
    });
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&pid).reason.as_deref(), Some("receipt_missing"));
    assert_eq!(tablet.kept(&pid).state, State::Stored);
    invariants::check(&tablet);

    tablet.network.heal();
    tablet.deliver();
    assert_eq!(tablet.kept(&pid).state, State::Purged);
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn erases_nothing_for_a_receipt_that_is_not_this_packets() {
    type Forge = fn(&mut ReceiptClaims, &mut Signer);
    let forgeries: [(Forge, &str); 6] = [
        (
            |claims, _| claims.pid = "0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f".into(),
            "receipt_other_packet",
        ),
        (
            |claims, _| claims.ct = "A".repeat(43),
            "receipt_hash_differs",
        ),
        (
            |claims, _| claims.mf = "A".repeat(43),
            "receipt_hash_differs",
        ),
        (
            |claims, _| std::mem::swap(&mut claims.ct, &mut claims.mf),
            "receipt_hash_differs",
        ),
        (|claims, _| claims.v = 2, "receipt_malformed"),
        // The key of last year, that the configuration names no more.
        (
            |_, signer| *signer = Signer::new(&[9; 32]),
            "receipt_bad_signature",
        ),
    ];
    let (start, applicant, pid) = one_packet();
    for (forge, reason) in forgeries {
        let tablet = start.copy();
        let genuine = tablet.network.registry.borrow().signer.clone();
        tablet.network.meddle(move |_, _| {
            let mut signer = genuine.clone();
            Some(Interference::Change(Box::new(move |response| {
                let receipt = response
                    .headers
                    .iter_mut()
                    .find(|(name, _)| name == "upload-receipt");
                let Some((_, receipt)) = receipt else { return };
                let key = signer.public_key();
                let mut claims = rekam::jws::verify(receipt, receipt::TYP, &key).unwrap();
                forge(&mut claims, &mut signer);
                *receipt = signer.jws(receipt::TYP, &claims);
            })))
        });
        let report = settle(tablet.page().sync()).unwrap();
        assert_eq!(report.receipted, 0, "{reason}");
        let kept = tablet.kept(&pid);
        assert_eq!((kept.state, kept.receipt.as_deref()), (State::Stored, None));
        assert_eq!(kept.reason.as_deref(), Some(reason));
        invariants::check(&tablet);

        tablet.network.heal();
        tablet.deliver();
        assert_eq!(tablet.kept(&pid).state, State::Purged);
        arrived(&tablet, &[(&applicant, &pid)]);
    }
}

#[test]
fn erases_nothing_for_a_receipt_that_was_changed_on_the_disk() {
    let tablet = Tablet::new();
    tablet.network.registry.borrow_mut().policy.grace_seconds = 60;
    let link = tablet.network.registry.borrow().link();
    settle(tablet.page().pair(&link, &first())).unwrap();
    let pids = [0, 1].map(|n| tablet.seal(&Applicant::slim(n)).pid);
    settle(tablet.page().sync()).unwrap();
    {
        let mut disk = tablet.disk.borrow_mut();
        disk.records[0].receipt = disk.records[1].receipt.clone();
    }
    tablet.wait(60_000);
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&pids[0]).state, State::Receipted);
    assert!(tablet.disk.borrow().ciphertexts.contains_key(&pids[0]));
    assert_eq!(tablet.kept(&pids[1]).state, State::Purged);
}

#[test]
fn hears_what_became_of_packets_that_are_long_purged() {
    let tablet = Tablet::paired();
    let pids = [0, 1, 2].map(|n| tablet.seal(&Applicant::slim(n)).pid);
    tablet.deliver();
    {
        let mut registry = tablet.network.registry.borrow_mut();
        registry.now += 3_600;
        registry.say(&pids[0], "SENT_FOR_ENROLLMENT");
        registry.say(&pids[1], "DUPLICATE_RECORD");
        registry.say(&pids[2], "SENT_FOR_ENROLLMENT");
        registry.say(&pids[2], "PRINT_READY_RECORD");
    }
    let words = || pids.clone().map(|pid| tablet.kept(&pid).status.unwrap());
    settle(tablet.page().sync()).unwrap();
    assert_eq!(words(), ["RECEIVED"; 3], "they were received a moment ago");

    tablet.wait(3_600_000);
    settle(tablet.page().sync()).unwrap();
    let expected = [
        "SENT_FOR_ENROLLMENT",
        "DUPLICATE_RECORD",
        "PRINT_READY_RECORD",
    ];
    assert_eq!(words(), expected);
    assert!(
        pids.iter()
            .all(|pid| tablet.kept(pid).state == State::Purged)
    );
    invariants::check(&tablet);

    // And asks in one request when there is nothing new.
    tablet.wait(3_600_000);
    tablet.network.heal();
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.network.requests(), 1);
}

#[test]
fn believes_no_status_that_the_registry_did_not_sign_for_this_packet() {
    let tablet = Tablet::paired();
    let pid = tablet.seal(&Applicant::slim(0)).pid;
    tablet.deliver();
    let kept = tablet.kept(&pid);
    let genuine = tablet.network.registry.borrow().signer.clone();
    let claims: ReceiptClaims =
        rekam::jws::peek(&kept.receipt.clone().unwrap(), receipt::TYP).unwrap();
    let forged = |change: fn(&mut ReceiptClaims), signer: &Signer| {
        let mut claims = claims.clone();
        claims.status = "CARD_ISSUED".into();
        claims.iat += 1;
        change(&mut claims);
        signer.jws(receipt::TYP, &claims)
    };
    let forgeries = [
        (
            forged(|_| {}, &Signer::new(&[9; 32])),
            Some("receipt_bad_signature"),
        ),
        (
            forged(|claims| claims.ct = "A".repeat(43), &genuine),
            Some("receipt_hash_differs"),
        ),
        (forged(|claims| claims.iat -= 100, &genuine), None),
        (
            forged(
                |claims| claims.pid = "0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f".into(),
                &genuine,
            ),
            None,
        ),
        ("not a receipt".into(), None),
    ];
    for (forgery, code) in forgeries {
        tablet.wait(3_600_000);
        let body = serde_json::json!({ "mark": 9, "more": false, "receipts": [forgery] });
        tablet.network.meddle(move |_, _| {
            Some(Interference::Replace(Response {
                status: 200,
                headers: vec![],
                body: body.to_string().into_bytes(),
            }))
        });
        settle(tablet.page().sync()).unwrap();
        assert_eq!(tablet.kept(&pid), kept);
        let failures = settle(tablet.page().link()).unwrap().failures;
        let last = failures.last().map(|failure| failure.code.as_str());
        assert!(code.is_none() || last == code, "{last:?}");
    }
}
