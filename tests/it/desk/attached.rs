//! What has no words on the seller's card: where a photo can be seen and a voice message heard, and that somebody called.

use it::{Shop, ended};
use sandbox::avito::Content;
use sandbox::telegram::{DEMO_CHAT_ID, Message};

use super::harness::{said, settled, shop};

fn cards(shop: &Shop) -> Vec<Message> {
    let is_card = |message: &Message| message.text.contains("Открыть чат на Авито");
    said(shop, DEMO_CHAT_ID).into_iter().filter(is_card).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_and_voices_are_linked_on_one_card() {
    let shop = shop(1, "").await;
    let dmitry = shop.buyer("Дмитрий");
    let record = dmitry.says(Content::Image).await;
    assert_eq!(ended(&record), ("escalated", "not_text"));
    for content in [Content::Image, Content::Voice, Content::Video, Content::Location { title: "Омск".to_owned() }]
    {
        dmitry.says(content).await;
    }
    settled(&shop).await;
    let cards = cards(&shop);
    assert_eq!(cards.len(), 1);
    let told = cards[0].text.lines().find(|line| line.starts_with("Прислал:")).unwrap();
    assert_eq!(told, "Прислал: 📷 фото 1 · 📷 фото 2 · 🎤 голосовое · 🎬 видео · 📍 Омск");
    for (host, links) in [("https://img.avito.st/image/1280x960/", 2), ("https://voice.avito.ru/", 1)] {
        assert_eq!(cards[0].source.matches(host).count(), links, "{}", cards[0].source);
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_call_is_told_at_once_and_aloud_whoever_has_the_chat() {
    let shop = shop(1, "").await;
    let dmitry = shop.buyer("Дмитрий");
    assert_eq!(ended(&dmitry.says("Позовите человека").await), ("escalated", "wants_human"));
    let aloud = |shop: &Shop| said(shop, DEMO_CHAT_ID).iter().filter(|message| message.text.contains("🔥")).count();
    assert_eq!(aloud(&shop), 0);
    // The open card takes it up, which makes no sound; so it is said too.
    assert_eq!(ended(&dmitry.says(Content::missed_call()).await), ("silent", "handed_over"));
    let now = cards(&shop);
    assert_eq!(now.len(), 1);
    assert!(now[0].text.starts_with("🔥 Пропущенный звонок: перезвоните"), "{}", now[0].text);
    let rings = said(&shop, DEMO_CHAT_ID).pop().unwrap();
    assert_eq!((rings.reply_to, &*rings.text), (Some(now[0].id), "🔥 Пропущенный звонок: перезвоните: Дмитрий."));

    // The seller answers on Avito, and has the chat there: of a call he would know nothing.
    dmitry.hears_from_the_seller("Здравствуйте, слушаю").await;
    settled(&shop).await;
    assert_eq!(ended(&dmitry.says(Content::missed_call()).await), ("silent", "seller_speaks"));
    settled(&shop).await;
    let now = cards(&shop);
    assert_eq!(now.len(), 2);
    assert!(now[1].text.starts_with("🔥 Пропущенный звонок") && now[1].text.contains("📞"), "{}", now[1].text);
    shop.close().await;
}
