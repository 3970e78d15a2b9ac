//! «Сохранить ответ в таблицу?»: the offer as the seller reads it, and what became of it. Pure: same offer, same text.
//!
//! The pair is shown whole: what he taps is what stands in the table. Not here: what is worth an offer (crate `agents`),
//! and what a tap does (crate `worker`).

use domain::desk::CardId;
use domain::lesson::{Lesson, LessonState};

use crate::keyboard::Button;
use crate::text::plain;

/// The verb of the button that puts the pair into the table; it is of the card.
pub const SAVE: &str = "learn";

/// The verb of the button that does not; it is of the card.
pub const DECLINE: &str = "nolearn";

/// More than an offer may have; Telegram takes 4096 in all.
const QUESTION: usize = 600;
const ANSWER: usize = 2_000;
const NAME: usize = 40;
const WHY: usize = 700;

/// The offer as things stand.
pub fn text(lesson: &Lesson, state: &LessonState) -> String {
    let head = match state {
        LessonState::Offered => "Сохранить ответ в таблицу? Бот сможет отвечать так сам.".to_owned(),
        LessonState::Wanted { .. } => "Сохраняю в таблицу…".to_owned(),
        LessonState::Saved { by, at } => format!("✅ В таблице, {at}: {}.", plain(&by.name, NAME)),
        LessonState::Declined { by } => format!("Не сохраняем: {}.", plain(&by.name, NAME)),
        LessonState::Failed { why } => format!("❌ Не сохранено. {}", plain(why, WHY)),
    };
    format!("{head}\n\n❓ {}\n💬 {}", plain(&lesson.question, QUESTION), plain(&lesson.answer, ANSWER))
}

/// The buttons below it, as long as somebody may decide.
pub fn buttons(card: &CardId, state: &LessonState) -> Vec<Vec<Button>> {
    if !state.is_open() {
        return Vec::new();
    }
    let save = Button::new("Сохранить", SAVE, card.as_str());
    let decline = Button::new("Не надо", DECLINE, card.as_str());
    vec![save.into_iter().chain(decline).collect()]
}

#[cfg(test)]
mod tests {
    use domain::catalog::CellRef;
    use domain::desk::Person;

    use super::*;
    use crate::text::length;

    fn lesson(question: &str, answer: &str) -> Lesson {
        Lesson {
            card: "0123456789abcdef01234567".parse().unwrap(),
            conversation: "demo:chat-1".parse().unwrap(),
            question: question.to_owned(),
            answer: answer.to_owned(),
        }
    }

    fn states() -> [LessonState; 5] {
        let by = || Person { id: 1, name: "Лев".to_owned() };
        [
            LessonState::Offered,
            LessonState::Wanted { by: by(), since_ms: 1 },
            LessonState::Saved { by: by(), at: CellRef("FAQ!A7".to_owned()) },
            LessonState::Declined { by: by() },
            LessonState::Failed { why: "Таблица закрыта.".to_owned() },
        ]
    }

    #[test]
    fn an_offer_shows_the_pair_and_what_became_of_it() {
        let lesson = lesson("Гарантия есть?", "Да, год");
        for (state, head, decides) in [
            (0, "Сохранить ответ в таблицу? Бот сможет отвечать так сам.", true),
            (1, "Сохраняю в таблицу…", false),
            (2, "✅ В таблице, FAQ!A7: Лев.", false),
            (3, "Не сохраняем: Лев.", false),
            (4, "❌ Не сохранено. Таблица закрыта.", true),
        ] {
            let state = &states()[state];
            assert_eq!(text(&lesson, state), format!("{head}\n\n❓ Гарантия есть?\n💬 Да, год"));
            let rows = buttons(&lesson.card, state);
            let says: Vec<_> = rows.iter().flatten().map(Button::says).collect();
            let card = lesson.card.as_str();
            assert_eq!(says, if decides { vec![(SAVE, card), (DECLINE, card)] } else { Vec::new() }, "{head}");
        }
    }

    #[test]
    fn no_offer_is_longer_than_telegram_takes() {
        for flood in ["я", "🙂", "a\n"] {
            let flood = flood.repeat(5_000);
            for state in states() {
                assert!(length(&text(&lesson(&flood, &flood), &state)) < 4_096);
            }
        }
    }
}
