//! One row more in the seller's table of questions, and the tab for it where there is none: the only things we ever
//! write into a spreadsheet, and only when the seller asks for it.
//!
//! Not here: who asks, and what the texts may be about.

use domain::catalog::CellRef;

use crate::error::{AppendError, SheetsError};
use crate::google::Refusal;
use crate::reading::place::{self, FaqPlace};
use crate::reading::{self, Tab};
use crate::refresh::{Listing, Reader, log_failure};
use crate::slot::Table;

/// The tab that is made where there is none for questions.
const NEW_TAB: &str = "FAQ";

/// Where a question and its answer stand in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaqRow {
    /// In a row that was put there now, at the question's cell.
    Appended(CellRef),
    /// In a row that was there before: nothing was written.
    AlreadyThere(CellRef),
}

impl Reader {
    /// Puts the row below the last one, unless it is there. Doing it again after a failure does no harm.
    pub(crate) async fn append_faq(&self, table: &Table, question: &str, answer: &str) -> Result<FaqRow, AppendError> {
        let unfit = || AppendError::UnfitText;
        let (question, answer) = (place::fit(question).ok_or_else(unfit)?, place::fit(answer).ok_or_else(unfit)?);
        let (tabs, place) = self.find_place(table).await?;
        if let Some(at) = stands(table, &tabs, &question, &answer)? {
            return Ok(FaqRow::AlreadyThere(at));
        }
        let google = self.google().await?;
        let rows = place.rows(&question, &answer);
        let range = match google.append(&table.sheet, &place.tab, &place.table, &rows).await {
            Ok(range) => range,
            // It may have been written all the same.
            Err(Refusal::Error(SheetsError::Unreadable { sheet, why })) => {
                self.tell_of_change(table).await;
                let (tabs, _) = self.tabs(table, Listing::Waited).await?;
                let found = stands(table, &tabs, &question, &answer)?;
                return found.map(FaqRow::Appended).ok_or(SheetsError::Unreadable { sheet, why }.into());
            }
            Err(refusal) => return Err(self.may_not_write(refusal.into())),
        };
        self.tell_of_change(table).await;
        let range = range.unwrap_or_default();
        let misplaced = || AppendError::Misplaced { sheet: table.sheet.clone(), range: range.clone() };
        place.written(&range).map(FaqRow::Appended).ok_or_else(misplaced)
    }

    /// The place below the last question; a tab for it is made where the spreadsheet has none.
    async fn find_place(&self, table: &Table) -> Result<(Vec<Tab>, FaqPlace), AppendError> {
        for listing in [Listing::Waited, Listing::Anew] {
            let (tabs, _) = self.tabs(table, listing).await?;
            if let Some(place) = FaqPlace::find(&tabs) {
                return Ok((tabs, place));
            }
            if FaqPlace::has_tab(&tabs) {
                return Err(AppendError::NoFaqTable { sheet: table.sheet.clone() });
            }
        }
        let google = self.google().await?;
        google.add_tab(&table.sheet, NEW_TAB).await.map_err(|refusal| self.may_not_write(refusal.into()))?;
        // Also where it was there before: hidden, so that it is not listed, or made by another worker just now.
        let (tabs, _) = self.tabs(table, Listing::Anew).await?;
        match FaqPlace::find(&tabs) {
            Some(place) => Ok((tabs, place)),
            None => Err(AppendError::NoFaqTable { sheet: table.sheet.clone() }),
        }
    }

    /// We could read, so it is the right to write that is missing. A protected tab is refused as a bad request.
    fn may_not_write(&self, error: SheetsError) -> AppendError {
        let account = self.account().unwrap_or_default().to_owned();
        match error {
            SheetsError::NotShared { sheet, account } => AppendError::NotEditor { sheet, account },
            SheetsError::Refused { sheet, why } if why.contains("protected") => {
                AppendError::NotEditor { sheet, account }
            }
            other => other.into(),
        }
    }

    /// No copy that was read before now has the row.
    async fn tell_of_change(&self, table: &Table) {
        let told = self.store.outdate_catalog(&table.seller, self.clock.now_ms(), self.copy_ttl()).await;
        log_failure("tell that the table was changed, it will show when the copy is no longer fresh", told);
    }
}

/// Where the question stands with this answer.
///
/// # Errors
/// It stands there with another one: two answers to one question would be none.
fn stands(table: &Table, tabs: &[Tab], question: &str, answer: &str) -> Result<Option<CellRef>, AppendError> {
    let faq = reading::read(tabs, 0).faq;
    let asked: Vec<_> = faq.into_iter().filter(|row| place::is_same(&row.question.value, question)).collect();
    match asked.iter().find(|row| place::is_same(&row.answer.value, answer)).or(asked.first()) {
        None => Ok(None),
        Some(row) if place::is_same(&row.answer.value, answer) => Ok(Some(row.question.at.clone())),
        Some(row) => Err(AppendError::AnsweredOtherwise { sheet: table.sheet.clone(), at: row.question.at.clone() }),
    }
}
