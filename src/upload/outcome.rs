//! What an answer means: one pure function, every status by rule.

use serde::Deserialize;

use super::request::{Response, Step};
use crate::error::UploadError;
use crate::ports::Millis;

/// What follows from an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The registry has this many bytes, not all.
    At(u64),
    /// The registry has everything; its receipt, if it came along.
    Complete(Option<String>),
    /// Ask how far it is, then go on.
    Resume,
    /// The registry does not know the upload (any more): announce it again.
    Recreate,
    /// Not now. `after` is what the registry asks for.
    Wait {
        /// Why.
        error: UploadError,
        /// The registry's Retry-After.
        after: Option<Millis>,
    },
    /// The registry does not take it: a person is needed.
    Refuse {
        /// Why.
        error: UploadError,
        /// The registry's own code.
        code: Option<String>,
    },
}

/// Judges an answer. `length` is the packet's ciphertext, in bytes.
///
/// **Only the registry may refuse a packet**: an answer without its `Tus-Resumable` is somebody
/// else's, whatever its status, and means to try again later.
pub fn judge(step: Step, response: &Response, length: u64) -> Outcome {
    let wait = |error| Outcome::Wait {
        error,
        after: retry_after(response),
    };
    if step == Step::Receipt {
        return match response.status {
            200 => match std::str::from_utf8(&response.body) {
                Ok(receipt) => Outcome::Complete(Some(receipt.trim().to_owned())),
                Err(_) => wait(UploadError::ProtocolViolated),
            },
            404 => Outcome::Resume,
            429 | 503 => wait(UploadError::ServerBusy),
            500.. => wait(UploadError::ServerFailed),
            _ => wait(UploadError::CaptivePortal),
        };
    }
    if matches!(response.status, 429 | 503) {
        return wait(UploadError::ServerBusy);
    }
    if response.header("tus-resumable").is_none() {
        return wait(match response.status {
            511 => UploadError::CaptivePortal,
            500.. => UploadError::ServerFailed,
            _ => UploadError::CaptivePortal,
        });
    }
    let refuse = |error| Outcome::Refuse {
        error,
        code: problem_code(&response.body),
    };
    match (step, response.status) {
        (Step::Create, 200 | 201) | (Step::Resume, 200 | 204) | (Step::Send { .. }, 200 | 204) => {
            progress(response, length)
        }
        (Step::Send { .. }, 409) => Outcome::Resume,
        (Step::Send { .. }, 460) => wait(UploadError::ChecksumDiffers),
        (Step::Resume | Step::Send { .. }, 404 | 410) => Outcome::Recreate,
        (_, 413) => refuse(UploadError::TooLarge),
        (_, 423) => wait(UploadError::ServerBusy),
        (_, 400 | 403 | 409 | 422) => refuse(UploadError::Refused),
        (_, 500..) => wait(UploadError::ServerFailed),
        _ => wait(UploadError::ProtocolViolated),
    }
}

fn progress(response: &Response, length: u64) -> Outcome {
    match response
        .header("upload-offset")
        .and_then(|text| text.parse::<u64>().ok())
    {
        Some(offset) if offset == length => {
            Outcome::Complete(response.header("upload-receipt").map(str::to_owned))
        }
        Some(offset) if offset < length => Outcome::At(offset),
        _ => Outcome::Wait {
            error: UploadError::ProtocolViolated,
            after: None,
        },
    }
}

/// Retry-After in seconds; the form with a date would need a clock that can be trusted.
fn retry_after(response: &Response) -> Option<Millis> {
    let seconds: Millis = response.header("retry-after")?.trim().parse().ok()?;
    seconds.checked_mul(1_000)
}

/// The `code` of an RFC 9457 problem, if it looks like one: what tells the registry's refusal from
/// the page of whoever stands between.
/// What an answer to anything but an upload comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is done, now or before.
    Done,
    /// The registry does not want it; its code.
    Refused(String),
    /// Nobody knows; it may be tried again.
    Failed(UploadError),
}

/// Judges it. **Only the registry may refuse**: a portal's 403 has no code.
pub(crate) fn judge_answer(response: &Response) -> Answer {
    match response.status {
        200 | 201 => Answer::Done,
        429 | 503 => Answer::Failed(UploadError::ServerBusy),
        500.. => Answer::Failed(UploadError::ServerFailed),
        400..=409 => match problem_code(&response.body) {
            Some(code) => Answer::Refused(code),
            None => Answer::Failed(UploadError::CaptivePortal),
        },
        _ => Answer::Failed(UploadError::CaptivePortal),
    }
}

fn problem_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Problem {
        code: String,
    }
    let problem: Problem = serde_json::from_slice(body).ok()?;
    let is_code = (1..=64).contains(&problem.code.len())
        && problem
            .code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'_');
    is_code.then_some(problem.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        Response {
            status,
            headers,
            body: body.into(),
        }
    }

    #[test]
    fn judges_every_status_by_rule() {
        use UploadError::{
            CaptivePortal, ChecksumDiffers, ProtocolViolated, Refused, ServerBusy, ServerFailed,
            TooLarge,
        };
        const SEND: Step = Step::Send { offset: 0 };
        let wait = |error| Outcome::Wait { error, after: None };
        let refuse = |error| Outcome::Refuse { error, code: None };
        let table = [
            (Step::Create, 201, Some("0"), Outcome::At(0)),
            (Step::Create, 201, Some("40"), Outcome::At(40)),
            (Step::Create, 201, Some("100"), Outcome::Complete(None)),
            (Step::Create, 409, None, refuse(Refused)),
            (Step::Create, 403, None, refuse(Refused)),
            (Step::Create, 400, None, refuse(Refused)),
            (Step::Create, 413, None, refuse(TooLarge)),
            (Step::Create, 412, None, wait(ProtocolViolated)),
            (Step::Create, 404, None, wait(ProtocolViolated)),
            (Step::Resume, 200, Some("40"), Outcome::At(40)),
            (Step::Resume, 404, None, Outcome::Recreate),
            (Step::Resume, 410, None, Outcome::Recreate),
            (SEND, 204, Some("100"), Outcome::Complete(None)),
            (SEND, 204, Some("101"), wait(ProtocolViolated)),
            (SEND, 204, None, wait(ProtocolViolated)),
            (SEND, 409, None, Outcome::Resume),
            (SEND, 422, None, refuse(Refused)),
            (SEND, 423, None, wait(ServerBusy)),
            (SEND, 429, None, wait(ServerBusy)),
            (SEND, 460, None, wait(ChecksumDiffers)),
            (SEND, 500, None, wait(ServerFailed)),
            (SEND, 503, None, wait(ServerBusy)),
            (SEND, 302, None, wait(ProtocolViolated)),
        ];
        for (step, status, offset, expected) in table {
            let mut headers = vec![("tus-resumable", "1.0.0")];
            headers.extend(offset.map(|offset| ("upload-offset", offset)));
            assert_eq!(
                judge(step, &answer(status, &headers, ""), 100),
                expected,
                "{step:?} {status}"
            );
            let stranger = judge(step, &answer(status, &[("upload-offset", "0")], ""), 100);
            assert!(
                matches!(
                    stranger,
                    Outcome::Wait {
                        error: CaptivePortal | ServerFailed | ServerBusy,
                        ..
                    }
                ),
                "{step:?} {status} by a stranger"
            );
        }
    }

    #[test]
    fn waits_as_long_as_the_registry_asks() {
        let busy = judge(Step::Create, &answer(503, &[("retry-after", "7")], ""), 1);
        assert_eq!(
            busy,
            Outcome::Wait {
                error: UploadError::ServerBusy,
                after: Some(7_000)
            }
        );
    }

    #[test]
    fn takes_the_registrys_code_and_nothing_that_is_none() {
        let refused = |body| {
            judge(
                Step::Create,
                &answer(403, &[("tus-resumable", "1.0.0")], body),
                1,
            )
        };
        let Outcome::Refuse { code, .. } = refused(r#"{"code":"manifest_bad_signature"}"#) else {
            panic!()
        };
        assert_eq!(code.as_deref(), Some("manifest_bad_signature"));
        let Outcome::Refuse { code, .. } = refused(r#"{"code":"<b>SITI</b>"}"#) else {
            panic!()
        };
        assert_eq!(code, None);
    }
}
