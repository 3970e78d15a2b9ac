//! Whose key pair it is: the cheapest call that proves the credentials.

use domain::ids::UserId;
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;

use crate::error::AvitoError;
use crate::json::{number, text};
use crate::messenger::{Call, Messenger};

/// The account that a key pair belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number. The seller's file must name this one.
    pub id: UserId,
    /// Its name, empty where Avito does not say.
    pub name: String,
    /// When Avito said so by its own clock, in seconds since 1970; nothing where it does not tell.
    pub told_at_s: Option<u64>,
}

impl Messenger {
    /// The account that the key pair belongs to, which need not be the one in the settings.
    ///
    /// # Errors
    /// As every call.
    pub fn self_account(&self) -> BoxFuture<'_, Result<Account, AvitoError>> {
        async move {
            const CALL: &str = "self";
            let url = self.address(&["core", "v1", "accounts", "self"]);
            let (answer, told_at_s) = self.ask_when(Call { name: CALL, method: Method::GET, url, body: None }).await?;
            let id = number(&answer, "id").map(UserId);
            let id = id.ok_or_else(|| AvitoError::Unreadable { call: CALL, why: "no id in it".to_owned() })?;
            Ok(Account { id, name: text(&answer, "name").unwrap_or_default().to_owned(), told_at_s })
        }
        .boxed()
    }
}
