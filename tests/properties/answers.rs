//! Answers: whatever answers, in whatever words, nobody but the registry moves a packet.

use proptest::prelude::*;
use rekam::upload::{Outcome, Response, Step, delay, judge};

use crate::support::Seeded;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<bool>().prop_map(|with_bytes| Step::Create { with_bytes }),
        Just(Step::Resume),
        any::<u64>().prop_map(|offset| Step::Send { offset }),
        Just(Step::Receipt),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "tus-resumable",
            "upload-offset",
            "upload-length",
            "upload-receipt",
            "retry-after",
            "location",
            "content-type",
        ])
        .prop_map(str::to_owned),
        "[a-z-]{1,12}",
    ];
    let value = prop_oneof![
        any::<String>(),
        any::<u64>().prop_map(|n| n.to_string()),
        (0..200u64).prop_map(|n| n.to_string()),
        Just("1.0.0".to_owned()),
    ];
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..100),
        "\\{\"code\":\"[a-zA-Z_<> ]{0,70}\"\\}".prop_map(String::into_bytes),
        r"[A-Za-z0-9_.-]{0,80}".prop_map(String::into_bytes),
    ];
    let status = prop_oneof![
        prop::sample::select(vec![
            200, 201, 204, 302, 400, 403, 404, 409, 410, 412, 413, 415, 422, 423, 429, 460, 500,
            502, 503, 511,
        ]),
        any::<u16>(),
    ];
    (status, prop::collection::vec((name, value), 0..5), body).prop_map(
        |(status, headers, body)| Response {
            status,
            headers,
            body,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn judges_every_answer_and_believes_no_stranger(
        step in step(),
        response in response(),
        length in prop_oneof![0..200u64, any::<u64>()],
    ) {
        let outcome = judge(step, &response, length);
        let is_tus = response.header("tus-resumable").is_some();
        match outcome {
            Outcome::At(offset) => {
                // A server that made an upload need not know its length.
                let is_sound = offset < length || offset == 0;
                prop_assert!(is_tus && is_sound && step != Step::Receipt);
            }
            Outcome::Complete(_) => prop_assert!(is_tus || step == Step::Receipt),
            Outcome::Resume => prop_assert!(is_tus || step == Step::Receipt),
            Outcome::Recreate => {
                let creates = matches!(step, Step::Create { .. });
                prop_assert!(is_tus && !creates);
            }
            Outcome::Wait { error, .. } => prop_assert!(error.retryable()),
            Outcome::Refuse { error, code } => {
                prop_assert!(is_tus && step != Step::Receipt && !error.retryable());
                prop_assert!((400..=499).contains(&response.status));
                if let Some(code) = code {
                    prop_assert!((1..=64).contains(&code.len()));
                    prop_assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
                }
            }
        }
    }

    #[test]
    fn waits_longer_the_more_attempts_fail_and_never_too_long(
        attempts in any::<u32>(),
        seed in any::<u64>(),
    ) {
        let wait = delay(attempts, &Seeded::new(seed));
        prop_assert!((1_000..450_000).contains(&wait));
        let surely_longer = delay(attempts.saturating_add(1), &Seeded::new(seed));
        prop_assert!(surely_longer >= wait);
    }
}
