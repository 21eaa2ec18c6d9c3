//! One tablet: what survives its pages, and the pages themselves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rekam::draft::DraftId;
use rekam::flow::{Flow, NewOperator};
use rekam::journal::Journaled;
use rekam::operator::PinCost;
use rekam::ports::Millis;
use rekam::store::Record;

use super::applicant::Applicant;
use super::disk::Disk;
use super::executor::{settle, until_crash};
use super::network::Network;
use super::registry::Registry;
use super::world::{Fault, Held, Holder, World};
use super::{Dice, MORNING, today};

/// The PIN of the first operator.
pub const PIN: &str = "620216";

/// The first operator.
pub fn first() -> NewOperator {
    NewOperator {
        name: "Petugas Contoh".into(),
        pin: PIN.to_owned().into(),
    }
}

/// Unlocks a page of a tablet that has operators.
fn unlocked<W: rekam::ports::World>(page: Flow<W>) -> Flow<W> {
    let screen = settle(page.lock_screen()).expect("nothing fails");
    if let Some(operator) = screen.operators.first() {
        settle(page.unlock(operator.id(), PIN)).expect("the PIN is right");
    }
    page
}

/// A tablet and the registry that it can reach.
pub struct Tablet {
    /// What it keeps.
    pub disk: Rc<RefCell<Disk>>,
    /// Its way to the registry.
    pub network: Rc<Network>,
    /// Its clock.
    pub clock: Rc<Cell<Millis>>,
    /// Its clock that nobody can set.
    pub uptime: Rc<Cell<Millis>>,
    held: Held,
    holder: Holder,
    pages: Cell<u64>,
}

impl Tablet {
    /// A tablet that is not paired yet, in the morning.
    pub fn new() -> Self {
        let disk = Disk {
            has_journal: true,
            ..Disk::default()
        };
        Self::over(disk, Registry::new(), MORNING)
    }

    /// A tablet that is paired.
    pub fn paired() -> Self {
        let tablet = Self::new();
        let link = tablet.network.registry.borrow().link();
        settle(tablet.page().pair(&link, &first())).expect("the link is good");
        tablet
    }

    fn over(disk: Disk, registry: Registry, now: Millis) -> Self {
        Self {
            disk: Rc::new(RefCell::new(disk)),
            network: Rc::new(Network::new(registry)),
            clock: Rc::new(Cell::new(now)),
            uptime: Rc::new(Cell::new(0)),
            held: Held::default(),
            holder: Holder::default(),
            pages: Cell::new(now),
        }
    }

    /// Another tablet and registry, in the very state that these two are in: to try the same
    /// thing again with another fault.
    pub fn copy(&self) -> Self {
        let disk = self.disk.borrow().clone();
        let registry = self.network.registry.borrow().clone();
        let copy = Self::over(disk, registry, self.clock.get());
        copy.pages.set(self.pages.get());
        copy
    }

    /// Opens a page, and its operator unlocks it; after a crash this is the restart.
    pub fn page(&self) -> Flow<World> {
        unlocked(self.locked_page())
    }

    /// Opens a page that nobody unlocked, like that of the service worker.
    pub fn locked_page(&self) -> Flow<World> {
        self.page_under(Some(self.held.clone()))
    }

    /// Opens a page that does not see the locks of the others, as where Web Locks are missing.
    pub fn page_without_locks(&self) -> Flow<World> {
        unlocked(self.page_under(None))
    }

    fn page_under(&self, held: Option<Held>) -> Flow<World> {
        Flow::with_pin_cost(self.world(held), PinCost::LEAST)
    }

    fn world(&self, held: Option<Held>) -> World {
        self.pages.set(self.pages.get() + 1);
        let (disk, network) = (self.disk.clone(), self.network.clone());
        let (clock, uptime) = (self.clock.clone(), self.uptime.clone());
        let locks = (held, self.holder.clone());
        World::new(disk, network, clock, uptime, locks, self.pages.get())
    }

    /// The ports of a page that is not open yet: what the dedicated worker begins with.
    pub fn ports(&self) -> World {
        self.world(Some(self.held.clone()))
    }

    /// Opens the page that has the journal, and its operator unlocks it; after a crash this is the
    /// restart.
    pub fn worker(&self) -> Flow<Journaled<World>> {
        self.worker_that(false)
    }

    /// The same by a page that takes the journal over from another.
    pub fn worker_that_takes_over(&self) -> Flow<Journaled<World>> {
        self.worker_that(true)
    }

    fn worker_that(&self, takes_over: bool) -> Flow<Journaled<World>> {
        let world = settle(Journaled::open(self.ports(), takes_over)).expect("nobody else has it");
        unlocked(Flow::with_pin_cost(world, PinCost::LEAST))
    }

    /// The power goes, and comes back: every page is gone, and of the journal what was not flushed.
    pub fn cut(&self, dice: &mut Dice) {
        self.disk.borrow_mut().cut(dice, self.clock.get());
        self.holder.set(None);
    }

    /// Lets time pass, at the registry too.
    pub fn wait(&self, millis: Millis) {
        let seconds = (self.uptime.get() + millis) / 1_000 - self.uptime.get() / 1_000;
        self.clock.set(self.clock.get() + millis);
        self.uptime.set(self.uptime.get() + millis);
        self.network.registry.borrow_mut().now += seconds;
    }

    /// Sends from a page that is killed while it waits for the answer to its first request.
    pub fn be_killed_in_the_first_request(&self, page: fn(&Self) -> Flow<World>) {
        for n in 1.. {
            let copy = self.copy();
            let dry = page(&copy);
            copy.network.heal();
            dry.world().plan(n, Fault::CrashAfter);
            until_crash(dry.world(), dry.sync());
            if copy.network.requests() == 1 {
                let page = page(self);
                page.world().plan(n, Fault::CrashAfter);
                assert!(until_crash(page.world(), page.sync()).is_none());
                return;
            }
        }
    }

    /// Records an applicant and leaves the draft.
    pub fn record(&self, applicant: &Applicant) -> DraftId {
        settle(applicant.record(&self.page())).expect("nothing fails")
    }

    /// Records and seals an applicant.
    pub fn seal(&self, applicant: &Applicant) -> Record {
        let page = self.page();
        let id = settle(applicant.record(&page)).expect("nothing fails");
        settle(page.seal(&id, today())).expect("everything is there")
    }

    /// The record of a packet, as it is on the disk.
    pub fn kept(&self, pid: &str) -> Record {
        self.disk
            .borrow()
            .record(pid)
            .expect("it was sealed here")
            .clone()
    }

    /// Sends until nothing waits, as the timer of a page does: it tries again when a run says so.
    pub fn deliver(&self) {
        for _ in 0..50 {
            let report = settle(self.page().sync()).expect("the store works");
            match report.retry_in {
                Some(millis) => self.wait(millis),
                None => return,
            }
        }
        panic!("packets still wait after fifty runs");
    }
}
