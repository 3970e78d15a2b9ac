//! Merged cells, and rows and columns that somebody hid.

use sheets::Tab;

use crate::sketch::{arranged, check, tab};

/// What a goods tab is read as, with these cells merged and these rows and columns hidden.
fn goods(lines: &[&str], merged: &[&str], hidden: &[&str], expected: &[&str]) {
    check(&[arranged(tab("Товары", lines), merged, hidden), no_delivery()], expected);
}

fn no_delivery() -> Tab {
    tab("Доставка", &["Город | Стоимость"])
}

#[test]
fn a_name_and_a_price_down_several_rows_hold_for_each_of_them() {
    let lines = [
        "Название | Размер | Цена | Остаток",
        "Куртка | M | 5200 | 1",
        " | L | | 2",
        " | XL | | нет",
        "Шапка | | 890 | 6",
    ];
    let expected = [
        "Товары!A2 Куртка, 5 200 ₽, 1 pcs, Размер=M",
        "Товары!A3 Куртка, 5 200 ₽, 2 pcs, Размер=L",
        "Товары!A4 Куртка, 5 200 ₽, 0 pcs, Размер=XL",
        "Товары!A5 Шапка, 890 ₽, 6 pcs",
    ];
    goods(&lines, &["A2:A4", "C2:C4"], &[], &expected);
}

#[test]
fn cells_that_only_look_merged_because_they_are_empty_hold_nothing() {
    let lines = ["Название | Размер | Цена | Остаток", "Куртка | M | 5200 | 1", " | L | 5200 | 2"];
    let expected = ["Товары!A2 Куртка, 5 200 ₽, 1 pcs, Размер=M", "! Товары!A3 Нет названия: впишите его"];
    goods(&lines, &[], &[], &expected);
}

#[test]
fn one_stock_or_article_number_for_several_goods_is_nobodys() {
    let lines = ["Артикул | Название | Цвет | Цена | Остаток", "S1 | Сумка | красный | 3500 | 5", "S2 | | синий | |"];
    let stock = "Остаток — одна ячейка на строки 2–3: разъедините её и заполните каждую строку [Сумка]";
    let problems = [format!("! Товары!E2 {stock}"), format!("! Товары!E3 {stock}")];
    goods(&lines, &["B2:B3", "D2:D3", "E2:E3"], &[], &problems.each_ref().map(String::as_str));

    let lines = ["Артикул | Название | Цена | Остаток", "S1 | Сумка красная | 3500 | 5", " | Сумка синяя | 3500 | 2"];
    let expected = [
        "! Товары!A2 Артикул — одна ячейка на строки 2–3: разъедините её и заполните каждую строку [Сумка красная]",
        "! Товары!A3 Артикул — одна ячейка на строки 2–3: разъедините её и заполните каждую строку [Сумка синяя]",
    ];
    goods(&lines, &["A2:A3"], &[], &expected);
}

#[test]
fn a_stock_in_words_holds_for_each_row() {
    for (stock, read) in [("много", "plenty"), ("нет", "0 pcs"), ("0", "0 pcs")] {
        let first = format!("Сумка | красный | 3500 | {stock}");
        let lines = ["Название | Цвет | Цена | Остаток", &first, " | синий | 3700 |"];
        let expected = [
            format!("Товары!A2 Сумка, 3 500 ₽, {read}, Цвет=красный"),
            format!("Товары!A3 Сумка, 3 700 ₽, {read}, Цвет=синий"),
        ];
        goods(&lines, &["A2:A3", "D2:D3"], &[], &expected.each_ref().map(String::as_str));
    }
}

#[test]
fn a_product_that_is_several_rows_high_is_one() {
    let lines = ["Название | Цена | Остаток", "Шкаф | 15000 | 1", "", "Стол | 7000 | 2"];
    let expected = ["Товары!A2 Шкаф, 15 000 ₽, 1 pcs", "Товары!A4 Стол, 7 000 ₽, 2 pcs"];
    goods(&lines, &["A2:A3", "B2:B3", "C2:C3"], &[], &expected);
}

#[test]
fn a_heading_over_the_whole_width_is_no_product() {
    let lines = ["Название | Цена | Остаток", "Сумки кожаные | |", "Сумка | 3500 | 5"];
    goods(&lines, &["A2:C2"], &[], &["Товары!A3 Сумка, 3 500 ₽, 5 pcs"]);
    let alone = ["Товары!A3 Сумка, 3 500 ₽, 5 pcs", "! Товары!C2 Остаток пуст: напишите число… "];
    let alone = alone.map(|line| line.trim_end());
    goods(&lines, &[], &[], &alone);
}

#[test]
fn a_value_across_columns_that_count_belongs_to_neither() {
    let lines = ["Название | Цена | Остаток", "Сумка | нет |", "Рюкзак | 2900 | 2"];
    let expected = [
        "Товары!A3 Рюкзак, 2 900 ₽, 2 pcs",
        "! Товары!B2 «нет» стоит в ячейке, объединённой на несколько столбцов: разъедините её [Сумка]",
        "! Товары!B2 Сумма «нет» не читается…",
        "! Товары!C2 Остаток пуст…",
    ];
    goods(&lines, &["B2:C2"], &[], &expected);
    // A wide name over a column without a meaning is a wide name.
    let lines = ["Название | | Цена | Остаток", "Сумка | | 3500 | 5"];
    goods(&lines, &["A1:B1", "A2:B2"], &[], &["Товары!A2 Сумка, 3 500 ₽, 5 pcs"]);
}

#[test]
fn a_header_over_two_prices_names_neither() {
    let lines =
        ["Название | Цена | | Остаток", " | розница | опт |", "Сумка | 3500 | 3000 | 5", "Рюкзак | 2900 | 2500 | 2"];
    let expected = [
        "Товары!A3 Сумка, no price, 5 pcs",
        "Товары!A4 Рюкзак, no price, 2 pcs",
        "! Товары!B1 Столбец «Цена» объединён над несколькими заполненными столбцами: дайте каждому свой заголовок",
    ];
    goods(&lines, &["A1:A2", "B1:C1", "D1:D2"], &[], &expected);
}

#[test]
fn a_row_that_somebody_hid_is_left_out_and_told_of() {
    let lines = ["Название | Цена | Остаток", "Сумка | 3500 | 5", "Рюкзак | 2900 | 2", "", "СУМКИ | |"];
    let expected = [
        "Товары!A2 Сумка, 3 500 ₽, 5 pcs",
        "! Товары!A3 Строка скрыта, и мы её не читаем: покажите её, если она ещё нужна, или удалите [Рюкзак]",
    ];
    goods(&lines, &[], &["3", "4", "5"], &expected);
}

#[test]
fn a_hidden_row_does_not_stand_in_the_way_of_the_one_that_is_shown() {
    let lines = ["Название | Цена | Остаток", "Сумка | 3500 | 5", "сумка | 2900 | 2"];
    goods(&lines, &[], &["3"], &["Товары!A2 Сумка, 3 500 ₽, 5 pcs", "! Товары!A3 Строка скрыта…"]);
}

#[test]
fn a_hidden_column_is_told_to_nobody_and_decides_all_the_same() {
    let lines = ["Название | Цена | Мин. цена | Остаток | Цвет | Артикул", "Сумка | 3500 | 3000 | 5 | красный | S1"];
    goods(&lines, &[], &["C", "E", "F"], &["S1 Сумка, 3 500 ₽, 5 pcs, floor 3 000 ₽"]);
    let expected = [
        "S1 Сумка, no price, 5 pcs, floor 3 000 ₽, Цвет=красный",
        "! Товары!B1 Столбец «Цена» скрыт, и мы его не читаем: покажите его",
    ];
    goods(&lines, &[], &["B"], &expected);
    let expected = [
        "! Товары!D1 Столбец «Остаток» скрыт, и мы его не читаем: покажите его",
        "! Товары!A1 Нет одного понятного столбца «Остаток»…",
    ];
    goods(&lines, &[], &["D"], &expected);
}

#[test]
fn of_two_prices_the_one_that_is_shown_counts() {
    let lines = ["Название | Цена, руб | Цена, ₽ | Остаток", "Сумка | 3500 | 2000 | 5"];
    goods(&lines, &[], &["C"], &["Товары!A2 Сумка, 3 500 ₽, 5 pcs"]);
    goods(&lines, &[], &["B"], &["Товары!A2 Сумка, 2 000 ₽, 5 pcs"]);
}

#[test]
fn what_names_a_place_or_a_question_names_one() {
    let delivery = tab(
        "Доставка",
        &[
            "Город | Стоимость | Срок | ТК",
            "Москва | 300 | 2 | СДЭК",
            " | 250 | 5 | Почта",
            "Тверь | 400 | 3 | СДЭК",
            "Клин | | | СДЭК",
        ],
    );
    let delivery = arranged(delivery, &["A2:A3", "B4:B5", "C4:C5"], &[]);
    let faq = arranged(
        tab("FAQ", &["Вопрос | Ответ", "Есть чек? | Да", " | Электронный", "Торг? | Нет", "Скидки? |"]),
        &["A2:A3", "B4:B5"],
        &[],
    );
    let shop = arranged(tab("Магазин", &["Параметр | Значение", "Часы | пн–пт 9–21", " | сб 10–18"]), &["A2:A3"], &[]);
    let expected = [
        "Тверь, 400 ₽, 3 days, СДЭК",
        "Клин, 400 ₽, 3 days, СДЭК",
        "Торг? Нет",
        "Скидки? Нет",
        "! Доставка!A2 Город — одна ячейка на строки 2–3: разъедините её и заполните каждую строку [Москва]",
        "! Доставка!A3 Город — одна ячейка на строки 2–3… ",
        "! FAQ!A2 Вопрос — одна ячейка на строки 2–3…",
        "! FAQ!A3 Вопрос — одна ячейка на строки 2–3…",
        "! Магазин!A2 Параметр — одна ячейка на строки 2–3…",
        "! Магазин!A3 Параметр — одна ячейка на строки 2–3…",
    ];
    check(&[delivery, faq, shop], &expected.map(str::trim_end));
}
