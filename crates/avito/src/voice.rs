//! Where voice messages can be heard: an address for each, good for a while.

use std::collections::BTreeMap;

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;

use crate::error::AvitoError;
use crate::messenger::{Call, Messenger};

const CALL: &str = "voices";

impl Messenger {
    /// The addresses of these recordings, by their ids, as far as Avito knows them.
    ///
    /// # Errors
    /// As every call.
    pub fn voices<'a>(&'a self, ids: &'a [String]) -> BoxFuture<'a, Result<BTreeMap<String, String>, AvitoError>> {
        async move {
            if ids.is_empty() {
                return Ok(BTreeMap::new());
            }
            let account = self.account.to_string();
            let mut url = self.address(&["messenger", "v1", "accounts", &account, "getVoiceFiles"]);
            url.query_pairs_mut().extend_pairs(ids.iter().map(|id| ("voice_ids", id)));
            let answer = self.ask(Call { name: CALL, method: Method::GET, url, body: None }).await?;
            let urls = answer
                .get("voices_urls")
                .and_then(|urls| urls.as_object())
                .ok_or_else(|| AvitoError::Unreadable { call: CALL, why: "no voices_urls in it".to_owned() })?;
            Ok(urls.iter().filter_map(|(id, url)| Some((id.clone(), url.as_str()?.to_owned()))).collect())
        }
        .boxed()
    }
}
