//! What a clerk can mend, or should look at: the one table of finding codes.

use serde::{Serialize, Serializer};

use crate::draft::Override;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot be sealed like this.
    Error,
    /// Likely wrong; the clerk decides.
    Warning,
    /// Good to know.
    Info,
}

macro_rules! findings {
    ($( $case:ident = $code:literal, $severity:ident, $meaning:literal; )+) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode {
            $( #[doc = concat!("`", $code, "`: ", $meaning, ".")] $case, )+
        }

        impl FindingCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[ $( Self::$case, )+ ];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$case => $code, )+ }
            }

            /// How much it weighs.
            pub const fn severity(self) -> Severity {
                match self { $( Self::$case => Severity::$severity, )+ }
            }
        }
    };
}

findings! {
    FieldRequired = "field_required", Error, "the field is empty";
    TextTooLong = "text_too_long", Error, "the text is longer than 1,024 bytes";
    CodeUnknown = "code_unknown", Error, "the code is not in its list";
    NikRequired = "nik_required", Error, "empty";
    NikLength = "nik_length", Error, "not 16 digits after spaces and dots are dropped";
    NikNotDigits = "nik_not_digits", Error, "a character that is no ASCII digit";
    NikRegionUnknown = "nik_region_unknown", Error,
        "first six digits in no release of the region table; may be answered for";
    NikRegionRetired = "nik_region_retired", Info, "region code of an earlier release, valid for life";
    NikRegionDiffersFromDomicile = "nik_region_differs_from_domicile", Info,
        "a NIK keeps the region of its first registration";
    NikDateImpossible = "nik_date_impossible", Error, "no date for either sex in either century";
    NikSerialZero = "nik_serial_zero", Error, "last four digits 0000";
    NikBirthDateDiffers = "nik_birth_date_differs", Warning,
        "a NIK is never reissued when the date is corrected";
    NikSexDiffers = "nik_sex_differs", Warning, "the same for the sex";
    NikDuplicate = "nik_duplicate", Error, "one NIK twice in one family";
    KkLength = "kk_length", Error, "not 16 digits after spaces and dots are dropped";
    KkSerialZero = "kk_serial_zero", Error, "last four digits 0000";
    KkDateImplausible = "kk_date_implausible", Warning, "the date part is no day of issue up to today";
    KkRegionRetired = "kk_region_retired", Warning, "region code of an earlier release";
    KkEqualsNik = "kk_equals_nik", Warning, "equals the NIK of a person of the application";
    NameRequired = "name_required", Error, "empty";
    NameTooLong = "name_too_long", Error, "over 60 characters with spaces";
    NameHasDigit = "name_has_digit", Error, "a digit, where the name is written for the first time";
    NameHasPunctuation = "name_has_punctuation", Error,
        "punctuation, where the name is written for the first time";
    NameNotLatin = "name_not_latin", Error, "a letter outside basic Latin";
    NameSingleWord = "name_single_word", Warning, "two words are advised";
    NameAbbreviated = "name_abbreviated", Warning, "a known short form";
    NameHasTitle = "name_has_title", Warning, "an academic or religious title in the name";
    DateFormat = "date_format", Error, "not DD-MM-YYYY";
    DateImpossible = "date_impossible", Error, "no such day";
    BirthDateInFuture = "birth_date_in_future", Error, "after today";
    AgeImplausible = "age_implausible", Warning, "over 120 years";
    AgeRecordOnly = "age_record_only", Info, "16 years: may record, the card prints from 17";
    AgeNotEligible = "age_not_eligible", Error, "under 16 and never married: child card instead";
    KiaNotEligible = "kia_not_eligible", Error, "17 years or more: KTP-el instead";
    MarriageBeforeBirth = "marriage_before_birth", Error, "the marriage lies before the birth";
    DivorceBeforeMarriage = "divorce_before_marriage", Error, "the divorce lies before the marriage";
    RtNotDigits = "rt_not_digits", Error, "the RT has a character that is no digit";
    RtLength = "rt_length", Error, "the RT has over three digits";
    RwNotDigits = "rw_not_digits", Error, "the RW has a character that is no digit";
    RwLength = "rw_length", Error, "the RW has over three digits";
    PostcodeFormat = "postcode_format", Error, "not five digits";
    VillageUnknown = "village_unknown", Error,
        "ten-digit code not in the table; may be answered for where it has the form of one";
    CountFormat = "count_format", Error, "not a whole number from 1 to 99";
    PhoneFormat = "phone_format", Warning, "not 6 to 15 digits";
    EmailFormat = "email_format", Warning, "not one @ between two texts";
    FamilyHeadMissing = "family_head_missing", Error, "no member is the head";
    FamilyHeadDuplicate = "family_head_duplicate", Error, "more than one member is the head";
    ShdkSexConflict = "shdk_sex_conflict", Error, "a husband must be male and a wife female";
    ChildOlderThanParent = "child_older_than_parent", Warning, "a child born before the head";
    MemberCountDiffers = "member_count_differs", Error, "the stated number differs from the rows";
    AttachmentMissing = "attachment_missing", Error,
        "a paper that the service needs was not shown; may be answered for";
    PhotoMissing = "photo_missing", Error, "no photo";
    PhotoNotApproved = "photo_not_approved", Error, "the applicant has not approved the photo";
    SignatureMissing = "signature_missing", Error, "no signature and no exception";
    FingersIncomplete = "fingers_incomplete", Error, "a finger neither captured nor excepted";
    IrisesIncomplete = "irises_incomplete", Error, "an iris neither captured nor excepted";
    ExceptionReasonRequired = "exception_reason_required", Error, "an exception without a written reason";
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One finding: where, what, how much. It never holds what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// The path of the field, `nik` or `members.2.nik`; the slot; the attachment; `members` or
    /// `biometrics` for the whole of them.
    pub field: String,
    /// Whether the clerk may answer for it, or does.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answered>,
}

/// Whether a clerk answers for a finding that the rules let stand with a written reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// It is an error until a reason is written.
    Allowed,
    /// A reason is written: it weighs as a warning.
    Given,
}

/// What an enrollment tells of a finding that stood when it was sealed.
#[derive(Clone, Serialize)]
pub struct Note {
    code: FindingCode,
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Findings as they are gathered, of one person or of the whole application at a time.
#[derive(Default)]
pub struct Findings<'a> {
    found: Vec<(Finding, Option<String>)>,
    /// Where the fields are, `members.2.`; empty for the application.
    scope: String,
    overrides: &'a [Override],
}

impl<'a> Findings<'a> {
    /// From now on fields are those of this scope.
    pub fn enter(&mut self, scope: String, overrides: &'a [Override]) {
        self.scope = scope;
        self.overrides = overrides;
    }

    /// Adds one.
    pub fn report(&mut self, code: FindingCode, field: &str) {
        self.push(code, field, None);
    }

    /// Adds one that the clerk may answer for. Whether they do.
    pub fn report_answerable(&mut self, code: FindingCode, field: &str) -> bool {
        self.push(code, field, Some(Answered::Allowed))
    }

    /// Adds one and gives no value: what a parser returns.
    pub fn refuse<T>(&mut self, code: FindingCode, field: &str) -> Option<T> {
        self.report(code, field);
        None
    }

    /// The path of a field of the scope.
    pub fn path(&self, field: &str) -> String {
        format!("{}{field}", self.scope)
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.all().any(|one| one.severity == Severity::Error)
    }

    /// All, in the order in which they were found.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter().map(|(finding, _)| finding)
    }

    /// The warnings, with the reasons that were written.
    pub fn notes(&self) -> Vec<Note> {
        let warnings = self.found.iter();
        let warnings = warnings.filter(|(finding, _)| finding.severity == Severity::Warning);
        warnings
            .map(|(finding, reason)| Note {
                code: finding.code,
                field: finding.field.clone(),
                reason: reason.clone(),
            })
            .collect()
    }

    /// Errors first, in the order of the form.
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut sorted: Vec<_> = self.found.into_iter().map(|(finding, _)| finding).collect();
        sorted.sort_by_key(|finding| finding.severity);
        sorted
    }

    fn push(&mut self, code: FindingCode, field: &str, mut answered: Option<Answered>) -> bool {
        let mut severity = code.severity();
        let reason = self.reason(code, field);
        if answered.is_some() && reason.is_some() {
            answered = Some(Answered::Given);
            severity = Severity::Warning;
        }
        let given = answered == Some(Answered::Given);
        let field = self.path(field);
        let finding = Finding {
            code,
            severity,
            field,
            answered,
        };
        self.found.push((finding, reason));
        given
    }

    fn reason(&self, code: FindingCode, field: &str) -> Option<String> {
        let written = self
            .overrides
            .iter()
            .find(|one| one.field == field && one.code == code.as_str())?;
        one_line(&written.reason)
    }
}

/// White space reduced to single spaces; none if nothing is left.
pub fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}
