//! form → validate → seal → store → upload → receipt → purge, with nothing failing.

use base64ct::{Base64, Encoding};
use rekam::error::{Error, StoreError, UploadError};
use rekam::flow::{Contacted, Report};
use rekam::jws;
use rekam::seal::{Manifest, manifest};
use rekam::store::State;

use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived, nothing_is_readable};
use crate::support::registry::RECIPIENT;
use crate::support::tablet::{Tablet, first};
use crate::support::today;

#[test]
fn brings_one_applicant_from_the_form_to_the_registry() {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let page = tablet.page();

    let id = settle(applicant.record(&page)).unwrap();
    nothing_is_readable(&tablet, [&applicant]);
    let record = settle(page.seal(&id, today())).unwrap();
    assert_eq!(record.state, State::Stored);
    nothing_is_readable(&tablet, [&applicant]);
    invariants::check(&tablet);

    let report = settle(page.sync()).unwrap();
    assert_eq!(
        report,
        Report {
            receipted: 1,
            waiting: 0,
            retry_in: None,
            held: None,
        }
    );
    assert_eq!(tablet.kept(&record.pid).state, State::Purged);
    assert_eq!(tablet.kept(&record.pid).status.as_deref(), Some("RECEIVED"));
    arrived(&tablet, &[(&applicant, &record.pid)]);
    invariants::check(&tablet);
}

#[test]
fn sends_what_waits_oldest_first() {
    let tablet = Tablet::paired();
    let applicants: Vec<Applicant> = (0..4).map(Applicant::slim).collect();
    let pids: Vec<String> = applicants.iter().map(|one| tablet.seal(one).pid).collect();

    let order = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = order.clone();
    tablet.network.meddle(move |_, request| {
        let manifest = request
            .headers
            .iter()
            .find_map(|(name, value)| {
                value
                    .strip_prefix("manifest ")
                    .filter(|_| *name == "Upload-Metadata")
            })
            .filter(|_| request.url.ends_with("/packets"))?;
        let manifest = String::from_utf8(Base64::decode_vec(manifest).unwrap()).unwrap();
        let manifest: Manifest = jws::peek(&manifest, manifest::TYP).unwrap();
        seen.borrow_mut().push(manifest.pid);
        None
    });
    settle(tablet.page().sync()).unwrap();
    assert_eq!(*order.borrow(), pids);
    let expected: Vec<_> = applicants
        .iter()
        .zip(&pids)
        .map(|(one, pid)| (one, &pid[..]))
        .collect();
    arrived(&tablet, &expected);
    invariants::check(&tablet);
}

#[test]
fn says_in_the_manifest_what_the_format_says_and_nothing_of_the_applicant() {
    let tablet = Tablet::paired();
    let record = tablet.seal(&Applicant::full(0));
    let key = invariants::device_key(&tablet).unwrap();
    let claims = Manifest::verify(&record.manifest, &key).unwrap();
    assert_eq!(
        (claims.v, claims.seq, &claims.prev[..]),
        (1, 1, key.thumbprint())
    );
    assert_eq!(
        (&claims.site[..], &claims.svc[..]),
        ("62.02.16", "ktp_first")
    );
    assert_eq!((claims.cnt.face, claims.cnt.signature), (1, 1));
    assert_eq!((claims.cnt.finger, claims.cnt.iris), (10, 2));
    assert_eq!(claims.rcp, jws::hash(format!("{RECIPIENT}\n").as_bytes()));
    assert_eq!(claims.iat, record.sealed_at / 1_000);
    let members: serde_json::Value = jws::verify(&record.manifest, manifest::TYP, &key).unwrap();
    let mut members: Vec<&str> = members
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    let format = [
        "clk", "cnt", "ct", "dev", "iat", "pid", "prev", "rcp", "seq", "site", "svc", "v",
    ];
    assert_eq!(
        members, format,
        "a new member is a change of docs/FORMAT.md"
    );
}

#[test]
fn keeps_a_receipted_packet_for_the_grace_period_of_the_policy() {
    let tablet = Tablet::new();
    tablet.network.registry.borrow_mut().policy.grace_seconds = 3_600;
    let link = tablet.network.registry.borrow().link();
    settle(tablet.page().pair(&link, &first())).unwrap();
    let record = tablet.seal(&Applicant::slim(0));

    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&record.pid).state, State::Receipted);
    tablet.wait(3_500_000);
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&record.pid).state, State::Receipted);
    tablet.wait(100_000);
    settle(tablet.page().sync()).unwrap();
    assert_eq!(tablet.kept(&record.pid).state, State::Purged);
    invariants::check(&tablet);
}

#[test]
fn starts_a_new_chain_with_a_new_device_key_and_keeps_the_old_packets() {
    let tablet = Tablet::paired();
    let before = tablet.seal(&Applicant::slim(0));
    tablet.deliver();
    tablet.disk.borrow_mut().device_key = None;
    let after = tablet.seal(&Applicant::slim(1));
    assert_eq!((before.seq, after.seq), (1, 1));
    let key = invariants::device_key(&tablet).unwrap();
    let manifest = Manifest::verify(&after.manifest, &key).unwrap();
    assert_eq!(manifest.prev, key.thumbprint());

    // The new key is introduced before its first packet, by the secret that came with the pairing.
    tablet.deliver();
    assert_eq!(tablet.kept(&after.pid).state, State::Purged);
    assert_eq!(tablet.network.registry.borrow().devices.len(), 2);
}

#[test]
fn does_nothing_before_the_tablet_is_paired() {
    let tablet = Tablet::new();
    let page = tablet.page();
    let code = |error: Error| error.code();
    let recorded = settle(Applicant::slim(0).record(&page)).map_err(code);
    assert_eq!(recorded, Err("operator_locked"), "there is no operator yet");
    assert_eq!(settle(page.sync()).map_err(code), Err("station_not_paired"));
    assert_eq!(
        settle(page.probe()).map_err(code),
        Err("station_not_paired")
    );
}

#[test]
fn keeps_the_draft_when_there_is_no_room_for_the_packet() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let id = tablet.record(&applicant);
    tablet.disk.borrow_mut().quota = Some(1);
    let refused = settle(tablet.page().seal(&id, today())).unwrap_err();
    assert_eq!(refused, StoreError::QuotaExceeded.into());
    assert!(!refused.retryable());
    invariants::check(&tablet);

    tablet.disk.borrow_mut().quota = None;
    settle(tablet.page().seal(&id, today())).unwrap();
    invariants::check(&tablet);
}

#[test]
fn retries_nothing_but_what_was_refused() {
    let tablet = Tablet::paired();
    let record = tablet.seal(&Applicant::slim(0));
    let retry = |pid| settle(tablet.page().retry(pid));
    assert_eq!(
        retry("0199e0f4-7a5c-7cc3-98c4-dc0c0c07398f"),
        Err(StoreError::PacketUnknown.into())
    );
    assert_eq!(retry(&record.pid), Err(StoreError::Forbidden.into()));
    tablet.deliver();
    assert_eq!(retry(&record.pid), Err(StoreError::Forbidden.into()));
}

#[test]
fn asks_the_registry_for_its_clock() {
    let tablet = Tablet::paired();
    tablet.network.registry.borrow_mut().now = 1_800_000_000;
    assert_eq!(
        settle(tablet.page().probe()),
        Ok(Contacted {
            server_time: 1_800_000_000_000,
            clock_error: Some((tablet.clock.get() / 1_000).cast_signed() - 1_800_000_000),
        })
    );
    tablet
        .network
        .meddle(|_, _| Some(crate::support::network::Interference::LoseRequest));
    assert_eq!(
        settle(tablet.page().probe()),
        Err(UploadError::Offline.into())
    );
}
