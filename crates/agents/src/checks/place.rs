//! A place that is named is a place of the decision: what holds for one city is not said of another.

use domain::decision::FactValue;

use super::Case;
use super::draft::Draft;
use crate::matching::phrase::{QUOTED, tokens};
use crate::matching::words::likeness;
use crate::matching::{Place, places_named};
use crate::numbers::fold::fold;

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys: Vec<String> = other_street(draft, case).into_iter().collect();
    if let Some(said) = draft.says_unless("everywhere", |said| is_told(said, case)) {
        whys.push(format!("\"{said}\" is more places than this decision is about"));
    }
    whys.extend(other_places(draft, case));
    whys
}

/// A street that no fact of the decision has.
fn other_street(draft: &Draft<'_>, case: &Case<'_>) -> Option<String> {
    const KINDS: [&str; 10] =
        ["ул", "улица", "улице", "проспект", "проспекте", "переулок", "бульвар", "шоссе", "площадь", "набережная"];
    let words = draft.words();
    let at = words.iter().position(|word| KINDS.contains(&word.text.as_str()))?;
    let named =
        words.get(at + 1).filter(|word| !word.text.contains(QUOTED) && word.sentence <= words[at].sentence + 1)?;
    let told = |text: &str| tokens(&fold(text)).iter().any(|word| likeness(&word.text, &named.text) >= 0.85);
    (!told_by(case, told)).then(|| format!("\"{}\" is no street of this decision", named.text))
}

fn is_told(said: &str, case: &Case<'_>) -> bool {
    told_by(case, |text| fold(text).contains(said))
}

fn told_by(case: &Case<'_>, told: impl Fn(&str) -> bool) -> bool {
    case.facts().any(|fact| matches!(&fact.value, FactValue::Text(text) if told(text)))
}

fn other_places(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let named = places_named(&draft.own);
    if named.is_empty() {
        return Vec::new();
    }
    let told: Vec<Place> = case
        .facts()
        .filter_map(|fact| if let FactValue::Text(text) = &fact.value { Some(places_named(text)) } else { None })
        .flatten()
        .collect();
    // «по России» and «в Новосибирской области» are said of a city in them.
    let covered = |place: &Place| told.iter().any(|known| known == place || known.lies_in(*place));
    let foreign = named.iter().filter(|place| !covered(place));
    foreign.map(|place| format!("{} is no place of this decision", place.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn the_city_of_the_decision_may_be_said_in_any_form() {
        passes(
            "place",
            &[
                (sample::delivery(), "Доставим в Новосибирск за 500 ₽"),
                (sample::delivery(), "До Новосибирска доставка 500 ₽"),
                (sample::delivery(), "По Новосибирску и Новосибирской области 500 ₽"),
                (sample::no_delivery(), "В Минск не отправляем"),
                (sample::address(), "Мы в Новосибирске"),
                (sample::stock(), "Есть, орёл на нём вышит"),
                (sample::delivery(), "Доставка в Новосибирск — 500 ₽"),
                (sample::delivery(), "В Новосибирскую область — 500 ₽"),
                (sample::delivery(), "Новосибирск: 500 ₽, 5–7 дней"),
                (sample::delivery(), "По Новосибирску 500 ₽"),
                (sample::delivery(), "В Новосиб 500 ₽"),
                (sample::delivery(), "Доставим по России, в Новосибирск 500 ₽"),
                (sample::no_delivery(), "В Минск не доставляем"),
                (sample::no_delivery(), "Минск пока не обслуживаем, доставки нет"),
                (sample::no_delivery(), "В Минске доставки нет"),
                (sample::address(), "Магазин в Новосибирске, ул. Ленина, 12"),
                (sample::address(), "Мы на улице Ленина, 12, Новосибирск"),
                (sample::address(), "Новосибирск, Ленина, 12"),
                (sample::pickup(), "Самовывоз из Новосибирска, ул. Ленина, 12"),
                (sample::stock(), "Есть, рюкзак городской, вместительный, 3 500 ₽"),
                (
                    sample::delivery(),
                    "Да, отправляем: Новосибирск, стоимость доставки 500 ₽, срок 5–7 дней. При заказе от 5 000 ₽ доставка бесплатная.",
                ),
                (sample::delivery(), "Доставим: Новосибирск. Стоимость 500 ₽, в пути 5–7 дней. От 5 000 ₽ бесплатно."),
                (
                    sample::delivery(),
                    "Да, доставляем в Новосибирск! Стоимость — 500 рублей, срок 5-7 дней. А если заказ от 5000 рублей — доставка бесплатная.",
                ),
                (sample::delivery(), "Доставка в Новосибирск обойдётся в 500 ₽ и займёт от 5 до 7 дней."),
                (sample::delivery(), "В Новосибирск доставляем за 500 ₽, это займёт 5–7 дней."),
                (sample::delivery(), "Доставка 500 руб, 5-7 дней, бесплатно от 5 000 руб."),
                (sample::delivery(), "Здравствуйте! Отправка в Новосибирск: 500 ₽, 5–7 дней в пути."),
                (sample::delivery(), "Конечно, доставим в Новосибирск за 500 ₽ (5–7 дней)."),
                (sample::delivery(), "Да, отправим в Новосибирск. Доставка стоит 500 ₽, идёт пять-семь дней."),
                (sample::delivery(), "Доставка в Новосибирск 500 ₽. Для заказов свыше 5 000 ₽ — бесплатно."),
                (sample::no_delivery(), "К сожалению, туда не отправляем: Минск."),
                (sample::no_delivery(), "Минск: доставки, к сожалению, нет."),
            ],
        );
    }

    #[test]
    fn no_other_city_is_spoken_for() {
        refuses(
            "place",
            &[
                (sample::delivery(), "Доставим в Москву за 500 ₽"),
                (sample::delivery(), "В Новосибирск и в Томск 500 ₽"),
                (sample::delivery(), "В Питер 500 ₽"),
                (sample::delivery(), "В Казахстан 500 ₽"),
                (sample::stock(), "Есть, мы в Самаре"),
                (sample::hours(), "Работаем в Казани с 9:00 до 21:00"),
                (sample::stock(), "Есть, Китай"),
                (sample::stock(), "Есть, в Москве"),
                (sample::delivery(), "Доставка 500 ₽ по всей Сибири"),
                (sample::delivery(), "Доставка 500 ₽ по всей России"),
                (sample::delivery(), "Доставка 500 ₽ в любой город"),
                (sample::delivery(), "Доставка 500 ₽ по всему миру"),
                (sample::delivery(), "Доставка 500 ₽ в ваш город и другие города"),
                (sample::delivery(), "Доставка 500 ₽ в Бердск"),
                (sample::delivery(), "Доставка 500 ₽, в Томск столько же"),
                (sample::greet(), "Здравствуйте! Мы в Москве"),
                (sample::which_city(), "Доставим в любой город"),
                (sample::address(), "Адрес: Новосибирск, ул. Мира, 12"),
                (sample::address(), "Адрес: Томск, ул. Ленина, 12"),
                (sample::pickup(), "Самовывоз: Томск"),
                (sample::counter(), "3 300 ₽, сам купил за столько же"),
                (sample::stock(), "Есть, Россия, производство Турция"),
                (sample::no_delivery(), "Не доставляем, но можно через Москву"),
                (sample::greet(), "Здравствуйте! Доставляем по всей России"),
                (sample::which_city(), "В любой город доставим за 300"),
                (sample::which_city(), "Доставляем по всей России бесплатно"),
                (sample::which_city(), "Какой город? В Москву 300 ₽"),
                (sample::counter(), "3 300 ₽, рубеж"),
            ],
        );
    }
}
