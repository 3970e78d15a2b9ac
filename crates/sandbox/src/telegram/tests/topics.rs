//! Topics of a group, as updates tell of them.

use super::*;

#[tokio::test]
async fn what_is_written_in_a_topic_says_so_and_the_bot_can_answer_there() {
    let bot = Bot::new().await;
    let topic = bot.telegram.open_topic(GROUP, "Возвраты").unwrap();
    let card = bot.does("sendMessage", json!({"chat_id": GROUP, "text": "Жалоба"})).await;
    assert_eq!((&card["message_thread_id"], &card["chat"]["is_forum"]), (&Value::Null, &json!(true)));
    let card = i32::try_from(card["message_id"].as_i64().unwrap()).unwrap();
    bot.telegram.person_says_in(GROUP, topic, "Ау", None).unwrap();
    bot.telegram.person_says_in(GROUP, topic, "Вернём", Some(card)).unwrap();
    let updates = bot.does("getUpdates", json!({})).await;
    let (plain, answer) = (&updates[0]["message"], &updates[1]["message"]);
    for message in [plain, answer] {
        assert_eq!((&message["message_thread_id"], &message["is_topic_message"]), (&json!(topic), &json!(true)));
    }
    assert_eq!(plain["reply_to_message"]["forum_topic_created"]["name"], "Возвраты");
    assert_eq!(answer["reply_to_message"], Value::Null);
    assert_eq!(answer["external_reply"]["message_id"], json!(card));
    assert_eq!(answer["external_reply"]["chat"]["id"], json!(GROUP));

    let there = json!({"chat_id": GROUP, "text": "Готово", "message_thread_id": topic});
    assert_eq!(bot.does("sendMessage", there).await["message_thread_id"], json!(topic));
    let nowhere = json!({"chat_id": GROUP, "text": "Готово", "message_thread_id": 999});
    let (status, body) = bot.call("sendMessage", nowhere).await;
    assert_eq!((status, &body["description"]), (400, &json!("Bad Request: message thread not found")));
}
