//! The reply templates: what a decision sounds like without a model.
//!
//! Variants are tried at load with a sample of every value they may use, with and without the values that come
//! only sometimes, and each text goes through the checks: a template that would be refused before a buyer is
//! refused before the program starts.

use std::collections::BTreeMap;

use domain::catalog::Days;
use domain::decision::{Decision, Fact, FactValue, Source, Verdict};
use domain::intent::Intent;
use domain::money::Money;
use minijinja::Environment;

use crate::checks::{self, CheckContext, HandingOver};
use crate::library::{LibraryErrors, strict, told};
use crate::specialists::FACTS;

/// The templates in force.
#[derive(Debug)]
pub(crate) struct Replies {
    templates: Environment<'static>,
    /// How many variants each case has.
    variants: BTreeMap<&'static str, usize>,
}

/// What a buyer is told when a human is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holding {
    /// The seller is there.
    Now,
    /// The seller will be there later.
    Later,
    /// An order, and the seller is there.
    OrderNow,
    /// An order for when the seller is there.
    OrderLater,
}

impl Holding {
    const ALL: [Holding; 4] = [Self::Now, Self::Later, Self::OrderNow, Self::OrderLater];

    const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Later => "later",
            Self::OrderNow => "order_now",
            Self::OrderLater => "order_later",
        }
    }

    const fn sometimes(self) -> &'static [&'static str] {
        match self {
            Self::Now => &[],
            Self::Later => &["when"],
            Self::OrderNow => &["title", "price"],
            Self::OrderLater => &["title", "price", "when"],
        }
    }
}

/// One thing that has templates, and the facts they may name.
struct Case {
    name: &'static str,
    file: &'static str,
    /// What is worded; none for a holding line.
    verdict: Option<Verdict>,
    always: &'static [&'static str],
    sometimes: &'static [&'static str],
}

impl Replies {
    /// What `decision` sounds like. `pick` chooses among the variants: the same pick, the same words.
    pub(crate) fn reply(&self, decision: &Decision, pick: usize) -> Result<String, minijinja::Error> {
        self.render(decision.verdict.name(), &decision.facts, pick)
    }

    /// What the buyer is told when a human is called.
    pub(crate) fn holding(&self, holding: Holding, facts: &[Fact], pick: usize) -> Result<String, minijinja::Error> {
        self.render(holding.name(), facts, pick)
    }

    fn render(&self, case: &str, facts: &[Fact], pick: usize) -> Result<String, minijinja::Error> {
        let count = self.variants.get(case).copied().unwrap_or(1).max(1);
        let template = self.templates.get_template(&variant_name(case, pick % count))?;
        let said: BTreeMap<&str, String> =
            facts.iter().map(|fact| (fact.name.as_str(), fact.value.to_string())).collect();
        Ok(template.render(said)?.trim().to_owned())
    }

    /// Reads the files: `case = ["variant", …]`, every case of a file exactly there.
    pub(crate) fn read(files: &[(&str, String)], errors: &mut LibraryErrors) -> Self {
        let mut replies = Self { templates: environment(), variants: BTreeMap::new() };
        for (file, text) in files {
            match toml::from_str::<BTreeMap<String, Vec<String>>>(text) {
                Ok(written) => replies.take(file, written, errors),
                Err(error) => errors.add(file, error.to_string()),
            }
        }
        replies
    }

    fn take(&mut self, file: &str, mut written: BTreeMap<String, Vec<String>>, errors: &mut LibraryErrors) {
        for case in cases().filter(|case| case.file == file) {
            match written.remove(case.name) {
                Some(variants) if !variants.is_empty() => {
                    self.variants.insert(case.name, variants.len());
                    for (i, variant) in variants.into_iter().enumerate() {
                        if let Err(what) = self.add(&case, i, variant) {
                            errors.add(file, format!("{}, variant {}: {what}", case.name, i + 1));
                        }
                    }
                }
                _ => errors.add(file, format!("the case `{}` is missing or has no variant", case.name)),
            }
        }
        for unknown in written.keys() {
            errors.add(file, format!("unknown case `{unknown}`"));
        }
    }

    /// Adds a variant and tries it with all of its facts, and with those that are always there.
    fn add(&mut self, case: &Case, i: usize, variant: String) -> Result<(), String> {
        self.templates.add_template_owned(variant_name(case.name, i), variant).map_err(|error| told(&error))?;
        for sometimes in [case.sometimes, &[]] {
            let facts: Vec<Fact> = case.always.iter().chain(sometimes).map(|name| sample(name)).collect();
            let text = self.render(case.name, &facts, i).map_err(|error| told(&error))?;
            case.check(&text, facts)?;
        }
        Ok(())
    }
}

impl Case {
    fn check(&self, text: &str, facts: Vec<Fact>) -> Result<(), String> {
        let (decisions, licensed, handing_over) = match self.verdict {
            Some(verdict) => {
                let decision = Decision { intent: Intent::Other, verdict, product: Some("A-1".into()), facts };
                (vec![decision], Vec::new(), HandingOver::No)
            }
            None => (Vec::new(), facts, HandingOver::Yes),
        };
        let context =
            CheckContext { floors: &[], licensed: &licensed, buyer_text: "", max_text_chars: 1000, handing_over };
        let refused = |refusal: domain::record::Refusal| format!("{}: {} («{text}»)", refusal.check, refusal.why);
        checks::review(text, &decisions, &context)
            .map(drop)
            .map_err(|refusals| refusals.into_iter().map(refused).collect::<Vec<_>>().join("; "))
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let verdicts = FACTS.iter().map(|known| Case {
        name: known.verdict.name(),
        file: file_of(known.verdict),
        verdict: Some(known.verdict),
        always: known.always,
        sometimes: known.sometimes,
    });
    let holdings = Holding::ALL.into_iter().map(|holding| Case {
        name: holding.name(),
        file: "replies/holding.toml",
        verdict: None,
        always: &[],
        sometimes: holding.sometimes(),
    });
    verdicts.chain(holdings)
}

const fn file_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InStock | Verdict::OutOfStock | Verdict::NotSold | Verdict::AskWhichProduct => "replies/stock.toml",
        Verdict::Delivers | Verdict::DoesNotDeliver | Verdict::AskWhichCity | Verdict::Pickup => {
            "replies/delivery.toml"
        }
        Verdict::TellPrice | Verdict::AcceptOffer | Verdict::CounterOffer | Verdict::RefuseOffer => {
            "replies/pricing.toml"
        }
        Verdict::Greet | Verdict::Thank | Verdict::TellShopFact | Verdict::TellFaq => "replies/general.toml",
    }
}

fn variant_name(case: &str, i: usize) -> String {
    format!("{case}[{i}]")
}

/// A value as it could come from a table.
fn sample(name: &str) -> Fact {
    let value = match name {
        "price" => FactValue::Money(Money::roubles(3500)),
        "counter" => FactValue::Money(Money::roubles(3300)),
        "offer" => FactValue::Money(Money::roubles(3200)),
        "total" => FactValue::Money(Money::roubles(7000)),
        "cost" => FactValue::Money(Money::roubles(500)),
        "free_from" => FactValue::Money(Money::roubles(5000)),
        "quantity" => FactValue::Quantity(2),
        "days" => FactValue::Days(Days { from: 5, to: 7 }),
        "title" => FactValue::Text("Сумка красная".into()),
        "alternatives" => FactValue::Text("Сумка чёрная, Сумка синяя".into()),
        "city" => FactValue::Text("Новосибирск".into()),
        "address" => FactValue::Text("Москва, ул. Лесная, 5".into()),
        "note" => FactValue::Text("СДЭК, до пункта выдачи".into()),
        "fact_name" => FactValue::Text("Режим работы".into()),
        "fact_value" => FactValue::Text("Ежедневно с 9:00 до 21:00".into()),
        "question" => FactValue::Text("Кожа натуральная?".into()),
        "answer" => FactValue::Text("Да, сумки из натуральной кожи".into()),
        "when" => FactValue::Text("завтра с 9:00".into()),
        other => FactValue::Text(other.to_owned()),
    };
    Fact { name: name.to_owned(), value, source: Source::Setting }
}

/// The environment of the templates, with what Russian needs.
fn environment() -> Environment<'static> {
    let mut environment = strict();
    environment.add_filter("plural", plural);
    environment.add_filter("sentence", sentence);
    environment.add_test("zero", |value: &str| number(value) == Some(0));
    environment
}

/// The form of a noun beside a number, or beside the second number of a span: 1 день, 2–3 дня, 5–7 дней.
fn plural(value: &str, one: String, few: String, many: String) -> String {
    let count = number(value).unwrap_or(0);
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

/// The last number in a text: of `5–7` it is 7. Digits may be grouped by no-break spaces.
fn number(text: &str) -> Option<u64> {
    let joined = text.replace('\u{a0}', "");
    let last = joined.split(|c: char| !c.is_ascii_digit()).rfind(|digits| !digits.is_empty())?;
    last.parse().ok()
}

/// The text with a full stop, unless it ends in a mark of its own.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_agrees_with_its_number() {
        for (value, form) in [
            ("1", "день"),
            ("21", "день"),
            ("2", "дня"),
            ("2–3", "дня"),
            ("5–7", "дней"),
            ("11", "дней"),
            ("12–14", "дней"),
            ("1\u{a0}001", "день"),
            ("скоро", "дней"),
        ] {
            assert_eq!(plural(value, "день".into(), "дня".into(), "дней".into()), form, "{value}");
        }
    }

    #[test]
    fn free_is_told_as_free() {
        let environment = environment();
        let told = |cost: &str| {
            let template = "{{ 'бесплатно' if cost is zero else cost }}";
            environment.render_str(template, BTreeMap::from([("cost", cost.to_owned())])).unwrap()
        };
        assert_eq!(told("0\u{a0}₽"), "бесплатно");
        assert_eq!(told("300\u{a0}₽"), "300\u{a0}₽");
        assert_eq!(told("1\u{a0}000\u{a0}₽"), "1\u{a0}000\u{a0}₽");
    }

    #[test]
    fn every_verdict_has_its_facts_listed_and_its_file() {
        for verdict in Verdict::ALL {
            assert_eq!(cases().filter(|case| case.verdict == Some(verdict)).count(), 1, "{}", verdict.name());
        }
    }
}
