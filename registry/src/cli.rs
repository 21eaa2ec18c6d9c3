//! The command line.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Args, Parser, Subcommand};
use rekam::station::Policy;
use rekam::validate::{Day, Extent, Severity};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::keys::{self, ReceiptKey};
use crate::open::{self, Output};
use crate::serve::{self, ENDPOINT, Failure};
use crate::store::Database;
use crate::store::devices::Site;
use crate::store::statuses::Change;
use crate::{check, lists, pairing, statuses};

/// Takes in packets of Rekam stations, answers with signed receipts, opens packets where the key is.
#[derive(Parser)]
#[command(name = "registry", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a key that opens packets; run it where packets are to be opened
    Keygen {
        /// Folder for opening.key; the recipient is printed
        #[arg(long)]
        out: PathBuf,
    },
    /// Run the server
    Serve(Serve),
    /// Write out what was captured, byte for byte
    Open(Open),
    /// Say what the rules find in an enrollment, as JSON; exit code 1 when there are errors
    Check(Check),
    /// List the sites, or add one
    Sites {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        change: Option<SitesChange>,
    },
    /// List the devices with their chains and what is missing of them
    Devices {
        #[command(flatten)]
        data: Data,
    },
    /// Print the code that opens a device whose last PIN is forgotten; read it out to its supervisor
    Recovery {
        #[command(flatten)]
        data: Data,
        /// The device, as `registry devices` lists it
        device: String,
    },
    /// State what became of packets at the register, all or none
    Status(Status),
    /// Print a new link that pairs one device with a site
    Pair {
        #[command(flatten)]
        data: Data,
        /// Kemendagri code of the site
        #[arg(long)]
        site: String,
        /// Address of the registry, if not that of its last start
        #[arg(long)]
        endpoint: Option<String>,
    },
}

#[derive(Args)]
struct Data {
    /// The data folder
    #[arg(long)]
    data: PathBuf,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:6202")]
    listen: SocketAddr,
    /// Folder of the clerk's app, served at /
    #[arg(long)]
    app: Option<PathBuf>,
    /// Make a demonstration site and its keys, and print a pairing link
    #[arg(long)]
    demo: bool,
    /// Address under which stations reach the registry [default: that of --listen]
    #[arg(long)]
    endpoint: Option<String>,
    /// Until when the TLS certificate of that address is good, 2027-02-01T00:00:00Z; tablets that
    /// nobody answers after that can say why
    #[arg(long, value_parser = parse_time)]
    certificate_expires: Option<u64>,
}

#[derive(Args)]
struct Open {
    /// Packet id
    pid: String,
    #[command(flatten)]
    data: Data,
    /// File with the opening key [default: keys/opening.key of the data folder]
    #[arg(long)]
    identity: Option<PathBuf>,
    /// Folder; the files go into a folder of the packet's id there
    #[arg(long, required_unless_present = "tar", conflicts_with = "tar")]
    out: Option<PathBuf>,
    /// Write the archive as it is into this file instead
    #[arg(long)]
    tar: Option<PathBuf>,
}

#[derive(Args)]
struct Status {
    #[command(flatten)]
    data: Data,
    /// Packet id
    #[arg(required_unless_present = "from", requires = "status")]
    pid: Option<String>,
    /// Word of the register, PRINT_READY_RECORD
    status: Option<String>,
    /// File with a packet id, a tab and a word on each line; - is the standard input
    #[arg(long, conflicts_with_all = ["pid", "status"])]
    from: Option<PathBuf>,
}

#[derive(Args)]
struct Check {
    /// enrollment.json of an opened packet, or a draft
    file: PathBuf,
    /// The day on which it is judged, YYYY-MM-DD [default: today, UTC]
    #[arg(long, value_parser = parse_day)]
    today: Option<Day>,
    /// Judge only what is there: nothing is missing
    #[arg(long)]
    given: bool,
}

#[derive(Subcommand)]
enum SitesChange {
    /// Add a site
    Add {
        /// Kemendagri code of the kecamatan, 62.02.16
        code: String,
        /// Name, for the screen
        name: String,
        /// Days of silence after which the centre cuts the site off
        #[arg(long, default_value_t = 30)]
        inactivity_limit_days: u32,
        /// Seconds that a station keeps a receipted packet
        #[arg(long, default_value_t = 7 * 24 * 60 * 60)]
        grace_seconds: u64,
    },
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(execute(cli.command)) {
        Ok(code) => code,
        Err(error) => failed(&*error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("registry: {error}");
    ExitCode::FAILURE
}

async fn execute(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Keygen { out } => keygen(&out)?,
        Command::Serve(command) => serve(command).await?,
        Command::Open(command) => open(command).await?,
        Command::Check(command) => return check(&command),
        Command::Sites { data, change: None } => {
            print!("{}", lists::sites(&existing(&data.data).await?).await?);
        }
        Command::Sites {
            data,
            change: Some(change),
        } => add_site(&data.data, change).await?,
        Command::Devices { data } => {
            print!("{}", lists::devices(&existing(&data.data).await?).await?);
        }
        Command::Recovery { data, device } => {
            let entrusted = existing(&data.data).await?.entrusted(&device).await?;
            let entrusted = entrusted.ok_or("there is no code for such a device")?;
            println!("{}", entrusted.recovery);
        }
        Command::Status(command) => status(command).await?,
        Command::Pair {
            data,
            site,
            endpoint,
        } => pair(&data.data, &site, endpoint).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check(command: &Check) -> Result<ExitCode, Failure> {
    let today = match command.today {
        Some(day) => day,
        None => parse_day(&humantime::format_rfc3339(SystemTime::now()).to_string()[..10])?,
    };
    let extent = if command.given {
        Extent::Given
    } else {
        Extent::Whole
    };
    let findings = check::check(&command.file, today, extent)?;
    println!("{}", serde_json::to_string_pretty(&findings)?);
    let faulty = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(faulty)))
}

fn keygen(out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out)?;
    let comment =
        "Opens every packet that is sealed to it. Keep it, and a copy, away from the registry.";
    let recipient = keys::make_opening_identity(&out.join("opening.key"), comment)?;
    println!("{recipient}");
    Ok(())
}

async fn serve(command: Serve) -> Result<(), Failure> {
    log_to_stderr();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = serve::start(serve::Options {
        data: command.data.data,
        listen: command.listen,
        app: command.app,
        demo: command.demo,
        endpoint: command.endpoint,
        certificate_expires: command.certificate_expires,
    })
    .await?;
    println!("Registry: {}", running.endpoint);
    if let Some(link) = &running.pairing_link {
        println!("Pair one device with: {link}");
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    Ok(running.stop().await?)
}

async fn open(command: Open) -> Result<(), Failure> {
    let data = command.data.data;
    let identity = command
        .identity
        .unwrap_or_else(|| keys::demo_opening_path(&data));
    let identities = keys::opening_identities(&identity)?;
    let output = match (command.out, command.tar) {
        (_, Some(file)) => Output::Tar(file),
        (Some(folder), None) => Output::Folder(folder),
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let opened = open::open(&data, &command.pid, identities, output).await?;
    println!("{}", opened.display());
    Ok(())
}

async fn add_site(data: &Path, change: SitesChange) -> Result<(), Failure> {
    let SitesChange::Add {
        code,
        name,
        inactivity_limit_days,
        grace_seconds,
    } = change;
    if !is_site_code(&code) {
        return Err("a site has a code like 62.02.16".into());
    }
    std::fs::create_dir_all(data)?;
    let database = Database::open(data).await?;
    let policy = Policy {
        inactivity_limit_days,
        grace_seconds,
    };
    database.add_site(&Site { code, name, policy }).await?;
    Ok(())
}

async fn pair(data: &Path, site: &str, endpoint: Option<String>) -> Result<(), Failure> {
    let database = existing(data).await?;
    if database.site(site).await?.is_none() {
        return Err("there is no such site: see `registry sites`".into());
    }
    let endpoint = match endpoint {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => database
            .setting(ENDPOINT)
            .await?
            .ok_or("the registry was never started: say its address with --endpoint")?,
    };
    let key = ReceiptKey::load_or_make(data)?;
    println!(
        "{}",
        pairing::make_link(&database, &key, &endpoint, site).await?
    );
    Ok(())
}

async fn status(command: Status) -> Result<(), Failure> {
    let changes = match (command.pid, command.status, command.from) {
        (Some(pid), Some(status), _) => vec![Change { pid, status }],
        (_, _, Some(file)) if file == Path::new("-") => {
            statuses::parse(&std::io::read_to_string(std::io::stdin())?)?
        }
        (_, _, Some(file)) => statuses::parse(&std::fs::read_to_string(file)?)?,
        _ => unreachable!("clap asks for a packet with its word, or for a file"),
    };
    let data = command.data.data;
    let database = existing(&data).await?;
    let changed = statuses::set(&database, &ReceiptKey::load_or_make(&data)?, &changes).await?;
    println!("{changed} changed");
    Ok(())
}

fn parse_day(text: &str) -> Result<Day, &'static str> {
    Day::parse_iso(text).ok_or("a day is written YYYY-MM-DD")
}

/// Seconds since 1970 UTC.
fn parse_time(text: &str) -> Result<u64, &'static str> {
    let time = humantime::parse_rfc3339(text).map_err(|_| "a time is like 2027-02-01T00:00:00Z")?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(Err("that is before 1970"), |it| Ok(it.as_secs()))
}

/// The database of a data folder that is there, so that a mistyped one is not made.
async fn existing(data: &Path) -> Result<Database, Failure> {
    if !data.join("registry.sqlite").exists() {
        return Err(format!("{} is no data folder of a registry", data.display()).into());
    }
    Ok(Database::open(data).await?)
}

fn is_site_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 8
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            2 | 5 => *byte == b'.',
            _ => byte.is_ascii_digit(),
        })
}

fn log_to_stderr() {
    let levels = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("registry", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(levels)
        .init();
}
