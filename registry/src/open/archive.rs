//! The archive inside: a ustar stream, entry by entry against `packet.json`, which stands first
//! and is itself compared with the manifest.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use rekam::seal::Manifest;
use rekam::seal::archive::{BLOCK_BYTES, END, ENROLLMENT_JSON, PACKET_JSON, PacketIndex, padding};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

/// An index of fourteen entries takes 4 KB.
const LARGEST_INDEX_BYTES: u64 = 1024 * 1024;
const COPY_BYTES: usize = 64 * 1024;

/// Where the archive goes.
pub(super) enum Destination {
    /// A file for each entry.
    Folder(PathBuf),
    /// One file that holds the archive as it is.
    Tar(File),
}

impl Destination {
    /// Makes a folder that only its owner reads.
    pub(super) fn folder(path: &Path) -> io::Result<Self> {
        make_folder(path)?;
        Ok(Self::Folder(path.to_owned()))
    }

    /// Makes a file that only its owner reads.
    pub(super) fn tar(path: &Path) -> io::Result<Self> {
        Ok(Self::Tar(make_file(path)?))
    }

    /// Takes bytes of the archive as it is.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Tar(file) => file.write_all(bytes),
        }
    }

    /// Makes the file of an entry whose name was checked.
    fn entry(&self, name: &str) -> io::Result<Box<dyn Write>> {
        match self {
            Self::Tar(_) => Ok(Box::new(io::sink())),
            Self::Folder(folder) => {
                if let Some((parent, _)) = name.rsplit_once('/') {
                    make_folder(&folder.join(parent))?;
                }
                Ok(Box::new(make_file(&folder.join(name))?))
            }
        }
    }
}

/// Reads an archive to its end, compares everything and writes it out.
pub(super) fn write(
    plaintext: impl Read,
    manifest: &Manifest,
    destination: Destination,
) -> Result<(), Refusal> {
    let mut archive = Archive {
        plaintext,
        destination,
    };

    let (name, len) = archive.header()?;
    if name != PACKET_JSON || len > LARGEST_INDEX_BYTES {
        return Err(Refusal::Archive("packet.json is not first"));
    }
    let mut json = Vec::new();
    archive.data(len, &mut json)?;
    let index: PacketIndex =
        serde_json::from_slice(&json).map_err(|_| Refusal::Archive("packet.json is malformed"))?;
    compare(&index, manifest)?;
    archive.destination.entry(PACKET_JSON)?.write_all(&json)?;

    for entry in &index.entries {
        if !is_safe(&entry.path) {
            return Err(Refusal::Archive("a name is not safe"));
        }
        let (name, len) = archive.header()?;
        if name != entry.path {
            return Err(Refusal::EntryDiffers("name or order"));
        }
        if len != entry.len {
            return Err(Refusal::EntryDiffers("length"));
        }
        let mut file = archive.destination.entry(&name)?;
        if archive.data(len, &mut *file)? != entry.sha_256 {
            return Err(Refusal::EntryDiffers("hash"));
        }
        file.flush()?;
    }
    archive.end()
}

/// Inside and outside agree, so a manifest that was stripped and signed anew is refused.
fn compare(index: &PacketIndex, manifest: &Manifest) -> Result<(), Refusal> {
    let pairs = [
        ("v", index.v == manifest.v),
        ("pid", index.pid == manifest.pid),
        ("dev", index.dev == manifest.dev),
        ("site", index.site == manifest.site),
        ("seq", index.seq == manifest.seq),
        ("svc", index.svc == manifest.svc),
    ];
    if let Some((what, _)) = pairs.iter().find(|(_, same)| !same) {
        return Err(Refusal::IndexDiffers(what));
    }
    match index.entries.first() {
        Some(entry) if entry.path == ENROLLMENT_JSON => Ok(()),
        _ => Err(Refusal::Archive("enrollment.json is not second")),
    }
}

/// Names that the format knows are of this form; nothing else is ever written.
fn is_safe(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    name != PACKET_JSON
        && name.split('/').count() <= 2
        && name
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed))
}

struct Archive<R> {
    plaintext: R,
    destination: Destination,
}

impl<R: Read> Archive<R> {
    /// The next header: name and length of a regular file.
    fn header(&mut self) -> Result<(String, u64), Refusal> {
        let mut block = [0; BLOCK_BYTES];
        self.read(&mut block)?;
        parse_header(&block).ok_or(Refusal::Archive("an entry has no ustar header"))
    }

    /// The data of an entry and the zeros behind it; returns the hash.
    fn data(&mut self, len: u64, out: &mut dyn Write) -> Result<String, Refusal> {
        let mut hash = Sha256::new();
        let mut left = len;
        let mut buffer = vec![0; COPY_BYTES];
        while left > 0 {
            let n = usize::try_from(left).unwrap_or(usize::MAX).min(COPY_BYTES);
            self.read(&mut buffer[..n])?;
            hash.update(&buffer[..n]);
            out.write_all(&buffer[..n])?;
            left -= n as u64;
        }
        self.zeros(padding(len))?;
        Ok(Base64UrlUnpadded::encode_string(&hash.finalize()))
    }

    /// The two zero blocks; writers may fill up to their record with more of them.
    fn end(mut self) -> Result<(), Refusal> {
        self.zeros(END.len())?;
        let mut buffer = vec![0; COPY_BYTES];
        loop {
            let n = self.plaintext.read(&mut buffer)?;
            if n == 0 {
                return Ok(());
            }
            self.destination.take(&buffer[..n])?;
            if buffer[..n].iter().any(|&byte| byte != 0) {
                return Err(Refusal::EntryDiffers("number"));
            }
        }
    }

    fn zeros(&mut self, n: usize) -> Result<(), Refusal> {
        let mut block = [0; END.len()];
        self.read(&mut block[..n])?;
        if block[..n].iter().all(|&byte| byte == 0) {
            Ok(())
        } else {
            Err(Refusal::Archive("there is more where zeros should be"))
        }
    }

    fn read(&mut self, out: &mut [u8]) -> Result<(), Refusal> {
        self.plaintext
            .read_exact(out)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => Refusal::Archive("it ends too early"),
                _ => error.into(),
            })?;
        Ok(self.destination.take(out)?)
    }
}

/// IEEE Std 1003.1-2017, *pax*, "ustar Interchange Format".
fn parse_header(block: &[u8; BLOCK_BYTES]) -> Option<(String, u64)> {
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(i, &byte)| {
            if (148..156).contains(&i) {
                u64::from(b' ')
            } else {
                u64::from(byte)
            }
        })
        .sum();
    let regular = block[156] == b'0';
    let ustar = &block[257..263] == b"ustar\0" && block[345] == 0;
    if !regular || !ustar || octal(&block[148..156])? != sum {
        return None;
    }
    let name = block[..100].split(|&byte| byte == 0).next()?;
    Some((
        String::from_utf8(name.to_vec()).ok()?,
        octal(&block[124..136])?,
    ))
}

/// Octal digits, ended by NUL or space.
fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn make_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
