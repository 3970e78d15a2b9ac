//! What people ask for with /mode, /pause and /resume, in their words. Pure; nothing is done about it here.

use std::time::Duration;

use domain::ids::ItemId;
use domain::intent::Intent;
use domain::mode::Mode;
use jiff::civil::Time;

/// What a mode or a pause is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Everything.
    Everything,
    /// One kind of question.
    Intent(Intent),
    /// A listing by its number.
    Listing(ItemId),
    /// The listing of the card that is answered.
    ThisListing,
    /// The chat of the card that is answered.
    ThisChat,
}

/// What /mode asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModeAsked {
    /// How things stand.
    Show,
    /// From now on so.
    Set(For, Mode),
    /// As the next wider one says.
    Clear(For),
}

/// Until when a pause is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseLength {
    /// For so long.
    For(Duration),
    /// Until the clock shows that.
    Until(Time),
}

/// A word that means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// The word.
    pub word: String,
}

/// A pause of which nobody says how long it is.
const USUAL_PAUSE: Duration = Duration::from_secs(3600);

/// The longest pause: whoever wants more sets another mode.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Reads what follows /mode.
///
/// # Errors
/// [`NotUnderstood`] with the first word that means nothing here.
pub fn mode_asked(text: &str) -> Result<ModeAsked, NotUnderstood> {
    let words = words(text);
    let (mut of, mut mode, mut clears) = (None, None, false);
    for word in &words {
        if let Some(named) = mode_named(word).filter(|_| mode.is_none() && !clears) {
            mode = Some(named);
        } else if let Some(named) = for_named(word).filter(|_| of.is_none()) {
            of = Some(named);
        } else if ["сброс", "сбросить", "обычный", "reset"].contains(&word.as_str()) && mode.is_none()
        {
            clears = true;
        } else if !is_filler(word) {
            return Err(NotUnderstood { word: word.clone() });
        }
    }
    match (mode, clears) {
        (Some(mode), _) => Ok(ModeAsked::Set(of.unwrap_or(For::Everything), mode)),
        (None, true) => Ok(ModeAsked::Clear(of.unwrap_or(For::Everything))),
        (None, false) => match of {
            None => Ok(ModeAsked::Show),
            Some(_) => Err(NotUnderstood { word: text.trim().to_owned() }),
        },
    }
}

/// Reads what follows /pause: what it is for, and how long it is.
///
/// # Errors
/// [`NotUnderstood`] with what means nothing here.
pub fn pause_asked(text: &str) -> Result<(For, PauseLength), NotUnderstood> {
    let (of, rest) = split_for(text)?;
    let length = if rest.is_empty() { Some(PauseLength::For(USUAL_PAUSE)) } else { length(&rest) };
    length.map(|length| (of, length)).ok_or(NotUnderstood { word: rest.join(" ") })
}

/// Reads what follows /resume: what goes on.
///
/// # Errors
/// [`NotUnderstood`] with what means nothing here.
pub fn resume_asked(text: &str) -> Result<For, NotUnderstood> {
    match split_for(text)? {
        (of, rest) if rest.is_empty() => Ok(of),
        (_, rest) => Err(NotUnderstood { word: rest.join(" ") }),
    }
}

/// Kinds of questions are not paused one by one: they have modes.
fn split_for(text: &str) -> Result<(For, Vec<String>), NotUnderstood> {
    let mut words: Vec<String> = words(text).into_iter().filter(|word| !is_filler(word)).collect();
    // «2 ч» begins with a number that is no listing.
    let is_listing = |word: &str| word.trim_start_matches(['№', '#']).len() >= 6;
    match words.first().and_then(|word| for_named(word)) {
        Some(For::Intent(_)) => Err(NotUnderstood { word: words.swap_remove(0) }),
        Some(For::Listing(_)) if !is_listing(&words[0]) => Ok((For::Everything, words)),
        Some(of) => {
            words.remove(0);
            Ok((of, words))
        }
        None => Ok((For::Everything, words)),
    }
}

/// «2ч», «30 мин», «полчаса», «день», «до 18:00», «1 ч 30 мин».
fn length(words: &[String]) -> Option<PauseLength> {
    if let [until, time] = words
        && until == "до"
    {
        return clock(time).map(PauseLength::Until);
    }
    let text = words.join("");
    let mut total = Duration::ZERO;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at(digits);
        let unit = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(unit);
        let count: u32 = if number.is_empty() { 1 } else { number.parse().ok()? };
        total = total.checked_add(span(unit)?.checked_mul(count)?)?;
        rest = next;
    }
    (Duration::from_secs(60)..=LONGEST_PAUSE).contains(&total).then_some(PauseLength::For(total))
}

fn span(unit: &str) -> Option<Duration> {
    const HOUR: u64 = 3600;
    let seconds = match unit {
        "м" | "мин" | "минут" | "минута" | "минуту" | "минуты" | "m" | "min" => 60,
        "полчаса" => HOUR / 2,
        "ч" | "час" | "часа" | "часов" | "h" => HOUR,
        "д" | "день" | "дня" | "дней" | "сутки" | "суток" | "d" => 24 * HOUR,
        "нед" | "неделя" | "неделю" | "недели" => 7 * 24 * HOUR,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

/// «18:00», «18.30», «9».
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once([':', '.', '-']).unwrap_or((text, "0"));
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn mode_named(word: &str) -> Option<Mode> {
    Some(match word {
        "auto" | "авто" | "автоответ" | "автоответы" | "автомат" | "сам" => Mode::Auto,
        "draft" | "черновик" | "черновики" | "черновиком" => Mode::Draft,
        "shadow" | "тень" | "тихо" | "молча" | "наблюдать" | "наблюдение" | "сравнение" => {
            Mode::Shadow
        }
        _ => return None,
    })
}

fn for_named(word: &str) -> Option<For> {
    Some(match word {
        "все" | "всё" | "всего" | "all" => For::Everything,
        "наличие" | "наличия" | "наличии" | "склад" | "stock" => {
            For::Intent(Intent::StockInquiry)
        }
        "доставка" | "доставку" | "доставки" | "delivery" => {
            For::Intent(Intent::DeliveryQuestion)
        }
        "цена" | "цены" | "цену" | "торг" | "price" => For::Intent(Intent::PriceNegotiation),
        "прочее" | "остальное" | "другое" | "other" => For::Intent(Intent::Other),
        "чат" | "чате" | "чата" | "chat" => For::ThisChat,
        "объявление" | "объявлении" | "объявления" | "listing" => For::ThisListing,
        number => {
            let number = number.trim_start_matches(['№', '#']).parse().ok()?;
            For::Listing(ItemId(number))
        }
    })
}

fn is_filler(word: &str) -> bool {
    ["для", "по", "на", "в", "режим", "про", "это", "этого", "этот", "весь", "="].contains(&word)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    words.map(str::to_lowercase).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_mode_is_asked_for_in_plain_words() {
        let stock = For::Intent(Intent::StockInquiry);
        for (text, expected) in [
            ("", ModeAsked::Show),
            ("auto", ModeAsked::Set(For::Everything, Mode::Auto)),
            ("Черновик", ModeAsked::Set(For::Everything, Mode::Draft)),
            ("наличие черновик", ModeAsked::Set(stock, Mode::Draft)),
            ("Тень для наличия", ModeAsked::Set(stock, Mode::Shadow)),
            ("авто цены", ModeAsked::Set(For::Intent(Intent::PriceNegotiation), Mode::Auto)),
            ("доставка, авто", ModeAsked::Set(For::Intent(Intent::DeliveryQuestion), Mode::Auto)),
            ("чат черновик", ModeAsked::Set(For::ThisChat, Mode::Draft)),
            ("объявление авто", ModeAsked::Set(For::ThisListing, Mode::Auto)),
            ("№2345678901 тень", ModeAsked::Set(For::Listing(ItemId(2_345_678_901)), Mode::Shadow)),
            ("прочее сброс", ModeAsked::Clear(For::Intent(Intent::Other))),
        ] {
            assert_eq!(mode_asked(text), Ok(expected), "{text:?}");
        }
        for text in ["наличие", "авто черновик", "жалобы авто", "бегом"] {
            assert!(mode_asked(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_pause_has_a_length() {
        let minutes = |minutes: u64| PauseLength::For(Duration::from_secs(60 * minutes));
        for (text, expected) in [
            ("", (For::Everything, minutes(60))),
            ("2ч", (For::Everything, minutes(120))),
            ("30 мин", (For::Everything, minutes(30))),
            ("на 1 ч 30 мин", (For::Everything, minutes(90))),
            ("полчаса", (For::Everything, minutes(30))),
            ("день", (For::Everything, minutes(24 * 60))),
            ("до 18:30", (For::Everything, PauseLength::Until(time(18, 30, 0, 0)))),
            ("до 9", (For::Everything, PauseLength::Until(time(9, 0, 0, 0)))),
            ("чат", (For::ThisChat, minutes(60))),
            ("объявление 2 дня", (For::ThisListing, minutes(2 * 24 * 60))),
            ("2345678901 3ч", (For::Listing(ItemId(2_345_678_901)), minutes(180))),
        ] {
            assert_eq!(pause_asked(text), Ok(expected), "{text:?}");
        }
        for text in ["вечность", "0ч", "400 дней", "до завтра", "до 25:00", "наличие 1ч", "5"]
        {
            assert!(pause_asked(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_goes_on_is_named_or_everything() {
        assert_eq!(resume_asked(""), Ok(For::Everything));
        assert_eq!(resume_asked("чат"), Ok(For::ThisChat));
        assert!(resume_asked("чат завтра").is_err());
    }
}
