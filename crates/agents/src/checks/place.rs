//! A place that is named is a place of the decision: what holds for one city is not said of another.

use domain::decision::FactValue;

use super::Case;
use super::draft::Draft;
use crate::matching::{Place, places_named};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
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
            ],
        );
    }
}
