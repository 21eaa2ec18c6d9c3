//! Operators: unlocking, locking, and who may add or reset whom.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Flow, random_id};
use crate::error::{Error, OperatorError, Result, StoreError};
use crate::operator::{self, KeySlots, Operator, RecoveryCode, Role, Secrets};
use crate::ports::{LockName, Millis, World};
use crate::store::Memo;

/// Who unlocked this page's station, and with what.
pub(super) struct Session {
    operator: Operator,
    secrets: Secrets,
}

/// The name and PIN of an operator to be.
pub struct NewOperator {
    /// As the lock screen shows it.
    pub name: String,
    /// 6 to 32 digits. A secret, so this type has no `Debug`.
    pub pin: Zeroizing<String>,
}

impl NewOperator {
    /// Whether name and PIN will do.
    ///
    /// # Errors
    /// `operator_pin_short`, `operator_pin_weak`, `operator_name_required`.
    pub(super) fn check(&self) -> Result<(), OperatorError> {
        operator::check(&self.name, &self.pin)
    }
}

/// The lock screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LockScreen {
    /// Every operator.
    pub operators: Vec<OnLockScreen>,
    /// The id of the one who unlocked this page.
    pub unlocked: Option<String>,
    /// Whether the registry has a code that opens the tablet.
    pub recoverable: bool,
}

/// One operator on the lock screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnLockScreen {
    #[serde(flatten)]
    operator: Operator,
    /// What is left of a lock-out, in milliseconds.
    locked_for: Millis,
}

impl OnLockScreen {
    /// Their id.
    pub fn id(&self) -> &str {
        &self.operator.id
    }

    /// What is left of a lock-out, in milliseconds.
    pub fn locked_for(&self) -> Millis {
        self.locked_for
    }
}

/// What the registry hands over when a tablet is paired, for the key slots.
pub(super) struct Entrusted {
    pub(super) recovery: Option<RecoveryCode>,
    pub(super) rekey: Option<String>,
}

impl<W: World> Flow<W> {
    /// The operators, and who unlocked this page.
    ///
    /// # Errors
    /// `operator_slots_unreadable`, `store_*`.
    pub async fn lock_screen(&self) -> Result<LockScreen> {
        let _guard = self.world.lock(LockName::Operators).await;
        let slots = self.slots().await?;
        let session = self.session.borrow();
        let unlocked = session.as_ref().map(|session| session.operator.id.clone());
        Ok(LockScreen {
            operators: slots
                .iter()
                .flat_map(KeySlots::operators)
                .map(on_screen)
                .collect(),
            unlocked,
            recoverable: slots.is_some_and(|slots| slots.is_recoverable()),
        })
    }

    /// Unlocks this page with an operator's PIN. A wrong one is counted before it is judged.
    ///
    /// # Errors
    /// `operator_unknown`, `operator_pin_wrong`, `operator_locked_out`,
    /// `operator_slots_unreadable`, `store_*`.
    pub async fn unlock(&self, id: &str, pin: &str) -> Result<Operator> {
        let _guard = self.world.lock(LockName::Operators).await;
        let mut slots = self.slots().await?.ok_or(OperatorError::Unknown)?;
        slots.begin_attempt(id)?;
        self.count(&slots).await?;
        let (operator, secrets) = slots.judge(id, pin)?;
        self.count(&slots).await?;
        self.open(operator, secrets).await
    }

    /// Locks this page. Drafts stay as they were saved last.
    pub fn lock(&self) {
        self.world.forget_draft_key();
        self.session.take();
    }

    /// Adds an operator.
    ///
    /// # Errors
    /// `operator_locked`, `operator_not_supervisor`, `operator_pin_*`, `operator_name_required`,
    /// `store_*`.
    pub async fn add_operator(&self, new: &NewOperator, role: Role) -> Result<Operator> {
        let operator = Operator {
            id: random_id(&self.world),
            name: new.name.trim().into(),
            role,
        };
        let added = operator.clone();
        self.change_slots(true, |slots, secrets| {
            slots.put(secrets, operator, &new.pin, self.pin_cost, &self.world)
        })
        .await?;
        Ok(added)
    }

    /// Gives an operator a new PIN: a supervisor to anybody, everybody to themselves.
    ///
    /// # Errors
    /// `operator_locked`, `operator_not_supervisor`, `operator_unknown`, `operator_pin_*`,
    /// `store_*`.
    pub async fn reset_pin(&self, id: &str, pin: &str) -> Result<()> {
        let own = self.session()?.id == id;
        self.change_slots(!own, |slots, secrets| {
            let operator = slots.operator(id)?.clone();
            slots.put(secrets, operator, pin, self.pin_cost, &self.world)
        })
        .await
    }

    /// Changes what an operator may do, without a new PIN.
    ///
    /// # Errors
    /// `operator_locked`, `operator_not_supervisor`, `operator_unknown`,
    /// `operator_last_supervisor`, `store_*`.
    pub async fn set_role(&self, id: &str, role: Role) -> Result<()> {
        self.change_slots(true, |slots, _| slots.set_role(id, role))
            .await?;
        if let Some(session) = &mut *self.session.borrow_mut()
            && session.operator.id == id
        {
            session.operator.role = role;
        }
        Ok(())
    }

    /// Removes an operator.
    ///
    /// # Errors
    /// `operator_locked`, `operator_not_supervisor`, `operator_unknown`,
    /// `operator_last_supervisor`, `store_*`.
    pub async fn remove_operator(&self, id: &str) -> Result<()> {
        self.change_slots(true, |slots, _| slots.remove(id)).await
    }

    /// Opens the tablet with the registry's recovery code and gives an operator a new PIN.
    ///
    /// # Errors
    /// `operator_recovery_missing`, `operator_recovery_malformed`, `operator_recovery_wrong`,
    /// `operator_unknown`, `operator_pin_*`, `store_*`.
    pub async fn recover(&self, code: &str, id: &str, pin: &str) -> Result<Operator> {
        let code = RecoveryCode::parse(code)?;
        let _guard = self.world.lock(LockName::Operators).await;
        let mut slots = self.slots().await?.ok_or(OperatorError::RecoveryMissing)?;
        let secrets = slots.recover(&code)?;
        let operator = slots.operator(id)?.clone();
        slots.put(&secrets, operator.clone(), pin, self.pin_cost, &self.world)?;
        self.world
            .put_memo(Memo::KeySlots, &slots.to_json())
            .await?;
        self.open(operator, secrets).await
    }

    /// Makes the station's secrets and its first operator, a supervisor, unless there are some.
    pub(super) async fn set_up_operators(
        &self,
        first: &NewOperator,
        entrusted: Entrusted,
    ) -> Result<()> {
        let _guard = self.world.lock(LockName::Operators).await;
        if self.slots().await?.is_some() {
            return Ok(());
        }
        let mut secrets = Secrets::make(&self.world);
        let rekey = entrusted.rekey.as_deref();
        let rekey = rekey.and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        if let Some(rekey) = rekey.and_then(|bytes| bytes.try_into().ok()) {
            secrets.rekey = rekey;
        }
        let operator = Operator {
            id: random_id(&self.world),
            name: first.name.trim().into(),
            role: Role::Supervisor,
        };
        let slots = KeySlots::make(
            &secrets,
            operator.clone(),
            &first.pin,
            entrusted.recovery.as_ref(),
            self.pin_cost,
            &self.world,
        )?;
        self.world
            .put_memo(Memo::KeySlots, &slots.to_json())
            .await?;
        self.open(operator, secrets).await?;
        Ok(())
    }

    /// Who unlocked this page.
    ///
    /// # Errors
    /// `operator_locked`.
    pub fn session(&self) -> Result<Operator> {
        let session = self.session.borrow();
        let session = session.as_ref().ok_or(OperatorError::Locked)?;
        Ok(session.operator.clone())
    }

    /// What proves that a new device key is this tablet's.
    pub(super) fn rekey_secret(&self) -> Result<[u8; 32]> {
        let session = self.session.borrow();
        let session = session.as_ref().ok_or(OperatorError::Locked)?;
        Ok(session.secrets.rekey)
    }

    async fn open(&self, operator: Operator, secrets: Secrets) -> Result<Operator> {
        let tag_key = secrets.tag_key();
        self.world
            .use_draft_key(&secrets.draft_key, &tag_key)
            .await?;
        let session = Session {
            operator: operator.clone(),
            secrets,
        };
        self.session.replace(Some(session));
        Ok(operator)
    }

    /// Keeps the failures as they are counted by now. **A tablet without room opens all the same**:
    /// else nobody could send or erase what fills it. Whoever can fill it has the files, and tries
    /// PINs elsewhere.
    async fn count(&self, slots: &KeySlots) -> Result<()> {
        match self.world.put_memo(Memo::KeySlots, &slots.to_json()).await {
            Ok(()) | Err(StoreError::QuotaExceeded) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn change_slots(
        &self,
        by_supervisor: bool,
        change: impl FnOnce(&mut KeySlots, &Secrets) -> Result<(), OperatorError>,
    ) -> Result<()> {
        let _guard = self.world.lock(LockName::Operators).await;
        let mut slots = self.slots().await?.ok_or(OperatorError::Locked)?;
        {
            let session = self.session.borrow();
            let session = session.as_ref().ok_or(OperatorError::Locked)?;
            if by_supervisor && session.operator.role != Role::Supervisor {
                return Err(OperatorError::NotSupervisor.into());
            }
            change(&mut slots, &session.secrets)?;
        }
        Ok(self
            .world
            .put_memo(Memo::KeySlots, &slots.to_json())
            .await?)
    }

    /// The slots as they are by now: the time that this page was open counts for lock-outs.
    async fn slots(&self) -> Result<Option<KeySlots>> {
        let Some(kept) = self.world.memo(Memo::KeySlots).await? else {
            return Ok(None);
        };
        let mut slots = KeySlots::parse(&kept).map_err(Error::from)?;
        let now = self.world.monotonic();
        let passed = now.saturating_sub(self.counted_until.replace(now));
        if slots.pass(passed) {
            self.count(&slots).await?;
        }
        Ok(Some(slots))
    }
}

fn on_screen((operator, locked_for): (&Operator, Millis)) -> OnLockScreen {
    OnLockScreen {
        operator: operator.clone(),
        locked_for,
    }
}
