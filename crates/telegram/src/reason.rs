//! Why a human is called, in the seller's language. One line, read on a phone.

use domain::escalation::EscalationReason;

/// The headline of the card.
pub(crate) fn headline(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::Complaint => "Жалоба или возврат",
        EscalationReason::WantsHuman => "Просит позвать человека",
        EscalationReason::Order => "Готов купить: оформите заказ",
        EscalationReason::LowConfidence => "Бот не уверен, что правильно понял",
        EscalationReason::UnclearReference => "Непонятно, о чём речь",
        EscalationReason::TooComplex => "Сложный вопрос: нужно посчитать или ответить на несколько сразу",
        EscalationReason::StillUnclear => "Бот переспросил, но всё равно не понял",
        EscalationReason::NotInTable => "В таблице нет ответа",
        EscalationReason::TableIncomplete => "В таблице не хватает данных для ответа",
        EscalationReason::NotText => "Прислал не текст: фото, голосовое или файл",
        EscalationReason::MissedCall => "Пропущенный звонок: перезвоните",
        EscalationReason::TableUnreadable => "Таблица не открывается, бот не может ответить",
        EscalationReason::ModelDown => "Нейросеть недоступна, бот не может ответить",
        EscalationReason::ChecksRefused => "Ответ бота не прошёл проверку",
        EscalationReason::DeadLetter => "Бот несколько раз не смог ответить",
        EscalationReason::FollowUp => "Покупатель пишет дальше",
        EscalationReason::AwaitsTap => "Ответ ждёт вашего нажатия",
        EscalationReason::Paused => "Бот на паузе, ответ ждёт вашего нажатия",
        EscalationReason::MayBeAnswered => "После сбоя неясно, ответил ли бот: загляните в чат",
    }
}

/// The sign before it: who calls wants to buy, and does not wait.
pub(crate) const fn sign(reason: EscalationReason) -> &'static str {
    match reason {
        EscalationReason::MissedCall => "🔥",
        _ => "⚠️",
    }
}
