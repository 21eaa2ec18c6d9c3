//! What answers, and what does not: the registry, the link, and whoever stands between.

use rekam::store::State;
use rekam::upload::{Method, Response};

use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived};
use crate::support::network::{Interference, gateway_page, is_patch, portal_page};
use crate::support::tablet::Tablet;

/// A tablet with one packet of two requests, beside the one that announces it.
pub(super) fn one_packet() -> (Tablet, Applicant, String) {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let pid = tablet.seal(&applicant).pid;
    (tablet, applicant, pid)
}

/// Runs with the interference at each request in turn; the packet is still here afterwards, names
/// `reason`, and arrives once when the link is good again.
fn at_every_request(reason: &str, interference: fn() -> Interference) {
    let (start, applicant, pid) = one_packet();
    for n in 1.. {
        let tablet = start.copy();
        tablet
            .network
            .meddle(move |request, _| (request == n).then(interference));
        let report = settle(tablet.page().sync()).unwrap();
        if tablet.network.requests() < n {
            assert_eq!(
                (n, report.receipted),
                (5, 1),
                "announced with the first piece, three more sent, and no more"
            );
            return;
        }
        assert_eq!((report.receipted, report.waiting), (0, 1), "request {n}");
        assert_eq!(
            tablet.network.requests(),
            n,
            "nothing else has a chance now"
        );
        let kept = tablet.kept(&pid);
        assert_eq!((kept.state, kept.attempts), (State::Stored, 1));
        assert_eq!(kept.reason.as_deref(), Some(reason), "request {n}");
        assert!(kept.lease.is_none());
        invariants::check(&tablet);

        tablet.network.heal();
        tablet.deliver();
        assert_eq!(tablet.kept(&pid).state, State::Purged);
        assert_eq!(tablet.kept(&pid).reason, None);
        arrived(&tablet, &[(&applicant, &pid)]);
        invariants::check(&tablet);
    }
}

#[test]
fn sends_each_packet_once_whatever_answer_is_lost() {
    at_every_request("upload_offline", || Interference::LoseAnswer);
}

#[test]
fn keeps_the_packet_when_a_request_is_lost() {
    at_every_request("upload_offline", || Interference::LoseRequest);
}

#[test]
fn keeps_the_packet_when_the_registry_or_a_proxy_fails() {
    at_every_request("upload_server_failed", || {
        Interference::Replace(gateway_page(500))
    });
    at_every_request("upload_server_failed", || {
        Interference::Replace(gateway_page(502))
    });
}

#[test]
fn keeps_the_packet_when_a_portal_says_yes_to_everything() {
    at_every_request("upload_captive_portal", || {
        Interference::Replace(portal_page())
    });
}

#[test]
fn keeps_the_packet_when_a_portal_says_no_to_everything() {
    at_every_request("upload_captive_portal", || {
        Interference::Replace(gateway_page(403))
    });
    at_every_request("upload_captive_portal", || {
        Interference::Replace(gateway_page(404))
    });
    at_every_request("upload_captive_portal", || {
        Interference::Replace(gateway_page(409))
    });
}

#[test]
fn keeps_the_packet_when_the_answer_makes_no_sense() {
    at_every_request("upload_protocol_violated", || {
        Interference::Change(Box::new(|response| {
            response.headers.retain(|(name, _)| name != "upload-offset");
            response
                .headers
                .push(("upload-offset".into(), "18446744073709551615".into()));
        }))
    });
}

#[test]
fn asks_once_while_nothing_answers_however_many_packets_wait() {
    let tablet = Tablet::paired();
    let pids = [0, 1, 2].map(|n| tablet.seal(&Applicant::slim(n)).pid);
    tablet
        .network
        .meddle(|_, _| Some(Interference::LoseRequest));
    assert_eq!(settle(tablet.page().sync()).unwrap().waiting, 3);
    assert_eq!(tablet.network.requests(), 1);
    assert_eq!(pids.map(|pid| tablet.kept(&pid).attempts), [1, 0, 0]);
}

#[test]
fn waits_as_long_as_the_registry_asks() {
    let (tablet, ..) = one_packet();
    tablet.network.meddle(|_, _| {
        let headers = vec![("retry-after".into(), "90".into())];
        Some(Interference::Replace(Response {
            status: 503,
            headers,
            body: vec![],
        }))
    });
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!(report.retry_in, Some(90_000));
}

#[test]
fn never_gives_up_and_never_waits_longer_than_eight_minutes() {
    let (tablet, applicant, pid) = one_packet();
    tablet
        .network
        .meddle(|_, _| Some(Interference::LoseRequest));
    let mut last = 0;
    for run in 1..=40 {
        let wait = settle(tablet.page().sync())
            .unwrap()
            .retry_in
            .expect("it goes on");
        assert!(wait <= 450_000);
        assert!(wait > last / 4, "it does not hurry");
        assert_eq!(tablet.kept(&pid).attempts, run);
        tablet.wait(wait);
        last = wait;
    }
    tablet.network.heal();
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn counts_failures_since_the_last_progress_only() {
    let (tablet, _, pid) = one_packet();
    tablet
        .network
        .meddle(|_, _| Some(Interference::LoseRequest));
    for _ in 0..5 {
        settle(tablet.page().sync()).unwrap();
    }
    assert_eq!(tablet.kept(&pid).attempts, 5);
    tablet
        .network
        .meddle(|n, _| (n == 3).then_some(Interference::LoseRequest));
    settle(tablet.page().sync()).unwrap();
    let kept = tablet.kept(&pid);
    assert_eq!(kept.attempts, 1);
    assert!(kept.sent > 0);
}

#[test]
fn sends_bytes_again_that_were_changed_on_the_way() {
    let (tablet, applicant, pid) = one_packet();
    tablet.network.meddle(|n, request| {
        (n == 2 && is_patch(request))
            .then_some(Interference::Garble(|request| request.body[77] ^= 1))
    });
    settle(tablet.page().sync()).unwrap();
    let sent = tablet.kept(&pid).sent as usize;
    assert!(sent > 0);
    assert_eq!(
        tablet.kept(&pid).reason.as_deref(),
        Some("upload_checksum_differs")
    );
    assert_eq!(
        tablet
            .network
            .registry
            .borrow()
            .packet(&pid)
            .unwrap()
            .bytes
            .len(),
        sent
    );
    tablet.network.heal();
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn asks_how_far_the_registry_is_when_offsets_differ() {
    let (tablet, applicant, pid) = one_packet();
    let methods = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = methods.clone();
    tablet.network.meddle(move |n, request| {
        seen.borrow_mut().push(request.method);
        (n == 2).then_some(Interference::Garble(|request| {
            let offset = request
                .headers
                .iter_mut()
                .find(|(name, _)| *name == "Upload-Offset");
            offset.expect("it is a PATCH").1 = "5".into();
        }))
    });
    assert_eq!(settle(tablet.page().sync()).unwrap().receipted, 1);
    use Method::{Head, Patch, Post};
    assert_eq!(*methods.borrow(), [Post, Patch, Head, Patch, Patch, Patch]);
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn goes_on_where_another_request_with_the_same_bytes_was_quicker() {
    let (tablet, applicant, pid) = one_packet();
    tablet.network.meddle(|request, _| {
        let overtaken = |response: &mut Response| {
            response.status = 409;
            response.headers = vec![("tus-resumable".into(), "1.0.0".into())];
            response.body = br#"{"status":409,"code":"upload_offset_differs"}"#.to_vec();
        };
        (request == 1).then(|| Interference::Change(Box::new(overtaken)))
    });
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!(report.receipted, 1);
    assert_eq!(tablet.kept(&pid).state, State::Purged);
    arrived(&tablet, &[(&applicant, &pid)]);
    invariants::check(&tablet);
}

/// Runs with another address in the answer to the announcement of a second packet.
fn announced_at(location: impl Fn(&str) -> String) -> Tablet {
    let (tablet, applicant, first) = one_packet();
    let other = Applicant::slim(1);
    let second = tablet.seal(&other).pid;
    let location = location(&first);
    let mut announced = 0;
    tablet.network.meddle(move |_, request| {
        announced += u32::from(request.method == Method::Post);
        let location = location.clone();
        let change = move |response: &mut Response| {
            response.headers.retain(|(name, _)| name == "tus-resumable");
            response.headers.push(("upload-offset".into(), "7".into()));
            response.headers.push(("location".into(), location));
        };
        (announced == 2 && request.method == Method::Post)
            .then(|| Interference::Change(Box::new(change)))
    });
    settle(tablet.page().sync()).unwrap();
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &first), (&other, &second)]);
    invariants::check(&tablet);
    tablet
}

#[test]
fn sends_no_packet_to_the_address_of_another() {
    let tablet = announced_at(|first| format!("/packets/{first}"));
    assert!(
        tablet
            .disk
            .borrow()
            .records
            .iter()
            .all(|record| record.location.is_none())
    );
}

#[test]
fn comes_back_from_an_address_where_nobody_knows_of_it() {
    announced_at(|_| "/elsewhere/7".into());
}

#[test]
fn announces_again_what_the_registry_forgot() {
    let (tablet, applicant, pid) = one_packet();
    // The answer to the first piece is lost; then the registry is restored from last night.
    tablet
        .network
        .meddle(|n, _| (n == 2).then_some(Interference::LoseAnswer));
    settle(tablet.page().sync()).unwrap();
    tablet.network.registry.borrow_mut().forget(&pid);
    tablet.network.heal();
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);

    // And in the middle of a run: the second piece meets a registry that knows nothing.
    let (tablet, applicant, pid) = one_packet();
    let network = std::rc::Rc::downgrade(&tablet.network);
    let forgotten = pid.clone();
    tablet.network.meddle(move |n, _| {
        if n == 3 {
            network
                .upgrade()
                .expect("it is there")
                .registry
                .borrow_mut()
                .forget(&forgotten);
        }
        None
    });
    assert_eq!(settle(tablet.page().sync()).unwrap().receipted, 1);
    arrived(&tablet, &[(&applicant, &pid)]);
    invariants::check(&tablet);
}

#[test]
fn puts_nothing_personal_into_an_address_or_a_header() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    tablet.seal(&applicant);
    let secrets = applicant.secrets();
    tablet.network.meddle(move |_, request| {
        use base64ct::{Base64, Base64UrlUnpadded, Encoding};
        let mut sent = request.url.clone().into_bytes();
        for (name, value) in &request.headers {
            sent.extend_from_slice(value.as_bytes());
            if *name == "Upload-Metadata" {
                let manifest = Base64::decode_vec(value.split(' ').nth(1).unwrap()).unwrap();
                let manifest = String::from_utf8(manifest).unwrap();
                let parts = manifest
                    .split('.')
                    .map(|part| Base64UrlUnpadded::decode_vec(part).unwrap());
                sent.extend(parts.flatten());
            }
        }
        sent.extend_from_slice(&request.body);
        assert!(
            secrets
                .iter()
                .all(|secret| !crate::support::contains(&sent, secret))
        );
        None
    });
    settle(tablet.page().sync()).unwrap();
}
