//! Lessons: a tap on «Сохранить», and the row in the seller's table that follows it, once.
//!
//! The tap is noted before anything is written, by whoever comes first; any worker writes the row, one at a time, and
//! looks at the tab before it does, so that neither a second tap nor a death in the middle adds a second row. What came
//! of it is told where the offer stands. Not here: what is offered ([`crate::turn`]), and the writing (crate `sheets`).

use std::collections::BTreeMap;
use std::time::Duration;

use domain::desk::{CardId, Person, Place};
use domain::ids::SellerId;
use domain::lesson::LessonState;
use futures::future::{self, BoxFuture};
use runtime::shutdown::Shutdown;
use sheets::{AppendError, FaqRow, SheetsError};
use store::KeptLesson;
use telegram::{EditOutcome, Refusal, learning};

use super::press::{NO_ACCESS, PopUp, Pressed};
use super::{Trouble, keep, who};
use crate::room::{CurrentRoom, Room};

/// The name of the duty.
const DUTY: &str = "learning";

/// So many offers are looked at in one round.
const AT_ONCE: usize = 50;

const TOO_OLD: &str = "Предложение устарело. Впишите ответ в таблицу сами.";

/// «Сохранить» and «Не надо».
pub(super) fn press<'a>(pressed: &'a Pressed<'a>) -> BoxFuture<'a, Result<PopUp, Trouble>> {
    Box::pin(async move {
        let room = pressed.room;
        let Ok(card) = pressed.press.of.parse::<CardId>() else { return Ok(Some(TOO_OLD.to_owned())) };
        let Some(known) = room.store.lesson(&card).await? else { return Ok(Some(TOO_OLD.to_owned())) };
        let by = &pressed.press.by;
        if !who::may_act(room, &pressed.spot, by.id, &known.lesson.conversation.seller).await? {
            metrics::counter!("worker_desk_strangers_total").increment(1);
            return Ok(Some(NO_ACCESS.to_owned()));
        }
        // Perhaps the turn that offered it has not noted yet where.
        room.store.lesson_shown(&card, pressed.spot.at).await?;
        let now_ms = room.clock.now_ms();
        let wanted = if pressed.press.verb == learning::SAVE {
            LessonState::Wanted { by: by.clone(), since_ms: now_ms }
        } else {
            LessonState::Declined { by: by.clone() }
        };
        let Some(holds) = room.store.decide_on_lesson(&card, &wanted).await? else {
            return Ok(Some(TOO_OLD.to_owned()));
        };
        if holds == wanted {
            count(wanted.name(), "");
        }
        // Also where it was decided before: who decided it may have died before this.
        room.store.lesson_due(&card, now_ms).await?;
        Ok(Some(answer(&holds).to_owned()))
    })
}

fn answer(holds: &LessonState) -> &'static str {
    match holds {
        LessonState::Offered | LessonState::Wanted { .. } => "Сохраняю…",
        LessonState::Saved { .. } => "Уже в таблице.",
        LessonState::Declined { .. } => "Не сохраняем.",
        LessonState::Failed { .. } => "Не получилось. Нажмите ещё раз.",
    }
}

/// Does what was tapped, again and again until the shutdown.
pub(crate) async fn run(rooms: &CurrentRoom, shutdown: &Shutdown) {
    let mut failing = false;
    while !shutdown.is_requested() {
        let room = rooms.get();
        match take_over(rooms, &room, shutdown).await {
            Ok(()) => failing = false,
            // Once: the next rounds will say the same.
            Err(_) if failing => {}
            Err(trouble) => {
                failing = true;
                tracing::warn!(error = %runtime::chain(&trouble), "cannot look at what is to be put into tables; it is tried again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(room.settings.learning.look_every) => {}
            () = shutdown.requested() => {}
        }
    }
}

/// A round, as long as no other worker has one.
async fn take_over(rooms: &CurrentRoom, room: &Room, shutdown: &Shutdown) -> Result<(), Trouble> {
    if room.store.lessons_due(room.clock.now_ms(), 1).await?.is_empty() {
        return Ok(());
    }
    let lease = room.settings.queue.lease;
    let Some(duty) = room.store.take_duty(DUTY, lease).await? else { return Ok(()) };
    let ended = tokio::select! {
        ended = round(room) => ended,
        () = keep(rooms, &duty) => Ok(()),
        // What is under way is found in the table by whoever goes on.
        () = shutdown.requested() => Ok(()),
    };
    room.store.end_duty(duty, Duration::ZERO).await?;
    ended
}

/// The sellers side by side, the rows of one after the other: two with the same question must see each other.
async fn round(room: &Room) -> Result<(), Trouble> {
    let mut by_seller: BTreeMap<SellerId, Vec<KeptLesson>> = BTreeMap::new();
    for card in room.store.lessons_due(room.clock.now_ms(), AT_ONCE).await? {
        match room.store.lesson(&card).await? {
            Some(known) => by_seller.entry(known.lesson.conversation.seller.clone()).or_default().push(known),
            None => room.store.lesson_done(&card).await?,
        }
    }
    let each = by_seller.into_values().map(|lessons| async move {
        for known in lessons {
            deal_with(room, known).await?;
        }
        Ok::<(), Trouble>(())
    });
    future::join_all(each).await.into_iter().collect()
}

/// Puts a lesson into the table if that is wanted, and tells what became of it.
async fn deal_with(room: &Room, mut known: KeptLesson) -> Result<(), Trouble> {
    let card = known.lesson.card.clone();
    if let LessonState::Wanted { by, since_ms } = known.state.clone() {
        let state = match write_down(room, &known, by, since_ms).await {
            Written::Ended(state) => state,
            Written::Again { after } => {
                tell(room, &known).await;
                return Ok(room.store.lesson_due(&card, room.clock.now_ms() + after.as_millis() as i64).await?);
            }
        };
        if !room.store.move_lesson(&card, &known.state, &state).await? {
            return Ok(());
        }
        known.state = state;
    }
    match tell(room, &known).await {
        None => Ok(room.store.lesson_done(&card).await?),
        Some(after) => Ok(room.store.lesson_due(&card, room.clock.now_ms() + after.as_millis() as i64).await?),
    }
}

/// How far a row came.
enum Written {
    /// Until somebody taps again.
    Ended(LessonState),
    /// It is tried once more.
    Again {
        /// Not before.
        after: Duration,
    },
}

async fn write_down(room: &Room, known: &KeptLesson, by: Person, since_ms: i64) -> Written {
    let lesson = &known.lesson;
    let failed = |why: String| Written::Ended(LessonState::Failed { why });
    let Some(seller) = room.sellers.get(&lesson.conversation.seller) else {
        return failed("Магазин больше не подключён.".to_owned());
    };
    let limits = &room.settings.learning;
    let error = match room.sheets.append_faq(&seller.settings, &lesson.question, &lesson.answer).await {
        Ok(row) => {
            let (step, at) = match row {
                FaqRow::Appended(at) => ("saved", at),
                FaqRow::AlreadyThere(at) => ("was_there", at),
            };
            count(step, "");
            tracing::info!(seller = %lesson.conversation.seller, cell = %at, "an answer of the seller's was put into his table");
            read_anew(room, seller).await;
            return Written::Ended(LessonState::Saved { by, at });
        }
        Err(error) => error,
    };
    let for_ms = room.clock.now_ms() - since_ms;
    if let Some(after) = again(&error).filter(|_| for_ms < limits.try_for.as_millis() as i64) {
        tracing::debug!(seller = %lesson.conversation.seller, error = %runtime::chain(&error), "a row is put into the table later");
        return Written::Again { after: after.max(limits.retry_after) };
    }
    let name = name(&error);
    count("failed", name);
    tracing::warn!(seller = %lesson.conversation.seller, error = %runtime::chain(&error), "an answer was not put into the seller's table; he is told");
    failed(told(&error))
}

/// So that the next buyer need not wait for it. Without it he does, a little.
async fn read_anew(room: &Room, seller: &crate::room::Seller) {
    if let Err(error) = room.sheets.snapshot(&seller.settings).await {
        tracing::debug!(error = %runtime::chain(&error), "the table is read anew when it is needed");
    }
}

/// When an error may pass by itself: after how long.
fn again(error: &AppendError) -> Option<Duration> {
    match error {
        AppendError::Sheets(SheetsError::Quota { retry_after }) => Some(*retry_after),
        AppendError::Sheets(SheetsError::Unreadable { .. } | SheetsError::TooOld { .. }) => Some(Duration::ZERO),
        _ => None,
    }
}

/// What the seller is to do about it.
fn told(error: &AppendError) -> String {
    const ONCE_MORE: &str = "и нажмите «Сохранить» ещё раз.";
    match error {
        AppendError::NotEditor { account, .. } => format!(
            "Боту можно только читать таблицу. Откройте её, «Настройки доступа», дайте адресу {account} роль «Редактор» \
             (и доступ к листу, если он защищён) {ONCE_MORE}"
        ),
        AppendError::Sheets(SheetsError::NotShared { account, .. }) => format!(
            "Таблица закрыта от бота. Откройте её, «Настройки доступа», добавьте {account} как «Редактора» {ONCE_MORE}"
        ),
        AppendError::AnsweredOtherwise { at, .. } => {
            format!("В таблице на этот вопрос уже есть другой ответ: {at}. Исправьте его там.")
        }
        AppendError::NoFaqTable { .. } => {
            format!(
                "Лист с вопросами скрыт или без заголовков. Нужны столбцы «Вопрос» и «Ответ»: исправьте {ONCE_MORE}"
            )
        }
        AppendError::Misplaced { range, .. } => {
            format!("Google записал строку не туда: {range}. Перенесите её в столбцы «Вопрос» и «Ответ».")
        }
        AppendError::UnfitText => "Такой текст в ячейку не записать. Впишите ответ в таблицу сами.".to_owned(),
        AppendError::Sheets(SheetsError::NoSuchSheet { .. }) => {
            "Таблицы больше нет по этому адресу. Скажите тому, кто настраивал бота.".to_owned()
        }
        AppendError::Sheets(
            SheetsError::Unreadable { .. } | SheetsError::Quota { .. } | SheetsError::TooOld { .. },
        ) => {
            format!("Google не отвечает. Подождите {ONCE_MORE}")
        }
        AppendError::Sheets(_) => {
            format!("Таблица не открывается. Скажите тому, кто настраивал бота, потом вернитесь {ONCE_MORE}")
        }
    }
}

/// The name in metrics.
fn name(error: &AppendError) -> &'static str {
    match error {
        AppendError::Sheets(error) => error.name(),
        AppendError::NotEditor { .. } => "not_editor",
        AppendError::NoFaqTable { .. } => "no_faq_table",
        AppendError::AnsweredOtherwise { .. } => "answered_otherwise",
        AppendError::UnfitText => "unfit_text",
        AppendError::Misplaced { .. } => "misplaced",
    }
}

/// Counts how far a lesson came.
pub(crate) fn count(step: &'static str, why: &'static str) {
    metrics::counter!("worker_lessons_total", "step" => step, "why" => why).increment(1);
}

/// Tells what became of it wherever it is offered; after how long that is to be tried again, where somebody has not seen
/// it.
async fn tell(room: &Room, known: &KeptLesson) -> Option<Duration> {
    let (text, buttons) =
        (learning::text(&known.lesson, &known.state), learning::buttons(&known.lesson.card, &known.state));
    let mut again = None;
    for (&chat, &message) in &known.places {
        match room.desk.edit(Place { chat, message }, &text, &buttons).await {
            EditOutcome::Done | EditOutcome::Gone => {}
            EditOutcome::NotDone(Refusal::Final { why }) => {
                tracing::warn!(telegram.chat = chat, why, "Telegram refuses to tell what became of an offer");
            }
            EditOutcome::NotDone(Refusal::RetryAfter(after)) => again = again.max(Some(after)),
            EditOutcome::NotDone(Refusal::Retry { .. }) => again = again.max(Some(room.settings.telegram.retry_after)),
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::catalog::CellRef;

    use super::*;

    #[test]
    fn what_cannot_be_written_is_told_with_what_to_do() {
        let (sheet, account) = ("1abc".to_owned(), "bot@example.iam".to_owned());
        let unreadable = SheetsError::Unreadable { sheet: sheet.clone(), why: "500".to_owned() };
        for (error, part, passes) in [
            (
                AppendError::NotEditor { sheet: sheet.clone(), account: account.clone() },
                "bot@example.iam роль «Редактор»",
                false,
            ),
            (SheetsError::NotShared { sheet: sheet.clone(), account }.into(), "«Настройки доступа»", false),
            (AppendError::NoFaqTable { sheet: sheet.clone() }, "«Вопрос» и «Ответ»", false),
            (
                AppendError::AnsweredOtherwise { sheet: sheet.clone(), at: CellRef("FAQ!A3".to_owned()) },
                "FAQ!A3",
                false,
            ),
            (AppendError::Misplaced { sheet: sheet.clone(), range: "FAQ!D9".to_owned() }, "FAQ!D9", false),
            (AppendError::UnfitText, "сами", false),
            (SheetsError::NoSuchSheet { sheet }.into(), "Таблицы больше нет", false),
            (SheetsError::Quota { retry_after: Duration::from_secs(30) }.into(), "Google не отвечает", true),
            (
                SheetsError::TooOld { age: Duration::from_secs(1), why: Arc::new(unreadable.clone()) }.into(),
                "ещё раз",
                true,
            ),
            (unreadable.into(), "нажмите «Сохранить» ещё раз", true),
        ] {
            assert!(told(&error).contains(part), "{}", told(&error));
            assert!(told(&error).chars().count() < 300, "{}", told(&error));
            assert_eq!(again(&error).is_some(), passes, "{error}");
        }
    }
}
