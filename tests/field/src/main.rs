//! Stations with the real core, compiled natively, over a real network that misbehaves.
//!
//! Reading order: [`station`] is a tablet in memory whose [`client`] speaks HTTP, [`registry`] the
//! real program at the other end; [`proxy`] stands between them and does to each request what
//! [`plan`] draws for it from a seed, on [`message`]s that it understands as far as it must;
//! [`ledger`] knows what was sealed and looks on; [`faults`] runs rounds and [`report`] counts.

mod client;
mod faults;
mod ledger;
mod message;
mod plan;
mod proxy;
mod registry;
mod report;
mod round;
mod station;
#[path = "../../support/mod.rs"]
mod support;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Stations over a network that misbehaves.
#[derive(Parser)]
#[command(name = "field")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send queues of packets through a fault proxy and check what arrived at the registry
    Faults(faults::Options),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Faults(options) => faults::run(&options),
    }
}
