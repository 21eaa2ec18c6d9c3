//! What is counted, and how it is told.

use std::collections::BTreeMap;

use crate::message::Request;

/// What went over the tablet's link, counted between it and the proxy.
#[derive(Clone, Default)]
pub struct Tally {
    /// Requests of which at least the head arrived.
    pub requests: u64,
    /// Bytes of heads that the tablet sent.
    pub heads: u64,
    /// Bytes of bodies that the tablet sent.
    pub bodies: u64,
    /// Bytes of ciphertext among them.
    pub ciphertext: u64,
    /// Bytes that the tablet was sent.
    pub down: u64,
    /// What happened to requests, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Whatever made the tablet lose what it was sending.
    pub interruptions: u64,
    /// Those of them that met ciphertext on its way.
    pub cuts: u64,
    /// The most bytes of ciphertext in one request.
    pub largest: u64,
}

impl Tally {
    /// Counts a request as far as it arrived.
    pub fn count_request(&mut self, request: &Request) {
        let bytes = request.body.len() as u64;
        self.requests += 1;
        self.heads += request.head.len() as u64;
        self.bodies += bytes;
        if request.is_ciphertext {
            self.ciphertext += bytes;
            self.largest = self.largest.max(bytes);
        }
    }

    /// Counts what happened to a request.
    pub fn count_fault(&mut self, name: &'static str, interrupts: bool) {
        *self.faults.entry(name).or_default() += 1;
        self.interruptions += u64::from(interrupts);
    }

    /// Forgets what went over the link so far, and not what happened to it.
    pub fn forget_bytes(&mut self) {
        (self.requests, self.heads, self.bodies, self.down) = (0, 0, 0, 0);
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.heads += other.heads;
        self.bodies += other.bodies;
        self.ciphertext += other.ciphertext;
        self.down += other.down;
        self.interruptions += other.interruptions;
        self.cuts += other.cuts;
        self.largest = self.largest.max(other.largest);
        for (name, count) in &other.faults {
            *self.faults.entry(name).or_default() += count;
        }
    }

    /// Everything that went over the link.
    pub fn bytes(&self) -> u64 {
        self.heads + self.bodies + self.down
    }
}

/// What a round came to.
#[derive(Default)]
pub struct Outcome {
    /// What went over the link.
    pub tally: Tally,
    /// Packets that were sealed.
    pub pids: Vec<String>,
    /// Their bytes.
    pub sealed: u64,
    /// Runs of the sender.
    pub runs: u64,
    /// Packets that were refused, so that a person had to send them once more, by reason.
    pub refused: BTreeMap<String, u64>,
    /// What is wrong.
    pub violations: Vec<String>,
}

/// All rounds together.
#[derive(Default)]
pub struct Report {
    sum: Outcome,
    packets: usize,
    rounds: u64,
    failed: u64,
}

impl Report {
    /// Adds a round.
    pub fn add(&mut self, outcome: &Outcome) {
        self.rounds += 1;
        self.failed += u64::from(!outcome.violations.is_empty());
        self.sum.tally.add(&outcome.tally);
        self.packets += outcome.pids.len();
        self.sum.sealed += outcome.sealed;
        self.sum.runs += outcome.runs;
        for (reason, count) in &outcome.refused {
            *self.sum.refused.entry(reason.clone()).or_default() += count;
        }
    }

    /// Rounds that were run.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Rounds in which something is wrong.
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// The figures, a line each.
    pub fn table(&self) -> String {
        let Self { sum, .. } = self;
        let tally = &sum.tally;
        let over = |part: u64| part as f64 * 100.0 / sum.sealed.max(1) as f64;
        let mut lines = vec![
            format!("packets | {}", self.packets),
            format!("ciphertext | {}", megabytes(sum.sealed)),
            format!("runs of the sender | {}", sum.runs),
            format!("requests | {}", tally.requests),
            format!(
                "ciphertext sent | {}, {:.1} % of it",
                megabytes(tally.ciphertext),
                over(tally.ciphertext)
            ),
            format!(
                "on the wire, heads and answers too | {}, {:.1} % more than the ciphertext",
                megabytes(tally.bytes()),
                over(tally.bytes()) - 100.0
            ),
            format!("interruptions | {}", tally.interruptions),
            format!("interruptions of requests with ciphertext | {}", tally.cuts),
            format!(
                "ciphertext sent again for each of them | {:.1} KB",
                tally.ciphertext.saturating_sub(sum.sealed) as f64 / 1e3 / tally.cuts.max(1) as f64
            ),
        ];
        let refused = sum.refused.iter();
        lines.extend(
            refused.map(|(why, count)| format!("refused until asked again: {why} | {count}")),
        );
        let faults = tally.faults.iter().filter(|(name, _)| **name != "none");
        lines.extend(faults.map(|(name, count)| format!("{name} | {count}")));
        lines.insert(0, "what | how much".into());
        lines.insert(1, "--- | ---".into());
        let rows: Vec<String> = lines.iter().map(|line| format!("| {line} |")).collect();
        rows.join("\n")
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.2} MB", bytes as f64 / 1e6)
}
