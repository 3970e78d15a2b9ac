//! Which Avito listing a product is sold under: its number, or its page's address, which ends in it.

use domain::ids::ItemId;
use serde_json::Value;

use super::Trouble;
use super::price::is_dash;
use super::text::plain;

/// The listing; `None` where the cell says that there is none, or points to another site.
pub(crate) fn listing(value: &Value) -> Result<Option<ItemId>, Trouble> {
    let text = plain(value).unwrap_or_default();
    let lower = text.to_lowercase();
    if is_dash(&text) || ["нет", "no", "не размещено", "снято"].contains(&lower.as_str()) {
        return Ok(None);
    }
    if lower.starts_with("http") || lower.contains("avito.ru") {
        return if lower.contains("avito.ru/") { from_address(&lower).map(Some) } else { Ok(None) };
    }
    number(lower.trim_start_matches(['№', '#']).trim()).map(Some).ok_or_else(|| unreadable(&text))
}

/// `https://www.avito.ru/moskva/sumki/sumka_3363700001?context=…`
fn from_address(address: &str) -> Result<ItemId, Trouble> {
    let page = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    page.rsplit(['_', '/']).next().and_then(number).ok_or_else(|| unreadable(address))
}

/// Avito's numbers have had seven digits and more for many years; fewer is a row number.
fn number(text: &str) -> Option<ItemId> {
    ((7..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok().map(ItemId))
        .flatten()
}

fn unreadable(text: &str) -> Trouble {
    Trouble(format!("Объявление «{text}» не читается: вставьте номер или ссылку на объявление Авито"))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_listing_is_known_by_its_number_or_its_address() {
        let table = [
            (json!(3_363_700_001_i64), "3363700001"),
            (json!("3363700001"), "3363700001"),
            (json!("№ 3363700001"), "3363700001"),
            (json!("https://www.avito.ru/moskva/sumki/sumka_krasnaya_3363700001?slocation=1"), "3363700001"),
            (json!("avito.ru/items/3363700001/"), "3363700001"),
            (json!("-"), "none"),
            (json!("https://vk.com/market1"), "none"),
            (json!("https://www.avito.ru/moskva"), "! не читается"),
            (json!("сумка"), "! не читается"),
            (json!(12), "! не читается"),
            (json!(-3_363_700_001_i64), "! не читается"),
        ];
        check(listing, |item| item.map_or("none".to_owned(), |item| item.to_string()), &table);
    }
}
