//! A tablet and a registry in memory, and all that can go wrong on them and between them.
//!
//! Reading order: [`applicant`] is what is recorded, [`tablet`] the device with its pages,
//! [`world`] the ports of one page, over [`disk`] and [`network`]; [`registry`] answers,
//! [`executor`] runs, races and kills pages, [`invariants`] says what must hold at all times.
#![allow(dead_code, reason = "every test takes the parts it needs")]

pub mod applicant;
pub mod contract;
pub mod disk;
pub mod executor;
pub mod invariants;
pub mod network;
pub mod registry;
pub mod signer;
pub mod tablet;
pub mod world;

use rekam::validate::Day;

/// The day of every recording in the tests: a Tuesday.
pub fn today() -> Day {
    Day::new(2026, 11, 24).expect("it is in the calendar")
}

/// The same day, 08:00 in Central Kalimantan, in milliseconds since 1970 UTC.
pub const MORNING: u64 = 1_795_482_000_000;

/// A generator that is the same everywhere and every time: splitmix64.
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }

    /// That many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        bytes
    }
}

/// Dice as the core's randomness.
pub struct Seeded(std::cell::RefCell<Dice>);

impl Seeded {
    /// Randomness of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Dice::new(seed).into())
    }
}

impl rekam::ports::Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.borrow_mut().fill(bytes);
    }
}

/// Whether `needle` stands anywhere in `haystack`.
pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}
