//! What sellers write, held against decisions of ours.

use domain::catalog::{CellRef, Days};
use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::intent::Intent;
use domain::money::Money;

use super::Comparison::{self, Different, Same, Unclear};
use super::compare;

fn decision(intent: Intent, verdict: Verdict, facts: &[(&str, FactValue)]) -> Decision {
    let fact = |(name, value): &(&str, FactValue)| Fact {
        name: (*name).to_owned(),
        value: value.clone(),
        source: Source::Cell(CellRef("Товары!A1".into())),
    };
    Decision { intent, verdict, product: None, facts: facts.iter().map(fact).collect() }
}

fn text(text: &str) -> FactValue {
    FactValue::Text(text.to_owned())
}

fn roubles(sum: i64) -> FactValue {
    FactValue::Money(Money::roubles(sum))
}

fn title() -> (&'static str, FactValue) {
    ("title", text("Рюкзак городской 30 л"))
}

fn stock(verdict: Verdict, facts: &[(&str, FactValue)]) -> Decision {
    decision(Intent::StockInquiry, verdict, &[&[title()], facts].concat())
}

fn price(verdict: Verdict, facts: &[(&str, FactValue)]) -> Decision {
    decision(Intent::PriceNegotiation, verdict, &[&[title(), ("price", roubles(3500))], facts].concat())
}

fn delivery(cost: i64, facts: &[(&str, FactValue)]) -> Decision {
    let own = [("city", text("Новосибирск")), ("cost", roubles(cost))];
    decision(Intent::DeliveryQuestion, Verdict::Delivers, &[&own, facts].concat())
}

fn days(from: u32, to: u32) -> FactValue {
    FactValue::Days(Days { from, to })
}

#[track_caller]
fn check(decision: &Decision, rows: &[(&str, Comparison)]) {
    let found = |said: &str| compare(std::slice::from_ref(decision), &[said.to_owned()])[0].1;
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(said, expected)| found(said) != *expected)
        .map(|(said, expected)| format!("«{said}» is {:?}, not {expected:?}", found(said)))
        .collect();
    assert!(wrong.is_empty(), "{:?}\n{}", decision.verdict, wrong.join("\n"));
}

#[test]
fn whether_it_is_there() {
    check(
        &stock(Verdict::InStock, &[("price", roubles(3500)), ("quantity", FactValue::Quantity(2))]),
        &[
            ("Да, есть", Same),
            ("Здравствуйте, да, в наличии", Same),
            ("Добрый день! Есть, забирайте", Same),
            ("Да", Same),
            ("Есть, 3500", Same),
            ("есть, 3 500 ₽, осталось 2 штуки", Same),
            ("Да, рюкзак 30 л есть", Same),
            ("3500, могу сегодня отправить", Same),
            ("В наличии. Вам какой цвет?", Same),
            ("Есть, доставка 300", Same),
            ("Нет, продали вчера", Different),
            ("К сожалению, уже продан", Different),
            ("Нету", Different),
            ("Неактуально", Different),
            ("Да, есть, 3000 р", Different),
            ("Есть, осталось 5 штук", Different),
            ("Сейчас посмотрю", Unclear),
            ("Здравствуйте!", Unclear),
            ("А вам когда нужно?", Unclear),
            ("Чёрный есть, этого нет", Unclear),
            ("", Unclear),
        ],
    );
    check(
        &stock(Verdict::OutOfStock, &[]),
        &[
            ("Нет, закончились", Same),
            ("К сожалению, нет", Same),
            ("Уже продан", Same),
            ("Да, есть", Different),
            ("В наличии, забирайте", Different),
            ("Есть похожий, посмотрите", Unclear),
            ("Завтра посмотрю на складе?", Unclear),
        ],
    );
}

#[test]
fn what_it_costs() {
    check(
        &price(Verdict::TellPrice, &[]),
        &[
            ("3500", Same),
            ("Три пятьсот", Same),
            ("Добрый день, 3 500 рублей", Same),
            ("Рюкзак 30 л стоит 3500 р", Same),
            ("3000", Different),
            ("4 тыс", Different),
            ("Он уже продан", Different),
            ("3500, уступлю 200", Unclear),
            ("3500, с доставкой 3800", Unclear),
            ("Цена в объявлении", Unclear),
            ("Доставка 300", Unclear),
        ],
    );
    let two = price(Verdict::TellPrice, &[("quantity", FactValue::Quantity(2)), ("total", roubles(7000))]);
    check(
        &two,
        &[("За два 7000", Same), ("По 3500, итого 7000", Same), ("За два 6500", Different), ("6500 за два", Unclear)],
    );
}

#[test]
fn whether_an_offer_is_taken() {
    check(
        &price(Verdict::AcceptOffer, &[("offer", roubles(3200))]),
        &[
            ("Хорошо, забирайте", Same),
            ("Да", Same),
            ("Договорились, 3200", Same),
            ("Ок", Same),
            ("Нет, не отдам", Different),
            ("Давайте за 3400", Different),
            ("Торга нет", Different),
            ("Подумаю", Unclear),
        ],
    );
    check(
        &price(Verdict::CounterOffer, &[("counter", roubles(3300))]),
        &[
            ("За 3000 не могу, за 3300 отдам", Same),
            ("3300 и забирайте", Same),
            ("Скину 200", Same),
            ("Скину 500", Different),
            ("Хорошо, забирайте", Different),
            ("Нет, цена окончательная", Different),
            ("3400", Different),
            ("Сейчас подумаю", Unclear),
        ],
    );
    check(
        &price(Verdict::RefuseOffer, &[]),
        &[
            ("Нет, торга нет", Same),
            ("Извините, дешевле не отдам", Same),
            ("3500, без торга", Same),
            ("Цена 3500", Same),
            ("Хорошо, забирайте", Different),
            ("Отдам за 3300", Different),
            ("Скину 100", Different),
            ("За 2000 не отдам", Unclear),
            ("Минимум 3200, дешевле никак", Unclear),
        ],
    );
}

#[test]
fn where_to_for_how_much_and_in_how_many_days() {
    check(
        &delivery(500, &[("days", days(5, 7)), ("free_from", roubles(5000))]),
        &[
            ("500", Same),
            ("Да, в Новосибирск 500 рублей, 5-7 дней", Same),
            ("Доставка 500 р, неделя", Same),
            ("500, от 5000 бесплатно", Same),
            ("600", Different),
            ("Доставка 350 рублей", Different),
            ("500 р, 2-3 дня", Different),
            ("Туда не отправляем", Different),
            ("Доставлю за 10 дней", Different),
            ("Да, отправим", Unclear),
            ("До Томска 500", Unclear),
            ("Цена 3500, отправлю СДЭКом", Unclear),
            ("От 5000 бесплатно", Unclear),
            ("Куда именно?", Unclear),
        ],
    );
    check(&delivery(500, &[]), &[("Доставка бесплатная", Different), ("Отправим бесплатно", Different)]);
    check(&delivery(0, &[]), &[("Бесплатно", Same), ("Доставка 300", Different), ("Да, отправим", Unclear)]);
    let nowhere = decision(Intent::DeliveryQuestion, Verdict::DoesNotDeliver, &[("city", text("Минск"))]);
    check(&nowhere, &[("Нет, не отправляем", Same), ("Да, отправим", Different), ("Сейчас узнаю", Unclear)]);
    let pickup = decision(Intent::DeliveryQuestion, Verdict::Pickup, &[("address", text("Лесная, 5"))]);
    check(&pickup, &[("Да, приезжайте", Same), ("Нет, только доставка", Different), ("Минутку", Unclear)]);
}

#[test]
fn who_asks_back_as_we_did_agrees() {
    let which = stock(Verdict::AskWhichProduct, &[]);
    check(&which, &[("Вам какой: чёрный или красный?", Same), ("Да, есть", Unclear), ("Какой хотите", Unclear)]);
    let city = decision(Intent::DeliveryQuestion, Verdict::AskWhichCity, &[]);
    check(&city, &[("Здравствуйте! В какой город?", Same), ("Куда отправлять?", Same), ("500 рублей", Unclear)]);
}

#[test]
fn answers_in_the_sellers_own_words() {
    let hours = decision(
        Intent::Other,
        Verdict::TellShopFact,
        &[("fact_name", text("Режим работы")), ("fact_value", text("Ежедневно с 9:00 до 21:00"))],
    );
    check(&hours, &[("С 9 до 21", Same), ("До 21:00", Same), ("С 10 до 20", Different), ("Каждый день", Unclear)]);
    let faq = decision(
        Intent::Other,
        Verdict::TellFaq,
        &[("question", text("Гарантия?")), ("answer", text("Да, гарантия на молнии и швы двенадцать месяцев"))],
    );
    check(
        &faq,
        &[
            ("Гарантия на швы и молнии 12 месяцев", Same),
            ("Гарантия на молнии, на швы", Same),
            ("Нет, гарантии не даём", Different),
            ("Гарантия 6 месяцев", Different),
            ("Гарантия есть", Unclear),
        ],
    );
    let greet = decision(Intent::Other, Verdict::Greet, &[]);
    check(&greet, &[("Здравствуйте!", Unclear)]);
}

#[test]
fn two_answers_are_held_each_against_its_own() {
    let both = [stock(Verdict::InStock, &[("price", roubles(3500))]), delivery(500, &[])];
    for (said, stock, delivery) in [
        (&["Да, есть.", "Доставка 500"][..], Same, Same),
        (&["Да, 3500", "доставка 600"], Same, Different),
        (&["Нет, продан"], Different, Unclear),
        (&["Есть"], Same, Unclear),
    ] {
        let said: Vec<String> = said.iter().map(|said| (*said).to_owned()).collect();
        let found = compare(&both, &said);
        let expected = [(Intent::StockInquiry, stock), (Intent::DeliveryQuestion, delivery)];
        assert_eq!(found, expected, "{said:?}");
    }
}
