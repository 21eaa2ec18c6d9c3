//! `registry serve`: from a data folder to a running server, and back to a quiet end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::keys::{self, ReceiptKey};
use crate::state::Registry;
use crate::store::{Database, Objects, sync_folder};
use crate::{demo, routes};

/// Why something did not work, for whoever typed the command.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Under which name `registry pair` finds the address of the last start.
pub(crate) const ENDPOINT: &str = "endpoint";
/// Bodies are parked at once; this is for answers on their way over slow links.
const LONGEST_END: Duration = Duration::from_secs(10);

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; made on the first start.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the clerk's app, if it is served from here.
    pub app: Option<PathBuf>,
    /// Make a demonstration site with keys, and offer a pairing link.
    pub demo: bool,
    /// Address under which stations reach the registry, if not that of `listen`.
    pub endpoint: Option<String>,
    /// Until when the TLS certificate before it is good, seconds since 1970 UTC; probes state it.
    pub certificate_expires: Option<u64>,
}

/// A server at work.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Address under which stations reach it.
    pub endpoint: String,
    /// A link that pairs one device with the demonstration site.
    pub pairing_link: Option<String>,
    stopping: CancellationToken,
    server: JoinHandle<io::Result<()>>,
    registry: Arc<Registry>,
}

/// Starts a server.
///
/// # Errors
/// When the data folder cannot be used, the address is taken, or there is nobody to seal to.
pub async fn start(options: Options) -> Result<Running, Failure> {
    std::fs::create_dir_all(&options.data)?;
    sync_folder(options.data.parent().unwrap_or(&options.data))?;
    keys::make_folder(&options.data)?;
    let key = ReceiptKey::load_or_make(&options.data)?;
    let database = Database::open(&options.data).await?;
    if options.demo {
        demo::prepare(&options.data, &database).await?;
    }
    let recipients = keys::recipients(&options.data)?;
    if recipients.is_empty() {
        let path = keys::recipients_path(&options.data);
        return Err(format!(
            "{} names no recipient: run `registry keygen` where packets are to be opened and put \
             what it prints there, or start with --demo",
            path.display()
        )
        .into());
    }

    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let endpoint = endpoint(options.endpoint, address);
    database.set(ENDPOINT, &endpoint).await?;
    let pairing_link = if options.demo {
        Some(demo::pairing_link(&database, &key, &endpoint).await?)
    } else {
        None
    };

    let stopping = CancellationToken::new();
    let registry = Arc::new(Registry {
        database,
        objects: Objects::open(&options.data)?,
        key,
        recipients,
        endpoint: endpoint.clone(),
        certificate_expires: options.certificate_expires,
        tasks: TaskTracker::new(),
        stopping: stopping.clone(),
    });
    let router = routes::router(Arc::clone(&registry), options.app);
    let stop = stopping.clone().cancelled_owned();
    let server = axum::serve(listener, router).with_graceful_shutdown(stop);
    let server = tokio::spawn(async move { server.await });
    Ok(Running {
        address,
        endpoint,
        pairing_link,
        stopping,
        server,
        registry,
    })
}

impl Running {
    /// Ends: takes no new connection, keeps what arrived of every upload, answers, closes.
    ///
    /// # Errors
    /// When the server itself failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.stopping.cancel();
        let served = timeout(LONGEST_END, &mut self.server).await;
        if served.is_err() {
            self.server.abort();
        }
        self.registry.tasks.close();
        let _ = timeout(LONGEST_END, self.registry.tasks.wait()).await;
        self.registry.database.close().await;
        match served {
            Ok(ended) => ended.map_err(io::Error::other)?,
            Err(_) => Ok(()),
        }
    }
}

fn endpoint(given: Option<String>, address: SocketAddr) -> String {
    match given {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None if address.ip().is_unspecified() => format!("http://127.0.0.1:{}", address.port()),
        None => format!("http://{address}"),
    }
}
