//! A second opinion on what a buyer wants, without a language model: stems and pieces of words, and a softmax regression
//! over them that learns from labelled messages when a program starts.
//!
//! It reads what is told in words it has seen, and never tires of it; it understands nothing. So it is held beside a
//! model, not in its place: where the two agree either is more likely to be right. Not here: how much it counts there.

mod example;
mod features;
mod softmax;

use domain::intent::{Flag, Intent};

pub use example::{Example, Misfit, Said, read};

use self::features::{Feature, Rarity};
use self::softmax::Softmax;

/// What a turn shows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The buyer's words.
    pub text: &'a str,
    /// What the buyer said before.
    pub before: Option<&'a str>,
    /// What the shop answered to that.
    pub answered: Option<&'a str>,
    /// Whether the chat belongs to a listing.
    pub listing: bool,
}

/// What is thought of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// How likely each intent is, in the order of [`Intent::ALL`].
    pub intents: [f64; Intent::ALL.len()],
    /// How likely a human must see it: a complaint, or one of the flags.
    pub call: f64,
}

/// Complaints and each of the flags, beside the messages that call for nobody.
const CALLS: usize = Flag::ALL.len() + 1;
const COMPLAINT: usize = Flag::ALL.len();

/// Who has the opinion.
#[derive(Debug)]
pub struct SecondOpinion {
    rarity: Rarity,
    intents: Softmax<{ Intent::ALL.len() }>,
    calls: Softmax<CALLS>,
}

impl SecondOpinion {
    /// Learns from `examples`: the same ones in the same order make the same opinions.
    pub fn learn(examples: &[Example]) -> Self {
        let rarity = Rarity::of(examples.iter().map(Example::shown));
        let features: Vec<Vec<Feature>> = examples.iter().map(|example| rarity.features(example.shown())).collect();
        let intents: Vec<usize> = examples.iter().map(|example| place(example.intent)).collect();
        let calls: Vec<usize> = examples.iter().map(call).collect();
        Self { intents: Softmax::learn(&features, &intents), calls: Softmax::learn(&features, &calls), rarity }
    }

    /// What it thinks of a message.
    pub fn of(&self, shown: Shown<'_>) -> Opinion {
        let features = self.rarity.features(shown);
        let calls = self.calls.probabilities(&features);
        Opinion {
            intents: self.intents.probabilities(&features).map(f64::from),
            call: 1.0 - f64::from(calls[place_of_flag(Flag::None)]),
        }
    }
}

fn place(intent: Intent) -> usize {
    Intent::ALL.iter().position(|known| *known == intent).unwrap_or_default()
}

fn place_of_flag(flag: Flag) -> usize {
    Flag::ALL.iter().position(|known| *known == flag).unwrap_or_default()
}

/// A complaint is a human's whatever else is in the message.
fn call(example: &Example) -> usize {
    if example.intent == Intent::Complaint { COMPLAINT } else { place_of_flag(example.flag) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, intent: Intent, flag: Flag) -> Example {
        Example { text: text.to_owned(), before: Vec::new(), listing: None, intent, flag, second_intent: None }
    }

    fn lesson() -> Vec<Example> {
        let (stock, price, other) = (Intent::StockInquiry, Intent::PriceNegotiation, Intent::Other);
        [
            ("синий есть?", stock, Flag::None),
            ("ещё в наличии?", stock, Flag::None),
            ("остались большие размеры?", stock, Flag::None),
            ("сколько стоит?", price, Flag::None),
            ("скидку дадите?", price, Flag::None),
            ("почём отдаёте", price, Flag::None),
            ("позовите продавца", other, Flag::WantsHuman),
            ("перезвоните мне", other, Flag::WantsHuman),
            ("чайник сломался", Intent::Complaint, Flag::None),
            ("верните деньги", Intent::Complaint, Flag::None),
        ]
        .map(|(text, intent, flag)| example(text, intent, flag))
        .into()
    }

    fn shown(text: &str) -> Shown<'_> {
        Shown { text, before: None, answered: None, listing: false }
    }

    #[test]
    fn what_is_told_in_words_it_knows_is_read() {
        let second = SecondOpinion::learn(&lesson());
        for (text, intent) in [
            ("зелёные остались?", Intent::StockInquiry),
            ("а скидки есть? сколько стоят", Intent::PriceNegotiation),
            ("сломалась, деньги верните", Intent::Complaint),
        ] {
            let opinion = second.of(shown(text));
            let likeliest = opinion.intents.iter().copied().fold(0.0, f64::max);
            assert!((opinion.intents[place(intent)] - likeliest).abs() < 1e-9, "{text}: {opinion:?}");
            assert!((opinion.intents.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{opinion:?}");
        }
        let (calm, called) = (second.of(shown("синие есть?")).call, second.of(shown("продавца позовите")).call);
        assert!(calm < 0.5 && called > 0.5, "{calm} {called}");
    }

    #[test]
    fn the_same_examples_make_the_same_opinion() {
        let [one, other] = [SecondOpinion::learn(&lesson()), SecondOpinion::learn(&lesson())];
        assert_eq!(one.of(shown("сколько стоит синий?")), other.of(shown("сколько стоит синий?")));
    }

    #[test]
    fn a_short_question_is_read_with_what_was_said_before() {
        let second = SecondOpinion::learn(&lesson());
        let asked = Shown { before: Some("скидку дадите?"), ..shown("а") };
        assert_ne!(second.of(asked), second.of(shown("а")));
    }

    #[test]
    fn whatever_is_written_is_thought_of() {
        let second = SecondOpinion::learn(&lesson());
        for text in ["", " ", "😊", "\u{0}", "a".repeat(10_000).as_str()] {
            let opinion = second.of(shown(text));
            assert!(opinion.call.is_finite() && opinion.intents.iter().all(|share| share.is_finite()), "{opinion:?}");
        }
        let nothing = SecondOpinion::learn(&[]);
        assert!(nothing.of(shown("есть?")).call.is_finite());
    }
}
