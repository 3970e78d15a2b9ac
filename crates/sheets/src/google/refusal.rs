//! What Google's refusals mean for us. Facts from the Sheets API's reference and its usage limits page: an error's
//! JSON has `error.code`, `error.status` and `error.message`; reads beyond the limit are 429 `RESOURCE_EXHAUSTED`.

use std::time::Duration;

use google_sheets4::common::{self, Retry};
use google_sheets4::hyper::Response;
use google_sheets4::yup_oauth2::error::{AuthErrorCode, Error as TokenError};
use serde_json::Value;

use crate::error::SheetsError;

/// How long to wait after a 429 that does not say: the limits are counted by the minute.
const PAUSE: Duration = Duration::from_secs(30);

/// The longest wait that is obeyed: a wrong header must not silence a seller for a day.
const PAUSE_MAX: Duration = Duration::from_secs(120);

/// How a call failed, as far as somebody can do something about it here.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The access token is not known any more.
    Token(SheetsError),
    /// A tab that was asked for is not there: renamed or removed.
    NoSuchTab(SheetsError),
    /// Everything else.
    Error(SheetsError),
}

impl From<Refusal> for SheetsError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(error) | Refusal::NoSuchTab(error) | Refusal::Error(error) => error,
        }
    }
}

/// Sees the answer's head, of which the library's errors say nothing.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    status: Option<u16>,
    retry_after: Option<Duration>,
}

impl common::Delegate for Watch {
    fn http_failure(&mut self, response: &common::Response, _error: Option<&Value>) -> Retry {
        *self = Self::of(response);
        Retry::Abort
    }
}

impl Watch {
    pub(crate) fn of(response: &Response<impl Sized>) -> Self {
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
        Self { status: Some(response.status().as_u16()), retry_after }
    }

    pub(crate) fn judge(&self, sheet: &str, account: &str, error: &common::Error) -> Refusal {
        let unreadable = |why: String| SheetsError::Unreadable { sheet: sheet.to_owned(), why };
        match error {
            common::Error::BadRequest(body) => self.refused(sheet, account, body),
            common::Error::Failure(_) => self.refused(sheet, account, &Value::Null),
            common::Error::MissingToken(error) => Refusal::Error(match error.downcast_ref::<TokenError>() {
                Some(error) => token(sheet, account, error),
                None => unreadable(format!("no access token: {error}")),
            }),
            common::Error::JsonDecodeError(_, error) => Refusal::Error(unreadable(broken(error).to_owned())),
            other => Refusal::Error(unreadable(runtime::chain(other))),
        }
    }

    pub(crate) fn refused(&self, sheet: &str, account: &str, body: &Value) -> Refusal {
        let status = self.status.or_else(|| u16::try_from(body["error"]["code"].as_u64()?).ok()).unwrap_or(0);
        let message = body["error"]["message"].as_str().unwrap_or("without a word");
        let why = format!("{status} {message}");
        let (sheet, account) = (sheet.to_owned(), account.to_owned());
        let quota = SheetsError::Quota { retry_after: self.retry_after.unwrap_or(PAUSE).min(PAUSE_MAX) };
        Refusal::Error(match status {
            400 if message.contains("Unable to parse range") => {
                return Refusal::NoSuchTab(SheetsError::Unreadable { sheet, why });
            }
            401 => return Refusal::Token(SheetsError::KeyRefused { account, why }),
            403 if has_reason(body, &["SERVICE_DISABLED", "accessNotConfigured"]) => {
                SheetsError::ApiOff { account, why }
            }
            403 if has_reason(body, &["RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"]) => quota,
            403 => SheetsError::NotShared { sheet, account },
            404 => SheetsError::NoSuchSheet { sheet },
            429 => quota,
            400..=499 => SheetsError::Refused { sheet, why },
            _ => SheetsError::Unreadable { sheet, why },
        })
    }
}

/// What is wrong with an answer that cannot be read; never its text, which is a seller's table.
pub(crate) fn broken(error: &serde_json::Error) -> &'static str {
    if error.is_eof() { "the answer broke off" } else { "the answer is not the JSON it should be" }
}

/// What a refusal of the token endpoint means.
pub(crate) fn token(sheet: &str, account: &str, error: &TokenError) -> SheetsError {
    let refused = match error {
        TokenError::AuthError(error) => !matches!(error.error, AuthErrorCode::Other(_)),
        _ => false,
    };
    let why = match error {
        // The answer of a server in trouble; its text would add nothing but the library's guess.
        TokenError::JSONError(_) => "Google gave no access token".to_owned(),
        other => runtime::chain(other),
    };
    if refused {
        return SheetsError::KeyRefused { account: account.to_owned(), why };
    }
    SheetsError::Unreadable { sheet: sheet.to_owned(), why }
}

/// The reasons stand in `error.details[].reason` now and in `error.errors[].reason` of old.
fn has_reason(body: &Value, reasons: &[&str]) -> bool {
    ["details", "errors"]
        .iter()
        .filter_map(|list| body["error"][list].as_array())
        .flatten()
        .filter_map(|detail| detail["reason"].as_str())
        .any(|reason| reasons.contains(&reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_refusal_has_its_meaning() {
        let message = |text: &str| json!({"error": {"message": text}});
        let reason = |list: &str, reason: &str| json!({"error": {"message": "no", list: [{"reason": reason}]}});
        for (status, body, name) in [
            (400, message("Unable to parse range: FAQ"), "tab: unreadable"),
            (400, message("This operation is not supported for this document"), "refused"),
            (401, message("Request had invalid authentication credentials"), "token: key_refused"),
            (403, message("The caller does not have permission"), "not_shared"),
            (403, reason("details", "SERVICE_DISABLED"), "api_off"),
            (403, reason("errors", "accessNotConfigured"), "api_off"),
            (403, reason("errors", "rateLimitExceeded"), "quota"),
            (404, message("Requested entity was not found."), "no_such_sheet"),
            (404, Value::Null, "no_such_sheet"),
            (418, Value::Null, "refused"),
            (429, message("Quota exceeded"), "quota"),
            (500, message("Internal error encountered."), "unreadable"),
            (503, Value::Null, "unreadable"),
        ] {
            let watch = Watch { status: Some(status), retry_after: None };
            let got = match watch.refused("sheet", "a@b", &body) {
                Refusal::Token(error) => format!("token: {}", error.name()),
                Refusal::NoSuchTab(error) => format!("tab: {}", error.name()),
                Refusal::Error(error) => error.name().to_owned(),
            };
            assert_eq!(got, name, "{status} {body}");
        }
    }

    #[test]
    fn a_wait_is_obeyed_within_reason() {
        for (header, waited) in [(None, 30), (Some(7), 7), (Some(86_400), 120)] {
            let watch = Watch { status: Some(429), retry_after: header.map(Duration::from_secs) };
            let error = SheetsError::from(watch.refused("sheet", "a@b", &Value::Null));
            let SheetsError::Quota { retry_after } = error else { panic!("{error}") };
            assert_eq!(retry_after.as_secs(), waited, "{header:?}");
        }
    }
}
