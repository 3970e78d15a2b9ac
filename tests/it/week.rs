//! One week of one seller, on a clock that is moved on by hand: he lets the bot look on, then taps its drafts, then lets
//! it answer; it is corrected too often, and goes back. Each morning he reads what it did the day before. `cargo test -p it --test it week -- --nocapture` prints what he
//! reads.

use std::time::Duration;

use domain::autonomy::Fate;
use domain::clock::Clock;
use domain::intent::Intent;
use domain::mode::Mode;
use it::phone::{Phone, counted, draft_on, hears};
use it::{PATIENCE, Shop, ended};
use sandbox::telegram::Seen;

const SETTINGS: &str = "seller_defaults.mode = \"shadow\"\ntelegram.undo = \"0ms\"\n\
    worker.rounds_every = \"20ms\"\nautonomy.review_every = \"20ms\"\nautonomy.propose_after = 20\nautonomy.propose_from = 0.7\n";

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Who asks for the thing of his chat, and what the seller says, who knows his shelves.
const STOCK: [(&str, &str); 10] = [
    ("Анна", "Да, есть"),
    ("Виктор", "К сожалению, закончилась"),
    ("Ольга", "Здравствуйте, в наличии"),
    ("Игорь", "Есть, 2900"),
    ("Мария", "Да"),
    ("Сергей", "Да, есть, забирайте"),
    ("Елена", "В наличии"),
    ("Павел", "Да, 690 рублей"),
    ("Кирилл", "Есть"),
    ("Юлия", "Добрый день, есть"),
];

const IN_STOCK: &str = "Здравствуйте, ещё в наличии?";

/// Where to, and what the seller says.
const DELIVERY: [(&str, &str, &str); 5] = [
    ("Анна", "Новосибирск", "500 рублей, дней 5-7"),
    ("Ольга", "Москву", "Доставка 300"),
    ("Игорь", "Владивосток", "900 р, 10-14 дней"),
    ("Сергей", "Казань", "700 рублей"),
    ("Юлия", "Омск", "СДЭК 600 р"),
];

/// The week, and what was printed of it.
struct Week<'a> {
    shop: &'a Shop,
    phone: Phone<'a>,
}

impl Week<'_> {
    /// It is Monday, ten in the morning.
    fn begins(&self) {
        let system = &self.shop.system;
        let zone = system.settings.sellers[0].profile.time_zone.clone();
        let mut day = system.clock.now().to_zoned_datetime(zone.clone()).date();
        while day.weekday().to_monday_one_offset() != 1 {
            day = day.tomorrow().unwrap();
        }
        let ten = day.to_datetime("10:00".parse().unwrap()).to_zoned_datetime(zone).unwrap();
        system.clock.set(ten.timestamp());
    }

    /// The seller goes to bed, and in the morning reads what the bot did; how quick it was is another time's matter.
    async fn night(&self, over: &str, expected: &[&str]) {
        println!("──── {over} is over ────");
        let telegram = &self.shop.system.sandbox.telegram;
        let told = digests(&telegram.seen()).len();
        self.shop.system.clock.advance(DAY);
        telegram.wait_for(|seen| digests(seen).len() > told, PATIENCE).await.unwrap();
        let all = digests(&telegram.seen());
        assert_eq!(all.len(), told + 1, "{all:?}");
        self.reads("the digest", &all[told]);
        let lines = all[told].lines().skip(1).map(|line| line.split(", обычно").next().unwrap());
        assert_eq!(lines.collect::<Vec<_>>(), expected, "after {over}");
    }

    /// What the seller reads.
    fn reads(&self, what: &str, text: &str) {
        println!("{what}:\n{}\n", text.replace('\u{a0}', " "));
    }

    /// Everybody asks whether it is there; the bot looks on, the seller answers.
    async fn looks_on_at_stock(&self, answers: &[(&str, &str)]) {
        for (buyer, answer) in answers {
            let record = self.shop.buyer(buyer).says(IN_STOCK).await;
            assert_eq!(ended(&record), ("silent", "looks_on"), "{buyer}");
            self.shop.buyer(buyer).hears_from_the_seller(answer).await;
        }
    }

    async fn looks_on_at_delivery(&self) {
        for (buyer, city, answer) in DELIVERY {
            let record = self.shop.buyer(buyer).says(format!("А доставка в {city} сколько стоит?").as_str()).await;
            assert_eq!(ended(&record), ("silent", "looks_on"), "{buyer}");
            self.shop.buyer(buyer).hears_from_the_seller(answer).await;
        }
    }

    /// The bot answers by itself.
    async fn answers_by_itself(&self, question: &str, buyers: &[&str]) {
        for buyer in buyers {
            let record = self.shop.buyer(buyer).says(question).await;
            assert_eq!(ended(&record), ("replied", ""), "{buyer}: {question}");
        }
    }

    async fn mode_of(&self, intent: Intent) -> Mode {
        let system = &self.shop.system;
        let modes = system.store.all_modes(system.seller()).await.unwrap().modes;
        modes.mode(system.settings.sellers[0].mode, &[intent])
    }
}

/// The mornings' digests so far.
fn digests(seen: &Seen) -> Vec<String> {
    seen.from_bot().map(|message| message.text.clone()).filter(|text| text.starts_with("Доброе утро!")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_learns_in_a_week_how_far_to_trust_the_bot() {
    let shop = Shop::open_with(SETTINGS).await;
    let week = Week { shop: &shop, phone: Phone(&shop) };
    week.begins();
    monday_and_tuesday_it_looks_on(&week).await;
    wednesday_it_proposes_and_drafts(&week).await;
    thursday_delivery_is_earned_by_drafts(&week).await;
    friday_it_answers_by_itself(&week).await;
    saturday_it_is_corrected_and_goes_back(&week).await;
    sunday_it_is_paused(&week).await;
    shop.close().await;
}

async fn monday_and_tuesday_it_looks_on(week: &Week<'_>) {
    week.looks_on_at_stock(&STOCK).await;
    week.looks_on_at_delivery().await;
    counted(week.shop, Intent::StockInquiry, &[(Fate::Same, 10)]).await;
    counted(week.shop, Intent::DeliveryQuestion, &[(Fate::Same, 5)]).await;
    week.night("Monday", &["Сравнил с вашими ответами: 15", "Без ответа никого"]).await;

    let mut stock = STOCK;
    stock[8].1 = "Нет, куртку вчера продали";
    week.looks_on_at_stock(&stock).await;
    week.looks_on_at_delivery().await;
    // He bargains otherwise than his table says.
    let record = week.shop.buyer("Мария").says("Чёрный рюкзак за 2000 отдадите?").await;
    assert_eq!(ended(&record), ("silent", "looks_on"));
    week.shop.buyer("Мария").hears_from_the_seller("Хорошо, забирайте").await;
    counted(week.shop, Intent::StockInquiry, &[(Fate::Same, 19), (Fate::Different, 1)]).await;
    counted(week.shop, Intent::DeliveryQuestion, &[(Fate::Same, 10)]).await;
    counted(week.shop, Intent::PriceNegotiation, &[(Fate::Different, 1)]).await;
    let heard = STOCK.iter().flat_map(|(buyer, _)| week.shop.buyer(buyer).heard()).count();
    assert_eq!(heard, 0, "nothing is sent in shadow");
    week.night("Tuesday", &["Сравнил с вашими ответами: 16", "Без ответа никого"]).await;
}

async fn wednesday_it_proposes_and_drafts(week: &Week<'_>) {
    let proposal = week.phone.shows("Включить автоответ?").await;
    week.reads("a proposal", &proposal.text);
    assert!(proposal.text.starts_with("Наличие: 19 из 20 совпали."), "{}", proposal.text);
    week.phone.presses(proposal.id, "Включить").await;
    week.phone.shows("Наличие: авто").await;
    assert_eq!(week.mode_of(Intent::StockInquiry).await, Mode::Auto);

    week.reads("/mode", &week.phone.orders("/mode доставка черновик", None).await);
    for (buyer, city, answer) in DELIVERY {
        let told = week.shop.buyer(buyer).heard().len();
        let record = week.shop.buyer(buyer).says(format!("Доставите в {city}?").as_str()).await;
        assert_eq!(ended(&record), ("escalated", "awaits_tap"), "{buyer}");
        let card = week.phone.shows(&format!("Доставите в {city}?")).await;
        let draft = draft_on(&card);
        week.phone.presses(card.id, "Отправить черновик").await;
        assert_eq!(hears(&week.shop.buyer(buyer), told + 1).await.last(), Some(&draft), "{buyer}, not {answer}");
    }
    counted(week.shop, Intent::DeliveryQuestion, &[(Fate::Same, 10), (Fate::Unchanged, 5)]).await;
    week.night("Wednesday", &["Черновики для вас: 5", "Вы ответили из Telegram: 5", "Без ответа никого"]).await;
}

async fn thursday_delivery_is_earned_by_drafts(week: &Week<'_>) {
    for (at, (buyer, city, answer)) in DELIVERY.into_iter().enumerate() {
        let told = week.shop.buyer(buyer).heard().len();
        week.shop.buyer(buyer).says(format!("Отправите в {city}?").as_str()).await;
        let card = week.phone.shows(&format!("Отправите в {city}?")).await;
        if at == 0 {
            week.reads("a card with a draft", &card.text);
            week.shop
                .system
                .sandbox
                .telegram
                .person_says(sandbox::telegram::DEMO_CHAT_ID, answer, Some(card.id))
                .unwrap();
        } else {
            week.phone.presses(card.id, "Отправить черновик").await;
        }
        hears(&week.shop.buyer(buyer), told + 1).await;
    }
    let fates = [(Fate::Same, 10), (Fate::Unchanged, 9), (Fate::Edited, 1)];
    counted(week.shop, Intent::DeliveryQuestion, &fates).await;
    let proposal = week.phone.shows("Доставка: 19 из 20 совпали").await;
    week.phone.presses(proposal.id, "Включить").await;
    week.phone.shows("Доставка: авто").await;
    week.answers_by_itself(IN_STOCK, &["Мария", "Елена"]).await;
    week.night(
        "Thursday",
        &[
            "Бот ответил сам: 2",
            "Черновики для вас: 5",
            "Вы ответили из Telegram: 5",
            "Сэкономлено: 3 мин (по 90 с на ответ)",
            "Без ответа никого",
        ],
    )
    .await;
}

async fn friday_it_answers_by_itself(week: &Week<'_>) {
    week.answers_by_itself(IN_STOCK, &["Мария", "Елена", "Павел", "Кирилл"]).await;
    week.answers_by_itself("Доставите в Москву?", &["Виктор", "Сергей", "Юлия"]).await;
    let price = week.shop.buyer("Ольга").says("Чёрную сумку за 2000 отдадите?").await;
    assert_eq!(ended(&price), ("silent", "looks_on"), "prices were not earned");
    week.night(
        "Friday",
        &[
            "Бот ответил сам: 7",
            "Сравнил с вашими ответами: 1",
            "Сэкономлено: 10 мин (по 90 с на ответ)",
            "Без ответа никого",
        ],
    )
    .await;
}

async fn saturday_it_is_corrected_and_goes_back(week: &Week<'_>) {
    let gone = ["Мария", "Елена", "Павел"];
    week.answers_by_itself(IN_STOCK, &["Сергей"]).await;
    let record = week.shop.buyer("Сергей").says("Позовите человека").await;
    assert_eq!(ended(&record), ("escalated", "wants_human"));
    week.answers_by_itself(IN_STOCK, &gone).await;
    for buyer in gone {
        week.shop.buyer(buyer).hears_from_the_seller("Извините, уже продано, не успели обновить таблицу").await;
    }
    let told = week.phone.shows("Перевёл на черновики").await;
    week.reads("a step back", &told.text);
    assert!(told.text.starts_with("Наличие: в 3 из 10 автоответов"), "{}", told.text);
    assert_eq!(week.mode_of(Intent::StockInquiry).await, Mode::Draft);
    assert_eq!(week.mode_of(Intent::DeliveryQuestion).await, Mode::Auto);
    week.night(
        "Saturday",
        &["Бот ответил сам: 4", "Позвал вас: 1", "Сэкономлено: 6 мин (по 90 с на ответ)", "Ждут ответа: 1"],
    )
    .await;
}

async fn sunday_it_is_paused(week: &Week<'_>) {
    week.reads("a pause", &week.phone.orders("/pause 3ч", None).await);
    let record = week.shop.buyer("Юлия").says("Доставите в Москву?").await;
    assert_eq!(ended(&record), ("escalated", "paused"));
    week.phone.orders("/resume", None).await;
    let record = week.shop.buyer("Кирилл").says(IN_STOCK).await;
    assert_eq!(ended(&record), ("escalated", "awaits_tap"));
    week.reads("/stats", &week.phone.orders("/stats", None).await);
    week.shop.system.drained(PATIENCE).await.unwrap();
    week.night("Sunday", &["Черновики для вас: 2", "Ждут ответа: 3"]).await;
}
