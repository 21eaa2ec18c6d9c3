//! Texts that a person or a file hands in: links, recipients, days, ids.

use proptest::prelude::*;
use rekam::form::Slot;
use rekam::seal::Recipient;
use rekam::seal::manifest::is_pid;
use rekam::station::PairingLink;
use rekam::validate::Day;

use crate::support::registry::RECIPIENT;

proptest! {
    #[test]
    fn no_text_ends_the_program(text in any::<String>()) {
        let _ = PairingLink::parse(&text);
        let _ = Recipient::parse(&text);
        let _ = Day::parse_iso(&text);
        let _ = Slot::parse(&text);
        let _ = is_pid(&text);
        #[cfg(feature = "open")]
        let _ = rekam::seal::open::Identity::parse(&text);
    }

    #[test]
    fn no_text_that_is_nearly_right_ends_the_program(
        link in r"https?://[a-z.]{0,9}/?/?#pair=[A-Za-z0-9_.-]{0,90}",
        recipient in "(age1|AGE1|age1pq1)[a-z0-9]{0,60}",
        day in "[0-9]{0,5}-[0-9٠-٩]{0,3}-[0-9]{0,3}",
    ) {
        let _ = PairingLink::parse(&link);
        prop_assert!(Recipient::parse(&recipient).is_err());
        let _ = Day::parse_iso(&day);
    }

    #[test]
    fn reads_back_every_link(
        endpoint in r"https?://[a-z]{1,9}(\.[a-z]{2,3})?(:[0-9]{1,5})?(/[a-z]{1,5})?",
        token in "[A-Za-z0-9_-]{22,128}",
        thumbprint in "[A-Za-z0-9_-]{43}",
        space in r"[ \n\t]{0,3}",
    ) {
        let text = format!("{space}{endpoint}/#pair={token}.{thumbprint}{space}");
        let link = PairingLink::parse(&text).expect("it is a link");
        prop_assert_eq!((link.endpoint, link.token, link.thumbprint), (endpoint, token, thumbprint));
    }

    #[test]
    fn reads_back_every_day(year in 1..=9999i32, month in 0..=14u8, day in 0..=33u8) {
        match Day::new(year, month, day) {
            Some(day) => prop_assert_eq!(Day::parse_iso(&day.to_string()), Some(day)),
            None => prop_assert_eq!(Day::parse_iso(&format!("{year:04}-{month:02}-{day:02}")), None),
        }
    }

    #[test]
    fn counts_no_year_twice(birth in day(), today in day()) {
        let (years, back) = (birth.years_until(today), today.years_until(birth));
        prop_assert!(years + back == 0 || years + back == -1, "{years} and {back}");
    }

    #[test]
    fn refuses_a_recipient_with_any_letter_changed(at in 0..RECIPIENT.len(), letter in "[a-z0-9]") {
        let mut text = RECIPIENT.to_owned();
        text.replace_range(at..=at, &letter);
        prop_assert_eq!(Recipient::parse(&text).is_ok(), text == RECIPIENT);
    }

    #[test]
    fn takes_a_pid_in_its_one_spelling(bytes in any::<[u8; 16]>()) {
        let uuid = uuid::Builder::from_unix_timestamp_millis(
            u64::from_le_bytes(bytes[..8].try_into().expect("eight")),
            bytes[6..].try_into().expect("ten"),
        )
        .into_uuid();
        let text = uuid.hyphenated().to_string();
        prop_assert!(is_pid(&text));
        prop_assert!(!is_pid(&text.to_uppercase()) || text == text.to_uppercase());
        prop_assert!(!is_pid(&uuid.simple().to_string()));
        prop_assert!(!is_pid(&uuid.braced().to_string()));
    }
}

/// Any day of the years in which applicants are born.
fn day() -> impl Strategy<Value = Day> {
    (1850..2100i32, 1..=12u8, 1..=31u8)
        .prop_filter_map("there is such a day", |(year, month, day)| {
            Day::new(year, month, day)
        })
}
