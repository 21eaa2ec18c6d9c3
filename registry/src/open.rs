//! `registry open`: a packet, the device's key and the opening key become the files that were
//! captured, byte for byte.
//!
//! In: the two objects of a packet. Out: a folder or a tar, or nothing at all: what does not
//! agree with the manifest in every point is refused, and no half of it is left behind.

mod archive;
mod refusal;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64ct::{Base64UrlUnpadded, Encoding};
use futures_util::TryStreamExt;
use rekam::jws;
use rekam::seal::Manifest;
use rekam::seal::manifest::{TYP, is_pid};
use rekam::seal::open::{self, Identity, Unwrap};
use sha2::{Digest, Sha256};
use tokio_util::io::{StreamReader, SyncIoBridge};

use crate::serve::Failure;
use crate::store::{Database, Objects, objects};
use archive::Destination;
use refusal::Refusal;

/// Where what is opened goes.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    /// Files in `<folder>/<pid>/`.
    Folder(PathBuf),
    /// The archive as it is, in this file.
    Tar(PathBuf),
}

/// Opens a packet of the data folder and returns where it lies.
pub(crate) async fn open(
    data: &Path,
    pid: &str,
    identities: Vec<Identity>,
    output: Output,
) -> Result<PathBuf, Failure> {
    if !is_pid(pid) {
        return Err(Refusal::NotReceived.into());
    }
    let database = Database::open(data).await?;
    let objects = Objects::open(data)?;
    if database.receipt(pid).await?.is_none() {
        return Err(Refusal::NotReceived.into());
    }
    let compact = objects.bytes(&objects::manifest(pid)).await?;
    let compact = std::str::from_utf8(&compact).map_err(|_| Refusal::ManifestMalformed)?;
    let dev = jws::kid(compact, TYP).map_err(Refusal::Manifest)?;
    let device = database.device(&dev).await?.ok_or(Refusal::DeviceUnknown)?;
    let manifest = Manifest::verify(compact, &device.key).map_err(Refusal::Manifest)?;
    if manifest.pid != pid {
        return Err(Refusal::ManifestMalformed.into());
    }
    let ciphertext = objects.stream(&objects::ciphertext(pid)).await?;
    let ciphertext = SyncIoBridge::new(StreamReader::new(ciphertext.map_err(io::Error::other)));
    let opened =
        tokio::task::spawn_blocking(move || write(ciphertext, &manifest, &identities, &output));
    Ok(opened.await??)
}

/// Decrypts into an unfinished place beside the output, checks everything, then gives it its name.
fn write(
    ciphertext: impl Read,
    manifest: &Manifest,
    identities: &[Identity],
    output: &Output,
) -> Result<PathBuf, Refusal> {
    let (finished, unfinished) = places(output, &manifest.pid)?;
    let written = decrypt(ciphertext, manifest, identities, output, &unfinished);
    match written {
        Ok(()) => {
            fs::rename(&unfinished, &finished)?;
            Ok(finished)
        }
        Err(refusal) => {
            remove(&unfinished)?;
            Err(refusal)
        }
    }
}

fn decrypt(
    ciphertext: impl Read,
    manifest: &Manifest,
    identities: &[Identity],
    output: &Output,
    unfinished: &Path,
) -> Result<(), Refusal> {
    let hash = Arc::new(Mutex::new((Sha256::new(), 0)));
    let ciphertext = Hashed {
        source: ciphertext,
        hash: Arc::clone(&hash),
    };
    let identities: Vec<&dyn Unwrap> = identities.iter().map(|i| i as &dyn Unwrap).collect();
    let plaintext = open::open(ciphertext, &identities).map_err(Refusal::Open)?;
    let destination = match output {
        Output::Folder(_) => Destination::folder(unfinished)?,
        Output::Tar(_) => Destination::tar(unfinished)?,
    };
    archive::write(plaintext, manifest, destination)?;

    // The archive was read to its end, and with it the ciphertext.
    let (hash, len) = std::mem::take(&mut *hash.lock().expect("nobody panics with it"));
    let same = Base64UrlUnpadded::encode_string(&hash.finalize()) == manifest.ct.sha_256;
    if same && len == manifest.ct.len {
        Ok(())
    } else {
        Err(Refusal::CiphertextDiffers)
    }
}

/// The place of what is opened, and the one beside it where it is made.
fn places(output: &Output, pid: &str) -> Result<(PathBuf, PathBuf), Refusal> {
    let (finished, unfinished) = match output {
        Output::Folder(folder) => {
            fs::create_dir_all(folder)?;
            (folder.join(pid), folder.join(format!(".{pid}.unfinished")))
        }
        Output::Tar(file) => {
            let mut unfinished = file.clone().into_os_string();
            unfinished.push(".unfinished");
            (file.clone(), unfinished.into())
        }
    };
    if finished.exists() {
        return Err(Refusal::OutputExists);
    }
    remove(&unfinished)?;
    Ok((finished, unfinished))
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Hashes and counts what is read through it.
struct Hashed<R> {
    source: R,
    hash: Arc<Mutex<(Sha256, u64)>>,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(out)?;
        let mut hash = self.hash.lock().expect("nobody panics with it");
        hash.0.update(&out[..n]);
        hash.1 += n as u64;
        Ok(n)
    }
}
