//! Keys in files: the receipt key, which signs; the recipients, whom stations seal to; and the
//! opening identity, which `serve` never reads.
//!
//! | file | holds | read by |
//! | --- | --- | --- |
//! | `keys/receipt.pem` | P-256 private key, PKCS#8 | `serve`, `pair` |
//! | `keys/recipients.txt` | `age1pq1…`, one a line, `#` begins a comment | `serve` |
//! | `keys/opening.key` | `AGE-SECRET-KEY-PQ-1…`, as `age-keygen` writes it | `open` alone |

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rekam::jws::{self, Jwk, PublicKey};
use rekam::ports::Random;
use rekam::seal::Recipient;
use rekam::seal::open::Identity;
use serde::Serialize;

use crate::store::sync_folder;

/// Randomness of the operating system.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system gives random numbers");
    }
}

/// The key that signs receipts, probes and configurations.
pub(crate) struct ReceiptKey {
    signing: SigningKey,
    public: PublicKey,
}

impl ReceiptKey {
    /// Reads the key of the data folder; the first start makes it.
    pub(crate) fn load_or_make(data: &Path) -> io::Result<Self> {
        let path = folder(data).join("receipt.pem");
        if !path.exists() {
            let pem = make_signing_key()
                .to_pkcs8_pem(LineEnding::LF)
                .map_err(|_| io::Error::other("the new receipt key cannot be written"))?;
            write_secret(&path, &pem)?;
        }
        let malformed = || refuse(&path, "is no P-256 key in PKCS#8");
        let signing = SigningKey::from_pkcs8_pem(&read_secret(&path)?).map_err(|_| malformed())?;
        let public = PublicKey::from_key(*signing.verifying_key());
        Ok(Self { signing, public })
    }

    /// The RFC 7638 thumbprint, which stands in pairing links.
    pub(crate) fn thumbprint(&self) -> &str {
        self.public.thumbprint()
    }

    /// The public half.
    pub(crate) fn to_jwk(&self) -> Jwk {
        self.public.to_jwk()
    }

    /// A compact JWS of the claims.
    pub(crate) fn sign<T: Serialize>(&self, typ: &str, claims: &T) -> String {
        let input = jws::signing_input(typ, self.thumbprint(), claims);
        let signature: Signature = self.signing.sign(input.as_bytes());
        jws::compact(&input, &signature.to_bytes().into())
    }
}

fn make_signing_key() -> SigningKey {
    loop {
        let mut secret = [0; 32];
        SystemRandom.fill(&mut secret);
        // Zero and what is above the group order are no keys: 1 of 2^32.
        if let Ok(key) = SigningKey::from_slice(&secret) {
            return key;
        }
    }
}

/// Whom stations seal to, as the data folder names them; empty when it names none.
pub(crate) fn recipients(data: &Path) -> io::Result<Vec<String>> {
    let path = recipients_path(data);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match Recipient::parse(line) {
            Ok(recipient) => Ok(recipient.as_str().to_owned()),
            Err(_) => Err(refuse(&path, "holds a line that is no age1pq1… recipient")),
        })
        .collect()
}

/// Where [`recipients`] looks.
pub(crate) fn recipients_path(data: &Path) -> PathBuf {
    folder(data).join("recipients.txt")
}

/// Adds a recipient for stations that are configured from now on.
pub(crate) fn add_recipient(data: &Path, recipient: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(recipients_path(data))?;
    writeln!(file, "{recipient}")?;
    file.sync_all()?;
    sync_folder(&folder(data))
}

/// Makes an opening identity, writes it into `file` and returns its recipient.
pub(crate) fn make_opening_identity(file: &Path, comment: &str) -> io::Result<String> {
    let identity = Identity::make(&SystemRandom);
    let recipient = identity.to_recipient();
    let secret = identity.to_secret();
    write_secret(
        file,
        &format!("# {comment}\n# public key: {recipient}\n{}\n", *secret),
    )?;
    Ok(recipient)
}

/// Reads the identities of a file as `age-keygen` writes it.
pub(crate) fn opening_identities(file: &Path) -> io::Result<Vec<Identity>> {
    let text = read_secret(file)?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            Identity::parse(line).map_err(|_| {
                refuse(
                    file,
                    "holds a line that is no AGE-SECRET-KEY-PQ-1… identity",
                )
            })
        })
        .collect()
}

/// The opening identity that a demonstration keeps beside the packets.
pub(crate) fn demo_opening_path(data: &Path) -> PathBuf {
    folder(data).join("opening.key")
}

/// Makes the folder of the keys, which only its owner enters.
pub(crate) fn make_folder(data: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder(data))?;
    sync_folder(data)
}

fn folder(data: &Path) -> PathBuf {
    data.join("keys")
}

/// Writes a file that only its owner reads, whole or not at all; one that is there stays.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let _ = fs::remove_file(&unfinished);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link, unlike a rename, never replaces a key that is there.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    linked?;
    sync_folder(path.parent().unwrap_or(path))
}

fn read_secret(path: &Path) -> io::Result<String> {
    let unreadable = |error| refuse(path, &format!("cannot be read: {error}"));
    #[cfg(unix)]
    {
        let permissions = fs::metadata(path).map_err(unreadable)?.permissions();
        if std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o077 != 0 {
            return Err(refuse(path, "can be read by others: chmod 600 it"));
        }
    }
    fs::read_to_string(path).map_err(unreadable)
}

fn refuse(path: &Path, reason: &str) -> io::Error {
    io::Error::other(format!("{} {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_receipt_key_once_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;

        let data = tempfile::tempdir().unwrap();
        make_folder(data.path()).unwrap();
        let made = ReceiptKey::load_or_make(data.path()).unwrap();
        let read = ReceiptKey::load_or_make(data.path()).unwrap();
        assert_eq!(made.thumbprint(), read.thumbprint());
        let path = data.path().join("keys/receipt.pem");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(ReceiptKey::load_or_make(data.path()).is_err());
    }

    #[test]
    fn never_replaces_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("opening.key");
        let recipient = make_opening_identity(&file, "first").unwrap();
        assert!(make_opening_identity(&file, "second").is_err());
        assert_eq!(
            opening_identities(&file).unwrap()[0].to_recipient(),
            recipient
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
