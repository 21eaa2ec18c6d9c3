//! Records and seals one applicant on a tablet in memory, and writes what a reader in another
//! language needs to try itself on the packet:
//!
//! ```text
//! cargo run --example seal_packet --features open -- DIR
//! age -d -i DIR/identity.txt DIR/packet.age | tar tv
//! ```
//!
//! `packet.age` and `packet.jws` are the packet; `identity.txt` opens it, `recipient.txt` is what
//! it was sealed to, `device.jwk` verifies the manifest; `applicant.json` and `captures/` are what
//! must come out. All of it is the same at every run: the tablet's randomness has a seed.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde_json::json;
use support::applicant::Applicant;
use support::invariants::device_key;
use support::registry::{IDENTITY, RECIPIENT};
use support::tablet::Tablet;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args_os().nth(1).ok_or("name a directory")?);
    let tablet = Tablet::paired();
    let applicant = Applicant::full(0);
    let record = tablet.seal(&applicant);
    let key = device_key(&tablet).ok_or("the tablet has sealed, so it has a key")?;
    let applicant_json = json!({ "name": applicant.name.to_uppercase(), "nik": applicant.nik });

    let write = |path: &str, bytes: &[u8]| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("it is below the directory"))?;
        fs::write(path, bytes)
    };
    write("packet.age", &tablet.disk.borrow().ciphertexts[&record.pid])?;
    write("packet.jws", record.manifest.as_bytes())?;
    write("identity.txt", format!("{IDENTITY}\n").as_bytes())?;
    write("recipient.txt", format!("{RECIPIENT}\n").as_bytes())?;
    write("device.jwk", &serde_json::to_vec(&key.to_jwk())?)?;
    write("applicant.json", &serde_json::to_vec(&applicant_json)?)?;
    for (path, bytes) in applicant.files() {
        write(&format!("captures/{path}"), bytes)?;
    }
    Ok(())
}
