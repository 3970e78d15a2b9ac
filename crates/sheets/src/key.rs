//! The service account's key: the JSON file that Google gives, read as far as it can be checked without asking.

use google_sheets4::yup_oauth2::ServiceAccountKey;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::error::SheetsError;

/// A key that looks like one.
pub(crate) struct Key(ServiceAccountKey);

/// Just enough of the file to say what it is instead, when it is not a key.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Key {
    pub(crate) fn parse(text: &SecretString) -> Result<Self, SheetsError> {
        let text = text.expose_secret();
        // The parser's own words would quote the file.
        let bad = |why: &str| SheetsError::BadKey { why: why.to_owned() };
        let kind: Kind = serde_json::from_str(text).map_err(|_| bad("it is not JSON"))?;
        match kind.kind.as_deref() {
            Some("service_account") => {}
            Some("authorized_user") => return Err(bad("it is a person's key, not a service account's")),
            Some(_) | None => return Err(bad("its type is not service_account")),
        }
        let key: ServiceAccountKey =
            serde_json::from_str(text).map_err(|_| bad("private_key, client_email or token_uri is missing"))?;
        if !key.private_key.contains("PRIVATE KEY") {
            return Err(bad("its private_key is not in PEM form"));
        }
        Ok(Self(key))
    }

    /// The e-mail with which a spreadsheet is shared.
    pub(crate) fn account(&self) -> &str {
        &self.0.client_email
    }

    pub(crate) fn service_account(&self) -> ServiceAccountKey {
        self.0.clone()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key").field(&self.account()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused_without_quoting_it() {
        let pem = "-----BEGIN PRIVATE KEY-----";
        for (text, why) in [
            ("secret".to_owned(), "not JSON"),
            (r#"{"secret": 1}"#.to_owned(), "type"),
            (r#"{"type": "authorized_user"}"#.to_owned(), "person"),
            (r#"{"type": "service_account", "private_key": "secret"}"#.to_owned(), "missing"),
            (
                r#"{"type": "service_account", "private_key": "secret", "client_email": "a@b", "token_uri": "http://t"}"#
                    .to_owned(),
                "PEM",
            ),
        ] {
            let error = Key::parse(&text.clone().into()).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("secret"), "{text}: {error}");
        }
        let good = format!(
            r#"{{"type": "service_account", "private_key": "{pem}", "client_email": "a@b", "token_uri": "http://t"}}"#
        );
        let key = Key::parse(&good.into()).unwrap();
        assert_eq!(format!("{key:?}"), "Key(\"a@b\")");
    }
}
