//! The places that a capture can fill.

use serde::{Deserialize, Serialize};

/// One place for a capture. The order is that of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "String")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Slot {
    Face,
    Signature,
    FingerRightThumb,
    FingerRightIndex,
    FingerRightMiddle,
    FingerRightRing,
    FingerRightLittle,
    FingerLeftThumb,
    FingerLeftIndex,
    FingerLeftMiddle,
    FingerLeftRing,
    FingerLeftLittle,
    IrisRight,
    IrisLeft,
}

impl Slot {
    /// Every slot, in the order of the archive.
    pub const ALL: [Self; 14] = [
        Self::Face,
        Self::Signature,
        Self::FingerRightThumb,
        Self::FingerRightIndex,
        Self::FingerRightMiddle,
        Self::FingerRightRing,
        Self::FingerRightLittle,
        Self::FingerLeftThumb,
        Self::FingerLeftIndex,
        Self::FingerLeftMiddle,
        Self::FingerLeftRing,
        Self::FingerLeftLittle,
        Self::IrisRight,
        Self::IrisLeft,
    ];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Signature => "signature",
            Self::FingerRightThumb => "finger_right_thumb",
            Self::FingerRightIndex => "finger_right_index",
            Self::FingerRightMiddle => "finger_right_middle",
            Self::FingerRightRing => "finger_right_ring",
            Self::FingerRightLittle => "finger_right_little",
            Self::FingerLeftThumb => "finger_left_thumb",
            Self::FingerLeftIndex => "finger_left_index",
            Self::FingerLeftMiddle => "finger_left_middle",
            Self::FingerLeftRing => "finger_left_ring",
            Self::FingerLeftLittle => "finger_left_little",
            Self::IrisRight => "iris_right",
            Self::IrisLeft => "iris_left",
        }
    }

    /// Parses the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.as_str() == text)
    }

    /// Whether it is one of the ten fingers.
    pub const fn is_finger(self) -> bool {
        !matches!(self, Self::Face | Self::Signature) && !self.is_iris()
    }

    /// Whether it is one of the two irises.
    pub const fn is_iris(self) -> bool {
        matches!(self, Self::IrisRight | Self::IrisLeft)
    }
}

impl TryFrom<String> for Slot {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("there is no such slot")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_each_slot_as_serde_does() {
        for slot in Slot::ALL {
            assert_eq!(serde_json::to_value(slot).unwrap(), slot.as_str());
            assert_eq!(
                serde_json::from_value::<Slot>(slot.as_str().into()).unwrap(),
                slot
            );
            assert_eq!(Slot::parse(slot.as_str()), Some(slot));
        }
        assert_eq!(Slot::ALL.iter().filter(|slot| slot.is_finger()).count(), 10);
    }
}
