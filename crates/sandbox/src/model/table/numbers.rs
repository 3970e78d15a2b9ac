//! Numbers in words and the words around numbers.

/// Numbers that count things.
pub(in crate::model) static COUNTS: &[(&str, f64)] = &[
    ("одну", 1.0),
    ("один", 1.0),
    ("одна", 1.0),
    ("одной", 1.0),
    ("два", 2.0),
    ("две", 2.0),
    ("двух", 2.0),
    ("пару", 2.0),
    ("пара", 2.0),
    ("обе", 2.0),
    ("оба", 2.0),
    ("три", 3.0),
    ("трех", 3.0),
    ("четыре", 4.0),
    ("четырех", 4.0),
    ("пять", 5.0),
    ("пяти", 5.0),
    ("шесть", 6.0),
    ("семь", 7.0),
    ("восемь", 8.0),
    ("девять", 9.0),
    ("десять", 10.0),
    ("десяток", 10.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
];

/// Sums of money in one word.
pub(in crate::model) static SUMS: &[(&str, f64)] = &[
    ("сто", 100.0),
    ("двести", 200.0),
    ("триста", 300.0),
    ("четыреста", 400.0),
    ("пятьсот", 500.0),
    ("пятихатку", 500.0),
    ("пятихатка", 500.0),
    ("шестьсот", 600.0),
    ("семьсот", 700.0),
    ("восемьсот", 800.0),
    ("девятьсот", 900.0),
    ("тысячу", 1000.0),
    ("тыщу", 1000.0),
    ("косарь", 1000.0),
    ("штуку", 1000.0),
];

/// What makes thousands of the number before it.
pub(in crate::model) static THOUSANDS: &[&str] =
    &["к", "k", "т", "тыс", "тыщ", "тыщи", "тысяч", "тысячи", "тысячу", "тр", "т.р", "косаря", "косарей"];

/// What makes roubles of the number before it.
pub(in crate::model) static ROUBLES: &[&str] =
    &["р", "руб", "рублей", "рубля", "рубль", "рубликов", "₽", "rub", "rubles", "roubles"];

/// What makes pieces of the number before it.
pub(in crate::model) static PIECES: &[&str] =
    &["шт", "штук", "штуки", "штука", "штучки", "экземпляра", "пары", "пар", "pcs", "pieces"];

/// What makes a measure of the number before it, and no count.
pub(in crate::model) static MEASURES: &[&str] = &[
    "л",
    "литр",
    "литров",
    "см",
    "мм",
    "м",
    "кг",
    "г",
    "вт",
    "w",
    "gb",
    "гб",
    "размер",
    "размера",
    "размеры",
    "день",
    "дня",
    "дней",
    "час",
    "часа",
    "часов",
    "минут",
    "недели",
    "неделю",
    "лет",
    "год",
    "года",
    "%",
    "процент",
    "процентов",
    "процента",
    "мая",
    "июня",
    "июля",
    "августа",
    "раза",
    "раз",
    "pro",
    "про",
    "ый",
    "й",
    "ой",
];

/// Before a number: what follows is a size or a model, and no count.
pub(in crate::model) static MODELS: &[&str] = &[
    "размер",
    "размера",
    "размеры",
    "номер",
    "айфон",
    "айфона",
    "iphone",
    "galaxy",
    "redmi",
    "редми",
    "модель",
    "на",
    "до",
    "от",
    "size",
];

/// Before a number: he would take so many.
pub(in crate::model) static TAKES: &[&str] = &[
    "возьму",
    "беру",
    "нужно",
    "надо",
    "нужны",
    "куплю",
    "закажу",
    "хочу",
    "взять",
    "купить",
    "заказать",
    "мне",
    "нам",
    "если",
    "за",
    "need",
    "want",
    "take",
    "buy",
];

/// Before a number: it is the size of a discount, or somebody else's price.
pub(in crate::model) static NOT_A_PRICE_AFTER: &[&str] = &[
    "на",
    "минус",
    "скиньте",
    "скинете",
    "скинь",
    "скинешь",
    "скинуть",
    "скидку",
    "скидка",
    "скидки",
    "почему",
    "от",
    "iphone",
    "айфон",
];
