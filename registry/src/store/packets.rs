//! Packets from the acceptance of a manifest to the receipt: the chain of each device, the offset
//! of each upload, the pieces that hold its bytes.

use rekam::receipt::ReceiptClaims;
use rekam::seal::manifest::Manifest;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::database::{Database, signed, unsigned};
use super::statuses::add_receipt;

/// How far a packet has come.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) pid: String,
    pub(crate) manifest: String,
    /// Hash of the manifest's octets.
    pub(crate) mf: String,
    /// Hash that the ciphertext must have.
    pub(crate) ct: String,
    pub(crate) len: u64,
    /// How often bytes were dropped because they had not that hash.
    pub(crate) round: u64,
    /// Bytes that are durable.
    pub(crate) received: u64,
    /// The newest receipt, once both objects are durable.
    pub(crate) receipt: Option<String>,
}

/// An object that holds some bytes of an upload.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    pub(crate) len: u64,
    pub(crate) object: String,
}

/// What became of a manifest.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It has its place in the chain, now or since an earlier request.
    Admitted(Upload),
    /// Another manifest has that packet id.
    Conflict,
    /// Another manifest has that place, or a neighbour's `prev` does not match.
    Forked,
}

impl Database {
    /// Gives a verified manifest its place in the chain of its device. A gap is accepted: what is
    /// missing may be on its way by another road.
    pub(crate) async fn admit(
        &self,
        manifest: &Manifest,
        compact: &str,
        mf: &str,
        now: u64,
    ) -> Result<Admission, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        // Holds the device's row, so that no neighbour is admitted unseen meanwhile.
        sqlx::query("UPDATE devices SET seen_at = $1 WHERE dev = $2")
            .bind(signed(now))
            .bind(&manifest.dev)
            .execute(&mut *transaction)
            .await?;
        if let Some(upload) = upload(&mut transaction, &manifest.pid).await? {
            let same = upload.mf == mf;
            transaction.commit().await?;
            return Ok(if same {
                Admission::Admitted(upload)
            } else {
                Admission::Conflict
            });
        }
        if !fits_its_neighbours(&mut transaction, manifest, mf).await? {
            return Ok(Admission::Forked);
        }
        let added = sqlx::query(
            "INSERT INTO packets (pid, dev, site, seq, prev, manifest, mf, ct, len, sealed_at,
                                  created_at, round, received)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)
             ON CONFLICT (pid) DO NOTHING",
        )
        .bind(&manifest.pid)
        .bind(&manifest.dev)
        .bind(&manifest.site)
        .bind(signed(manifest.seq))
        .bind(&manifest.prev)
        .bind(compact)
        .bind(mf)
        .bind(&manifest.ct.sha_256)
        .bind(signed(manifest.ct.len))
        .bind(signed(manifest.iat))
        .bind(signed(now))
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            // Another device took the packet id since it was looked for.
            return Ok(Admission::Conflict);
        }
        let upload = upload(&mut transaction, &manifest.pid)
            .await?
            .ok_or(sqlx::Error::RowNotFound)?;
        transaction.commit().await?;
        Ok(Admission::Admitted(upload))
    }

    /// The upload of that packet id.
    pub(crate) async fn upload(&self, pid: &str) -> Result<Option<Upload>, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        upload(&mut connection, pid).await
    }

    /// Moves the offset over pieces that are durable, if it still stands where they begin.
    pub(crate) async fn append(
        &self,
        upload: &Upload,
        pieces: &[Piece],
    ) -> Result<bool, sqlx::Error> {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Ok(true);
        };
        let mut transaction = self.pool.begin().await?;
        let moved = sqlx::query(
            "UPDATE packets SET received = $1
             WHERE pid = $2 AND round = $3 AND received = $4 AND received_at IS NULL",
        )
        .bind(signed(last.start + last.len))
        .bind(&upload.pid)
        .bind(signed(upload.round))
        .bind(signed(first.start))
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        for piece in pieces {
            sqlx::query(
                "INSERT INTO pieces (pid, round, start, len, object) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&upload.pid)
            .bind(signed(upload.round))
            .bind(signed(piece.start))
            .bind(signed(piece.len))
            .bind(&piece.object)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The pieces of one round of an upload, in order.
    pub(crate) async fn pieces(&self, upload: &Upload) -> Result<Vec<Piece>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT start, len, object FROM pieces WHERE pid = $1 AND round = $2 ORDER BY start",
        )
        .bind(&upload.pid)
        .bind(signed(upload.round))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Piece {
                    start: unsigned(row.try_get("start")?),
                    len: unsigned(row.try_get("len")?),
                    object: row.try_get("object")?,
                })
            })
            .collect()
    }

    /// Puts the offset back to 0 after bytes that had not the right hash.
    pub(crate) async fn drop_round(&self, upload: &Upload) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE packets SET received = 0, round = round + 1
             WHERE pid = $1 AND round = $2 AND received_at IS NULL",
        )
        .bind(&upload.pid)
        .bind(signed(upload.round))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Marks a packet as received and keeps its receipt; the first receipt stands.
    pub(crate) async fn receive(
        &self,
        claims: &ReceiptClaims,
        receipt: &str,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let marked = sqlx::query(
            "UPDATE packets SET received_at = $1 WHERE pid = $2 AND received_at IS NULL",
        )
        .bind(signed(claims.iat))
        .bind(&claims.pid)
        .execute(&mut *transaction)
        .await?;
        if marked.rows_affected() == 1 {
            add_receipt(&mut transaction, claims, receipt).await?;
        }
        transaction.commit().await
    }

    /// Whether rows of pieces are left.
    pub(crate) async fn has_pieces(&self, pid: &str) -> Result<bool, sqlx::Error> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM pieces WHERE pid = $1")
            .bind(pid)
            .fetch_one(&self.pool)
            .await?;
        Ok(count > 0)
    }

    /// Forgets the pieces of an upload up to its round, once their objects are gone.
    pub(crate) async fn forget_pieces(&self, upload: &Upload) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM pieces WHERE pid = $1 AND round <= $2")
            .bind(&upload.pid)
            .bind(signed(upload.round))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The newest receipt of a packet.
    pub(crate) async fn receipt(&self, pid: &str) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT jws FROM receipts WHERE pid = $1 ORDER BY number DESC LIMIT 1")
            .bind(pid)
            .fetch_optional(&self.pool)
            .await
    }
}

async fn upload(connection: &mut AnyConnection, pid: &str) -> Result<Option<Upload>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT pid, manifest, mf, ct, len, round, received,
                (SELECT jws FROM receipts WHERE receipts.pid = packets.pid
                 ORDER BY number DESC LIMIT 1) AS receipt
         FROM packets WHERE pid = $1",
    )
    .bind(pid)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(upload_of).transpose()
}

fn upload_of(row: &AnyRow) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        pid: row.try_get("pid")?,
        manifest: row.try_get("manifest")?,
        mf: row.try_get("mf")?,
        ct: row.try_get("ct")?,
        len: unsigned(row.try_get("len")?),
        round: unsigned(row.try_get("round")?),
        received: unsigned(row.try_get("received")?),
        receipt: row.try_get("receipt")?,
    })
}

/// `prev` is the hash of the manifest before, and the one after names this one.
async fn fits_its_neighbours(
    connection: &mut AnyConnection,
    manifest: &Manifest,
    mf: &str,
) -> Result<bool, sqlx::Error> {
    let seq = signed(manifest.seq);
    let neighbours =
        sqlx::query("SELECT seq, prev, mf FROM packets WHERE dev = $1 AND seq BETWEEN $2 AND $3")
            .bind(&manifest.dev)
            .bind(seq - 1)
            .bind(seq.saturating_add(1))
            .fetch_all(connection)
            .await?;
    for row in &neighbours {
        let there: i64 = row.try_get("seq")?;
        let fits = match there.cmp(&seq) {
            std::cmp::Ordering::Less => row.try_get::<String, _>("mf")? == manifest.prev,
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Greater => row.try_get::<String, _>("prev")? == mf,
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}
