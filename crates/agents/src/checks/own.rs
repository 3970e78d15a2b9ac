//! The seller's own words, read with the lists by which ours are checked: he may say what he likes, and the question is
//! only whether it was meant for everybody.

use super::draft::Draft;
use super::{Case, CheckContext, HandingOver, contact};

const NOTHING: CheckContext<'static> = CheckContext {
    floors: &[],
    licensed: &[],
    buyer_text: "",
    max_text_chars: usize::MAX,
    handing_over: HandingOver::No,
};

fn draft(text: &str) -> Draft<'_> {
    Draft::new(text, &[], &NOTHING)
}

/// A phone, a link, a messenger, a payment past Avito.
pub(crate) fn leads_out_of_the_chat(text: &str) -> bool {
    let case = Case { decisions: &[], context: &NOTHING };
    !contact::check(&draft(text), &case).is_empty()
}

/// A deal, a discount, a hint at one, a promise of a deed.
pub(crate) fn gives_way(text: &str) -> bool {
    // Ways of sending and of ordering that every buyer is told of.
    let for_all = |said: &str| ["под заказ", "трек", "страхов"].iter().any(|known| said.starts_with(known));
    let draft = draft(text);
    let lists = ["deal", "give_way", "hint", "floor", "firm", "softer", "slang", "part"];
    lists.iter().any(|list| draft.says(list).is_some()) || draft.says_unless("promise", for_all).is_some()
}

/// What is put off, or holds for a day: «сейчас уточню», «на этой неделе».
pub(crate) fn is_for_now(text: &str) -> bool {
    let for_good = |said: &str| {
        let always = ["каждый день", "по ", "в день", "день в день", "в тот же день", "на следующий день", "сразу"];
        always.iter().any(|known| said.starts_with(known))
    };
    let draft = draft(text);
    draft.says("report").is_some() || draft.says_unless("when", for_good).is_some()
}
