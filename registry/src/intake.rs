//! The body of a request becomes pieces that are durable, and the offset moves over them.
//!
//! In: an upload and a body that begins at its offset. Out: the upload with its new offset.
//! At most one piece is held in memory. Without a checksum every piece counts once it is written,
//! so a body that breaks off keeps what arrived; with one, all of them count together or none.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::Problem;
use crate::state::Registry;
use crate::store::packets::{Piece, Upload};
use crate::tus::{Checksum, LARGEST_CHECKED_BYTES};

/// Largest piece, and so what an upload holds in memory.
const PIECE_BYTES: usize = 1024 * 1024;
/// A link that gives no byte for so long is given up; what arrived is kept.
const STALL: Duration = Duration::from_secs(120);
/// What is still read of a refused body, so that the client hears the answer instead of a reset:
/// as much as a station sends at once.
const LINGER_BYTES: usize = 1024 * 1024;
/// And for how long.
const LINGER: Duration = Duration::from_secs(10);

/// Takes a body in. Its first `skip` bytes are those that the upload has already.
pub(crate) async fn take(
    registry: &Registry,
    upload: Upload,
    skip: u64,
    checksum: Option<Checksum>,
    body: Body,
) -> Result<Upload, Problem> {
    let mut body = body.into_data_stream();
    let mut intake = Intake {
        registry,
        checked: checksum.is_some(),
        room: upload.len - (upload.received - skip),
        end: upload.received,
        upload,
        skip,
        checksum,
        buffer: BytesMut::new(),
        uncounted: Vec::new(),
    };
    match intake.run(&mut body).await {
        Ok(()) => Ok(intake.upload),
        Err(problem) => {
            intake.delete_uncounted().await;
            if !matches!(problem, Problem::UploadParked | Problem::UploadStalled) {
                linger(&mut body).await;
            }
            Err(problem)
        }
    }
}

/// Reads what a client is still sending before it is refused.
pub(crate) async fn discard(body: Body) {
    linger(&mut body.into_data_stream()).await;
}

async fn linger(body: &mut BodyDataStream) {
    let deadline = Instant::now() + LINGER;
    let mut room = LINGER_BYTES;
    while let Ok(Some(Ok(bytes))) = timeout_at(deadline, body.next()).await {
        match room.checked_sub(bytes.len()) {
            Some(left) => room = left,
            None => return,
        }
    }
}

struct Intake<'a> {
    registry: &'a Registry,
    upload: Upload,
    /// Bytes that the body may still hold.
    room: u64,
    /// Bytes that the upload has already.
    skip: u64,
    /// Where the next piece begins.
    end: u64,
    checked: bool,
    checksum: Option<Checksum>,
    buffer: BytesMut,
    /// Pieces that are written and do not count yet.
    uncounted: Vec<Piece>,
}

impl Intake<'_> {
    async fn run(&mut self, body: &mut BodyDataStream) -> Result<(), Problem> {
        if self.checked {
            self.room = self.room.min(LARGEST_CHECKED_BYTES);
        }
        loop {
            match self.next(body).await {
                Ok(Some(bytes)) => self.push(&bytes).await?,
                Ok(None) => break,
                Err(problem) => {
                    if !self.checked {
                        self.write_rest().await?;
                    }
                    return Err(problem);
                }
            }
        }
        if self
            .checksum
            .take()
            .is_some_and(|checksum| !checksum.matches())
        {
            return Err(Problem::UploadChecksumDiffers);
        }
        self.write_rest().await?;
        self.count().await
    }

    async fn next(&self, body: &mut BodyDataStream) -> Result<Option<Bytes>, Problem> {
        let next = tokio::select! {
            biased;
            next = timeout(STALL, body.next()) => next,
            () = self.registry.stopping.cancelled() => return Err(Problem::UploadParked),
        };
        match next {
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(Some(Err(_))) => Err(Problem::UploadBrokenOff),
            Ok(None) => Ok(None),
            Err(_) => Err(Problem::UploadStalled),
        }
    }

    async fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let len = bytes.len() as u64;
        self.room = self.room.checked_sub(len).ok_or(Problem::UploadTooLarge)?;
        if let Some(checksum) = &mut self.checksum {
            checksum.update(bytes);
        }
        let known = self.skip.min(len);
        self.skip -= known;
        let known = usize::try_from(known).expect("at most the length of a slice");
        self.buffer.extend_from_slice(&bytes[known..]);
        while self.buffer.len() >= PIECE_BYTES {
            let piece = self.buffer.split_to(PIECE_BYTES).freeze();
            self.write(piece).await?;
        }
        Ok(())
    }

    async fn write_rest(&mut self) -> Result<(), Problem> {
        let rest = self.buffer.split().freeze();
        if rest.is_empty() {
            Ok(())
        } else {
            self.write(rest).await
        }
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), Problem> {
        let (start, len) = (self.end, bytes.len() as u64);
        let object = self
            .registry
            .objects
            .put_piece(&self.upload.pid, start, bytes)
            .await?;
        self.uncounted.push(Piece { start, len, object });
        self.end += len;
        if self.checked {
            Ok(())
        } else {
            self.count().await
        }
    }

    /// Lets the pieces count, unless another request moved the offset first.
    async fn count(&mut self) -> Result<(), Problem> {
        if !self
            .registry
            .database
            .append(&self.upload, &self.uncounted)
            .await?
        {
            return Err(Problem::UploadOffsetDiffers);
        }
        self.uncounted.clear();
        self.upload.received = self.end;
        Ok(())
    }

    async fn delete_uncounted(&mut self) {
        for piece in self.uncounted.drain(..) {
            if let Err(failure) = self.registry.objects.delete(&piece.object).await {
                // It is deleted with the rest when the upload is complete.
                tracing::warn!(%failure, "a piece that does not count stays");
            }
        }
    }
}
