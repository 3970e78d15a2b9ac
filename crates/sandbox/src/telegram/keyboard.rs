//! `reply_markup`: the buttons under a message, and what Telegram does not let stand on one.

use serde_json::Value;
use url::Url;

use super::message::Button;
use super::refusal::Refusal;

/// The most bytes a button's callback data may have.
const LONGEST_DATA: usize = 64;

/// What a button can do besides calling back and leading somewhere; taken, and not played here.
const OTHER_ACTIONS: [&str; 7] = [
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "pay",
    "callback_game",
];

/// The buttons of an inline keyboard. A keyboard of another kind shows none under the message.
pub(super) fn buttons(markup: Option<&Value>) -> Result<Vec<Vec<Button>>, Refusal> {
    let Some(markup) = markup.filter(|markup| !markup.is_null()) else { return Ok(Vec::new()) };
    if !markup.is_object() {
        return Err(Refusal::bad("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else { return Ok(Vec::new()) };
    let not_rows = || Refusal::bad("can't parse inline keyboard: Field \"inline_keyboard\" must be of type Array");
    let rows = rows.as_array().ok_or_else(not_rows)?;
    let row = |row: &Value| row.as_array().ok_or_else(not_rows)?.iter().map(button).collect::<Result<Vec<_>, _>>();
    let rows: Vec<Vec<Button>> = rows.iter().map(row).collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn button(button: &Value) -> Result<Button, Refusal> {
    let cannot = |why: &str| Refusal::bad(format!("can't parse inline keyboard button: {why}"));
    let field = |name: &str| button.get(name).and_then(Value::as_str).map(str::to_owned);
    let text = field("text").ok_or_else(|| cannot("Can't find field \"text\""))?;
    let (data, url) = (field("callback_data"), field("url"));
    if text.trim().is_empty() {
        return Err(cannot("Text must be non-empty"));
    }
    if data.as_ref().is_some_and(|data| data.is_empty() || data.len() > LONGEST_DATA) {
        return Err(Refusal::bad("BUTTON_DATA_INVALID"));
    }
    if let Some(url) = url.as_deref().filter(|url| !leads_somewhere(url)) {
        return Err(Refusal::bad(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")));
    }
    if data.is_none() && url.is_none() && !OTHER_ACTIONS.iter().any(|action| button.get(action).is_some()) {
        return Err(cannot("Text buttons are unallowed in the inline keyboard"));
    }
    Ok(Button { text, data, url })
}

/// Telegram takes no address without a dot in its host: `localhost` leads nowhere.
fn leads_somewhere(url: &str) -> bool {
    let parsed = Url::parse(url).or_else(|_| Url::parse(&format!("http://{url}")));
    parsed.is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| host.contains('.')),
        "tg" | "ton" => true,
        _ => false,
    })
}
