//! What the clerk chose for the link, what the tablet learns of it, and what it remembers.

use std::cell::RefCell;
use std::rc::Rc;

use rekam::error::UploadError;
use rekam::flow::{Flow, Report};
use rekam::jws;
use rekam::ports::Store;
use rekam::seal::{Manifest, manifest};
use rekam::store::{Note, State};
use rekam::upload::{Hold, Method, Response, Settings, Window};

use crate::support::applicant::Applicant;
use crate::support::executor::settle;
use crate::support::invariants::{self, arrived};
use crate::support::network::Interference;
use crate::support::tablet::Tablet;
use crate::support::world::World;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Midnight in Kotawaringin Timur on the day of [`crate::support::MORNING`].
fn midnight(tablet: &Tablet) -> u64 {
    let local = tablet.clock.get() + 7 * HOUR;
    local - local % DAY - 7 * HOUR
}

fn set(page: &Flow<World>, settings: Settings) {
    settle(page.set_link_settings(settings)).unwrap();
}

fn night() -> Settings {
    let window = Window {
        from: 22 * 60,
        to: 4 * 60,
    };
    Settings {
        window: Some(window),
        ..Settings::default()
    }
}

#[test]
fn sends_nothing_while_it_is_paused_and_everything_when_it_goes_on() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(0);
    let pid = tablet.seal(&applicant).pid;
    let page = tablet.page();
    let paused = Settings {
        paused: true,
        ..Settings::default()
    };
    set(&page, paused);
    tablet.network.meddle(|_, _| panic!("it is paused"));
    for report in [settle(page.sync()), settle(page.sync_now())] {
        let expected = Report {
            receipted: 0,
            waiting: 1,
            retry_in: None,
            held: Some(Hold::Paused),
        };
        assert_eq!(report.unwrap(), expected);
    }
    let kept = tablet.kept(&pid);
    assert_eq!((kept.attempts, kept.reason), (0, None), "it did not fail");

    set(&page, Settings::default());
    tablet.network.heal();
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
    invariants::check(&tablet);
}

#[test]
fn stops_between_two_requests_when_a_person_pauses_it_and_goes_on_from_there() {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let pid = tablet.seal(&applicant).pid;
    let disk = tablet.disk.clone();
    let paused = Settings {
        paused: true,
        ..Settings::default()
    };
    tablet.network.meddle(move |n, _| {
        assert_eq!(n, 1, "it is paused");
        let memo = rekam::store::Memo::LinkSettings;
        disk.borrow_mut().memos.insert(memo, paused.to_json());
        None
    });
    let report = settle(tablet.page().sync()).unwrap();
    assert_eq!(report.held, Some(Hold::Paused));
    let kept = tablet.kept(&pid);
    assert_eq!((kept.state, kept.attempts), (State::Stored, 0));
    assert!(kept.sent > 0 && kept.lease.is_none());

    let begun = kept.sent;
    set(&tablet.page(), Settings::default());
    tablet.network.meddle(move |n, request| {
        assert!(n > 1 || request.method == Method::Head);
        let offset = request
            .headers
            .iter()
            .find(|(name, _)| *name == "Upload-Offset");
        let offset = offset.map(|(_, value)| value.parse::<u64>().unwrap());
        assert!(offset.is_none_or(|offset| offset >= begun));
        None
    });
    tablet.deliver();
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn sends_at_night_by_the_clock_of_the_registry_where_the_tablets_is_wrong() {
    let tablet = Tablet::paired();
    tablet.seal(&Applicant::slim(0));
    let page = tablet.page();
    set(&page, night());
    // It is noon, and the tablet says so too.
    tablet.wait(midnight(&tablet) + 12 * HOUR + DAY - tablet.clock.get());
    let report = settle(page.sync()).unwrap();
    assert_eq!(
        (report.held, report.retry_in),
        (Some(Hold::Window), Some(10 * HOUR))
    );
    // It says 23:00, and the registry was heard to say noon.
    settle(page.probe()).unwrap();
    tablet.clock.set(tablet.clock.get() + 11 * HOUR);
    settle(page.probe()).unwrap();
    let report = settle(page.sync()).unwrap();
    assert_eq!(report.held, Some(Hold::Window));
    // A person in a hurry has the last word.
    assert_eq!(settle(page.sync_now()).unwrap().receipted, 1);
}

#[test]
fn spares_a_link_that_is_paid_by_the_byte_unless_a_person_says_now() {
    let tablet = Tablet::paired();
    tablet.seal(&Applicant::slim(0));
    let page = tablet.page();
    tablet.network.is_metered.set(true);
    let sparing = Settings {
        spare_metered: true,
        ..Settings::default()
    };
    set(&page, sparing);
    assert_eq!(settle(page.sync()).unwrap().held, Some(Hold::Metered));
    tablet.network.is_metered.set(false);
    assert_eq!(settle(page.sync()).unwrap().receipted, 1);
    tablet.seal(&Applicant::slim(1));
    tablet.network.is_metered.set(true);
    assert_eq!(settle(page.sync_now()).unwrap().receipted, 1);
}

#[test]
fn sends_the_smallest_first_when_the_window_is_too_short_for_all() {
    let tablet = Tablet::paired();
    let pids = [Applicant::full(0), Applicant::slim(1)].map(|one| tablet.seal(&one).pid);
    let page = tablet.page();
    // 2,000 bytes per second, as it was measured last night.
    let pace = "2000 49152";
    let order = || {
        settle(page.world().put_note(Note::Pace, pace)).unwrap();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let pushed = seen.clone();
        tablet.network.meddle(move |_, request| {
            let metadata = request
                .headers
                .iter()
                .find(|(name, _)| *name == "Upload-Metadata");
            pushed
                .borrow_mut()
                .push(metadata.map(|(_, value)| value.clone()));
            Some(Interference::Replace(Response {
                status: 403,
                headers: vec![("tus-resumable".into(), "1.0.0".into())],
                body: vec![],
            }))
        });
        settle(page.sync()).unwrap();
        for pid in &pids {
            settle(page.retry(pid)).unwrap();
        }
        tablet.network.heal();
        seen.take()
    };
    let oldest_first = order();
    set(&page, night());
    // A minute before four.
    tablet.wait(midnight(&tablet) + DAY + 4 * HOUR - 60_000 - tablet.clock.get());
    let smallest_first = order();
    assert_eq!(oldest_first.len(), 2);
    assert_eq!(
        smallest_first,
        oldest_first.into_iter().rev().collect::<Vec<_>>()
    );
}

#[test]
fn refuses_a_window_without_two_ends_and_keeps_the_settings() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    set(&page, night());
    let window = Window { from: 60, to: 60 };
    let wrong = Settings {
        window: Some(window),
        ..Settings::default()
    };
    assert_eq!(
        settle(page.set_link_settings(wrong)),
        Err(UploadError::WindowMalformed.into())
    );
    assert_eq!(settle(page.link()).unwrap().settings, night());
}

#[test]
fn keeps_the_settings_when_the_database_is_wiped() {
    let tablet = Tablet::paired();
    drop(tablet.worker());
    tablet.wait(DAY);
    let worker = tablet.worker();
    settle(worker.set_link_settings(night())).unwrap();
    drop(worker);
    tablet.disk.borrow_mut().wipe();
    let worker = tablet.worker();
    assert_eq!(settle(worker.link()).unwrap().settings, night());
}

#[test]
fn says_what_a_silence_may_mean() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    settle(page.probe()).unwrap();
    tablet.network.is_up_but_silent.set(true);
    let probe = || settle(page.probe()).unwrap_err();
    assert_eq!(probe(), UploadError::Unreachable.into());
    tablet.clock.set(tablet.clock.get() - 2 * DAY);
    assert_eq!(probe(), UploadError::ClockWrong.into());
}

#[test]
fn remembers_what_went_wrong_and_names_nobody() {
    let tablet = Tablet::paired();
    let pid = tablet.seal(&Applicant::slim(0)).pid;
    tablet
        .network
        .meddle(|_, _| Some(Interference::LoseRequest));
    for _ in 0..3 {
        settle(tablet.page().sync()).unwrap();
    }
    let failures = settle(tablet.page().link()).unwrap().failures;
    assert_eq!(failures.len(), 1);
    let last = &failures[0];
    assert_eq!((last.code.as_str(), last.times), ("upload_offline", 3));
    assert_eq!(last.pid.as_deref(), Some(pid.as_str()));
}

#[test]
fn learns_the_pace_of_the_link_and_keeps_it() {
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let pid = tablet.seal(&applicant).pid;
    // 8,000 bytes per second.
    let uptime = tablet.uptime.clone();
    tablet.network.meddle(move |_, request| {
        uptime.set(uptime.get() + request.body.len() as u64 / 8);
        None
    });
    settle(tablet.page().sync()).unwrap();
    let rate = settle(tablet.page().link()).unwrap().rate;
    assert!((7_500..=8_100).contains(&rate), "{rate}");
    arrived(&tablet, &[(&applicant, &pid)]);
}

#[test]
fn sends_at_most_one_chunk_twice_wherever_an_answer_is_lost() {
    let start = Tablet::paired();
    let applicant = Applicant::full(0);
    let pid = start.seal(&applicant).pid;
    let length = start.kept(&pid).length;
    for n in 1..8 {
        let tablet = start.copy();
        let sent = Rc::new(RefCell::new((0, 0)));
        let seen = sent.clone();
        tablet.network.meddle(move |request_n, request| {
            let mut seen = seen.borrow_mut();
            seen.0 += request.body.len() as u64;
            if request_n == n {
                seen.1 = request.body.len() as u64;
                return Some(Interference::LoseRequest);
            }
            None
        });
        tablet.deliver();
        let (bodies, lost) = *sent.borrow();
        assert_eq!(bodies, length + lost, "request {n}");
        arrived(&tablet, &[(&applicant, &pid)]);
    }
}

#[test]
fn tells_in_each_manifest_what_its_time_is_worth() {
    let tablet = Tablet::paired();
    let clk = |record: &rekam::store::Record| {
        let claims: Manifest = jws::peek(&record.manifest, manifest::TYP).unwrap();
        claims.clk.expect("every manifest says it")
    };
    let seal = |page: &Flow<World>, n| {
        let id = settle(Applicant::slim(n).record(page)).unwrap();
        settle(page.seal(&id, crate::support::today())).unwrap()
    };
    let page = tablet.page();
    tablet.wait(90_000);
    let first = clk(&seal(&page, 0));
    assert_eq!((first.up, first.jumps, first.server), (90, 0, 0));
    settle(page.probe()).unwrap();
    tablet.wait(10_000);
    let second = clk(&seal(&page, 1));
    assert_eq!((second.up, second.jumps), (100, 0));
    assert!(second.server > 0);
    // A cut, and a battery of the clock that is empty.
    drop(page);
    tablet.clock.set(0);
    let page = tablet.page();
    tablet.wait(5_000);
    let third = clk(&seal(&page, 2));
    assert_eq!((third.up, third.jumps), (105, 1));
    settle(page.probe()).unwrap();
    let fourth = clk(&seal(&page, 3));
    assert!(fourth.ahead < -1_000_000_000, "known to be wrong by years");
    invariants::check(&tablet);
}

#[test]
fn follows_a_server_to_the_address_that_it_gives_an_upload() {
    let tablet = Tablet::paired();
    let pid = tablet.seal(&Applicant::full(0)).pid;
    let asked = Rc::new(RefCell::new(Vec::new()));
    let seen = asked.clone();
    tablet.network.meddle(move |_, request| {
        let path = request.url.splitn(4, '/').nth(3).unwrap_or_default();
        seen.borrow_mut().push((request.method, path.to_owned()));
        let mut headers = vec![("tus-resumable".to_owned(), "1.0.0".to_owned())];
        let status = match request.method {
            Method::Post => {
                headers.push(("location".into(), "/files/24".into()));
                201
            }
            Method::Patch => {
                let offset = request
                    .headers
                    .iter()
                    .find(|(name, _)| *name == "Upload-Offset");
                let offset: usize = offset.unwrap().1.parse().unwrap();
                let end = (offset + request.body.len()).to_string();
                headers.push(("upload-offset".into(), end));
                204
            }
            _ => 404,
        };
        Some(Interference::Replace(Response {
            status,
            headers,
            body: vec![],
        }))
    });
    settle(tablet.page().sync()).unwrap();
    let asked = asked.take();
    let patched = asked.iter().filter(|(method, _)| *method == Method::Patch);
    assert!(patched.clone().count() > 1);
    assert!(patched.clone().all(|(_, path)| path == "files/24"));
    let kept = tablet.kept(&pid);
    assert_eq!((kept.state, kept.sent), (State::Stored, kept.length));
    assert_eq!(kept.reason.as_deref(), Some("receipt_missing"));
}
