//! How fast the link is, by what went over it, and how much to send at once.

use crate::ports::Millis;

/// Least and most bytes of ciphertext in one request.
const LEAST_BYTES: u32 = 16 * 1024;
const MOST_BYTES: u32 = 1024 * 1024;
/// Where a tablet begins that knows nothing of its link.
const FIRST_BYTES: u32 = 64 * 1024;
/// Below it the header fields of a request are more than 3 % of it: only a link that breaks needs less.
const CHEAP_BYTES: u32 = 48 * 1024;
/// How long a request should take: a cut costs half of it on average.
const SECONDS: u32 = 20;

/// What was measured of the link. It outlives the run, so that a window of five minutes is not spent
/// on measuring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes per second that were acknowledged; 0 before anything was.
    rate: u32,
    /// Bytes in the next request.
    chunk: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            rate: 0,
            chunk: FIRST_BYTES,
        }
    }
}

impl Pace {
    /// As it was kept; a new one where that cannot be read.
    pub fn parse(text: &str) -> Self {
        let Some((rate, chunk)) = text.split_once(' ') else {
            return Self::default();
        };
        match (rate.parse(), chunk.parse::<u32>()) {
            (Ok(rate), Ok(chunk)) => Self {
                rate,
                chunk: chunk.clamp(LEAST_BYTES, MOST_BYTES),
            },
            _ => Self::default(),
        }
    }

    /// As it is kept: two numbers.
    pub fn to_text(self) -> String {
        format!("{} {}", self.rate, self.chunk)
    }

    /// Bytes of ciphertext to send in one request: 16 KiB to 1 MiB.
    pub fn chunk(self) -> u32 {
        self.chunk
    }

    /// Bytes per second; 0 when it is not known.
    pub fn rate(self) -> u32 {
        self.rate
    }

    /// A request with so many bytes was acknowledged after so long. The next may be 16 KiB larger at
    /// most: on links that break, twice the size was measured to cost four times the bytes.
    pub fn sent(&mut self, bytes: u64, millis: Millis) {
        let measured = bytes.saturating_mul(1_000) / millis.max(1);
        let measured = u32::try_from(measured).unwrap_or(u32::MAX);
        // An answer that was quick once is no link that is quick.
        self.rate = match self.rate {
            0 => measured,
            rate => rate / 2 + measured / 2,
        };
        let wanted = self.rate.saturating_mul(SECONDS) / LEAST_BYTES * LEAST_BYTES;
        let most = (self.chunk + LEAST_BYTES).min(MOST_BYTES);
        self.chunk = wanted.clamp(CHEAP_BYTES.min(most), most);
    }

    /// A request with bytes was not answered.
    pub fn cut(&mut self) {
        self.chunk = (self.chunk / 2).max(LEAST_BYTES);
    }

    /// Whether so many bytes go over the link in that time, as far as is known.
    pub fn fits(self, bytes: u64, millis: Millis) -> bool {
        self.rate == 0 || bytes <= u64::from(self.rate).saturating_mul(millis) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(chunks: &[(u64, Millis)]) -> Pace {
        let mut pace = Pace::default();
        for (bytes, millis) in chunks {
            pace.sent(*bytes, *millis);
        }
        pace
    }

    #[test]
    fn follows_the_link_between_16_kib_and_1_mib() {
        // 16 kbit/s: 2,000 bytes per second.
        assert_eq!(after(&[(65_536, 32_768); 3]).chunk(), CHEAP_BYTES);
        // 128 kbit/s.
        assert_eq!(after(&[(65_536, 4_096); 20]).chunk(), 311_296);
        // A link of the town.
        assert_eq!(after(&[(65_536, 10); 60]).chunk(), MOST_BYTES);
        let mut pace = after(&[(65_536, 10); 60]);
        for _ in 0..20 {
            pace.cut();
        }
        assert_eq!(pace.chunk(), LEAST_BYTES);
    }

    #[test]
    fn grows_by_16_kib_at_most() {
        assert_eq!(after(&[(65_536, 1)]).chunk(), FIRST_BYTES + LEAST_BYTES);
        let mut pace = Pace::default();
        pace.cut();
        pace.cut();
        assert_eq!(pace.chunk(), LEAST_BYTES);
        pace.sent(16_384, 8_000);
        assert_eq!(pace.chunk(), 2 * LEAST_BYTES);
    }

    #[test]
    fn is_kept_and_not_believed_beyond_its_bounds() {
        let pace = after(&[(65_536, 1_000)]);
        assert_eq!(Pace::parse(&pace.to_text()), pace);
        assert_eq!(Pace::parse("torn"), Pace::default());
        let wild = Pace::parse("4294967295 4294967295");
        assert_eq!(wild.chunk(), MOST_BYTES);
    }
}
