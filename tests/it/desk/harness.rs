//! People at the desk: they bring codes, write, reply, press, and read what the bot says.

use std::collections::BTreeMap;

use domain::clock::Clock;
use it::{PATIENCE, Shop, ended};
use salesphere::system::SystemOptions;
use sandbox::telegram::{Chat, DEMO_CHAT_ID, Message, Person, Presence};
use settings::Env;

/// The chat of somebody who is nobody's.
pub(super) const STRANGER: i64 = 700_000_001;

/// A group of the shop's people.
pub(super) const GROUP: i64 = -1_002_003_004_005;

/// What a shop with a desk is opened with: nobody waits five seconds for an answer to go out.
pub(super) const DESK: &str = "telegram.retry_after = \"100ms\"\nqueue.lease = \"1500ms\"\n\
                               queue.heartbeat = \"200ms\"\navito.send_timeout = \"500ms\"\ntelegram.timeout = \"500ms\"\n\
                               queue.settle = \"200ms\"\nqueue.retry_base = \"20ms\"\n";

/// What a buyer says who wants a human.
pub(super) const COMPLAINT: &str = "Верните деньги, она сломана!";

/// The demo seller's shop with so many workers.
pub(super) async fn shop(workers: usize, operator: &str) -> Shop {
    shop_but(workers, operator, &[]).await
}

/// The same, with some of its settings otherwise: environment variables without their common beginning.
pub(super) async fn shop_but(workers: usize, operator: &str, but: &[(&str, &str)]) -> Shop {
    let undo = if operator.contains("telegram.undo") { "" } else { "telegram.undo = \"0s\"\n" };
    let operator = format!("{undo}worker.burst_quiet = \"20ms\"\nworker.burst_max = \"100ms\"\n{DESK}{operator}");
    let env: BTreeMap<_, _> =
        but.iter().map(|(key, value)| (format!("SALESPHERE__{key}"), (*value).to_owned())).collect();
    Shop::open(SystemOptions { operator, workers, env: Env::Given(env), ..Default::default() }).await
}

/// Дмитрий complains; gives the card about it.
pub(super) async fn complained(shop: &Shop) -> Message {
    complained_by(shop, "Дмитрий").await
}

/// A buyer complains; gives the card about it.
pub(super) async fn complained_by(shop: &Shop, buyer: &str) -> Message {
    let record = shop.buyer(buyer).says(COMPLAINT).await;
    assert_eq!(ended(&record), ("escalated", "complaint"), "{buyer}");
    card(shop)
}

/// The cards in the demo seller's chat, oldest first.
pub(super) fn cards(shop: &Shop) -> Vec<Message> {
    cards_in(shop, DEMO_CHAT_ID)
}

/// The cards in a chat, oldest first.
pub(super) fn cards_in(shop: &Shop, chat: i64) -> Vec<Message> {
    let is_card = |message: &Message| message.text.contains("Открыть чат на Авито");
    said(shop, chat).into_iter().filter(is_card).collect()
}

/// The newest card in the demo seller's chat.
pub(super) fn card(shop: &Shop) -> Message {
    cards(shop).pop().unwrap()
}

/// What stands on a message's buttons.
pub(super) fn buttons(message: &Message) -> Vec<&str> {
    message.buttons().map(|button| button.text.as_str()).collect()
}

/// What is told when the button with this text is pressed.
pub(super) fn data(message: &Message, button: &str) -> String {
    let found = message.buttons().find(|known| known.text == button).and_then(|button| button.data.clone());
    found.unwrap_or_else(|| panic!("no button {button}: {:?}", buttons(message)))
}

/// The newest of the bot's messages to the demo seller that begins so.
pub(super) fn receipt(shop: &Shop, text: &str) -> Message {
    said(shop, DEMO_CHAT_ID).into_iter().rev().find(|message| message.text.starts_with(text)).unwrap()
}

/// A message as it reads by now.
pub(super) fn now(shop: &Shop, message: &Message) -> Message {
    shop.system.sandbox.telegram.seen().message(message.id).cloned().unwrap()
}

/// Somebody with this number.
pub(super) fn person(id: i64, name: &str) -> Person {
    Person { id, first_name: name.to_owned(), username: None }
}

/// Opens somebody's private chat with the bot.
pub(super) fn comes(shop: &Shop, id: i64, name: &str) {
    shop.system.sandbox.telegram.open_chat(Chat { id, title: None, person: person(id, name) });
}

/// What the bot has said in a chat, oldest first.
pub(super) fn said(shop: &Shop, chat: i64) -> Vec<Message> {
    let seen = shop.system.sandbox.telegram.seen();
    let there = |message: &&Message| message.chat == chat && message.presence == Presence::There;
    seen.from_bot().filter(there).cloned().collect()
}

/// The chat's own person writes, and the bot has understood: nothing waits to be heard.
pub(super) async fn writes(shop: &Shop, chat: i64, text: &str) -> i32 {
    let message = shop.system.sandbox.telegram.person_says(chat, text, None).unwrap();
    heard(shop).await;
    message
}

/// Waits until everything that was written and pressed so far is dealt with. The demo seller writes a line that is
/// answered at once: news are dealt with in order.
pub(super) async fn heard(shop: &Shop) {
    let telegram = &shop.system.sandbox.telegram;
    let asked = telegram.person_says(DEMO_CHAT_ID, "/help", None).unwrap();
    let answered = |seen: &sandbox::telegram::Seen| seen.from_bot().any(|message| message.reply_to == Some(asked));
    telegram.wait_for(answered, PATIENCE).await.unwrap();
}

/// Binds a chat with a new code.
pub(super) async fn brings_a_code(shop: &Shop, chat: i64) {
    let ttl = std::time::Duration::from_secs(60);
    let code = shop.system.store.new_desk_code(shop.system.seller(), ttl).await.unwrap();
    writes(shop, chat, &format!("/start {code}")).await;
}

/// Waits until nothing is left to do.
pub(super) async fn settled(shop: &Shop) {
    shop.system.drained(PATIENCE).await.unwrap();
}

/// The chat's own person replies to a message, and what comes of it is done.
pub(super) async fn replies(shop: &Shop, chat: i64, to: i32, text: &str) {
    shop.system.sandbox.telegram.person_says(chat, text, Some(to)).unwrap();
    heard(shop).await;
    settled(shop).await;
}

/// The chat's own person presses the button with this text; gives what pops up.
pub(super) async fn presses(shop: &Shop, message: i32, button: &str) -> String {
    let telegram = &shop.system.sandbox.telegram;
    let data = data(telegram.seen().message(message).unwrap(), button);
    let press = telegram.person_presses(message, &data).unwrap();
    popped_up(shop, &press).await
}

/// What pops up after a press, once something does.
pub(super) async fn popped_up(shop: &Shop, press: &str) -> String {
    let telegram = &shop.system.sandbox.telegram;
    let answer = |seen: &sandbox::telegram::Seen| {
        seen.presses.iter().find(|known| known.id == press).and_then(|press| press.answered.clone())
    };
    telegram.wait_for(|seen| answer(seen).is_some(), PATIENCE).await.unwrap();
    answer(&telegram.seen()).unwrap()
}

/// Sets the time in the shop to that, today, by the clock in the seller's town.
pub(super) fn at(shop: &Shop, time: &str) {
    let clock = &shop.system.clock;
    let zone = shop.system.settings.sellers[0].profile.time_zone.clone();
    let today = clock.now().to_zoned_datetime(zone.clone()).date();
    let then = today.to_datetime(time.parse().unwrap()).to_zoned_datetime(zone).unwrap();
    clock.set(then.timestamp());
}
