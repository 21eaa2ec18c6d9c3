//! Who was recorded here before: known for as long as the record is, and to nobody who has not
//! unlocked.

use rekam::error::{Error, OperatorError};
use rekam::flow::{NewOperator, Recorded};
use rekam::journal::AGED_MILLIS;
use rekam::operator::Role;
use rekam::store::State;

use crate::support::applicant::Applicant;
use crate::support::contains;
use crate::support::executor::settle;
use crate::support::tablet::{Tablet, first};
use crate::support::today;

fn recorded(tablet: &Tablet, nik: &str) -> Vec<Recorded> {
    settle(tablet.page().recorded_before(nik)).unwrap()
}

#[test]
fn tells_of_a_packet_that_was_sent_and_erased_long_since() {
    let tablet = Tablet::paired();
    let (one, other) = (Applicant::slim(1), Applicant::slim(2));
    assert_eq!(recorded(&tablet, &one.nik), []);
    let record = tablet.seal(&one);
    let waiting = Recorded {
        pid: record.pid,
        seq: record.seq,
        service: record.service,
        sealed_at: record.sealed_at,
        state: State::Stored,
    };
    assert_eq!(recorded(&tablet, &one.nik), std::slice::from_ref(&waiting));
    assert_eq!(recorded(&tablet, &other.nik), []);
    tablet.deliver();
    let purged = Recorded {
        state: State::Purged,
        ..waiting
    };
    assert_eq!(recorded(&tablet, &one.nik), std::slice::from_ref(&purged));
    let spaced = format!(" {}.{} ", &one.nik[..6], &one.nik[6..]);
    assert_eq!(recorded(&tablet, &spaced), std::slice::from_ref(&purged));
    let again = tablet.seal(&one);
    let pids: Vec<_> = recorded(&tablet, &one.nik)
        .into_iter()
        .map(|packet| packet.pid)
        .collect();
    assert_eq!(pids, [purged.pid, again.pid]);
}

#[test]
fn tells_every_operator_and_nobody_else() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(3);
    tablet.seal(&applicant);
    let colleague = NewOperator {
        name: "Rekan".into(),
        pin: "908172".to_owned().into(),
    };
    let colleague = settle(tablet.page().add_operator(&colleague, Role::Operator)).unwrap();
    let page = tablet.locked_page();
    let locked = Some(Error::Operator(OperatorError::Locked));
    let ask = || settle(page.recorded_before(&applicant.nik));
    assert_eq!(ask().err(), locked);
    settle(page.unlock(&colleague.id, "908172")).unwrap();
    assert_eq!(ask().unwrap().len(), 1);
    page.lock();
    assert_eq!(ask().err(), locked);
    let subject = tablet.disk.borrow().records[0].subject.clone().unwrap();
    assert_eq!(subject.len(), 22, "16 bytes in base64url");
    assert!(!contains(
        &tablet.disk.borrow().bytes(),
        applicant.nik.as_bytes()
    ));
}

#[test]
fn knows_it_from_the_journal_when_the_database_is_gone() {
    let tablet = Tablet::new();
    let link = tablet.network.registry.borrow().link();
    settle(tablet.worker().pair(&link, &first())).unwrap();
    tablet.wait(AGED_MILLIS);
    let (sent, waiting) = (Applicant::slim(4), Applicant::slim(5));
    for applicant in [&sent, &waiting] {
        let worker = tablet.worker();
        let id = settle(applicant.record(&worker)).unwrap();
        settle(worker.seal(&id, today())).unwrap();
        if applicant.nik == sent.nik {
            settle(worker.sync()).unwrap();
        }
    }
    tablet.disk.borrow_mut().wipe();
    let worker = tablet.worker();
    let states = |nik: &str| -> Vec<State> {
        let packets = settle(worker.recorded_before(nik)).unwrap();
        packets.into_iter().map(|packet| packet.state).collect()
    };
    assert_eq!(states(&sent.nik), [State::Purged]);
    assert_eq!(states(&waiting.nik), [State::Stored]);
}
