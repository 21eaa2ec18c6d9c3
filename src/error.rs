//! The one table of errors: a step that failed, its stable code, a sentence, and whether it is
//! worth trying again.
//!
//! What a clerk can mend is not here: that is a [`crate::validate::Finding`]. No error holds a
//! value of a field. **A published code never changes its meaning**; `tests/codes.txt` lists them
//! all and a test compares.

use std::fmt;

/// Declares one enum per step and the union of them all, from one table.
macro_rules! errors {
    ($(
        $(#[$doc:meta])*
        $step:ident as $variant:ident in $name:literal {
            $( $case:ident = $code:literal, $retryable:ident, $message:literal; )+
        }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $step {
                $( #[doc = concat!("`", $code, "`: ", $message, ".")] $case, )+
            }

            impl $step {
                /// The stable code.
                pub const fn code(self) -> &'static str {
                    match self { $( Self::$case => $code, )+ }
                }

                /// The sentence for whoever reads a log; the clerk's sentence is elsewhere.
                pub const fn message(self) -> &'static str {
                    match self { $( Self::$case => $message, )+ }
                }

                /// Whether the same step may succeed later without anybody changing anything.
                pub const fn retryable(self) -> bool {
                    match self { $( Self::$case => errors!(@$retryable), )+ }
                }
            }

            impl fmt::Display for $step {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}: {}", self.code(), self.message())
                }
            }

            impl std::error::Error for $step {}

            impl From<$step> for Error {
                fn from(error: $step) -> Self { Self::$variant(error) }
            }
        )+

        /// Any step that failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Error {
            $( #[doc = concat!("In step `", $name, "`.")] $variant($step), )+
        }

        impl Error {
            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant(error) => error.code(), )+ }
            }

            /// The sentence for whoever reads a log.
            pub const fn message(self) -> &'static str {
                match self { $( Self::$variant(error) => error.message(), )+ }
            }

            /// The step, the first word of the code.
            pub const fn step(self) -> &'static str {
                match self { $( Self::$variant(_) => $name, )+ }
            }

            /// Whether the same step may succeed later without anybody changing anything.
            pub const fn retryable(self) -> bool {
                match self { $( Self::$variant(error) => error.retryable(), )+ }
            }
        }

        /// Every error there is, in the order of the steps.
        pub const ALL: &[Error] = &[ $( $( Error::$variant($step::$case), )+ )+ ];
    };
    (@again) => { true };
    (@never) => { false };
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for Error {}

errors! {
    /// A signed object that cannot be believed.
    JwsError as Jws in "jws" {
        BadKey = "jws_bad_key", never, "not a P-256 public key";
        Malformed = "jws_malformed", never, "not a compact JWS of this format";
        WrongAlgorithm = "jws_wrong_algorithm", never, "the algorithm is not ES256";
        WrongType = "jws_wrong_type", never, "an object of another type";
        WrongKey = "jws_wrong_key", never, "signed by another key than expected";
        BadSignature = "jws_bad_signature", never, "the signature does not match";
    }

    /// The station cannot be set up.
    StationError as Station in "station" {
        NotPaired = "station_not_paired", never, "the tablet is not paired with a registry";
        LinkMalformed = "station_link_malformed", never, "not a pairing link";
        ConfigurationUntrusted = "station_configuration_untrusted", never,
            "the configuration is not signed by the registry that the link names";
        ConfigurationMalformed = "station_configuration_malformed", never,
            "the configuration cannot be used by this version";
        PairingRefused = "station_pairing_refused", never,
            "the registry does not know the link, or it was used by another tablet";
    }

    /// Nobody, or not the one who may, has unlocked the tablet.
    OperatorError as Operator in "operator" {
        Locked = "operator_locked", never, "the tablet is locked";
        Unknown = "operator_unknown", never, "no such operator";
        PinWrong = "operator_pin_wrong", never, "the PIN is wrong";
        LockedOut = "operator_locked_out", never, "too many wrong PINs: wait";
        PinShort = "operator_pin_short", never, "a PIN has 6 to 32 digits";
        PinWeak = "operator_pin_weak", never, "the PIN is one that everybody tries first";
        NameRequired = "operator_name_required", never, "an operator has a name";
        NotSupervisor = "operator_not_supervisor", never, "only a supervisor may do this";
        LastSupervisor = "operator_last_supervisor", never, "one supervisor has to stay";
        RecoveryMissing = "operator_recovery_missing", never, "this tablet has no recovery code";
        RecoveryMalformed = "operator_recovery_malformed", never,
            "the recovery code was not copied rightly";
        RecoveryWrong = "operator_recovery_wrong", never, "the recovery code is wrong";
        SlotsUnreadable = "operator_slots_unreadable", never, "the key slots cannot be read";
    }

    /// A draft cannot be read or written.
    DraftError as Draft in "draft" {
        Unknown = "draft_unknown", never, "no such draft: it was sealed or discarded";
        Unreadable = "draft_unreadable", never, "the draft does not decrypt under this key";
        CaptureUnknown = "draft_capture_unknown", never, "no capture in this slot";
        CaptureTooLarge = "draft_capture_too_large", never, "the capture is larger than allowed";
        CaptureEmpty = "draft_capture_empty", never, "the capture holds no bytes";
    }

    /// The draft is no enrollment.
    ValidateError as Validate in "validate" {
        Findings = "validate_findings", never, "there are findings of severity error";
    }

    /// The packet cannot be sealed.
    SealError as Seal in "seal" {
        RecipientMalformed = "seal_recipient_malformed", never,
            "a recipient is not of the form age1pq1…";
        NoRecipients = "seal_no_recipients", never, "the configuration names no recipient";
        ArchiveLengthDiffers = "seal_archive_length_differs", never,
            "a capture has not the length that was announced";
        DeviceKeyMissing = "seal_device_key_missing", never, "the device key is gone";
        DeviceKeyFailed = "seal_device_key_failed", again, "the device key did not sign";
    }

    /// The opener refuses a packet. The codes of an age file follow the C2SP specification.
    OpenError as Open in "open" {
        Io = "open_io", again, "the packet could not be read";
        HeaderMalformed = "open_header_malformed", never, "not an age v1 header";
        HeaderMacDiffers = "open_header_mac_differs", never, "the header was changed";
        NoMatch = "open_no_match", never, "sealed for other keys";
        PayloadCorrupt = "open_payload_corrupt", never, "the payload was changed or cut off";
        IdentityMalformed = "open_identity_malformed", never, "not of the form AGE-SECRET-KEY-PQ-1…";
    }

    /// The store did not keep or find something.
    StoreError as Store in "store" {
        Unavailable = "store_unavailable", again, "the browser's store cannot be opened";
        QuotaExceeded = "store_quota_exceeded", never, "there is no room left";
        WriteFailed = "store_write_failed", again, "the write was not committed";
        ReadFailed = "store_read_failed", again, "the read failed";
        Corrupt = "store_corrupt", never, "a record cannot be read";
        PacketUnknown = "store_packet_unknown", never, "no such packet";
        Conflict = "store_conflict", again, "another tab or worker changed the record first";
        Forbidden = "store_forbidden", never, "the record is not in a state for this";
        InUse = "store_in_use", never, "another tab has the station open";
        PacketLost = "store_packet_lost", never, "neither copy of the ciphertext can be read";
    }

    /// The registry was not reached, or did not take the packet.
    UploadError as Upload in "upload" {
        Offline = "upload_offline", again, "no answer";
        CaptivePortal = "upload_captive_portal", again,
            "something between tablet and registry answers in its place";
        ProbeForged = "upload_probe_forged", again, "the answer is not signed by the registry";
        ServerBusy = "upload_server_busy", again, "the registry asks to wait";
        ServerFailed = "upload_server_failed", again, "the registry failed";
        ProtocolViolated = "upload_protocol_violated", again, "the answer makes no sense";
        ChecksumDiffers = "upload_checksum_differs", again, "bytes were changed on the way";
        Refused = "upload_refused", never, "the registry refuses the packet";
        TooLarge = "upload_too_large", never, "the registry refuses a packet of this size";
        Unreachable = "upload_unreachable", again, "the link is up and the registry does not answer";
        WrongServer = "upload_wrong_server", again, "another server answers at the registry's address";
        AnswerAltered = "upload_answer_altered", again,
            "the registry's answer was changed or is an old one";
        ClockWrong = "upload_clock_wrong", again,
            "no answer, and the clock shows a time before one that the registry has signed";
        CertificateExpired = "upload_certificate_expired", again,
            "no answer, and by the clock the registry's certificate is over";
        SignInRequired = "upload_sign_in_required", again, "somebody asks for a sign-in first";
        WindowMalformed = "upload_window_malformed", never, "not a time of day with two ends";
    }

    /// A receipt is not believed.
    ReceiptError as Receipt in "receipt" {
        Malformed = "receipt_malformed", never, "not a receipt";
        BadSignature = "receipt_bad_signature", never, "not signed by a key of this registry";
        OtherPacket = "receipt_other_packet", never, "a receipt for another packet";
        HashDiffers = "receipt_hash_differs", never, "the registry has other bytes than the tablet";
        Missing = "receipt_missing", again, "the registry has the bytes and sent no receipt";
    }
}

/// What every step returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishes_the_codes_of_the_committed_list() {
        let codes: Vec<&str> = ALL.iter().map(|error| error.code()).collect();
        let listed: Vec<&str> = include_str!("../tests/codes.txt").lines().collect();
        assert_eq!(
            codes, listed,
            "a published code never goes and never changes its meaning"
        );
    }

    #[test]
    fn starts_every_code_with_its_step() {
        for error in ALL {
            assert!(
                error.code().starts_with(&format!("{}_", error.step())),
                "{error}"
            );
        }
    }
}
