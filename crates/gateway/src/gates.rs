//! The two proofs that a webhook comes from Avito: the secret path and the signature.
//!
//! A body is not looked into before it has passed here: [`RawBody`] can only be turned into [`VerifiedBody`],
//! and only this file can do that. Not here: how a proof is compared ([`avito::signature`]).

use avito::signature::{PathTokens, Signature, Verifier};
use axum::body::Bytes;
use axum::http::HeaderMap;
use domain::ids::SellerId;
use settings::{Door, GatewaySettings, SellerSettings, SignatureMode};

/// A body as it came, from whoever sent it.
pub(crate) struct RawBody(pub(crate) Bytes);

/// A body that Avito sent, as far as the gates in force can tell.
pub(crate) struct VerifiedBody {
    bytes: Bytes,
    named: Option<SellerId>,
}

impl VerifiedBody {
    /// The body, byte for byte.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The seller whose secret path it came by.
    pub(crate) fn named(&self) -> Option<&SellerId> {
        self.named.as_ref()
    }
}

/// Why a request was not let in. For the count only: the caller is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The path's token is nobody's.
    WrongToken,
    /// The signature is demanded, and missing.
    NotSigned,
    /// The signature is demanded, and not ours.
    WrongSignature,
    /// No signature is demanded, so the path must have a token.
    NoProof,
}

/// The gates in force.
pub(crate) struct Gates {
    mode: SignatureMode,
    header: String,
    verifier: Option<Verifier>,
    tokens: PathTokens<SellerId>,
    door: Door,
}

impl Gates {
    pub(crate) fn new(gateway: &GatewaySettings, sellers: &[SellerSettings]) -> Self {
        let signature = &gateway.signature;
        let tokens = sellers.iter().filter_map(|seller| {
            let token = seller.avito.webhook_token.as_ref()?;
            Some((token, seller.profile.id.clone()))
        });
        Self {
            mode: signature.mode,
            header: signature.header.clone(),
            verifier: signature.secret.as_ref().map(Verifier::new),
            tokens: PathTokens::new(tokens),
            door: gateway.door,
        }
    }

    /// Lets a request in that has the proofs in force. A token in the path must always be right, also where a
    /// signature alone would do.
    pub(crate) fn admit(
        &self,
        raw: RawBody,
        headers: &HeaderMap,
        token: Option<&str>,
    ) -> Result<VerifiedBody, Refused> {
        let signature = self.signature(&raw, headers);
        let named = match token {
            Some(token) => Some(self.tokens.owner(token).ok_or(Refused::WrongToken)?.clone()),
            None => None,
        };
        match (self.mode, signature) {
            (SignatureMode::Require, Signature::Missing) => Err(Refused::NotSigned),
            (SignatureMode::Require, Signature::Wrong) => Err(Refused::WrongSignature),
            (SignatureMode::Log | SignatureMode::Off, _) if named.is_none() && self.door == Door::Guarded => {
                Err(Refused::NoProof)
            }
            _ => Ok(VerifiedBody { bytes: raw.0, named }),
        }
    }

    /// Without a secret no signature is ever right, which the settings refuse to load unless the mode is off.
    fn signature(&self, raw: &RawBody, headers: &HeaderMap) -> Signature {
        if self.mode == SignatureMode::Off {
            return Signature::Missing;
        }
        let header = headers.get(&self.header).map(|value| value.to_str().unwrap_or("not text"));
        let signature = match &self.verifier {
            Some(verifier) => verifier.check(&raw.0, header),
            None => Signature::Wrong,
        };
        let verdict = match signature {
            Signature::Valid => "valid",
            Signature::Missing => "missing",
            Signature::Wrong => "wrong",
        };
        metrics::counter!("gateway_signatures_total", "verdict" => verdict).increment(1);
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{}` under the key `key`, by another program: `printf '{}' | openssl dgst -sha256 -hmac key`.
    const BODY: &[u8] = b"{}";
    const SIGNED: &str = "a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032";
    const WRONG: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    fn gates(mode: SignatureMode) -> Gates {
        let tokens = [("token-of-anna".into(), "anna"), ("token-of-boris".into(), "boris")];
        Gates {
            mode,
            header: "X-Avito-Messenger-Signature".to_owned(),
            verifier: Some(Verifier::new(&"key".into())),
            tokens: PathTokens::new(tokens.iter().map(|(token, seller)| (token, seller.parse().unwrap()))),
            door: Door::Guarded,
        }
    }

    #[test]
    fn each_mode_lets_in_what_it_may() {
        use SignatureMode::{Log, Off, Require};
        let right = Some("token-of-boris");
        let cases = [
            (Require, None, Some(SIGNED), Ok(None)),
            (Require, right, Some(SIGNED), Ok(Some("boris"))),
            (Require, Some("another"), Some(SIGNED), Err(Refused::WrongToken)),
            (Require, Some(""), Some(SIGNED), Err(Refused::WrongToken)),
            (Require, right, None, Err(Refused::NotSigned)),
            (Require, right, Some(WRONG), Err(Refused::WrongSignature)),
            (Require, None, None, Err(Refused::NotSigned)),
            (Log, right, Some(SIGNED), Ok(Some("boris"))),
            (Log, right, Some(WRONG), Ok(Some("boris"))),
            (Log, right, None, Ok(Some("boris"))),
            (Log, None, Some(SIGNED), Err(Refused::NoProof)),
            (Log, Some("another"), Some(SIGNED), Err(Refused::WrongToken)),
            (Off, right, None, Ok(Some("boris"))),
            (Off, right, Some(WRONG), Ok(Some("boris"))),
            (Off, None, Some(SIGNED), Err(Refused::NoProof)),
        ];
        for (mode, token, signature, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(signature) = signature {
                headers.insert("x-avito-messenger-signature", signature.parse().unwrap());
            }
            let admitted = gates(mode).admit(RawBody(Bytes::from_static(BODY)), &headers, token);
            let named = admitted.map(|body| body.named().map(|seller| seller.as_str().to_owned()));
            assert_eq!(named, expected.map(|named| named.map(str::to_owned)), "{mode:?} {token:?} {signature:?}");
        }
    }

    #[test]
    fn an_open_door_still_refuses_a_token_that_is_nobodys_and_a_demanded_signature_that_is_missing() {
        let cases = [
            (SignatureMode::Off, None, true),
            (SignatureMode::Log, None, true),
            (SignatureMode::Off, Some("another"), false),
            (SignatureMode::Require, None, false),
        ];
        for (mode, token, expected) in cases {
            let gates = Gates { door: Door::Open, ..gates(mode) };
            let admitted = gates.admit(RawBody(Bytes::from_static(BODY)), &HeaderMap::new(), token);
            assert_eq!(admitted.is_ok(), expected, "{mode:?} {token:?}");
        }
    }

    #[test]
    fn a_demanded_signature_without_a_key_lets_nobody_in() {
        let gates = Gates { verifier: None, ..gates(SignatureMode::Require) };
        let headers = HeaderMap::from_iter([("x-avito-messenger-signature".parse().unwrap(), SIGNED.parse().unwrap())]);
        let admitted = gates.admit(RawBody(Bytes::from_static(BODY)), &headers, None);
        assert!(admitted.is_err());
    }
}
