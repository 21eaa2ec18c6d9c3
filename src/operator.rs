//! Operators: who may use the tablet, and the secrets that only they unlock.
//!
//! In: PINs. Out: the [`Secrets`] of the station, or the reason why not. Key slots hold them
//! wrapped once for each operator and once for the registry's recovery code, so that a forgotten
//! PIN does not end a site's service. It stores nothing itself.
//!
//! ```text
//! wrapping key = Argon2id(PIN, salt, m = 19 MiB, t = 2, p = 1), 32 bytes  (RFC 9106)
//!              = HKDF-SHA256(recovery code, salt, "rekam/recovery")              (RFC 5869)
//! wrapped      = ChaCha20-Poly1305(wrapping key, nonce 0, secrets, "rekam/slot/<id>") (RFC 8439)
//! ```
//!
//! **A salt, and so a wrapping key, is used once**: every change of a PIN makes a new one.

use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::OperatorError;
use crate::ports::{Millis, Random};

/// What a stored slot may ask for at most: a store that was tampered with must not hang the tablet.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const SALT_BYTES: usize = 16;
/// Without I, L, O and U, which are taken for others.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits in digits of five.
const CODE_DIGITS: usize = 26;
/// Digits of the shortest PIN.
const SHORTEST_PIN: usize = 6;
const LONGEST_PIN: usize = 32;
/// Wrong PINs in a row that are only counted.
const FREE_FAILURES: u32 = 4;
/// How long the fifth wrong PIN in a row locks its operator out, and every later one.
const LOCK_OUTS_MILLIS: [Millis; 5] = [60_000, 5 * 60_000, 15 * 60_000, 3_600_000, 4 * 3_600_000];

/// What a PIN costs to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinCost {
    /// Argon2 memory, KiB.
    pub memory: u32,
    /// Argon2 passes.
    pub passes: u32,
}

impl PinCost {
    /// Half a second on a cheap tablet (Chromium slowed down four times: 0.19 s with two passes, which
    /// are OWASP's least for Argon2id with this memory), and memory that it has.
    pub const TABLET: Self = Self {
        memory: 19 * 1024,
        passes: 5,
    };
    /// Next to nothing, for tests.
    pub const LEAST: Self = Self {
        memory: 8,
        passes: 1,
    };

    fn is_bearable(self) -> bool {
        self.memory <= MOST_MEMORY_KIB && (1..=MOST_PASSES).contains(&self.passes)
    }
}

/// What the tablet keeps secret from whoever does not know a PIN.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secrets {
    /// Encrypts drafts.
    pub draft_key: [u8; 32],
    /// Proves to the registry that a new device key is this tablet's.
    pub rekey: [u8; 32],
}

impl Secrets {
    /// New ones.
    pub fn make(random: &impl Random) -> Self {
        let mut secrets = Self {
            draft_key: [0; 32],
            rekey: [0; 32],
        };
        random.fill(&mut secrets.draft_key);
        random.fill(&mut secrets.rekey);
        secrets
    }

    /// Tells people apart who were recorded on this tablet: HKDF-SHA256(draft key, "rekam/recorded").
    pub fn tag_key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, &self.draft_key)
            .expand(b"rekam/recorded", &mut key[..])
            .expect("32 bytes are few");
        key
    }
}

/// What the registry reads out when the last PIN is forgotten: 16 random bytes, written as 26
/// digits of Crockford's base32 and 4 digits of check, in groups of five.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 16]);

impl RecoveryCode {
    /// A new one.
    pub fn make(random: &impl Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// Parses what was read out: capitals or not, spaces and hyphens anywhere, O for 0, I and L for 1.
    ///
    /// # Errors
    /// `operator_recovery_malformed`.
    pub fn parse(text: &str) -> Result<Self, OperatorError> {
        let malformed = OperatorError::RecoveryMalformed;
        let mut digits = Vec::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let digit = CROCKFORD.iter().position(|d| char::from(*d) == c);
            digits.push(digit.ok_or(malformed)? as u8);
        }
        let (code, check) = digits.split_at_checked(CODE_DIGITS).ok_or(malformed)?;
        let bits = code.iter().try_fold(0_u128, |bits, digit| {
            bits.checked_mul(32).map(|bits| bits | u128::from(*digit))
        });
        let code = Self(bits.ok_or(malformed)?.to_be_bytes());
        if check == code.check() {
            Ok(code)
        } else {
            Err(malformed)
        }
    }

    /// The first 20 bits of its hash.
    fn check(&self) -> [u8; 4] {
        let hash = Sha256::digest(self.0);
        let bits = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 12;
        [15, 10, 5, 0].map(|shift| (bits >> shift & 31) as u8)
    }
}

/// In groups of five.
impl std::fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let code = (0..CODE_DIGITS).rev().map(|n| (bits >> (5 * n) & 31) as u8);
        for (n, digit) in code.chain(self.check()).enumerate() {
            let gap = if n > 0 && n % 5 == 0 { "-" } else { "" };
            write!(f, "{gap}{}", char::from(CROCKFORD[usize::from(digit)]))?;
        }
        Ok(())
    }
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Records.
    Operator,
    /// Records, adds and removes operators, and gives them new PINs.
    Supervisor,
}

/// One operator as the lock screen shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Random, says nothing; named in packets.
    pub id: String,
    /// As the lock screen shows it.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// An operator's way to the secrets.
#[derive(Clone, Serialize, Deserialize)]
struct Slot {
    operator: Operator,
    #[serde(flatten)]
    cost: PinCost,
    /// Base64url.
    salt: String,
    /// Base64url.
    wrapped: String,
    /// Wrong PINs in a row.
    #[serde(default)]
    failures: u32,
    /// What is left of a lock-out. **It passes by the monotonic clock of an open station only**, so
    /// that neither a reload nor a clock that is set forward shortens it.
    #[serde(default)]
    locked_for: Millis,
}

/// The registry's way to the secrets.
#[derive(Clone, Serialize, Deserialize)]
struct Recovery {
    salt: String,
    wrapped: String,
}

/// All ways to the secrets.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeySlots {
    v: u32,
    slots: Vec<Slot>,
    recovery: Option<Recovery>,
}

impl KeySlots {
    /// The first operator of a station, and the registry's recovery code if it gave one.
    ///
    /// # Errors
    /// `operator_pin_short`, `operator_pin_weak`, `operator_name_required`.
    pub fn make(
        secrets: &Secrets,
        first: Operator,
        pin: &str,
        recovery_code: Option<&RecoveryCode>,
        cost: PinCost,
        random: &impl Random,
    ) -> Result<Self, OperatorError> {
        let recovery = recovery_code.map(|code| {
            let salt = make_salt(random);
            let wrapped = wrap(&recovery_key(code, &salt), "recovery", secrets);
            Recovery {
                salt: encode(&salt),
                wrapped,
            }
        });
        let mut slots = Self {
            v: 1,
            slots: Vec::new(),
            recovery,
        };
        slots.put(secrets, first, pin, cost, random)?;
        Ok(slots)
    }

    /// Reads what [`Self::to_json`] wrote.
    ///
    /// # Errors
    /// `operator_slots_unreadable`.
    pub fn parse(json: &[u8]) -> Result<Self, OperatorError> {
        let slots: Self =
            serde_json::from_slice(json).map_err(|_| OperatorError::SlotsUnreadable)?;
        let sound = slots.v == 1 && slots.slots.iter().all(|slot| slot.cost.is_bearable());
        sound.then_some(slots).ok_or(OperatorError::SlotsUnreadable)
    }

    /// As it is stored.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("it has string keys only")
    }

    /// Every operator with what is left of their lock-out, in the order in which they were added.
    pub fn operators(&self) -> impl Iterator<Item = (&Operator, Millis)> {
        self.slots
            .iter()
            .map(|slot| (&slot.operator, slot.locked_for))
    }

    /// One operator.
    ///
    /// # Errors
    /// `operator_unknown`.
    pub fn operator(&self, id: &str) -> Result<&Operator, OperatorError> {
        self.slots
            .iter()
            .map(|slot| &slot.operator)
            .find(|operator| operator.id == id)
            .ok_or(OperatorError::Unknown)
    }

    /// Whether a recovery code opens it.
    pub fn is_recoverable(&self) -> bool {
        self.recovery.is_some()
    }

    /// Whether an attempt may be made, which counts as a failure until it is [`Self::judge`]d:
    /// store the slots in between, so that a page that is killed gives no free guess.
    ///
    /// # Errors
    /// `operator_unknown`, `operator_locked_out`.
    pub fn begin_attempt(&mut self, id: &str) -> Result<(), OperatorError> {
        let slot = self.slot_mut(id)?;
        if slot.locked_for > 0 {
            return Err(OperatorError::LockedOut);
        }
        slot.failures = slot.failures.saturating_add(1);
        slot.locked_for = match slot.failures.checked_sub(FREE_FAILURES + 1) {
            None => 0,
            Some(n) => {
                let last = LOCK_OUTS_MILLIS.len() - 1;
                LOCK_OUTS_MILLIS[usize::try_from(n).map_or(last, |n| n.min(last))]
            }
        };
        Ok(())
    }

    /// Tries a PIN after [`Self::begin_attempt`]; the right one forgives the failures. Store the
    /// slots before it is acted on.
    ///
    /// # Errors
    /// `operator_unknown`, `operator_pin_wrong`, `operator_slots_unreadable`.
    pub fn judge(&mut self, id: &str, pin: &str) -> Result<(Operator, Secrets), OperatorError> {
        let slot = self.slot_mut(id)?;
        let secrets = slot.open(pin)?;
        slot.failures = 0;
        slot.locked_for = 0;
        Ok((slot.operator.clone(), secrets))
    }

    /// Opens with the registry's recovery code.
    ///
    /// # Errors
    /// `operator_recovery_missing`, `operator_recovery_wrong`.
    pub fn recover(&self, code: &RecoveryCode) -> Result<Secrets, OperatorError> {
        let recovery = self
            .recovery
            .as_ref()
            .ok_or(OperatorError::RecoveryMissing)?;
        let salt = decode(&recovery.salt).ok_or(OperatorError::SlotsUnreadable)?;
        unwrap(&recovery_key(code, &salt), "recovery", &recovery.wrapped)
            .ok_or(OperatorError::RecoveryWrong)
    }

    /// Adds an operator, or gives one a new PIN, name or role.
    ///
    /// # Errors
    /// `operator_pin_short`, `operator_pin_weak`, `operator_name_required`,
    /// `operator_last_supervisor`.
    pub fn put(
        &mut self,
        secrets: &Secrets,
        operator: Operator,
        pin: &str,
        cost: PinCost,
        random: &impl Random,
    ) -> Result<(), OperatorError> {
        check(&operator.name, pin)?;
        let others_supervise = self.supervisors().any(|other| other.id != operator.id);
        if operator.role != Role::Supervisor && !others_supervise {
            return Err(OperatorError::LastSupervisor);
        }
        let salt = make_salt(random);
        let key = pin_key(pin, &salt, cost).ok_or(OperatorError::SlotsUnreadable)?;
        let slot = Slot {
            cost,
            salt: encode(&salt),
            wrapped: wrap(&key, &operator.id, secrets),
            failures: 0,
            locked_for: 0,
            operator,
        };
        match self.slot_mut(&slot.operator.id) {
            Ok(present) => *present = slot,
            Err(_) => self.slots.push(slot),
        }
        Ok(())
    }

    /// Removes an operator.
    ///
    /// # Errors
    /// `operator_unknown`, `operator_last_supervisor`.
    pub fn remove(&mut self, id: &str) -> Result<(), OperatorError> {
        self.slot_mut(id)?;
        if !self.supervisors().any(|other| other.id != id) {
            return Err(OperatorError::LastSupervisor);
        }
        self.slots.retain(|slot| slot.operator.id != id);
        Ok(())
    }

    /// Changes what an operator may do.
    ///
    /// # Errors
    /// `operator_unknown`, `operator_last_supervisor`.
    pub fn set_role(&mut self, id: &str, role: Role) -> Result<(), OperatorError> {
        let others_supervise = self.supervisors().any(|other| other.id != id);
        let slot = self.slot_mut(id)?;
        if role != Role::Supervisor && !others_supervise {
            return Err(OperatorError::LastSupervisor);
        }
        slot.operator.role = role;
        Ok(())
    }

    /// Lets time pass for lock-outs, by a monotonic clock. Whether anything changed.
    pub fn pass(&mut self, millis: Millis) -> bool {
        let mut changed = false;
        for slot in &mut self.slots {
            changed |= slot.locked_for > 0 && millis > 0;
            slot.locked_for = slot.locked_for.saturating_sub(millis);
        }
        changed
    }

    fn supervisors(&self) -> impl Iterator<Item = &Operator> {
        let operators = self.slots.iter().map(|slot| &slot.operator);
        operators.filter(|operator| operator.role == Role::Supervisor)
    }

    fn slot_mut(&mut self, id: &str) -> Result<&mut Slot, OperatorError> {
        self.slots
            .iter_mut()
            .find(|slot| slot.operator.id == id)
            .ok_or(OperatorError::Unknown)
    }
}

impl Slot {
    fn open(&self, pin: &str) -> Result<Secrets, OperatorError> {
        let salt = decode(&self.salt).ok_or(OperatorError::SlotsUnreadable)?;
        let key = pin_key(pin, &salt, self.cost).ok_or(OperatorError::SlotsUnreadable)?;
        unwrap(&key, &self.operator.id, &self.wrapped).ok_or(OperatorError::PinWrong)
    }
}

/// Whether a name and a PIN will do.
///
/// # Errors
/// `operator_pin_short`, `operator_pin_weak`, `operator_name_required`.
pub fn check(name: &str, pin: &str) -> Result<(), OperatorError> {
    if name.trim().is_empty() {
        return Err(OperatorError::NameRequired);
    }
    check_pin(pin)
}

fn check_pin(pin: &str) -> Result<(), OperatorError> {
    let digits = pin.as_bytes();
    if digits.len() < SHORTEST_PIN
        || digits.len() > LONGEST_PIN
        || !digits.iter().all(u8::is_ascii_digit)
    {
        return Err(OperatorError::PinShort);
    }
    // 111111, 123456, 654321: what everybody tries first.
    let steps: Vec<i16> = digits
        .windows(2)
        .map(|pair| i16::from(pair[1]) - i16::from(pair[0]))
        .collect();
    if steps.iter().all(|step| *step == steps[0]) && steps[0].abs() <= 1 {
        return Err(OperatorError::PinWeak);
    }
    Ok(())
}

fn pin_key(pin: &str, salt: &[u8], cost: PinCost) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    let parameters = Params::new(cost.memory, cost.passes, 1, Some(key.len())).ok()?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(pin.as_bytes(), salt, &mut key[..])
        .ok()?;
    Some(key)
}

fn recovery_key(code: &RecoveryCode, salt: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), &code.0)
        .expand(b"rekam/recovery", &mut key[..])
        .expect("32 bytes are few");
    key
}

fn wrap(key: &[u8; 32], id: &str, secrets: &Secrets) -> String {
    let plain = Zeroizing::new([secrets.draft_key, secrets.rekey].concat());
    let context = context(id);
    let payload = Payload {
        msg: &plain,
        aad: context.as_bytes(),
    };
    let wrapped = ChaCha20Poly1305::new(&Key::from(*key)).encrypt(&Nonce::default(), payload);
    encode(&wrapped.expect("64 bytes are few"))
}

fn unwrap(key: &[u8; 32], id: &str, wrapped: &str) -> Option<Secrets> {
    let wrapped = decode(wrapped)?;
    let context = context(id);
    let payload = Payload {
        msg: &wrapped,
        aad: context.as_bytes(),
    };
    let plain = ChaCha20Poly1305::new(&Key::from(*key)).decrypt(&Nonce::default(), payload);
    let plain = Zeroizing::new(plain.ok()?);
    let (draft_key, rekey) = plain.split_first_chunk()?;
    Some(Secrets {
        draft_key: *draft_key,
        rekey: rekey.try_into().ok()?,
    })
}

fn context(id: &str) -> String {
    format!("rekam/slot/{id}")
}

fn make_salt(random: &impl Random) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt);
    salt
}

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    struct Counting(Cell<u8>);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            self.0.set(self.0.get() + 1);
            bytes.fill(self.0.get());
        }
    }

    const PIN: &str = "620216";
    const COST: PinCost = PinCost::LEAST;

    fn secrets() -> Secrets {
        Secrets {
            draft_key: [7; 32],
            rekey: [8; 32],
        }
    }

    fn operator(id: &str, role: Role) -> Operator {
        Operator {
            id: id.into(),
            name: "Petugas".into(),
            role,
        }
    }

    fn slots() -> KeySlots {
        let random = Counting(Cell::new(0));
        let first = operator("a", Role::Supervisor);
        let code = RecoveryCode([9; 16]);
        KeySlots::make(&secrets(), first, PIN, Some(&code), COST, &random).unwrap()
    }

    fn attempt(slots: &mut KeySlots, pin: &str) -> Result<Secrets, OperatorError> {
        slots.begin_attempt("a")?;
        slots.judge("a", pin).map(|(_, secrets)| secrets)
    }

    #[test]
    fn opens_with_the_pin_and_with_the_recovery_code_only() {
        let mut slots = KeySlots::parse(&slots().to_json()).unwrap();
        assert!(attempt(&mut slots, PIN) == Ok(secrets()));
        assert!(attempt(&mut slots, "620217") == Err(OperatorError::PinWrong));
        assert!(slots.recover(&RecoveryCode([9; 16])) == Ok(secrets()));
        assert!(slots.recover(&RecoveryCode([8; 16])) == Err(OperatorError::RecoveryWrong));
    }

    #[test]
    fn locks_out_after_five_wrong_pins_for_a_minute_and_then_longer() {
        let mut slots = slots();
        for _ in 0..5 {
            assert!(attempt(&mut slots, "111222") == Err(OperatorError::PinWrong));
        }
        assert!(attempt(&mut slots, PIN) == Err(OperatorError::LockedOut));
        // A reload and a clock that was changed know nothing of it: only time that passed counts.
        let mut slots = KeySlots::parse(&slots.to_json()).unwrap();
        slots.pass(59_999);
        assert!(attempt(&mut slots, PIN) == Err(OperatorError::LockedOut));
        slots.pass(1);
        assert!(attempt(&mut slots, "111222") == Err(OperatorError::PinWrong));
        slots.pass(299_999);
        assert!(attempt(&mut slots, PIN) == Err(OperatorError::LockedOut));
        slots.pass(1);
        assert!(
            attempt(&mut slots, PIN) == Ok(secrets()),
            "and all is forgiven"
        );
        assert!(attempt(&mut slots, "111222") == Err(OperatorError::PinWrong));
        assert!(attempt(&mut slots, PIN) == Ok(secrets()));
    }

    #[test]
    fn counts_an_attempt_before_it_is_judged() {
        let mut slots = slots();
        for _ in 0..5 {
            slots.begin_attempt("a").unwrap();
        }
        assert_eq!(slots.begin_attempt("a"), Err(OperatorError::LockedOut));
    }

    #[test]
    fn refuses_pins_that_everybody_tries() {
        for pin in ["12345", "12345a", "", "１２３４５６"] {
            assert_eq!(check_pin(pin), Err(OperatorError::PinShort), "{pin}");
        }
        for pin in ["111111", "123456", "9876543"] {
            assert_eq!(check_pin(pin), Err(OperatorError::PinWeak), "{pin}");
        }
        for pin in ["620216", "135790", "112233"] {
            assert_eq!(check_pin(pin), Ok(()), "{pin}");
        }
    }

    #[test]
    fn keeps_a_supervisor() {
        let mut slots = slots();
        let random = Counting(Cell::new(50));
        assert_eq!(slots.remove("a"), Err(OperatorError::LastSupervisor));
        let demoted = slots.put(
            &secrets(),
            operator("a", Role::Operator),
            PIN,
            COST,
            &random,
        );
        assert_eq!(demoted, Err(OperatorError::LastSupervisor));
        let second = operator("b", Role::Operator);
        slots
            .put(&secrets(), second, "908172", COST, &random)
            .unwrap();
        assert_eq!(slots.remove("a"), Err(OperatorError::LastSupervisor));
        slots.remove("b").unwrap();
        assert_eq!(slots.remove("b"), Err(OperatorError::Unknown));
    }

    #[test]
    fn gives_a_new_pin_a_new_salt_and_forgets_the_old_one() {
        let mut slots = slots();
        let before = slots.slots[0].salt.clone();
        let random = Counting(Cell::new(50));
        let same = operator("a", Role::Supervisor);
        slots
            .put(&secrets(), same, "908172", COST, &random)
            .unwrap();
        assert_ne!(slots.slots[0].salt, before);
        assert!(attempt(&mut slots, PIN) == Err(OperatorError::PinWrong));
        assert!(attempt(&mut slots, "908172") == Ok(secrets()));
    }

    #[test]
    fn reads_a_recovery_code_as_it_is_spoken() {
        let code = RecoveryCode([0xa7; 16]);
        let text = code.to_string();
        assert_eq!(text.len(), 30 + 5);
        let spoken = text
            .to_lowercase()
            .replace('-', " ")
            .replace('1', "l")
            .replace('0', "o");
        assert!(RecoveryCode::parse(&spoken) == Ok(code));
        let wrong = text.replacen(&text[..1], if text.starts_with('5') { "6" } else { "5" }, 1);
        for text in [wrong.as_str(), "", "U", &text[..20], &"Z".repeat(30)] {
            assert!(RecoveryCode::parse(text) == Err(OperatorError::RecoveryMalformed));
        }
    }

    #[test]
    fn refuses_slots_that_would_hang_the_tablet() {
        let json = String::from_utf8(slots().to_json()).unwrap();
        let tampered = json.replace("\"memory\":8", "\"memory\":4000000");
        assert!(KeySlots::parse(tampered.as_bytes()).is_err());
    }
}
