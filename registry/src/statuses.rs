//! `registry status`: what the register says of packets becomes new receipts.

use std::fmt::Write;

use rekam::receipt;
use rekam::status::WORDS;

use crate::keys::ReceiptKey;
use crate::pairing::now;
use crate::serve::Failure;
use crate::store::Database;
use crate::store::statuses::{Change, Changed};

/// A packet and its word on each line, a tab between; empty lines are nothing.
///
/// # Errors
/// Names the first line that is something else.
pub(crate) fn parse(text: &str) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let (pid, status) = line
            .split_once('\t')
            .ok_or_else(|| format!("line {number} is no packet id, tab and status"))?;
        changes.push(Change {
            pid: pid.trim().into(),
            status: status.trim().into(),
        });
    }
    Ok(changes)
}

/// Signs a receipt with its new word for each packet, all or none, and returns how many had another
/// word before.
///
/// # Errors
/// When a word is none of the register's, or a packet was not received.
pub(crate) async fn set(
    database: &Database,
    key: &ReceiptKey,
    changes: &[Change],
) -> Result<usize, Failure> {
    if let Some(change) = changes.iter().find(|it| WORDS.find(&it.status).is_none()) {
        return Err(format!(
            "{} for {} is no status of the register; there are:{}",
            change.status,
            change.pid,
            listed()
        )
        .into());
    }
    let sign = |claims: &receipt::ReceiptClaims| key.sign(receipt::TYP, claims);
    match database.change_statuses(changes, sign, now()).await? {
        Changed::Made { packets } => Ok(packets),
        Changed::Unknown(change) => {
            Err(format!("no packet {} was received; nothing is changed", change.pid).into())
        }
    }
}

fn listed() -> String {
    WORDS.words.iter().fold(String::new(), |mut list, entry| {
        let _ = write!(list, "\n{}", entry.word);
        list
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_packet_and_its_word_from_each_line() {
        let change = |pid: &str, status: &str| Change {
            pid: pid.into(),
            status: status.into(),
        };
        let read = parse("a\tCARD_PRINTED\r\n\nb\tCARD_ISSUED").unwrap();
        assert_eq!(
            read,
            [change("a", "CARD_PRINTED"), change("b", "CARD_ISSUED")]
        );
        let refused = parse("a\tCARD_PRINTED\nb CARD_ISSUED").unwrap_err();
        assert!(refused.to_string().contains("line 2"));
    }
}
