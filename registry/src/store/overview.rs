//! What the lists show: sites, devices, and the gaps in their chains.

use sqlx::Row;

use super::database::{Database, signed, unsigned};

/// A line of the list of sites.
pub(crate) struct SiteLine {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) devices: u64,
    pub(crate) received: u64,
    pub(crate) seen_at: Option<u64>,
}

/// A line of the list of devices.
pub(crate) struct DeviceLine {
    pub(crate) dev: String,
    pub(crate) site: String,
    pub(crate) paired_at: u64,
    pub(crate) seen_at: u64,
    /// Packets that were receipted.
    pub(crate) received: u64,
    /// The highest sequence number that was announced.
    pub(crate) last: u64,
    /// The lost key whose place it took.
    pub(crate) replaces: Option<String>,
}

impl Database {
    /// Every site, by code.
    pub(crate) async fn list_sites(&self) -> Result<Vec<SiteLine>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT code, name,
                    (SELECT COUNT(*) FROM devices WHERE devices.site = sites.code) AS devices,
                    (SELECT COUNT(*) FROM packets WHERE packets.site = sites.code
                     AND received_at IS NOT NULL) AS received,
                    (SELECT MAX(seen_at) FROM devices WHERE devices.site = sites.code) AS seen_at
             FROM sites ORDER BY code",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SiteLine {
                    code: row.try_get("code")?,
                    name: row.try_get("name")?,
                    devices: unsigned(row.try_get("devices")?),
                    received: unsigned(row.try_get("received")?),
                    seen_at: row.try_get::<Option<i64>, _>("seen_at")?.map(unsigned),
                })
            })
            .collect()
    }

    /// Every device, by site and time of pairing.
    pub(crate) async fn list_devices(&self) -> Result<Vec<DeviceLine>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT dev, site, paired_at, seen_at, replaces,
                    (SELECT COUNT(*) FROM packets WHERE packets.dev = devices.dev
                     AND received_at IS NOT NULL) AS received,
                    (SELECT COALESCE(MAX(seq), 0) FROM packets
                     WHERE packets.dev = devices.dev) AS last
             FROM devices ORDER BY site, paired_at, dev",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DeviceLine {
                    dev: row.try_get("dev")?,
                    site: row.try_get("site")?,
                    paired_at: unsigned(row.try_get("paired_at")?),
                    seen_at: unsigned(row.try_get("seen_at")?),
                    received: unsigned(row.try_get("received")?),
                    last: unsigned(row.try_get("last")?),
                    replaces: row.try_get("replaces")?,
                })
            })
            .collect()
    }

    /// Sequence numbers of a device that lie before one that was received and were not, as ranges.
    pub(crate) async fn gaps(&self, dev: &str) -> Result<Vec<(u64, u64)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT before + 1 AS first, seq - 1 AS last
             FROM (SELECT seq, LAG(seq, 1, $2) OVER (ORDER BY seq) AS before
                   FROM packets WHERE dev = $1 AND received_at IS NOT NULL) AS chain
             WHERE seq > before + 1 ORDER BY seq",
        )
        .bind(dev)
        .bind(signed(0))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    unsigned(row.try_get("first")?),
                    unsigned(row.try_get("last")?),
                ))
            })
            .collect()
    }
}
