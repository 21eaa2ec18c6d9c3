//! Packets that the registry does not take, and those behind them in the queue.

use base64ct::{Base64, Encoding};
use rekam::store::State;
use rekam::upload::Response;

use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived};
use crate::support::network::{Interference, is_patch};
use crate::support::tablet::Tablet;

#[test]
fn lets_a_refused_packet_step_aside_until_a_person_says_once_more() {
    let tablet = Tablet::paired();
    let applicants: Vec<Applicant> = (0..3).map(Applicant::slim).collect();
    let pids: Vec<String> = applicants.iter().map(|one| tablet.seal(one).pid).collect();
    // Its neighbours arrive in spite of the gap.
    tablet.network.registry.borrow_mut().unwelcome = vec![pids[0].clone()];
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!(
        (report.receipted, report.waiting, report.retry_in),
        (2, 0, None)
    );
    let refused = tablet.kept(&pids[0]);
    assert_eq!(
        (refused.state, refused.reason.as_deref()),
        (State::Refused, Some("packet_unwelcome"))
    );
    invariants::check(&tablet);

    // Nobody asks: it stays, and costs no request.
    tablet.network.heal();
    settle(tablet.page().sync()).unwrap();
    assert_eq!(
        (tablet.kept(&pids[0]).state, tablet.network.requests()),
        (State::Refused, 0)
    );

    tablet.network.registry.borrow_mut().unwelcome.clear();
    settle(tablet.page().retry(&pids[0])).unwrap();
    assert_eq!(
        (tablet.kept(&pids[0]).state, tablet.kept(&pids[0]).reason),
        (State::Stored, None)
    );
    tablet.deliver();
    let expected: Vec<_> = applicants
        .iter()
        .zip(&pids)
        .map(|(one, pid)| (one, &pid[..]))
        .collect();
    arrived(&tablet, &expected);
    invariants::check(&tablet);
}

#[test]
fn lets_a_packet_step_aside_that_makes_no_progress() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| tablet.seal(&applicants[n]).pid);
    let stuck = Base64::encode_string(tablet.kept(&pids[0]).manifest.as_bytes());
    tablet.network.meddle(move |_, request| {
        let announces = |(_, value): &(&str, String)| value.ends_with(&stuck);
        let is_first = request.headers.iter().any(announces);
        (is_first || is_patch(request)).then(|| {
            let headers = [("tus-resumable", "1.0.0"), ("upload-offset", "0")];
            let headers = headers
                .map(|(name, value)| (name.into(), value.into()))
                .into();
            Interference::Replace(Response {
                status: if is_first { 201 } else { 204 },
                headers,
                body: vec![],
            })
        })
    });
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!((report.receipted, report.waiting), (1, 1));
    assert_eq!(
        tablet.kept(&pids[0]).reason.as_deref(),
        Some("upload_protocol_violated")
    );
    assert_eq!(tablet.kept(&pids[1]).state, State::Purged);
    assert!(tablet.network.requests() < 10, "it does not go on for ever");

    tablet.network.heal();
    tablet.deliver();
    arrived(
        &tablet,
        &[(&applicants[0], &pids[0]), (&applicants[1], &pids[1])],
    );
}

#[test]
fn sends_no_byte_of_a_packet_that_was_changed_on_the_disk_and_sends_the_others() {
    let tablet = Tablet::paired();
    let applicants = [Applicant::slim(0), Applicant::slim(1)];
    let pids = [0, 1].map(|n| tablet.seal(&applicants[n]).pid);
    tablet
        .disk
        .borrow_mut()
        .ciphertexts
        .get_mut(&pids[0])
        .unwrap()[2_000] ^= 1;
    settle(tablet.page().sync()).unwrap();
    let kept = |state, reason| {
        let kept = tablet.kept(&pids[0]);
        assert_eq!((kept.state, kept.reason.as_deref()), (state, Some(reason)));
    };
    // The sender does not know whether there is another copy.
    kept(State::Stored, "store_corrupt");
    arrived(&tablet, &[(&applicants[1], &pids[1])]);
    tablet.disk.borrow_mut().has_journal = false;
    drop(tablet.worker());
    kept(State::Refused, "store_packet_lost");
}
