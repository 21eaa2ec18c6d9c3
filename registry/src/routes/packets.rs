//! `/packets`: tus 1.0.0, with what other tus servers lack. Creation is idempotent by packet id,
//! the manifest is verified before a byte is taken, checksums are checked, and the answer that
//! completes an upload carries the receipt.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use rekam::error::JwsError;
use rekam::jws;
use rekam::seal::Manifest;
use rekam::seal::manifest::{TYP, is_pid};

use crate::error::Problem;
use crate::pairing::now;
use crate::state::Registry;
use crate::store::packets::{Admission, Upload};
use crate::tus::{self, Checksum, LARGEST_CHECKED_BYTES, LARGEST_UPLOAD_BYTES};
use crate::{assemble, intake};

/// `POST /packets`: verifies the manifest, gives the packet its place, takes the body if any.
pub(super) async fn create(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let (upload, checksum) = match begin(&registry, &headers, !body.is_end_stream()).await {
        Ok(begun) => begun,
        Err(problem) => return refuse(problem, &headers, body).await,
    };
    // A repeated creation repeats its body: what the upload has of it already is skipped.
    let skip = upload.received;
    let location = format!("/packets/{}", upload.pid);
    match take(registry, upload, skip, checksum, body).await {
        Ok(upload) => {
            let mut response = StatusCode::CREATED.into_response();
            describe(&upload, response.headers_mut());
            let location = HeaderValue::try_from(location).expect("a packet id is ASCII");
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// `HEAD /packets/{pid}`: where the upload stands.
pub(super) async fn head(
    State(registry): State<Arc<Registry>>,
    Path(pid): Path<String>,
) -> Result<Response, Problem> {
    let upload = find(&registry, &pid).await?;
    let upload = match assemble::finish(&registry, upload).await {
        Err(Problem::PacketHashDiffers) => find(&registry, &pid).await?,
        finished => finished?,
    };
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    describe(&upload, headers);
    headers.insert(tus::UPLOAD_LENGTH, HeaderValue::from(upload.len));
    let metadata = format!(
        "manifest {}",
        Base64::encode_string(upload.manifest.as_bytes())
    );
    let metadata = HeaderValue::try_from(metadata).expect("base64 is ASCII");
    headers.insert(tus::UPLOAD_METADATA, metadata);
    Ok(response)
}

/// `PATCH /packets/{pid}`: bytes from the offset on.
pub(super) async fn patch(
    State(registry): State<Arc<Registry>>,
    Path(pid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let (upload, checksum) = match resume(&registry, &pid, &headers).await {
        Ok(resumed) => resumed,
        Err(problem) => return refuse(problem, &headers, body).await,
    };
    match take(registry, upload, 0, checksum, body).await {
        Ok(upload) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            describe(&upload, response.headers_mut());
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// `POST /packets/{pid}`: what it says it is, from where only `GET` and `POST` get through.
pub(super) async fn overridden(
    state: State<Arc<Registry>>,
    pid: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match headers
        .get("x-http-method-override")
        .map(HeaderValue::as_bytes)
    {
        Some(b"PATCH") => patch(state, pid, headers, body).await,
        Some(b"HEAD") => head(state, pid).await.into_response(),
        _ => refuse(Problem::MethodNotAllowed, &headers, body).await,
    }
}

/// Everything that can be refused before a byte of the body is taken.
async fn begin(
    registry: &Registry,
    headers: &HeaderMap,
    with_upload: bool,
) -> Result<(Upload, Option<Checksum>), Problem> {
    let length = tus::bytes_of(headers, &tus::UPLOAD_LENGTH)?;
    if length > LARGEST_UPLOAD_BYTES {
        return Err(Problem::UploadTooLarge);
    }
    let checksum = if with_upload {
        tus::check_media_type(headers)?;
        check_body_length(headers, length)?;
        Checksum::parse(headers)?
    } else {
        None
    };
    let compact = tus::manifest(headers)?;
    let manifest = verify(registry, &compact).await?;
    if manifest.ct.len != length {
        return Err(Problem::UploadLengthDiffers);
    }
    let mf = jws::hash(compact.as_bytes());
    match registry
        .database
        .admit(&manifest, &compact, &mf, now())
        .await?
    {
        Admission::Admitted(upload) => Ok((upload, checksum)),
        Admission::Conflict => Err(Problem::ManifestConflict),
        Admission::Forked => Err(Problem::ManifestChainForked),
    }
}

async fn verify(registry: &Registry, compact: &str) -> Result<Manifest, Problem> {
    let dev = jws::kid(compact, TYP).map_err(|_| Problem::ManifestMalformed)?;
    let device = registry
        .database
        .device(&dev)
        .await?
        .ok_or(Problem::ManifestUnknownDevice)?;
    let manifest = Manifest::verify(compact, &device.key).map_err(|error| match error {
        JwsError::BadSignature | JwsError::WrongKey => Problem::ManifestBadSignature,
        _ => Problem::ManifestMalformed,
    })?;
    // The database counts in 63 bits.
    if i64::try_from(manifest.seq).is_err() || i64::try_from(manifest.iat).is_err() {
        return Err(Problem::ManifestMalformed);
    }
    if manifest.site != device.site {
        return Err(Problem::ManifestSiteDiffers);
    }
    Ok(manifest)
}

async fn resume(
    registry: &Registry,
    pid: &str,
    headers: &HeaderMap,
) -> Result<(Upload, Option<Checksum>), Problem> {
    tus::check_media_type(headers)?;
    let offset = tus::bytes_of(headers, &tus::UPLOAD_OFFSET)?;
    let checksum = Checksum::parse(headers)?;
    let upload = find(registry, pid).await?;
    if offset != upload.received {
        return Err(Problem::UploadOffsetDiffers);
    }
    check_body_length(headers, upload.len - offset)?;
    Ok((upload, checksum))
}

/// Refuses at once what [`intake`] would refuse in the middle.
fn check_body_length(headers: &HeaderMap, room: u64) -> Result<(), Problem> {
    let checked = headers.contains_key(tus::UPLOAD_CHECKSUM);
    let room = if checked {
        room.min(LARGEST_CHECKED_BYTES)
    } else {
        room
    };
    match tus::content_length(headers) {
        Some(length) if length > room => Err(Problem::UploadTooLarge),
        _ => Ok(()),
    }
}

async fn find(registry: &Registry, pid: &str) -> Result<Upload, Problem> {
    let upload = if is_pid(pid) {
        registry.database.upload(pid).await?
    } else {
        None
    };
    upload.ok_or(Problem::UploadUnknown)
}

/// Takes the body in and finishes the upload when it is complete, in a task of its own: a
/// connection that breaks off drops this request, and must not drop what arrived.
async fn take(
    registry: Arc<Registry>,
    upload: Upload,
    skip: u64,
    checksum: Option<Checksum>,
    body: Body,
) -> Result<Upload, Problem> {
    let tasks = registry.tasks.clone();
    let task = tasks.spawn(async move {
        let upload = intake::take(&registry, upload, skip, checksum, body).await?;
        assemble::finish(&registry, upload).await
    });
    task.await.map_err(Problem::from_failure)?
}

/// Answers with a problem once the client had the chance to send what it was sending.
async fn refuse(problem: Problem, headers: &HeaderMap, body: Body) -> Response {
    // Who asks first has sent nothing yet, and sends nothing if nobody reads.
    if !headers.contains_key(header::EXPECT) {
        intake::discard(body).await;
    }
    problem.into_response()
}

fn describe(upload: &Upload, headers: &mut HeaderMap) {
    headers.insert(tus::UPLOAD_OFFSET, HeaderValue::from(upload.received));
    if let Some(receipt) = &upload.receipt {
        let receipt = HeaderValue::try_from(receipt).expect("a compact JWS is ASCII");
        headers.insert(tus::UPLOAD_RECEIPT, receipt);
    }
}
