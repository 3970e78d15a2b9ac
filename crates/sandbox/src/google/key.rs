//! A throw-away service account: the JSON key file that Google's console would hand out.
//!
//! The key is made when it is asked for and never written anywhere; it opens nothing but the fake.

use rsa::PrivateKey;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::json;

/// The throw-away service account's address, with which a sheet is shared.
pub const SERVICE_ACCOUNT_EMAIL: &str = "salesphere@sandbox-project.iam.gserviceaccount.com";

/// Google's own keys have as many; TLS libraries refuse to sign with fewer.
const BITS: usize = 2048;

/// No key could be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key was not generated.
    #[error("an RSA key could not be generated")]
    Generate(#[from] rsa::Error),
    /// The key was not written as PEM.
    #[error("the RSA key could not be written as PEM")]
    Encode(#[from] rsa::pkcs8::Error),
}

/// The key file of a fresh service account whose `token_uri` is the fake Google at `base_url`. Takes a part of a
/// second: that is what making a key costs.
///
/// # Errors
/// No key could be made.
pub fn service_account_json(base_url: &str) -> Result<String, KeyError> {
    let key = PrivateKey::new(&mut rand::rng(), BITS)?;
    let pem = key.to_pkcs8_pem(LineEnding::LF)?;
    let base_url = base_url.trim_end_matches('/');
    let file = json!({
        "type": "service_account",
        "project_id": "sandbox-project",
        "private_key_id": format!("{:040x}", rand::random::<u128>()),
        "private_key": pem.as_str(),
        "client_email": SERVICE_ACCOUNT_EMAIL,
        "client_id": "100000000000000000000",
        "auth_uri": format!("{base_url}/o/oauth2/auth"),
        "token_uri": format!("{base_url}/token"),
        "auth_provider_x509_cert_url": format!("{base_url}/oauth2/v1/certs"),
        "client_x509_cert_url": format!("{base_url}/robot/v1/metadata/x509/{SERVICE_ACCOUNT_EMAIL}"),
        "universe_domain": "googleapis.com",
    });
    Ok(format!("{file:#}"))
}
