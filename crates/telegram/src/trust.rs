//! How the bot answers and how far it is trusted, as the seller reads it: /mode, /stats, a proposal, a step back. Pure:
//! same counts, same text.

use domain::autonomy::{Bar, Fate, Share, Tally};
use domain::intent::Intent;
use domain::mode::Mode;

use crate::keyboard::Button;
use crate::text::plural;

/// The kinds of questions that have a mode of their own. Complaints are a human's whatever the mode.
pub const KINDS: [Intent; 4] =
    [Intent::StockInquiry, Intent::DeliveryQuestion, Intent::PriceNegotiation, Intent::Other];

/// The verb of a button that shows the modes of one kind; it is of the kind's sign and the seller.
pub const SHOW_MODES: &str = "modes";

/// The verb of a button that sets a mode; it is of the kind's sign, the mode's first letter and the seller.
pub const SET_MODE: &str = "mode";

/// The verb of a button that turns a proposal down; it is of the kind's sign and the seller.
pub const NOT_NOW: &str = "notnow";

/// How one shop stands.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// Its name.
    pub shop: &'a str,
    /// How it is answered where nothing nearer is set.
    pub for_all: Mode,
    /// The kinds of questions, each with its mode and the counts since that mode began.
    pub kinds: Vec<(Intent, Mode, Tally)>,
    /// Until when the bot is paused, as the shop's clock shows it.
    pub paused_until: Option<String>,
    /// Listings with a mode of their own, by number.
    pub listings: Vec<(u64, Mode)>,
    /// How many chats have a mode of their own.
    pub chats: usize,
    /// Listings and chats that are paused just now.
    pub paused_elsewhere: usize,
}

/// The name of a kind of question, as sellers read it.
pub const fn kind(intent: Intent) -> &'static str {
    match intent {
        Intent::StockInquiry => "Наличие",
        Intent::DeliveryQuestion => "Доставка",
        Intent::PriceNegotiation => "Цена",
        Intent::Complaint => "Жалобы",
        Intent::Other => "Прочее",
    }
}

/// The name of a mode, as sellers read it.
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Auto => "авто",
        Mode::Draft => "черновик",
        Mode::Shadow => "тень",
    }
}

const fn meaning(mode: Mode) -> &'static str {
    match mode {
        Mode::Auto => "бот отвечает сам",
        Mode::Draft => "ответ ждёт вашего нажатия на карточке",
        Mode::Shadow => "бот молчит и сравнивает свой ответ с вашим",
    }
}

/// The answer to /mode.
pub fn modes(standing: &Standing<'_>) -> String {
    let mut lines = vec![standing.shop.to_owned()];
    if let Some(until) = &standing.paused_until {
        lines.push(format!("⏸ Пауза до {until}: сам бот не пишет, вопросы приходят карточками. Снять: /resume"));
    }
    for (intent, own, _) in &standing.kinds {
        lines.push(format!("{}: {}, {}", kind(*intent), mode(*own), meaning(*own)));
    }
    lines.push("Жалобы и просьбы позвать человека всегда идут вам.".to_owned());
    lines.extend(elsewhere(standing));
    lines.push(
        "\nИзменить: кнопкой или словами, например /mode черновик, /mode наличие авто, /mode доставка тень. Ответом на \
         карточку: /mode чат черновик, /mode объявление авто."
            .to_owned(),
    );
    lines.join("\n")
}

fn elsewhere(standing: &Standing<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !standing.listings.is_empty() {
        const SHOWN: usize = 5;
        let own = standing.listings.iter().take(SHOWN).map(|(item, own)| format!("№{item} {}", mode(*own)));
        let rest = standing.listings.len().saturating_sub(SHOWN);
        let rest = if rest > 0 { format!(" и ещё {rest}") } else { String::new() };
        lines.push(format!("Объявления со своим режимом: {}{rest}", own.collect::<Vec<_>>().join(", ")));
    }
    if standing.chats > 0 {
        lines.push(format!("Чаты со своим режимом: {}", standing.chats));
    }
    if standing.paused_elsewhere > 0 {
        lines.push(format!("На паузе отдельных чатов и объявлений: {}", standing.paused_elsewhere));
    }
    lines
}

/// The buttons below the answer to /mode: whose mode to change.
pub fn mode_buttons(seller: &str) -> Vec<Vec<Button>> {
    let button = |sign: char, text: &str| Button::new(text, SHOW_MODES, &format!("{sign}:{seller}"));
    let kinds = KINDS.map(|intent| button(sign(Some(intent)), kind(intent)));
    let mut rows: Vec<Vec<Button>> = kinds.chunks(2).map(|row| row.iter().flatten().cloned().collect()).collect();
    rows.push(button(sign(None), "Всё сразу").into_iter().collect());
    rows
}

/// The buttons to choose a mode with, for one kind or for everything.
pub fn choice_buttons(seller: &str, of: Option<Intent>, now: Mode) -> Vec<Vec<Button>> {
    let choice = |choice: Mode| {
        let mark = if choice == now { "✓ " } else { "" };
        let letter = &choice.name()[..1];
        Button::new(&format!("{mark}{}", mode(choice)), SET_MODE, &format!("{}:{letter}:{seller}", sign(of)))
    };
    let back = Button::new("← Назад", SHOW_MODES, &format!("-:{seller}"));
    vec![Mode::ALL.into_iter().filter_map(choice).collect(), back.into_iter().collect()]
}

/// What is asked above those buttons.
pub fn choice(shop: &str, of: Option<Intent>, now: Mode) -> String {
    let what = of.map_or("Все вопросы", kind);
    let all = Mode::ALL.map(|mode_| format!("{}: {}", mode(mode_), meaning(mode_))).join("\n");
    format!("{shop}\n{what}: сейчас {}.\n\n{all}", mode(now))
}

/// The sign that a kind of question has on a button.
const fn sign(of: Option<Intent>) -> char {
    match of {
        None => '*',
        Some(Intent::StockInquiry) => 's',
        Some(Intent::DeliveryQuestion) => 'd',
        Some(Intent::PriceNegotiation) => 'p',
        Some(Intent::Complaint) => 'c',
        Some(Intent::Other) => 'o',
    }
}

/// What a press on one of these buttons asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pressed<'a> {
    /// The modes of the shop, or the choice for one kind of question.
    Show {
        /// Whose shop.
        seller: &'a str,
        /// `None`: the list of all; `Some(None)`: the choice for everything.
        of: Option<Option<Intent>>,
    },
    /// A mode is set.
    Set {
        /// Whose shop.
        seller: &'a str,
        /// For which kind of question; `None`: for everything.
        of: Option<Intent>,
        /// Which.
        mode: Mode,
    },
    /// A proposal is turned down.
    NotNow {
        /// Whose shop.
        seller: &'a str,
        /// For which kind of question.
        of: Intent,
    },
}

/// Reads the data of a button; `None` where it is none of these, or broken.
pub fn pressed<'a>(verb: &str, of: &'a str) -> Option<Pressed<'a>> {
    let (first, rest) = of.split_once(':')?;
    let kinds = || [None].into_iter().chain(Intent::ALL.map(Some));
    let signed = |text: &str| kinds().find(|kind| text.chars().eq([sign(*kind)]));
    match verb {
        SHOW_MODES if first == "-" => Some(Pressed::Show { seller: rest, of: None }),
        SHOW_MODES => Some(Pressed::Show { seller: rest, of: Some(signed(first)?) }),
        SET_MODE => {
            let (letter, seller) = rest.split_once(':')?;
            let mode = Mode::ALL.into_iter().find(|mode| mode.name()[..1] == *letter)?;
            Some(Pressed::Set { seller, of: signed(first)?, mode })
        }
        NOT_NOW => Some(Pressed::NotNow { seller: rest, of: signed(first)?? }),
        _ => None,
    }
}

/// The answer to /stats.
pub fn stats(standing: &Standing<'_>, bar: &Bar, window: usize) -> String {
    let mut parts = vec![format!("{}: чему бот научился (последние ответы каждого вида, до {window})", standing.shop)];
    if let Some(until) = &standing.paused_until {
        parts.push(format!("⏸ Пауза до {until}"));
    }
    let of_kind = |(intent, own, tally): &(Intent, Mode, Tally)| {
        let counts = if *own == Mode::Auto { of_auto(tally) } else { of_looked_over(tally, bar) };
        format!("{}: {}\n{counts}", kind(*intent), mode(*own))
    };
    parts.extend(standing.kinds.iter().map(of_kind));
    parts.push("Сменить режим: /mode".to_owned());
    parts.join("\n\n")
}

fn of_looked_over(tally: &Tally, bar: &Bar) -> String {
    let agreement = tally.agreement();
    let bar = format!(
        "Для предложения включить автоответ нужно: уверенно {} и хотя бы {} {}.",
        percent(bar.propose_from),
        bar.propose_after,
        plural(u64::from(bar.propose_after), "ответ", "ответа", "ответов")
    );
    if agreement.of == 0 {
        return format!("Пока не с чем сравнить. {bar}");
    }
    let named = [
        (Fate::Unchanged, "без правок"),
        (Fate::Edited, "с правкой"),
        (Fate::Rejected, "отклонено"),
        (Fate::Same, "вы ответили так же"),
        (Fate::Different, "вы ответили иначе"),
    ];
    let counts = named.iter().filter(|(fate, _)| tally.of(*fate) > 0);
    let counts: Vec<String> = counts.map(|(fate, name)| format!("{name} {}", tally.of(*fate))).collect();
    format!("Совпало {}, уверенно {}: {}. {bar}", of(agreement), percent(agreement.at_least()), counts.join(", "))
}

fn of_auto(tally: &Tally) -> String {
    let interventions = tally.interventions();
    if interventions.of == 0 {
        return "Автоответов с этого режима ещё не было.".to_owned();
    }
    let (overruled, complained) = (tally.of(Fate::Overruled), tally.of(Fate::Complained));
    format!("Автоответов {}, вмешательств {}{}.", interventions.of, interventions.hits, told(overruled, complained))
}

fn told(overruled: u32, complained: u32) -> String {
    if overruled + complained == 0 {
        return String::new();
    }
    format!(" (вы поправили {overruled}, жалоб и просьб позвать человека {complained})")
}

/// The proposal to answer one kind of question by itself.
pub fn proposal(intent: Intent, agreement: Share) -> String {
    let word = if agreement.hits % 10 == 1 && agreement.hits % 100 != 11 { "совпал" } else { "совпали" };
    format!(
        "{}: {} {word}. Включить автоответ?\nУверенно совпадает не меньше {} ответов. Вернуть черновики можно в любой \
         момент: /mode",
        kind(intent),
        of(agreement),
        percent(agreement.at_least())
    )
}

/// The buttons below a proposal. Who only looked on may begin with drafts.
pub fn proposal_buttons(seller: &str, intent: Intent, now: Mode) -> Vec<Vec<Button>> {
    let set =
        |text: &str, letter: char| Button::new(text, SET_MODE, &format!("{}:{letter}:{seller}", sign(Some(intent))));
    let not_now = Button::new("Не сейчас", NOT_NOW, &format!("{}:{seller}", sign(Some(intent))));
    let draft = if now == Mode::Shadow { set("Сначала черновики", 'd') } else { None };
    let first: Vec<Button> = set("Включить", 'a').into_iter().chain(draft).collect();
    vec![first, not_now.into_iter().collect()]
}

/// What the seller is told of a step back.
pub fn fallen_back(intent: Intent, interventions: Share) -> String {
    format!(
        "{}: в {} автоответов понадобилось вмешаться. Перевёл на черновики: ответы ждут вашего нажатия.",
        kind(intent),
        of(interventions)
    )
}

/// The button below it.
pub fn fallen_back_buttons(seller: &str, intent: Intent) -> Vec<Vec<Button>> {
    let again = Button::new("Вернуть автоответ", SET_MODE, &format!("{}:a:{seller}", sign(Some(intent))));
    vec![again.into_iter().collect()]
}

/// What is said once a mode is set.
pub fn set(what: &str, now: Mode) -> String {
    format!("{what}: {}. Теперь {}.", mode(now), meaning(now))
}

fn of(share: Share) -> String {
    format!("{} из {}", share.hits, share.of)
}

/// Cut, not rounded: what is sure is not said to be more.
fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0 + 1e-9).floor() as u32)
}

#[cfg(test)]
mod tests;
