//! The two proofs that a webhook is genuine, neither of which tells by its time how nearly right a wrong one was.
//!
//! Avito documents neither. What is seen in the wild is a header with 64 hex digits; an HMAC-SHA256 over the
//! raw body is what most receivers try. Not here: which proof is demanded (the gateway's gates decide).

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

type HmacSha256 = Hmac<Sha256>;

/// Checks signatures made with one secret.
#[derive(Clone)]
pub struct Verifier(HmacSha256);

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Made with our secret over this very body.
    Valid,
    /// There is none.
    Missing,
    /// There is one, and it is not ours.
    Wrong,
}

impl Verifier {
    /// A verifier for `secret`.
    pub fn new(secret: &SecretString) -> Self {
        Self(keyed(secret.expose_secret().as_bytes()))
    }

    /// Check the header's value: 64 hex digits in either case, with or without `sha256=` before them.
    ///
    /// `body` is the body as it came over the wire, byte for byte.
    pub fn check(&self, body: &[u8], header: Option<&str>) -> Signature {
        let Some(header) = header.map(str::trim).filter(|header| !header.is_empty()) else {
            return Signature::Missing;
        };
        let digits = header.strip_prefix("sha256=").unwrap_or(header);
        // What is no hex says nothing about the secret, so it may be refused early.
        let Ok(given) = hex::decode(digits) else { return Signature::Wrong };
        match self.0.clone().chain_update(body).verify_slice(&given) {
            Ok(()) => Signature::Valid,
            Err(_) => Signature::Wrong,
        }
    }
}

/// The secret parts of the webhooks' paths, and whose each is.
///
/// They are kept as digests under a key that is drawn anew in each process: nobody can choose a text whose digest
/// is nearly that of a secret, so looking one up tells by its time neither how much of it was right nor how long the
/// secret is. One digest for each call, however many sellers there are.
#[derive(Clone)]
pub struct PathTokens<T> {
    mac: HmacSha256,
    owners: HashMap<[u8; 32], T>,
}

impl<T> PathTokens<T> {
    /// The tokens that the secrets hold, each with its owner.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a SecretString, T)>) -> Self {
        let mac = keyed(&rand::random::<[u8; 32]>());
        let kept = |(secret, owner): (&SecretString, T)| (digest(&mac, secret.expose_secret()), owner);
        let owners = secrets.into_iter().map(kept).collect();
        Self { mac, owners }
    }

    /// Whose token `given` is.
    pub fn owner(&self, given: &str) -> Option<&T> {
        self.owners.get(&digest(&self.mac, given))
    }
}

fn digest(mac: &HmacSha256, text: &str) -> [u8; 32] {
    mac.clone().chain_update(text.as_bytes()).finalize().into_bytes().into()
}

fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const DIGEST: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn only_the_digest_of_this_body_under_this_key_is_valid() {
        let flipped = DIGEST.replacen('5', "4", 1);
        let cases = [
            (Some(DIGEST.to_owned()), Signature::Valid),
            (Some(DIGEST.to_uppercase()), Signature::Valid),
            (Some(format!("sha256={DIGEST}")), Signature::Valid),
            (Some(format!(" {DIGEST} ")), Signature::Valid),
            (Some(flipped), Signature::Wrong),
            (Some(DIGEST[..62].to_owned()), Signature::Wrong),
            (Some(format!("{DIGEST}00")), Signature::Wrong),
            (Some(format!("sha1={DIGEST}")), Signature::Wrong),
            (Some("sha256=".to_owned()), Signature::Wrong),
            (Some("not hex".to_owned()), Signature::Wrong),
            (Some("подпись".to_owned()), Signature::Wrong),
            (Some(String::new()), Signature::Missing),
            (None, Signature::Missing),
        ];
        let verifier = Verifier::new(&KEY.into());
        for (header, expected) in cases {
            assert_eq!(verifier.check(BODY, header.as_deref()), expected, "{header:?}");
        }
        assert_eq!(verifier.check(b"another body", Some(DIGEST)), Signature::Wrong);
        assert_eq!(Verifier::new(&"Jeff".into()).check(BODY, Some(DIGEST)), Signature::Wrong);
    }

    #[test]
    fn a_path_token_is_its_owners_only_letter_by_letter() {
        let secrets = [SecretString::from("s3cret-path-token"), SecretString::from("another-path-token")];
        let tokens = PathTokens::new(secrets.iter().zip(["anna", "boris"]));
        assert_eq!(tokens.owner("s3cret-path-token"), Some(&"anna"));
        assert_eq!(tokens.owner("another-path-token"), Some(&"boris"));
        for other in ["", "s3cret-path-toke", "s3cret-path-token ", "S3cret-path-token", "nobodys"] {
            assert_eq!(tokens.owner(other), None, "{other:?}");
        }
    }
}
