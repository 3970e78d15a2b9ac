//! Settings that change while the programs run: sellers come, change and go, files are wrong, and no message is lost
//! over it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use chaos::SECOND_ACCOUNT;
use chaos::checker::Matter;
use sandbox::avito::{Buyer, ChatPreset, Listing};
use sandbox::telegram::{Chat, Person};

use crate::stage::{PATIENCE, Stage};

/// Files are looked at often.
const OFTEN: &str = "reload.every = \"50ms\"\nqueue.max_attempts = 2\n";
/// Only when somebody says so.
const NEVER: &str = "reload.every = \"0s\"\n";

/// Stands in an answer, and in no line that calls the seller.
const ABOUT_THE_BAG: &str = "умка";

/// What nobody is sure enough of.
const ASK_ME: &str = "[thresholds]\ndefault = 1.0\n";

/// The chats of the second seller in Telegram.
const DESK: i64 = 500_100_201;
const OTHER_DESK: i64 = 500_100_202;

const TOKEN: &str = "token-of-the-second-seller";

/// The second seller's file.
fn second(telegram_chat: &str, more: &str) -> String {
    format!(
        "name = \"Лавка за углом\"\nsheet_id = \"1sandboxDemoSheetOfTheShopOnLesnayaStreet000\"\n\
         telegram_chat = {telegram_chat}\n[avito]\naccount = {SECOND_ACCOUNT}\nclient_id = \"second-client\"\n\
         client_secret = \"second-client-secret\"\nwebhook_token = \"{TOKEN}\"\n{more}"
    )
}

impl Stage {
    /// One worker works, and the second seller's people are there.
    async fn of_two_sellers(operator: &str) -> Self {
        let mut stage = Self::set_with(1, 1, operator).await;
        for id in [DESK, OTHER_DESK] {
            let person = Person { id, first_name: "Вера".to_owned(), username: None };
            stage.house.sandbox.telegram.open_chat(Chat { id, title: None, person });
        }
        stage.comes_up(0).await;
        stage
    }

    /// A worker starts; once it is up it hears what it is told.
    async fn comes_up(&mut self, worker: usize) {
        // Without the earlier lives' words.
        fs::write(self.house.logs().join(format!("worker-{}.log", worker + 1)), "").unwrap();
        self.enters(worker);
        self.reads_in_the_log(worker, "worker is up").await;
    }

    fn writes(&self, seller: &str, text: &str) {
        fs::write(self.house.seller_file(seller), text).unwrap();
    }

    /// Avito delivers to the second seller's secret path, once it answers there.
    async fn subscribes(&self) {
        let url = format!("{}/webhook/avito/{TOKEN}", self.house.gateway_url);
        let until = Instant::now() + PATIENCE;
        while let Err(error) = self.house.sandbox.avito.subscribe(SECOND_ACCOUNT, &url).await {
            assert!(Instant::now() < until, "{error}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A buyer of the second seller's asks, in a new chat. Which one.
    fn asks_the_second(&self) -> String {
        let listing =
            Listing { id: 3_363_700_001, title: "Сумка красная кожаная".to_owned(), price: 3500 };
        let chat = ChatPreset {
            id: None,
            account: Some(SECOND_ACCOUNT),
            buyer: Buyer { id: 121_190_900, name: "Олег".to_owned() },
            listing: Some(listing),
        };
        let chat = self.house.sandbox.avito.open_chat(chat).unwrap();
        self.house.sandbox.avito.buyer_says(&chat, "Красная сумка есть в наличии?").unwrap();
        chat
    }

    async fn hears(&self, chat: &str) -> String {
        let avito = &self.house.sandbox.avito;
        let text = |world: &sandbox::avito::World| {
            world.sent().iter().find(|sent| sent.chat == chat).map(|sent| sent.text.clone())
        };
        avito.wait_for(|world| text(world).is_some(), PATIENCE).await.unwrap();
        avito.look(text).unwrap()
    }

    /// A card comes into that chat in Telegram, the n-th there.
    async fn sees_a_card(&self, desk: i64, count: usize) {
        let telegram = &self.house.sandbox.telegram;
        telegram
            .wait_for(|seen| seen.from_bot().filter(|card| card.chat == desk).count() == count, PATIENCE)
            .await
            .unwrap();
    }

    /// Waits until the gateway and the worker have both written so.
    async fn both_write(&self, text: &str) {
        self.reads_in_the_log(0, text).await;
        self.gateway_writes(text).await;
    }

    async fn gateway_writes(&self, text: &str) {
        wait_for_text(&self.house.logs().join("gateway.log"), text).await;
    }

    /// The status of a post to a secret path.
    fn posts_to(&self, token: &str) -> u16 {
        let answer = self.asks_the_gateway(&format!("POST /webhook/avito/{token}"), "{}");
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn gauge(&self, name: &str) -> f64 {
        let metrics = self.asks_the_gateway("GET /metrics", "");
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{metrics}")).parse().unwrap()
    }

    /// Waits until a gauge of the gateway stands so.
    async fn gauge_is(&self, name: &str, value: f64) {
        let until = Instant::now() + PATIENCE;
        while (self.gauge(name) - value).abs() > f64::EPSILON {
            assert!(Instant::now() < until, "{name} is not {value}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn asks_the_gateway(&self, what: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.house.gateway_url.trim_start_matches("http://")).unwrap();
        let length = body.len();
        let request =
            format!("{what} HTTP/1.1\r\nhost: gateway\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

async fn wait_for_text(log: &Path, text: &str) {
    let until = Instant::now() + PATIENCE;
    while !fs::read_to_string(log).unwrap().contains(text) {
        assert!(Instant::now() < until, "{} never tells {text}", log.display());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sellers_file_is_all_it_takes_to_bring_him_on_line_and_to_change_him() {
    let stage = Stage::of_two_sellers(OFTEN).await;
    assert_eq!(stage.posts_to(TOKEN), 401);
    stage.writes("second", &second(&DESK.to_string(), ""));
    stage.subscribes().await;
    assert!(stage.hears(&stage.asks_the_second()).await.contains(ABOUT_THE_BAG));

    stage.writes("second", &second(&DESK.to_string(), ASK_ME));
    stage.reads_in_the_log(0, "sellers.second.thresholds.default").await;
    stage.asks_the_second();
    stage.sees_a_card(DESK, 1).await;

    stage.writes("second", &second(&OTHER_DESK.to_string(), ASK_ME));
    stage.reads_in_the_log(0, "sellers.second.telegram_chat").await;
    stage.asks_the_second();
    stage.sees_a_card(OTHER_DESK, 1).await;
    stage.sees_a_card(DESK, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_seller_is_a_stranger_at_the_door_and_his_messages_end_as_a_strangers_do() {
    let mut stage = Stage::of_two_sellers(OFTEN).await;
    stage.writes("second", &second(&DESK.to_string(), ""));
    stage.subscribes().await;
    stage.hears(&stage.asks_the_second()).await;
    assert!(stage.drains().await);

    stage.house.workers[0].kill();
    let waits = stage.asks_the_second();
    while stage.house.queue.depth().await.unwrap().ready == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    fs::remove_file(stage.house.seller_file("second")).unwrap();
    stage.gateway_writes("a seller was removed").await;
    assert_eq!(stage.posts_to(TOKEN), stage.posts_to("token-of-nobody-at-all"));
    assert_eq!(stage.posts_to(TOKEN), 401);

    stage.enters(0);
    stage.reads_in_the_log(0, "a dead letter of no seller in the sellers' directory").await;
    let letters = stage.house.queue.dead_letters(10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].conversation, format!("second:{waits}"));
    assert_eq!(letters[0].error, "no file in the sellers' directory for this seller");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_wrong_changes_nothing_and_is_told_with_its_line_and_what_to_do() {
    let stage = Stage::of_two_sellers(OFTEN).await;
    stage.writes("second", &second(&DESK.to_string(), ""));
    stage.subscribes().await;
    stage.hears(&stage.asks_the_second()).await;
    stage.gauge_is("settings_invalid", 0.0).await;

    stage.writes("second", &second("\"mine\"", ASK_ME));
    stage.both_write("sellers/second.toml:3: telegram_chat is no chat's number").await;
    stage.both_write("write the number without quotes").await;
    stage.gauge_is("settings_invalid", 1.0).await;
    assert!(stage.hears(&stage.asks_the_second()).await.contains(ABOUT_THE_BAG), "as it was before");

    // The other sellers' changes are not held up by it.
    let demo = fs::read_to_string(stage.house.seller_file("demo")).unwrap();
    stage.writes("demo", &format!("{demo}\n{ASK_ME}"));
    stage.both_write("sellers.demo.thresholds.default").await;
    assert!((stage.gauge("settings_invalid") - 1.0).abs() < f64::EPSILON);

    stage.writes("second", &second(&DESK.to_string(), ASK_ME));
    stage.both_write("nothing is wrong with the settings on the disk any more").await;
    stage.gauge_is("settings_invalid", 0.0).await;
    stage.asks_the_second();
    stage.sees_a_card(DESK, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_under_way_ends_with_the_settings_it_began_with() {
    let mut stage = Stage::of_two_sellers(OFTEN).await;
    stage.writes("second", &second(&DESK.to_string(), ""));
    stage.subscribes().await;
    stage.hears(&stage.asks_the_second()).await;

    stage.drains().await;
    stage.the_model_takes(Duration::from_secs(8));
    let under_way = stage.asks_the_second();
    while stage.house.queue.depth().await.unwrap().processing == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.writes("second", &second(&DESK.to_string(), ASK_ME));
    stage.reads_in_the_log(0, "sellers.second.thresholds.default").await;
    assert!(stage.house.sandbox.avito.sent().iter().all(|sent| sent.chat != under_way), "the turn is not over");
    stage.the_model_takes(Duration::ZERO);
    stage.asks_the_second();
    stage.sees_a_card(DESK, 1).await;
    assert!(stage.hears(&under_way).await.contains(ABOUT_THE_BAG));
    stage.sees_a_card(DESK, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_asks_for_is_read_at_once_and_what_needs_a_restart_is_named() {
    let mut stage = Stage::of_two_sellers(NEVER).await;
    let config = fs::read_to_string(stage.house.config()).unwrap();
    let changed = config.replace("queue.lease = \"1200ms\"", "queue.lease = \"1300ms\"");
    assert_ne!(config, changed);
    fs::write(stage.house.config(), changed).unwrap();
    stage.writes("second", &second(&DESK.to_string(), ""));
    stage.house.gateway.hang_up();
    stage.house.workers[0].hang_up();
    stage.both_write("these settings were changed, and a change of them needs a restart").await;
    stage.both_write("queue.lease").await;
    stage.both_write("a seller was added").await;
    stage.gauge_is("settings_after_restart", 1.0).await;
    stage.gauge_is("settings_invalid", 0.0).await;
    stage.subscribes().await;
    assert!(stage.hears(&stage.asks_the_second()).await.contains(ABOUT_THE_BAG));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_settings_change_all_the_time() {
    const CHATS: usize = 40;
    let mut stage = Stage::set_with(CHATS, 2, OFTEN).await;
    stage.comes_up(0).await;
    stage.comes_up(1).await;
    stage.the_model_takes(Duration::from_millis(200));
    let demo = fs::read_to_string(stage.house.seller_file("demo")).unwrap();
    for chat in 0..CHATS {
        let more = "#".repeat(chat % 7);
        stage.writes("demo", &demo.replace("step_percent = 5", &format!("step_percent = {} {more}", 5 + chat % 3)));
        match chat % 4 {
            1 => stage.writes("second", &second(&DESK.to_string(), "")),
            2 => stage.writes("second", "this is no file of a seller"),
            3 => fs::remove_file(stage.house.seller_file("second")).unwrap(),
            _ => {}
        }
        stage.house.gateway.hang_up();
        stage.house.workers[chat % 2].hang_up();
        stage.says(Matter::Question, chat);
        stage.house.postman.round(&stage.house.sandbox.avito).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stage.ends_well("settings that change all the time").await;
    stage.both_write("sellers.demo.pricing.step_percent").await;
}
