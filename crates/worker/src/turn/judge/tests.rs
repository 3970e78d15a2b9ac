//! What happens next in a chat, and what it tells of our last answer.

use agents::checks::{CheckContext, HandingOver, review};
use domain::autonomy::Bar;
use domain::catalog::CellRef;
use domain::conversation::Conversation;
use domain::decision::{Fact, FactValue, Source, Verdict};
use domain::money::Money;
use domain::record::Trace;

use super::*;

const MINUTE: i64 = 60_000;

fn limits() -> AutonomySettings {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    AutonomySettings {
        bar: Bar { propose_from: 0.9, propose_after: 30, fall_back_from: 0.1, fall_back_after: 3 },
        window: 100,
        keep: minutes(1_000),
        propose_again: minutes(1_000),
        overruled_within: minutes(10),
        complained_within: minutes(15),
        compare_within: minutes(720),
        review_every: minutes(1),
    }
}

fn decision(intent: Intent, verdict: Verdict) -> Decision {
    let price = Fact {
        name: "price".to_owned(),
        value: FactValue::Money(Money::roubles(3500)),
        source: Source::Cell(CellRef("Товары!B2".to_owned())),
    };
    Decision { intent, verdict, product: None, facts: vec![price] }
}

fn reply(decisions: &[Decision], then: Option<EscalationReason>) -> Answer {
    let context = CheckContext {
        floors: &[],
        licensed: &[],
        buyer_text: "",
        max_text_chars: 1000,
        handing_over: HandingOver::No,
    };
    let greeting = decision(Intent::Other, Verdict::Greet);
    let text = review("Здравствуйте! Чем могу помочь?", &[greeting], &context).unwrap();
    let trace = Trace { decisions: decisions.to_vec(), ..Trace::default() };
    Answer { outcome: Outcome::Reply { text, then }, memory: Conversation::default(), trace }
}

fn escalate(reason: EscalationReason) -> Answer {
    let Outcome::Reply { text: holding, .. } = reply(&[], None).outcome else { panic!("a reply") };
    let outcome = Outcome::Escalate { reason, holding, draft: None };
    Answer { outcome, memory: Conversation::default(), trace: Trace::default() }
}

fn in_stock() -> Decision {
    decision(Intent::StockInquiry, Verdict::InStock)
}

/// The answer that a turn leaves to be judged.
fn left(before: Option<&LastAnswer>, answer: &Answer, mode: Mode) -> Option<LastAnswer> {
    match of_buyer(before, answer, Manner::As(mode), "t1", 0, &limits()).next {
        Next::This { answer } => Some(*answer),
        Next::Nothing | Next::AsBefore => None,
    }
}

fn fates(judgement: &Judgement) -> Vec<(Intent, Fate)> {
    judgement.judged.iter().map(|judged| (judged.intent, judged.fate)).collect()
}

#[test]
fn an_answer_that_goes_out_stands_until_somebody_objects() {
    let judgement = of_buyer(None, &reply(&[in_stock()], None), Manner::As(Mode::Auto), "t1", 5, &limits());
    assert_eq!(fates(&judgement), [(Intent::StockInquiry, Fate::Stood)]);
    assert_eq!((judgement.judged[0].turn.as_str(), judgement.judged[0].at_ms), ("t1", 5));

    let greeting = decision(Intent::Other, Verdict::Greet);
    let judgement = of_buyer(None, &reply(&[greeting], None), Manner::As(Mode::Auto), "t1", 5, &limits());
    assert_eq!(judgement, Judgement::default(), "a greeting proves nothing");
}

#[test]
fn who_writes_over_an_answer_corrects_it_unless_he_says_the_same() {
    let auto = || left(None, &reply(&[in_stock()], None), Mode::Auto);
    for (said, after_ms, expected) in [
        ("Нет, продали вчера", MINUTE, Some(Fate::Overruled)),
        ("Могу сегодня показать", MINUTE, Some(Fate::Overruled)),
        ("Да, есть, 3500", MINUTE, None),
        ("Нет, продали вчера", 11 * MINUTE, None),
    ] {
        let judgement = of_seller(auto(), vec![said.to_owned()], after_ms, &limits());
        assert_eq!(judgement.judged.first().map(|judged| judged.fate), expected, "{said} after {after_ms} ms");
    }
    let order = left(None, &reply(&[in_stock()], Some(EscalationReason::Order)), Mode::Auto);
    assert_eq!(order, None, "the seller was called to write");
}

#[test]
fn a_complaint_counts_against_the_answer_right_before_it() {
    let complaint = escalate(EscalationReason::Complaint);
    let auto = || left(None, &reply(&[in_stock()], None), Mode::Auto);
    let after = |ms| of_buyer(auto().as_ref(), &complaint, Manner::As(Mode::Auto), "t2", ms, &limits());
    assert_eq!(fates(&after(MINUTE)), [(Intent::StockInquiry, Fate::Complained)]);
    assert_eq!(after(MINUTE).judged[0].turn, "t1");
    assert_eq!(fates(&after(16 * MINUTE)), []);
    assert_eq!(after(MINUTE).next, Next::Nothing, "what the seller writes now is about the complaint");

    let unsure = escalate(EscalationReason::LowConfidence);
    let judgement = of_buyer(auto().as_ref(), &unsure, Manner::As(Mode::Auto), "t2", MINUTE, &limits());
    assert_eq!((fates(&judgement), judgement.next), (Vec::new(), Next::Nothing));
}

#[test]
fn in_shadow_the_sellers_words_are_held_against_ours_as_they_come() {
    let last = left(None, &reply(&[in_stock()], None), Mode::Shadow);
    let judgement = of_seller(last, vec!["Здравствуйте!".to_owned()], MINUTE, &limits());
    assert_eq!(fates(&judgement), []);
    let Next::This { answer } = judgement.next else { panic!("it waits for more") };
    let judgement = of_seller(Some(*answer), vec!["Да, есть".to_owned()], 2 * MINUTE, &limits());
    assert_eq!(fates(&judgement), [(Intent::StockInquiry, Fate::Same)]);
    let Next::This { answer } = judgement.next else { panic!("it waits for more") };
    let judgement = of_seller(Some(*answer), vec!["За 4000".to_owned()], 3 * MINUTE, &limits());
    assert_eq!(fates(&judgement), [(Intent::StockInquiry, Fate::Different)], "the same turn, judged anew");
    assert_eq!(judgement.judged[0].turn, "t1");
}

#[test]
fn two_questions_of_one_kind_that_wait_together_are_not_compared() {
    let first = left(None, &reply(&[in_stock()], None), Mode::Shadow);
    let again = left(first.as_ref(), &reply(&[in_stock()], None), Mode::Shadow);
    assert_eq!(again, None);
    let other = decision(Intent::PriceNegotiation, Verdict::TellPrice);
    let other = left(first.as_ref(), &reply(&[other], None), Mode::Shadow).unwrap();
    assert_eq!(other.decisions.len(), 1);
    assert_eq!(left(None, &reply(&[in_stock(), in_stock()], None), Mode::Shadow), None);
}

#[test]
fn a_draft_is_judged_by_what_the_seller_does_with_it() {
    let draft = || left(None, &reply(&[in_stock()], None), Mode::Draft);
    let replaced = |by: &str| Draft::Replaced { by: by.to_owned() };
    for (done, expected) in [
        (Draft::Sent, Fate::Unchanged),
        (replaced("здравствуйте, чем могу помочь"), Fate::Unchanged),
        (replaced("Добрый день"), Fate::Edited),
        (Draft::Rejected, Fate::Rejected),
    ] {
        let judgement = of_draft(draft(), &done);
        assert_eq!(fates(&judgement), [(Intent::StockInquiry, expected)], "{done:?}");
        assert_eq!(judgement.next, Next::Nothing);
    }
    let own = of_seller(draft(), vec!["Да, есть".to_owned()], MINUTE, &limits());
    assert_eq!(fates(&own), [(Intent::StockInquiry, Fate::Same)], "he answered on Avito");
    let Next::This { answer } = own.next else { panic!("it waits for more") };
    assert_eq!(of_draft(Some(*answer), &replaced("Ещё вопрос?")), Judgement::default(), "judged already");
}

#[test]
fn two_drafts_on_one_card_are_one() {
    let first = LastAnswer {
        text: "Да, есть.".to_owned(),
        ..left(None, &reply(&[in_stock()], None), Mode::Draft).unwrap()
    };
    let price = decision(Intent::PriceNegotiation, Verdict::TellPrice);
    let judgement = of_buyer(Some(&first), &reply(&[price], None), Manner::As(Mode::Draft), "t2", 5, &limits());
    assert_eq!(draft(&judgement, "Здравствуйте! …", 100), "Да, есть.\nЗдравствуйте! Чем могу помочь?");
    assert_eq!(draft(&judgement, "Здравствуйте! …", 20), "Здравствуйте! …", "too long together");
    let judgement = match judgement.next {
        Next::This { answer } => of_draft(Some(*answer), &Draft::Sent),
        Next::AsBefore | Next::Nothing => panic!("a draft waits"),
    };
    assert_eq!(
        fates(&judgement),
        [(Intent::PriceNegotiation, Fate::Unchanged), (Intent::StockInquiry, Fate::Unchanged)]
    );
    assert!(judgement.judged.iter().all(|judged| judged.turn == "t2"));
}
