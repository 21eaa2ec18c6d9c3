//! What was sealed, what the tablet believes, and what the registry has: whoever errs is named.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use rekam::jws::{self, P256, PublicKey};
use rekam::ports::Millis;
use rekam::receipt::Receipt;
use rekam::store::{Record, State};

use crate::registry;
use crate::station::{Clocks, Station};
use crate::support::disk::Witness;
use crate::support::executor::settle;

/// What is known beside the tablet of one round.
pub struct Ledger {
    /// The registry's folder.
    data: PathBuf,
    clocks: Clocks,
    grace: Millis,
    keys: RefCell<Vec<PublicKey>>,
    sealed: RefCell<BTreeMap<String, Sealed>>,
    violations: RefCell<Vec<String>>,
}

/// A packet as it was sealed.
struct Sealed {
    ciphertext: String,
    manifest: String,
    receipted_at: Option<Millis>,
}

impl Ledger {
    /// An empty one.
    pub fn new(data: PathBuf, clocks: Clocks, grace_seconds: u64) -> Rc<Self> {
        Rc::new(Self {
            data,
            clocks,
            grace: grace_seconds * 1_000,
            keys: RefCell::default(),
            sealed: RefCell::default(),
            violations: RefCell::default(),
        })
    }

    /// Whose receipts are good.
    pub fn believe(&self, keys: &[PublicKey]) {
        *self.keys.borrow_mut() = keys.to_vec();
    }

    /// Writes down what was sealed just now, from the bytes.
    pub fn note(&self, station: &Station, record: &Record) {
        let disk = station.disk.borrow();
        let bytes = disk.ciphertexts.get(&record.pid);
        let sealed = Sealed {
            ciphertext: jws::hash(bytes.map_or(&[][..], Vec::as_slice)),
            manifest: record.manifest.clone(),
            receipted_at: None,
        };
        self.sealed.borrow_mut().insert(record.pid.clone(), sealed);
    }

    /// The pids of everything that was sealed.
    pub fn pids(&self) -> Vec<String> {
        self.sealed.borrow().keys().cloned().collect()
    }

    /// What was found wrong.
    pub fn violations(&self) -> Vec<String> {
        self.violations.borrow().clone()
    }

    /// Notes that something is wrong. What is said names no more than an id.
    pub fn object(&self, what: impl Into<String>) {
        self.violations.borrow_mut().push(what.into());
    }

    /// Looks on while the tablet replaces its records.
    pub fn witness(self: &Rc<Self>) -> Witness {
        let ledger = self.clone();
        Rc::new(move |before, after, erases| ledger.look(before, after, erases))
    }

    fn look(&self, before: &Record, after: &Record, erases: bool) {
        let pid = &after.pid;
        let is_signed_for = |state| matches!(state, State::Receipted | State::Purged);
        if is_signed_for(after.state) && !is_signed_for(before.state) {
            if !self.has_receipt(after) {
                self.object(format!("{pid}: a receipt was taken that is none"));
            }
            if !self.has_arrived(pid) {
                self.object(format!("{pid}: a receipt came before the packet was there"));
            }
            if let Some(sealed) = self.sealed.borrow_mut().get_mut(pid) {
                sealed.receipted_at = Some(self.clocks.now());
            }
        }
        if erases || after.state == State::Purged {
            let since = self.sealed.borrow().get(pid).and_then(|it| it.receipted_at);
            let is_due = since.is_some_and(|since| self.clocks.now() - since >= self.grace);
            if !self.has_receipt(before) || !is_due {
                self.object(format!("{pid}: it was erased early"));
            }
        }
    }

    fn has_receipt(&self, record: &Record) -> bool {
        let keys = self.keys.borrow();
        record
            .receipt
            .as_ref()
            .is_some_and(|receipt| settle(Receipt::verify(receipt, record, &keys, &P256)).is_ok())
    }

    /// Whether the registry has the packet as it was sealed, byte for byte.
    fn has_arrived(&self, pid: &str) -> bool {
        let sealed = self.sealed.borrow();
        let there = registry::packet(&self.data, pid);
        sealed
            .get(pid)
            .zip(there)
            .is_some_and(|(sealed, (ciphertext, manifest))| {
                jws::hash(&ciphertext) == sealed.ciphertext
                    && manifest == sealed.manifest.as_bytes()
            })
    }

    /// What must hold whenever no page is at work: nothing is gone that is not signed for.
    pub fn check_tablet(&self, station: &Station) {
        let disk = station.disk.borrow();
        for (pid, sealed) in self.sealed.borrow().iter() {
            let Some(record) = disk.record(pid) else {
                self.object(format!("{pid}: the tablet has forgotten it"));
                continue;
            };
            let bytes = disk.ciphertexts.get(pid);
            let is_whole = bytes.is_some_and(|bytes| jws::hash(bytes) == sealed.ciphertext);
            if record.state != State::Purged && !is_whole {
                self.object(format!("{pid}: the tablet has lost it"));
            }
        }
    }

    /// What must hold in the end: everything arrived and is signed for, and what may go is gone.
    pub fn check_end(&self, station: &Station) {
        self.check_tablet(station);
        let expected = if self.grace == 0 {
            State::Purged
        } else {
            State::Receipted
        };
        for record in station.records() {
            let pid = &record.pid;
            if record.state != expected {
                let (state, reason) = (record.state, record.reason.as_deref().unwrap_or("none"));
                self.object(format!("{pid}: it ends as {state:?}, reason {reason}"));
            }
            if !self.has_receipt(&record) {
                self.object(format!("{pid}: there is no receipt"));
            }
            if !self.has_arrived(pid) {
                self.object(format!(
                    "{pid}: the registry has it not, or not as it was sealed"
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::support::applicant::Applicant;
    use crate::support::executor::settle;
    use crate::support::network::Network;
    use crate::support::registry::Registry;
    use crate::support::signer::Signer;
    use crate::support::{Dice, MORNING};

    /// A tablet that has sealed a packet, and the folder that its registry should have it in.
    struct Scene {
        folder: TempDir,
        ledger: Rc<Ledger>,
        station: Station,
        record: Record,
    }

    impl Scene {
        fn with_grace(grace_seconds: u64) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let clocks = Clocks::new(MORNING);
            let data = folder.path().to_owned();
            let ledger = Ledger::new(data, clocks.clone(), grace_seconds);
            let registry = Registry::new();
            ledger.believe(&[registry.signer.public_key()]);
            let link = registry.link();
            let station = Station::new(Rc::new(Network::new(registry)), clocks, 1);
            station.disk.borrow_mut().witness = Some(ledger.witness());
            settle(station.pair(&link)).unwrap();
            let record = settle(station.seal(&Applicant::slim(1))).unwrap();
            ledger.note(&station, &record);
            Self {
                folder,
                ledger,
                station,
                record,
            }
        }

        /// The packet as it arrives in the folder.
        fn arrive(&self, change: impl FnOnce(&mut Vec<u8>)) {
            let packets = self.folder.path().join("objects/packets");
            std::fs::create_dir_all(&packets).unwrap();
            let packet = packets.join(&self.record.pid);
            let mut bytes = self.station.disk.borrow().ciphertexts[&self.record.pid].clone();
            change(&mut bytes);
            std::fs::write(packet.with_extension("age"), bytes).unwrap();
            std::fs::write(packet.with_extension("jws"), &self.record.manifest).unwrap();
        }

        /// Sends until nothing waits; what was objected to.
        fn end(self) -> Vec<String> {
            settle(self.station.page().sync()).unwrap();
            self.ledger.check_end(&self.station);
            let objected = self.ledger.violations();
            objected
                .iter()
                .map(|what| what.replace(&self.record.pid, "it"))
                .collect()
        }
    }

    #[test]
    fn objects_to_nothing_when_all_is_well() {
        let scene = Scene::with_grace(0);
        scene.arrive(|_| {});
        assert_eq!(scene.end(), [""; 0]);
    }

    #[test]
    fn objects_to_a_receipt_for_a_packet_that_is_not_there_or_is_another() {
        let expected = [
            "it: a receipt came before the packet was there",
            "it: the registry has it not, or not as it was sealed",
        ];
        assert_eq!(Scene::with_grace(0).end(), expected);
        let scene = Scene::with_grace(0);
        scene.arrive(|bytes| bytes[7] ^= 1);
        assert_eq!(scene.end(), expected);
    }

    #[test]
    fn objects_to_what_is_erased_before_its_grace_is_over() {
        let scene = Scene::with_grace(60);
        scene.arrive(|_| {});
        assert!(scene.end().contains(&"it: it was erased early".into()));
    }

    #[test]
    fn objects_to_a_receipt_by_another_registry() {
        let scene = Scene::with_grace(0);
        scene.arrive(|_| {});
        let mut secret = [1; 32];
        Dice::new(1).fill(&mut secret[1..]);
        scene.ledger.believe(&[Signer::new(&secret).public_key()]);
        let objected = scene.end();
        assert!(objected.contains(&"it: a receipt was taken that is none".into()));
    }

    #[test]
    fn objects_to_what_the_tablet_loses() {
        let scene = Scene::with_grace(0);
        let pid = scene.record.pid.clone();
        scene.station.disk.borrow_mut().ciphertexts.clear();
        scene.ledger.check_tablet(&scene.station);
        assert_eq!(
            scene.ledger.violations(),
            [format!("{pid}: the tablet has lost it")]
        );
    }
}
