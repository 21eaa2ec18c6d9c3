//! What happens to a request, drawn from a seed: the same seed draws the same for the nth request.

use crate::support::Dice;

/// A link that is as slow as the slowest that is still one.
pub const SLOWEST_BITS_PER_SECOND: u64 = 16_000;

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The answer takes its time, in milliseconds.
    Delay(u64),
    /// It never arrives; with `is_silent` the tablet waits for an answer until it gives up.
    LoseRequest {
        /// Whether the tablet hears of it only by waiting.
        is_silent: bool,
    },
    /// So many thousandths of it arrive, then the connection is reset.
    TruncateRequest(usize),
    /// It arrives, its answer does not.
    LoseAnswer,
    /// It arrives, and so many thousandths of its answer.
    TruncateAnswer(usize),
    /// It arrives twice.
    Duplicate(Again),
    /// It arrives, and is answered with what another request was answered with.
    SwapAnswer,
    /// A proxy answers in the registry's place.
    Gateway {
        /// 500, 502, 503 or 504.
        status: u16,
        /// Seconds of its Retry-After.
        retry_after: Option<u64>,
        /// Whether the request had arrived before.
        has_arrived: bool,
    },
    /// Somebody who wants to see a login answers this request and the next ones.
    Portal(Portal),
    /// A bit of the body is another when it arrives, at so many thousandths.
    FlipRequest(usize, u8),
    /// A bit of the answer is another when it arrives, at so many thousandths.
    FlipAnswer(usize, u8),
    /// The link has 16 kbit/s, in a time that runs so many times faster than the clock on the wall.
    Throttle(u64),
    /// It arrives, and the registry is killed so many milliseconds later.
    CrashRegistry(u64),
    /// The page that sends it is killed when it has left, or, at so many thousandths, before.
    KillSender(Option<usize>),
}

/// When a request arrives once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Both at once.
    AtOnce,
    /// After it was answered, and the second answer is the one that goes back.
    After,
    /// With the next request but one.
    Later,
}

/// How a captive portal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portal {
    /// 200 and a page.
    Page,
    /// 302 to its login.
    Redirect,
    /// 511, as RFC 6585 wants it.
    Honest,
}

impl Fault {
    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Delay(_) => "delayed",
            Self::LoseRequest { .. } => "request lost",
            Self::TruncateRequest(_) => "request truncated",
            Self::LoseAnswer => "answer lost",
            Self::TruncateAnswer(_) => "answer truncated",
            Self::Duplicate(_) => "delivered twice",
            Self::SwapAnswer => "answer swapped",
            Self::Gateway { .. } => "5xx by a proxy",
            Self::Portal(_) => "captive portal",
            Self::FlipRequest(..) => "bit flipped in the request",
            Self::FlipAnswer(..) => "bit flipped in the answer",
            Self::Throttle(_) => "throttled to 16 kbit/s",
            Self::CrashRegistry(_) => "registry killed",
            Self::KillSender(_) => "sender killed",
        }
    }

    /// Whether the tablet loses by it what it is sending.
    pub fn interrupts(self) -> bool {
        !matches!(self, Self::None | Self::Delay(_) | Self::Duplicate(_))
    }
}

/// How much goes wrong in a round, and how fast its link is when nothing does.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Requests out of a hundred that something happens to.
    pub faults_percent: usize,
    /// Bits per second.
    pub bits_per_second: u64,
    /// Whether a small request is throttled in the time of the wall: it takes ten seconds.
    pub has_slow_request: bool,
}

impl Weather {
    /// No faults on a link of 3G.
    pub const CLEAR: Self = Self {
        faults_percent: 0,
        bits_per_second: 2_000_000,
        has_slow_request: false,
    };

    /// Draws the weather of a round.
    pub fn draw(dice: &mut Dice) -> Self {
        Self {
            faults_percent: [10, 25, 40, 60][dice.below(4)],
            bits_per_second: [SLOWEST_BITS_PER_SECOND, 64_000, 384_000, 4_000_000][dice.below(4)],
            has_slow_request: false,
        }
    }

    /// Draws what happens to the request.
    pub fn fault(self, dice: &mut Dice) -> Fault {
        if dice.below(100) >= self.faults_percent {
            return Fault::None;
        }
        let share = dice.below(1_000);
        let bit = (dice.below(8)) as u8;
        match dice.below(100) {
            0..6 => Fault::Delay(dice.below(20_000) as u64),
            6..16 => Fault::LoseRequest {
                is_silent: dice.below(3) == 0,
            },
            16..28 => Fault::TruncateRequest(share),
            28..38 => Fault::LoseAnswer,
            38..46 => Fault::TruncateAnswer(share),
            46..55 => Fault::Duplicate([Again::AtOnce, Again::After, Again::Later][dice.below(3)]),
            55..62 => Fault::SwapAnswer,
            62..70 => Fault::Gateway {
                status: [500, 502, 503, 504][dice.below(4)],
                retry_after: (dice.below(2) == 0).then(|| dice.below(120) as u64),
                has_arrived: dice.below(2) == 0,
            },
            70..76 => {
                Fault::Portal([Portal::Page, Portal::Redirect, Portal::Honest][dice.below(3)])
            }
            76..82 => Fault::FlipRequest(share, bit),
            82..88 => Fault::FlipAnswer(share, bit),
            88..91 => Fault::Throttle(FAST),
            91..94 => Fault::CrashRegistry(dice.below(30) as u64),
            _ => Fault::KillSender((dice.below(2) == 0).then_some(share)),
        }
    }
}

/// So many times faster than on the wall runs the time of a throttled request: 256 KiB take 0.3 s.
const FAST: u64 = 500;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn draws_the_same_from_the_same_seed_and_everything_from_many() {
        let mut seen = BTreeSet::new();
        for seed in 0..20 {
            let draw = || {
                let mut dice = Dice::new(seed);
                let weather = Weather::draw(&mut dice);
                let faults: Vec<Fault> = (0..100).map(|_| weather.fault(&mut dice)).collect();
                faults
            };
            assert_eq!(draw(), draw());
            seen.extend(draw().into_iter().map(Fault::name));
        }
        assert_eq!(seen.len(), 15, "{seen:?}");
    }
}
