//! Modes, pauses and trust, through the whole system: what a buyer hears, what the seller sees in Telegram, what is
//! counted.

use std::time::Duration;

use domain::autonomy::Fate;
use domain::intent::Intent;
use domain::record::DecisionRecord;
use it::phone::{Phone, counted, draft_on, hears};
use it::{PATIENCE, Shop, ended};
use sandbox::telegram::DEMO_CHAT_ID;

const STOCK: Intent = Intent::StockInquiry;

const QUESTION: &str = "Красная сумка есть в наличии?";

/// The desk answers at once, and trust is looked at all the time.
const QUICK: &str = "telegram.undo = \"0ms\"\nautonomy.review_every = \"20ms\"\n";

async fn shop_in(mode: &str) -> Shop {
    Shop::open_with(&format!("{QUICK}seller_defaults.mode = \"{mode}\"\n")).await
}

fn is_silent(record: &DecisionRecord) {
    assert_eq!(record.said, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_nothing_is_sent_and_the_sellers_answers_are_compared() {
    let shop = shop_in("shadow").await;
    let anna = shop.buyer("Анна");
    assert_eq!(ended(&anna.says(QUESTION).await), ("silent", "looks_on"));
    anna.hears_from_the_seller("Здравствуйте! Да, есть, 3500").await;
    counted(&shop, STOCK, &[(Fate::Same, 1)]).await;

    // He has the chat now, and is looked at all the same.
    assert_eq!(ended(&anna.says("А синяя сумка есть?").await), ("silent", "looks_on"));
    anna.hears_from_the_seller("Нет, синих не бывает").await;
    let after = shop.system.store.tally(shop.system.seller(), STOCK, 0).await.unwrap();
    assert_eq!(after.agreement().of, 2, "{after:?}");
    assert_eq!(anna.heard(), Vec::<String>::new());
    assert_eq!(shop.cards(), Vec::<String>::new());

    let igor = shop.buyer("Игорь");
    assert_eq!(ended(&igor.says("Рюкзак пришёл рваный, верните деньги").await), ("escalated", "complaint"));
    assert_eq!(igor.heard(), Vec::<String>::new());
    Phone(&shop).shows("Жалоба или возврат").await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_waits_for_the_tap_and_goes_out_as_it_stands() {
    let shop = shop_in("draft").await;
    let (phone, anna) = (Phone(&shop), shop.buyer("Анна"));
    let record = anna.says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "awaits_tap"));
    is_silent(&record);
    let card = phone.shows("Ответ ждёт вашего нажатия").await;
    let draft = draft_on(&card);
    assert!(draft.contains("Сумка красная"), "{draft}");
    phone.presses(card.id, "Отправить черновик").await;
    assert_eq!(hears(&anna, 1).await, [draft]);
    counted(&shop, STOCK, &[(Fate::Unchanged, 1)]).await;

    // The chat is the bot's still: the next answer waits as well.
    assert_eq!(ended(&anna.says("А доставка в Новосибирск сколько стоит?").await), ("escalated", "awaits_tap"));
    let card = phone.shows("Новосибирск").await;
    phone.presses(card.id, "Не отправлять").await;
    counted(&shop, Intent::DeliveryQuestion, &[(Fate::Rejected, 1)]).await;

    let igor = shop.buyer("Игорь");
    igor.says("Синий рюкзак есть?").await;
    let card = phone.shows("Рюкзак синий").await;
    shop.system.sandbox.telegram.person_says(DEMO_CHAT_ID, "Есть, приезжайте сегодня", Some(card.id)).unwrap();
    assert_eq!(hears(&igor, 1).await, ["Есть, приезжайте сегодня"]);
    counted(&shop, STOCK, &[(Fate::Unchanged, 1), (Fate::Edited, 1)]).await;
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(anna.heard().len(), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_questions_that_wait_get_one_draft_with_both_answers() {
    let shop = shop_in("draft").await;
    let (phone, anna) = (Phone(&shop), shop.buyer("Анна"));
    anna.says(QUESTION).await;
    anna.says("А доставка в Новосибирск сколько стоит?").await;
    let card = phone.shows("500 ₽").await;
    phone.presses(card.id, "Отправить черновик").await;
    let heard = hears(&anna, 1).await.join("\n").replace('\u{a0}', " ");
    assert!(heard.contains("Сумка красная") && heard.contains("500 ₽"), "{heard}");
    counted(&shop, STOCK, &[(Fate::Unchanged, 1)]).await;
    counted(&shop, Intent::DeliveryQuestion, &[(Fate::Unchanged, 1)]).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_on_avito_while_a_draft_waits_withdraws_it() {
    let shop = shop_in("draft").await;
    let (phone, anna) = (Phone(&shop), shop.buyer("Анна"));
    anna.says(QUESTION).await;
    let card = phone.shows("Ответ ждёт вашего нажатия").await;
    anna.hears_from_the_seller("Да, в наличии").await;
    phone.shows("Вы ответили сами").await;
    let below = phone.seen().message(card.id).cloned().unwrap();
    assert!(below.buttons().all(|button| !button.text.contains("Отправить черновик")), "{below:#?}");
    counted(&shop, STOCK, &[(Fate::Same, 1)]).await;
    shop.system.drained(PATIENCE).await.unwrap();
    assert_eq!(anna.heard(), Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_turns_answers_into_cards_until_it_is_over() {
    let shop = shop_in("auto").await;
    let (phone, anna) = (Phone(&shop), shop.buyer("Анна"));
    let told = phone.orders("/pause 2ч", None).await;
    assert!(told.contains("Пауза до"), "{told}");
    let record = anna.says(QUESTION).await;
    assert_eq!(ended(&record), ("escalated", "paused"));
    is_silent(&record);
    let card = phone.shows("Бот на паузе").await;
    assert!(draft_on(&card).contains("Сумка красная"), "{}", card.text);
    assert!(phone.orders("/stats", None).await.contains("Пауза до"));

    shop.system.clock.advance(Duration::from_secs(2 * 3600));
    assert_eq!(ended(&shop.buyer("Игорь").says("Синий рюкзак есть?").await), ("replied", ""), "it ended by itself");

    phone.orders("/pause до 12:00", None).await;
    assert_eq!(ended(&shop.buyer("Мария").says("Чёрный рюкзак есть?").await), ("escalated", "paused"));
    assert!(phone.orders("/resume", None).await.contains("Пауза снята"));
    assert_eq!(ended(&shop.buyer("Юлия").says("Наушники есть?").await), ("replied", ""));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn modes_are_shown_and_set_in_words_and_with_buttons() {
    let shop = shop_in("auto").await;
    let phone = Phone(&shop);
    let told = phone.orders("/mode", None).await;
    assert!(told.contains("Наличие: авто"), "{told}");
    let told = phone.orders("/mode наличие черновик", None).await;
    assert!(told.contains("Наличие: черновик"), "{told}");
    assert_eq!(ended(&shop.buyer("Анна").says(QUESTION).await), ("escalated", "awaits_tap"));
    let delivery = shop.buyer("Игорь").says("Доставите в Новосибирск?").await;
    assert_eq!(ended(&delivery), ("replied", ""), "only questions about stock wait");

    let told = phone.orders("/mode", None).await;
    assert!(told.contains("Наличие: черновик") && told.contains("Доставка: авто"), "{told}");
    let menu = phone.shows("Жалобы и просьбы позвать человека всегда идут вам").await;
    phone.presses(menu.id, "Доставка").await;
    phone.presses(menu.id, "тень").await;
    phone.shows("Доставка: тень").await;
    assert_eq!(ended(&shop.buyer("Мария").says("Доставите в Москву?").await), ("silent", "looks_on"));

    assert!(phone.orders("/mode авто", None).await.contains("Все вопросы: авто"));
    assert_eq!(ended(&shop.buyer("Юлия").says("Наушники есть?").await), ("replied", ""));
    assert!(phone.orders("/mode бегом", None).await.contains("Не понял: «бегом»"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_and_a_listing_can_have_a_mode_of_their_own() {
    let shop = shop_in("draft").await;
    let (phone, anna) = (Phone(&shop), shop.buyer("Анна"));
    anna.says(QUESTION).await;
    let card = phone.shows("Ответ ждёт вашего нажатия").await;
    let told = phone.orders("/mode чат авто", Some(card.id)).await;
    assert!(told.contains("Этот чат: авто"), "{told}");
    assert_eq!(ended(&anna.says("А доставка в Новосибирск сколько стоит?").await), ("replied", ""));
    assert_eq!(ended(&shop.buyer("Игорь").says("Синий рюкзак есть?").await), ("escalated", "awaits_tap"));

    let card = phone.shows("Рюкзак синий").await;
    let told = phone.orders("/mode объявление авто", Some(card.id)).await;
    assert!(told.contains("Объявление №3363700004: авто"), "{told}");
    assert_eq!(ended(&shop.buyer("Игорь").says("А сколько стоит синий рюкзак?").await), ("replied", ""));
    assert!(phone.orders("/mode чат авто", None).await.contains("ответом на карточку"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sure_enough_proposes_to_answer_and_who_is_corrected_falls_back() {
    let limits = "autonomy.propose_after = 3\nautonomy.propose_from = 0.5\nautonomy.fall_back_after = 2\n";
    let shop = Shop::open_with(&format!("{QUICK}{limits}seller_defaults.mode = \"shadow\"\n")).await;
    let phone = Phone(&shop);
    for (buyer, question) in [
        ("Анна", QUESTION),
        ("Игорь", "Синий рюкзак есть?"),
        ("Мария", "Чёрный рюкзак есть?"),
        ("Юлия", "Наушники есть?"),
    ] {
        assert_eq!(ended(&shop.buyer(buyer).says(question).await), ("silent", "looks_on"), "{question}");
        shop.buyer(buyer).hears_from_the_seller("Да, есть").await;
    }
    let proposal = phone.shows("Включить автоответ?").await;
    assert!(proposal.text.starts_with("Наличие: "), "{}", proposal.text);
    phone.presses(proposal.id, "Включить").await;
    phone.shows("Наличие: авто").await;
    assert!(phone.orders("/stats", None).await.contains("Наличие: авто"));

    for buyer in ["Сергей", "Дмитрий", "Елена"] {
        let record = shop.buyer(buyer).says("Здравствуйте, в наличии?").await;
        assert_eq!(ended(&record), ("replied", ""), "{buyer}");
    }
    for buyer in ["Сергей", "Дмитрий"] {
        shop.buyer(buyer).hears_from_the_seller("Извините, уже продано").await;
    }
    let told = phone.shows("Перевёл на черновики").await;
    assert!(told.text.contains("Наличие: в 2 из 3 автоответов"), "{}", told.text);
    assert_eq!(ended(&shop.buyer("Павел").says("Здравствуйте, в наличии?").await), ("escalated", "awaits_tap"));
    phone.presses(told.id, "Вернуть автоответ").await;
    assert_eq!(ended(&shop.buyer("Кирилл").says("Здравствуйте, в наличии?").await), ("replied", ""));
    shop.close().await;
}
