//! One round: a new tablet pairs, seals a queue of packets and sends it until everything is signed
//! for, through a network that misbehaves for a while.

use std::collections::BTreeMap;
use std::rc::Rc;

use rekam::error::Error;
use rekam::flow::{Flow, Report as Run};
use rekam::store::{LEASE_MILLIS, Record, State};

use crate::client::Client;
use crate::ledger::Ledger;
use crate::plan::Weather;
use crate::proxy::{Proxy, Traffic, deliver_late};
use crate::registry::{ERASES, KEEPS, Registry, Site};
use crate::report::Outcome;
use crate::station::{Clocks, Station, applicant};
use crate::support::Dice;
use crate::support::executor::crashable;
use crate::support::world::{Fault as Stroke, World};

/// Runs of the sender while the network misbehaves; then it heals.
const MOST_FAULTY_RUNS: usize = 12;
/// Runs after which a queue on a good link counts as stuck.
const MOST_GOOD_RUNS: usize = 40;
/// Tries after which pairing on a bad link waits for a better one.
const MOST_PAIRINGS: usize = 12;
/// The longest capture of small, middling and large packets, in bytes: 20 to 500 KB in all.
const LONGEST_CAPTURES: [usize; 3] = [300, 12_000, 64_000];
/// Ports that a page calls while it sends a few packets: where it may be killed.
const PORTS_CALLED: usize = 60;

/// What a round is drawn from.
#[derive(Clone, Copy)]
pub struct Plan {
    /// For everything random.
    pub seed: u64,
    /// How much goes wrong.
    pub weather: Weather,
    /// How long a receipted packet is kept.
    pub site: Site,
    /// Longest captures of each packet of the queue.
    pub packets: [Option<usize>; 5],
    /// Whether pages are killed, and whether two are at it at once.
    pub has_deaths: bool,
}

impl Plan {
    /// The plan of a round that goes wrong.
    pub fn draw(seed: u64, round: u64) -> Self {
        let seed = Dice::new(seed ^ round.wrapping_mul(0x2545_f491_4f6c_dd1d)).next();
        let mut dice = Dice::new(seed);
        let mut weather = Weather::draw(&mut dice);
        weather.has_slow_request = round % 50 == 7;
        let mut packets = [None; 5];
        let count = 1 + dice.below(packets.len());
        for packet in &mut packets[..count] {
            *packet = Some(LONGEST_CAPTURES[[0, 0, 0, 1, 1, 1, 2][dice.below(7)]]);
        }
        if weather.has_slow_request {
            packets[0] = Some(LONGEST_CAPTURES[0]);
        }
        Self {
            seed,
            weather,
            site: [ERASES, KEEPS][dice.below(2)],
            packets,
            has_deaths: true,
        }
    }

    /// The plan of a round in which nothing goes wrong, for packets with captures of that length.
    pub fn clear(seed: u64, longest_capture: usize) -> Self {
        Self {
            seed: Dice::new(!seed).next(),
            weather: Weather::CLEAR,
            site: ERASES,
            packets: [Some(longest_capture); 5],
            has_deaths: false,
        }
    }
}

/// Runs a round at a registry and its proxy; `now` is the time on the tablet, in milliseconds.
pub async fn run(registry: &Registry, proxy: &Proxy, plan: Plan, now: u64) -> Outcome {
    let clocks = Clocks::new(now);
    let traffic = Traffic::new(plan.seed, plan.weather, clocks.clone());
    proxy.begin(traffic.clone());
    let ledger = Ledger::new(registry.data(), clocks.clone(), plan.site.grace_seconds);
    let station = Station::new(Rc::new(Client), clocks, plan.seed);
    station.disk.borrow_mut().witness = Some(ledger.witness());
    let round = Round {
        registry,
        plan,
        traffic,
        ledger,
        station,
        dice: Dice::new(!plan.seed),
        runs: 0,
        refused: BTreeMap::new(),
    };
    round.run().await
}

/// Why a round cannot go on.
type Failure = String;

struct Round<'a> {
    registry: &'a Registry,
    plan: Plan,
    traffic: Rc<Traffic>,
    ledger: Rc<Ledger>,
    station: Station,
    dice: Dice,
    runs: u64,
    refused: BTreeMap<String, u64>,
}

impl Round<'_> {
    async fn run(mut self) -> Outcome {
        if let Err(failure) = self.play().await {
            self.ledger.object(failure);
        }
        let tally = self.traffic.tally.borrow().clone();
        let records = self.station.records();
        let sealed: u64 = records.iter().map(|record| record.length).sum();
        if tally.ciphertext > sealed + tally.interruptions * tally.largest {
            let (sent, times) = (tally.ciphertext, tally.interruptions);
            let said = format!("{sent} bytes were sent of {sealed}, for {times} interruptions");
            self.ledger.object(said);
        }
        Outcome {
            tally,
            pids: self.ledger.pids(),
            sealed,
            runs: self.runs,
            refused: self.refused,
            violations: self.ledger.violations(),
        }
    }

    async fn play(&mut self) -> Result<(), Failure> {
        self.pair().await?;
        let mut queue = self.plan.packets.into_iter().flatten().peekable();
        for _ in 0..MOST_FAULTY_RUNS {
            // Recording goes on while packets are sent.
            for longest in queue.by_ref() {
                self.seal(longest).await?;
                if self.dice.below(4) == 0 {
                    break;
                }
            }
            self.send().await?;
            self.ledger.check_tablet(&self.station);
            if queue.peek().is_none() && !self.station.records().iter().any(is_owed) {
                break;
            }
        }
        for longest in queue {
            self.seal(longest).await?;
        }
        self.heal().await;
        self.drain().await?;
        self.ledger.check_end(&self.station);
        Ok(())
    }

    async fn pair(&mut self) -> Result<(), Failure> {
        let link = self.registry.pair(self.plan.site).await;
        let link = link.map_err(|failure| format!("no link: {failure}"))?;
        for attempt in 0..=MOST_PAIRINGS {
            if attempt == MOST_PAIRINGS {
                self.heal().await;
            }
            let paired = tokio::select! {
                biased;
                () = self.traffic.kill.notified() => None,
                paired = self.station.pair(&link) => Some(paired),
            };
            if let Some(Ok(configuration)) = paired {
                self.ledger.believe(configuration.keys());
                self.traffic.tally.borrow_mut().forget_bytes();
                return Ok(());
            }
            self.station.clocks.pass(LEASE_MILLIS);
        }
        Err("pairing fails on a good link".into())
    }

    async fn seal(&mut self, longest: usize) -> Result<(), Failure> {
        let applicant = applicant(&mut self.dice, longest);
        let sealed = self.station.seal(&applicant).await;
        let record = sealed.map_err(|error| said("sealing", error))?;
        self.ledger.note(&self.station, &record);
        Ok(())
    }

    /// One run of the sender, or of two at once; it may be killed anywhere.
    async fn send(&mut self) -> Result<(), Failure> {
        let has_rival = self.plan.has_deaths && self.dice.below(8) == 0;
        // Two are at it only where there are no locks at all.
        let page = match has_rival {
            true => self.station.page_without_locks(),
            false => self.station.page(),
        };
        let rival = self.station.page_without_locks();
        if self.plan.has_deaths && self.dice.below(4) == 0 {
            let stroke = [Stroke::CrashBefore, Stroke::CrashAfter][self.dice.below(2)];
            let n = 1 + self.dice.below(PORTS_CALLED);
            page.world().plan(n as u32, stroke);
        }
        let rivals_run = async {
            if has_rival {
                run_of(&rival).await
            } else {
                None
            }
        };
        let ended = tokio::select! {
            biased;
            () = self.traffic.kill.notified() => [None, None],
            (ours, rivals) = async { tokio::join!(run_of(&page), rivals_run) } => [ours, rivals],
        };
        self.runs += 1 + u64::from(has_rival);
        if page.world().has_crashed() {
            let mut tally = self.traffic.tally.borrow_mut();
            tally.count_fault("sender killed at a port", true);
        }
        let mut wait = None;
        for run in ended.into_iter().flatten() {
            wait = wait.max(run.map_err(|error| said("sending", error))?.retry_in);
        }
        // Who was killed is looked for when its lease is over.
        self.station.clocks.pass(wait.unwrap_or(LEASE_MILLIS));
        Ok(())
    }

    async fn heal(&self) {
        self.traffic.heal();
        deliver_late(&self.traffic, self.registry).await;
    }

    /// Sends on a good link until nothing is owed. A person sends refused packets once more.
    async fn drain(&mut self) -> Result<(), Failure> {
        self.plan.has_deaths = false;
        let may_keep = self.plan.site.grace_seconds > 0;
        for _ in 0..MOST_GOOD_RUNS {
            for record in self.station.records() {
                if record.state == State::Refused {
                    let reason = record.reason.clone().unwrap_or_default();
                    *self.refused.entry(reason).or_default() += 1;
                    let retried = self.station.page().retry(&record.pid).await;
                    retried.map_err(|error| said("sending once more", error))?;
                }
            }
            self.send().await?;
            let records = self.station.records();
            let is_done = |record: &Record| {
                record.state == State::Purged || (may_keep && record.state == State::Receipted)
            };
            if records.iter().all(is_done) {
                return Ok(());
            }
        }
        Err("the queue is stuck on a good link".into())
    }
}

async fn run_of(page: &Flow<World>) -> Option<rekam::error::Result<Run>> {
    crashable(page.world(), page.sync()).await
}

fn is_owed(record: &Record) -> bool {
    !matches!(record.state, State::Receipted | State::Purged)
}

fn said(doing: &str, error: Error) -> Failure {
    format!("{doing}: {}", error.code())
}
