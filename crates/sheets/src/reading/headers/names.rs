//! The names themselves, as lists with commas: lower case, without units and signs, ё as е. A word that a
//! seller uses and we do not know is added here and nowhere else. In the last lists a word is the beginning of
//! words; with a dot at its end it is a whole word.

use super::{Column, Kind};

/// A comma-separated list.
pub(super) type Names = &'static str;

/// The names of tabs. A number may follow: «Товары 2».
pub(super) const TABS: [(Kind, Names); 4] = [
    (
        Kind::Goods,
        "товары, товар, каталог, прайс, прайс лист, остатки, склад, ассортимент, наличие, products, goods, \
         catalog, catalogue, stock, inventory, price list",
    ),
    (Kind::Delivery, "доставка, условия доставки, тарифы доставки, отправка, delivery, shipping, delivery rates"),
    (
        Kind::Shop,
        "магазин, о магазине, о нас, контакты, информация, инфо, настройки магазина, shop, store, about, \
         contacts, info",
    ),
    (Kind::Faq, "faq, вопросы, вопросы и ответы, вопрос ответ, частые вопросы, чаво, ответы, questions, q a"),
];

/// What a spreadsheet's only tab is called before anybody names it.
pub(super) const UNNAMED_TABS: Names = "лист, sheet, таблица";

/// The names of columns of a goods table; of several that fit one column, the first named here is taken.
pub(super) const GOODS: &[(Column, Names)] = &[
    (Column::Sku, "артикул, арт, sku, код товара, код, vendor code, article, id товара, id"),
    (
        Column::Title,
        "название, наименование, название товара, наименование товара, товар, продукт, позиция, title, name, \
         product name, product, item name, item, модель, model",
    ),
    (
        Column::Price,
        "цена, цена продажи, цена за, цена за штуку, розничная цена, цена розница, розница, стоимость, \
         price, retail price",
    ),
    (
        Column::Stock,
        "остаток, количество, кол во, колво, остатки, в наличии, наличие, на складе, склад, шт, stock, \
         quantity, qty, in stock, available, availability",
    ),
    (Column::Step, "шаг, шаг торга, шаг скидки, шаг цены, уступка, step, discount step"),
    (
        Column::Bargaining,
        "торг, торг возможен, торг уместен, возможен торг, уместен торг, торгуемся, bargaining, haggling",
    ),
    (Column::Rounds, "раунды, раундов, раунды торга, раундов торга, число раундов, сколько раз уступать, rounds"),
    (
        Column::Several,
        "скидка от количества, скидка за количество, скидки от количества, скидка за объем, скидка за несколько, \
         цена за несколько, цена от количества, за несколько, при покупке нескольких, quantity discount, \
         bulk discount, bulk price",
    ),
    (
        Column::AlsoCalled,
        "синонимы, синоним, другие названия, как еще называют, также называют, ключевые слова, поисковые слова, \
         теги, synonyms, keywords, tags, also called",
    ),
    (
        Column::Item,
        "авито id, id авито, avito id, номер объявления, id объявления, объявление, авито, avito, \
         ссылка на авито, ссылка на объявление, объявление авито, ссылка, listing id, listing, item id, url, \
         link",
    ),
];

/// Those of a delivery table.
pub(super) const DELIVERY: &[(Column, Names)] = &[
    (
        Column::Place,
        "город, регион, куда, направление, место, зона, город регион, регион город, населенный пункт, \
         область, город или регион, city, region, place, destination, zone, to",
    ),
    (Column::Cost, "стоимость, стоимость доставки, цена, цена доставки, тариф, cost, price, rate"),
    (
        Column::Days,
        "срок, сроки, срок доставки, сроки доставки, срок дней, срок дни, дней, дни, время доставки, days, \
         time, delivery time, term",
    ),
    (
        Column::FreeFrom,
        "бесплатно от, бесплатно от суммы, бесплатная доставка от, бесплатная доставка, \
         бесплатно при заказе от, free from, free over, free shipping from",
    ),
    (
        Column::Note,
        "примечание, примечания, комментарий, способ, способ доставки, служба, служба доставки, тк, \
         перевозчик, транспортная компания, условия, note, notes, carrier, comment, method",
    ),
];

/// Those of a table of facts.
pub(super) const SHOP: &[(Column, Names)] = &[
    (Column::Name, "параметр, показатель, поле, что, название, name, parameter, field, key"),
    (Column::Value, "значение, ответ, описание, текст, value, text"),
];

/// Those of questions and answers.
pub(super) const FAQ: &[(Column, Names)] = &[
    (Column::Question, "вопрос, вопросы, вопрос покупателя, question, questions, q"),
    (Column::Answer, "ответ, ответы, наш ответ, answer, answers, a"),
];

/// A goods column whose name has one of these is the lowest price: told to nobody. «Мин. заказ» is not among
/// them: it is a number too, and would be a ruinous price.
pub(super) const FLOOR: Names = "мин цена, миним цена, минимальная цена, цена мин, минцена, минималка, минимум., \
    не ниже, нижняя цена, нижний порог, торг до, floor, min price";

/// A goods column whose name has one of these is the seller's own: what he paid, whom he buys from, what he
/// notes for himself («не отдавать ниже 3000»), and prices other than the asking price.
pub(super) const PRIVATE: Names = "цена, цены, цену, ценник, стоим, закуп, себест, марж, нацен, прибыл, скид, \
    торг., торга., уступ, поставщ, опт., оптов, дилер, заметк, примеч, коммент, служебн, п п, price, cost, margin, \
    profit, discount, supplier, wholesale, purchase, note., notes.";

/// Units and currencies that say nothing about what a column is.
pub(super) const UNITS: Names = "руб, рублей, рубли, р, rub, rur, шт, штук, pcs";
