//! Uploads: tus 1.0.0 with creation and checksum, and the rules of the chain.

use base64ct::{Base64, Encoding};
use rekam::jws;
use rekam::receipt::RECEIVED;
use rekam::seal::{Manifest, manifest};
use rekam::upload::{Request, Response};
use sha2::{Digest, Sha256};

use super::{Packet, Problem, Registry, answer, header, plain_problem};

impl Registry {
    pub(super) fn create(&mut self, request: &Request) -> Result<Response, Problem> {
        let malformed = (400, "manifest_malformed");
        let metadata = header(request, "Upload-Metadata").ok_or(malformed)?;
        let encoded = metadata.strip_prefix("manifest ").ok_or(malformed)?;
        let compact = Base64::decode_vec(encoded).map_err(|_| malformed)?;
        let compact = String::from_utf8(compact).map_err(|_| malformed)?;
        let kid = jws::kid(&compact, manifest::TYP).map_err(|_| malformed)?;
        let key = self
            .devices
            .get(&kid)
            .ok_or((403, "manifest_unknown_device"))?;
        let claims =
            Manifest::verify(&compact, key).map_err(|_| (403, "manifest_bad_signature"))?;
        let length = header(request, "Upload-Length").and_then(|text| text.parse::<u64>().ok());
        if length != Some(claims.ct.len) {
            return Err((400, "upload_length_differs"));
        }
        if let Some(packet) = self.packets.get(&claims.pid) {
            if packet.manifest != compact {
                return Err((409, "manifest_conflict"));
            }
            // Bytes that come along have been here before.
            return Ok(self.created(packet));
        }
        if self.unwelcome.contains(&claims.pid) {
            return Err((403, "packet_unwelcome"));
        }
        if !self.is_next_in_chain(&claims, &compact) {
            return Err((409, "manifest_chain_forked"));
        }
        let pid = claims.pid.clone();
        self.packets.insert(
            pid.clone(),
            Packet {
                manifest: compact,
                claims,
                bytes: Vec::new(),
                status: RECEIVED.into(),
            },
        );
        if !request.body.is_empty() {
            self.take(&pid, request)?;
        }
        Ok(self.created(&self.packets[&pid]))
    }

    /// Neighbours may be missing for now; those that are here must fit.
    fn is_next_in_chain(&self, claims: &Manifest, compact: &str) -> bool {
        let hash = |compact: &str| jws::hash(compact.as_bytes());
        self.packets
            .values()
            .filter(|packet| packet.claims.dev == claims.dev)
            .all(|packet| {
                let (theirs, ours) = (packet.claims.seq, claims.seq);
                theirs != ours
                    && (theirs + 1 != ours || hash(&packet.manifest) == claims.prev)
                    && (ours + 1 != theirs || hash(compact) == packet.claims.prev)
            })
    }

    pub(super) fn append(&mut self, pid: &str, request: &Request) -> Result<Response, Problem> {
        let packet = self.packets.get(pid).ok_or((404, "upload_unknown"))?;
        let offset = header(request, "Upload-Offset").and_then(|text| text.parse::<usize>().ok());
        if offset != Some(packet.bytes.len()) {
            return Err((409, "upload_offset_differs"));
        }
        self.take(pid, request)?;
        Ok(self.progress(204, &self.packets[pid]))
    }

    /// Appends what the request carries.
    fn take(&mut self, pid: &str, request: &Request) -> Result<(), Problem> {
        let packet = self.packets.get_mut(pid).ok_or((404, "upload_unknown"))?;
        if header(request, "Content-Type") != Some("application/offset+octet-stream") {
            return Err((415, "upload_media_type_differs"));
        }
        if let Some(checksum) = header(request, "Upload-Checksum") {
            let ours = format!(
                "sha256 {}",
                Base64::encode_string(&Sha256::digest(&request.body))
            );
            if checksum != ours {
                return Err((460, "upload_checksum_differs"));
            }
        }
        if (packet.bytes.len() + request.body.len()) as u64 > packet.claims.ct.len {
            return Err((413, "upload_too_large"));
        }
        packet.bytes.extend_from_slice(&request.body);
        if packet.is_complete() && jws::hash(&packet.bytes) != packet.claims.ct.sha_256 {
            packet.bytes.clear();
            return Err((422, "packet_hash_differs"));
        }
        Ok(())
    }

    fn created(&self, packet: &Packet) -> Response {
        let mut response = self.progress(201, packet);
        let location = format!("/packets/{}", packet.claims.pid);
        response.headers.push(("location".into(), location));
        response
    }

    pub(super) fn progress(&self, status: u16, packet: &Packet) -> Response {
        let mut headers = vec![
            ("tus-resumable", "1.0.0".to_owned()),
            ("upload-offset", packet.bytes.len().to_string()),
            ("upload-length", packet.claims.ct.len.to_string()),
            ("cache-control", "no-store".to_owned()),
        ];
        if packet.is_complete() && self.receipts_come_along {
            headers.push(("upload-receipt", self.receipt(packet)));
        }
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, &value[..]))
            .collect();
        answer(status, &headers, "")
    }
}

/// A problem that says by `Tus-Resumable` that it is the registry's.
pub(super) fn problem(problem: Problem) -> Response {
    let mut response = plain_problem(problem);
    response
        .headers
        .push(("tus-resumable".into(), "1.0.0".into()));
    response
}
