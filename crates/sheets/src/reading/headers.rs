//! What the names of tabs and columns say. A seller writes them in any order and case, with units and signs:
//! «Цена, ₽», «Кол-во (шт.)», «ОСТАТОК».
//!
//! Not here: the names themselves ([`names`]).

mod names;

use std::collections::HashSet;
use std::sync::LazyLock;

use names::Names;

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Goods,
    Delivery,
    Shop,
    Faq,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Sku,
    Title,
    Price,
    Stock,
    Floor,
    Step,
    Bargaining,
    Rounds,
    Several,
    AlsoCalled,
    Item,
    Place,
    Cost,
    Days,
    FreeFrom,
    Note,
    Name,
    Value,
    Question,
    Answer,
    /// A further fact of a product, under its header.
    Attribute,
    /// Nobody's business but the seller's, or nothing at all: not read.
    Ignored,
}

impl Column {
    /// Whether buyers may be told what stands in it. The rest only decides: what a seller hides of that, he hides from
    /// eyes (a lowest price above all), and it holds all the same.
    pub(crate) fn is_told(self) -> bool {
        !matches!(
            self,
            Self::Sku
                | Self::Floor
                | Self::Step
                | Self::Bargaining
                | Self::Rounds
                | Self::Several
                | Self::AlsoCalled
                | Self::Item
                | Self::Ignored
        )
    }
}

impl Kind {
    pub(crate) const ALL: [Kind; 4] = [Kind::Goods, Kind::Delivery, Kind::Shop, Kind::Faq];

    fn columns(self) -> &'static [(Column, Names)] {
        match self {
            Self::Goods => names::GOODS,
            Self::Delivery => names::DELIVERY,
            Self::Shop => names::SHOP,
            Self::Faq => names::FAQ,
        }
    }

    /// Which columns make a row of words the header of such a table: the first and one of the others.
    pub(crate) fn signs(self) -> (Column, &'static [Column]) {
        match self {
            Self::Goods => (Column::Title, &[Column::Price, Column::Stock]),
            Self::Delivery => (Column::Place, &[Column::Cost, Column::Days]),
            Self::Shop => (Column::Name, &[Column::Value]),
            Self::Faq => (Column::Question, &[Column::Answer]),
        }
    }
}

/// What a tab of this name holds; `None` if the name says nothing.
pub(crate) fn kind_of_tab(title: &str) -> Option<Kind> {
    let name = without_number(&words(title));
    names::TABS.iter().find(|(_, known)| rank(known, &name).is_some()).map(|(kind, _)| *kind)
}

/// Which tabs are worth reading: those whose names say what they hold, and where none of them says «goods», the
/// unnamed ones or the only one. Other tabs may be drafts and purchases, and are not touched.
pub(crate) fn tabs_to_read(titles: &[String]) -> Vec<&String> {
    let named = |title: &&String| kind_of_tab(title).is_some();
    let has_goods = titles.iter().any(|title| kind_of_tab(title) == Some(Kind::Goods));
    let unnamed = |title: &str| rank(names::UNNAMED_TABS, &without_number(&words(title))).is_some();
    titles.iter().filter(|title| named(title) || !has_goods && (titles.len() == 1 || unnamed(title))).collect()
}

/// What a column of this name is in a table of this kind, and how far down its list the name stands.
pub(crate) fn column(kind: Kind, header: &str) -> (Column, usize) {
    let name = without_units(&words(header));
    let listed = kind.columns().iter().find_map(|(column, known)| Some((*column, rank(known, &name)?)));
    if let Some(known) = listed {
        return known;
    }
    let text = format!(" {name} ");
    let has = |stems: Names| stems.split(", ").any(|stem| text.contains(&format!(" {}", stem.replace('.', " "))));
    match kind {
        _ if name.is_empty() => (Column::Ignored, 0),
        Kind::Goods if has(names::FLOOR) => (Column::Floor, 0),
        Kind::Goods if has(names::PRIVATE) => (Column::Ignored, 0),
        Kind::Goods => (Column::Attribute, 0),
        Kind::Delivery | Kind::Shop | Kind::Faq => (Column::Ignored, 0),
    }
}

/// Whether a row could be a header at all: most rows are not, and are not looked at any closer.
pub(crate) fn could_be_header<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        Kind::ALL.iter().flat_map(|kind| kind.columns()).flat_map(|(_, known)| known.split(", ")).collect()
    });
    // No header is as long as a description is.
    let mut known = |text: &str| text.len() < 100 && KNOWN.contains(&*without_units(&words(text)));
    cells.any(&mut known) && cells.any(known)
}

/// How far down a list a name stands.
fn rank(known: Names, name: &str) -> Option<usize> {
    known.split(", ").position(|known| known == name)
}

/// Lower case, ё as е, and everything that is neither letter nor digit as one space.
pub(crate) fn words(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ё' => plain.push('е'),
            c if c.is_alphanumeric() => plain.push(c),
            _ if plain.ends_with(' ') || plain.is_empty() => {}
            _ => plain.push(' '),
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

fn without_units(words: &str) -> String {
    let telling: Vec<_> = words.split(' ').filter(|word| rank(names::UNITS, word).is_none()).collect();
    if telling.is_empty() { words.to_owned() } else { telling.join(" ") }
}

fn without_number(words: &str) -> String {
    words.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_known_by_russian_and_english_names() {
        for (title, kind) in [
            ("Товары", Some(Kind::Goods)),
            (" 📦 ТОВАРЫ ", Some(Kind::Goods)),
            ("Товары 2", Some(Kind::Goods)),
            ("Price-list", Some(Kind::Goods)),
            ("Доставка", Some(Kind::Delivery)),
            ("Вопросы и ответы", Some(Kind::Faq)),
            ("FAQ", Some(Kind::Faq)),
            ("О магазине", Some(Kind::Shop)),
            ("Закупка", None),
            ("Товары (архив)", None),
            ("Лист1", None),
            ("", None),
        ] {
            assert_eq!(kind_of_tab(title), kind, "{title:?}");
        }
    }

    #[test]
    fn only_tabs_that_say_what_they_hold_are_read() {
        for (titles, read) in [
            (vec!["Товары", "Закупка", "FAQ", "Лист3"], vec!["Товары", "FAQ"]),
            (vec!["Лист1", "Доставка", "Черновик"], vec!["Лист1", "Доставка"]),
            (vec!["Sheet1", "Sheet2"], vec!["Sheet1", "Sheet2"]),
            (vec!["Моё"], vec!["Моё"]),
            (vec!["Моё", "Твоё"], vec![]),
            (vec![], vec![]),
        ] {
            let titles: Vec<String> = titles.into_iter().map(str::to_owned).collect();
            assert_eq!(tabs_to_read(&titles), read, "{titles:?}");
        }
    }

    #[test]
    fn columns_are_known_whatever_case_units_and_signs() {
        for (header, column) in [
            ("Артикул", Column::Sku),
            ("НАЗВАНИЕ", Column::Title),
            ("Цена, руб.", Column::Price),
            ("Цена (₽)", Column::Price),
            ("Price", Column::Price),
            ("Кол-во, шт", Column::Stock),
            ("шт.", Column::Stock),
            ("В наличии", Column::Stock),
            ("Мин. цена", Column::Floor),
            ("Минимальная цена, ₽", Column::Floor),
            ("Цена мин.", Column::Floor),
            ("Не ниже", Column::Floor),
            ("Минималка", Column::Floor),
            ("Минимум", Column::Floor),
            ("Мин. заказ, шт", Column::Attribute),
            ("Торговая марка", Column::Attribute),
            ("Центр", Column::Attribute),
            ("Оптика", Column::Attribute),
            ("Шаг торга", Column::Step),
            ("Торг", Column::Bargaining),
            ("Торг возможен?", Column::Bargaining),
            ("Раунды", Column::Rounds),
            ("Раундов торга", Column::Rounds),
            ("Скидка от количества", Column::Several),
            ("Цена за несколько, руб", Column::Several),
            ("Синонимы", Column::AlsoCalled),
            ("Как ещё называют", Column::AlsoCalled),
            ("Авито ID", Column::Item),
            ("Цвет", Column::Attribute),
            ("Размер", Column::Attribute),
            ("Объём, мл", Column::Attribute),
        ] {
            assert_eq!(self::column(Kind::Goods, header).0, column, "{header:?}");
        }
        for (header, column) in [
            ("Город", Column::Place),
            ("Стоимость", Column::Cost),
            ("Цена доставки", Column::Cost),
            ("Срок, дней", Column::Days),
            ("Бесплатно от, ₽", Column::FreeFrom),
            ("ТК", Column::Note),
            ("Менеджер", Column::Ignored),
        ] {
            assert_eq!(self::column(Kind::Delivery, header).0, column, "{header:?}");
        }
    }

    #[test]
    fn what_the_seller_paid_and_noted_for_himself_is_not_read() {
        for header in [
            "Закупка",
            "Закупочная цена",
            "Себестоимость",
            "Наценка, %",
            "Маржа",
            "Поставщик",
            "Оптовая цена",
            "Старая цена",
            "Скидка",
            "Примечание",
            "Комментарий менеджера",
            "№ п/п",
            "№",
            "Опт",
            "Торговая наценка",
            "Цена со скидкой",
            "Cost price",
        ] {
            assert_eq!(column(Kind::Goods, header).0, Column::Ignored, "{header:?}");
        }
    }

    #[test]
    fn no_name_stands_twice_in_one_kind_of_table_and_all_are_as_they_are_compared() {
        for kind in Kind::ALL {
            let names: Vec<_> = kind.columns().iter().flat_map(|(_, known)| known.split(", ")).collect();
            for (at, name) in names.iter().enumerate() {
                assert!(!names[..at].contains(name), "{kind:?}: {name}");
                assert!(words(name) == *name && without_units(name) == *name, "{kind:?}: {name}");
            }
        }
        for (kind, known) in names::TABS {
            for name in known.split(", ") {
                assert!(kind_of_tab(name) == Some(kind), "{name}");
            }
        }
    }
}
