//! What a seller has to mend in his sheet, in his language, to be sent on as it is.

use std::fmt::Write as _;
use std::time::Duration;

use domain::catalog::{CatalogSnapshot, SheetProblem};
use sheets::SheetsError;

use super::template;
use crate::doctor::ReadSheet;
use crate::plain::printable;

/// When the sheet was not even asked for.
pub(super) const NOT_READ: &str = "Таблицу пока не проверяли: на нашей стороне не настроен доступ к Google.";

/// The most problems that one letter tells: who has more has one mistake in a whole column.
const MOST: usize = 50;

/// Whether there is anything that the seller has to do.
pub(super) fn is_needed(sheet: &ReadSheet) -> bool {
    let examples = sheet.table.as_ref().is_some_and(|table| !template::examples_in(table).is_empty());
    let his = matches!(
        sheet.trouble,
        Some(
            SheetsError::NotShared { .. }
                | SheetsError::NoSuchSheet { .. }
                | SheetsError::Refused { .. }
                | SheetsError::NoGoods { .. }
        )
    );
    his || examples || !sheet.problems.is_empty()
}

/// The letter, with a line end.
pub(super) fn about(sheet: &ReadSheet, shop: &str, account: &str, fresh: Duration) -> String {
    let mut letter = format!("Здравствуйте! Мы проверили таблицу магазина «{}».\n\n", printable(shop));
    match (&sheet.trouble, &sheet.table) {
        (Some(trouble), _) => letter.push_str(&unread(trouble, account)),
        (None, Some(table)) => letter.push_str(&read(table)),
        (None, None) => {}
    }
    letter.push_str(&problems(&sheet.problems));
    if is_needed(sheet) {
        // A String takes everything.
        writeln!(
            letter,
            "\nИзменения бот увидит в течение {} мин, присылать ничего не нужно.",
            fresh.as_secs().div_ceil(60)
        )
        .ok();
    }
    letter
}

fn read(table: &CatalogSnapshot) -> String {
    let mut text = format!(
        "Прочитали: товаров — {}, строк о доставке — {}, о магазине — {}, вопросов и ответов — {}.\n",
        table.products.len(),
        table.delivery.len(),
        table.shop.len(),
        table.faq.len()
    );
    let examples = template::examples_in(table);
    if let Some(first) = examples.first() {
        writeln!(
            text,
            "\nВ таблице остались примеры из шаблона ({}, начиная с {first}). Удалите жёлтые строки: бот предложит их \
             покупателям.",
            examples.len()
        )
        .ok();
    }
    if table.problems.is_empty() && examples.is_empty() {
        text.push_str("Всё в порядке: бот использует каждую строку.\n");
    }
    text
}

fn problems(problems: &[SheetProblem]) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut text = "\nНужно поправить. Пока это не исправлено, бот строку не использует и зовёт вас:\n".to_owned();
    for problem in problems.iter().take(MOST) {
        let about = problem.about.as_ref().map(|about| format!(" ({})", printable(about))).unwrap_or_default();
        let (tab, cell) = problem.at.0.rsplit_once('!').unwrap_or((&problem.at.0, ""));
        writeln!(text, "• {}, {cell}{about}: {}.", printable(tab), printable(problem.what.trim_end_matches('.'))).ok();
    }
    if problems.len() > MOST {
        writeln!(text, "• и ещё {}.", problems.len() - MOST).ok();
    }
    text
}

/// Why nothing could be read, and what the seller does about it.
fn unread(trouble: &SheetsError, account: &str) -> String {
    match trouble {
        SheetsError::NotShared { .. } => format!(
            "Она для нас закрыта. Откройте её, нажмите «Настройки доступа» и добавьте этот адрес с правами читателя:\n\n\
             {account}\n"
        ),
        SheetsError::NoSuchSheet { .. } => {
            "По адресу, который вы прислали, таблицы нет. Пришлите, пожалуйста, её адрес ещё раз.\n".to_owned()
        }
        SheetsError::Refused { .. } => {
            "Google не даёт её прочитать. Похоже, это файл Excel, загруженный на Google Диск. Откройте его и выберите \
             «Файл → Сохранить как Google Таблицу», затем пришлите новый адрес.\n"
                .to_owned()
        }
        SheetsError::NoGoods { .. } => "В ней не нашлось ни одного товара, который можно прочитать.\n".to_owned(),
        _ => "Сейчас её прочитать не удалось, причина на нашей стороне. Вам делать ничего не нужно.\n".to_owned(),
    }
}
