//! What people read when nobody has answered a card. Pure: same card, same text. Not here: when that is said
//! (`domain::waiting`).

use std::time::Duration;

use domain::desk::{Card, CardState};

use crate::keyboard::{self, Button};
use crate::text::{in_one_line, plural};

/// How much of a name and of a question is enough to know which card is meant.
const NAME: usize = 40;
const QUESTION: usize = 80;

/// «Ольга ждёт ответа 15 минут: «Есть ли…»». Whoever has taken the chat is named.
pub fn text(card: &Card, waits: Duration) -> String {
    let buyer = card.escalation.buyer.as_ref().map(|buyer| in_one_line(&buyer.name, NAME));
    let buyer = buyer.filter(|name| !name.is_empty()).unwrap_or_else(|| "Покупатель".to_owned());
    let time = span(waits);
    let told = match &card.state {
        CardState::Taken { by } | CardState::Paused { by, .. } => {
            format!("{}, вас ждёт {buyer}, уже {time}", in_one_line(&by.name, NAME))
        }
        _ => format!("{buyer} ждёт ответа {time}"),
    };
    match in_one_line(&card.escalation.question, QUESTION) {
        empty if empty.is_empty() => told,
        question => format!("{told}: «{question}»"),
    }
}

/// The buttons below it.
pub fn buttons(card: &Card) -> Vec<Vec<Button>> {
    keyboard::to_answer(card)
}

/// «15 минут», «2 ч 5 мин», «3 дня».
fn span(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match minutes {
        0..60 => format!("{minutes} {}", plural(minutes, "минуту", "минуты", "минут")),
        60..1_440 if minutes.is_multiple_of(60) => format!("{} ч", minutes / 60),
        60..1_440 => format!("{} ч {} мин", minutes / 60, minutes % 60),
        _ => format!("{} {}", minutes / 1_440, plural(minutes / 1_440, "день", "дня", "дней")),
    }
}

#[cfg(test)]
mod tests {
    use domain::desk::Person;
    use domain::escalation::{Buyer, Escalation, EscalationReason};

    use super::*;

    fn card(state: CardState, buyer: &str, question: &str) -> Card {
        let buyer = (!buyer.is_empty()).then(|| Buyer { name: buyer.to_owned(), profile_url: None });
        let escalation = Escalation {
            conversation: "demo:chat-1".parse().unwrap(),
            reason: EscalationReason::Complaint,
            question: question.to_owned(),
            attached: Vec::new(),
            before: Vec::new(),
            buyer,
            listing: None,
            draft: None,
            trouble: None,
        };
        Card { state, ..Card::new("c1".parse().unwrap(), escalation, 0) }
    }

    #[test]
    fn it_says_who_waits_how_long_and_for_what() {
        let by = || Person { id: 1, name: "Лев".to_owned() };
        let open = |buyer, question| card(CardState::Open, buyer, question);
        let long = "Здравствуйте! ".repeat(9);
        for (card, minutes, expected) in [
            (
                open("Ольга", "Верните деньги,\nона сломана!"),
                15,
                "Ольга ждёт ответа 15 минут: «Верните деньги, она сломана!»",
            ),
            (open("Ольга", ""), 1, "Ольга ждёт ответа 1 минуту"),
            (open("", "Ау?"), 62, "Покупатель ждёт ответа 1 ч 2 мин: «Ау?»"),
            (open("Ольга", "<b>Ау</b>?"), 600, "Ольга ждёт ответа 10 ч: «<b>Ау</b>?»"),
            (open("Ольга", "Ау?"), 3 * 1_440 + 50, "Ольга ждёт ответа 3 дня: «Ау?»"),
            (
                open("Ольга", &long),
                44,
                "Ольга ждёт ответа 44 минуты: «Здравствуйте! Здравствуйте! Здравствуйте! Здравствуйте! Здравствуйте! Здравству…»",
            ),
            (card(CardState::Taken { by: by() }, "Ольга", "Ау?"), 45, "Лев, вас ждёт Ольга, уже 45 минут: «Ау?»"),
        ] {
            assert_eq!(text(&card, Duration::from_secs(60 * minutes + 59)), expected);
        }
    }

    #[test]
    fn its_buttons_answer_the_card() {
        let rows = buttons(&card(CardState::Open, "Ольга", "Ау?"));
        assert_eq!(rows.iter().flatten().map(Button::says).collect::<Vec<_>>(), [("edit", "c1")]);
    }
}
