//! Sites, the tokens that pair a device with one, and the devices.

use rekam::jws::{Jwk, PublicKey};
use rekam::station::Policy;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::{Database, signed, unsigned};

/// A kecamatan office.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) policy: Policy,
}

/// A paired device.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) site: String,
    pub(crate) key: PublicKey,
}

/// What became of a new key.
pub(crate) enum Replacement {
    /// It is in the place of the old one.
    Made,
    /// It was before.
    Repeated,
    /// Another is, or it is a device of its own.
    Conflict,
}

/// What a device gets beside its configuration, once.
pub(crate) struct Entrusted {
    /// Opens the device when its last PIN is forgotten; as it is read out.
    pub(crate) recovery: String,
    /// By which it introduces a new key, 32 bytes in base64url.
    pub(crate) rekey: String,
}

/// What became of a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pairing {
    /// The device is new here.
    Made { configuration: String },
    /// The same device used the same token before.
    Repeated { configuration: String },
    /// Another device used it.
    Used,
    /// The device is paired with another site.
    SiteDiffers,
    /// No such token.
    Unknown,
}

impl Database {
    /// Adds a site; one that is there stays as it is.
    pub(crate) async fn add_site(&self, site: &Site) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO sites (code, name, inactivity_limit_days, grace_seconds)
             VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING",
        )
        .bind(&site.code)
        .bind(&site.name)
        .bind(i64::from(site.policy.inactivity_limit_days))
        .bind(signed(site.policy.grace_seconds))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The site of that code.
    pub(crate) async fn site(&self, code: &str) -> Result<Option<Site>, sqlx::Error> {
        let row = sqlx::query("SELECT * FROM sites WHERE code = $1")
            .bind(code)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(site_of).transpose()
    }

    /// Remembers a token that was given out, by its hash.
    pub(crate) async fn offer_pairing(
        &self,
        token_hash: &str,
        site: &str,
        now: u64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO pairings (token_hash, site, offered_at) VALUES ($1, $2, $3)")
            .bind(token_hash)
            .bind(site)
            .bind(signed(now))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The site that a token pairs with, used or not.
    pub(crate) async fn offered_site(&self, token_hash: &str) -> Result<Option<Site>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT sites.* FROM sites JOIN pairings ON pairings.site = sites.code
             WHERE pairings.token_hash = $1",
        )
        .bind(token_hash)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(site_of).transpose()
    }

    /// Uses a token for a device: once, or again by the same device.
    pub(crate) async fn pair(
        &self,
        token_hash: &str,
        site: &str,
        key: &PublicKey,
        configuration: String,
        entrusted: &Entrusted,
        now: u64,
    ) -> Result<Pairing, sqlx::Error> {
        let dev = key.thumbprint();
        let mut transaction = self.pool.begin().await?;
        let fresh = sqlx::query(
            "UPDATE pairings SET dev = $1, configuration = $2
             WHERE token_hash = $3 AND site = $4 AND dev IS NULL",
        )
        .bind(dev)
        .bind(&configuration)
        .bind(token_hash)
        .bind(site)
        .execute(&mut *transaction)
        .await?;
        if fresh.rows_affected() == 0 {
            let row = sqlx::query("SELECT dev, configuration FROM pairings WHERE token_hash = $1")
                .bind(token_hash)
                .fetch_optional(&mut *transaction)
                .await?;
            let Some(row) = row else {
                return Ok(Pairing::Unknown);
            };
            return Ok(if row.try_get::<String, _>("dev")? == dev {
                Pairing::Repeated {
                    configuration: row.try_get("configuration")?,
                }
            } else {
                Pairing::Used
            });
        }
        sqlx::query(
            "INSERT INTO devices (dev, site, jwk, paired_at, seen_at, recovery, rekey)
             VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (dev) DO NOTHING",
        )
        .bind(dev)
        .bind(site)
        .bind(serde_json::to_string(&key.to_jwk()).expect("four strings serialise"))
        .bind(signed(now))
        .bind(&entrusted.recovery)
        .bind(&entrusted.rekey)
        .execute(&mut *transaction)
        .await?;
        let of_device: String = sqlx::query_scalar("SELECT site FROM devices WHERE dev = $1")
            .bind(dev)
            .fetch_one(&mut *transaction)
            .await?;
        if of_device != site {
            return Ok(Pairing::SiteDiffers);
        }
        transaction.commit().await?;
        Ok(Pairing::Made { configuration })
    }

    /// What a device was entrusted with when it was paired; none where it was paired before there
    /// was such a thing.
    pub(crate) async fn entrusted(&self, dev: &str) -> Result<Option<Entrusted>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT recovery, rekey FROM devices
             WHERE dev = $1 AND recovery IS NOT NULL AND rekey IS NOT NULL",
        )
        .bind(dev)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Entrusted {
            recovery: row.try_get("recovery")?,
            rekey: row.try_get("rekey")?,
        }))
    }

    /// Puts a key in the place of one that its device has lost: the same site, the same secrets. The
    /// old key stays known, for what it signed.
    pub(crate) async fn replace_device(
        &self,
        old: &str,
        key: &PublicKey,
        now: u64,
    ) -> Result<Replacement, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let present: Option<String> =
            sqlx::query_scalar("SELECT dev FROM devices WHERE replaces = $1")
                .bind(old)
                .fetch_optional(&mut *transaction)
                .await?;
        match present {
            Some(dev) if dev == key.thumbprint() => return Ok(Replacement::Repeated),
            Some(_) => return Ok(Replacement::Conflict),
            None => {}
        }
        let made = sqlx::query(
            "INSERT INTO devices (dev, site, jwk, paired_at, seen_at, recovery, rekey, replaces)
             SELECT $1, site, $2, $3, $3, recovery, rekey, dev FROM devices WHERE dev = $4
             ON CONFLICT (dev) DO NOTHING",
        )
        .bind(key.thumbprint())
        .bind(serde_json::to_string(&key.to_jwk()).expect("four strings serialise"))
        .bind(signed(now))
        .bind(old)
        .execute(&mut *transaction)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(Replacement::Conflict);
        }
        transaction.commit().await?;
        Ok(Replacement::Made)
    }

    /// The device of that thumbprint.
    pub(crate) async fn device(&self, dev: &str) -> Result<Option<Device>, sqlx::Error> {
        let row = sqlx::query("SELECT site, jwk FROM devices WHERE dev = $1")
            .bind(dev)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let corrupt = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        let jwk: Jwk = serde_json::from_str(row.try_get("jwk")?).map_err(|e| corrupt(e.into()))?;
        let key = PublicKey::from_jwk(&jwk).map_err(|e| corrupt(e.into()))?;
        Ok(Some(Device {
            site: row.try_get("site")?,
            key,
        }))
    }
}

fn site_of(row: &AnyRow) -> Result<Site, sqlx::Error> {
    Ok(Site {
        code: row.try_get("code")?,
        name: row.try_get("name")?,
        policy: Policy {
            inactivity_limit_days: u32::try_from(row.try_get::<i64, _>("inactivity_limit_days")?)
                .unwrap_or(u32::MAX),
            grace_seconds: unsigned(row.try_get("grace_seconds")?),
        },
    })
}
