//! /mode, /pause, /resume and /stats, and the buttons below them.
//!
//! What is set here holds from the next turn on; nothing of it goes through a conversation's queue, for it concerns many
//! of them, and setting it twice sets it once. Not here: what a mode does to a turn ([`crate::turn`]), and when a mode
//! changes by itself ([`super::trust`]).

use std::time::Duration;

use domain::ids::{ConversationId, SellerId};
use domain::intent::Intent;
use domain::mode::{Mode, Reach};
use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use store::AllModes;
use telegram::asked::{self, For, ModeAsked, NotUnderstood, PauseLength};
use telegram::trust::{self, Standing};
use telegram::{Command, Saying};

use super::commands::{Answered, Order};
use super::press::{PopUp, Pressed};
use super::{Trouble, change, who};
use crate::room::{Room, Seller};

/// What somebody asks for cannot be done: what he is told.
type Told = String;

/// Shows or sets how the bot answers.
pub(super) fn mode<'a>(order: &'a Order<'a>) -> Answered<'a> {
    Box::pin(show_or_set(order))
}

async fn show_or_set(order: &Order<'_>) -> Result<Saying, Trouble> {
    let to = &order.command.spot;
    let (id, seller, argument) = match whose(order).await? {
        Ok(found) => found,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    let (of, mode) = match asked::mode_asked(argument) {
        Ok(ModeAsked::Show) => {
            let standing = standing(order.room, id, seller).await?;
            return Ok(Saying::in_reply(to, trust::modes(&standing)).with_buttons(trust::mode_buttons(id.as_str())));
        }
        Ok(ModeAsked::Set(of, mode)) => (of, Some(mode)),
        Ok(ModeAsked::Clear(of)) => (of, None),
        Err(NotUnderstood { word }) => return Ok(Saying::in_reply(to, not_a_mode(&word))),
    };
    let reach = match reach(order.room, order.command, of).await? {
        Ok(reach) => reach,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    let text = match mode {
        Some(mode) if set(order.room, id, seller, &reach, mode).await? => trust::set(&named(&reach), mode),
        Some(_) => TOO_MANY.to_owned(),
        None => {
            order.room.store.clear_mode(id, &reach).await?;
            format!("{}: как у всего магазина.", named(&reach))
        }
    };
    Ok(Saying::in_reply(to, text))
}

/// Pauses the bot.
pub(super) fn pause<'a>(order: &'a Order<'a>) -> Answered<'a> {
    Box::pin(begin_pause(order))
}

async fn begin_pause(order: &Order<'_>) -> Result<Saying, Trouble> {
    let to = &order.command.spot;
    let (id, seller, argument) = match whose(order).await? {
        Ok(found) => found,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    let Ok((of, length)) = asked::pause_asked(argument) else {
        let told = "Не понял, на сколько. Например: /pause, /pause 2ч, /pause 30 мин, /pause до 18:00, /pause 3 дня.";
        return Ok(Saying::in_reply(to, told));
    };
    let reach = match reach(order.room, order.command, of).await? {
        Ok(reach) => reach,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    let zone = &seller.settings.profile.time_zone;
    let now = order.room.clock.now();
    let until_ms = until(now, zone, length);
    let text = if order.room.store.pause(id, &reach, until_ms, now.as_millisecond()).await? {
        let place = match reach {
            Reach::Seller | Reach::Intent(_) => "Пауза".to_owned(),
            Reach::Listing(_) | Reach::Chat(_) => format!("{}: пауза", named(&reach)),
        };
        let until = shown(now, zone, until_ms);
        format!("⏸ {place} до {until}. Сам бот покупателям не пишет, ответы ждут на карточках. Снять: /resume")
    } else {
        TOO_MANY.to_owned()
    };
    Ok(Saying::in_reply(to, text))
}

/// Ends a pause.
pub(super) fn resume<'a>(order: &'a Order<'a>) -> Answered<'a> {
    Box::pin(end_pause(order))
}

async fn end_pause(order: &Order<'_>) -> Result<Saying, Trouble> {
    let to = &order.command.spot;
    let (id, _, argument) = match whose(order).await? {
        Ok(found) => found,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    let Ok(of) = asked::resume_asked(argument) else {
        return Ok(Saying::in_reply(
            to,
            "Не понял. Снять паузу магазина: /resume, чата: /resume чат ответом на карточку.",
        ));
    };
    let reach = match reach(order.room, order.command, of).await? {
        Ok(reach) => reach,
        Err(told) => return Ok(Saying::in_reply(to, told)),
    };
    order.room.store.resume(id, &reach).await?;
    let text = match reach {
        Reach::Seller | Reach::Intent(_) => "▶️ Пауза снята.".to_owned(),
        Reach::Listing(_) | Reach::Chat(_) => format!("▶️ {}: пауза снята.", named(&reach)),
    };
    Ok(Saying::in_reply(to, text))
}

/// How far the bot is trusted.
pub(super) fn stats<'a>(order: &'a Order<'a>) -> Answered<'a> {
    Box::pin(tell_stats(order))
}

async fn tell_stats(order: &Order<'_>) -> Result<Saying, Trouble> {
    let limits = &order.room.settings.autonomy;
    let mut parts = Vec::new();
    for (id, seller) in order.sellers {
        let standing = standing(order.room, id, seller).await?;
        parts.push(trust::stats(&standing, &limits.bar, limits.window));
    }
    Ok(Saying::in_reply(&order.command.spot, parts.join("\n\n")))
}

/// A press on one of the buttons below /mode, a proposal or a step back.
pub(super) fn press<'a>(pressed: &'a Pressed<'a>) -> BoxFuture<'a, Result<PopUp, Trouble>> {
    Box::pin(pressed_on(pressed))
}

async fn pressed_on(on: &Pressed<'_>) -> Result<PopUp, Trouble> {
    const TOO_OLD: &str = "Кнопка устарела";
    let (room, press) = (on.room, on.press);
    let Some(pressed) = trust::pressed(&press.verb, &press.of) else { return Ok(Some(TOO_OLD.to_owned())) };
    let (trust::Pressed::Show { seller, .. }
    | trust::Pressed::Set { seller, .. }
    | trust::Pressed::NotNow { seller, .. }) = &pressed;
    let seller_id = seller.parse::<SellerId>().ok();
    let found = seller_id.as_ref().and_then(|id| Some((id, room.sellers.get(id)?)));
    let Some((id, seller)) = found else { return Ok(Some(TOO_OLD.to_owned())) };
    if !who::may_act(room, &on.spot, press.by.id, id).await? {
        metrics::counter!("worker_desk_strangers_total").increment(1);
        return Ok(Some("Эта кнопка не для вас".to_owned()));
    }
    let (text, buttons, line) = match pressed {
        trust::Pressed::Show { of: None, .. } => {
            let standing = standing(room, id, seller).await?;
            (trust::modes(&standing), trust::mode_buttons(id.as_str()), String::new())
        }
        trust::Pressed::Show { of: Some(of), .. } => {
            let all = room.store.all_modes(id).await?;
            let now = mode_of(&all, seller, of);
            let text = trust::choice(&seller.settings.profile.name, of, now);
            (text, trust::choice_buttons(id.as_str(), of, now), String::new())
        }
        trust::Pressed::Set { of, mode, .. } => {
            let reach = of.map_or(Reach::Seller, Reach::Intent);
            let done = set(room, id, seller, &reach, mode).await?;
            let text = if done { trust::set(&named(&reach), mode) } else { TOO_MANY.to_owned() };
            (text.clone(), Vec::new(), text)
        }
        trust::Pressed::NotNow { of, .. } => {
            let again = room.settings.autonomy.propose_again;
            let days = again.as_secs().div_ceil(24 * 3600);
            let text = format!("{}: оставил как есть. Спрошу снова не раньше чем через {days} дн.", trust::kind(of));
            (text, Vec::new(), String::new())
        }
    };
    change(room, on.spot.at, &text, &buttons).await;
    Ok((!line.is_empty()).then_some(line))
}

const TOO_MANY: &str = "Слишком много отдельных режимов и пауз: снимите лишние, например /mode чат сброс.";

fn not_a_mode(word: &str) -> String {
    format!(
        "Не понял: «{word}». Режимы: авто, черновик, тень. Для чего: наличие, доставка, цена, прочее, номер объявления; \
         ответом на карточку — чат или объявление. Например: /mode наличие черновик"
    )
}

/// Whose desk a command is for, and what is left of its argument: that of the card it answers, the one it names first, or
/// the only one.
async fn whose<'a>(order: &'a Order<'_>) -> Result<Result<(&'a SellerId, &'a Seller, &'a str), Told>, Trouble> {
    let argument = order.command.argument.trim();
    let found = |id: &SellerId| order.sellers.iter().find(|(theirs, _)| theirs == id);
    if let Some(conversation) = answered(order.room, order.command).await?
        && let Some((id, seller)) = found(&conversation.seller)
    {
        return Ok(Ok((id, &**seller, argument)));
    }
    let (first, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    if let Some((id, seller)) = first.parse().ok().as_ref().and_then(found) {
        return Ok(Ok((id, &**seller, rest)));
    }
    Ok(match order.sellers {
        [(id, seller)] => Ok((id, &**seller, argument)),
        several => {
            let names: Vec<&str> = several.iter().map(|(id, _)| id.as_str()).collect();
            let command = &order.command.name;
            Err(format!(
                "Здесь несколько магазинов: {}. Назовите первым, какой: /{command} {} …",
                names.join(", "),
                names[0]
            ))
        }
    })
}

/// The conversation of the card that a command answers.
async fn answered(room: &Room, command: &Command) -> Result<Option<ConversationId>, Trouble> {
    let Some(reply) = &command.reply_to else { return Ok(None) };
    let card = match &reply.card {
        Some(card) => Some(card.clone()),
        None => room.store.card_at(reply.at).await?,
    };
    Ok(match card {
        Some(card) => room.store.card_of(&card).await?,
        None => None,
    })
}

/// What a command is about.
async fn reach(room: &Room, command: &Command, of: For) -> Result<Result<Reach, Told>, Trouble> {
    let conversation = match of {
        For::Everything => return Ok(Ok(Reach::Seller)),
        For::Intent(intent) => return Ok(Ok(Reach::Intent(intent))),
        For::Listing(item) => return Ok(Ok(Reach::Listing(item))),
        For::ThisChat | For::ThisListing => answered(room, command).await?,
    };
    let Some(conversation) = conversation else {
        return Ok(Err("Отправьте эту команду ответом на карточку нужного чата.".to_owned()));
    };
    if of == For::ThisChat {
        return Ok(Ok(Reach::Chat(conversation.chat)));
    }
    let card = room.store.card(&conversation).await?;
    let item = card.and_then(|card| card.escalation.listing?.item());
    Ok(item.map(Reach::Listing).ok_or_else(|| "На карточке нет объявления: назовите его номер.".to_owned()))
}

/// Sets a mode. Kinds of questions that leave `auto` by it earn their trust anew.
async fn set(room: &Room, id: &SellerId, seller: &Seller, reach: &Reach, mode: Mode) -> Result<bool, Trouble> {
    let all = room.store.all_modes(id).await?;
    let concerned: &[Intent] = match reach {
        Reach::Seller => &trust::KINDS,
        Reach::Intent(intent) => std::slice::from_ref(intent),
        Reach::Listing(_) | Reach::Chat(_) => &[],
    };
    let leaves_auto = |intent: &Intent| mode != Mode::Auto && mode_of(&all, seller, Some(*intent)) == Mode::Auto;
    let anew: Vec<Intent> = concerned.iter().copied().filter(leaves_auto).collect();
    let done = room.store.set_mode(id, reach, mode, &anew, room.clock.now_ms()).await?;
    if done {
        tracing::info!(seller = %id, reach = ?reach, mode = mode.name(), "a mode was set at the desk");
    }
    Ok(done)
}

/// The mode of a kind of question, or of everything, where neither listing nor chat say otherwise.
pub(super) fn mode_of(all: &AllModes, seller: &Seller, of: Option<Intent>) -> Mode {
    all.modes.mode(seller.settings.mode, of.as_slice())
}

/// How a shop stands.
pub(super) async fn standing<'a>(room: &Room, id: &SellerId, seller: &'a Seller) -> Result<Standing<'a>, Trouble> {
    let all = room.store.all_modes(id).await?;
    let mut kinds = Vec::new();
    for intent in trust::KINDS {
        let tally = room.store.tally(id, intent, all.counts_since(intent)).await?;
        kinds.push((intent, mode_of(&all, seller, Some(intent)), tally));
    }
    let now = room.clock.now();
    let is_on = |until: i64| until > now.as_millisecond();
    let elsewhere = all.paused_listings.iter().map(|(_, until)| *until);
    let elsewhere = elsewhere.chain(all.paused_chats.iter().map(|(_, until)| *until));
    let until = all.modes.paused_until_ms.filter(|until| is_on(*until));
    Ok(Standing {
        shop: &seller.settings.profile.name,
        for_all: mode_of(&all, seller, None),
        kinds,
        paused_until: until.map(|until| shown(now, &seller.settings.profile.time_zone, until)),
        listings: all.listings.iter().map(|(item, mode)| (item.0, *mode)).collect(),
        chats: all.chats.len(),
        paused_elsewhere: elsewhere.filter(|until| is_on(*until)).count(),
    })
}

fn named(reach: &Reach) -> String {
    match reach {
        Reach::Seller => "Все вопросы".to_owned(),
        Reach::Intent(intent) => trust::kind(*intent).to_owned(),
        Reach::Listing(item) => format!("Объявление №{item}"),
        Reach::Chat(_) => "Этот чат".to_owned(),
    }
}

/// When a pause ends, in milliseconds since 1970.
fn until(now: Timestamp, zone: &TimeZone, length: PauseLength) -> i64 {
    match length {
        PauseLength::For(length) => now.as_millisecond() + length.as_millis() as i64,
        PauseLength::Until(time) => next(now, zone, time).as_millisecond(),
    }
}

/// The next time that the shop's clock shows `time`.
fn next(now: Timestamp, zone: &TimeZone, time: Time) -> Timestamp {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let today = now.to_zoned_datetime(zone.clone()).date();
    let of = |date: jiff::civil::Date| {
        date.to_datetime(time).to_zoned_datetime(zone.clone()).ok().map(|then| then.timestamp())
    };
    let days = [Some(today), today.tomorrow().ok()];
    days.into_iter().flatten().filter_map(of).find(|then| *then > now).unwrap_or(now.saturating_add(DAY).unwrap_or(now))
}

/// A moment as the shop's clock shows it; with the day where that is not today.
fn shown(now: Timestamp, zone: &TimeZone, at_ms: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return "снятия".to_owned() };
    let (now, at) = (now.to_zoned_datetime(zone.clone()), at.to_zoned_datetime(zone.clone()));
    let format = if now.date() == at.date() { "%H:%M" } else { "%d.%m %H:%M" };
    at.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_pause_ends_when_the_shops_clock_says_so() {
        let zone = TimeZone::fixed(jiff::tz::offset(3));
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        for (length, expected, text) in [
            (PauseLength::For(Duration::from_secs(3600)), "2026-11-30T13:00:00Z", "16:00"),
            (PauseLength::Until(time(18, 30, 0, 0)), "2026-11-30T15:30:00Z", "18:30"),
            (PauseLength::Until(time(9, 0, 0, 0)), "2026-12-01T06:00:00Z", "01.12 09:00"),
            (PauseLength::For(Duration::from_secs(3 * 24 * 3600)), "2026-12-03T12:00:00Z", "03.12 15:00"),
        ] {
            let ends = until(now, &zone, length);
            let expected: Timestamp = expected.parse().unwrap();
            assert_eq!(ends, expected.as_millisecond(), "{length:?}");
            assert_eq!(shown(now, &zone, ends), text, "{length:?}");
        }
    }
}
