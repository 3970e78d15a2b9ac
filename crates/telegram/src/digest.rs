//! The morning's digest as the seller reads it. Pure: same counts, same text. Not here: what counts for what
//! (`domain::digest`).

use std::time::Duration;

use domain::digest::Digest;

use crate::text::in_one_line;

/// A shop's name, long enough to be known.
const NAME: usize = 60;

/// The digest of one shop. `since` is how its clock showed the morning before.
pub fn text(shop: &str, since: &str, digest: &Digest, per_answer: Duration) -> String {
    let count = |name: &str, count: u32| (count > 0).then(|| format!("{name}: {count}"));
    let lines = [
        Some(format!("Доброе утро! {}, с {since}:", in_one_line(shop, NAME))),
        count("Бот ответил сам", digest.answered).map(|line| line + &usually(digest.median_ms)),
        count("Черновики для вас", digest.drafted),
        count("Сравнил с вашими ответами", digest.looked_on),
        count("Вы ответили из Telegram", digest.by_hand),
        count("Позвал вас", digest.escalated),
        orders(digest),
        saved(digest, per_answer),
        Some(count("Ждут ответа", digest.unanswered).unwrap_or_else(|| "Без ответа никого".to_owned())),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn usually(median_ms: Option<i64>) -> String {
    match median_ms {
        None => String::new(),
        Some(..1_000) => ", обычно быстрее секунды".to_owned(),
        Some(ms @ 1_000..60_000) => format!(", обычно за {} с", (ms + 500) / 1_000),
        Some(ms) => format!(", обычно за {} мин", (ms + 30_000) / 60_000),
    }
}

/// A sum is told where it is known, and of how many.
fn orders(digest: &Digest) -> Option<String> {
    let orders = format!("Заказы: {}", digest.orders);
    Some(match (digest.orders, digest.priced) {
        (0, _) => return None,
        (_, 0) => orders,
        (all, priced) if all == priced => format!("{orders} на сумму {}", digest.money),
        (_, priced) => format!("{orders}, из них {priced} на сумму {}", digest.money),
    })
}

fn saved(digest: &Digest, per_answer: Duration) -> Option<String> {
    let minutes = digest.saved(per_answer).as_secs() / 60;
    let time = match minutes {
        0 => return None,
        1..60 => format!("{minutes} мин"),
        _ if minutes.is_multiple_of(60) => format!("{} ч", minutes / 60),
        _ => format!("{} ч {} мин", minutes / 60, minutes % 60),
    };
    Some(format!("Сэкономлено: {time} (по {} с на ответ)", per_answer.as_secs()))
}

#[cfg(test)]
mod tests {
    use domain::money::Money;

    use super::*;

    const PER_ANSWER: Duration = Duration::from_secs(90);

    fn told(digest: &Digest) -> String {
        text("Лавка на Лесной", "23.11, 09:00", digest, PER_ANSWER).replace('\u{a0}', " ")
    }

    #[test]
    fn a_full_day() {
        let digest = Digest {
            answered: 118,
            median_ms: Some(1_900),
            drafted: 12,
            looked_on: 7,
            by_hand: 5,
            escalated: 6,
            orders: 3,
            priced: 3,
            money: Money::roubles(10_500),
            unanswered: 2,
        };
        insta::assert_snapshot!(told(&digest), @r"
        Доброе утро! Лавка на Лесной, с 23.11, 09:00:
        Бот ответил сам: 118, обычно за 2 с
        Черновики для вас: 12
        Сравнил с вашими ответами: 7
        Вы ответили из Telegram: 5
        Позвал вас: 6
        Заказы: 3 на сумму 10 500 ₽
        Сэкономлено: 2 ч 57 мин (по 90 с на ответ)
        Ждут ответа: 2
        ");
    }

    #[test]
    fn what_was_not_is_not_told() {
        insta::assert_snapshot!(told(&Digest { escalated: 1, ..Digest::default() }), @r"
        Доброе утро! Лавка на Лесной, с 23.11, 09:00:
        Позвал вас: 1
        Без ответа никого
        ");
    }

    #[test]
    fn a_sum_is_told_where_it_is_known() {
        let of =
            |orders, priced, roubles| Digest { orders, priced, money: Money::roubles(roubles), ..Digest::default() };
        for (digest, expected) in [
            (of(0, 0, 0), None),
            (of(2, 0, 0), Some("Заказы: 2")),
            (of(2, 2, 7_000), Some("Заказы: 2 на сумму 7 000 ₽")),
            (of(3, 2, 7_000), Some("Заказы: 3, из них 2 на сумму 7 000 ₽")),
        ] {
            assert_eq!(orders(&digest).map(|line| line.replace('\u{a0}', " ")).as_deref(), expected);
        }
    }

    #[test]
    fn times_are_short() {
        for (ms, expected) in [(400, "быстрее секунды"), (1_400, "за 1 с"), (59_400, "за 59 с"), (200_000, "за 3 мин")]
        {
            assert_eq!(usually(Some(ms)), format!(", обычно {expected}"));
        }
        for (answered, expected) in [(0, None), (2, Some("3 мин")), (40, Some("1 ч")), (41, Some("1 ч 1 мин"))]
        {
            let line = saved(&Digest { answered, ..Digest::default() }, PER_ANSWER);
            let expected = expected.map(|time| format!("Сэкономлено: {time} (по 90 с на ответ)"));
            assert_eq!(line, expected);
        }
    }
}
