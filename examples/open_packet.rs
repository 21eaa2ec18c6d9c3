//! Verifies and opens a packet, whoever sealed it. The archive goes to standard output:
//!
//! ```text
//! cargo run --example open_packet --features open -- IDENTITY PACKET.age PACKET.jws DEVICE.jwk | tar tv
//! ```
//!
//! That much is a reader. A registry also keeps the chain, and compares what `packet.json` inside
//! says with the manifest outside.

use std::error::Error;
use std::fs;
use std::io;

use rekam::jws::{self, PublicKey};
use rekam::seal::Manifest;
use rekam::seal::open::{Identity, open};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [identity, packet, manifest, device] = &arguments[..] else {
        return Err("name identity, packet, manifest and device key".into());
    };
    let identity = Identity::parse(&fs::read_to_string(identity)?)?;
    let device = PublicKey::from_jwk(&serde_json::from_slice(&fs::read(device)?)?)?;
    let manifest = Manifest::verify(fs::read_to_string(manifest)?.trim(), &device)?;
    let packet = fs::read(packet)?;
    if manifest.ct.len != packet.len() as u64 || manifest.ct.sha_256 != jws::hash(&packet) {
        return Err("the manifest is for another packet".into());
    }
    // Until the end is reached the archive may still turn out to be damaged.
    io::copy(
        &mut open(&packet[..], &[&identity])?,
        &mut io::stdout().lock(),
    )?;
    Ok(())
}
