//! `field cut`: a link that breaks. Bytes pass as they are, whoever speaks; after some that a seed
//! decides the connection at hand is reset, and for a moment there is no other. Those that came
//! before the cut arrive.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_blocking, spawn_local};
use tokio::time::{Instant, sleep_until};

use crate::support::Dice;

/// What a radio takes at once.
const PIECE_BYTES: usize = 4 * 1024;

/// How long there is no link after a cut: short beside the field, long enough for a server to write
/// down what came.
const DARK: Duration = Duration::from_millis(300);

/// Arguments of `field cut`.
#[derive(Args)]
pub struct Options {
    /// Where the bytes go
    #[arg(long)]
    upstream: SocketAddr,
    /// What the cuts are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bytes from the client between two cuts, on average; they are never cut without
    #[arg(long)]
    mean: Option<usize>,
}

/// What was counted, on the client's side.
#[derive(Clone, Copy, Default, Serialize)]
struct Count {
    up: u64,
    down: u64,
    connections: u32,
    cuts: u32,
}

struct Link {
    upstream: SocketAddr,
    mean: Option<usize>,
    dice: RefCell<Dice>,
    left: Cell<usize>,
    dark_until: Cell<Instant>,
    count: Cell<Count>,
}

/// Runs until standard input ends.
pub fn run(options: &Options) -> ExitCode {
    let link = Rc::new(Link {
        upstream: options.upstream,
        mean: options.mean,
        dice: RefCell::new(Dice::new(options.seed)),
        left: Cell::default(),
        dark_until: Cell::new(Instant::now()),
        count: Cell::default(),
    });
    link.draw();
    let serve = async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        let end = spawn_blocking(|| io::read_to_string(io::stdin()));
        tokio::select! {
            _ = end => {}
            failed = link.clone().serve(listener) => failed?,
        }
        println!("{}", serde_json::to_string(&link.count.get())?);
        Ok::<_, io::Error>(())
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| LocalSet::new().block_on(&runtime, serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("field: {failure}");
            ExitCode::FAILURE
        }
    }
}

impl Link {
    async fn serve(self: Rc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (client, _) = listener.accept().await?;
            self.count(|count| count.connections += 1);
            let link = self.clone();
            spawn_local(async move {
                // Where one end breaks off, the other is dropped.
                let _ = link.pass(client).await;
            });
        }
    }

    async fn pass(&self, mut client: TcpStream) -> io::Result<()> {
        sleep_until(self.dark_until.get()).await;
        let mut upstream = TcpStream::connect(self.upstream).await?;
        let (mut up, mut down) = ([0; PIECE_BYTES], [0; PIECE_BYTES]);
        loop {
            tokio::select! {
                read = client.read(&mut up) => {
                    let read = read?;
                    let passed = read.min(self.left.get());
                    self.count(|count| count.up += passed as u64);
                    upstream.write_all(&up[..passed]).await?;
                    if self.mean.is_some() {
                        self.left.set(self.left.get() - passed);
                    }
                    if self.left.get() == 0 {
                        self.draw();
                        self.dark_until.set(Instant::now() + DARK);
                        self.count(|count| count.cuts += 1);
                        client.set_zero_linger()?;
                        drop(client);
                        upstream.shutdown().await?;
                        // What it still says is heard by nobody.
                        upstream.read_to_end(&mut Vec::new()).await?;
                        return Ok(());
                    }
                    if read == 0 {
                        return Ok(());
                    }
                }
                read = upstream.read(&mut down) => {
                    let read = read?;
                    self.count(|count| count.down += read as u64);
                    client.write_all(&down[..read]).await?;
                    if read == 0 {
                        return client.shutdown().await;
                    }
                }
            }
        }
    }

    /// Draws how many bytes pass until the next cut.
    fn draw(&self) {
        let left = self.mean.map_or(usize::MAX, |mean| {
            1 + self.dice.borrow_mut().below(2 * mean)
        });
        self.left.set(left);
    }

    fn count(&self, change: impl FnOnce(&mut Count)) {
        let mut count = self.count.get();
        change(&mut count);
        self.count.set(count);
    }
}
