//! Stations with the real core, compiled natively, over a real network that misbehaves.
//!
//! Reading order: [`station`] is a tablet in memory whose [`client`] speaks HTTP, [`registry`] the
//! real program at the other end; [`proxy`] stands between them and does to each request what
//! [`plan`] draws for it from a seed, on [`message`]s that it understands as far as it must;
//! [`ledger`] knows what was sealed and looks on; [`faults`] runs rounds and [`report`] counts.
//! For servers of others there are [`send`], one station that sends one packet, and [`cut`], which
//! breaks connections and understands nothing.

mod client;
mod cut;
mod faults;
mod ledger;
mod message;
mod plan;
mod proxy;
mod registry;
mod report;
mod round;
mod send;
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
    /// Pass bytes on and break connections after some; print an address, and at the end of stdin what was counted
    Cut(cut::Options),
    /// Send one packet to any tus server, or to a registry, and print what became of it
    Send(send::Options),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Faults(options) => faults::run(&options),
        Command::Cut(options) => cut::run(&options),
        Command::Send(options) => send::run(&options),
    }
}
