//! The fake Telegram against the shapes of the Bot API's own page, over plain HTTP.

mod topics;
mod updates;

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use super::{Author, Chat, DEMO_CHAT_ID, DEMO_TOKEN, Fault, Order, Person, Presence, Sound, Telegram, TelegramConfig};
use crate::clock::SandboxClock;
use crate::http::client;

const NOW_S: i64 = 1_800_000_000;
const GROUP: i64 = -1_001_234_567_890;

/// A running fake, and a bot that talks to it.
struct Bot {
    telegram: Telegram,
    http: Client,
}

impl Bot {
    async fn new() -> Self {
        let config = TelegramConfig { clock: SandboxClock::fixed(NOW_S), ..TelegramConfig::demo() };
        let telegram = Telegram::start(config).await.unwrap();
        telegram.open_chat(Chat { id: GROUP, title: Some("Лавка".to_owned()), person: olga() });
        Self { telegram, http: client().unwrap() }
    }

    async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        self.call_as(DEMO_TOKEN, method, params).await
    }

    async fn call_as(&self, token: &str, method: &str, params: Value) -> (u16, Value) {
        let url = format!("{}bot{token}/{method}", self.telegram.base_url());
        let answer = self.http.post(url).json(&params).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The result of a call that must go well.
    async fn does(&self, method: &str, params: Value) -> Value {
        let (status, mut body) = self.call(method, params).await;
        assert_eq!((status, &body["ok"]), (200, &json!(true)), "{method}: {body}");
        body["result"].take()
    }

    async fn card(&self) -> i32 {
        let keyboard = json!([[{"text": "Вернуть боту", "callback_data": "resume"}, {"text": "Чат", "url": "https://avito.ru/x"}]]);
        let params = json!({
            "chat_id": DEMO_CHAT_ID, "text": "<b>Жалоба</b>", "parse_mode": "HTML",
            "reply_markup": {"inline_keyboard": keyboard},
        });
        let id = self.does("SendMessage", params).await["message_id"].as_i64().unwrap();
        i32::try_from(id).unwrap()
    }
}

fn olga() -> Person {
    Person { id: 77, first_name: "Ольга".to_owned(), username: None }
}

#[tokio::test]
async fn the_bot_is_itself_in_any_case_of_the_method() {
    let bot = Bot::new().await;
    for method in ["getMe", "GetMe", "getme"] {
        let me = bot.does(method, Value::Null).await;
        assert_eq!((&me["id"], &me["is_bot"]), (&json!(100_200_300), &json!(true)));
        assert!(
            me["username"].is_string() && me["can_join_groups"].is_boolean() && me["has_main_web_app"].is_boolean()
        );
    }
    let url = format!("{}bot{DEMO_TOKEN}/getMe", bot.telegram.base_url());
    assert_eq!(bot.http.get(url).send().await.unwrap().status(), 200, "GET does as well");
}

#[tokio::test]
async fn a_message_comes_back_as_telegram_writes_it() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    let again = json!({"chat_id": DEMO_CHAT_ID.to_string(), "text": " ещё ", "reply_parameters": {"message_id": card}});
    let message = bot.does("sendMessage", again).await;
    assert_eq!(message["text"], "ещё");
    assert_eq!(message["date"], NOW_S);
    assert_eq!(
        message["chat"],
        json!({"id": DEMO_CHAT_ID, "type": "private", "first_name": "Лев", "username": "lavka_na_lesnoy"})
    );
    let answered = &message["reply_to_message"];
    assert_eq!(answered["entities"], json!([{"type": "bold", "offset": 0, "length": 6}]));
    assert_eq!(
        answered["reply_markup"]["inline_keyboard"][0][0],
        json!({"text": "Вернуть боту", "callback_data": "resume"})
    );
    let group = bot.does("sendMessage", json!({"chat_id": GROUP, "text": "x"})).await;
    assert_eq!(group["chat"], json!({"id": GROUP, "type": "supergroup", "title": "Лавка"}));
    let seen = bot.telegram.seen();
    assert_eq!(seen.from_bot().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["Жалоба", "ещё", "x"]);
    assert_eq!(seen.from_bot().next().map(|message| message.source.as_str()), Some("<b>Жалоба</b>"));
}

#[tokio::test]
async fn refusals_have_telegrams_words() {
    let bot = Bot::new().await;
    let text = |text: &str| json!({"chat_id": DEMO_CHAT_ID, "text": text, "parse_mode": "HTML"});
    let markup =
        |button: Value| json!({"chat_id": DEMO_CHAT_ID, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}});
    let fits = "я".repeat(4096);
    for (method, params, status, description) in [
        ("sendMessage", json!({"chat_id": 1, "text": "x"}), 400, "Bad Request: chat not found"),
        ("sendMessage", json!({"chat_id": "@nobody", "text": "x"}), 400, "Bad Request: chat not found"),
        ("sendMessage", json!({"text": "x"}), 400, "Bad Request: chat_id is empty"),
        ("sendMessage", text(" <b> </b> "), 400, "Bad Request: message text is empty"),
        ("sendMessage", text(&format!("{fits}я")), 400, "Bad Request: message is too long"),
        (
            "sendMessage",
            text("<b>x"),
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "sendMessage",
            text("<p>x</p>"),
            400,
            "Bad Request: can't parse entities: Unsupported start tag \"p\" at byte offset 0",
        ),
        (
            "sendMessage",
            markup(json!({"text": "x", "callback_data": "ы".repeat(33)})),
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            markup(json!({"text": "x"})),
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            markup(json!({"text": "x", "url": "http://localhost/"})),
            400,
            "Bad Request: inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            "sendMessage",
            json!({"chat_id": DEMO_CHAT_ID, "text": "x", "reply_parameters": {"message_id": 99}}),
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            "sendMessage",
            json!({"chat_id": DEMO_CHAT_ID, "text": "x", "parse_mode": "Wiki"}),
            400,
            "Bad Request: unsupported parse_mode",
        ),
        (
            "editMessageText",
            json!({"chat_id": DEMO_CHAT_ID, "message_id": 99, "text": "x"}),
            400,
            "Bad Request: message to edit not found",
        ),
        (
            "deleteMessage",
            json!({"chat_id": DEMO_CHAT_ID, "message_id": 99}),
            400,
            "Bad Request: message to delete not found",
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "9"}),
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        (
            "setMyCommands",
            json!({"commands": [{"command": "Help!", "description": "x"}]}),
            400,
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        ("sendTelepathy", json!({}), 404, "Not Found"),
    ] {
        let (answered, body) = bot.call(method, params).await;
        assert_eq!(answered, status, "{body}");
        assert_eq!(body, json!({"ok": false, "error_code": status, "description": description}));
    }
    bot.does("sendMessage", text(&fits)).await;
    for (token, status) in [("100200300:other", 401), ("nonsense", 404), ("", 404)] {
        assert_eq!(bot.call_as(token, "getMe", json!({})).await.0, status, "{token}");
    }
}

#[tokio::test]
async fn a_message_is_edited_stripped_of_its_buttons_and_deleted() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    let place = json!({"chat_id": DEMO_CHAT_ID, "message_id": card});
    let with = |name: &str, value: Value| {
        let mut params = place.clone();
        params[name] = value;
        params
    };
    let bare = bot.does("EditMessageReplyMarkup", place.clone()).await;
    assert_eq!((bare.get("reply_markup"), &bare["edit_date"]), (None, &json!(NOW_S)));
    let (status, body) = bot.call("editMessageReplyMarkup", place.clone()).await;
    assert_eq!(status, 400);
    assert!(body["description"].as_str().unwrap().starts_with("Bad Request: message is not modified"), "{body}");
    assert_eq!(bot.does("editMessageText", with("text", json!("Решено"))).await["text"], "Решено");
    assert_eq!(bot.does("deleteMessage", place.clone()).await, json!(true));
    assert_eq!(bot.call("editMessageText", with("text", json!("поздно"))).await.0, 400);
    let seen = bot.telegram.seen();
    assert_eq!(seen.message(card).map(|message| message.presence), Some(Presence::Deleted));
    let said = bot.telegram.person_says(GROUP, "моё", None).unwrap();
    let (_, body) = bot.call("deleteMessage", json!({"chat_id": GROUP, "message_id": said})).await;
    assert_eq!(body["description"], "Bad Request: message can't be deleted");
}

#[tokio::test]
async fn commands_are_kept() {
    let bot = Bot::new().await;
    let commands = json!([{"command": "status", "description": "Что сейчас"}]);
    assert_eq!(bot.does("SetMyCommands", json!({"commands": commands})).await, json!(true));
    assert_eq!(bot.does("getMyCommands", json!({})).await, commands);
}

#[tokio::test]
async fn faults_are_played_as_ordered() {
    let bot = Bot::new().await;
    let url = format!("{}bot{DEMO_TOKEN}/sendMessage", bot.telegram.base_url());
    let params = json!({"chat_id": DEMO_CHAT_ID, "text": "x"});
    for (fault, status, obeyed) in [
        (Fault::RetryAfter { seconds: 7 }, Some(429), 0),
        (Fault::ServerError, Some(500), 0),
        (Fault::BadGateway, Some(502), 0),
        (Fault::Blocked, Some(403), 0),
        (Fault::HangUp, None, 0),
        (Fault::Cut, None, 1),
        (Fault::NotJson, Some(200), 1),
        (Fault::Slow { ms: 1 }, Some(200), 1),
    ] {
        let before = bot.telegram.seen().messages.len();
        bot.telegram.order(Order::from(fault.clone()).on("SENDMESSAGE"));
        let answer = bot.http.post(&url).json(&params).send().await.ok();
        assert_eq!(answer.as_ref().map(|answer| answer.status().as_u16()), status, "{fault:?}");
        assert_eq!(bot.telegram.seen().messages.len() - before, obeyed, "{fault:?}");
        if let (Fault::RetryAfter { .. }, Some(answer)) = (fault, answer) {
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["parameters"], json!({"retry_after": 7}));
        }
    }
}

#[tokio::test]
async fn down_is_refused_and_up_is_as_before() {
    let mut bot = Bot::new().await;
    let card = bot.card().await;
    bot.telegram.down();
    // A fresh client: the other one's open connection is cut, which reads as an answer that never came.
    bot.http = client().unwrap();
    let gone = bot.http.get(bot.telegram.base_url()).send().await.unwrap_err();
    assert!(gone.is_connect(), "{gone:?}");
    bot.telegram.person_presses(card, "resume").unwrap();
    bot.telegram.up().await.unwrap();
    assert_eq!(bot.does("getUpdates", json!({})).await[0]["callback_query"]["data"], "resume");
}

#[tokio::test]
async fn another_process_reads_speaks_and_orders_over_http() {
    let bot = Bot::new().await;
    let card = bot.card().await;
    let at = |path: &str| format!("{}sandbox/{path}", bot.telegram.base_url());
    let post = async |path: &str, body: Value| {
        let answer = bot.http.post(at(path)).body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(
        post("say", json!({"chat": DEMO_CHAT_ID, "text": "тут", "reply_to": card})).await,
        (200, json!({"id": 2}))
    );
    assert_eq!(post("press", json!({"message": card, "data": "resume"})).await.0, 200);
    assert_eq!(post("press", json!({"message": card, "data": "nothing"})).await.0, 404);
    assert_eq!(post("fault", json!({"kind": "retry_after", "seconds": 3})).await.0, 200);
    assert_eq!(post("fault", json!({"kind": "nonsense"})).await.0, 400);
    let state: Value = bot.http.get(at("state")).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["messages"][0]["buttons"][0][1]["url"], "https://avito.ru/x");
    assert_eq!(state["messages"][1]["author"]["person"]["first_name"], "Лев");
    assert_eq!((&state["presses"][0]["answered"], &state["waiting_updates"]), (&Value::Null, &json!(2)));
    assert_eq!(state["orders"], json!([{"kind": "retry_after", "seconds": 3, "on": null, "times": 1}]));
    assert_eq!(bot.telegram.seen().messages[0].author, Author::Bot);
}

#[tokio::test]
async fn a_client_library_reads_every_answer() {
    use teloxide::payloads::{AnswerCallbackQuerySetters, GetUpdatesSetters, SendMessageSetters};
    use teloxide::prelude::{ChatId, Requester};
    use teloxide::types::{BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, MessageId, ParseMode, UpdateKind};
    use teloxide::{ApiError, RequestError};

    let ours = Bot::new().await;
    let bot = teloxide::Bot::new(DEMO_TOKEN).set_api_url(ours.telegram.base_url().parse().unwrap());
    let chat = ChatId(DEMO_CHAT_ID);
    assert_eq!(bot.get_me().await.unwrap().username(), "salesphere_sandbox_bot");
    bot.delete_webhook().await.unwrap();
    bot.set_my_commands([BotCommand::new("status", "Что сейчас")]).await.unwrap();
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Вернуть боту", "resume")]]);
    let card =
        bot.send_message(chat, "<b>Жалоба</b>").parse_mode(ParseMode::Html).reply_markup(keyboard).await.unwrap();
    assert_eq!((card.text(), card.entities().map(<[_]>::len)), (Some("Жалоба"), Some(1)));
    ours.telegram.person_says(DEMO_CHAT_ID, "Сам отвечу", Some(card.id.0)).unwrap();
    ours.telegram.other_says(GROUP, olga(), "И я", None).unwrap();
    ours.telegram.person_presses(card.id.0, "resume").unwrap();
    let updates = bot.get_updates().timeout(1).await.unwrap();
    let told: Vec<String> = updates
        .into_iter()
        .map(|update| match update.kind {
            UpdateKind::Message(message) => message.text().unwrap_or_default().to_owned(),
            UpdateKind::CallbackQuery(query) => format!("{} {}", query.data.unwrap_or_default(), query.id.0),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["Сам отвечу", "И я", "resume 7000000000000001"]);
    bot.answer_callback_query("7000000000000001".to_owned().into()).text("Готово").await.unwrap();
    bot.edit_message_text(chat, card.id, "Решено").await.unwrap();
    bot.delete_message(chat, card.id).await.unwrap();
    for (result, error) in [
        (bot.send_message(ChatId(1), "x").await.map(drop), ApiError::ChatNotFound),
        (bot.send_message(chat, "x".repeat(4097)).await.map(drop), ApiError::MessageIsTooLong),
        (bot.edit_message_text(chat, MessageId(99), "x").await.map(drop), ApiError::MessageToEditNotFound),
        (teloxide::Bot::new("1:x").set_api_url(bot.api_url()).get_me().await.map(drop), ApiError::InvalidToken),
    ] {
        assert!(matches!(&result, Err(RequestError::Api(found)) if *found == error), "{result:?}, not {error:?}");
    }
    ours.telegram.order(Fault::RetryAfter { seconds: 3 });
    let limited = bot.get_me().await;
    assert!(matches!(&limited, Err(RequestError::RetryAfter(after)) if after.seconds() == 3), "{limited:?}");
}

#[tokio::test]
async fn a_message_without_a_sound_is_known_as_such() {
    let bot = Bot::new().await;
    for silent in [true, false] {
        let params = json!({"chat_id": DEMO_CHAT_ID, "text": "Ночь", "disable_notification": silent});
        bot.does("sendMessage", params).await;
    }
    let sounds: Vec<_> = bot.telegram.seen().messages.iter().map(|message| message.sound).collect();
    assert_eq!(sounds, [Sound::Silent, Sound::Rang]);
}
