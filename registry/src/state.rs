//! What every request shares: the stores, the receipt key, and who is still at work.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::keys::ReceiptKey;
use crate::store::{Database, Objects};

/// One process of the registry. It remembers nothing of an upload between two requests.
pub(crate) struct Registry {
    pub(crate) database: Database,
    pub(crate) objects: Objects,
    pub(crate) key: ReceiptKey,
    /// Whom stations seal to, `age1pq1…`.
    pub(crate) recipients: Vec<String>,
    /// Address under which stations reach the registry, without a slash at the end.
    pub(crate) endpoint: String,
    /// Until when its TLS certificate is good, seconds since 1970 UTC, if the operator said it.
    pub(crate) certificate_expires: Option<u64>,
    /// Uploads being written. They outlive the connection that brought them.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the process is asked to stop.
    pub(crate) stopping: CancellationToken,
}
