//! A tablet in memory with the real core, whose clock only the run moves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rekam::error::Result;
use rekam::flow::Flow;
use rekam::operator::PinCost;
use rekam::ports::Millis;
use rekam::station::Configuration;
use rekam::store::Record;

use crate::support::applicant::Applicant;
use crate::support::disk::Disk;
use crate::support::network::Link;
use crate::support::tablet::{PIN, first};
use crate::support::world::{Held, Holder, World};
use crate::support::{Dice, today};

/// The tablet's two clocks.
#[derive(Clone)]
pub struct Clocks {
    wall: Rc<Cell<Millis>>,
    uptime: Rc<Cell<Millis>>,
}

impl Clocks {
    /// A tablet that is switched on at `now`.
    pub fn new(now: Millis) -> Self {
        Self {
            wall: Rc::new(Cell::new(now)),
            uptime: Rc::default(),
        }
    }

    /// Lets time pass.
    pub fn pass(&self, millis: Millis) {
        self.wall.set(self.wall.get() + millis);
        self.uptime.set(self.uptime.get() + millis);
    }

    /// What the tablet takes for the time.
    pub fn now(&self) -> Millis {
        self.wall.get()
    }
}

/// The tablet: what survives its pages.
pub struct Station {
    /// What it keeps.
    pub disk: Rc<RefCell<Disk>>,
    /// Its clocks.
    pub clocks: Clocks,
    link: Rc<dyn Link>,
    held: Held,
    pages: Cell<u64>,
}

impl Station {
    /// A tablet that is not paired. Everything random on it follows from `seed`.
    pub fn new(link: Rc<dyn Link>, clocks: Clocks, seed: u64) -> Self {
        Self {
            disk: Rc::default(),
            clocks,
            link,
            held: Held::default(),
            pages: Cell::new(seed),
        }
    }

    /// A page that nobody unlocked, as the service worker is one; after a crash this is the restart.
    pub fn page(&self) -> Flow<World> {
        self.page_under(Some(self.held.clone()))
    }

    /// A page that does not see the locks of the others, as where Web Locks are missing.
    pub fn page_without_locks(&self) -> Flow<World> {
        self.page_under(None)
    }

    fn page_under(&self, held: Option<Held>) -> Flow<World> {
        self.pages.set(self.pages.get().wrapping_add(1));
        let world = World::new(
            self.disk.clone(),
            self.link.clone(),
            self.clocks.wall.clone(),
            self.clocks.uptime.clone(),
            (held, Holder::default()),
            self.pages.get(),
        );
        Flow::with_pin_cost(world, PinCost::LEAST)
    }

    /// Pairs by a link, with a supervisor whose PIN is that of the tests.
    pub async fn pair(&self, link: &str) -> Result<Configuration> {
        self.page().pair(link, &first()).await
    }

    /// Records and seals an applicant.
    pub async fn seal(&self, applicant: &Applicant) -> Result<Record> {
        let page = self.page();
        let screen = page.lock_screen().await?;
        let operator = screen.operators.first().expect("who is paired has one");
        page.unlock(operator.id(), PIN).await?;
        let id = applicant.record(&page).await?;
        page.seal(&id, today()).await
    }

    /// Everything that it keeps of its packets.
    pub fn records(&self) -> Vec<Record> {
        self.disk.borrow().records.clone()
    }
}

/// An applicant whose captures have some length up to `longest`, and no two the same bytes.
pub fn applicant(dice: &mut Dice, longest: usize) -> Applicant {
    let mut applicant = Applicant::slim(dice.below(90));
    for (_, _, bytes) in &mut applicant.captures {
        let length = 1 + dice.below(longest);
        *bytes = dice.bytes(length);
    }
    applicant
}
