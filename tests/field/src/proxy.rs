//! The network between a tablet and the registry. Every request is read from the tablet, done to it
//! is what the plan draws, and what is left of it goes to the registry byte for byte.
//!
//! Time passes on the tablet as the link of the round would take it, and not on the wall; a
//! throttled request also trickles in that proportion, so that the registry sees a slow one.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use crate::message::Request;
use crate::plan::{Again, Fault, Portal, SLOWEST_BITS_PER_SECOND, Weather};
use crate::registry::Registry;
use crate::report::Tally;
use crate::station::Clocks;
use crate::support::Dice;

/// When the browser's transport gives up, by the tablet's clock.
const PATIENCE_MILLIS: u64 = 180_000;
/// To the next cell and back.
const ROUND_TRIP_MILLIS: u64 = 300;
/// Bytes that trickle at once over a throttled link.
const TRICKLE_BYTES: usize = 2_048;
/// What a request may have to be throttled in the time of the wall: 8 to 16 s.
const SLOW_REQUEST_BYTES: std::ops::Range<usize> = 16 * 1024..32 * 1024;
/// Requests that a captive portal goes on answering.
const LONGEST_PORTAL: usize = 5;
/// A registry that does not answer for so long, on the wall, is a fault of this instrument.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// What is on the way in one traffic.
pub struct Traffic {
    seed: u64,
    weather: Cell<Weather>,
    clocks: Clocks,
    requests: Cell<u64>,
    portal: Cell<Option<(Portal, usize)>>,
    answers: RefCell<Vec<Vec<u8>>>,
    /// Requests that arrive once more, and before which one.
    late: RefCell<Vec<(u64, Request)>>,
    /// Wakes when the page that sends is to be killed.
    pub kill: Notify,
    /// What was counted.
    pub tally: RefCell<Tally>,
}

impl Traffic {
    /// A round whose faults follow from `seed`.
    pub fn new(seed: u64, weather: Weather, clocks: Clocks) -> Rc<Self> {
        Rc::new(Self {
            seed,
            weather: Cell::new(weather),
            clocks,
            requests: Cell::default(),
            portal: Cell::default(),
            answers: RefCell::default(),
            late: RefCell::default(),
            kill: Notify::new(),
            tally: RefCell::default(),
        })
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        let bits_per_second = self.weather.get().bits_per_second;
        self.weather.set(Weather {
            bits_per_second,
            ..Weather::CLEAR
        });
        self.portal.set(None);
    }

    /// What happens to the next request.
    fn draw(&self, request: &Request) -> (Fault, Dice) {
        let n = self.requests.get() + 1;
        self.requests.set(n);
        let mut dice = Dice::new(self.seed ^ n.wrapping_mul(0xd134_2543_de82_ef95));
        let weather = self.weather.get();
        let drawn = match weather.fault(&mut dice) {
            // Where there is no body, what comes back is changed.
            Fault::FlipRequest(share, bit) if request.length == 0 => Fault::FlipAnswer(share, bit),
            drawn => drawn,
        };
        if let Some((portal, left)) = self.portal.get() {
            self.portal.set((left > 1).then_some((portal, left - 1)));
            return (Fault::Portal(portal), dice);
        }
        if weather.has_slow_request && SLOW_REQUEST_BYTES.contains(&request.length) {
            self.weather.set(Weather {
                has_slow_request: false,
                ..weather
            });
            return (Fault::Throttle(1), dice);
        }
        if let Fault::Portal(portal) = drawn {
            let more = dice.below(LONGEST_PORTAL);
            self.portal.set((more > 0).then_some((portal, more)));
        }
        (drawn, dice)
    }

    fn take(&self, bits_per_second: u64, bytes: usize) -> u64 {
        let millis = bytes as u64 * 8_000 / bits_per_second;
        self.clocks.pass(millis);
        millis
    }
}

/// The proxy before one registry.
pub struct Proxy {
    listener: TcpListener,
    traffic: RefCell<Option<Rc<Traffic>>>,
}

impl Proxy {
    /// Takes a free port.
    pub async fn bind() -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind("127.0.0.1:0").await?,
            traffic: RefCell::default(),
        })
    }

    /// Under which address tablets reach it.
    pub fn endpoint(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// From now on requests are those of this traffic.
    pub fn begin(&self, traffic: Rc<Traffic>) {
        *self.traffic.borrow_mut() = Some(traffic);
    }

    /// Carries whatever comes, for ever.
    pub async fn serve(&self, registry: Rc<Registry>) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let Some(traffic) = self.traffic.borrow().clone() else {
                continue;
            };
            let passage = Passage {
                registry: registry.clone(),
                traffic,
                stream,
            };
            spawn_local(async {
                // Where one end breaks off there is nobody to tell.
                let _ = passage.run().await;
            });
        }
    }
}

/// Delivers what is still under way.
pub async fn deliver_late(traffic: &Traffic, registry: &Registry) {
    let now = traffic.requests.get();
    let due: Vec<Request> = {
        let is_clear = traffic.weather.get().faults_percent == 0;
        let mut late = traffic.late.borrow_mut();
        let due = late.extract_if(.., |(n, _)| is_clear || *n <= now);
        due.map(|(_, request)| request).collect()
    };
    for request in due {
        // Its answer goes nowhere.
        let _ = exchange(registry.address, &request.bytes()).await;
    }
}

/// One request on its way.
struct Passage {
    registry: Rc<Registry>,
    traffic: Rc<Traffic>,
    stream: TcpStream,
}

impl Passage {
    async fn run(mut self) -> io::Result<()> {
        let Some(mut request) = Request::read_head(&mut self.stream).await? else {
            return Ok(());
        };
        let (fault, mut dice) = self.traffic.draw(&request);
        self.traffic.clocks.pass(ROUND_TRIP_MILLIS);
        deliver_late(&self.traffic, &self.registry).await;
        let whole = request.length;
        let (read, bits_per_second) = match fault {
            Fault::LoseRequest { .. } => (0, self.bits_per_second()),
            Fault::TruncateRequest(share) | Fault::KillSender(Some(share)) => {
                (whole * share / 1_000, self.bits_per_second())
            }
            Fault::Throttle(_) => (whole, SLOWEST_BITS_PER_SECOND),
            _ => (whole, self.bits_per_second()),
        };
        // A browser gives up on what takes too long.
        let bearable = usize::try_from(PATIENCE_MILLIS * bits_per_second / 8_000);
        let bearable = bearable.expect("it is below 4 GB");
        let has_patience = read <= bearable;
        let read = read.min(bearable);
        request.read_body(&mut self.stream, read).await?;
        request.body.truncate(read);
        self.traffic
            .take(bits_per_second, request.head.len() + read);
        if has_patience {
            self.count(&request, fault.name(), fault.interrupts());
        } else {
            self.count(&request, "given up after three minutes", true);
            self.send_in_pieces(&request, FASTEST).await?;
            return self.reset();
        }
        let traffic = self.traffic.clone();
        let met = self.meet(fault, request, &mut dice).await;
        if met.is_err() && !fault.interrupts() {
            // Another request has killed the registry, or whoever sent this one is gone.
            let mut tally = traffic.tally.borrow_mut();
            tally.count_fault("broken by the fault of another", true);
        }
        met
    }

    /// What the plan does to a request that was read as far as it is to be read.
    async fn meet(mut self, fault: Fault, request: Request, dice: &mut Dice) -> io::Result<()> {
        match fault {
            Fault::None => {
                let answer = self.ask(&request).await?;
                self.answer(&answer).await
            }
            Fault::Delay(millis) => {
                let answer = self.ask(&request).await?;
                self.traffic.clocks.pass(millis);
                self.answer(&answer).await
            }
            Fault::LoseRequest { is_silent } => {
                if is_silent {
                    self.traffic.clocks.pass(PATIENCE_MILLIS);
                }
                self.reset()
            }
            Fault::TruncateRequest(_) => {
                self.send_in_pieces(&request, FASTEST).await?;
                self.reset()
            }
            Fault::LoseAnswer => {
                self.ask(&request).await?;
                self.reset()
            }
            Fault::TruncateAnswer(share) => {
                let answer = self.ask(&request).await?;
                self.write(&answer[..answer.len() * share / 1_000]).await?;
                self.reset()
            }
            Fault::Duplicate(again) => {
                let answer = self.ask_twice(request, again).await?;
                self.answer(&answer).await
            }
            Fault::SwapAnswer => {
                let answer = self.ask(&request).await?;
                let swapped = {
                    let answers = self.traffic.answers.borrow();
                    let earlier = answers.len() - 1;
                    answers.get(dice.below(earlier.max(1))).cloned()
                };
                self.answer(&swapped.unwrap_or(answer)).await
            }
            Fault::Gateway {
                status,
                retry_after,
                has_arrived,
            } => {
                if has_arrived {
                    self.ask(&request).await?;
                }
                let retry = retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n"));
                let page = page(status, &retry.unwrap_or_default(), &request);
                self.answer(&page).await
            }
            Fault::Portal(portal) => {
                let page = match portal {
                    Portal::Page => page(200, "", &request),
                    Portal::Redirect => page(302, "Location: http://10.0.0.1/login\r\n", &request),
                    Portal::Honest => page(511, "", &request),
                };
                self.answer(&page).await
            }
            Fault::FlipRequest(share, bit) => {
                let mut request = request;
                flip(&mut request.body, share, bit);
                let answer = self.ask(&request).await?;
                self.answer(&answer).await
            }
            Fault::FlipAnswer(share, bit) => {
                let mut answer = self.ask(&request).await?;
                flip(&mut answer, share, bit);
                self.answer(&answer).await
            }
            Fault::Throttle(speed) => {
                let answer = self.send_in_pieces(&request, speed).await?;
                self.answer(&answer).await
            }
            Fault::CrashRegistry(millis) => {
                let (address, bytes) = (self.registry.address, request.bytes());
                let asked = spawn_local(async move { exchange(address, &bytes).await });
                sleep(Duration::from_millis(millis)).await;
                self.registry.crash().await?;
                // It may have been quicker than its death; nobody hears.
                let _ = asked.await;
                self.reset()
            }
            Fault::KillSender(Some(_)) => {
                self.traffic.kill.notify_one();
                self.send_in_pieces(&request, FASTEST).await?;
                Ok(())
            }
            Fault::KillSender(None) => {
                self.traffic.kill.notify_one();
                self.ask(&request).await?;
                Ok(())
            }
        }
    }

    /// Brings the request to the registry, and what it answers.
    async fn ask(&self, request: &Request) -> io::Result<Vec<u8>> {
        let answer = exchange(self.registry.address, &request.bytes()).await?;
        self.traffic.answers.borrow_mut().push(answer.clone());
        Ok(answer)
    }

    async fn ask_twice(&self, request: Request, again: Again) -> io::Result<Vec<u8>> {
        match again {
            Again::AtOnce => {
                let (first, _) = tokio::join!(self.ask(&request), self.ask(&request));
                first
            }
            Again::After => {
                self.ask(&request).await?;
                self.ask(&request).await
            }
            Again::Later => {
                let at = self.traffic.requests.get() + 2;
                let answer = self.ask(&request).await;
                self.traffic.late.borrow_mut().push((at, request));
                answer
            }
        }
    }

    /// Sends what was read of a request to the registry at 16 kbit/s, `speed` times as fast as on
    /// the wall, and then nothing more; what is answered, if anything is.
    async fn send_in_pieces(&self, request: &Request, speed: u64) -> io::Result<Vec<u8>> {
        let mut upstream = TcpStream::connect(self.registry.address).await?;
        for piece in request.bytes().chunks(TRICKLE_BYTES) {
            upstream.write_all(piece).await?;
            if speed < FASTEST {
                let micros = piece.len() as u64 * 8_000_000 / SLOWEST_BITS_PER_SECOND / speed;
                sleep(Duration::from_micros(micros)).await;
            }
        }
        if request.body.len() < request.length {
            upstream.shutdown().await?;
        }
        read_to_end(upstream).await
    }

    fn bits_per_second(&self) -> u64 {
        self.traffic.weather.get().bits_per_second
    }

    fn count(&self, request: &Request, fault: &'static str, interrupts: bool) {
        let mut tally = self.traffic.tally.borrow_mut();
        tally.count_request(request);
        tally.count_fault(fault, interrupts);
        tally.cuts += u64::from(interrupts && request.is_ciphertext);
    }

    async fn write(&mut self, answer: &[u8]) -> io::Result<()> {
        self.traffic.tally.borrow_mut().down += answer.len() as u64;
        self.traffic.take(self.bits_per_second(), answer.len());
        self.stream.write_all(answer).await
    }

    async fn answer(mut self, answer: &[u8]) -> io::Result<()> {
        self.write(answer).await?;
        self.stream.shutdown().await
    }

    /// Ends the connection as a link does that breaks: at once, with nothing said.
    fn reset(self) -> io::Result<()> {
        self.stream.set_zero_linger()
    }
}

/// Without a pause between the pieces.
const FASTEST: u64 = u64::MAX;

/// One request over a connection of its own, and all that is answered. The tablet asked for the
/// connection to be closed.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(address).await?;
    upstream.write_all(bytes).await?;
    read_to_end(upstream).await
}

async fn read_to_end(mut upstream: TcpStream) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    timeout(LONGEST_ANSWER, upstream.read_to_end(&mut answer)).await??;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

fn flip(bytes: &mut [u8], share: usize, bit: u8) {
    let at = bytes.len() * share / 1_000;
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << bit;
    }
}

/// What stands between says this to everything.
fn page(status: u16, headers: &str, request: &Request) -> Vec<u8> {
    let body = "<!doctype html><title>WiFi</title><p>Silakan masuk.";
    let shown = if request.method == "HEAD" { "" } else { body };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} -\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
         {headers}Connection: close\r\n\r\n{shown}"
    )
    .into_bytes()
}
