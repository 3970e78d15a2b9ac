//! Buttons: what stands on them, and what Telegram tells us when one is pressed.
//!
//! A button's data is `<verb>:<of>`, at most 64 bytes: what to do, and to which card or thing. All else that a press
//! needs is in Redis, so that buttons outlive every restart. Not here: who may press them.

use domain::desk::{Card, CardId, CardState};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

/// The longest data of a button, in bytes.
const LONGEST: usize = 64;

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    text: String,
    data: String,
}

impl Button {
    /// A button with this text that, pressed, says `verb` of `of`. `None` if Telegram would not take it: the data is
    /// too long.
    pub fn new(text: &str, verb: &str, of: &str) -> Option<Self> {
        let data = format!("{verb}:{of}");
        let fits = data.len() <= LONGEST && !verb.is_empty() && !verb.contains(':') && !text.trim().is_empty();
        fits.then(|| Self { text: text.to_owned(), data })
    }

    /// The verb, and what it is of.
    #[cfg(test)]
    pub(crate) fn says(&self) -> (&str, &str) {
        self.data.split_once(':').unwrap()
    }
}

/// What the buttons of a card do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardButton {
    /// The draft goes to the buyer as it is.
    SendDraft,
    /// The draft is changed, or an answer written where there is none.
    Edit,
    /// The draft is not wanted.
    Reject,
    /// The chat is the seller's.
    Take,
    /// The chat is the bot's.
    Return,
    /// The bot is silent for an hour.
    Pause,
}

impl CardButton {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::SendDraft, Self::Edit, Self::Reject, Self::Take, Self::Return, Self::Pause];

    /// What a press says.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::SendDraft => "send",
            Self::Edit => "edit",
            Self::Reject => "reject",
            Self::Take => "take",
            Self::Return => "return",
            Self::Pause => "pause",
        }
    }

    /// The button of this verb.
    pub fn of_verb(verb: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|button| button.verb() == verb)
    }

    fn label(self, card: &Card) -> &'static str {
        match self {
            Self::SendDraft => "Отправить черновик",
            Self::Edit if card.escalation.draft.is_some() && card.waits() => "Изменить",
            Self::Edit => "Ответить",
            Self::Reject => "Не отправлять",
            Self::Take => "Взять чат",
            Self::Return => "Вернуть боту",
            Self::Pause => "Пауза 1 ч",
        }
    }
}

/// The verb of the button that undoes an answer; it is of a card, a colon, and the answer's update.
pub const UNDO: &str = "undo";

/// The buttons of a card: those that make sense as things stand.
pub(crate) fn of_card(card: &Card) -> Vec<Vec<Button>> {
    use CardButton::{Edit, Pause, Reject, Return, SendDraft, Take};
    let answer: &[CardButton] = if card.escalation.draft.is_some() { &[SendDraft, Edit] } else { &[Edit] };
    let rows: &[&[CardButton]] = match &card.state {
        CardState::Open if card.awaits_tap() => &[answer, &[Reject], &[Take, Pause]],
        CardState::Open => &[answer, &[Take, Return], &[Pause]],
        CardState::Taken { .. } => &[answer, &[Return, Pause]],
        CardState::Paused { .. } => &[answer, &[Return]],
        CardState::Answered { .. } | CardState::Failed { .. } | CardState::AnsweredOnAvito => &[&[Edit, Return]],
        CardState::Returned { .. } => &[&[Take]],
        CardState::Rejected { .. } => &[&[Edit, Take]],
        CardState::Replaced => &[],
    };
    let button = |button: &CardButton| Button::new(button.label(card), button.verb(), card.id.as_str());
    rows.iter().map(|row| row.iter().filter_map(button).collect()).collect()
}

/// The buttons to answer a card with that stand below another message. A press on one of them says so when it comes too
/// late: nobody changes that message when the card does.
pub(crate) fn to_answer(card: &Card) -> Vec<Vec<Button>> {
    use CardButton::{Edit, SendDraft};
    let row: &[CardButton] = if card.escalation.draft.is_some() { &[SendDraft, Edit] } else { &[Edit] };
    let button = |button: &CardButton| Button::new(button.label(card), button.verb(), card.id.as_str());
    vec![row.iter().filter_map(button).collect()]
}

/// As Telegram wants it.
pub(crate) fn markup(rows: &[Vec<Button>]) -> InlineKeyboardMarkup {
    let button = |button: &Button| InlineKeyboardButton::callback(button.text.clone(), button.data.clone());
    InlineKeyboardMarkup::new(rows.iter().map(|row| row.iter().map(button).collect::<Vec<_>>()))
}

/// The verb and what it is of.
pub(crate) fn read(data: &str) -> Option<(String, String)> {
    let (verb, of) = data.split_once(':')?;
    Some((verb.to_owned(), of.to_owned()))
}

/// The card that a button of ours is of.
pub(crate) fn card_in(data: &str) -> Option<CardId> {
    let (verb, of) = read(data)?;
    let of = if verb == UNDO { of.split(':').next()?.to_owned() } else { of };
    (verb == UNDO || CardButton::of_verb(&verb).is_some()).then(|| of.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use domain::desk::{CardState, Person};
    use domain::escalation::{Escalation, EscalationReason};

    use super::*;

    fn card(state: CardState, draft: Option<&str>) -> Card {
        let escalation = Escalation {
            conversation: "demo:chat-1".parse().unwrap(),
            reason: EscalationReason::LowConfidence,
            question: "Ау?".to_owned(),
            attached: Vec::new(),
            before: Vec::new(),
            buyer: None,
            listing: None,
            draft: draft.map(str::to_owned),
            trouble: None,
        };
        Card { state, ..Card::new("0123456789abcdef01234567".parse().unwrap(), escalation, 0) }
    }

    #[test]
    fn a_card_has_the_buttons_that_make_sense() {
        let by = || Person { id: 1, name: "Лев".to_owned() };
        for (state, draft, expected) in [
            (CardState::Open, Some("Да."), "Отправить черновик, Изменить / Взять чат, Вернуть боту / Пауза 1 ч"),
            (CardState::Open, None, "Ответить / Взять чат, Вернуть боту / Пауза 1 ч"),
            (CardState::Taken { by: by() }, None, "Ответить / Вернуть боту, Пауза 1 ч"),
            (CardState::Paused { by: by(), until_ms: 1 }, Some("Да."), "Отправить черновик, Изменить / Вернуть боту"),
            (CardState::Answered { by: by(), text: "Да.".to_owned() }, Some("Да."), "Ответить, Вернуть боту"),
            (CardState::AnsweredOnAvito, Some("Да."), "Ответить, Вернуть боту"),
            (CardState::Returned { by: by() }, None, "Взять чат"),
            (CardState::Replaced, None, ""),
        ] {
            let rows = of_card(&card(state.clone(), draft));
            let words = |row: &Vec<Button>| row.iter().map(|button| &*button.text).collect::<Vec<_>>().join(", ");
            assert_eq!(rows.iter().map(words).collect::<Vec<_>>().join(" / "), expected, "{state:?}");
        }
    }

    #[test]
    fn a_press_says_what_the_button_does_and_to_which_card() {
        for button in of_card(&card(CardState::Open, Some("Да."))).into_iter().flatten() {
            assert!(button.data.len() <= LONGEST, "{}", button.data);
            assert_eq!(card_in(&button.data), Some("0123456789abcdef01234567".parse().unwrap()), "{}", button.data);
        }
        assert_eq!(card_in("undo:c1:77"), Some("c1".parse().unwrap()));
        assert_eq!(card_in("faq:c1"), None);
        assert_eq!(read("nothing"), None);
        assert_eq!(Button::new("Да", "faq", &"a".repeat(70)), None);
    }
}
