//! What became of a packet after its receipt: the question a station asks, the answer, the words.
//!
//! In: the mark of the last answer. Out: a signed question, and the receipts that are newer than
//! the mark. Each of them is verified as a [`crate::receipt`]; nothing here is believed by itself.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

#[cfg(feature = "p256")]
use crate::{
    error::JwsError,
    jws::{self, PublicKey},
};

/// `typ` of the question.
pub const TYP: &str = "status-query+jws";
/// Most receipts in one answer: 30 KB, a quarter of a minute at 16 kbit/s.
pub const MOST_RECEIPTS: usize = 50;

/// The claims of the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusQuery {
    /// Format version, 1.
    pub v: u32,
    /// RFC 7638 thumbprint of the device key, which signs.
    pub dev: String,
    /// The mark of the last answer, 0 at first.
    pub after: u64,
    /// When it was signed by the tablet's clock, seconds since 1970 UTC.
    pub iat: u64,
}

impl StatusQuery {
    /// Asks for what is newer than `after`.
    pub fn new(dev: &str, after: u64, iat: u64) -> Self {
        Self {
            v: 1,
            dev: dev.into(),
            after,
            iat,
        }
    }

    /// Verifies that the device `key` asks.
    ///
    /// # Errors
    /// `jws_*`; `jws_wrong_key` when `dev` is not the signer.
    #[cfg(feature = "p256")]
    pub fn verify(compact: &str, key: &PublicKey) -> Result<Self, JwsError> {
        let query: Self = jws::verify(compact, TYP, key)?;
        if query.v != 1 {
            return Err(JwsError::Malformed);
        }
        if query.dev != key.thumbprint() {
            return Err(JwsError::WrongKey);
        }
        Ok(query)
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statuses {
    /// What to ask after next time. Not a time, and lower than before where the registry lost some.
    pub mark: u64,
    /// Whether the next question has an answer already.
    pub more: bool,
    /// The newest receipt of each packet that has a newer one than the mark, oldest first.
    pub receipts: Vec<String>,
}

/// The status words of the population register.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Words {
    /// Which list it is.
    pub version: String,
    /// Where it comes from.
    pub source: String,
    /// In the order of the register's steps.
    pub words: Vec<Word>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Word {
    /// As a receipt states it.
    pub word: String,
    /// As the register shows it, in Indonesian.
    pub label: String,
    /// What it asks of the clerk, if anything.
    #[serde(default)]
    pub work: Option<Work>,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// The captures are missing or cannot be read: ask the applicant in once more.
    RecordAgain,
    /// The applicant is in the register twice: find out which record is right.
    ClearUp,
}

/// The list of this version, `status/words.json`. A registry may know later words: a receipt with
/// one that is not here is believed all the same, and asks nothing of the clerk.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| serde_json::from_str(WORDS_JSON).expect("a test reads the list"));

/// The same as it is committed.
pub const WORDS_JSON: &str = include_str!("status/words.json");

impl Words {
    /// The word as the list has it.
    pub fn find(&self, word: &str) -> Option<&Word> {
        self.words.iter().find(|entry| entry.word == word)
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Signer;
    use p256::ecdsa::{Signature, SigningKey};

    use super::*;

    fn ask(secret: u8, change: impl FnOnce(&mut StatusQuery)) -> (String, PublicKey) {
        let key = SigningKey::from_slice(&[secret; 32]).unwrap();
        let public = PublicKey::from_key(*key.verifying_key());
        let mut query = StatusQuery::new(public.thumbprint(), 7, 1_795_478_400);
        change(&mut query);
        let input = jws::signing_input(TYP, public.thumbprint(), &query);
        let signature: Signature = key.sign(input.as_bytes());
        (jws::compact(&input, &signature.to_bytes().into()), public)
    }

    #[test]
    fn believes_a_question_that_the_device_signed() {
        let (asked, key) = ask(7, |_| {});
        assert_eq!(StatusQuery::verify(&asked, &key).unwrap().after, 7);
        let (_, other) = ask(8, |_| {});
        let refused = StatusQuery::verify(&asked, &other).unwrap_err();
        assert_eq!(refused, JwsError::WrongKey);
    }

    #[test]
    fn refuses_a_question_for_another_device_or_of_another_version() {
        let (asked, key) = ask(7, |query| query.dev = "A".repeat(43));
        let refused = StatusQuery::verify(&asked, &key).unwrap_err();
        assert_eq!(refused, JwsError::WrongKey);
        let (asked, key) = ask(7, |query| query.v = 2);
        let refused = StatusQuery::verify(&asked, &key).unwrap_err();
        assert_eq!(refused, JwsError::Malformed);
    }

    #[test]
    fn knows_each_word_once_and_which_ask_something_of_the_clerk() {
        let mut words: Vec<_> = WORDS.words.iter().map(|entry| &entry.word).collect();
        words.sort();
        words.dedup();
        assert_eq!((words.len(), WORDS.words.len()), (16, 16));
        let work: Vec<_> = WORDS
            .words
            .iter()
            .filter_map(|entry| Some((entry.word.as_str(), entry.work?)))
            .collect();
        let expected = [
            ("DUPLICATE_RECORD", Work::ClearUp),
            ("ENROLL_FAILURE_AT_REGIONAL", Work::RecordAgain),
            ("ENROLL_FAILURE_AT_CENTRAL", Work::RecordAgain),
        ];
        assert_eq!(work, expected);
        assert!(WORDS.find("RECEIVED").is_none());
    }
}
