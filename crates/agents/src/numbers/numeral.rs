//! One numeral in words, digits, or both: «три тысячи пятьсот», «1к200», «полторы тысячи», «пять двести».

use super::amount::Amount;
use super::digits;
use super::lexicon::{Lexicon, Part, Rank, Unit};
use super::tokens::{Gap, Token};

/// «5ти», «2х».
const CARDINAL: [&str; 5] = ["х", "ти", "ми", "мя", "и"];
/// «13й», «5го».
const ORDINAL: [&str; 10] = ["й", "я", "е", "го", "му", "ю", "ой", "ый", "ий", "ая"];

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In digits: `80`.
    Digits,
    /// In words, or in digits with a word: «восемьдесят», «80 тыс».
    Words,
}

/// A numeral, not yet typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeral {
    pub(super) amount: Amount,
    pub(super) pieces: Vec<Amount>,
    pub(super) len: usize,
    pub(super) written: Written,
    pub(super) ordinal: bool,
    /// The largest scale word in it: «тысячи» is 1 000. 1 where there is none.
    pub(super) scale: i64,
    /// A unit that was part of the scale: «тр» is a thousand roubles.
    pub(super) unit: Option<Unit>,
    /// «полторы», with no scale: 1 500 unless it counts weeks or pieces.
    pub(super) bare_one_and_a_half: bool,
}

/// Whether `word` may be glued to the digits before it: an ending, a unit, a scale.
pub(super) fn stands_behind_digits(word: &str, lexicon: &Lexicon) -> bool {
    let scale = matches!(word, "к" | "k" | "т" | "тр" | "трр" | "кк" | "kk");
    scale
        || CARDINAL.contains(&word)
        || ORDINAL.contains(&word)
        || lexicon.unit(word).is_some()
        || matches!(lexicon.number(word), Some(Part::Scale(_)))
}

/// The numeral at the front of `tokens`.
pub(super) fn read(tokens: &[Token<'_>], lexicon: &Lexicon) -> Option<Numeral> {
    let mut reader = Reader {
        tokens,
        lexicon,
        at: 0,
        total: Amount::ZERO,
        current: None,
        limit: i64::MAX,
        turned: None,
        numeral: Numeral::empty(),
    };
    while reader.step() {}
    reader.finish()
}

impl Numeral {
    fn empty() -> Self {
        Self {
            amount: Amount::ZERO,
            pieces: Vec::new(),
            len: 0,
            written: Written::Digits,
            ordinal: false,
            scale: 1,
            unit: None,
            bare_one_and_a_half: false,
        }
    }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    lexicon: &'t Lexicon,
    at: usize,
    /// What is settled: everything down to the last scale word.
    total: Amount,
    /// What the next scale word multiplies, and the rank of its last part; `None` rank for digits.
    current: Option<(Amount, Option<Rank>)>,
    /// The last scale word: what follows must be smaller.
    limit: i64,
    /// «тысяч пять»: the scale that stands before what it multiplies.
    turned: Option<i64>,
    numeral: Numeral,
}

impl Reader<'_, '_> {
    /// Take one more token, or say that the numeral ends here.
    fn step(&mut self) -> bool {
        if self.numeral.ordinal {
            return false;
        }
        let joined = usize::from(self.at > 0 && (self.hyphen_joins() || self.abbreviation_ends()));
        let Some(token) = self.tokens.get(self.at + joined) else { return false };
        if token.digits().is_some() {
            let (at, taken) = (self.at, self.take_digits(joined));
            self.at = if taken { self.at } else { at };
            return taken;
        }
        let Some(word) = token.word() else { return false };
        self.take_short_scale(word) || self.take_turned(word) || self.take_word(word, joined) || self.take_half(word)
    }

    /// «двадцать-пять», but not «пять-семь»: that is a span.
    fn hyphen_joins(&self) -> bool {
        let (Some(hyphen), Some(next)) = (self.tokens.get(self.at), self.tokens.get(self.at + 1)) else { return false };
        if !(hyphen.is_mark('-') && hyphen.gap == Gap::Glued && next.gap == Gap::Glued) {
            return false;
        }
        let rank = self.current.and_then(|(_, rank)| rank);
        match next.word().and_then(|word| self.lexicon.number(word)) {
            Some(Part::Adds { rank: next, .. } | Part::Ordinal { rank: next, .. }) => {
                rank.is_some_and(|rank| falls(rank, next))
            }
            Some(Part::Scale(_)) => self.current.is_some(),
            // «пять-сот»
            None => rank == Some(Rank::Unit) && next.word().is_some_and(is_split_hundred),
        }
    }

    /// «3 тыс. 300», «1 млн. 200 тыс.»: the full stop of an abbreviation.
    fn abbreviation_ends(&self) -> bool {
        let word = self.tokens[self.at - 1].word();
        let digits = self.tokens.get(self.at + 1).is_some_and(|next| next.digits().is_some() && next.gap != Gap::Line);
        matches!(word, Some("тыс" | "млн" | "млрд")) && digits && self.tokens[self.at].is_mark('.')
    }

    /// «тысяч пять», «тысячи полторы», «тыщи 3»: about so many thousands. «тысячу пять» is 1 005.
    fn take_turned(&mut self, word: &str) -> bool {
        const FORMS: [&str; 11] = [
            "тысяч",
            "тысячи",
            "тыщ",
            "тыщи",
            "тысчонок",
            "косарей",
            "косаря",
            "сотен",
            "миллионов",
            "лямов",
            "миллиона",
        ];
        let Some(Part::Scale(scale)) = self.lexicon.number(word).filter(|_| FORMS.contains(&word)) else {
            return false;
        };
        let Some(next) = self.tokens.get(self.at + 1).filter(|next| next.gap == Gap::Space) else { return false };
        let counted = match next.word().and_then(|word| self.lexicon.number(word)) {
            Some(Part::Adds { rank, .. }) => matches!(rank, Rank::Unit | Rank::Teen | Rank::Ten),
            Some(_) => false,
            None => next.digits().is_some_and(|digits| digits.len() <= 2),
        };
        if !counted || self.at > 0 {
            return false;
        }
        self.turned = Some(scale);
        self.numeral.scale = scale;
        self.numeral.written = Written::Words;
        self.at += 1;
        true
    }

    fn take_digits(&mut self, joined: usize) -> bool {
        if self.current.is_some() {
            return false;
        }
        self.at += joined;
        let rest = &self.tokens[self.at..];
        let Some(read) = digits::read(rest) else { return false };
        if self.limit < i64::MAX {
            // «3 тыс 500», «1к200», «1 млн 200 тыс»; but «3 тыс 2 шт» are two numbers.
            let next_scale = rest.get(read.len).and_then(Token::word).and_then(|word| self.lexicon.number(word));
            let scaled = matches!(next_scale, Some(Part::Scale(scale)) if scale < self.limit);
            let digits = rest[0].digits().unwrap_or_default();
            if read.len != 1 || !(scaled || self.limit == 1000 && digits.len() == 3) {
                return false;
            }
        }
        self.current = Some((read.amount, None));
        self.numeral.pieces.extend(read.pieces);
        self.at += read.len;
        self.take_suffix();
        true
    }

    /// «13-й», «5ти», «2-х».
    fn take_suffix(&mut self) {
        let hyphen = usize::from(self.tokens.get(self.at).is_some_and(|t| t.is_mark('-') && t.gap == Gap::Glued));
        let Some(token) = self.tokens.get(self.at + hyphen).filter(|t| t.gap == Gap::Glued) else { return };
        let Some(word) = token.word() else { return };
        let dimension = word == "х" && self.tokens.get(self.at + hyphen + 1).is_some_and(|t| t.digits().is_some());
        if dimension || !(CARDINAL.contains(&word) || ORDINAL.contains(&word)) {
            return;
        }
        self.numeral.ordinal = ORDINAL.contains(&word);
        self.at += hyphen + 1;
    }

    /// «80к», «80 к», «80т», «80 т.р.», «80тр», «2кк»: only behind digits.
    fn take_short_scale(&mut self, word: &str) -> bool {
        let Some((amount, None)) = self.current else { return false };
        let token = &self.tokens[self.at];
        let after = self.tokens.get(self.at + 1);
        let glued = token.gap == Gap::Glued;
        let dotted = after.is_some_and(|next| next.is_mark('.'));
        let (scale, unit) = match word {
            "к" | "k" if glued || self.ends_or_counts_money(after) => (1000, None),
            "тр" | "трр" => (1000, Some(Unit::Rouble)),
            "т" if glued || dotted || after.and_then(Token::word) == Some("р") => (1000, None),
            "кк" | "kk" => (1_000_000, None),
            "м" | "m"
                if glued && after.and_then(Token::word).is_some_and(|w| self.lexicon.unit(w) == Some(Unit::Rouble)) =>
            {
                (1_000_000, None)
            }
            _ => return false,
        };
        self.multiply(amount, scale);
        self.numeral.unit = unit;
        self.at += 1;
        if dotted
            && matches!(word, "т" | "тр" | "к")
            && self.tokens.get(self.at + 1).is_some_and(|t| t.word().is_some())
        {
            self.at += 1;
        }
        true
    }

    /// «80 к» is a thousand at the end of a clause or before roubles; «80 к оплате» is not.
    fn ends_or_counts_money(&self, after: Option<&Token<'_>>) -> bool {
        let Some(after) = after else { return true };
        let money = after.word().is_some_and(|word| self.lexicon.unit(word) == Some(Unit::Rouble));
        money || after.gap == Gap::Line || after.word().is_none() && after.digits().is_none()
    }

    fn take_word(&mut self, word: &str, joined: usize) -> bool {
        if word == "пол" && self.take_pol() {
            return true;
        }
        let split_hundred = is_split_hundred(word)
            && self.current.is_some_and(|(amount, rank)| {
                rank == Some(Rank::Unit) && amount > Amount::whole(1) && amount < Amount::whole(10)
            });
        if split_hundred {
            self.current = self.current.map(|(amount, _)| (amount.times(100), Some(Rank::Hundred)));
            self.at += joined + 1;
            return true;
        }
        let roman = self.roman(word);
        let Some(part) = self.lexicon.number(word).or(roman) else { return false };
        let taken = match part {
            Part::Adds { amount, rank } => self.add(amount, rank),
            Part::Ordinal { value, rank } => {
                let taken = if value >= 1000 { self.scale_up(value) } else { self.add(Amount::whole(value), rank) };
                self.numeral.ordinal |= taken;
                taken
            }
            Part::Scale(scale) => !self.counts_pieces(word) && self.scale_up(scale),
        };
        if taken {
            self.numeral.written = Written::Words;
            self.numeral.bare_one_and_a_half = word == "полторы";
            self.at += joined + 1;
        }
        taken
    }

    /// «пол ляма», «пол-косаря»: half of the scale behind it.
    fn take_pol(&mut self) -> bool {
        let hyphen = usize::from(self.tokens.get(self.at + 1).is_some_and(|t| t.is_mark('-') && t.gap == Gap::Glued));
        let scale = self.tokens.get(self.at + 1 + hyphen).and_then(Token::word).and_then(|w| self.lexicon.number(w));
        if self.at > 0 || !matches!(scale, Some(Part::Scale(_))) {
            return false;
        }
        self.current = Some((Amount::HALF, Some(Rank::Unit)));
        self.at += 1 + hyphen;
        true
    }

    /// «III тысячи»: Roman only where something is counted with it, for «XL» is a size and «MIX» a word.
    fn roman(&self, word: &str) -> Option<Part> {
        let next = self.tokens.get(self.at + 1)?;
        let counts = match next.word() {
            Some(word) => {
                self.lexicon.unit(word).is_some() || matches!(self.lexicon.number(word), Some(Part::Scale(_)))
            }
            None => next.is_mark('₽') || next.is_mark('%'),
        };
        let value = roman(word).filter(|_| counts && self.at == 0)?;
        Some(Part::Adds { amount: Amount::whole(value), rank: Rank::Fixed })
    }

    /// «сотка» after a smaller thing is a plot of land; «тысяч» never is. Nothing to refuse today but an
    /// abbreviation with nothing before it.
    fn counts_pieces(&self, word: &str) -> bool {
        matches!(word, "тыс" | "тыш" | "млн" | "млрд" | "косых") && self.current.is_none()
    }

    fn add(&mut self, amount: Amount, rank: Rank) -> bool {
        let Some((current, last)) = self.current else {
            let fits = self.limit == i64::MAX || amount < Amount::whole(self.limit);
            if fits {
                self.current = Some((amount, Some(rank)));
            }
            return fits;
        };
        let Some(last) = last else { return false };
        if falls(last, rank) && amount.as_whole().is_some() && current.as_whole().is_some() {
            self.current = Some((current.plus(amount), Some(rank)));
            return true;
        }
        // «пять двести»: the thousand goes without saying.
        let unsaid = rank == Rank::Hundred
            && self.limit == i64::MAX
            && current.as_whole().is_some_and(|n| (1..100).contains(&n));
        if unsaid {
            self.multiply(current, 1000);
            self.current = Some((amount, Some(rank)));
        }
        unsaid
    }

    fn scale_up(&mut self, scale: i64) -> bool {
        if scale >= self.limit {
            return false;
        }
        let amount = self.current.map_or(Amount::whole(1), |(amount, _)| amount);
        if scale == 10 && amount >= Amount::whole(10) {
            return false;
        }
        self.multiply(amount, scale);
        true
    }

    fn multiply(&mut self, amount: Amount, scale: i64) {
        self.total = self.total.plus(amount.times(scale));
        self.current = None;
        self.limit = scale;
        self.numeral.scale = self.numeral.scale.max(scale);
        self.numeral.written = Written::Words;
    }

    /// «две с половиной».
    fn take_half(&mut self, word: &str) -> bool {
        let half = word == "с" && self.tokens.get(self.at + 1).and_then(Token::word) == Some("половиной");
        let Some((amount, _)) = self.current.filter(|_| half) else { return false };
        self.current = Some((amount.plus(Amount::HALF), Some(Rank::Unit)));
        self.at += 2;
        true
    }

    fn finish(mut self) -> Option<Numeral> {
        if self.at == 0 {
            return None;
        }
        self.numeral.bare_one_and_a_half &= self.limit == i64::MAX && self.turned.is_none();
        let current = self.current.map_or(Amount::ZERO, |(amount, _)| amount);
        let current = self.turned.map_or(current, |scale| current.times(scale));
        Some(Numeral { amount: self.total.plus(current), len: self.at, ..self.numeral })
    }
}

/// Whether a part of rank `next` may follow one of rank `last`: «сто двадцать пять», «сто пять», not «пять сто».
fn falls(last: Rank, next: Rank) -> bool {
    matches!((last, next), (Rank::Hundred, Rank::Unit | Rank::Teen | Rank::Ten) | (Rank::Ten, Rank::Unit))
}

fn is_split_hundred(word: &str) -> bool {
    matches!(word, "сот" | "ста" | "сти")
}

/// The value of a Roman numeral of two letters and more.
fn roman(word: &str) -> Option<i64> {
    let value = |c: char| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        'd' => Some(500),
        'm' => Some(1000),
        _ => None,
    };
    let values: Vec<i64> = word.chars().map(value).collect::<Option<_>>()?;
    let subtracts = |at: usize| values.get(at + 1).is_some_and(|next| *next > values[at]);
    let sum = (0..values.len()).map(|at| if subtracts(at) { -values[at] } else { values[at] }).sum();
    (2..=8).contains(&values.len()).then_some(sum).filter(|sum| *sum > 0)
}
