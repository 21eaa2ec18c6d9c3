//! Why a packet is not opened. **No value of a field is ever part of one.**

use std::{fmt, io};

use rekam::error::{JwsError, OpenError};

/// Why a packet is not opened.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The registry has no receipted packet of that id.
    NotReceived,
    /// The device that signed is not paired with this registry.
    DeviceUnknown,
    /// The manifest is not signed by the device.
    Manifest(JwsError),
    /// The manifest is for something else, or no text.
    ManifestMalformed,
    /// The ciphertext has another hash or length than the manifest states.
    CiphertextDiffers,
    /// The envelope does not open.
    Open(OpenError),
    /// The archive breaks a rule of the format.
    Archive(&'static str),
    /// `packet.json` says otherwise than the manifest.
    IndexDiffers(&'static str),
    /// An entry is not the one that `packet.json` names.
    EntryDiffers(&'static str),
    /// Something lies where the output would go.
    OutputExists,
    /// A file could not be read or written.
    Io(io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReceived => f.write_str("open_not_received: no receipted packet of that id"),
            Self::DeviceUnknown => {
                f.write_str("open_device_unknown: the device that signed is not paired here")
            }
            Self::Manifest(error) => write!(f, "open_manifest_refused: {error}"),
            Self::ManifestMalformed => {
                f.write_str("open_manifest_refused: the manifest is for something else")
            }
            Self::CiphertextDiffers => f.write_str(
                "open_ciphertext_differs: the ciphertext is not the one that the manifest states",
            ),
            Self::Open(error) => error.fmt(f),
            Self::Archive(what) => write!(f, "open_archive_malformed: {what}"),
            Self::IndexDiffers(what) => {
                write!(
                    f,
                    "open_index_differs: packet.json and manifest differ in {what}"
                )
            }
            Self::EntryDiffers(what) => {
                write!(
                    f,
                    "open_entry_differs: an entry and packet.json differ in {what}"
                )
            }
            Self::OutputExists => f.write_str("open_output_exists: something lies there already"),
            Self::Io(error) => write!(f, "open_io: {error}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        // The opener reads through `io::Read` and hands its own errors through it.
        match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<OpenError>())
        {
            Some(open) => Self::Open(*open),
            None => Self::Io(error),
        }
    }
}
