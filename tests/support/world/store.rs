//! The store of one page, over the disk of the tablet.

use rekam::draft::DraftId;
use rekam::error::StoreError;
use rekam::form::Slot;
use rekam::ports::{Pieces, Store, TrustedConfiguration};
use rekam::store::{ChainHead, Commit, Memo, Note, Record};

use super::World;

impl Pieces for World {
    type Piece = Vec<u8>;

    fn piece(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn piece_bytes(&self, piece: &Vec<u8>) -> Vec<u8> {
        piece.clone()
    }
}

impl Store for World {
    async fn configuration(&self) -> Result<Option<TrustedConfiguration>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().configuration.clone())
        })
        .await
    }

    async fn put_configuration(
        &self,
        configuration: &TrustedConfiguration,
    ) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().configuration = Some(configuration.clone());
            Ok(())
        })
        .await
    }

    async fn memo(&self, memo: Memo) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().memos.get(&memo).cloned())
        })
        .await
    }

    async fn put_memo(&self, memo: Memo, value: &[u8]) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().memos.insert(memo, value.to_vec());
            Ok(())
        })
        .await
    }

    async fn note(&self, note: Note) -> Result<Option<String>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().notes.get(&note).cloned())
        })
        .await
    }

    async fn put_note(&self, note: Note, text: &str) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().notes.insert(note, text.into());
            Ok(())
        })
        .await
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, Vec<u8>)>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            let disk = world.disk.borrow();
            Ok(disk
                .drafts
                .iter()
                .map(|(id, body)| (id.clone(), body.clone()))
                .collect())
        })
        .await
    }

    async fn draft(&self, id: &DraftId) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().drafts.get(id).cloned())
        })
        .await
    }

    async fn put_draft(
        &self,
        id: &DraftId,
        body: Vec<u8>,
        capture: Option<(Slot, Vec<Vec<u8>>)>,
    ) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().put_draft(id, body, capture)
        })
        .await
    }

    async fn capture_piece(
        &self,
        id: &DraftId,
        slot: Slot,
        n: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            let disk = world.disk.borrow();
            Ok(disk
                .pieces
                .get(&(id.clone(), slot))
                .and_then(|pieces| pieces.get(n as usize))
                .cloned())
        })
        .await
    }

    async fn erase_draft(&self, id: &DraftId) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().erase_draft(id);
            Ok(())
        })
        .await
    }

    async fn chain_head(&self) -> Result<Option<ChainHead>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().head.clone())
        })
        .await
    }

    async fn commit(&self, commit: Commit<Vec<u8>>) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().commit(commit)
        })
        .await
    }

    async fn records(&self) -> Result<Vec<Record>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().records.clone())
        })
        .await
    }

    async fn record(&self, pid: &str) -> Result<Option<Record>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().record(pid).cloned())
        })
        .await
    }

    async fn put_record(&self, record: &Record, erase: bool) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().put_record(record, erase)
        })
        .await
    }

    async fn ciphertext(&self, pid: &str, offset: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            world.disk.borrow().ciphertext(pid, offset, length)
        })
        .await
    }
}
