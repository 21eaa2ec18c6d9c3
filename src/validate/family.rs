//! What must agree within a family: one head, sexes, ages, NIKs, counts.

use super::answers::{Answers, Extent};
use super::finding::{FindingCode, Findings};
use super::nik::{FEMALE, MALE};

/// Codes of the list `shdk`, the relation to the head of the family.
const HEAD: u8 = 1;
const HUSBAND: u8 = 2;
const WIFE: u8 = 3;
const CHILD: u8 = 4;

/// The field of findings that belong to no single member.
const FIELD: &str = "members";

/// Compares the members with each other and with the application.
pub(super) fn check(
    application: &Answers,
    members: &[Answers],
    extent: Extent,
    findings: &mut Findings,
) {
    let in_role = |role: u8| {
        let roles = members.iter();
        roles.filter(move |member| member.number("shdk") == Some(role))
    };
    let related = members.iter().any(|one| one.number("shdk").is_some());
    match in_role(HEAD).count() {
        0 if related || extent == Extent::Whole => {
            findings.report(FindingCode::FamilyHeadMissing, FIELD);
        }
        0 | 1 => {}
        _ => findings.report(FindingCode::FamilyHeadDuplicate, FIELD),
    }
    let head_born = in_role(HEAD).find_map(|head| head.day("birth_date"));
    for (n, member) in members.iter().enumerate() {
        let path = |field: &str| format!("{FIELD}.{n}.{field}");
        let wanted_sex = match member.number("shdk") {
            Some(HUSBAND) => Some(MALE),
            Some(WIFE) => Some(FEMALE),
            _ => None,
        };
        let sex = member.number("sex");
        if wanted_sex.is_some() && sex.is_some() && sex != wanted_sex {
            findings.report(FindingCode::ShdkSexConflict, &path("shdk"));
        }
        let born = member.day("birth_date");
        let is_child = member.number("shdk") == Some(CHILD);
        if is_child
            && born
                .zip(head_born)
                .is_some_and(|(child, head)| child < head)
        {
            findings.report(FindingCode::ChildOlderThanParent, &path("birth_date"));
        }
        if let Some(nik) = member.nik("nik") {
            let earlier = members[..n].iter().filter_map(|other| other.nik("nik"));
            if earlier.into_iter().any(|other| other == nik) {
                findings.report(FindingCode::NikDuplicate, &path("nik"));
            }
        }
    }
    let stated = application.number("member_count");
    if stated.is_some_and(|count| usize::from(count) != members.len()) {
        findings.report(FindingCode::MemberCountDiffers, "member_count");
    }
}

/// A number of a family card that is the NIK of somebody in the application was read off the wrong
/// line.
pub(super) fn check_kk_number(application: &Answers, members: &[Answers], findings: &mut Findings) {
    let Some(kk_number) = application.kk_number() else {
        return;
    };
    let mut niks = [application]
        .into_iter()
        .chain(members)
        .flat_map(Answers::niks);
    if niks.any(|(_, nik)| nik.as_str() == kk_number.as_str()) {
        findings.report(FindingCode::KkEqualsNik, "kk_number");
    }
}
