//! The journal's files of one page, over the disk of the tablet: what is written is on the disk only
//! when it is flushed, and one page at a time has them.

use rekam::error::StoreError;
use rekam::ports::{Rebuild, Restore, Segments};

use super::{Fault, World};
use crate::support::disk::File;

impl World {
    /// A call of the journal by the page that has it. It waits for nothing, so a page that is killed
    /// at it goes on to its next wait; nothing that it does until then has an effect.
    fn file_call<T>(
        &self,
        file: u32,
        effect: impl FnOnce(&mut File) -> T,
    ) -> Result<T, StoreError> {
        let fault = self.count();
        if !self.has_files() {
            return Err(StoreError::InUse);
        }
        if self.has_crashed() || matches!(fault, Some(Fault::CrashBefore | Fault::Fail)) {
            self.fate.crashed.set(fault != Some(Fault::Fail));
            return Err(StoreError::WriteFailed);
        }
        let mut disk = self.disk.borrow_mut();
        let file = disk.files.get_mut(&file).ok_or(StoreError::ReadFailed)?;
        let result = effect(file);
        self.fate.crashed.set(fault == Some(Fault::CrashAfter));
        Ok(result)
    }

    fn has_files(&self) -> bool {
        self.holder.get() == Some(self.number)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.has_files() {
            self.holder.set(None);
        }
    }
}

impl Segments for World {
    async fn open_segments(&self, takeover: bool) -> Result<Vec<(u32, u64)>, StoreError> {
        self.call(StoreError::Unavailable, |world| {
            let disk = world.disk.borrow();
            if !disk.has_journal {
                return Err(StoreError::Unavailable);
            }
            if world.holder.get().is_some() && !takeover {
                return Err(StoreError::InUse);
            }
            world.holder.set(Some(world.number));
            let files = disk.files.iter();
            Ok(files
                .map(|(n, file)| (*n, file.bytes.len() as u64))
                .collect())
        })
        .await
    }

    async fn create_segment(&self, file: u32) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            if !world.has_files() {
                return Err(StoreError::InUse);
            }
            let made_at = world.clock.get();
            let made = || File {
                made_at,
                ..File::default()
            };
            world
                .disk
                .borrow_mut()
                .files
                .entry(file)
                .or_insert_with(made);
            Ok(())
        })
        .await
    }

    fn read_segment(&self, file: u32, at: u64, length: u32) -> Result<Vec<u8>, StoreError> {
        self.file_call(file, |file| {
            let start = file.bytes.len().min(at as usize);
            let end = file.bytes.len().min(start + length as usize);
            file.bytes[start..end].to_vec()
        })
    }

    fn write_segment(&self, file: u32, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let room = self.disk.borrow().journal_quota;
        let used: usize = self
            .disk
            .borrow()
            .files
            .values()
            .map(|file| file.bytes.len())
            .sum();
        if room.is_some_and(|room| used + bytes.len() > room) {
            return Err(StoreError::QuotaExceeded);
        }
        self.file_call(file, |file| {
            let (at, end) = (at as usize, at as usize + bytes.len());
            assert!(at <= file.bytes.len(), "nothing is written beyond the end");
            file.bytes.resize(file.bytes.len().max(end), 0);
            file.bytes[at..end].copy_from_slice(bytes);
        })
    }

    fn truncate_segment(&self, file: u32, length: u64) -> Result<(), StoreError> {
        self.file_call(file, |file| file.bytes.truncate(length as usize))
    }

    fn flush_segment(&self, file: u32) -> Result<(), StoreError> {
        self.file_call(file, |file| file.flushed = file.bytes.clone())
    }

    fn close_segments(&self) {
        if self.has_files() {
            self.holder.set(None);
        }
    }
}

impl Rebuild for World {
    async fn mark(&self) -> Result<Option<String>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().mark.clone())
        })
        .await
    }

    async fn put_mark(&self, mark: &str) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().mark = Some(mark.into());
            Ok(())
        })
        .await
    }

    async fn ciphertext_pieces(&self) -> Result<Vec<String>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().ciphertext_pieces())
        })
        .await
    }

    async fn capture_pieces(&self) -> Result<Vec<String>, StoreError> {
        self.call(StoreError::ReadFailed, |world| {
            Ok(world.disk.borrow().capture_pieces())
        })
        .await
    }

    async fn restore(&self, change: Restore<Vec<u8>>) -> Result<(), StoreError> {
        self.call(StoreError::WriteFailed, |world| {
            world.disk.borrow_mut().restore(change);
            Ok(())
        })
        .await
    }
}
