//! The words that make numbers, the things they count, and the words around them: read from `data/*.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::amount::Amount;
use super::fold::look_alike_letter;
use super::tables::{Forms, rows};

/// What a number word does in a numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Adds up, in falling order of rank.
    Adds { amount: Amount, rank: Rank },
    /// Multiplies what stands before it.
    Scale(i64),
    /// «пятый»: adds, and ends the numeral.
    Ordinal { value: i64, rank: Rank },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Unit,
    Teen,
    Ten,
    Hundred,
    Fixed,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Roubles.
    Rouble,
    /// Kopecks.
    Kopeck,
    /// Percent.
    Percent,
    /// Pieces, sets, boxes.
    Piece,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Months.
    Month,
    /// Years.
    Year,
    /// A size: «42 размер».
    Size,
    /// Another currency: never licensed by roubles.
    Foreign,
    /// «в два раза».
    Times,
    /// Lengths, weights, volumes, gigabytes and the like, by the first letter of the unit's name: 30 л are no
    /// 30 кг.
    Measure(char),
}

/// What the words around a number say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Price,
    Discount,
    Quantity,
    Size,
    From,
    UpTo,
    Filler,
    Cheaper,
    Adjective,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Near,
    Clause,
    After,
}

/// All tables, read once.
#[derive(Debug)]
pub(super) struct Lexicon {
    numbers: HashMap<&'static str, Part>,
    /// Words of six letters and more, by their first letter, in which one letter may be wrong.
    long: HashMap<char, Vec<(&'static str, Part)>>,
    ordinals: Vec<(&'static str, i64)>,
    units: Forms<Unit>,
    cues: Vec<(Place, Forms<Cue>)>,
}

/// The lexicon as it was compiled in.
pub(super) fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::embedded);
    &LEXICON
}

impl Lexicon {
    fn embedded() -> Self {
        let mut lexicon = Self {
            numbers: HashMap::new(),
            long: HashMap::new(),
            ordinals: Vec::new(),
            units: Forms::new(),
            cues: [Place::Near, Place::Clause, Place::After].map(|place| (place, Forms::new())).into(),
        };
        lexicon.read_numbers(include_str!("../../data/number_words.tsv"));
        for [value, stem] in rows(include_str!("../../data/ordinals.tsv")) {
            lexicon.ordinals.push((stem, value.parse().unwrap_or_default()));
        }
        for [unit, forms] in rows(include_str!("../../data/units.tsv")) {
            for form in forms.split(' ') {
                lexicon.units.add(form, unit_named(unit));
            }
        }
        for [cue, place, patterns] in rows(include_str!("../../data/number_cues.tsv")) {
            let place = if place == "near" {
                0
            } else if place == "clause" {
                1
            } else {
                2
            };
            for pattern in patterns.split(' ') {
                lexicon.cues[place].1.add(pattern, cue_named(cue));
            }
        }
        lexicon
    }

    fn read_numbers(&mut self, table: &'static str) {
        for [value, class, forms] in rows(table) {
            let part = part_of(value, class);
            for (i, form) in forms.split(' ').enumerate() {
                self.numbers.insert(form, part);
                // Only the first cases: an oblique one is too near to other words («шестью», «шерстью»).
                if (i < 1 || class == "scale" && i < 4) && form.chars().count() >= 6 {
                    let first = form.chars().next().unwrap_or(' ');
                    self.long.entry(first).or_default().push((form, part));
                }
            }
        }
    }

    /// What `word` does in a numeral; one wrong letter in a long word is seen through.
    pub(super) fn number(&self, word: &str) -> Option<Part> {
        self.exact_number(word).or_else(|| self.ordinal(word)).or_else(|| self.misspelt(word))
    }

    fn exact_number(&self, word: &str) -> Option<Part> {
        if let Some(part) = self.numbers.get(word) {
            return Some(*part);
        }
        let all_latin = word.is_ascii() && word.len() >= 3;
        let dressed: Option<String> = all_latin.then(|| word.chars().map(look_alike_letter).collect()).flatten();
        dressed.and_then(|word| self.numbers.get(word.as_str()).copied())
    }

    fn ordinal(&self, word: &str) -> Option<Part> {
        const ENDINGS: &str =
            " ый ий ой ая ья яя ое ье ого его ьего ому ему ьему ым им ьим ом ем ьем ую ью юю ые ьи ых ьих ыми ей ьей ";
        self.ordinals.iter().find_map(|(stem, value)| {
            let ending = word.strip_prefix(stem)?;
            let fits = !ending.is_empty() && ENDINGS.contains(&format!(" {ending} "));
            fits.then(|| Part::Ordinal { value: *value, rank: rank_of(*value) })
        })
    }

    fn misspelt(&self, word: &str) -> Option<Part> {
        let mut letters = word.chars();
        let (first, second) = (letters.next()?, letters.next()?);
        if letters.count() < 3 {
            return None;
        }
        let candidates = self.long.get(&first)?;
        let near = |form: &str| form.chars().nth(1) == Some(second) && within_one_edit(word, form);
        candidates.iter().find(|(form, _)| near(form)).map(|(_, part)| *part)
    }

    /// The unit that `word` names.
    pub(super) fn unit(&self, word: &str) -> Option<Unit> {
        match self.units.get(word)? {
            Unit::Measure(_) => Some(Unit::Measure(initial(word))),
            unit => Some(unit),
        }
    }

    /// What `word` says about a number, standing at `place`.
    pub(super) fn cue(&self, place: Place, word: &str) -> Option<Cue> {
        self.cues.iter().find(|(at, _)| *at == place).and_then(|(_, forms)| forms.get(word))
    }

    /// Where to cut «пятьсотрублей», in bytes; `None` if it is not made of number words alone, with at most
    /// one unit at its end. Pieces under three letters do not count: «стол» is no hundred litres.
    pub(super) fn split_glued(&self, word: &str) -> Option<Vec<usize>> {
        if word.len() < 10 || self.numbers.contains_key(word) || self.ordinal(word).is_some() {
            return None;
        }
        let mut cuts = Vec::new();
        self.cut(word, 0, &mut cuts).then_some(cuts).filter(|cuts| !cuts.is_empty())
    }

    fn cut(&self, word: &str, from: usize, cuts: &mut Vec<usize>) -> bool {
        let rest = &word[from..];
        if from > 0 && rest.chars().count() >= 3 {
            let done = self.numbers.contains_key(rest) || self.unit(rest).is_some() || self.ordinal(rest).is_some();
            if done {
                return true;
            }
        }
        for (at, _) in rest.char_indices().skip(3) {
            if self.numbers.contains_key(&rest[..at]) {
                cuts.push(from + at);
                if self.cut(word, from + at, cuts) {
                    return true;
                }
                cuts.pop();
            }
        }
        false
    }
}

fn part_of(value: &str, class: &str) -> Part {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let amount = Amount::parse(whole, fraction).unwrap_or(Amount::ZERO);
    let rank = match class {
        "unit" => Rank::Unit,
        "teen" => Rank::Teen,
        "ten" => Rank::Ten,
        "hundred" => Rank::Hundred,
        "scale" => return Part::Scale(whole.parse().unwrap_or(1)),
        _ => Rank::Fixed,
    };
    Part::Adds { amount, rank }
}

fn rank_of(value: i64) -> Rank {
    match value {
        0..=9 => Rank::Unit,
        10..=19 => Rank::Teen,
        20..=99 => Rank::Ten,
        _ => Rank::Hundred,
    }
}

fn unit_named(name: &str) -> Unit {
    match name {
        "rouble" => Unit::Rouble,
        "kopeck" => Unit::Kopeck,
        "percent" => Unit::Percent,
        "piece" => Unit::Piece,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "hour" => Unit::Hour,
        "minute" => Unit::Minute,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "size" => Unit::Size,
        "foreign" => Unit::Foreign,
        "times" => Unit::Times,
        _ => Unit::Measure('?'),
    }
}

/// The first letter of a unit's name, Latin ones as the Russian names have them.
fn initial(word: &str) -> char {
    match word.chars().next().unwrap_or('?') {
        'g' => 'г',
        'k' => 'к',
        'm' => 'м',
        'l' => 'л',
        'c' => 'с',
        'w' => 'в',
        't' => 'т',
        'h' => 'г',
        letter => letter,
    }
}

fn cue_named(name: &str) -> Cue {
    match name {
        "price" => Cue::Price,
        "discount" => Cue::Discount,
        "quantity" => Cue::Quantity,
        "size" => Cue::Size,
        "from" => Cue::From,
        "upto" => Cue::UpTo,
        "cheaper" => Cue::Cheaper,
        "adjective" => Cue::Adjective,
        _ => Cue::Filler,
    }
}

/// Whether two words differ by at most one letter put in, left out, changed or swapped with its neighbour.
pub(crate) fn within_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let ends_alike = |x: &[char], y: &[char], cut_x: usize, cut_y: usize| {
        x.len() >= cut_x && y.len() >= cut_y && x[cut_x..] == y[cut_y..]
    };
    let swapped = a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
    a == b || ends_alike(a, b, 1, 1) || ends_alike(a, b, 1, 0) || ends_alike(a, b, 0, 1) || swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_table_is_understood() {
        for table in [include_str!("../../data/units.tsv"), include_str!("../../data/ordinals.tsv")] {
            assert_eq!(rows::<2>(table).count(), table.lines().filter(|line| !line.starts_with('#')).count());
        }
        for [name, _] in rows(include_str!("../../data/units.tsv")) {
            assert!(name == "measure" || !matches!(unit_named(name), Unit::Measure(_)), "{name}");
        }
        for [name, place, _] in rows(include_str!("../../data/number_cues.tsv")) {
            assert!(name == "filler" || cue_named(name) != Cue::Filler, "{name}");
            assert!(["near", "clause", "after"].contains(&place), "{place}");
        }
        for [value, class, _] in rows(include_str!("../../data/number_words.tsv")) {
            let Part::Adds { amount, rank } = part_of(value, class) else { continue };
            assert_eq!((amount.to_string().as_str(), rank == Rank::Fixed), (value, class == "fixed"));
        }
    }

    #[test]
    fn glued_words_come_apart_and_whole_ones_stay() {
        let cut = |word| lexicon().split_glued(word).is_some();
        for glued in ["пятьсотрублей", "двадцатьпять", "двухлитровый", "пятидневный", "трипроцента"]
        {
            assert!(cut(glued), "{glued}");
        }
        for whole in ["пятьсот", "столик", "стоимость", "сторона", "семьянин", "двадцатого", "стороной", "тристан"]
        {
            assert!(!cut(whole), "{whole}");
        }
    }

    #[test]
    fn one_wrong_letter_is_seen_through_and_other_words_are_not() {
        for (word, number) in [
            ("тысча", true),
            ("двацать", true),
            ("восемдесят", true),
            ("туриста", false),
            ("четверг", false),
            ("шерстью", false),
        ] {
            assert_eq!(lexicon().number(word).is_some(), number, "{word}");
        }
    }
}
