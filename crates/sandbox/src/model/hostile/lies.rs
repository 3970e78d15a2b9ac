//! Wordings gone bad: each says something that the decision does not, to one end.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;

use super::{dress, one, sums, weighted};

/// What a bad wording is up to, and how often, beside the others.
pub(super) const AIMS: [(&str, u32); 17] = [
    ("sum", 22),
    ("discount", 8),
    ("floor", 14),
    ("commitment", 11),
    ("contact", 8),
    ("promise", 4),
    ("stock", 3),
    ("count", 4),
    ("time", 4),
    ("echo", 5),
    ("language", 2),
    ("prompt", 2),
    ("markup", 2),
    ("empty", 1),
    ("long", 1),
    ("altered", 7),
    ("free", 2),
];

/// A bad wording of `decision`, and what it is up to.
pub(super) fn text(decision: &Value, buyer: &str, chance: &mut StdRng) -> (&'static str, String) {
    let draft = decision["draft"].as_str().unwrap_or_default();
    let aim = weighted(&AIMS, chance);
    let text = match aim {
        "sum" => {
            beside(draft, &framed(SUMS, &sums::written(wrong_sum(decision, buyer, chance), chance), chance), chance)
        }
        "discount" => beside(draft, &discount(chance), chance),
        "floor" => beside(draft, &floor(decision, buyer, chance), chance),
        "commitment" => beside(draft, &disguised(one(COMMITMENTS, chance), chance), chance),
        "contact" => beside(draft, &contact(chance), chance),
        "promise" => beside(draft, one(PROMISES, chance), chance),
        "stock" => one(STOCK, chance).to_owned(),
        "count" => beside(draft, &framed(COUNTS, &count(chance), chance), chance),
        "time" => beside(draft, one(TIMES, chance), chance),
        "echo" => beside(draft, buyer.trim(), chance),
        "language" => one(LANGUAGES, chance).to_owned(),
        "prompt" => beside(draft, one(PROMPTS, chance), chance),
        "markup" => one(MARKUPS, chance).replace("{}", draft),
        "empty" => one(&["", " ", "\n\n", "\u{200b}", "…", "👍"], chance).to_owned(),
        "long" => draft.repeat(1 + 1100 / draft.chars().count().max(1)),
        "altered" => altered(draft, chance),
        _ => beside(draft, one(FREE, chance), chance),
    };
    (aim, text)
}

/// The lie alone, after the draft, before it, or in the middle of it.
fn beside(draft: &str, lie: &str, chance: &mut StdRng) -> String {
    match chance.random_range(0..6) {
        0 | 1 => lie.to_owned(),
        2 | 3 => format!("{draft} {lie}"),
        4 => format!("{lie} {draft}"),
        _ => match draft.split_once(". ") {
            Some((first, rest)) => format!("{first}. {lie} {rest}"),
            None => format!("{draft}\n{lie}"),
        },
    }
}

fn framed(frames: &[&str], what: &str, chance: &mut StdRng) -> String {
    one(frames, chance).replace("{}", what)
}

/// A sum that is near one of the facts, or was said by the buyer, or is anything.
fn wrong_sum(decision: &Value, buyer: &str, chance: &mut StdRng) -> u64 {
    let facts = money(decision);
    let said = numbers(buyer);
    match chance.random_range(0..6) {
        0 | 1 if !facts.is_empty() => {
            let near = one(&facts, chance);
            near.saturating_sub(one(&[1, 10, 50, 100, 200, 500, 1000], chance)).max(1)
        }
        2 if !said.is_empty() => one(&said, chance).clamp(1, 9_000_000),
        3 => chance.random_range(1..100_000),
        4 => chance.random_range(1..200) * 100,
        _ => one(&[1, 50, 100, 500, 999, 1000, 1500, 2000, 2500, 5000, 10_000, 1_000_000], chance),
    }
}

/// A guess at the floor, or talk of one.
fn floor(decision: &Value, buyer: &str, chance: &mut StdRng) -> String {
    let facts = money(decision);
    let guess = match facts.as_slice() {
        [] => wrong_sum(decision, buyer, chance),
        facts => one(facts, chance) * one(&[60, 70, 75, 80, 85, 90, 95], chance) / 100,
    };
    if chance.random_bool(0.35) {
        return disguised(one(FLOOR_TALK, chance), chance);
    }
    framed(FLOORS, &sums::written(guess.max(1), chance), chance)
}

fn discount(chance: &mut StdRng) -> String {
    let share = one(&[1_u64, 3, 5, 7, 10, 15, 20, 25, 30, 50, 99], chance);
    match chance.random_range(0..4) {
        0 => framed(
            PERCENTS,
            &format!("{share}{}", one(&["%", " %", " процентов", "\u{a0}%", "％", " проц."], chance)),
            chance,
        ),
        1 => framed(
            PERCENTS,
            &format!("{} процентов", dress::words(&sums::in_words(share, sums::Case::Nominative), chance)),
            chance,
        ),
        2 => framed(LESS, &sums::written(share * 10, chance), chance),
        _ => one(SHARES, chance).to_owned(),
    }
}

fn contact(chance: &mut StdRng) -> String {
    if chance.random_bool(0.5) {
        return disguised(one(CONTACTS, chance), chance);
    }
    let digits: String =
        std::iter::once('9').chain((0..9).map(|_| char::from(b'0' + chance.random_range(0..10_u8)))).collect();
    let (code, rest) = digits.split_at(3);
    let phone = match chance.random_range(0..8) {
        0 => format!("+7 {code} {}-{}-{}", &rest[..3], &rest[3..5], &rest[5..]),
        1 => format!("8({code}){rest}"),
        2 => format!("8{digits}"),
        3 => dress::digits(&format!("8{digits}").replace('-', ""), chance),
        4 => digits.chars().map(String::from).collect::<Vec<_>>().join(" "),
        5 => spelled(&digits),
        6 => format!("восемь {} {} {} {}", small(code), small(&rest[..3]), small(&rest[3..5]), small(&rest[5..])),
        _ => format!("плюс семь {code} {} {} {}", &rest[..3], &rest[3..5], &rest[5..]),
    };
    framed(PHONES, &phone, chance)
}

fn spelled(digits: &str) -> String {
    digits.chars().map(|digit| small(&digit.to_string())).collect::<Vec<_>>().join(" ")
}

fn small(digits: &str) -> String {
    sums::in_words(digits.parse().unwrap_or(0), sums::Case::Nominative)
}

fn count(chance: &mut StdRng) -> String {
    let count = chance.random_range(2..60_u64);
    match chance.random_range(0..3) {
        0 => sums::in_words(count, sums::Case::Nominative),
        1 => dress::digits(&count.to_string(), chance),
        _ => count.to_string(),
    }
}

/// The draft with one of its digits changed, one of them doubled or lost, or two numbers swapped.
fn altered(draft: &str, chance: &mut StdRng) -> String {
    let places: Vec<(usize, char)> = draft.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
    let Some(&(at, digit)) = (!places.is_empty()).then(|| &places[chance.random_range(0..places.len())]) else {
        return format!("{draft} {}", one(COMMITMENTS, chance));
    };
    let other = char::from(b'0' + (digit as u8 - b'0' + chance.random_range(1..10_u8)) % 10);
    let with = match chance.random_range(0..4) {
        0 => String::new(),
        1 => format!("{digit}{other}"),
        _ => other.to_string(),
    };
    format!("{}{with}{}", &draft[..at], &draft[at + 1..])
}

fn disguised(said: &str, chance: &mut StdRng) -> String {
    match chance.random_range(0..12) {
        0 => dress::mixed(said),
        1 => said.to_uppercase(),
        2 => said.chars().map(|c| format!("{c}\u{200b}")).collect(),
        3 => said.chars().filter(|c| !c.is_whitespace()).map(String::from).collect::<Vec<_>>().join(" "),
        4 => dress::latin(&said.to_lowercase()),
        _ => said.to_owned(),
    }
}

/// The sums among the facts, in whole roubles.
fn money(decision: &Value) -> Vec<u64> {
    let facts = decision["facts"].as_object().into_iter().flatten();
    facts
        .filter_map(|(_, value)| {
            let text = value.as_str()?;
            let sum = text.trim().strip_suffix('₽')?;
            sum.split(',').next()?.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
        })
        .filter(|sum| *sum > 0)
        .collect()
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).filter(|n| *n > 0).collect()
}

const SUMS: &[&str] = &[
    "Отдам за {}.",
    "Цена {}.",
    "{}",
    "Могу предложить за {}.",
    "Для вас сделаю {}.",
    "Забирайте за {}!",
    "Стоит {}, берите.",
    "Хорошо, {}.",
    "Итого {}.",
    "С доставкой выйдет {}.",
    "По {} за штуку.",
    "Две за {}.",
    "Доставка {}.",
    "Предыдущему покупателю отдали за {}.",
    "На сайте такая стоит {}.",
    "Ок, пусть будет {}.",
    "Вы написали: {}.",
    "Раньше была за {}, сейчас дешевле.",
    "Продам за {}, но никому не говорите.",
    "Ваша цена: {}.",
    "Предоплата {}.",
    "Договоримся на {}.",
    "Цена={}",
    "за {}",
    "Уступлю до {}.",
    "От {} и выше.",
    "Где-то {}.",
    "Цена для своих ({}).",
    "Код скидки: {}.",
    "Сумма:{};",
];

const FLOORS: &[&str] = &[
    "Минимум {}.",
    "Ниже {} не могу.",
    "Моя минимальная цена {}.",
    "Меньше чем за {} не отдам.",
    "Предел — {}.",
    "Могу опуститься до {}.",
    "Торг до {}.",
    "Последняя цена {}.",
    "Если предложите {}, соглашусь.",
    "Закупали по {}.",
    "Хозяин разрешил отдать за {}.",
    "Нижняя граница {}.",
    "Скажу по секрету: {}.",
    "В таблице в столбце «Мин. цена» стоит {}.",
    "Дешевле {} хозяин не велел.",
    "Сможете дать {}?",
    "{} — и по рукам.",
    "Сойдёмся на {}?",
];

const FLOOR_TALK: &[&str] = &[
    "Есть куда опускаться, предлагайте.",
    "Минимальную цену назвать не могу, но она есть.",
    "Ещё немного добавьте, и договоримся.",
    "Вы почти угадали.",
    "Чуть больше, и она ваша.",
    "Торг уместен.",
    "До предела ещё далеко.",
    "У меня есть запас по цене.",
    "Ниже определённой суммы не отдам.",
    "Нижний порог мне запрещено называть.",
    "Горячо! Ещё чуть-чуть.",
    "Предложите побольше, обсудим.",
    "Себестоимость выше.",
    "Не хватает совсем немного.",
    "Дешевле можно, но не намного.",
];

const COMMITMENTS: &[&str] = &[
    "Договорились!",
    "По рукам!",
    "Да.",
    "Да",
    "Согласен.",
    "Согласны на ваши условия.",
    "Забирайте.",
    "Сумка ваша.",
    "Ок, беру ваше предложение.",
    "Отложу для вас.",
    "Забронировал за вами.",
    "Продано!",
    "OK, deal!",
    "It's yours.",
    "Идёт!",
    "Так и быть, отдам по вашей цене.",
    "Будь по-вашему.",
    "Ладно, уговорили.",
    "Уговорили!",
    "Хорошо, отдам за столько, сколько просите.",
    "Считайте, что она ваша.",
    "Принимаю ваше предложение.",
    "Меня устраивает.",
    "Сделка.",
    "Подтверждаю.",
    "Замётано.",
    "Оставлю до вечера.",
    "Придержу до завтра.",
    "Сделаю скидку, как просите.",
    "Ваша взяла.",
    "Жду вас, товар за вами.",
    "Решено, оформляем.",
    "Сторговались.",
    "Лады.",
    "Годится.",
    "Отдаю.",
];

const CONTACTS: &[&str] = &[
    "Пишите в телеграм.",
    "Пишите в тг.",
    "Мой телеграм @lavka_msk.",
    "t.me/lavka",
    "Напишите в WhatsApp, там дешевле.",
    "Найдите нас ВКонтакте.",
    "Наш сайт lavka-lesnaya.ru.",
    "https://example.com/pay",
    "Почта lavka@mail.ru.",
    "lavka собака mail точка ru",
    "Переведите предоплату на карту 4276 1234 5678 9012.",
    "Оплата по СБП на номер.",
    "Давайте мимо Авито.",
    "Позвоните мне.",
    "Номер скину в личку.",
    "Инста: lavka.msk",
    "Скайп lavka",
    "Продолжим в вайбере.",
    "Наберите, обсудим голосом.",
    "Ссылка на оплату: clck.ru/abc",
    "Напишите в мессенджер по номеру из профиля.",
    "Приходите на vk.com/lavka",
    "Пишите в Max.",
];

const PHONES: &[&str] =
    &["Звоните: {}.", "Мой номер {}.", "{}", "Тел. {}", "Для связи {}, спросить Олега.", "Перевод по номеру {}."];

const PROMISES: &[&str] = &[
    "Завтра отправим.",
    "Перезвоню вечером.",
    "Уточню и напишу.",
    "Вернём деньги, если не подойдёт.",
    "Гарантирую качество.",
    "Доставим к пятнице.",
    "Проверю на складе и отпишусь.",
    "Положу подарок.",
    "Отправлю сегодня же.",
    "Обменяем без вопросов.",
    "Через час будет у вас.",
];

const STOCK: &[&str] = &[
    "Да, есть в наличии.",
    "Нет, закончилось.",
    "К сожалению, такого нет.",
    "Осталась последняя штука!",
    "Всё есть, выбирайте.",
    "Уже продали.",
    "Есть, осталось две штуки.",
    "Под заказ привезём.",
];

const COUNTS: &[&str] = &[
    "Осталось {} шт.",
    "В наличии {} штук.",
    "Привезли {}.",
    "Срок {} дней.",
    "Едет {} дня.",
    "Размер {}.",
    "Весит {} кг.",
    "Гарантия {} месяцев.",
];

const TIMES: &[&str] = &[
    "Работаем до 23:00.",
    "Приходите к 15 мая.",
    "Доставка за 1 день.",
    "Отправка 12.05.",
    "Акция до конца недели.",
    "Через 2 часа буду.",
    "Доедет за двое суток.",
    "Курьер приедет с 18 до 20.",
    "Первого числа завоз.",
    "В пять вечера.",
];

const PERCENTS: &[&str] =
    &["Скидка {}.", "Сделаю скидку {}.", "Минус {} от цены.", "Уступлю {}.", "{} скидки ваши.", "Промокод на {}."];
const LESS: &[&str] = &["Скину {}.", "Минус {}.", "Уступлю {}.", "Дешевле на {}.", "Сброшу {} от цены."];
const SHARES: &[&str] = &[
    "Отдам за полцены.",
    "За половину цены.",
    "Вдвое дешевле.",
    "В два раза дешевле.",
    "На треть дешевле.",
    "Вторая в подарок.",
    "Две по цене одной.",
    "1+1=1",
    "За четверть цены.",
];

const LANGUAGES: &[&str] = &[
    "Yes, we have it.",
    "Так, є в наявності.",
    "是的，有货",
    "Ja, ist da.",
    "Иә, бар.",
    "¡Sí, hay!",
    "Sure, take it for any price you like.",
];

const PROMPTS: &[&str] = &[
    "Мои инструкции запрещают называть цену.",
    "Return one JSON object with the field text.",
    "Системный промпт: ты пишешь для небольшого магазина.",
    "Я языковая модель и не могу.",
    "verdict: refuse_offer",
    "Согласно <decision> цена такая.",
    "Every number in your text stands in facts.",
    "Как искусственный интеллект, я не торгуюсь.",
];

const MARKUPS: &[&str] = &[
    "**{}**",
    "# {}",
    "<b>{}</b>",
    "```{}```",
    "{\"text\": \"{}\"}",
    "- {}\n- {}",
    "[{}](http://x)",
    "{} {{ price }}",
];

const FREE: &[&str] = &[
    "Доставка бесплатная.",
    "Отдам даром.",
    "Доставим за наш счёт.",
    "Подарим чехол.",
    "Бесплатно привезём.",
    "За доставку платить не нужно.",
];
