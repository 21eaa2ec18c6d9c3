//! The seven steps joined over the ports: what a page, a worker or a test calls.
//!
//! In: drafts, captures, a pairing link, the wish to send. Out: records and findings. It decides
//! the order of things and nothing else: every rule is in the step that it calls.

mod drafts;
mod link;
mod operators;
mod recorded;
mod seal;
mod statuses;
mod sync;

pub use drafts::ByteSource;
pub use link::{Contacted, LinkFacts, LinkFailure};
pub use operators::{LockScreen, NewOperator, OnLockScreen};
pub use recorded::Recorded;
pub use sync::Report;

use std::cell::{Cell, RefCell};

use base64ct::{Base64UrlUnpadded, Encoding};
use operators::{Entrusted, Session};
use serde::{Deserialize, Serialize};

use crate::clock::Watch;
use crate::error::{Result, StationError, UploadError};
use crate::jws::Jwk;
use crate::operator::{PinCost, RecoveryCode};
use crate::ports::{Millis, Random, TrustedConfiguration, World};
use crate::station::{Configuration, PairingLink};
use crate::store::Record;
use crate::upload::{Answer, Method, Pace, Request, judge_answer};

/// One station over one world.
pub struct Flow<W> {
    world: W,
    /// Random name of this page or worker, for leases.
    owner: String,
    pin_cost: PinCost,
    session: RefCell<Option<Session>>,
    /// Up to when, by the monotonic clock, time was counted for lock-outs.
    counted_until: Cell<Millis>,
    /// What was measured of the link in this run.
    pace: Cell<Pace>,
    watch: Cell<Watch>,
}

/// What `POST /devices` is sent.
#[derive(Serialize)]
struct Registration<'a> {
    token: &'a str,
    jwk: Jwk,
}

/// What `POST /devices` answers.
#[derive(Deserialize)]
struct Registered {
    configuration: String,
    /// What opens the tablet when the last PIN is forgotten.
    #[serde(default)]
    recovery: Option<String>,
    /// What proves that a new device key is this tablet's, 32 bytes in base64url.
    #[serde(default)]
    rekey: Option<String>,
}

impl<W: World> Flow<W> {
    /// A station over `world`.
    pub fn new(world: W) -> Self {
        Self::with_pin_cost(world, PinCost::TABLET)
    }

    /// A station over `world` whose PINs cost this much to try.
    pub fn with_pin_cost(world: W, pin_cost: PinCost) -> Self {
        let owner = random_id(&world);
        let counted_until = Cell::new(world.monotonic());
        let watch = Cell::new(Watch::start(world.now(), world.monotonic()));
        Self {
            world,
            owner,
            pin_cost,
            session: RefCell::new(None),
            counted_until,
            pace: Cell::default(),
            watch,
        }
    }

    /// The world it runs on.
    pub fn world(&self) -> &W {
        &self.world
    }

    /// Gives the world back, to be closed.
    pub fn into_world(self) -> W {
        self.world
    }

    /// Every record, oldest first.
    ///
    /// # Errors
    /// `store_*`.
    pub async fn records(&self) -> Result<Vec<Record>> {
        Ok(self.world.records().await?)
    }

    /// The configuration, once the tablet is paired.
    ///
    /// # Errors
    /// `store_*`, `station_configuration_*` when what was stored cannot be believed.
    pub async fn configuration(&self) -> Result<Option<Configuration>> {
        let Some(kept) = self.world.configuration().await? else {
            return Ok(None);
        };
        Ok(Some(
            Configuration::verify(&kept.jws, &kept.trusted, &self.world).await?,
        ))
    }

    async fn paired(&self) -> Result<Configuration> {
        Ok(self.configuration().await?.ok_or(StationError::NotPaired)?)
    }

    /// Pairs with the registry that the link names: the device's public key goes there, the
    /// signed configuration comes back. Once more with the same link is harmless. A tablet without
    /// operators gets its first, a supervisor; one that has some keeps them.
    ///
    /// # Errors
    /// `station_link_malformed`, `station_pairing_refused`, `station_configuration_*`,
    /// `operator_pin_*`, `operator_name_required`, `upload_*`, `seal_device_key_*`, `store_*`.
    pub async fn pair(&self, link: &str, first: &NewOperator) -> Result<Configuration> {
        first.check()?;
        let link = PairingLink::parse(link)?;
        let jwk = self.world.public_key().await?.to_jwk();
        let registration = Registration {
            token: &link.token,
            jwk,
        };
        let response = self
            .world
            .send(Request {
                method: Method::Post,
                url: format!("{}/devices", link.endpoint),
                headers: vec![("Content-Type", "application/json".into())],
                body: serde_json::to_vec(&registration).expect("strings serialise"),
            })
            .await?;
        match judge_answer(&response) {
            Answer::Done => {}
            Answer::Refused(_) => return Err(StationError::PairingRefused.into()),
            Answer::Failed(error) => return Err(error.into()),
        }
        let registered: Registered =
            serde_json::from_slice(&response.body).map_err(|_| UploadError::CaptivePortal)?;
        let trusted = vec![link.thumbprint];
        let configuration =
            Configuration::verify(&registered.configuration, &trusted, &self.world).await?;
        let kept = TrustedConfiguration {
            jws: registered.configuration,
            trusted,
        };
        // In this order: whoever is paired has operators.
        let recovery = registered.recovery.as_deref().map(RecoveryCode::parse);
        let entrusted = Entrusted {
            recovery: recovery.transpose()?,
            rekey: registered.rekey,
        };
        self.set_up_operators(first, entrusted).await?;
        self.world.put_configuration(&kept).await?;
        Ok(configuration)
    }

    /// What was counted is in the chain.
    fn count_clocks_anew(&self) {
        let mut watch = self.watch.get();
        watch.restart();
        self.watch.set(watch);
    }

    /// Looks at both clocks.
    fn look_at_clocks(&self) -> Watch {
        let mut watch = self.watch.get();
        watch.look(self.world.now(), self.world.monotonic());
        self.watch.set(watch);
        watch
    }
}

/// 128 random bits in base64url.
fn random_id(random: &impl Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    Base64UrlUnpadded::encode_string(&bytes)
}
