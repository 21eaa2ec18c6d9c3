//! The archive: a ustar stream with `packet.json` first, so that any tar of any age reads it.
//!
//! In: the index of the entries, then their bytes. Out: tar blocks. Names, modes and owners are
//! fixed, so the same enrollment gives the same bytes.
//!
//! IEEE Std 1003.1-2017, *pax*, "ustar Interchange Format".

use serde::{Deserialize, Serialize};

use crate::form::Slot;

/// A tar block.
pub const BLOCK_BYTES: usize = 512;
/// Longest entry name: what ustar holds without its prefix field, less the final NUL.
pub const LONGEST_NAME_BYTES: usize = 99;
/// Latest time that ustar's field holds, in the year 2242. A tablet's clock can be beyond it.
pub const LATEST_MTIME_SECONDS: u64 = 0o77_777_777_777;
/// Name of the first entry.
pub const PACKET_JSON: &str = "packet.json";
/// Name of the second entry.
pub const ENROLLMENT_JSON: &str = "enrollment.json";

/// `packet.json`: what the archive holds, and the manifest's claims once more, inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketIndex {
    /// Format version, 1.
    pub v: u32,
    /// Packet id, UUIDv7.
    pub pid: String,
    /// RFC 7638 thumbprint of the device key.
    pub dev: String,
    /// Kemendagri code of the site.
    pub site: String,
    /// Sequence number in the device's chain.
    pub seq: u64,
    /// The service.
    pub svc: String,
    /// Form and its version, `ktp_first/1`.
    pub form: String,
    /// Version of each code list that the form uses.
    pub lists: std::collections::BTreeMap<String, String>,
    /// Version of the region table.
    pub regions: String,
    /// Seconds since 1970 UTC, by the tablet's clock.
    pub sealed_at: u64,
    /// Who sealed it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operator: Option<SealedBy>,
    /// Every other entry, in order.
    pub entries: Vec<Entry>,
}

/// The operator who sealed a packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBy {
    /// Random; [`Entry::by`] names operators by it.
    pub id: String,
    /// As the tablet's lock screen shows it.
    pub name: String,
}

/// One entry of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Name in the archive.
    pub path: String,
    /// The slot that it fills; absent for `enrollment.json`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slot: Option<Slot>,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Bytes.
    pub len: u64,
    /// SHA-256, base64url.
    #[serde(rename = "sha-256")]
    pub sha_256: String,
    /// Time of capture, seconds since 1970 UTC by the tablet's clock.
    pub at: u64,
    /// The id of the operator who captured it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
}

/// Name of a capture in the archive.
pub fn capture_path(slot: Slot, media_type: &str) -> String {
    let extension = match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/jp2" => "jp2",
        "image/x-wsq" => "wsq",
        "image/svg+xml" => "svg",
        _ => "bin",
    };
    let name = slot
        .as_str()
        .replacen('_', "/", usize::from(slot.is_finger() || slot.is_iris()));
    let name = match name.split_once('/') {
        Some(("finger", finger)) => format!("fingers/{}", finger.replace('_', "-")),
        Some((_, eye)) => format!("irises/{eye}"),
        None => name,
    };
    format!("{name}.{extension}")
}

/// The header block of a regular file. A time beyond [`LATEST_MTIME_SECONDS`] is written as that.
///
/// # Panics
/// When `name` is not 1 to 99 bytes of ASCII, or `len` is 8 GiB or more: names are made by
/// [`capture_path`] and lengths are limited when a capture is taken.
pub fn header(name: &str, len: u64, mtime_seconds: u64) -> [u8; BLOCK_BYTES] {
    assert!(name.is_ascii() && !name.is_empty() && name.len() <= LONGEST_NAME_BYTES);
    let mut block = [0; BLOCK_BYTES];
    block[..name.len()].copy_from_slice(name.as_bytes());
    octal(&mut block[100..108], 0o600);
    octal(&mut block[108..116], 0);
    octal(&mut block[116..124], 0);
    octal(&mut block[124..136], len);
    octal(
        &mut block[136..148],
        mtime_seconds.min(LATEST_MTIME_SECONDS),
    );
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    octal(&mut block[329..337], 0);
    octal(&mut block[337..345], 0);
    // The checksum counts its own field as eight spaces, and is six digits, NUL, space.
    block[148..156].fill(b' ');
    let sum: u64 = block.iter().map(|&byte| u64::from(byte)).sum();
    octal(&mut block[148..155], sum);
    block
}

/// Zeros that fill the last block of a file of that length.
pub const fn padding(len: u64) -> usize {
    (BLOCK_BYTES - (len % BLOCK_BYTES as u64) as usize) % BLOCK_BYTES
}

/// The two zero blocks that end an archive.
pub const END: [u8; 2 * BLOCK_BYTES] = [0; 2 * BLOCK_BYTES];

/// Writes `value` as octal digits that fill the field up to its final NUL.
fn octal(field: &mut [u8], value: u64) {
    let digits = field.len() - 1;
    let text = format!("{value:0digits$o}");
    assert!(text.len() == digits, "the value fits its field");
    field[..digits].copy_from_slice(text.as_bytes());
    field[digits] = 0;
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn is_read_by_the_tar_crate() {
        let mut tar = Vec::new();
        for (name, data) in [
            ("packet.json", &b"{}"[..]),
            ("fingers/right-thumb.jp2", &[7; 513]),
        ] {
            tar.extend_from_slice(&header(name, data.len() as u64, 1_795_478_400));
            tar.extend_from_slice(data);
            tar.resize(tar.len() + padding(data.len() as u64), 0);
        }
        tar.extend_from_slice(&END);
        let mut archive = tar::Archive::new(&tar[..]);
        let entries: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut data = Vec::new();
                entry.read_to_end(&mut data).unwrap();
                assert_eq!(entry.header().mtime().unwrap(), 1_795_478_400);
                assert_eq!(entry.header().mode().unwrap(), 0o600);
                (entry.path().unwrap().to_string_lossy().into_owned(), data)
            })
            .collect();
        assert_eq!(entries[0], ("packet.json".into(), b"{}".to_vec()));
        assert_eq!(entries[1], ("fingers/right-thumb.jp2".into(), vec![7; 513]));
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn writes_a_time_that_the_field_cannot_hold_as_its_last() {
        let mtime = |seconds| {
            let block = header("face.jpg", 1, seconds);
            tar::Header::from_byte_slice(&block).mtime().unwrap()
        };
        assert_eq!(mtime(LATEST_MTIME_SECONDS), LATEST_MTIME_SECONDS);
        assert_eq!(mtime(LATEST_MTIME_SECONDS + 1), LATEST_MTIME_SECONDS);
        assert_eq!(mtime(u64::MAX), LATEST_MTIME_SECONDS);
    }

    #[test]
    fn names_captures_by_slot_and_media_type() {
        let path = |slot: &str, media| capture_path(Slot::parse(slot).unwrap(), media);
        assert_eq!(path("face", "image/jpeg"), "face.jpg");
        assert_eq!(path("signature", "image/png"), "signature.png");
        assert_eq!(
            path("finger_right_thumb", "image/jp2"),
            "fingers/right-thumb.jp2"
        );
        assert_eq!(
            path("iris_left", "application/octet-stream"),
            "irises/left.bin"
        );
    }
}
