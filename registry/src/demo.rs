//! The demonstration: one site, and an opening key that lies beside the packets.

use std::path::Path;

use rekam::station::Policy;

use crate::keys::{self, ReceiptKey};
use crate::pairing;
use crate::serve::Failure;
use crate::store::Database;
use crate::store::devices::Site;

/// Kecamatan Tualan Hulu, Kotawaringin Timur, which has no network.
const SITE: &str = "62.02.16";
const SITE_NAME: &str = "Kecamatan Tualan Hulu";
/// A receipted packet is erased at once, so that the demonstration shows it.
const GRACE_SECONDS: u64 = 0;
const INACTIVITY_LIMIT_DAYS: u32 = 30;

const OPENING_KEY_COMMENT: &str = "Opens every packet. It lies here because this is a \
    demonstration: in production make it with `registry keygen` on a machine of its own.";

/// Makes what is missing: the site, and a key to open its packets.
pub(crate) async fn prepare(data: &Path, database: &Database) -> Result<(), Failure> {
    if keys::recipients(data)?.is_empty() {
        let recipient =
            keys::make_opening_identity(&keys::demo_opening_path(data), OPENING_KEY_COMMENT)?;
        keys::add_recipient(data, &recipient)?;
    }
    let policy = Policy {
        inactivity_limit_days: INACTIVITY_LIMIT_DAYS,
        grace_seconds: GRACE_SECONDS,
    };
    let site = Site {
        code: SITE.into(),
        name: SITE_NAME.into(),
        policy,
    };
    database.add_site(&site).await?;
    Ok(())
}

/// A link that pairs one device with the demonstration site.
pub(crate) async fn pairing_link(
    database: &Database,
    key: &ReceiptKey,
    endpoint: &str,
) -> Result<String, sqlx::Error> {
    pairing::make_link(database, key, endpoint, SITE).await
}
