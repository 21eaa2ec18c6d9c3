//! A complete upload becomes a packet: two durable objects, then the receipt, then no pieces.
//!
//! In: an upload whose offset is its length. Out: the same with its receipt. Every step can be
//! repeated, and the next request for the upload repeats what a crash left undone.

use bytes::Bytes;
use futures_util::TryStreamExt;
use rekam::receipt::{self, ReceiptClaims};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::error::Problem;
use crate::pairing::now;
use crate::state::Registry;
use crate::store::objects;
use crate::store::packets::Upload;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Finishes an upload as far as it can be finished: one that lacks bytes is returned as it is.
pub(crate) async fn finish(registry: &Registry, upload: Upload) -> Result<Upload, Problem> {
    if upload.receipt.is_some() {
        if registry.database.has_pieces(&upload.pid).await? {
            delete_pieces(registry, &upload).await;
        }
        return Ok(upload);
    }
    if upload.received < upload.len {
        return Ok(upload);
    }
    match assemble(registry, &upload).await {
        Ok(true) => {
            delete_pieces(registry, &upload).await;
            reload(registry, &upload).await
        }
        Ok(false) => {
            drop_round(registry, &upload).await?;
            Err(Problem::PacketHashDiffers)
        }
        // Another request may have been quicker and taken the pieces away.
        Err(failure) => match reload(registry, &upload).await? {
            now if now.receipt.is_some() => Ok(now),
            now if now.round > upload.round => Err(Problem::PacketHashDiffers),
            _ => Err(Problem::from_failure(failure)),
        },
    }
}

/// Makes both objects durable and keeps the receipt. `false`: the bytes have another hash.
async fn assemble(registry: &Registry, upload: &Upload) -> Result<bool, Failure> {
    let mut packet = registry.objects.writer(&objects::ciphertext(&upload.pid));
    let mut hash = Sha256::new();
    let mut end = 0;
    for piece in registry.database.pieces(upload).await? {
        if piece.start != end {
            return Err("a piece is missing".into());
        }
        let mut bytes = registry.objects.stream(&piece.object).await?;
        while let Some(bytes) = bytes.try_next().await? {
            hash.update(&bytes);
            end += bytes.len() as u64;
            packet.put(bytes).await?;
        }
    }
    if end != upload.len {
        return Err("a piece has not its length".into());
    }
    if Base64UrlUnpadded::encode_string(&hash.finalize()) != upload.ct {
        packet.abort().await?;
        return Ok(false);
    }
    packet.shutdown().await?;
    let manifest = Bytes::from(upload.manifest.clone());
    registry
        .objects
        .put(&objects::manifest(&upload.pid), manifest)
        .await?;

    let claims = ReceiptClaims {
        v: 1,
        pid: upload.pid.clone(),
        ct: upload.ct.clone(),
        mf: upload.mf.clone(),
        iat: now(),
        status: receipt::RECEIVED.into(),
    };
    let jws = registry.key.sign(receipt::TYP, &claims);
    registry.database.receive(&claims, &jws).await?;
    Ok(true)
}

async fn reload(registry: &Registry, upload: &Upload) -> Result<Upload, Problem> {
    registry
        .database
        .upload(&upload.pid)
        .await?
        .ok_or(Problem::UploadUnknown)
}

/// Takes the pieces of a received packet away. A failure is no matter of the station's: the next
/// request for the packet tries again.
async fn delete_pieces(registry: &Registry, upload: &Upload) {
    let deleted: Result<(), Failure> = async {
        registry.objects.delete_pieces(&upload.pid).await?;
        registry.database.forget_pieces(upload).await?;
        Ok(())
    }
    .await;
    if let Err(failure) = deleted {
        tracing::warn!(%failure, "pieces of a received packet stay");
    }
}

async fn drop_round(registry: &Registry, upload: &Upload) -> Result<(), Problem> {
    let pieces = registry.database.pieces(upload).await?;
    registry.database.drop_round(upload).await?;
    for piece in pieces {
        registry.objects.delete(&piece.object).await?;
    }
    registry.database.forget_pieces(upload).await?;
    Ok(())
}
