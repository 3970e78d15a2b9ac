//! One seller's sheet: whether it is shared with us, what could be read, and what is wrong with it, cell by cell.
//!
//! It is read anew: two of the reads that Google gives for a minute. Not here: what to tell the seller in his own
//! language (`crate::seller::check`).

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalog::{CatalogSnapshot, CellRef, SheetProblem};
use settings::SellerSettings;
use sheets::{Sheets, SheetsError};

use super::check::{Attempt, Check};
use crate::plain::count;
use crate::seller::template;

/// How many problems are told one by one.
const PROBLEMS: usize = 10;

/// What came of reading a sheet.
#[derive(Debug, Clone)]
pub(crate) struct ReadSheet {
    pub(crate) checks: Vec<Check>,
    /// What was read, if anything could be.
    pub(crate) table: Option<Arc<CatalogSnapshot>>,
    /// Why nothing could be.
    pub(crate) trouble: Option<SheetsError>,
    /// What the seller has to mend.
    pub(crate) problems: Vec<SheetProblem>,
}

/// Reads it.
pub(crate) async fn read(sheets: &Sheets, seller: &SellerSettings) -> ReadSheet {
    match sheets.read_now(seller).await {
        Ok(table) => {
            let checks =
                [Some(Check::fine("sheet", tabs(&table))), Some(rows(&table.problems, seller)), examples(&table)];
            let problems = table.problems.clone();
            ReadSheet { checks: checks.into_iter().flatten().collect(), table: Some(table), trouble: None, problems }
        }
        Err(error) => {
            let problems = match &error {
                SheetsError::NoGoods { problems, .. } => problems.clone(),
                _ => Vec::new(),
            };
            ReadSheet { checks: vec![refused(&error, seller)], table: None, trouble: Some(error), problems }
        }
    }
}

/// The tabs, each with how much could be read in it.
fn tabs(table: &CatalogSnapshot) -> String {
    let mut tabs: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let goods = table.products.iter().map(|product| (0, &product.title.at));
    let delivery = table.delivery.iter().map(|row| (1, &row.place.at));
    let shop = table.shop.iter().map(|fact| (2, &fact.name.at));
    let faq = table.faq.iter().map(|row| (3, &row.question.at));
    for (kind, at) in goods.chain(delivery).chain(shop).chain(faq) {
        *tabs.entry((kind, tab_of(at))).or_default() += 1;
    }
    tabs.iter().map(|((_, tab), rows)| format!("{tab} ({})", count(*rows, "row"))).collect::<Vec<_>>().join(", ")
}

fn tab_of(at: &CellRef) -> &str {
    at.0.rsplit_once('!').map_or(&*at.0, |(tab, _)| tab)
}

fn rows(problems: &[SheetProblem], seller: &SellerSettings) -> Check {
    if problems.is_empty() {
        return Check::fine("rows", "every row can be used");
    }
    let told = problems.iter().take(PROBLEMS).map(|problem| format!("{}: {}", problem.at, problem.what));
    let more = problems.len().saturating_sub(PROBLEMS);
    let more = (more > 0).then(|| format!("and {more} more"));
    let first = format!("{}; what they stand in is left out:", count(problems.len(), "problem"));
    let found = [first].into_iter().chain(told).chain(more).collect::<Vec<_>>().join("\n");
    let fix = format!("send the seller what `salesphere seller check {} --for-seller` prints", seller.profile.id);
    Check::warning("rows", found, fix)
}

fn examples(table: &CatalogSnapshot) -> Option<Check> {
    let left = template::examples_in(table);
    let first = left.first()?;
    let found = format!("the template's examples are still in it: {}, from {first} on", count(left.len(), "row"));
    Some(Check::warning("examples", found, "the seller removes the yellow rows: buyers would be offered them"))
}

fn refused(error: &SheetsError, seller: &SellerSettings) -> Check {
    let tried = format!("read the spreadsheet {}", seller.sheet_id);
    let attempt = Attempt { tried: &tried, expected: "its tabs and their cells, without a problem" };
    let id = &seller.profile.id;
    let (found, fix) = match error {
        SheetsError::Quota { retry_after } => {
            let found = format!("not read: no read of Google Sheets is left for the next {} s", retry_after.as_secs());
            return Check::warning("sheet", found, "look again then; the workers answer from their copy");
        }
        SheetsError::NotShared { account, .. } => (
            "403: it is not shared with us".to_owned(),
            format!("the seller opens it, «Настройки доступа», and adds {account} as a viewer («Читатель»)"),
        ),
        SheetsError::NoSuchSheet { .. } => (
            "404: there is no such spreadsheet".to_owned(),
            format!("correct sheet_id in {id}.toml: the part of its address between /d/ and /edit"),
        ),
        SheetsError::Refused { why, .. } => (
            format!("Google will not read it ({why})"),
            "it may be an uploaded Excel file: the seller imports it («Файл → Импорт») and sends the new address"
                .to_owned(),
        ),
        SheetsError::NoGoods { problems, .. } => {
            let first =
                problems.first().map(|problem| format!(": {} {}", problem.at, problem.what)).unwrap_or_default();
            let fix = format!("send the seller what `salesphere seller check {id} --for-seller` prints");
            (format!("no goods could be read in it{first}"), fix)
        }
        SheetsError::KeyRefused { why, .. } => (
            format!("Google refuses the service account's key ({why})"),
            "make a new key (IAM, Service accounts, Keys), and see that this machine's clock is right".to_owned(),
        ),
        SheetsError::ApiOff { .. } => (
            "the Google Sheets API is off in the service account's project".to_owned(),
            "switch it on in Google Cloud: APIs and services, Google Sheets API, Enable".to_owned(),
        ),
        SheetsError::Unreadable { why, .. } => (
            format!("no answer to rely on ({why})"),
            "see that this machine reaches sheets.base_url; if it does, Google is in trouble: the workers answer from \
             their copy while it is not older than sheets.stale, and then call a human"
                .to_owned(),
        ),
        SheetsError::NoKey | SheetsError::BadKey { .. } | SheetsError::TooOld { .. } => {
            (error.to_string(), "see the service account above".to_owned())
        }
    };
    Check::failed("sheet", &attempt, found, fix)
}
