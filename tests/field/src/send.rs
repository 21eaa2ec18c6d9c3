//! `field send`: one station seals one packet and sends it until it is signed for, or until a server
//! that signs nothing has all of it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use rekam::error::{Error, ReceiptError};
use rekam::store::{LEASE_MILLIS, Record, State};
use rekam::upload::Request;
use serde_json::json;
use tokio::runtime::Builder;

use crate::client::Client;
use crate::station::{Clocks, Station, applicant};
use crate::support::Dice;
use crate::support::network::{Carried, Link};
use crate::support::registry::Registry;

/// Runs after which a server counts as one that cannot be sent to.
const MOST_RUNS: u32 = 2_000;

/// Arguments of `field send`.
#[derive(Args)]
pub struct Options {
    /// Address of any tus server, which takes uploads at /packets
    #[arg(long, required_unless_present = "link")]
    endpoint: Option<String>,
    /// Pairing link of a registry, instead
    #[arg(long, conflicts_with = "endpoint")]
    link: Option<String>,
    /// File for a copy of the ciphertext
    #[arg(long)]
    out: Option<PathBuf>,
    /// Longest capture in bytes; a packet has fourteen of half of it on average
    #[arg(long, default_value_t = 300_000)]
    longest: usize,
    /// What everything random follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Send nothing: pair, seal, and print the manifest
    #[arg(long, requires = "out")]
    only_seal: bool,
    /// How fast the link seems to the tablet
    #[arg(long, default_value_t = 256_000)]
    bits_per_second: u64,
}

/// Sends it and prints one line of JSON.
pub fn run(options: &Options) -> ExitCode {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("one thread is to be had");
    match runtime.block_on(send(options)) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("field: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn send(options: &Options) -> Result<String, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_millis() as u64);
    let clocks = Clocks::new(now);
    let mut registry = Registry::new();
    if let Some(endpoint) = &options.endpoint {
        registry.endpoint.clone_from(endpoint);
    }
    let link = options.link.clone().unwrap_or_else(|| registry.link());
    let way = Way {
        pairs_with: options.link.is_none().then(|| registry.into()),
        clocks: clocks.clone(),
        bits_per_second: options.bits_per_second,
    };
    let station = Station::new(Rc::new(way), clocks, Dice::new(options.seed).next());
    pair(&station, &link).await?;
    let applicant = applicant(&mut Dice::new(options.seed), options.longest);
    let sealed = station.seal(&applicant).await.map_err(code)?;
    if let Some(out) = &options.out {
        let bytes = station.disk.borrow().ciphertexts[&sealed.pid].clone();
        std::fs::write(out, bytes).map_err(|failure| failure.to_string())?;
    }
    if options.only_seal {
        return Ok(json!({ "pid": sealed.pid, "manifest": sealed.manifest }).to_string());
    }
    for run in 1..=MOST_RUNS {
        let report = station.page().sync().await.map_err(code)?;
        let record = &station.records()[0];
        if is_at_end(record) {
            let line = json!({
                "pid": record.pid,
                "length": record.length,
                "state": record.state,
                "reason": record.reason,
                "receipt": record.receipt.is_some(),
                "runs": run,
            });
            return Ok(line.to_string());
        }
        station.clocks.pass(report.retry_in.unwrap_or(LEASE_MILLIS));
    }
    Err("it cannot be sent".into())
}

async fn pair(station: &Station, link: &str) -> Result<(), String> {
    for _ in 0..MOST_RUNS {
        if station.pair(link).await.is_ok() {
            return Ok(());
        }
        station.clocks.pass(LEASE_MILLIS);
    }
    Err("it cannot be paired".into())
}

/// Whether there is nothing left to send.
fn is_at_end(record: &Record) -> bool {
    let missing = Error::from(ReceiptError::Missing).code();
    matches!(
        record.state,
        State::Receipted | State::Purged | State::Refused
    ) || record.reason.as_deref() == Some(missing)
}

fn code(error: Error) -> String {
    error.code().to_owned()
}

/// The network, whose time passes on the tablet alone, with a registry at hand for the pairing where
/// the server knows of none.
struct Way {
    pairs_with: Option<RefCell<Registry>>,
    clocks: Clocks,
    bits_per_second: u64,
}

impl Link for Way {
    fn carry(&self, request: Request) -> Carried<'_> {
        Box::pin(async move {
            if let Some(registry) = &self.pairs_with
                && request.url.ends_with("/devices")
            {
                return Ok(registry.borrow_mut().answer(&request));
            }
            let bits = request.body.len() as u64 * 8;
            self.clocks.pass(bits * 1_000 / self.bits_per_second);
            Client.carry(request).await
        })
    }
}
