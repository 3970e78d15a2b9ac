//! The desk against a Telegram that speaks the real protocol, on good days and bad.

use std::time::Duration;

use domain::desk::{Card, Place};
use domain::escalation::{Escalation, EscalationReason};
use sandbox::telegram::{DEMO_CHAT_ID, DEMO_TOKEN, Fault, Telegram, TelegramConfig};
use settings::TelegramSettings;
use telegram::{CardOutcome, Desk, DeskError, EditOutcome, Refusal, Saying, Showing, Sound};

const DEADLINE: Duration = Duration::from_millis(400);

async fn telegram() -> Telegram {
    Telegram::start(TelegramConfig::demo()).await.expect("a free port")
}

fn desk(base_url: &str, token: &str) -> Desk {
    desk_with(base_url, token, Duration::ZERO)
}

/// One that leaves a chat alone for so long after a message.
fn desk_with(base_url: &str, token: &str, chat_gap: Duration) -> Desk {
    let base_url = base_url.parse().expect("an address");
    let settings = TelegramSettings {
        base_url,
        token: token.into(),
        timeout: DEADLINE,
        retry_after: DEADLINE,
        poll: Duration::ZERO,
        per_second: 30,
        chat_gap,
        undo: Duration::ZERO,
        card_ttl: Duration::from_secs(60),
        card_grows: Duration::from_secs(60),
        code_ttl: Duration::from_secs(60),
    };
    Desk::new(&settings).expect("a client")
}

fn card() -> Card {
    let escalation = Escalation {
        conversation: "demo:u2i-demo01RedBagAnna~00000".parse().expect("a conversation"),
        reason: EscalationReason::WantsHuman,
        question: "Позовите <человека>, пожалуйста & скорее".to_owned(),
        attached: Vec::new(),
        before: Vec::new(),
        buyer: None,
        listing: None,
        draft: None,
        trouble: None,
    };
    Card::new("c1".parse().expect("a name"), escalation, 0)
}

#[tokio::test]
async fn a_card_arrives_once_and_is_read_as_it_was_meant() {
    let telegram = telegram().await;
    let outcome = desk(telegram.base_url(), DEMO_TOKEN).show(DEMO_CHAT_ID, &card(), Showing::First, Sound::Rings).await;

    let seen = telegram.seen();
    let cards: Vec<_> = seen.from_bot().collect();
    assert_eq!(cards.len(), 1);
    assert_eq!(outcome, CardOutcome::Sent { message_id: cards[0].id });
    assert!(cards[0].text.contains("Позовите <человека>, пожалуйста & скорее"), "{}", cards[0].text);
    assert!(cards[0].source.contains("https://www.avito.ru/profile/messenger/channel/u2i-demo01RedBagAnna~00000"));
}

/// What an outcome must be, apart from its words.
#[derive(Debug, PartialEq)]
enum Expected {
    Sent,
    RetryAfter(u64),
    Final(&'static str),
    Unknown,
}

#[tokio::test]
async fn every_bad_day_ends_in_one_call_and_the_right_outcome() {
    for (fault, expected) in [
        (Fault::RetryAfter { seconds: 3 }, Expected::RetryAfter(3)),
        (Fault::Blocked, Expected::Final("blocked")),
        (Fault::ServerError, Expected::Unknown),
        (Fault::BadGateway, Expected::Unknown),
        (Fault::Cut, Expected::Unknown),
        (Fault::HangUp, Expected::Unknown),
        (Fault::NotJson, Expected::Unknown),
        (Fault::Slow { ms: 5_000 }, Expected::Unknown),
        (Fault::Slow { ms: 50 }, Expected::Sent),
    ] {
        let telegram = telegram().await;
        telegram.order(fault.clone());
        let outcome =
            desk(telegram.base_url(), DEMO_TOKEN).show(DEMO_CHAT_ID, &card(), Showing::First, Sound::Rings).await;

        let got = match &outcome {
            CardOutcome::Sent { .. } => Expected::Sent,
            CardOutcome::NotSent(Refusal::RetryAfter(after)) => Expected::RetryAfter(after.as_secs()),
            CardOutcome::NotSent(Refusal::Final { why }) if why.contains("blocked") => Expected::Final("blocked"),
            CardOutcome::Unknown { why } => {
                assert!(!why.contains(DEMO_TOKEN) && !why.is_empty(), "{why}");
                Expected::Unknown
            }
            other @ CardOutcome::NotSent(_) => panic!("{fault:?}: {other:?}"),
        };
        assert_eq!(got, expected, "{fault:?}: {outcome:?}");
        assert!(telegram.seen().count("sendMessage") <= 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_telegram_that_is_not_there_can_be_tried_again() {
    let telegram = telegram().await;
    let desk = desk(telegram.base_url(), DEMO_TOKEN);
    telegram.down();
    let outcome = desk.show(DEMO_CHAT_ID, &card(), Showing::First, Sound::Rings).await;
    let CardOutcome::NotSent(Refusal::Retry { why }) = outcome else { panic!("{outcome:?}") };
    assert!(!why.contains(DEMO_TOKEN), "{why}");

    telegram.up().await.expect("the port is still free");
    let outcome = desk.show(DEMO_CHAT_ID, &card(), Showing::First, Sound::Rings).await;
    assert!(matches!(outcome, CardOutcome::Sent { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_chat_the_bot_does_not_know_is_final() {
    let telegram = telegram().await;
    let outcome = desk(telegram.base_url(), DEMO_TOKEN).show(-1, &card(), Showing::First, Sound::Rings).await;
    assert!(matches!(&outcome, CardOutcome::NotSent(Refusal::Final { why }) if why.contains("chat")), "{outcome:?}");
}

#[tokio::test]
async fn a_change_that_comes_too_early_is_made_in_its_turn() {
    let telegram = telegram().await;
    let desk = desk_with(telegram.base_url(), DEMO_TOKEN, Duration::from_millis(200));
    let said = desk.say(&Saying::new(DEMO_CHAT_ID, "Режим?")).await;
    let CardOutcome::Sent { message_id } = said else { panic!("{said:?}") };
    let at = Place { chat: DEMO_CHAT_ID, message: message_id };
    let early = desk.edit(at, "авто", &[]).await;
    assert!(matches!(early, EditOutcome::NotDone(Refusal::RetryAfter(_))), "{early:?}");
    assert_eq!(desk.edit_in_turn(at, "черновик", &[]).await, EditOutcome::Done);
    assert_eq!(telegram.seen().message(message_id).expect("it is there").text, "черновик");

    // Telegram itself may want more than we can wait for.
    telegram.order(Fault::RetryAfter { seconds: 3 });
    let refused = desk.edit_in_turn(at, "тень", &[]).await;
    assert!(matches!(refused, EditOutcome::NotDone(Refusal::RetryAfter(_))), "{refused:?}");
}

#[tokio::test]
async fn the_bot_tells_who_it_is_or_why_not() {
    let telegram = telegram().await;
    let known = desk(telegram.base_url(), DEMO_TOKEN);
    assert_eq!(known.get_me().await.expect("a bot").username, "salesphere_sandbox_bot");

    let wrong = desk(telegram.base_url(), "1:wrong").get_me().await;
    assert!(matches!(wrong, Err(DeskError::Token)), "{wrong:?}");
    let nowhere = desk(&format!("{}below/", telegram.base_url()), DEMO_TOKEN).get_me().await;
    assert!(nowhere.is_err(), "{nowhere:?}");

    telegram.order(Fault::Slow { ms: 5_000 });
    let late = known.get_me().await;
    assert!(matches!(&late, Err(DeskError::Unreachable { .. })), "{late:?}");
}

#[tokio::test]
async fn whether_the_bot_may_write_into_a_chat_is_tried_without_a_message() {
    let telegram = telegram().await;
    let desk = desk(telegram.base_url(), DEMO_TOKEN);
    desk.try_chat(DEMO_CHAT_ID).await.expect("the demo seller pressed Start");
    assert_eq!(telegram.seen().from_bot().count(), 0);

    let nowhere = desk.try_chat(-1).await;
    assert!(
        matches!(&nowhere, Err(DeskError::Chat { chat: -1, why, fix }) if why.contains("not found") && fix.contains("Start")),
        "{nowhere:?}"
    );
    telegram.order(Fault::Blocked);
    let blocked = desk.try_chat(DEMO_CHAT_ID).await;
    assert!(matches!(&blocked, Err(DeskError::Chat { fix, .. }) if fix.contains("unblocks")), "{blocked:?}");
    telegram.order(Fault::RetryAfter { seconds: 7 });
    let too_many = desk.try_chat(DEMO_CHAT_ID).await;
    assert!(matches!(too_many, Err(DeskError::TooMany { after }) if after.as_secs() == 7), "{too_many:?}");
    telegram.order(Fault::Slow { ms: 5_000 });
    let late = desk.try_chat(DEMO_CHAT_ID).await;
    assert!(matches!(late, Err(DeskError::Unreachable { .. })), "{late:?}");
}
