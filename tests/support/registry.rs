//! A registry in memory after the HTTP part of `docs/FORMAT.md`. It checks manifests with the
//! core's own functions and nothing else of it: the tus part ([`packets`]) is written anew, from
//! the page.

mod packets;

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use rekam::jws::{self, Jwk, PublicKey};
use rekam::operator::RecoveryCode;
use rekam::ports::Random;
use rekam::receipt::{self, ReceiptClaims};
use rekam::rekey::Rekey;
use rekam::seal::Manifest;
use rekam::station::{self, ConfigurationClaims, Policy};
use rekam::status::{self, StatusQuery, Statuses};
use rekam::upload::probe::{self, ProbeClaims};
use rekam::upload::{Method, Request, Response};
use serde_json::json;

use super::MORNING;
use super::signer::Signer;

/// Where it answers, unless it is told otherwise.
pub const ENDPOINT: &str = "https://registry.example";
/// The token of its pairing link.
pub const TOKEN: &str = "cGFpcmluZy10b2tlbi0xMjgtYml0cw";
/// The public key that packets are sealed to; [`IDENTITY`] is its private half.
pub const RECIPIENT: &str = include_str!("recipient.txt").trim_ascii_end();
/// The private key that opens them. It is in the open: it is for tests.
pub const IDENTITY: &str = include_str!("identity.txt").trim_ascii_end();

/// The registry.
#[derive(Clone)]
pub struct Registry {
    /// Where it answers.
    pub endpoint: String,
    /// Signs receipts, probes and configurations.
    pub signer: Signer,
    /// What stations are told; what is not set here follows from the rest.
    pub policy: Policy,
    /// Its clock, seconds since 1970 UTC.
    pub now: u64,
    /// Devices by thumbprint.
    pub devices: BTreeMap<String, PublicKey>,
    /// Whether it sends receipts along with the last answer, or only when asked for them.
    pub receipts_come_along: bool,
    /// Packets that it does not take, by pid.
    pub unwelcome: Vec<String>,
    tokens: BTreeMap<String, Option<String>>,
    packets: BTreeMap<String, Packet>,
    /// Pids by the order in which a word was said about them.
    changes: Vec<String>,
}

/// One upload.
#[derive(Clone)]
pub struct Packet {
    /// The manifest as it came.
    pub manifest: String,
    /// Its claims.
    pub claims: Manifest,
    /// What came of the `.age` object.
    pub bytes: Vec<u8>,
    /// The register's word for it.
    pub status: String,
}

impl Packet {
    /// Whether everything is there.
    pub fn is_complete(&self) -> bool {
        self.bytes.len() as u64 == self.claims.ct.len
    }
}

/// What every tablet is entrusted with here.
const REKEY_SECRET: [u8; 32] = [9; 32];

/// The status and code of a problem.
type Problem = (u16, &'static str);

impl Registry {
    pub fn new() -> Self {
        Self {
            endpoint: ENDPOINT.into(),
            signer: Signer::new(&[7; 32]),
            policy: Policy {
                inactivity_limit_days: 30,
                grace_seconds: 0,
            },
            now: MORNING / 1_000,
            devices: BTreeMap::new(),
            receipts_come_along: true,
            unwelcome: Vec::new(),
            tokens: BTreeMap::from([(TOKEN.into(), None)]),
            packets: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    /// The pairing link.
    pub fn link(&self) -> String {
        let (endpoint, thumbprint) = (&self.endpoint, self.signer.thumbprint());
        format!("{endpoint}/#pair={TOKEN}.{thumbprint}")
    }

    /// The station configuration.
    pub fn configuration(&self) -> ConfigurationClaims {
        ConfigurationClaims {
            v: 1,
            site: "62.02.16".into(),
            site_name: "Kecamatan Tualan Hulu".into(),
            endpoint: self.endpoint.clone(),
            recipients: vec![RECIPIENT.into()],
            keys: vec![self.signer.public_key().to_jwk()],
            policy: self.policy,
            iat: self.now,
            exp: self.now + 365 * 86_400,
        }
    }

    /// What opens a tablet whose last PIN is forgotten.
    pub fn recovery_code(&self) -> String {
        struct Sevens;
        impl Random for Sevens {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(7);
            }
        }
        RecoveryCode::make(&Sevens).to_string()
    }

    /// The packets that are complete, oldest pid first.
    pub fn received(&self) -> Vec<&Packet> {
        self.packets
            .values()
            .filter(|packet| packet.is_complete())
            .collect()
    }

    /// One upload, complete or not.
    pub fn packet(&self, pid: &str) -> Option<&Packet> {
        self.packets.get(pid)
    }

    /// Forgets an upload, as a registry does that was restored from a backup.
    pub fn forget(&mut self, pid: &str) {
        self.packets.remove(pid);
    }

    /// The receipt of a packet that is complete.
    pub fn receipt(&self, packet: &Packet) -> String {
        let claims = ReceiptClaims {
            v: 1,
            pid: packet.claims.pid.clone(),
            ct: packet.claims.ct.sha_256.clone(),
            mf: jws::hash(packet.manifest.as_bytes()),
            iat: self.now,
            status: packet.status.clone(),
        };
        self.signer.jws(receipt::TYP, &claims)
    }

    /// The register says a word about a packet.
    pub fn say(&mut self, pid: &str, status: &str) {
        let packet = self.packets.get_mut(pid).expect("it was announced");
        packet.status = status.into();
        self.changes.push(pid.into());
    }

    /// Answers one request.
    pub fn answer(&mut self, request: &Request) -> Response {
        let path = request
            .url
            .strip_prefix(self.endpoint.as_str())
            .expect("nobody else is asked")
            .to_owned();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match (request.method, &parts[..]) {
            (Method::Post, ["devices"]) => self.pair(request).unwrap_or_else(plain_problem),
            (Method::Post, ["devices", "rekey"]) => {
                self.rekey(request).unwrap_or_else(plain_problem)
            }
            (Method::Get, ["probe"]) => self.probe(query),
            (Method::Post, ["statuses"]) => self.statuses(request).unwrap_or_else(plain_problem),
            (Method::Get, ["receipts", pid]) => match self.packet(pid) {
                Some(packet) if packet.is_complete() => answer(
                    200,
                    &[("content-type", "application/jose")],
                    self.receipt(packet),
                ),
                _ => plain_problem((404, "receipt_unknown")),
            },
            (_, ["packets", ..]) if header(request, "Tus-Resumable") != Some("1.0.0") => {
                packets::problem((412, "upload_version_unsupported"))
            }
            (Method::Post, ["packets"]) => self.create(request).unwrap_or_else(packets::problem),
            (Method::Head, ["packets", pid]) => match self.packet(pid) {
                Some(packet) => self.progress(200, packet),
                None => packets::problem((404, "upload_unknown")),
            },
            (Method::Patch, ["packets", pid]) => {
                self.append(pid, request).unwrap_or_else(packets::problem)
            }
            _ => plain_problem((404, "address_unknown")),
        }
    }

    fn pair(&mut self, request: &Request) -> Result<Response, Problem> {
        #[derive(serde::Deserialize)]
        struct Registration {
            token: String,
            jwk: Jwk,
        }
        let registration: Registration =
            serde_json::from_slice(&request.body).map_err(|_| (400, "pairing_malformed"))?;
        let key = PublicKey::from_jwk(&registration.jwk)
            .and_then(PublicKey::on_curve)
            .map_err(|_| (400, "pairing_malformed"))?;
        let thumbprint = key.thumbprint().to_owned();
        let used_by = self
            .tokens
            .get_mut(&registration.token)
            .ok_or((403, "pairing_token_unknown"))?;
        let status = match used_by {
            None => 201,
            Some(device) if *device == thumbprint => 200,
            Some(_) => return Err((409, "pairing_token_used")),
        };
        *used_by = Some(thumbprint.clone());
        self.devices.insert(thumbprint, key);
        let configuration = self.signer.jws(station::TYP, &self.configuration());
        let body = json!({
            "configuration": configuration,
            "recovery": self.recovery_code(),
            "rekey": Base64UrlUnpadded::encode_string(&REKEY_SECRET),
        });
        let body = body.to_string();
        Ok(answer(
            status,
            &[("content-type", "application/json")],
            body,
        ))
    }

    fn rekey(&mut self, request: &Request) -> Result<Response, Problem> {
        let compact = std::str::from_utf8(&request.body).map_err(|_| (400, "rekey_malformed"))?;
        let (statement, key) = Rekey::verify(compact).map_err(|_| (400, "rekey_malformed"))?;
        if !self.devices.contains_key(&statement.old) || !statement.is_by(&REKEY_SECRET) {
            return Err((403, "rekey_refused"));
        }
        self.devices.insert(key.thumbprint().to_owned(), key);
        Ok(answer(201, &[], String::new()))
    }

    fn statuses(&self, request: &Request) -> Result<Response, Problem> {
        let malformed = (400, "status_query_malformed");
        let compact = std::str::from_utf8(&request.body).map_err(|_| malformed)?;
        let kid = jws::kid(compact, status::TYP).map_err(|_| malformed)?;
        let key = self
            .devices
            .get(&kid)
            .ok_or((403, "status_query_unknown_device"))?;
        let query = StatusQuery::verify(compact, key).map_err(|_| malformed)?;
        let after = (query.after as usize).min(self.changes.len());
        let end = self.changes.len().min(after + 2);
        let receipts = self.changes[after..end].iter();
        let answered = Statuses {
            mark: end as u64,
            more: end < self.changes.len(),
            receipts: receipts
                .map(|pid| self.receipt(&self.packets[pid]))
                .collect(),
        };
        let body = serde_json::to_string(&answered).expect("strings serialise");
        Ok(answer(200, &[("content-type", "application/json")], body))
    }

    fn probe(&self, query: &str) -> Response {
        let nonce = query.strip_prefix("nonce=").unwrap_or_default();
        if !(16..=64).contains(&nonce.len()) {
            return plain_problem((400, "probe_malformed"));
        }
        let claims = ProbeClaims {
            cert_exp: None,
            nonce: nonce.into(),
            iat: self.now,
        };
        answer(
            200,
            &[("cache-control", "no-store")],
            self.signer.jws(probe::TYP, &claims),
        )
    }

    /// Opens a packet that is complete: its entries by name, in order.
    #[cfg(feature = "open")]
    pub fn open(&self, pid: &str) -> Vec<(String, Vec<u8>)> {
        let packet = self.packet(pid).expect("the packet arrived");
        super::invariants::open(&packet.bytes)
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.as_str())
}

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Response {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    Response {
        status,
        headers,
        body: body.into(),
    }
}

fn plain_problem((status, code): Problem) -> Response {
    let body = json!({ "code": code, "status": status }).to_string();
    answer(
        status,
        &[("content-type", "application/problem+json")],
        body,
    )
}
