//! Whom a tablet believes, from the pairing link on.

use rekam::error::{Error, StationError, UploadError};
use rekam::station;
use rekam::upload::probe::{self, ProbeClaims};
use rekam::upload::{Method, Response};
use serde_json::json;

use crate::support::executor::settle;
use crate::support::network::{Interference, gateway_page, portal_page};
use crate::support::registry::{ENDPOINT, TOKEN};
use crate::support::signer::Signer;
use crate::support::tablet::{Tablet, first};

fn link(tablet: &Tablet) -> String {
    tablet.network.registry.borrow().link()
}

fn pair(tablet: &Tablet) -> Result<(), Error> {
    settle(tablet.page().pair(&link(tablet), &first())).map(drop)
}

#[test]
fn pairs_once_more_with_the_same_link_and_the_same_key() {
    let tablet = Tablet::new();
    let configuration = settle(
        tablet
            .page()
            .pair(&format!("  {}\n", link(&tablet)), &first()),
    )
    .unwrap();
    assert_eq!(configuration.claims().site_name, "Kecamatan Tualan Hulu");
    pair(&tablet).unwrap();
    assert_eq!(tablet.network.registry.borrow().devices.len(), 1);
    let kept = settle(tablet.page().configuration()).unwrap().unwrap();
    assert_eq!(kept.claims(), configuration.claims());
}

#[test]
fn pairs_again_after_the_answer_was_lost() {
    let tablet = Tablet::new();
    tablet
        .network
        .meddle(|n, _| (n == 1).then_some(Interference::LoseAnswer));
    assert_eq!(pair(&tablet), Err(UploadError::Offline.into()));
    assert_eq!(
        settle(tablet.page().configuration()).unwrap().map(drop),
        None
    );
    pair(&tablet).unwrap();
}

#[test]
fn refuses_a_registry_with_another_thumbprint_than_the_link() {
    let tablet = Tablet::new();
    let forged = format!(
        "{ENDPOINT}/#pair={TOKEN}.{}",
        Signer::new(&[9; 32]).thumbprint()
    );
    let refused = settle(tablet.page().pair(&forged, &first())).map(drop);
    assert_eq!(refused, Err(StationError::ConfigurationUntrusted.into()));
    assert!(
        tablet.disk.borrow().configuration.is_none(),
        "nothing of it is kept"
    );
}

#[test]
fn refuses_a_configuration_that_its_own_key_did_not_sign() {
    let tablet = Tablet::new();
    let registry = tablet.network.registry.borrow().clone();
    // A forger repeats the registry's key inside, names it as the signer, and signs with his own.
    let claims = registry.configuration();
    let input = rekam::jws::signing_input(station::TYP, &registry.signer.thumbprint(), &claims);
    let forger = Signer::new(&[9; 32]);
    let forged = rekam::jws::compact(&input, &forger.sign(input.as_bytes()));
    // Or he puts his own key inside, under his own name.
    let mut own = claims.clone();
    own.keys = vec![forger.public_key().to_jwk()];
    for jws in [forged, forger.jws(station::TYP, &own)] {
        let body = json!({ "configuration": jws }).to_string().into_bytes();
        tablet.network.meddle(move |_, _| {
            Some(Interference::Replace(Response {
                status: 201,
                headers: vec![],
                body: body.clone(),
            }))
        });
        assert_eq!(
            pair(&tablet),
            Err(StationError::ConfigurationUntrusted.into())
        );
    }
    assert!(tablet.disk.borrow().configuration.is_none());
}

#[test]
fn refuses_a_configuration_that_this_version_cannot_use() {
    type Spoil = fn(&mut rekam::station::ConfigurationClaims);
    let spoils: [Spoil; 4] = [
        |claims| claims.v = 2,
        |claims| claims.recipients.clear(),
        |claims| claims.recipients[0].replace_range(20..21, "b"),
        |claims| claims.endpoint = "javascript:alert(1)".into(),
    ];
    for spoil in spoils {
        let tablet = Tablet::new();
        let registry = tablet.network.registry.borrow().clone();
        let mut claims = registry.configuration();
        spoil(&mut claims);
        let body =
            json!({ "configuration": registry.signer.jws(station::TYP, &claims) }).to_string();
        tablet.network.meddle(move |_, _| {
            let body = body.clone().into_bytes();
            Some(Interference::Replace(Response {
                status: 201,
                headers: vec![],
                body,
            }))
        });
        assert_eq!(
            pair(&tablet),
            Err(StationError::ConfigurationMalformed.into())
        );
    }
}

#[test]
fn refuses_a_stored_configuration_that_was_changed() {
    let tablet = Tablet::paired();
    {
        let mut disk = tablet.disk.borrow_mut();
        let kept = disk.configuration.as_mut().unwrap();
        kept.jws
            .replace_range(200..201, if &kept.jws[200..201] == "A" { "B" } else { "A" });
    }
    let read = settle(tablet.page().configuration()).map(drop).unwrap_err();
    assert_eq!(read.step(), "station");
}

#[test]
fn is_refused_by_the_registry_and_by_nobody_else() {
    let tablet = Tablet::new();
    let unknown = link(&tablet).replace(TOKEN, "dW5rbm93bi10b2tlbi0xMjgtYml0");
    let refused = settle(tablet.page().pair(&unknown, &first())).map(drop);
    assert_eq!(refused, Err(StationError::PairingRefused.into()));

    pair(&tablet).unwrap();
    tablet.disk.borrow_mut().device_key = None;
    assert_eq!(
        pair(&tablet),
        Err(StationError::PairingRefused.into()),
        "another tablet used it"
    );

    let between = [
        (portal_page(), UploadError::CaptivePortal),
        (gateway_page(403), UploadError::CaptivePortal),
        (gateway_page(404), UploadError::CaptivePortal),
        (gateway_page(302), UploadError::CaptivePortal),
        (gateway_page(502), UploadError::ServerFailed),
        (gateway_page(503), UploadError::ServerBusy),
    ];
    for (page, expected) in between {
        let status = page.status;
        tablet.network.meddle(move |_, request| {
            assert_eq!(request.method, Method::Post);
            Some(Interference::Replace(page.clone()))
        });
        assert_eq!(pair(&tablet), Err(expected.into()), "{status}");
    }
}

#[test]
fn sees_through_a_forged_probe_and_a_portal() {
    let tablet = Tablet::paired();
    let genuine = tablet.network.registry.borrow().signer.clone();
    let forger = Signer::new(&[9; 32]);
    let claims = |nonce: &str| ProbeClaims {
        nonce: nonce.into(),
        iat: 1_795_482_000,
        cert_exp: None,
    };
    type Forge = Box<dyn Fn(&str) -> Response>;
    let signed = |jws: String| Response {
        status: 200,
        headers: vec![],
        body: jws.into_bytes(),
    };
    let (g, f) = (genuine.clone(), forger.clone());
    let forgeries: [(Forge, UploadError); 6] = [
        (
            Box::new(move |nonce| signed(f.jws(probe::TYP, &claims(nonce)))),
            UploadError::ProbeForged,
        ),
        (
            Box::new(move |_| signed(g.jws(probe::TYP, &claims("AAAAAAAAAAAAAAAAAAAAAA")))),
            UploadError::AnswerAltered,
        ),
        (
            Box::new(move |nonce| signed(genuine.jws(station::TYP, &claims(nonce)))),
            UploadError::WrongServer,
        ),
        (Box::new(|_| portal_page()), UploadError::CaptivePortal),
        (Box::new(|_| gateway_page(511)), UploadError::CaptivePortal),
        (Box::new(|_| gateway_page(504)), UploadError::ServerFailed),
    ];
    for (forge, expected) in forgeries {
        tablet.network.meddle(move |_, request| {
            let nonce = request.url.split_once("nonce=").unwrap().1;
            Some(Interference::Replace(forge(nonce)))
        });
        assert_eq!(settle(tablet.page().probe()), Err(expected.into()));
    }
    // An answer from yesterday, recorded and played again, has another nonce.
    tablet.network.heal();
    assert!(settle(tablet.page().probe()).is_ok());
}

#[test]
fn sends_the_token_in_no_address() {
    let tablet = Tablet::new();
    tablet.network.meddle(|_, request| {
        assert!(!request.url.contains(TOKEN));
        None
    });
    pair(&tablet).unwrap();
}
