//! Step 1: what is asked. Services, their fields, their captures, and code lists with versions.
//!
//! Forms and code lists are data (`form/data/*.json`), because regulations change and the annexes
//! that print them could not all be read: a new list is a change of data, and a packet names the
//! versions that it was made with. What an entry of low confidence says is in the data.

mod data;
pub mod regions;
mod slot;

pub use data::{
    Attachment, Card, Code, CodeList, Condition, FORMS_JSON, Field, FieldKind, Form, LISTS_JSON,
    Section, code_list, form,
};
pub use regions::{REGIONS_VERSION, Region, district};
pub use slot::Slot;

use serde::{Deserialize, Serialize};

macro_rules! services {
    ($( $case:ident = $word:literal, $meaning:literal; )+) => {
        /// What the applicant asks for (F-1.02, part II, Permendagri 109/2019).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Service {
            $( #[doc = concat!("`", $word, "`: ", $meaning, ".")] #[serde(rename = $word)] $case, )+
        }

        impl Service {
            /// Every service there is, in the order of the form.
            pub const ALL: &[Self] = &[ $( Self::$case, )+ ];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$case => $word, )+ }
            }
        }
    };
}

services! {
    KtpFirst = "ktp_first", "first recording of a KTP-el (Perpres 96/2018 Art 15)";
    KtpLostDamaged = "ktp_lost_damaged", "a KTP-el that was lost or damaged";
    KtpMovedIn = "ktp_moved_in", "a KTP-el after moving in";
    KtpChangedElement = "ktp_changed_element", "a KTP-el after a changed element (F-1.06)";
    KkNewFamily = "kk_new_family", "a family card for a new family";
    KkChangeOfHead = "kk_change_of_head", "a family card with another head";
    KkSplit = "kk_split", "a family card after a split";
    KkMovedIn = "kk_moved_in", "a family card after moving in";
    KkMemberAdded = "kk_member_added", "a family card with a member more";
    KkMemberRemoved = "kk_member_removed", "a family card with a member less";
    KkLostDamaged = "kk_lost_damaged", "a family card that was lost or damaged";
    Kia = "kia", "a child card (Permendagri 2/2016), for who is too young for a KTP-el";
}
