//! WebCrypto: the device key and the draft key, which no script can read, the check of signatures,
//! and randomness.

use js_sys::{Array, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, CryptoKeyPair, SubtleCrypto};

use super::database::{KEYS, Strict, strict};
use super::object::object;
use super::world::Browser;
use crate::error::{DraftError, SealError, StoreError};
use crate::jws::{Jwk, PublicKey};
use crate::ports::{DeviceKey, DraftKey, Random, SignatureCheck};

const DEVICE: &str = "device";
/// The first version kept the draft key where it now keeps none.
const DRAFT: &str = "draft";
/// NIST SP 800-38D section 8.2.2: 96 random bits for each message. The key encrypts pieces of
/// 48 KiB of drafts: 2^32 of them, the limit for random nonces, are 200 TB.
const NONCE_BYTES: usize = 12;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = crypto, thread_local_v2)]
    static CRYPTO: Crypto;
}

fn subtle() -> SubtleCrypto {
    CRYPTO.with(Crypto::subtle)
}

/// What a call of WebCrypto came to; why it failed is for nobody to know.
async fn settled(call: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(call.ok()?).await.ok()
}

/// The browser's randomness.
pub(super) struct BrowserRandom;

impl Random for BrowserRandom {
    fn fill(&self, bytes: &mut [u8]) {
        CRYPTO
            .with(|crypto| crypto.get_random_values_with_u8_array(bytes).map(drop))
            .expect("64 KiB at most are asked for");
    }
}

impl Random for Browser {
    fn fill(&self, bytes: &mut [u8]) {
        BrowserRandom.fill(bytes);
    }
}

impl DeviceKey for Browser {
    async fn public_key(&self) -> Result<PublicKey, SealError> {
        let public = self.device_key().await?.get_public_key();
        let jwk = settled(subtle().export_key("jwk", &public))
            .await
            .ok_or(SealError::DeviceKeyFailed)?;
        let jwk: Jwk =
            serde_wasm_bindgen::from_value(jwk).map_err(|_| SealError::DeviceKeyFailed)?;
        PublicKey::from_jwk(&jwk).map_err(|_| SealError::DeviceKeyFailed)
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SealError> {
        let private = self.device_key().await?.get_private_key();
        let message = Uint8Array::from(message);
        let signing = subtle().sign_with_object_and_buffer_source(&es256(), &private, &message);
        let signature = settled(signing).await.ok_or(SealError::DeviceKeyFailed)?;
        Uint8Array::new(&signature)
            .to_vec()
            .try_into()
            .map_err(|_| SealError::DeviceKeyFailed)
    }
}

impl SignatureCheck for Browser {
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let Some(key) = self.imported(key).await else {
            return false;
        };
        let verifying = subtle().verify_with_object_and_buffer_source_and_buffer_source(
            &es256(),
            &key,
            &Uint8Array::from(&signature[..]),
            &Uint8Array::from(message),
        );
        settled(verifying).await == Some(JsValue::TRUE)
    }
}

impl DraftKey for Browser {
    async fn use_draft_key(&self, key: &[u8; 32], tag_key: &[u8; 32]) -> Result<(), DraftError> {
        let aes = object(&[("name", "AES-GCM".into())]);
        let draft_key = import(key, &aes, &["encrypt", "decrypt"]).await?;
        let hmac = object(&[("name", "HMAC".into()), ("hash", "SHA-256".into())]);
        let tag_key = import(tag_key, &hmac, &["sign"]).await?;
        self.draft_key.replace(Some(draft_key));
        self.tag_key.replace(Some(tag_key));
        Ok(())
    }

    fn forget_draft_key(&self) {
        self.draft_key.take();
        self.tag_key.take();
    }

    async fn tag(&self, message: &[u8]) -> Result<[u8; 32], DraftError> {
        let key = self.tag_key.borrow().clone();
        let key = key.ok_or(DraftError::Unreadable)?;
        let message = Uint8Array::from(message);
        let signing = subtle().sign_with_str_and_buffer_source("HMAC", &key, &message);
        let tag = settled(signing).await.ok_or(DraftError::Unreadable)?;
        let tag = Uint8Array::new(&tag).to_vec();
        tag.try_into().map_err(|_| DraftError::Unreadable)
    }

    async fn encrypt(&self, context: &str, plaintext: &[u8]) -> Result<Vec<u8>, DraftError> {
        let mut nonce = [0; NONCE_BYTES];
        self.fill(&mut nonce);
        let key = self.draft_key.borrow().clone();
        let key = key.ok_or(DraftError::Unreadable)?;
        let encrypting = subtle().encrypt_with_object_and_buffer_source(
            &aes_gcm(&nonce, context),
            &key,
            &Uint8Array::from(plaintext),
        );
        let sealed = settled(encrypting).await.ok_or(DraftError::Unreadable)?;
        Ok([&nonce[..], &Uint8Array::new(&sealed).to_vec()].concat())
    }

    async fn decrypt(&self, context: &str, ciphertext: &[u8]) -> Result<Vec<u8>, DraftError> {
        let key = self.draft_key.borrow().clone();
        let key = key.ok_or(DraftError::Unreadable)?;
        if let Some(plain) = decrypt(&key, context, ciphertext).await {
            return Ok(plain);
        }
        // A draft of the first version, under a key that lay beside it.
        let first = self.database.get(KEYS, DRAFT.into()).await;
        let first = first.ok().flatten().ok_or(DraftError::Unreadable)?;
        decrypt(first.unchecked_ref(), context, ciphertext)
            .await
            .ok_or(DraftError::Unreadable)
    }
}

/// A key that no script can read.
async fn import(
    key: &[u8; 32],
    algorithm: &Object,
    usages: &[&str],
) -> Result<CryptoKey, DraftError> {
    let raw = Uint8Array::from(&key[..]);
    let usages: Array = usages.iter().map(|usage| JsValue::from(*usage)).collect();
    let importing = subtle().import_key_with_object("raw", &raw, algorithm, false, &usages);
    let imported = settled(importing).await;
    raw.fill(0, 0, raw.length());
    let imported = imported.ok_or(DraftError::Unreadable)?;
    Ok(imported.unchecked_into())
}

async fn decrypt(key: &CryptoKey, context: &str, ciphertext: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = ciphertext.split_first_chunk::<NONCE_BYTES>()?;
    let decrypting = subtle().decrypt_with_object_and_buffer_source(
        &aes_gcm(nonce, context),
        key,
        &Uint8Array::from(sealed),
    );
    let plain = settled(decrypting).await?;
    Some(Uint8Array::new(&plain).to_vec())
}

impl Browser {
    /// The key as WebCrypto takes it, unless its point does not lie on the curve.
    async fn imported(&self, key: &PublicKey) -> Option<CryptoKey> {
        let known = |(thumbprint, imported): &(String, CryptoKey)| {
            (thumbprint == key.thumbprint()).then(|| imported.clone())
        };
        if let Some(known) = self.signers.borrow().iter().find_map(known) {
            return Some(known);
        }
        let jwk = serde_wasm_bindgen::to_value(&key.to_jwk()).ok()?;
        let usages = Array::of1(&"verify".into());
        let importing =
            subtle().import_key_with_object("jwk", jwk.unchecked_ref(), &p256(), false, &usages);
        let imported: CryptoKey = settled(importing).await?.unchecked_into();
        let thumbprint = key.thumbprint().into();
        self.signers
            .borrow_mut()
            .push((thumbprint, imported.clone()));
        Some(imported)
    }

    async fn device_key(&self) -> Result<CryptoKeyPair, SealError> {
        let key = self.key(DEVICE, &p256(), &["sign", "verify"]).await;
        Ok(key
            .map_err(|_| SealError::DeviceKeyMissing)?
            .unchecked_into())
    }

    /// The key of that name; made, not extractable, when there is none. The key is generated
    /// before the transaction begins, and the one that was there first wins.
    async fn key(
        &self,
        name: &'static str,
        algorithm: &Object,
        usages: &[&str],
    ) -> Result<JsValue, StoreError> {
        if let Some((_, key)) = self.keys.borrow().iter().find(|(known, _)| *known == name) {
            return Ok(key.clone());
        }
        let bucket = self.bucket().await;
        let mut key = None;
        if let Some(bucket) = &bucket {
            let transaction = strict(bucket, &[KEYS])?;
            key = transaction.get(KEYS, name.into()).await?;
        }
        if key.is_none() {
            key = self.database.get(KEYS, name.into()).await?;
        }
        let key = match key {
            Some(key) => key,
            None => {
                let usages: Array = usages.iter().map(|usage| JsValue::from(*usage)).collect();
                settled(subtle().generate_key_with_object(algorithm, false, &usages))
                    .await
                    .ok_or(StoreError::Unavailable)?
            }
        };
        let key = match &bucket {
            Some(bucket) => put_first(strict(bucket, &[KEYS])?, name, key).await?,
            None => key,
        };
        let key = put_first(self.database.strict(&[KEYS])?, name, key).await?;
        self.keys.borrow_mut().push((name, key.clone()));
        Ok(key)
    }
}

/// Puts a key where there is none; the one that was there first wins.
async fn put_first(transaction: Strict, name: &str, key: JsValue) -> Result<JsValue, StoreError> {
    let there = transaction.get(KEYS, name.into()).await?;
    if there.is_none() {
        transaction.put(KEYS, &name.into(), &key)?;
    }
    transaction.commit().await?;
    Ok(there.unwrap_or(key))
}

fn p256() -> Object {
    object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])
}

fn es256() -> Object {
    object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())])
}

fn aes_gcm(nonce: &[u8; NONCE_BYTES], context: &str) -> Object {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(&nonce[..]).into()),
        (
            "additionalData",
            Uint8Array::from(context.as_bytes()).into(),
        ),
    ])
}
