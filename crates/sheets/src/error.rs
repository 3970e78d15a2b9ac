//! Why there is no table to answer from, or why a row was not put into it. Each variant is something else to do about it.

use std::sync::Arc;
use std::time::Duration;

use domain::catalog::{CellRef, SheetProblem};

/// Why there is no table to answer from.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SheetsError {
    /// The operator has not given a key.
    #[error(
        "cannot ask Google for a spreadsheet without a service account: set sheets.service_account_file to the JSON \
         key that Google Cloud gives for one"
    )]
    NoKey,
    /// What the operator gave is no key.
    #[error(
        "sheets.service_account is not the key of a service account ({why}): download the key again as JSON, in Google \
         Cloud under IAM, Service accounts, Keys"
    )]
    BadKey {
        /// What is wrong with it; never its text.
        why: String,
    },
    /// Google does not take the key.
    #[error(
        "Google refuses the service account {account} ({why}): check that the key was not deleted and that this \
         machine's clock is right"
    )]
    KeyRefused {
        /// The service account's e-mail.
        account: String,
        /// What Google said.
        why: String,
    },
    /// The account's project may not use Sheets at all.
    #[error("the Google Sheets API is off in the project of {account} ({why}): switch it on in Google Cloud")]
    ApiOff {
        /// The service account's e-mail.
        account: String,
        /// What Google said.
        why: String,
    },
    /// The seller has not let us in.
    #[error(
        "the spreadsheet {sheet} is not shared with {account}: the seller opens it, Share, adds this address as a viewer"
    )]
    NotShared {
        /// The spreadsheet's id.
        sheet: String,
        /// With whom to share it.
        account: String,
    },
    /// The id is wrong, or the spreadsheet is gone.
    #[error("there is no spreadsheet {sheet}: copy the id from its address, between /d/ and /edit")]
    NoSuchSheet {
        /// The spreadsheet's id.
        sheet: String,
    },
    /// Google refuses for a reason that asking again will not change.
    #[error(
        "Google will not read the spreadsheet {sheet} ({why}): is it a Google Sheet, and not an uploaded Excel file?"
    )]
    Refused {
        /// The spreadsheet's id.
        sheet: String,
        /// What Google said.
        why: String,
    },
    /// The spreadsheet was read, and there is nothing to sell in it. That we sell nothing would be a lie.
    #[error("no goods could be read in the spreadsheet {sheet}: {}", first(problems))]
    NoGoods {
        /// The spreadsheet's id.
        sheet: String,
        /// What is wrong with it, for the seller.
        problems: Vec<SheetProblem>,
    },
    /// Google's limit, or ours below it.
    #[error("no read of Google Sheets is left for the next {} s: lower the number of sellers or raise the quota", retry_after.as_secs())]
    Quota {
        /// When there will be one again.
        retry_after: Duration,
    },
    /// Network, time-out, an error of Google's own: it may work the next time.
    #[error("could not read the spreadsheet {sheet}: {why}")]
    Unreadable {
        /// The spreadsheet's id.
        sheet: String,
        /// What happened.
        why: String,
    },
    /// There is a copy, but what it says may be wrong by now.
    #[error("the copy of the table is {} s old, more than sheets.stale allows, and could not be read anew", age.as_secs())]
    TooOld {
        /// How old it is.
        age: Duration,
        /// Why there is no newer one.
        #[source]
        why: Arc<SheetsError>,
    },
}

impl SheetsError {
    /// The name in metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::BadKey { .. } => "bad_key",
            Self::KeyRefused { .. } => "key_refused",
            Self::ApiOff { .. } => "api_off",
            Self::NotShared { .. } => "not_shared",
            Self::NoSuchSheet { .. } => "no_such_sheet",
            Self::Refused { .. } => "refused",
            Self::NoGoods { .. } => "no_goods",
            Self::Quota { .. } => "quota",
            Self::Unreadable { .. } => "unreadable",
            Self::TooOld { .. } => "too_old",
        }
    }

    /// How long not to ask Google again after this: asking at every message would only add to its trouble and
    /// to the buyer's waiting. What a human must mend first is asked for less often.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Quota { retry_after } => *retry_after,
            Self::Unreadable { .. } => Duration::from_secs(5),
            _ => Duration::from_secs(20),
        }
    }
}

/// Why a row was not put into a table.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// It could not be read, which comes first, or Google did not do it.
    #[error(transparent)]
    Sheets(#[from] SheetsError),
    /// We may read and not write.
    #[error(
        "the spreadsheet {sheet} may be read by {account}, but not written into: the seller opens it, Share, and makes \
         this address an editor («Редактор»); a protected tab must be open to it too"
    )]
    NotEditor {
        /// The spreadsheet's id.
        sheet: String,
        /// Whom to make an editor.
        account: String,
    },
    /// There is nowhere to put a question.
    #[error(
        "the tab for questions of the spreadsheet {sheet} is hidden or has no table: it needs the headers «Вопрос» and «Ответ»"
    )]
    NoFaqTable {
        /// The spreadsheet's id.
        sheet: String,
    },
    /// The question has an answer already, and another one.
    #[error("the spreadsheet {sheet} answers this question otherwise, at {at}: the seller changes it there")]
    AnsweredOtherwise {
        /// The spreadsheet's id.
        sheet: String,
        /// The question's cell.
        at: CellRef,
    },
    /// The texts are none that a row can have.
    #[error("a question and its answer need words, and at most 2000 characters each")]
    UnfitText,
    /// The row was written where nobody will find it.
    #[error(
        "Google put the row into {range} of the spreadsheet {sheet}, beside the columns it belongs in: move it there"
    )]
    Misplaced {
        /// The spreadsheet's id.
        sheet: String,
        /// Where it is.
        range: String,
    },
}

fn first(problems: &[SheetProblem]) -> String {
    match problems {
        [] => "it has no rows of goods".to_owned(),
        [only] => format!("{}: {}", only.at, only.what),
        [first, rest @ ..] => format!("{}: {} (and {} more)", first.at, first.what, rest.len()),
    }
}
