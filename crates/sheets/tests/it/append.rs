//! A question and its answer put into the seller's table.

use domain::catalog::CatalogSnapshot;
use sandbox::google::{Fault, Order, SERVICE_ACCOUNT_EMAIL, Sharing, Spreadsheet};
use sheets::{AppendError, FaqRow, Sheets, SheetsError};

use crate::harness::{Office, price, seller};
use crate::sharing::SHEET;

const QUESTION: &str = "Есть подарочная упаковка?";
const ANSWER: &str = "Да, бесплатно";

async fn append(worker: &Sheets) -> Result<FaqRow, AppendError> {
    worker.append_faq(&seller(), QUESTION, ANSWER).await
}

fn stands(copy: &CatalogSnapshot) -> Option<String> {
    let row = copy.faq.iter().find(|row| row.question.value == QUESTION)?;
    Some(format!("{}: {}", row.question.at, row.answer.value))
}

fn appended(at: &str) -> FaqRow {
    FaqRow::Appended(domain::catalog::CellRef(at.to_owned()))
}

#[tokio::test]
async fn a_row_stands_below_the_last_one_and_every_worker_serves_it_at_once() {
    let office = Office::open().await;
    let workers = [office.worker().await, office.worker().await];
    for worker in &workers {
        assert_eq!(stands(&worker.snapshot(&seller()).await.unwrap()), None);
    }
    assert_eq!(append(&workers[0]).await.unwrap(), appended("FAQ!A7"));
    assert_eq!(office.google.cell("FAQ", "B7").unwrap(), ANSWER);
    let read = office.asked();
    for worker in &workers {
        assert_eq!(stands(&worker.snapshot(&seller()).await.unwrap()), Some("FAQ!A7: Да, бесплатно".to_owned()));
    }
    assert_eq!(office.asked().1, read.1 + 1, "one read for both");
}

#[tokio::test]
async fn again_is_once_and_another_answer_is_the_sellers_to_change() {
    let office = Office::open().await;
    let worker = office.worker().await;
    append(&worker).await.unwrap();
    let again = worker.append_faq(&seller(), " есть ПОДАРОЧНАЯ упаковка", "да, бесплатно!").await.unwrap();
    assert_eq!(again, FaqRow::AlreadyThere(domain::catalog::CellRef("FAQ!A7".to_owned())));
    let error = worker.append_faq(&seller(), QUESTION, "Нет").await.unwrap_err();
    assert!(matches!(&error, AppendError::AnsweredOtherwise { at, .. } if at.0 == "FAQ!A7"), "{error}");
    assert_eq!(office.google.seen().appends, 1);
}

#[tokio::test]
async fn only_the_append_asks_for_the_right_to_write() {
    let office = Office::open().await;
    let worker = office.worker().await;
    let scopes = || {
        let tokens = office.google.seen().calls.into_iter().filter(|call| call.call == "token");
        tokens.map(|call| call.about[1].rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    worker.snapshot(&seller()).await.unwrap();
    worker.read_now(&seller()).await.unwrap();
    assert_eq!(scopes(), ["spreadsheets.readonly"]);
    append(&worker).await.unwrap();
    worker.snapshot(&seller()).await.unwrap();
    assert_eq!(scopes(), ["spreadsheets.readonly", "spreadsheets"]);
    let writes = office.google.seen().calls.into_iter().filter(|call| call.call == "append").count();
    assert_eq!(writes, 1);
}

#[tokio::test]
async fn who_may_not_write_is_told_whom_to_make_an_editor_and_reads_on() {
    let office = Office::open().await;
    let worker = office.worker().await;
    office.google.let_edit(&seller().sheet_id, Sharing::Nobody).unwrap();
    let error = append(&worker).await.unwrap_err();
    assert!(matches!(error, AppendError::NotEditor { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(SERVICE_ACCOUNT_EMAIL) && text.contains("«Редактор»"), "{text}");
    assert_eq!(price(&worker.snapshot(&seller()).await.unwrap()), 3500.0);

    office.google.let_edit(&seller().sheet_id, Sharing::Anyone).unwrap();
    assert_eq!(append(&worker).await.unwrap(), appended("FAQ!A7"));
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_a_row_never_written_twice() {
    let office = Office::open().await;
    let worker = office.worker().await;
    office.google.order(Order::from(Fault::Cut).on("append"));
    assert_eq!(append(&worker).await.unwrap(), appended("FAQ!A7"), "it was written, though nobody said so");
    assert_eq!(office.google.cell("FAQ", "A8").unwrap(), "");

    let office = Office::open().await;
    let worker = office.worker().await;
    office.google.order(Order::from(Fault::ServerError).on("append"));
    let error = append(&worker).await.unwrap_err();
    assert!(matches!(error, AppendError::Sheets(SheetsError::Unreadable { .. })), "{error}");
    assert_eq!(append(&worker).await.unwrap(), appended("FAQ!A7"));
    assert_eq!(office.google.cell("FAQ", "A8").unwrap(), "");
}

#[tokio::test]
async fn the_columns_are_found_by_their_headers_and_nothing_below_is_written_over() {
    let office = Office::open().await;
    let worker = office.worker().await;
    let faq = "[[tab]]\nname = \"Вопросы и ответы\"\nrows = [[\"№\", \"Ответ\", \"Тема\", \"Вопрос\"], [1, \"Да\", \"\", \"Есть чек?\"], [], [\"Спросите нас!\"]]";
    let text = SHEET.split("[[tab]]\nname = \"FAQ\"").next().unwrap().to_owned() + faq;
    office.google.put(Spreadsheet::from_toml(&seller().sheet_id, &text).unwrap());
    assert_eq!(append(&worker).await.unwrap(), appended("Вопросы и ответы!D3"));
    let cells = ["A3", "B3", "C3", "D3", "A5"].map(|at| office.google.cell("Вопросы и ответы", at).unwrap());
    assert_eq!(cells, ["", ANSWER, "", QUESTION, "Спросите нас!"]);
    let copy = worker.snapshot(&seller()).await.unwrap();
    assert_eq!(stands(&copy), Some("Вопросы и ответы!D3: Да, бесплатно".to_owned()));
}

/// The office's spreadsheet with this in place of its questions.
fn with_faq(faq: &str) -> Spreadsheet {
    let goods = SHEET.split("[[tab]]\nname = \"FAQ\"").next().unwrap();
    Spreadsheet::from_toml(&seller().sheet_id, &format!("{goods}{faq}")).unwrap()
}

#[tokio::test]
async fn without_a_tab_for_questions_one_is_made_once_whatever_happens_on_the_way() {
    for call in ["", "change", "append"] {
        let office = Office::open().await;
        let worker = office.worker().await;
        office.google.put(with_faq(""));
        if !call.is_empty() {
            office.google.order(Order::from(Fault::Cut).on(call));
        }
        let mut row = append(&worker).await;
        if row.is_err() {
            row = append(&worker).await;
        }
        let at = match row.unwrap() {
            FaqRow::Appended(at) | FaqRow::AlreadyThere(at) => at.0,
        };
        assert_eq!(at, "FAQ!A2", "{call}");
        let cells = ["A1", "B1", "A2", "B2", "A3"].map(|at| office.google.cell("FAQ", at).unwrap());
        assert_eq!(cells, ["Вопрос", "Ответ", QUESTION, ANSWER, ""], "{call}");
        let copy = worker.snapshot(&seller()).await.unwrap();
        assert_eq!(stands(&copy), Some("FAQ!A2: Да, бесплатно".to_owned()), "{call}");
    }
}

#[tokio::test]
async fn a_tab_for_questions_that_is_hidden_or_holds_something_else_is_left_alone() {
    for faq in
        ["[[tab]]\nname = \"FAQ\"\nhidden = true\nrows = []", "[[tab]]\nname = \"FAQ\"\nrows = [[\"О нас\", \"Мы\"]]"]
    {
        let office = Office::open().await;
        let worker = office.worker().await;
        office.google.put(with_faq(faq));
        let error = append(&worker).await.unwrap_err();
        assert!(matches!(error, AppendError::NoFaqTable { .. }) && error.to_string().contains("«Вопрос»"), "{error}");
        assert_eq!(office.google.seen().appends, 0);
    }
}

#[tokio::test]
async fn texts_stand_there_as_they_are() {
    let office = Office::open().await;
    let worker = office.worker().await;
    let row = worker.append_faq(&seller(), "Сколько\nдней?", "=5-7 и ещё «два»").await.unwrap();
    assert_eq!(row, appended("FAQ!A7"));
    let cells = ["A7", "B7"].map(|at| office.google.cell("FAQ", at).unwrap());
    assert_eq!(cells, ["Сколько дней?", "=5-7 и ещё «два»"]);
    for (question, answer) in [("", "Да"), ("Есть?", " "), ("Есть?", &*"я".repeat(2001)), ("#REF!", "Да")]
    {
        let error = worker.append_faq(&seller(), question, answer).await.unwrap_err();
        assert!(matches!(error, AppendError::UnfitText), "{question:?}: {error}");
    }
}
