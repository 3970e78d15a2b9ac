//! Tables as sellers keep them.

use proptest::prelude::*;
use serde_json::{Value, json};
use sheets::Tab;

use crate::sketch::{check, tab};

fn no_delivery() -> Tab {
    tab("Доставка", &["Город | Стоимость"])
}

#[test]
fn columns_stand_in_any_order_under_russian_and_english_names() {
    let russian =
        ["Остаток | Название | Цена, ₽ | Артикул | Мин. цена | Шаг торга", "5 | Сумка | 3500 | S1 | 3000 | 100"];
    let english = ["SKU | Title | Qty | Price | Floor | Step", "S1 | Сумка | 5 | 3500 | 3000 | 100"];
    for lines in [russian, english] {
        check(&[tab("Товары", &lines), no_delivery()], &["S1 Сумка, 3 500 ₽, 5 pcs, floor 3 000 ₽, step 100 ₽"]);
    }
}

#[test]
fn extra_columns_are_kept_as_facts_and_the_sellers_own_are_not() {
    let goods = tab(
        "Товары",
        &[
            "Название | Цена | Остаток | Размер | Закупка | Цвет | Материал | Поставщик | Примечание",
            "Куртка | 5200 | 1 | 48 | 2000 | синий | | ООО Ромашка | не отдавать ниже 4600",
        ],
    );
    check(&[goods, no_delivery()], &["Товары!A2 Куртка, 5 200 ₽, 1 pcs, Размер=48, Цвет=синий"]);
}

#[test]
fn a_header_may_stand_below_a_title_and_blank_rows_are_skipped() {
    let goods = tab(
        "Товары",
        &[
            "Лавка на Лесной",
            "",
            " | Название | Цена | Остаток",
            "",
            " | Сумка | 3500 | 5",
            "",
            " | Рюкзак | 2900 | много",
        ],
    );
    let expected = ["Товары!B5 Сумка, 3 500 ₽, 5 pcs", "Товары!B7 Рюкзак, 2 900 ₽, plenty"];
    check(&[goods, no_delivery()], &expected);
}

#[test]
fn headings_remarks_and_sums_between_the_goods_are_no_goods() {
    let goods = tab(
        "Товары",
        &[
            "Название | Цена | Остаток",
            "СУМКИ",
            "Сумка | 3500 | 5",
            "Рюкзаки:",
            "Рюкзак | 2900 | 2",
            "* цены действительны до конца месяца",
            "Итого | 6400 | 7",
        ],
    );
    let expected = ["Товары!A3 Сумка, 3 500 ₽, 5 pcs", "Товары!A5 Рюкзак, 2 900 ₽, 2 pcs"];
    check(&[goods, no_delivery()], &expected);
}

#[test]
fn a_cell_that_cannot_be_read_costs_its_row_and_nothing_else() {
    let goods = tab(
        "Товары",
        &[
            "Артикул | Название | Цена | Мин. цена | Остаток",
            "S1 | Сумка красная | дорого | 3000 | мало",
            "S2 | Сумка синяя | 3500 | 4000 | 5",
            "S3 | Сумка чёрная | 3500 | 300 | 5",
            "S4 | Сумка белая | -3500 | | 5",
            "S5 | Сумка жёлтая | 3500 | | -1",
            "S6 | Сумка серая | 3500 | |",
            "S7 | | 3500 | | 5",
            "S8 | Сумка | #REF! | | 5",
            "S9 | Кошелёк | 1490 | 1200 | 12",
        ],
    );
    let expected = [
        "S9 Кошелёк, 1 490 ₽, 12 pcs, floor 1 200 ₽",
        "! Товары!E2 Остаток «мало» не читается: напишите число, «много» или «нет» [Сумка красная]",
        "! Товары!C2 Сумма «дорого» не читается: напишите число в рублях, например 1500 или 1500,50 [Сумка красная]",
        "! Товары!D3 Минимальная цена больше цены: поправьте одну из них [Сумка синяя]",
        "! Товары!D4 Минимальная цена в пять с лишним раз меньше цены: не потерялась ли цифра? [Сумка чёрная]",
        "! Товары!C5 Сумма «-3500» отрицательная: проверьте знак [Сумка белая]",
        "! Товары!E6 Остаток «-1» отрицательный: проверьте учёт [Сумка жёлтая]",
        "! Товары!E7 Остаток пуст: напишите число, «много» или «нет» [Сумка серая]",
        "! Товары!B8 Нет названия: впишите его [S7]",
        "! Товары!C9 В ячейке ошибка формулы #REF!: исправьте формулу или впишите сумму [Сумка]",
    ];
    check(&[goods, no_delivery()], &expected);
}

#[test]
fn a_price_that_is_no_amount_is_kept_as_words_and_an_empty_one_is_a_humans_to_tell() {
    let goods = tab(
        "Товары",
        &[
            "Название | Цена | Остаток",
            "Шкаф | от 15 000 ₽ | 1",
            "Стол | договорная | 1",
            "Стул | | 4",
            "Полка | 1 500,50 ₽ | 2",
        ],
    );
    let expected = [
        "Товары!A2 Шкаф, no price, 1 pcs, Цена=от 15 000 ₽",
        "Товары!A3 Стол, no price, 1 pcs",
        "Товары!A4 Стул, no price, 4 pcs",
        "Товары!A5 Полка, 1 500,50 ₽, 2 pcs",
    ];
    check(&[goods, no_delivery()], &expected);
}

#[test]
fn of_goods_with_one_article_number_none_is_taken() {
    let goods = tab(
        "Товары",
        &[
            "Артикул | Название | Цена | Остаток",
            "s-1 | Сумка | 3500 | 5",
            "S 1 | Сумка | 3700 | 2",
            "7 | Ремень | 900 | 1",
        ],
    );
    let expected = [
        "7 Ремень, 900 ₽, 1 pcs",
        "! Товары!A2 Артикул «s-1» стоит и в Товары!A3: он должен быть у каждого товара свой [Сумка]",
        "! Товары!A3 Артикул «S 1» стоит и в Товары!A2: он должен быть у каждого товара свой [Сумка]",
    ];
    check(&[goods, no_delivery()], &expected);
}

#[test]
fn several_tables_stand_in_one_tab_below_and_beside_each_other() {
    let goods = tab(
        "Товары",
        &[
            "Название | Цена | Остаток | | Город | Стоимость | Срок",
            "Сумка | 3500 | 5 | | Москва | 300 | 2-3",
            "Рюкзак | 2900 | 2 | | Томск | не доставляем |",
            "",
            "Название | Размер | Цена | Остаток",
            "Куртка | M | 5200 | 1",
        ],
    );
    let expected = [
        "Товары!A2 Сумка, 3 500 ₽, 5 pcs",
        "Товары!A3 Рюкзак, 2 900 ₽, 2 pcs",
        "Товары!A6 Куртка, 5 200 ₽, 1 pcs, Размер=M",
        "Москва, 300 ₽, 2–3 days",
        "Томск, not served",
    ];
    check(&[goods], &expected);
}

#[test]
fn a_gap_between_columns_does_not_end_a_table() {
    let goods = tab("Товары", &["Название | Цена | | Остаток | Цвет", "Сумка | 3500 | фото | 5 | красный"]);
    check(&[goods, no_delivery()], &["Товары!A2 Сумка, 3 500 ₽, 5 pcs, Цвет=красный"]);
}

#[test]
fn of_two_columns_for_one_thing_the_plainer_name_counts_and_twins_are_a_problem() {
    let goods = tab("Товары", &["Товар | Название | Цена | Стоимость | Остаток", "Сумки | Сумка | 3500 | 2000 | 5"]);
    check(&[goods, no_delivery()], &["Товары!B2 Сумка, 3 500 ₽, 5 pcs, Товар=Сумки"]);

    let twins = tab("Товары", &["Название | Цена, руб | Цена, ₽ | Остаток", "Сумка | 3500 | 2000 | 5"]);
    let expected = [
        "Товары!A2 Сумка, no price, 5 pcs",
        "! Товары!C1 Столбцы «Цена, руб» и «Цена, ₽» значат одно и то же: оставьте один",
    ];
    check(&[twins, no_delivery()], &expected);
}

#[test]
fn a_tab_without_what_it_needs_says_so() {
    for (lines, problem) in [
        (
            vec!["Сумка | 3500 | 5"],
            "! Товары!A1 Не нашли строку заголовков: нужны столбцы «Название», «Цена», «Остаток»…",
        ),
        (vec![], "! Товары!A1 Не нашли строку заголовков…"),
        (vec!["Название | Цена", "Сумка | 3500"], "! Товары!A1 Нет одного понятного столбца «Остаток»…"),
    ] {
        check(&[tab("Товары", &lines), no_delivery()], &[problem]);
    }
    let goods = tab("Товары", &["Название | Цена | Остаток", "Сумка | 3500 | 5"]);
    let expected = ["Товары!A2 Сумка, 3 500 ₽, 5 pcs", "! Доставка!A1 Нет листа «Доставка»…"];
    check(&[goods], &expected);
}

#[test]
fn places_are_read_with_all_that_sellers_write() {
    let delivery = tab(
        "Доставка",
        &[
            "Город | Срок, дней | Стоимость | Бесплатно от | ТК",
            "Москва | 2–3 дня | 300 ₽ | от 5000 | СДЭК",
            "Казань | до 5 | Бесплатно | |",
            "Омск | 3-5 раб. дней | 400 | - | ПЭК",
            "Чечня | | не доставляем | |",
            "Самовывоз | | | | ул. Лесная, 5",
            "Сочи | 05.07.2026 | 400 | |",
            "Пермь | 5 | от 400 | |",
            "Уфа | 5 | | |",
        ],
    );
    let expected = [
        "Москва, 300 ₽, 2–3 days, free from 5 000 ₽, СДЭК",
        "Казань, 0 ₽, 1–5 days",
        "Омск, 400 ₽, 3–5 days, ПЭК; срок: 3-5 раб. дней",
        "Чечня, not served",
        "Самовывоз, 0 ₽, ул. Лесная, 5",
        "! Доставка!B7 Срок «05.07.2026» похож на дату…",
        "! Доставка!C8 Стоимость «от 400» не точная…",
        "! Доставка!C9 Стоимость пуста…",
    ];
    check(&[delivery], &expected);
}

#[test]
fn facts_and_questions_need_no_header_and_unfilled_ones_are_no_problem() {
    let shop = tab("Магазин", &["Режим работы | 9–21", "Адрес |", "Этаж | 2"]);
    let faq = tab("FAQ", &["Есть чек? | Да, есть", "Можно примерить? |"]);
    check(&[shop, faq, no_delivery()], &["Режим работы: 9–21", "Этаж: 2", "Есть чек? Да, есть"]);
    let titled = tab("FAQ", &["Ответ | Вопрос", "Да | Есть чек?"]);
    check(&[titled, no_delivery()], &["Есть чек? Да"]);
}

#[test]
fn five_thousand_rows_are_read_in_no_time() {
    let mut lines = vec!["Артикул | Название | Цвет | Цена | Мин. цена | Остаток".to_owned()];
    lines.extend((0..5000).map(|n| format!("S{n} | Сумка {n} | красный | {} | {} | 5 шт", 3000 + n, 2500 + n)));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let tabs = [tab("Товары", &lines), no_delivery()];
    let begun = std::time::Instant::now();
    let snapshot = sheets::read(&tabs, 0);
    let took = begun.elapsed();
    assert_eq!((snapshot.products.len(), snapshot.problems.len()), (5000, 0));
    // Unoptimised and beside other tests; optimised it is about a tenth.
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}

fn cell() -> impl Strategy<Value = Value> {
    let words = [
        "Название",
        "Цена",
        "Остаток",
        "Мин. цена",
        "Город",
        "Стоимость",
        "Вопрос",
        "Ответ",
        "Сумка",
        "1 500 ₽",
        "от 5",
        "-",
        "",
        "5 шт",
        "#REF!",
        "до 7",
    ];
    prop_oneof![
        proptest::sample::select(words.to_vec()).prop_map(|word| json!(word)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
        Just(Value::Null),
    ]
}

proptest! {
    #[test]
    fn whatever_the_cells_hold_it_is_read_or_named_and_never_under_the_floor(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 0..7), 0..12),
        title in proptest::sample::select(vec!["Товары", "Доставка", "FAQ", "Магазин", "Лист1"]),
    ) {
        let snapshot = sheets::read(&[Tab::new(title, rows)], 0);
        for product in &snapshot.products {
            prop_assert!(!product.title.value.is_empty());
            if let (Some(price), Some(floor)) = (&product.price, &product.floor) {
                prop_assert!(floor.value <= price.value);
            }
        }
    }
}
