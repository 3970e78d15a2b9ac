//! Placeholder.

use domain::catalog::CatalogSnapshot;
use domain::escalation::EscalationReason;

use crate::finding::{Finding, Question};

pub(super) fn decide(_question: &Question<'_>, _catalog: &CatalogSnapshot) -> Finding {
    Finding::Unsure(EscalationReason::NotInTable)
}
