//! What a clerk can mend, or should look at: the one table of finding codes.

use serde::{Serialize, Serializer};

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
    NikRegionUnknown = "nik_region_unknown", Error, "first six digits in no release of the region table";
    NikRegionRetired = "nik_region_retired", Info, "region code of an earlier release, valid for life";
    NikRegionDiffersFromDomicile = "nik_region_differs_from_domicile", Info,
        "a NIK keeps the region of its first registration";
    NikDateImpossible = "nik_date_impossible", Error, "no date for either sex in either century";
    NikSerialZero = "nik_serial_zero", Error, "last four digits 0000";
    NikBirthDateDiffers = "nik_birth_date_differs", Warning,
        "a NIK is never reissued when the date is corrected";
    NikSexDiffers = "nik_sex_differs", Warning, "the same for the sex";
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
    RtNotDigits = "rt_not_digits", Error, "the RT has a character that is no digit";
    RtLength = "rt_length", Error, "the RT has over three digits";
    RwNotDigits = "rw_not_digits", Error, "the RW has a character that is no digit";
    RwLength = "rw_length", Error, "the RW has over three digits";
    VillageUnknown = "village_unknown", Error, "not a ten-digit village code of a known district";
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
    /// The field, the slot, or `biometrics`.
    pub field: String,
}

/// Findings as they are gathered.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one.
    pub fn report(&mut self, code: FindingCode, field: &str) {
        self.0.push(Finding {
            code,
            severity: code.severity(),
            field: field.into(),
        });
    }

    /// Adds one and gives no value: what a parser returns.
    pub fn refuse<T>(&mut self, code: FindingCode, field: &str) -> Option<T> {
        self.report(code, field);
        None
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// All, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// Errors first, in the order of the form.
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut sorted = Vec::with_capacity(self.0.len());
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            sorted.extend(
                self.0
                    .iter()
                    .filter(|finding| finding.severity == severity)
                    .cloned(),
            );
        }
        sorted
    }
}
