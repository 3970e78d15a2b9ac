//! Tables: what is typed, and what it says.

use domain::money::Money;

use super::*;

fn price(roubles: i64) -> Value {
    Value::Price(Money::roubles(roubles))
}

fn discount(roubles: i64) -> Value {
    Value::Discount(Money::roubles(roubles))
}

fn percent(percent: i64) -> Value {
    Value::Percent(Amount::whole(percent))
}

fn bare(number: i64) -> Value {
    Value::Bare(Amount::whole(number))
}

fn days(from: u32, to: u32) -> Value {
    Value::Days { from, to }
}

fn time(hour: u8, minute: u8) -> Value {
    Value::Time { hour, minute }
}

fn date(day: u8, month: u8) -> Value {
    Value::Date { day, month: Some(month), year: None }
}

fn size(number: i64, unit: Unit) -> Value {
    Value::Size { amount: Amount::whole(number), unit }
}

#[track_caller]
fn check(rows: Vec<(&str, Vec<Value>)>) {
    let wrong: Vec<String> = rows
        .into_iter()
        .filter_map(|(text, expected)| {
            let found: Vec<Value> = read(text).into_iter().map(|number| number.value).collect();
            (found != expected).then(|| format!("«{text}»\n  expected {expected:?}\n  found    {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn prices_are_read_however_they_are_written() {
    check(vec![
        ("80к", vec![price(80_000)]),
        ("80 к", vec![price(80_000)]),
        ("80k", vec![price(80_000)]),
        ("80 к оплате", vec![bare(80)]),
        ("80 тыс", vec![price(80_000)]),
        ("80 тыс. руб.", vec![price(80_000)]),
        ("80т.р.", vec![price(80_000)]),
        ("80 т.р", vec![price(80_000)]),
        ("80тр", vec![price(80_000)]),
        ("1к200", vec![price(1200)]),
        ("1,2к", vec![price(1200)]),
        ("2кк", vec![price(2_000_000)]),
        ("1.5 млн", vec![price(1_500_000)]),
        ("полторы тысячи", vec![price(1500)]),
        ("полторы", vec![price(1500)]),
        ("за полторы отдадите?", vec![price(1500)]),
        ("полтора косаря", vec![price(1500)]),
        ("две с половиной тысячи", vec![price(2500)]),
        ("пять двести", vec![price(5200)]),
        ("двадцать пять пятьсот рублей", vec![price(25_500)]),
        ("три тысячи пятьсот", vec![price(3500)]),
        ("3 тысячи 500", vec![price(3500)]),
        ("3 тыс 500 р", vec![price(3500)]),
        ("1 200,50 ₽", vec![Value::Price(Money::kopecks(120_050))]),
        ("1.500 руб", vec![price(1500)]),
        ("1 млн 200 тыс", vec![price(1_200_000)]),
        ("миллион двести тысяч рублей", vec![price(1_200_000)]),
        ("восемьдесят рублей", vec![price(80)]),
        ("50 рублей 20 копеек", vec![Value::Price(Money::kopecks(5020))]),
        ("за тысячу", vec![price(1000)]),
        ("тыща двести", vec![price(1200)]),
        ("пятихатка", vec![bare(500)]),
        ("за пятихатку", vec![price(500)]),
        ("пять сотен рублей", vec![price(500)]),
        ("пара тысяч", vec![price(2000)]),
        ("пятисот рублей", vec![price(500)]),
        ("не меньше двух тысяч", vec![price(2000)]),
        ("пять сот рублей", vec![price(500)]),
        ("пятьсотрублей", vec![price(500)]),
        ("двести-триста рублей", vec![price(200), price(300)]),
        ("3-4 тысячи", vec![price(3000), price(4000)]),
        ("от 3 до 4 тысяч", vec![price(3000), price(4000)]),
        ("цена 3500", vec![price(3500)]),
        ("₽500", vec![price(500)]),
        ("руб. 500", vec![price(500)]),
        ("500 rub", vec![price(500)]),
        ("500р.", vec![price(500)]),
        ("500 рэ", vec![price(500)]),
        ("по 300 за штуку", vec![price(300)]),
        ("две за 5000", vec![Value::Quantity(2), price(5000)]),
        ("five hundred rubles", vec![price(500)]),
        ("тысча рублей", vec![price(1000)]),
        ("сто", vec![bare(100)]),
        ("3 500", vec![bare(3500)]),
    ]);
}

#[test]
fn a_dressed_number_is_the_same_number() {
    check(vec![
        ("1 0 0 0 рублей", vec![price(1000)]),
        ("1.0.0.0 рублей", vec![price(1000)]),
        ("1\n000 ₽", vec![price(1000)]),
        ("1\u{200b}0\u{200b}0\u{200b}0 ₽", vec![price(1000)]),
        ("１０００ ₽", vec![price(1000)]),
        ("1OOO ₽", vec![price(1000)]),
        ("1ООО р", vec![price(1000)]),
        ("З500 pублeй", vec![price(3500)]),
        ("𝟏𝟎𝟎𝟎₽", vec![price(1000)]),
        ("١٠٠٠ ₽", vec![price(1000)]),
        ("1\u{a0}000\u{202f}₽", vec![price(1000)]),
        ("1\u{fe0f}\u{20e3}0\u{fe0f}\u{20e3}0\u{fe0f}\u{20e3}", vec![bare(100)]),
        ("цена5000", vec![price(5000)]),
    ]);
}

#[test]
fn discounts_and_percents_are_told_apart_from_prices() {
    check(vec![
        ("-10 %", vec![percent(10)]),
        ("скидка 10%", vec![percent(10)]),
        ("десять процентов", vec![percent(10)]),
        ("скину 500", vec![discount(500)]),
        ("скину на 500 рублей", vec![discount(500)]),
        ("на 500 дешевле", vec![discount(500)]),
        ("500 ₽ скидки", vec![discount(500)]),
        ("минус 300", vec![discount(300)]),
        ("-500 ₽", vec![discount(500)]),
        ("уступите 200 рублей?", vec![discount(200)]),
        ("готовы уступить: 3 300 ₽", vec![price(3300)]),
        ("скинете до 3000", vec![discount(3000)]),
        ("со скидкой за 3000", vec![price(3000)]),
        ("за полцены", vec![percent(50)]),
        ("половину цены", vec![percent(50)]),
        ("процентов 20 скинете?", vec![percent(20)]),
        ("10-процентная скидка", vec![percent(10)]),
    ]);
}

#[test]
fn counts_days_dates_and_times_are_told_apart() {
    check(vec![
        ("осталось 2", vec![Value::Quantity(2)]),
        ("штук пять", vec![Value::Quantity(5)]),
        ("две штуки", vec![Value::Quantity(2)]),
        ("3 шт.", vec![Value::Quantity(3)]),
        ("двух штук", vec![Value::Quantity(2)]),
        ("5–7 дней", vec![days(5, 7)]),
        ("5 - 7 рабочих дней", vec![days(5, 7)]),
        ("от 5 до 7 дней", vec![days(5, 7)]),
        ("пять-семь дней", vec![days(5, 7)]),
        ("за неделю", vec![days(7, 7)]),
        ("до недели", vec![days(7, 7)]),
        ("две недели", vec![days(14, 14)]),
        ("пару дней", vec![days(2, 2)]),
        ("в течение суток", vec![days(1, 1)]),
        ("пятидневный", vec![days(5, 5)]),
        ("12 мая", vec![date(12, 5)]),
        ("двенадцатого мая", vec![date(12, 5)]),
        ("12.05", vec![date(12, 5)]),
        ("до 15.05.2026", vec![Value::Date { day: 15, month: Some(5), year: Some(2026) }]),
        ("5-го числа", vec![Value::Date { day: 5, month: None, year: None }]),
        ("в 9:00", vec![time(9, 0)]),
        ("с 9.00 до 21.00", vec![time(9, 0), time(21, 0)]),
        ("с 9 до 21", vec![time(9, 0), time(21, 0)]),
        ("до девяти вечера", vec![time(9, 0)]),
        ("в 10 часов", vec![time(10, 0)]),
        ("за 24 часа", vec![size(24, Unit::Hour)]),
        ("гарантия год", vec![size(1, Unit::Year)]),
        ("гарантия 12 месяцев", vec![size(12, Unit::Month)]),
    ]);
}

#[test]
fn sums_are_read_as_they_are_said_aloud() {
    check(vec![
        ("тысяч пять", vec![price(5000)]),
        ("тысячи три", vec![price(3000)]),
        ("тыщи три", vec![price(3000)]),
        ("тысяч 5", vec![price(5000)]),
        ("тысячи полторы", vec![price(1500)]),
        ("тысяч двадцать пять", vec![price(25_000)]),
        ("тысячу пять", vec![price(1005)]),
        ("рублей пятьсот", vec![price(500)]),
        ("пол косаря", vec![price(500)]),
        ("пол-ляма", vec![price(500_000)]),
        ("за штуку отдашь?", vec![price(1000)]),
        ("за штуку рублей", vec![price(1000)]),
        ("две штуки рублей", vec![price(2000)]),
        ("за три куска", vec![price(3000)]),
        ("сколько за штуку?", vec![]),
        ("по 300 за штуку", vec![price(300)]),
        ("цена за штуку?", vec![]),
        ("3 тыс. 300", vec![price(3300)]),
        ("1 млн. 200 тыс. руб.", vec![price(1_200_000)]),
        ("двумя тысячами", vec![price(2000)]),
        ("к двум тысячам пятистам", vec![price(2500)]),
        ("пятьюстами рублями", vec![price(500)]),
        ("отдам за полтос", vec![price(50)]),
        ("за пятихатку", vec![price(500)]),
        ("за сотку", vec![price(100)]),
        ("за трёшку", vec![price(3)]),
        ("полторашка", vec![bare(1500)]),
        ("пять-сот", vec![bare(500)]),
        ("шисот", vec![bare(600)]),
        ("2½ тысячи", vec![price(2500)]),
        ("III тысячи", vec![price(3000)]),
        ("Ⅲ тысячи", vec![price(3000)]),
        ("❸⓿⓿ ₽", vec![price(300)]),
        ("100 у.е.", vec![size(100, Unit::Foreign)]),
        ("3 300 грн", vec![size(3300, Unit::Foreign)]),
        ("полторы штуки баксов", vec![size(1500, Unit::Foreign)]),
        ("дешевле на 500", vec![discount(500)]),
        ("сотку скинешь?", vec![discount(100)]),
        ("сделать скидку: 3 300 ₽", vec![price(3300)]),
        ("скину треть", vec![percent(33)]),
        ("четверть цены", vec![percent(25)]),
        ("пол цены", vec![percent(50)]),
    ]);
}

#[test]
fn days_and_hours_are_read_as_they_are_said_aloud() {
    check(vec![
        ("послезавтра", vec![Value::InDays(2)]),
        ("отправите завтра?", vec![Value::InDays(1)]),
        ("в понедельник", vec![Value::Weekday(1)]),
        ("по средам", vec![Value::Weekday(3)]),
        ("Пн–Пт", vec![Value::Weekday(1), Value::Weekday(5)]),
        ("в среде", vec![]),
        ("100 Вт", vec![size(100, Unit::Measure('в'))]),
        ("дня три", vec![days(3, 3)]),
        ("полмесяца", vec![days(15, 15)]),
        ("не дольше 5 дней", vec![days(5, 5)]),
        ("1 января 2026", vec![Value::Date { day: 1, month: Some(1), year: Some(2026) }]),
        ("к пятому марта", vec![date(5, 3)]),
        ("в полдень", vec![time(12, 0)]),
        ("в полночь", vec![time(0, 0)]),
        ("в полседьмого", vec![time(6, 30)]),
        ("в половине седьмого", vec![time(6, 30)]),
        ("в час дня", vec![time(1, 0)]),
        ("в 18 30", vec![time(18, 30)]),
        ("до 18-30", vec![time(18, 30)]),
        ("с девяти до восемнадцати", vec![time(9, 0), time(18, 0)]),
    ]);
    let up_to = read("не больше 5 дней").remove(0);
    assert_eq!(up_to.bound, Bound::UpTo);
}

#[test]
fn sizes_models_and_phones_are_no_prices() {
    check(vec![
        ("размер 42", vec![size(42, Unit::Size)]),
        ("42 размер", vec![size(42, Unit::Size)]),
        ("42 р-р", vec![size(42, Unit::Size)]),
        ("30 л", vec![size(30, Unit::Measure('л'))]),
        ("двухлитровый", vec![size(2, Unit::Measure('л'))]),
        ("128 ГБ", vec![size(128, Unit::Measure('г'))]),
        ("30х40 см", vec![size(30, Unit::Measure('х')), size(40, Unit::Measure('с'))]),
        ("100 $", vec![size(100, Unit::Foreign)]),
        ("в два раза", vec![size(2, Unit::Times)]),
        ("iPhone 13 Pro", vec![bare(13)]),
        ("13-й айфон", vec![Value::Ordinal(13)]),
        ("A52", vec![bare(52)]),
        ("первый этаж", vec![Value::Ordinal(1)]),
        ("+7 (912) 345-67-89", vec![Value::Phone("79123456789".into())]),
        ("8 912 345 67 89", vec![Value::Phone("89123456789".into())]),
        ("89123456789", vec![Value::Phone("89123456789".into())]),
        ("8.912.345.67.89", vec![Value::Phone("89123456789".into())]),
        ("4276 1234 5678 9012", vec![Value::Phone("4276123456789012".into())]),
        ("1, 2, 3", vec![bare(1), bare(2), bare(3)]),
    ]);
}

#[test]
fn words_that_only_look_like_numbers_are_none() {
    for text in
        ["стол и стул", "сторона", "семья", "пара слов", "на складе", "Добрый день", "туриста", "шерстью", "двери"]
    {
        assert_eq!(read(text), Vec::new(), "{text}");
    }
}

#[test]
fn a_number_knows_where_it_stands_and_what_told_it() {
    let text = "Могу скинуть до 500 ₽";
    let number = read(text).remove(0);
    assert_eq!((&text[number.span], &text[number.reach]), ("500 ₽", "скинуть до 500 ₽"));
    assert_eq!(number.bound, Bound::UpTo);
    let two = read("iPhone 13 128 ГБ").remove(0);
    assert_eq!(two.pieces, [Amount::whole(13), Amount::whole(128)]);
    let low = read("3-4к").remove(0);
    assert_eq!((low.value, low.written), (price(3000), Written::Words));
}
