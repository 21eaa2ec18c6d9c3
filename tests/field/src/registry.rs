//! The real registry: its program, in a folder of its own, that may be killed and started again.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A first start makes keys and a database.
const LONGEST_START: Duration = Duration::from_secs(30);

/// A site of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its code.
    pub code: &'static str,
    /// Seconds that its stations keep a receipted packet.
    pub grace_seconds: u64,
}

/// The site of the demonstration, whose stations erase at once.
pub const ERASES: Site = Site {
    code: "62.02.16",
    grace_seconds: 0,
};

/// A site whose stations keep what they sent for a day.
pub const KEEPS: Site = Site {
    code: "62.02.17",
    grace_seconds: 86_400,
};

/// The program and its data.
pub struct Registry {
    binary: PathBuf,
    folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
    endpoint: String,
    child: RefCell<Option<Child>>,
    /// How often it was killed.
    pub crashes: Cell<u32>,
}

impl Registry {
    /// Starts it on an empty folder; stations reach it at `endpoint`.
    pub async fn start(binary: &Path, endpoint: String) -> io::Result<Self> {
        let registry = Self {
            binary: binary.to_owned(),
            folder: tempfile::Builder::new().prefix("rekam-field-").tempdir()?,
            address: TcpListener::bind("127.0.0.1:0")?.local_addr()?,
            endpoint,
            child: RefCell::default(),
            crashes: Cell::default(),
        };
        registry.resume().await?;
        let grace = KEEPS.grace_seconds.to_string();
        let site = ["add", KEEPS.code, "Kecamatan Bukit Santuai"];
        let arguments = [&["sites"], &site[..], &["--grace-seconds", &grace]].concat();
        registry.command_at(&arguments, 1).await?;
        Ok(registry)
    }

    /// Where it keeps everything.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    async fn resume(&self) -> io::Result<()> {
        let log = std::fs::File::create(self.folder.path().join("log"))?;
        let mut child = Command::new(&self.binary)
            .args(["serve", "--demo", "--data"])
            .arg(self.data())
            .args(["--listen", &self.address.to_string()])
            .args(["--endpoint", &self.endpoint])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(output).lines();
        let started = async {
            while let Some(line) = lines.next_line().await? {
                if line.contains("#pair=") {
                    return Ok(());
                }
            }
            Err(io::Error::other("the registry did not start"))
        };
        timeout(LONGEST_START, started).await??;
        *self.child.borrow_mut() = Some(child);
        Ok(())
    }

    /// Kills it where it stands and starts it again.
    pub async fn crash(&self) -> io::Result<()> {
        // Who is killed already, by another request, is being started again.
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        child.kill().await?;
        self.crashes.set(self.crashes.get() + 1);
        self.resume().await
    }

    /// A link that pairs one device.
    pub async fn pair(&self, site: Site) -> io::Result<String> {
        self.command_at(&["pair", "--site", site.code], 1).await
    }

    /// The list of its devices.
    pub async fn devices(&self) -> io::Result<String> {
        self.command_at(&["devices"], 1).await
    }

    /// Runs another command on the same data, which stands after so many of the arguments.
    async fn command_at(&self, arguments: &[&str], data: usize) -> io::Result<String> {
        let output = Command::new(&self.binary)
            .args(&arguments[..data])
            .arg("--data")
            .arg(self.data())
            .args(&arguments[data..])
            .output()
            .await?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(io::Error::other(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ))
        }
    }
}

/// The two objects of a packet in a data folder, if both are there.
pub fn packet(data: &Path, pid: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let packet = data.join("objects/packets").join(pid);
    let read = |end| std::fs::read(packet.with_extension(end)).ok();
    read("age").zip(read("jws"))
}

/// The pids of all packets in a data folder, each as often as it is there.
pub fn packets(data: &Path) -> Vec<String> {
    let folder = std::fs::read_dir(data.join("objects/packets"));
    let names = folder.into_iter().flatten().flatten();
    names
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_suffix(".age").map(str::to_owned)
        })
        .collect()
}
