//! The bytes, in an object store: a folder today.
//!
//! **What returns `Ok` is durable**: files are synced and so are the folders that name them.
//!
//! | object | holds |
//! | --- | --- |
//! | `packets/{pid}.age`, `packets/{pid}.jws` | a packet that was receipted, for good |
//! | `parts/{pid}/{start:020}-{random}` | a piece of an upload, until it is complete |

use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, Result};

use super::sync_folder;

/// Bytes of a packet that are held before they are written; S3 takes no smaller parts.
const WRITE_BYTES: usize = 5 * 1024 * 1024;

/// Bytes of the registry.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl Objects {
    /// Opens or creates the folder `objects` in the data folder.
    pub(crate) fn open(data: &FilePath) -> Result<Self> {
        let folder = data.join("objects");
        let failed = |error| Error::Generic {
            store: "folder",
            source: Box::new(error),
        };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        sync_folder(data).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(folder)?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self {
            store: Arc::new(store),
        })
    }

    /// Writes a piece of an upload under a name that nobody else uses, and returns the name.
    ///
    /// Two requests for the same offset never write to the same object: the row decides whose
    /// piece counts.
    pub(crate) async fn put_piece(&self, pid: &str, start: u64, bytes: Bytes) -> Result<String> {
        let name = format!("parts/{pid}/{start:020}-{:016x}", random());
        self.store
            .put(&Path::from(name.as_str()), bytes.into())
            .await?;
        Ok(name)
    }

    /// Writes a small object.
    pub(crate) async fn put(&self, name: &str, bytes: Bytes) -> Result<()> {
        self.store.put(&Path::from(name), bytes.into()).await?;
        Ok(())
    }

    /// A writer for a large object; it exists once the writer was shut down.
    pub(crate) fn writer(&self, name: &str) -> BufWriter {
        BufWriter::with_capacity(Arc::clone(&self.store), Path::from(name), WRITE_BYTES)
            .with_max_concurrency(1)
    }

    /// The bytes of an object as they are read.
    pub(crate) async fn stream(&self, name: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        Ok(self.store.get(&Path::from(name)).await?.into_stream())
    }

    /// The bytes of a small object.
    pub(crate) async fn bytes(&self, name: &str) -> Result<Bytes> {
        self.store.get(&Path::from(name)).await?.bytes().await
    }

    /// Deletes an object; one that is not there is deleted already.
    pub(crate) async fn delete(&self, name: &str) -> Result<()> {
        match self.store.delete(&Path::from(name)).await {
            Err(Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes every piece of an upload, those that a crash left without a row among them.
    pub(crate) async fn delete_pieces(&self, pid: &str) -> Result<()> {
        let prefix = Path::from(format!("parts/{pid}"));
        let mut pieces = self.store.list(Some(&prefix));
        while let Some(piece) = pieces.next().await {
            self.delete(piece?.location.as_ref()).await?;
        }
        Ok(())
    }
}

/// Name of the ciphertext of a packet.
pub(crate) fn ciphertext(pid: &str) -> String {
    format!("packets/{pid}.age")
}

/// Name of the manifest of a packet.
pub(crate) fn manifest(pid: &str) -> String {
    format!("packets/{pid}.jws")
}

fn random() -> u64 {
    getrandom::u64().expect("the system gives random numbers")
}
