//! Drafts and their captures, encrypted before they are stored.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::{Flow, random_id};
use crate::draft::{
    Capture, Draft, DraftId, LARGEST_CAPTURE_BYTES, PIECE_BYTES, body_context, piece_context,
};
use crate::error::{DraftError, Result};
use crate::form::{Service, Slot};
use crate::ports::{LockName, Millis, World};

/// Bytes that lie outside the module's memory and are read a piece at a time.
pub trait ByteSource {
    /// Bytes in all.
    fn length(&self) -> u64;
    /// Reads from `offset` into `out`, which does not reach beyond the end.
    fn read(&self, offset: u64, out: &mut [u8]);
}

impl ByteSource for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, out: &mut [u8]) {
        let offset = usize::try_from(offset).expect("it is within the slice");
        out.copy_from_slice(&self[offset..offset + out.len()]);
    }
}

impl<W: World> Flow<W> {
    /// Begins a draft and stores it.
    ///
    /// # Errors
    /// `draft_*`, `store_*`.
    pub async fn create_draft(&self, service: Service) -> Result<Draft> {
        self.session()?;
        let draft = Draft::new(DraftId(random_id(&self.world)), service, self.world.now());
        self.put_draft(&draft, None).await?;
        Ok(draft)
    }

    /// Every draft, the one saved last first.
    ///
    /// # Errors
    /// `draft_unreadable`, `store_*`.
    pub async fn drafts(&self) -> Result<Vec<Draft>> {
        self.session()?;
        let mut drafts: Vec<Draft> = Vec::new();
        for (id, body) in self.world.drafts().await? {
            let draft = self.decrypt_body(&id, &body).await?;
            let at = drafts.partition_point(|later| later.saved_at >= draft.saved_at);
            drafts.insert(at, draft);
        }
        Ok(drafts)
    }

    /// One draft.
    ///
    /// # Errors
    /// `draft_unknown`, `draft_unreadable`, `store_*`.
    pub async fn draft(&self, id: &DraftId) -> Result<Draft> {
        self.session()?;
        let body = self.world.draft(id).await?.ok_or(DraftError::Unknown)?;
        self.decrypt_body(id, &body).await
    }

    /// Saves what a form can change. Returns when it was saved.
    ///
    /// # Errors
    /// `draft_unknown` when it was sealed or discarded meanwhile, `draft_*`, `store_*`.
    pub async fn save_draft(&self, edited: Draft) -> Result<Millis> {
        let _guard = self.world.lock(LockName::Drafts).await;
        self.look_at_clocks();
        let mut draft = self.draft(&edited.id).await?;
        draft.edit(edited, self.world.now());
        self.put_draft(&draft, None).await?;
        Ok(draft.saved_at)
    }

    /// Keeps a capture, replacing an earlier one of its slot.
    ///
    /// # Errors
    /// `draft_capture_empty`, `draft_capture_too_large`, `draft_unknown`, `draft_*`, `store_*`.
    pub async fn capture(
        &self,
        id: &DraftId,
        slot: Slot,
        media_type: &str,
        bytes: &impl ByteSource,
    ) -> Result<Capture> {
        let length = bytes.length();
        if length == 0 {
            return Err(DraftError::CaptureEmpty.into());
        }
        if length > LARGEST_CAPTURE_BYTES {
            return Err(DraftError::CaptureTooLarge.into());
        }
        let _guard = self.world.lock(LockName::Drafts).await;
        let mut draft = self.draft(id).await?;
        let (pieces, sha256) = self.encrypt_pieces(id, slot, bytes).await?;
        let capture = Capture {
            slot,
            media_type: media_type.into(),
            length,
            sha256,
            captured_at: self.world.now(),
            by: Some(self.session()?.id),
        };
        draft.put_capture(capture.clone());
        draft.saved_at = self.world.now();
        self.put_draft(&draft, Some((slot, pieces))).await?;
        Ok(capture)
    }

    /// Decrypts one piece of a capture; [`Capture::pieces`] says how many there are.
    ///
    /// # Errors
    /// `draft_capture_unknown`, `draft_unreadable`, `store_*`.
    pub async fn read_piece(&self, id: &DraftId, slot: Slot, n: u32) -> Result<Vec<u8>> {
        self.session()?;
        let piece = self.world.capture_piece(id, slot, n).await?;
        let piece = piece.ok_or(DraftError::CaptureUnknown)?;
        Ok(self
            .world
            .decrypt(&piece_context(id, slot, n), &piece)
            .await?)
    }

    /// Empties a slot.
    ///
    /// # Errors
    /// `draft_unknown`, `draft_*`, `store_*`.
    pub async fn remove_capture(&self, id: &DraftId, slot: Slot) -> Result<()> {
        let _guard = self.world.lock(LockName::Drafts).await;
        let mut draft = self.draft(id).await?;
        draft.remove_capture(slot);
        draft.saved_at = self.world.now();
        self.put_draft(&draft, Some((slot, Vec::new()))).await
    }

    /// Erases a draft and its captures; one that is gone already is no error.
    ///
    /// # Errors
    /// `store_*`.
    pub async fn discard(&self, id: &DraftId) -> Result<()> {
        self.session()?;
        let _guard = self.world.lock(LockName::Drafts).await;
        Ok(self.world.erase_draft(id).await?)
    }

    async fn encrypt_pieces(
        &self,
        id: &DraftId,
        slot: Slot,
        bytes: &impl ByteSource,
    ) -> Result<(Vec<W::Piece>, String)> {
        let mut hash = Sha256::new();
        let mut pieces = Vec::new();
        let mut buffer = vec![0; PIECE_BYTES];
        let mut offset = 0;
        while offset < bytes.length() {
            let left = usize::try_from(bytes.length() - offset).unwrap_or(PIECE_BYTES);
            let piece = &mut buffer[..left.min(PIECE_BYTES)];
            bytes.read(offset, piece);
            hash.update(&*piece);
            let n = u32::try_from(pieces.len()).expect("captures are limited");
            let sealed = self
                .world
                .encrypt(&piece_context(id, slot, n), piece)
                .await?;
            pieces.push(self.world.piece(&sealed));
            offset += piece.len() as u64;
        }
        Ok((pieces, Base64UrlUnpadded::encode_string(&hash.finalize())))
    }

    async fn put_draft(&self, draft: &Draft, capture: Option<(Slot, Vec<W::Piece>)>) -> Result<()> {
        let json = serde_json::to_vec(draft).expect("a draft has string keys only");
        let body = self.world.encrypt(&body_context(&draft.id), &json).await?;
        Ok(self.world.put_draft(&draft.id, body, capture).await?)
    }

    async fn decrypt_body(&self, id: &DraftId, body: &[u8]) -> Result<Draft> {
        let json = self.world.decrypt(&body_context(id), body).await?;
        Ok(serde_json::from_slice(&json).map_err(|_| DraftError::Unreadable)?)
    }
}
