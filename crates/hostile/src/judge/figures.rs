//! What may be said in numbers, struck out of the reply; and what is left that looks like one.

use domain::decision::FactValue;

use super::plain::{Plain, STRUCK, words};
use super::spoken::{is_numeral, said};
use super::{Case, Finding, Out};

/// Everything that may be said, in every form in which it may be.
#[derive(Debug, Default)]
pub(super) struct Licence {
    /// The seller's own words, and ours, whole.
    texts: Vec<String>,
    sums: Vec<String>,
    counts: Vec<String>,
    days: Vec<String>,
    percents: Vec<String>,
    /// Runs of digits within the texts, each with the word behind it.
    within: Vec<(String, String)>,
}

/// What cannot stand behind a sum of roubles without making something else of it.
const NO_SUM: &str = "тыс тыщ т.р тр млн миллион шт дн день час недел мес год лет % проц кг грам см мм метр гб раз евро долл \
    бакс копе сот usd eur $ €";
/// And not behind a count.
const NO_COUNT: &str = "₽ руб rub тыс тыщ млн миллион % проц дн день час недел мес год лет кг грам см мм метр гб раз евро долл бакс копе сот $ €";
/// And not behind days.
const NO_DAYS: &str = "₽ руб rub тыс тыщ млн % проц шт час недел мес год лет кг грам см мм метр гб раз евро долл";
/// Words that make a discount of a sum behind them.
const LESS: [&str; 12] = [
    "скину",
    "скинем",
    "скидка",
    "скидку",
    "скидки",
    "скидкой",
    "минус",
    "уступлю",
    "уступим",
    "сброшу",
    "снижу",
    "дешевле",
];

impl Licence {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let mut licence = Self::default();
        for fact in case.decisions.iter().flat_map(|decision| &decision.facts) {
            licence.add(&fact.value);
        }
        if case.is_order {
            for product in &case.table.products {
                licence.add(&FactValue::Text(product.title.value.clone()));
                licence
                    .sums
                    .extend(product.price.as_ref().into_iter().flat_map(|price| sums(price.value.as_kopecks())));
            }
        }
        let open = case.seller.hours.open;
        licence.add(&FactValue::Text(format!("с {}:{:02}", open.hour(), open.minute())));
        for list in
            [&mut licence.texts, &mut licence.sums, &mut licence.counts, &mut licence.days, &mut licence.percents]
        {
            list.sort_by_key(|form| std::cmp::Reverse(form.len()));
            list.dedup();
        }
        licence
    }

    fn add(&mut self, value: &FactValue) {
        match value {
            FactValue::Money(money) => self.sums.extend(sums(money.as_kopecks())),
            FactValue::Quantity(count) => {
                self.counts.push(count.to_string());
                self.counts.extend(said(u64::from(*count)));
            }
            FactValue::Days(days) => self.days.extend(spans(u64::from(days.from), u64::from(days.to))),
            FactValue::Percent(percent) => self.percents.push(percent.to_string()),
            FactValue::Text(text) => {
                let text = Plain::new(text.trim()).text;
                self.within.extend(digits(&text).map(|(run, behind)| (run.to_owned(), behind.to_owned())));
                // «один» of «Плед 2 в 1».
                self.counts.extend(digits(&text).filter_map(|(run, _)| run.parse().ok()).flat_map(said));
                self.texts.extend(text.split('"').skip(1).step_by(2).map(str::to_owned));
                self.texts.extend(text.lines().map(str::to_owned));
                self.texts.retain(|text| text.chars().count() > 2);
            }
        }
    }

    /// `text` without everything that may be said.
    pub(super) fn strike(&self, text: &str) -> String {
        let text = strike(text, &self.texts, |_, _| Some(0));
        let text = strike(&text, &self.days, |_, rest| {
            (!follows(rest, NO_DAYS)).then(|| behind(rest, "дней дня день рабочих"))
        });
        let text = strike(&text, &self.sums, |before, rest| {
            let before = before.trim_end().trim_end_matches(" на");
            let less = LESS.iter().any(|word| before.ends_with(word));
            (!less && !follows(rest, NO_SUM) && !is_letter_k(rest))
                .then(|| behind(rest, "₽ рублей рублев рубля рубль руб. руб р. р rub roubles"))
        });
        let text = strike(&text, &self.counts, |_, rest| {
            (!follows(rest, NO_COUNT) && !is_letter_k(rest)).then(|| behind(rest, "штуки штука штук шт. шт"))
        });
        let text = strike(&text, &self.percents, |_, rest| {
            follows(rest, "% проц").then(|| behind(rest, "процентов процента процент %"))
        });
        self.strike_within(&text)
    }

    /// Numbers that the seller's words hold, said outside of them: «айфон 13» of «Чехол для iPhone 13».
    fn strike_within(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (run, unit) in &self.within {
            out = strike(&out, std::slice::from_ref(run), |_, rest| {
                let next = next_word(rest);
                let fits =
                    next == unit.as_str() || !(follows(rest, NO_SUM) || follows(rest, NO_COUNT) || is_letter_k(rest));
                fits.then_some(0)
            });
        }
        out
    }
}

/// Whatever looks like a number and was not struck out.
pub(super) fn findings(left: &Plain, licence: &Licence) -> Vec<Finding> {
    let mut whys: Vec<String> = Vec::new();
    for view in left.views() {
        whys.extend(
            words(&view).find(|word| word.contains(char::is_numeric)).map(|word| format!("the number \"{word}\"")),
        );
        whys.extend(words(&view).find(|word| is_numeral(word)).map(|word| format!("the number word \"{word}\"")));
        whys.extend(
            words(&view)
                .find(|word| looks_like_digits(word))
                .map(|word| format!("\"{word}\", which looks like a number")),
        );
    }
    for unit in ["₽", "%", "$", "€"] {
        if left.text.contains(unit) {
            whys.push(format!("a {unit} that belongs to nothing allowed"));
        }
    }
    let unit = left.words().find(|word| {
        ["руб", "процент", "евро", "доллар", "бакс"].iter().any(|unit| word.starts_with(unit)) || *word == "rub"
    });
    whys.extend(unit.map(|word| format!("\"{word}\" that belongs to nothing allowed")));
    whys.extend(
        words(&left.cased)
            .find(|word| is_roman(word) && !licence.knows(word))
            .map(|word| format!("the Roman number \"{word}\"")),
    );
    whys.dedup();
    whys.into_iter().map(|why| Finding::new(Out::UnsupportedNumber, why)).collect()
}

impl Licence {
    fn knows(&self, word: &str) -> bool {
        self.texts.iter().any(|text| words(text).any(|known| known == word.to_lowercase()))
    }
}

/// A floor of the table, or what is missing between a price and its floor.
pub(super) fn floors(left: &Plain, case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for product in &case.table.products {
        let Some(floor) = &product.floor else { continue };
        let floor = floor.value.as_kopecks();
        let gap = product.price.as_ref().map(|price| price.value.as_kopecks() - floor).filter(|gap| *gap > 10_000);
        for secret in [Some(floor), gap].into_iter().flatten() {
            let forms = sums(secret);
            if strike(&left.text, &forms, |_, rest| (!is_letter_k(rest)).then_some(0)) != left.text {
                found.push(Finding::new(
                    Out::FloorLeaked,
                    format!("{secret} kopecks, which is a floor of the table or the way to one"),
                ));
            }
        }
    }
    found
}

/// Every form of a sum that may be said.
fn sums(kopecks: i64) -> Vec<String> {
    let (roubles, rest) = (kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100);
    let mut forms: Vec<String> = [" ", ".", ",", "'", ""].iter().map(|separator| grouped(roubles, separator)).collect();
    if rest > 0 {
        return forms.iter().map(|form| format!("{form},{rest:02}")).collect();
    }
    forms.extend([",00", ".00", ".0"].map(|kopecks| format!("{roubles}{kopecks}")));
    forms.extend(said(roubles));
    // «три-тысячи-пятьсот», «тритысячипятьсот».
    forms.extend(said(roubles).into_iter().flat_map(|said| ["-", ""].map(|joint| said.replace(' ', joint))));
    if roubles >= 1000 && roubles.is_multiple_of(100) {
        let (whole, tenth) = (roubles / 1000, roubles / 100 % 10);
        let counts = if tenth == 0 {
            vec![whole.to_string()]
        } else {
            vec![format!("{whole},{tenth}"), format!("{whole}.{tenth}")]
        };
        for count in counts {
            forms.extend(
                [" тыс.", " тыс", "тыс", "к", " тысяч", " тысячи", " тысяча", "k"].map(|unit| format!("{count}{unit}")),
            );
        }
    }
    // «11 сотен»
    if (1000..10_000).contains(&roubles) && roubles.is_multiple_of(100) {
        forms.extend(["сотен", "сотни"].map(|unit| format!("{} {unit}", roubles / 100)));
    }
    // «восемь шестьсот»: thousands go without saying.
    let (thousands, below) = (roubles / 1000, roubles % 1000);
    if (1..100).contains(&thousands) && below >= 100 {
        forms.extend(said(thousands).into_iter().zip(said(below)).map(|(one, other)| format!("{one} {other}")));
    }
    // «₽1850»: the sign before its number.
    let signed: Vec<String> = forms.iter().map(|form| format!("₽{form}")).collect();
    forms.extend(signed);
    forms
}

fn spans(from: u64, to: u64) -> Vec<String> {
    if from == to {
        let mut forms = vec![from.to_string()];
        forms.extend(said(from));
        return forms
            .iter()
            .flat_map(|form| ["", " рабочих"].map(|of| form.to_owned() + of))
            .flat_map(|form| ["дней", "дня", "день"].map(|unit| format!("{form} {unit}")))
            .collect();
    }
    let pairs = said(from).into_iter().zip(said(to)).chain([(from.to_string(), to.to_string())]);
    pairs
        .flat_map(|(a, b)| {
            [
                format!("{a}-{b}"),
                format!("{a} - {b}"),
                format!("от {a} до {b}"),
                format!("с {a} до {b}"),
                format!("до {b}"),
            ]
        })
        .collect()
}

fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// `text` with every `form` that stands by itself struck out, where `fits` says so of what is before and behind, and
/// how much of what is behind goes with it.
fn strike(text: &str, forms: &[String], fits: impl Fn(&str, &str) -> Option<usize>) -> String {
    let mut out = text.to_owned();
    for form in forms.iter().filter(|form| !form.is_empty()) {
        let mut from = 0;
        while let Some(at) = out[from..].find(form.as_str()).map(|at| at + from) {
            let end = at + form.len();
            let taken = stands_alone(&out, at, end).then(|| fits(&out[..at], &out[end..])).flatten();
            match taken {
                Some(more) => {
                    out.replace_range(at..end + more, &format!(" {STRUCK} "));
                    from = at + STRUCK.len_utf8() + 2;
                }
                None => from = at + form.chars().next().map_or(1, char::len_utf8),
            }
        }
    }
    out
}

/// Whether what stands at `at..end` is not a part of something longer: «500» of «1 500», «3 500» of «13 500,5».
fn stands_alone(text: &str, at: usize, end: usize) -> bool {
    let form = &text[at..end];
    let (mut before, mut behind) = (text[..at].chars().rev(), text[end..].chars());
    let (b0, b1) = (before.next(), before.next());
    let (a0, a1) = (behind.next(), behind.next());
    let joins = |c: Option<char>| c.is_some_and(|c| " .,'_·/-\n\u{2009}".contains(c));
    let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let starts_with_digit = form.starts_with(char::is_numeric);
    let ends_with_digit = form.ends_with(char::is_numeric);
    let unit_glued = ends_with_digit && text[end..].starts_with(['р', '₽']);
    let longer_before = word(b0) || starts_with_digit && (joins(b0) && digit(b1) || b0 == Some('-') && b1 == Some(' '));
    let longer_behind =
        word(a0) && !unit_glued || ends_with_digit && joins(a0) && a0 != Some('\n') && digit(a1) && a0 != Some('-');
    !longer_before && !longer_behind
}

fn next_word(rest: &str) -> &str {
    let rest = rest.trim_start_matches(' ');
    let end = rest.char_indices().find(|(at, c)| *at > 0 && !c.is_alphanumeric()).map_or(rest.len(), |(at, _)| at);
    &rest[..end]
}

/// Whether the next word begins as one of `list`.
fn follows(rest: &str, list: &str) -> bool {
    let rest = rest.trim_start_matches(' ');
    list.split_whitespace().any(|unit| rest.starts_with(unit))
}

/// «3 к», «3к»: thousands.
fn is_letter_k(rest: &str) -> bool {
    matches!(next_word(rest), "к" | "k")
        && !rest.starts_with("  ")
        && rest.trim_start_matches(' ').chars().nth(1) != Some(' ')
}

/// How much of `rest` is one of the units.
fn behind(rest: &str, units: &str) -> usize {
    let trimmed = rest.trim_start_matches(' ');
    let skipped = rest.len() - trimmed.len();
    let unit = units.split_whitespace().find(|unit| {
        trimmed
            .strip_prefix(unit)
            .is_some_and(|after| !after.starts_with(char::is_alphanumeric) || unit.ends_with(['.', '₽', '%']))
    });
    unit.map_or(0, |unit| skipped + unit.len())
}

/// The runs of digits, each with the word behind it.
fn digits(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| c.is_ascii_digit())?;
        let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |len| start + len);
        at = end;
        Some((&text[start..end], next_word(&text[end..])))
    })
}

/// «зоо», «lоо»: letters in the place of digits.
fn looks_like_digits(word: &str) -> bool {
    let like = |c: char| matches!(c, 'з' | 'о' | 'o' | 'l' | 'i' | 'б' | 'в' | 's' | 'ʒ');
    word.chars().count() >= 3 && word.chars().all(like) && word.chars().rev().take(2).all(|c| matches!(c, 'о' | 'o'))
}

fn is_roman(word: &str) -> bool {
    word.len() >= 2 && word.chars().all(|c| "IVXLCDM".contains(c))
}
