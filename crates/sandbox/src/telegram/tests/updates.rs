//! What people write and press, as the bot is told of it.

use super::*;

#[tokio::test]
async fn what_a_person_says_and_presses_is_told_until_confirmed() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    let said = bot.telegram.person_says(DEMO_CHAT_ID, "Отвечу сам", Some(card)).unwrap();
    let pressed = bot.telegram.other_presses(card, olga(), "resume").unwrap();
    let updates = bot.does("getUpdates", json!({"timeout": 0})).await;
    assert_eq!(updates, bot.does("getUpdates", json!({"offset": 1})).await, "not confirmed, told again");
    let [message, callback] = updates.as_array().unwrap().as_slice() else { panic!("{updates}") };
    assert_eq!(message["message"]["message_id"], said);
    assert_eq!(message["message"]["from"]["first_name"], "Лев");
    assert_eq!(message["message"]["reply_to_message"]["message_id"], card);
    let query = &callback["callback_query"];
    assert_eq!((&query["id"], &query["data"], &query["from"]["id"]), (&json!(pressed), &json!("resume"), &json!(77)));
    assert_eq!(query["message"]["message_id"], card);
    let next = callback["update_id"].as_i64().unwrap();
    assert_eq!(bot.does("getUpdates", json!({"offset": next, "limit": 1})).await.as_array().unwrap().len(), 1);
    assert_eq!(bot.does("getUpdates", json!({"offset": next + 1})).await, json!([]));
    bot.does("answerCallbackQuery", json!({"callback_query_id": pressed, "text": "Готово"})).await;
    assert_eq!(bot.telegram.seen().presses[0].answered.as_deref(), Some("Готово"));
}

#[tokio::test]
async fn a_person_can_only_do_what_is_there_to_be_done() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    let telegram = &bot.telegram;
    for (result, why) in [
        (telegram.person_says(1, "x", None).map(drop), "there is no chat 1"),
        (telegram.person_says(DEMO_CHAT_ID, "x", Some(99)).map(drop), "there is no message 99"),
        (telegram.person_presses(99, "resume").map(drop), "there is no message 99"),
        (telegram.person_presses(card, "other").map(drop), "message 1 has no button with the data other"),
    ] {
        assert_eq!(result.unwrap_err().to_string(), why);
    }
}

#[tokio::test]
async fn a_long_poll_wakes_up_when_somebody_speaks_and_only_the_last_poll_listens() {
    let bot = Bot::new().await;
    let polls = async |count: usize| {
        bot.telegram.wait_for(|seen| seen.count("getUpdates") >= count, Duration::from_secs(5)).await.unwrap();
    };
    let first = bot.call("getUpdates", json!({"timeout": 30}));
    let then = async {
        // The second poll is sent once the first has surely been taken over, whichever arrived first.
        let second = bot.call("getUpdates", json!({"timeout": 30}));
        let speak = async {
            polls(1).await;
            bot.telegram.person_says(DEMO_CHAT_ID, "Я тут", None).unwrap();
        };
        futures::join!(second, speak).0
    };
    let (one, two) = futures::join!(first, then);
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let told = if one.0 == 200 { one.1 } else { two.1 };
    assert_eq!(told["result"][0]["message"]["text"], "Я тут");
}

#[tokio::test]
async fn only_the_kinds_of_update_asked_for_are_kept() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    bot.telegram.person_says(DEMO_CHAT_ID, "x", None).unwrap();
    bot.telegram.person_presses(card, "resume").unwrap();
    let updates = bot.does("getUpdates", json!({"allowed_updates": ["callback_query"]})).await;
    assert_eq!(updates.as_array().unwrap().iter().map(|update| update.get("message")).collect::<Vec<_>>(), [None]);
    bot.telegram.person_says(DEMO_CHAT_ID, "y", None).unwrap();
    assert_eq!(bot.does("deleteWebhook", json!({"drop_pending_updates": true})).await, json!(true));
    assert_eq!(bot.does("getUpdates", json!({})).await, json!([]));
}
