//! When packets may go: what the clerk chose for this tablet.

use serde::{Deserialize, Serialize};

use crate::error::UploadError;
use crate::ports::Millis;

const DAY_MINUTES: u16 = 24 * 60;
const MINUTE_MILLIS: Millis = 60_000;
/// A link that costs money may become one that does not: a browser that tells wakes the sender.
const METERED_RETRY_MILLIS: Millis = 5 * MINUTE_MILLIS;

/// The clerk's choice. Without one packets go whenever they can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Nothing is sent until a person says so.
    pub paused: bool,
    /// Nothing is sent over links that are paid by the byte.
    pub spare_metered: bool,
    /// When packets are sent by themselves; at any time when it is absent.
    pub window: Option<Window>,
}

/// A time of day, over midnight where it ends before it begins: where the signal is good at night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its first minute, counted from midnight: 0 to 1439.
    pub from: u16,
    /// The minute when it is over.
    pub to: u16,
}

/// What is asked of the tablet before each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Minutes since midnight where the tablet is.
    pub minute: u16,
    /// Whether the link is paid by the byte, where the browser tells.
    pub is_metered: bool,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The clerk has paused it.
    Paused,
    /// The link is paid by the byte.
    Metered,
    /// It is not the time.
    Window,
}

/// Whether packets may go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Yes, and for how long if that is known.
    Granted(Option<Millis>),
    /// No, and when to look again.
    Held(Hold, Option<Millis>),
}

impl Settings {
    /// As they were kept.
    pub fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// As they are kept.
    pub fn to_json(self) -> Vec<u8> {
        serde_json::to_vec(&self).expect("plain values serialise")
    }

    /// Refuses a window that is none.
    ///
    /// # Errors
    /// `upload_window_malformed`.
    pub fn check(&self) -> Result<(), UploadError> {
        let sound = self
            .window
            .is_none_or(|Window { from, to }| from < DAY_MINUTES && to < DAY_MINUTES && from != to);
        if sound {
            Ok(())
        } else {
            Err(UploadError::WindowMalformed)
        }
    }

    /// Whether packets may go. A person who says "now" overrules window and cost, not the pause.
    pub fn permit(&self, conditions: Conditions, is_urgent: bool) -> Permit {
        if self.paused {
            return Permit::Held(Hold::Paused, None);
        }
        if is_urgent {
            return Permit::Granted(None);
        }
        if self.spare_metered && conditions.is_metered {
            return Permit::Held(Hold::Metered, Some(METERED_RETRY_MILLIS));
        }
        let Some(window) = self.window else {
            return Permit::Granted(None);
        };
        let until = |minute: u16| {
            let minutes = (minute + DAY_MINUTES - conditions.minute % DAY_MINUTES) % DAY_MINUTES;
            Millis::from(minutes) * MINUTE_MILLIS
        };
        // Whichever comes first says on which side of them it is now.
        if until(window.to) != 0
            && (until(window.to) < until(window.from) || until(window.from) == 0)
        {
            Permit::Granted(Some(until(window.to)))
        } else {
            Permit::Held(Hold::Window, Some(until(window.from)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u16, minute: u16) -> Conditions {
        Conditions {
            minute: hour * 60 + minute,
            is_metered: false,
        }
    }

    fn window(from: u16, to: u16) -> Settings {
        Settings {
            window: Some(Window {
                from: from * 60,
                to: to * 60,
            }),
            ..Settings::default()
        }
    }

    #[test]
    fn keeps_to_the_window_also_over_midnight() {
        const HOUR: Millis = 3_600_000;
        let granted = |hours| Permit::Granted(Some(hours * HOUR));
        let held = |hours| Permit::Held(Hold::Window, Some(hours * HOUR));
        let night = window(22, 4);
        for (hour, expected) in [
            (21, held(1)),
            (22, granted(6)),
            (23, granted(5)),
            (0, granted(4)),
            (3, granted(1)),
            (4, held(18)),
            (12, held(10)),
        ] {
            assert_eq!(night.permit(at(hour, 0), false), expected, "{hour}");
        }
        let noon = window(11, 13);
        for (hour, expected) in [
            (10, held(1)),
            (11, granted(2)),
            (12, granted(1)),
            (13, held(22)),
            (0, held(11)),
        ] {
            assert_eq!(noon.permit(at(hour, 0), false), expected, "{hour}");
        }
    }

    #[test]
    fn says_a_time_in_the_future_for_every_minute_and_every_window() {
        for from in (0..DAY_MINUTES).step_by(7) {
            for to in (0..DAY_MINUTES).step_by(11).filter(|to| *to != from) {
                let settings = Settings {
                    window: Some(Window { from, to }),
                    ..Settings::default()
                };
                for minute in (0..DAY_MINUTES).step_by(13) {
                    let conditions = Conditions {
                        minute,
                        is_metered: false,
                    };
                    let (Permit::Granted(Some(wait)) | Permit::Held(_, Some(wait))) =
                        settings.permit(conditions, false)
                    else {
                        panic!("a window has an end")
                    };
                    assert!(wait > 0 && wait < 86_400_000, "{from} {to} {minute}");
                }
            }
        }
    }

    #[test]
    fn lets_a_person_overrule_window_and_cost_but_not_the_pause() {
        let settings = Settings {
            spare_metered: true,
            ..window(22, 4)
        };
        let metered = Conditions {
            is_metered: true,
            ..at(12, 0)
        };
        let held = settings.permit(metered, false);
        assert_eq!(held, Permit::Held(Hold::Metered, Some(300_000)));
        assert_eq!(settings.permit(metered, true), Permit::Granted(None));
        let paused = Settings {
            paused: true,
            ..settings
        };
        let held = paused.permit(metered, true);
        assert_eq!(held, Permit::Held(Hold::Paused, None));
    }

    #[test]
    fn refuses_a_window_that_is_none() {
        assert_eq!(window(22, 4).check(), Ok(()));
        for (from, to) in [(5, 5), (24, 3), (3, 24)] {
            assert!(window(from, to).check().is_err(), "{from} {to}");
        }
    }

    #[test]
    fn reads_settings_of_versions_that_knew_fewer() {
        assert_eq!(Settings::parse(b"{}"), Some(Settings::default()));
        let settings = window(22, 4);
        assert_eq!(Settings::parse(&settings.to_json()), Some(settings));
        assert_eq!(Settings::parse(b"torn"), None);
    }
}
