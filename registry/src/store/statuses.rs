//! Receipts after the first: what became of a packet, and what of that is new to its device.

use rekam::receipt::ReceiptClaims;
use rekam::status::{MOST_RECEIPTS, Statuses};
use sqlx::{AnyConnection, Row};

use super::database::{Database, signed, unsigned};

/// A packet and the word that it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) pid: String,
    pub(crate) status: String,
}

/// What became of some changes.
pub(crate) enum Changed {
    /// All are made; so many packets had another word before.
    Made { packets: usize },
    /// None is: no packet of the id in this one was received.
    Unknown(Change),
}

impl Database {
    /// Gives packets their words, all of them or none. One that has its word already is left alone.
    pub(crate) async fn change_statuses(
        &self,
        changes: &[Change],
        sign: impl Fn(&ReceiptClaims) -> String,
        now: u64,
    ) -> Result<Changed, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        // Holds the one row that every new receipt needs, so what is read below stays true.
        sqlx::query("UPDATE marks SET last = last")
            .execute(&mut *transaction)
            .await?;
        let mut packets = 0;
        for change in changes {
            let row = sqlx::query(
                "SELECT ct, mf, (SELECT status FROM receipts WHERE receipts.pid = packets.pid
                                 ORDER BY number DESC LIMIT 1) AS status
                 FROM packets WHERE pid = $1 AND received_at IS NOT NULL",
            )
            .bind(&change.pid)
            .fetch_optional(&mut *transaction)
            .await?;
            let Some(row) = row else {
                return Ok(Changed::Unknown(change.clone()));
            };
            if row.try_get::<String, _>("status")? == change.status {
                continue;
            }
            let claims = ReceiptClaims {
                v: 1,
                pid: change.pid.clone(),
                ct: row.try_get("ct")?,
                mf: row.try_get("mf")?,
                iat: now,
                status: change.status.clone(),
            };
            add_receipt(&mut transaction, &claims, &sign(&claims)).await?;
            packets += 1;
        }
        transaction.commit().await?;
        Ok(Changed::Made { packets })
    }

    /// The newest receipts of a device's packets that came after a mark, and of the packets of the
    /// keys whose place it took.
    pub(crate) async fn statuses(&self, dev: &str, after: u64) -> Result<Statuses, sqlx::Error> {
        let last: i64 = sqlx::query_scalar("SELECT last FROM marks")
            .fetch_one(&self.pool)
            .await?;
        // A mark that was not given out yet comes from before the registry was put back to a copy.
        let after = if after > unsigned(last) { 0 } else { after };
        let rows = sqlx::query(
            "WITH RECURSIVE keys (dev) AS (
                 SELECT CAST($1 AS TEXT)
                 UNION
                 SELECT devices.replaces FROM devices JOIN keys ON devices.dev = keys.dev
                 WHERE devices.replaces IS NOT NULL)
             SELECT receipts.mark, receipts.jws
             FROM receipts JOIN keys ON receipts.dev = keys.dev
             WHERE receipts.mark > $2 AND NOT EXISTS (
                 SELECT 1 FROM receipts AS later
                 WHERE later.pid = receipts.pid AND later.number > receipts.number)
             ORDER BY receipts.mark LIMIT $3",
        )
        .bind(dev)
        .bind(signed(after))
        .bind(signed(MOST_RECEIPTS as u64 + 1))
        .fetch_all(&self.pool)
        .await?;
        let mut statuses = Statuses {
            mark: after,
            more: rows.len() > MOST_RECEIPTS,
            receipts: Vec::new(),
        };
        for row in rows.iter().take(MOST_RECEIPTS) {
            statuses.mark = unsigned(row.try_get("mark")?);
            statuses.receipts.push(row.try_get("jws")?);
        }
        Ok(statuses)
    }
}

/// Keeps a receipt as the newest of its packet.
pub(super) async fn add_receipt(
    connection: &mut AnyConnection,
    claims: &ReceiptClaims,
    jws: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE marks SET last = last + 1")
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO receipts (pid, number, status, iat, jws, dev, mark)
         SELECT pid, (SELECT COALESCE(MAX(number), 0) + 1 FROM receipts WHERE pid = $1),
                $2, $3, $4, dev, (SELECT last FROM marks)
         FROM packets WHERE pid = $1",
    )
    .bind(&claims.pid)
    .bind(&claims.status)
    .bind(signed(claims.iat))
    .bind(jws)
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A registry as version 2 left it: two packets of one device, three receipts.
    const BEFORE: &str = "
        INSERT INTO sites VALUES ('62.02.16', 'S', 30, 0);
        INSERT INTO devices (dev, site, jwk, paired_at, seen_at) VALUES ('d', '62.02.16', '', 1, 1);
        INSERT INTO packets VALUES ('p', 'd', 's', 1, '', '', '', '', 1, 1, 1, 0, 1, 1),
                                   ('q', 'd', 's', 2, '', '', '', '', 1, 1, 1, 0, 1, 1);
        INSERT INTO receipts VALUES ('q', 1, 'RECEIVED', 5, 'q1'), ('p', 2, 'LATER', 5, 'p2'),
                                    ('p', 1, 'RECEIVED', 4, 'p1');";

    #[tokio::test]
    async fn gives_receipts_from_before_there_were_marks_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let undo = "DROP TABLE marks; DROP INDEX receipts_of_device;
            ALTER TABLE receipts DROP COLUMN dev; ALTER TABLE receipts DROP COLUMN mark;";
        let again = include_str!("../../migrations/0003_statuses.sql");
        for text in [undo, BEFORE, again] {
            sqlx::raw_sql(text).execute(&database.pool).await.unwrap();
        }
        let statuses = database.statuses("d", 0).await.unwrap();
        assert_eq!((statuses.mark, statuses.more), (3, false));
        assert_eq!(statuses.receipts, ["p2", "q1"]);
        let change = Change {
            pid: "p".into(),
            status: "CARD_PRINTED".into(),
        };
        let changed = database
            .change_statuses(&[change], |_| "p3".into(), 6)
            .await
            .unwrap();
        assert!(matches!(changed, Changed::Made { packets: 1 }));
        let statuses = database.statuses("d", 3).await.unwrap();
        assert_eq!((statuses.mark, statuses.receipts), (4, vec!["p3".into()]));
    }
}
