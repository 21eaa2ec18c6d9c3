//! What an answer means: one pure function, every status by rule.

use serde::Deserialize;

use super::request::{Response, Step};
use crate::error::UploadError;
use crate::ports::Millis;
use crate::status::Statuses;

/// The longest that a Retry-After is heeded.
const LONGEST_RETRY_SECONDS: Millis = 3_600;

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
            _ => wait(stranger(response)),
        };
    }
    let is_registry = response.header("tus-resumable").is_some();
    if !is_registry || matches!(response.status, 401 | 407 | 429 | 503) {
        return wait(stranger(response));
    }
    let refuse = |error| Outcome::Refuse {
        error,
        code: problem_code(&response.body),
    };
    match (step, response.status) {
        // Who made it and took no bytes with it need not say where it stands.
        (Step::Create { .. }, 201) if response.header("upload-offset").is_none() => Outcome::At(0),
        (Step::Create { .. }, 200 | 201)
        | (Step::Resume, 200 | 204)
        | (Step::Send { .. }, 200 | 204) => progress(response, length),
        (Step::Send { .. }, 409) => Outcome::Resume,
        // The bytes came twice, from a page that was killed meanwhile or through a proxy, and the
        // others were quicker.
        (Step::Create { .. }, 409) if is_overtaken(response) => Outcome::Resume,
        (Step::Create { .. } | Step::Send { .. }, 460) => wait(UploadError::ChecksumDiffers),
        (Step::Resume | Step::Send { .. }, 404 | 410) => Outcome::Recreate,
        (_, 413) => refuse(UploadError::TooLarge),
        (_, 423) => wait(UploadError::ServerBusy),
        (_, 400 | 403 | 409 | 422) => refuse(UploadError::Refused),
        (_, 500..) => wait(UploadError::ServerFailed),
        _ => wait(UploadError::ProtocolViolated),
    }
}

/// Whether the registry says that the upload stands where another request has brought it.
fn is_overtaken(response: &Response) -> bool {
    problem_code(&response.body).as_deref() == Some("upload_offset_differs")
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

/// What an answer means that the registry did not give, or gave to everybody.
pub(super) fn stranger(response: &Response) -> UploadError {
    let is_page = response
        .header("content-type")
        .is_some_and(|media_type| media_type.starts_with("text/html"));
    match response.status {
        401 | 407 => UploadError::SignInRequired,
        429 | 503 => UploadError::ServerBusy,
        511 => UploadError::CaptivePortal,
        500.. => UploadError::ServerFailed,
        300..=399 => UploadError::CaptivePortal,
        _ if is_page => UploadError::CaptivePortal,
        _ => UploadError::WrongServer,
    }
}

/// Retry-After in seconds, an hour at most: who stands between must not silence a tablet. The form
/// with a date would need a clock that can be trusted.
fn retry_after(response: &Response) -> Option<Millis> {
    let seconds: Millis = response.header("retry-after")?.trim().parse().ok()?;
    Some(seconds.min(LONGEST_RETRY_SECONDS) * 1_000)
}

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
        400..=409 => match problem_code(&response.body) {
            Some(code) => Answer::Refused(code),
            None => Answer::Failed(stranger(response)),
        },
        _ => Answer::Failed(stranger(response)),
    }
}

/// Judges the answer to a question for statuses. Each receipt in it is still to be verified.
pub(crate) fn judge_statuses(response: &Response) -> Result<Statuses, UploadError> {
    match response.status {
        200 => serde_json::from_slice(&response.body).map_err(|_| stranger(response)),
        400..=409 if problem_code(&response.body).is_some() => Err(UploadError::Refused),
        _ => Err(stranger(response)),
    }
}

/// The `code` of an RFC 9457 problem, if it looks like one: what tells the registry's refusal from
/// the page of whoever stands between.
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

    const CREATE: Step = Step::Create { with_bytes: false };

    #[test]
    fn judges_every_status_by_rule() {
        use UploadError::{
            CaptivePortal, ChecksumDiffers, ProtocolViolated, Refused, ServerBusy, ServerFailed,
            SignInRequired, TooLarge, WrongServer,
        };
        const SEND: Step = Step::Send { offset: 0 };
        const BEGIN: Step = Step::Create { with_bytes: true };
        let wait = |error| Outcome::Wait { error, after: None };
        let refuse = |error| Outcome::Refuse { error, code: None };
        let table = [
            (CREATE, 201, Some("0"), Outcome::At(0)),
            (CREATE, 201, Some("40"), Outcome::At(40)),
            (CREATE, 201, Some("100"), Outcome::Complete(None)),
            (CREATE, 201, None, Outcome::At(0)),
            (CREATE, 200, None, wait(ProtocolViolated)),
            (BEGIN, 201, Some("64"), Outcome::At(64)),
            (BEGIN, 201, Some("100"), Outcome::Complete(None)),
            (BEGIN, 460, None, wait(ChecksumDiffers)),
            (CREATE, 401, None, wait(SignInRequired)),
            (CREATE, 409, None, refuse(Refused)),
            (CREATE, 403, None, refuse(Refused)),
            (CREATE, 400, None, refuse(Refused)),
            (CREATE, 413, None, refuse(TooLarge)),
            (CREATE, 412, None, wait(ProtocolViolated)),
            (CREATE, 404, None, wait(ProtocolViolated)),
            (Step::Resume, 200, Some("40"), Outcome::At(40)),
            (Step::Resume, 404, None, Outcome::Recreate),
            (Step::Resume, 410, None, Outcome::Recreate),
            (SEND, 204, Some("100"), Outcome::Complete(None)),
            (SEND, 204, Some("101"), wait(ProtocolViolated)),
            (SEND, 204, None, wait(ProtocolViolated)),
            (SEND, 401, None, wait(SignInRequired)),
            (SEND, 404, None, Outcome::Recreate),
            (SEND, 407, None, wait(SignInRequired)),
            (SEND, 409, None, Outcome::Resume),
            (SEND, 410, None, Outcome::Recreate),
            (SEND, 413, None, refuse(TooLarge)),
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
            let expected = match status {
                401 | 407 => SignInRequired,
                429 | 503 => ServerBusy,
                302 => CaptivePortal,
                500.. => ServerFailed,
                _ => WrongServer,
            };
            assert_eq!(stranger, wait(expected), "{step:?} {status} by a stranger");
            let page = answer(status, &[("content-type", "text/html; charset=utf-8")], "");
            let page = judge(step, &page, 100);
            assert!(
                page == wait(CaptivePortal) || page == wait(expected),
                "{step:?} {status} by a page"
            );
        }
    }

    #[test]
    fn asks_how_far_it_is_where_a_creation_was_overtaken() {
        let overtaken = |status, code: &str| {
            let body = format!(r#"{{"code":"{code}"}}"#);
            let headers = [("tus-resumable", "1.0.0")];
            let begin = Step::Create { with_bytes: true };
            judge(begin, &answer(status, &headers, &body), 100)
        };
        assert_eq!(overtaken(409, "upload_offset_differs"), Outcome::Resume);
        let refused = |outcome| matches!(outcome, Outcome::Refuse { .. });
        assert!(refused(overtaken(409, "manifest_chain_forked")));
        assert!(refused(overtaken(400, "upload_offset_differs")));
    }

    #[test]
    fn waits_as_long_as_the_registry_asks_up_to_an_hour() {
        for (asked, after) in [
            ("7", Some(7_000)),
            ("99999999", Some(3_600_000)),
            ("-1", None),
            ("Tue, 24 Nov 2026 12:00:00 GMT", None),
        ] {
            for status in [429, 503] {
                let busy = judge(CREATE, &answer(status, &[("retry-after", asked)], ""), 1);
                let error = UploadError::ServerBusy;
                assert_eq!(busy, Outcome::Wait { error, after }, "{asked}");
            }
        }
    }

    #[test]
    fn takes_the_registrys_code_and_nothing_that_is_none() {
        let refused = |body| judge(CREATE, &answer(403, &[("tus-resumable", "1.0.0")], body), 1);
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
