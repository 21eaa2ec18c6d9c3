//! Operators: a PIN unlocks the drafts, wrong ones lock out, and nothing but time opens again.

use rekam::error::{Error, OperatorError};
use rekam::flow::{Flow, NewOperator};
use rekam::operator::{Operator, Role};

use crate::support::applicant::Applicant;
use crate::support::executor::{settle, until_crash};
use crate::support::network::Interference;
use crate::support::tablet::{PIN, Tablet, first};
use crate::support::today;
use crate::support::world::{Fault, World};

const OTHER_PIN: &str = "908172";

fn id(page: &Flow<World>, n: usize) -> String {
    let screen = settle(page.lock_screen()).unwrap();
    screen.operators[n].id().to_owned()
}

fn unlock(page: &Flow<World>, n: usize, pin: &str) -> Result<Operator, Error> {
    settle(page.unlock(&id(page, n), pin))
}

fn colleague() -> NewOperator {
    NewOperator {
        name: "Rekan".into(),
        pin: OTHER_PIN.to_owned().into(),
    }
}

#[test]
fn reads_no_draft_until_somebody_unlocks() {
    let tablet = Tablet::paired();
    let applicant = Applicant::slim(1);
    let draft = tablet.record(&applicant);
    let locked = tablet.locked_page();
    let refused = Some(Error::Operator(OperatorError::Locked));
    assert_eq!(settle(locked.drafts()).err(), refused);
    assert_eq!(settle(locked.draft(&draft)).err(), refused);
    assert_eq!(settle(locked.seal(&draft, today())).err(), refused);
    assert_eq!(settle(locked.discard(&draft)).err(), refused);
    unlock(&locked, 0, PIN).unwrap();
    assert!(settle(locked.draft(&draft)).unwrap().text("name") == applicant.name);
    locked.lock();
    assert_eq!(settle(locked.draft(&draft)).err(), refused);
    unlock(&locked, 0, PIN).unwrap();
    settle(locked.seal(&draft, today())).unwrap();
}

#[test]
fn sends_what_was_sealed_though_nobody_unlocked() {
    let tablet = Tablet::paired();
    tablet.seal(&Applicant::slim(1));
    let report = settle(tablet.locked_page().sync()).unwrap();
    assert_eq!((report.receipted, report.waiting), (1, 0));
}

#[test]
fn locks_out_across_reloads_and_whatever_the_clock_says() {
    let tablet = Tablet::paired();
    for _ in 0..5 {
        let wrong = unlock(&tablet.locked_page(), 0, "111222");
        assert_eq!(wrong.err(), Some(OperatorError::PinWrong.into()));
    }
    let refused = Some(Error::Operator(OperatorError::LockedOut));
    assert_eq!(unlock(&tablet.locked_page(), 0, PIN).err(), refused);
    // A year later by the clock that anybody can set.
    tablet.clock.set(tablet.clock.get() + 31_536_000_000);
    assert_eq!(unlock(&tablet.locked_page(), 0, PIN).err(), refused);
    // A minute of a page that is open.
    let page = tablet.locked_page();
    tablet.wait(59_000);
    let screen = settle(page.lock_screen()).unwrap();
    assert!((1..=1_000).contains(&screen.operators[0].locked_for()));
    assert_eq!(unlock(&page, 0, PIN).err(), refused);
    tablet.wait(1_000);
    unlock(&page, 0, PIN).unwrap();
}

#[test]
fn counts_a_wrong_pin_though_the_page_is_killed_over_it() {
    let tablet = Tablet::paired();
    for _ in 0..5 {
        let page = tablet.locked_page();
        let operator = id(&page, 0);
        // Lock, read, write; then the PIN is judged.
        page.world().plan(3, Fault::CrashAfter);
        assert!(until_crash(page.world(), page.unlock(&operator, "111222")).is_none());
    }
    let refused = Some(Error::Operator(OperatorError::LockedOut));
    assert_eq!(unlock(&tablet.locked_page(), 0, PIN).err(), refused);
}

#[test]
fn lets_a_supervisor_add_reset_and_remove_operators_without_a_network() {
    let tablet = Tablet::paired();
    tablet
        .network
        .meddle(|_, _| Some(Interference::LoseRequest));
    let page = tablet.page();
    settle(page.add_operator(&colleague(), Role::Operator)).unwrap();

    let theirs = tablet.locked_page();
    unlock(&theirs, 1, OTHER_PIN).unwrap();
    let forbidden = Some(Error::Operator(OperatorError::NotSupervisor));
    let added = settle(theirs.add_operator(&first(), Role::Supervisor));
    assert_eq!(added.err(), forbidden);
    let supervisor = id(&theirs, 0);
    assert_eq!(
        settle(theirs.reset_pin(&supervisor, OTHER_PIN)).err(),
        forbidden
    );
    assert_eq!(settle(theirs.remove_operator(&supervisor)).err(), forbidden);

    let own = id(&theirs, 1);
    settle(theirs.reset_pin(&own, "314159")).unwrap();
    assert!(unlock(&tablet.locked_page(), 1, OTHER_PIN).is_err());
    settle(page.reset_pin(&own, OTHER_PIN)).unwrap();
    unlock(&tablet.locked_page(), 1, OTHER_PIN).unwrap();
    settle(page.remove_operator(&own)).unwrap();
    assert_eq!(settle(page.lock_screen()).unwrap().operators.len(), 1);
}

#[test]
fn lets_a_supervisor_change_roles_but_not_that_of_the_last_supervisor() {
    let tablet = Tablet::paired();
    let page = tablet.page();
    settle(page.add_operator(&colleague(), Role::Operator)).unwrap();
    let (own, theirs) = (id(&page, 0), id(&page, 1));
    let last = Some(Error::Operator(OperatorError::LastSupervisor));
    assert_eq!(settle(page.set_role(&own, Role::Operator)).err(), last);
    let nobody = settle(page.set_role("nobody", Role::Operator)).err();
    assert_eq!(nobody, Some(OperatorError::Unknown.into()));

    let colleague = tablet.locked_page();
    unlock(&colleague, 1, OTHER_PIN).unwrap();
    let forbidden = Some(Error::Operator(OperatorError::NotSupervisor));
    let asked = settle(colleague.set_role(&theirs, Role::Supervisor));
    assert_eq!(asked.err(), forbidden);

    settle(page.set_role(&theirs, Role::Supervisor)).unwrap();
    settle(page.set_role(&own, Role::Operator)).unwrap();
    // From here on, and with the PINs that they have.
    assert_eq!(
        settle(page.set_role(&own, Role::Supervisor)).err(),
        forbidden
    );
    let supervisor = unlock(&tablet.locked_page(), 1, OTHER_PIN).unwrap();
    assert_eq!(supervisor.role, Role::Supervisor);
    let operator = unlock(&tablet.locked_page(), 0, PIN).unwrap();
    assert_eq!(operator.role, Role::Operator);
}

#[test]
fn gives_every_operator_the_same_drafts() {
    let tablet = Tablet::paired();
    let draft = tablet.record(&Applicant::slim(3));
    settle(tablet.page().add_operator(&colleague(), Role::Operator)).unwrap();
    let page = tablet.locked_page();
    unlock(&page, 1, OTHER_PIN).unwrap();
    settle(page.seal(&draft, today())).unwrap();
}

#[test]
fn opens_with_the_registrys_code_when_the_last_pin_is_forgotten() {
    let tablet = Tablet::paired();
    let draft = tablet.record(&Applicant::slim(2));
    let code = tablet.network.registry.borrow().recovery_code();
    let page = tablet.locked_page();
    let only = id(&page, 0);
    let wrong = settle(page.recover("00000", &only, OTHER_PIN)).err();
    assert_eq!(wrong, Some(OperatorError::RecoveryMalformed.into()));
    settle(page.recover(&code, &only, OTHER_PIN)).unwrap();
    settle(page.draft(&draft)).unwrap();
    unlock(&tablet.locked_page(), 0, OTHER_PIN).unwrap();
    assert!(unlock(&tablet.locked_page(), 0, PIN).is_err());
}

#[test]
fn is_never_paired_without_an_operator() {
    let bad = NewOperator {
        name: "Petugas".into(),
        pin: "123456".to_owned().into(),
    };
    let tablet = Tablet::new();
    let link = tablet.network.registry.borrow().link();
    let refused = settle(tablet.page().pair(&link, &bad)).map(drop);
    assert_eq!(refused, Err(OperatorError::PinWeak.into()));
    assert!(tablet.disk.borrow().configuration.is_none());
    settle(tablet.page().pair(&link, &first())).unwrap();
    // Once more keeps the operators that there are.
    settle(tablet.locked_page().pair(&link, &colleague())).unwrap();
    let screen = settle(tablet.locked_page().lock_screen()).unwrap();
    assert_eq!(screen.operators.len(), 1);
    unlock(&tablet.locked_page(), 0, PIN).unwrap();
}
