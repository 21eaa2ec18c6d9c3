//! The database, chosen by URL. SQLite today; the queries are plain SQL that PostgreSQL shares.
//!
//! **A transaction begins with a write.** SQLite then waits for its one writer instead of failing
//! later, and PostgreSQL holds the row, so what is read after it is true until the commit.

use std::path::Path;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor};

/// Rows of the registry.
#[derive(Clone)]
pub(crate) struct Database {
    pub(super) pool: AnyPool,
}

impl Database {
    /// Opens or creates the SQLite file in the data folder.
    pub(crate) async fn open(data: &Path) -> Result<Self, sqlx::Error> {
        Self::connect(&sqlite_url(&data.join("registry.sqlite"))).await
    }

    async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        let pool = AnyPoolOptions::new()
            // SQLite has one writer: one connection queues fairly, several would poll its lock.
            .max_connections(1)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // FULL: what is committed survives a power cut, in WAL mode too.
                    connection.execute("PRAGMA journal_mode = WAL").await?;
                    connection.execute("PRAGMA synchronous = FULL").await?;
                    connection.execute("PRAGMA foreign_keys = ON").await?;
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Remembers something that another command asks for.
    pub(crate) async fn set(&self, name: &str, value: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What [`Database::set`] remembered.
    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await
    }

    /// Waits for what is running, then closes.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

fn sqlite_url(path: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                url.push(char::from(*byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url.push_str("?mode=rwc");
    url
}

/// A number that the schema keeps as BIGINT and that is never negative.
pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// The other way; what does not fit was refused when it was parsed.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn opens_a_folder_whose_name_needs_escaping_and_survives_a_power_cut_by_pragma() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a folder?#%41 é");
        std::fs::create_dir(&data).unwrap();
        let database = Database::open(&data).await.unwrap();
        assert!(data.join("registry.sqlite").exists());
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&database.pool)
            .await
            .unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&database.pool)
            .await
            .unwrap();
        assert_eq!((mode.as_str(), synchronous), ("wal", 2));
    }
}
