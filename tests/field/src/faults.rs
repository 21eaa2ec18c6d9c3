//! `field faults`: rounds on several lanes, each with a registry, a proxy and a thread of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{io, thread};

use clap::Args;
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

use crate::proxy::Proxy;
use crate::registry::{Registry, packets};
use crate::report::{Outcome, Report};
use crate::round::{self, Plan};

/// Half of a round goes by waiting for disks, so there are more lanes than processors.
const LANES: u64 = 4;
/// A round that takes longer, on the wall, is stuck.
const LONGEST_ROUND: Duration = Duration::from_secs(180);
/// Packets that go over a link without faults, and the longest of their captures in bytes.
const CLEAR_PACKETS: [(&str, usize); 3] = [("20 KB", 300), ("100 KB", 12_000), ("2 MB", 280_000)];

/// Arguments of `field faults`.
#[derive(Args)]
pub struct Options {
    /// The program of the registry
    #[arg(long)]
    registry: PathBuf,
    /// How many rounds
    #[arg(long, default_value_t = 50)]
    rounds: u64,
    /// What everything is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this one of the rounds
    #[arg(long)]
    only: Option<u64>,
}

/// What a lane says.
enum News {
    Faulty(u64, Outcome),
    Clear(&'static str, Outcome),
    Broken(String),
}

/// Runs all rounds and prints what they came to.
pub fn run(options: &Options) -> ExitCode {
    let from = Instant::now();
    let seed = options.seed;
    let (sender, news) = channel();
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| spawn(lane, options, &sender))
        .collect();
    drop(sender);
    let mut faulty = Report::default();
    let mut clear: BTreeMap<&str, Report> = BTreeMap::new();
    let mut broken = 0;
    for one in news {
        match one {
            News::Faulty(round, outcome) => {
                for violation in &outcome.violations {
                    println!("violation: seed {seed} round {round}: {violation}");
                }
                faulty.add(&outcome);
                if faulty.rounds() % 100 == 0 {
                    eprintln!("faults: {} rounds, {:.0?}", faulty.rounds(), from.elapsed());
                }
            }
            News::Clear(size, outcome) => {
                for violation in &outcome.violations {
                    println!("violation: seed {seed}, no faults: {violation}");
                }
                clear.entry(size).or_default().add(&outcome);
            }
            News::Broken(why) => {
                println!("violation: seed {seed}: {why}");
                broken += 1;
            }
        }
    }
    for lane in lanes {
        broken += u64::from(lane.join().is_err());
    }
    println!("\n{} rounds with faults, seed {seed}", faulty.rounds());
    println!("{}", faulty.table());
    for (size, report) in &clear {
        println!("\nno faults, packets of {size}\n{}", report.table());
        broken += report.failed();
    }
    let failed = faulty.failed() + broken;
    let passed = faulty.rounds() - faulty.failed();
    let seconds = from.elapsed().as_secs_f64();
    println!("\nfaults: {passed} rounds without a violation, {failed} with one ({seconds:.1} s)");
    ExitCode::from(u8::from(failed > 0 || passed == 0))
}

/// Starts a lane, which runs every fourth round, and then sends packets of one size without faults.
fn spawn(lane: u64, options: &Options, news: &Sender<News>) -> thread::JoinHandle<()> {
    let (binary, news) = (options.registry.clone(), news.clone());
    let (seed, rounds, only) = (options.seed, options.rounds, options.only);
    thread::spawn(move || {
        let mine = (0..rounds).filter(|round| round % LANES == lane);
        let mine = mine.filter(|round| only.is_none_or(|only| only == *round));
        let tell = |one| news.send(one).expect("somebody listens to the end");
        let run = async {
            let mut at_work = Lane::open(&binary).await?;
            for round in mine {
                tell(News::Faulty(
                    round,
                    at_work.run(Plan::draw(seed, round)).await,
                ));
            }
            if let Some((size, longest)) = CLEAR_PACKETS.get(lane as usize) {
                let outcome = at_work.run(Plan::clear(seed ^ lane, *longest)).await;
                tell(News::Clear(size, outcome));
            }
            at_work.check().await
        };
        let runtime = Builder::new_current_thread().enable_all().build();
        let ended = runtime.and_then(|runtime| LocalSet::new().block_on(&runtime, run));
        let violations = ended.unwrap_or_else(|failure| vec![format!("a lane broke: {failure}")]);
        violations.into_iter().map(News::Broken).for_each(tell);
    })
}

/// A registry, the proxy before it, and what was sealed for it.
struct Lane {
    registry: Rc<Registry>,
    proxy: Rc<Proxy>,
    pids: BTreeSet<String>,
}

impl Lane {
    async fn open(binary: &Path) -> io::Result<Self> {
        let proxy = Rc::new(Proxy::bind().await?);
        let registry = Rc::new(Registry::start(binary, proxy.endpoint()?).await?);
        let (serving, upstream) = (proxy.clone(), registry.clone());
        spawn_local(async move { serving.serve(upstream).await });
        Ok(Self {
            registry,
            proxy,
            pids: BTreeSet::new(),
        })
    }

    async fn run(&mut self, plan: Plan) -> Outcome {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_millis() as u64);
        let round = round::run(&self.registry, &self.proxy, plan, now);
        let outcome = match timeout(LONGEST_ROUND, round).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome {
                violations: vec!["the round is stuck".into()],
                ..Outcome::default()
            },
        };
        self.pids.extend(outcome.pids.iter().cloned());
        outcome
    }

    /// What the registry has in the end, of all tablets: each packet once and no other, and in no
    /// chain a gap.
    async fn check(&self) -> io::Result<Vec<String>> {
        let mut violations = Vec::new();
        let there = packets(&self.registry.data());
        if there.len() != self.pids.len() || !there.iter().all(|pid| self.pids.contains(pid)) {
            let (has, sealed) = (there.len(), self.pids.len());
            violations.push(format!("a registry has {has} packets of {sealed}"));
        }
        for line in self.registry.devices().await?.lines().skip(1) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [device, _, _, _, received, last, missing, ..] = columns[..] else {
                return Err(io::Error::other("the list of devices has other columns"));
            };
            if received != last || missing != "none" {
                violations.push(format!("device {device}: {received} of {last} packets"));
            }
        }
        Ok(violations)
    }
}
