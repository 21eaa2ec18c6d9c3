//! The store contract over the memory of the tests; `src/browser/tests.rs` runs the same text over
//! IndexedDB and OPFS.
#![cfg(not(target_arch = "wasm32"))] // in browsers the adapters are tested

mod support;

use support::contract::{self, Bench};
use support::executor::settle;
use support::tablet::Tablet;
use support::world::World;

impl Bench for Tablet {
    type World = World;

    async fn open(&self) -> World {
        self.ports()
    }

    async fn close(&self, world: World) {
        drop(world);
    }

    async fn wipe(&self) {
        self.disk.borrow_mut().wipe();
    }

    async fn garble(&self, pid: &str) {
        // What is no record has no place in this memory.
        self.disk
            .borrow_mut()
            .records
            .retain(|record| record.pid != pid);
    }
}

macro_rules! contract {
    ($($case:ident)+) => { $(
        #[test]
        fn $case() {
            settle(contract::$case(&Tablet::new()));
        }
    )+ };
}

contract! {
    keeps_the_configuration_and_the_mark
    replaces_drafts_and_captures
    commits_on_the_chain_head_only
    reads_ciphertext_from_any_offset
    replaces_a_record_at_its_revision_only
    restores_but_not_over_a_later_record
    keeps_files_and_lends_them_to_one_page
    has_everything_again_after_a_wipe
    mends_a_record_that_cannot_be_read
    names_a_record_that_cannot_be_read_and_is_nowhere_else
    takes_over_from_another_page
}
