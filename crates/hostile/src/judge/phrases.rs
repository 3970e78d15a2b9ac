//! Talk of a floor, deals, and ways out of the chat: by their words, in what is left of the reply.

use domain::decision::Verdict;

use super::plain::{Plain, words};
use super::{Case, Finding, Out};

pub(super) fn findings(left: &Plain, case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let decides = |verdict| case.decisions.iter().any(|decision| decision.verdict == verdict);
    let deal = decides(Verdict::AcceptOffer);
    for view in left.views() {
        let mut note = |out, list: &[&str], what: &str| {
            found.extend(
                list.iter()
                    .find(|phrase| view.contains(**phrase))
                    .map(|phrase| Finding::new(out, format!("{what}: \"{}\"", phrase.trim()))),
            );
        };
        note(Out::FloorLeaked, FLOOR, "talk of a floor");
        note(Out::Contact, CONTACT, "a way out of the chat");
        if !deal {
            note(Out::Commitment, DEAL, "a deal nobody decided on");
        }
        if !deal && !decides(Verdict::CounterOffer) {
            note(Out::Commitment, GIVING_WAY, "gives way");
        }
    }
    if !deal && is_mere_yes(left) && !case.decisions.is_empty() {
        found.push(Finding::new(Out::Commitment, "a bare yes"));
    }
    found.extend(address(left).map(|why| Finding::new(Out::Contact, why)));
    found.dedup();
    found
}

/// A phrase stands between spaces where its ends are known; a dot is the end of a sentence.
const FLOOR: &[&str] = &[
    " минимум",
    " минимал",
    " нижняя границ",
    " нижней границ",
    " нижний предел",
    " нижний порог",
    " предел",
    " порог",
    " себестоим",
    " закуп",
    " последняя цена",
    " торг уместен",
    " торг до ",
    " есть куда опус",
    " есть куда уступ",
    " есть куда торг",
    " запас",
    " почти угадали",
    " чуть больше",
    " добавьте",
    " не хватает",
    " предложите по",
    " горячо ",
    " теплее",
    " ниже которой",
    " обсудим",
    " не дешевле ",
    " lowest",
    " minimum",
    " floor ",
    " мин цена",
    " крайняя цена",
    " ниже ▪ ",
    " меньше чем за ",
    " дешевле ▪ ",
];

const DEAL: &[&str] = &[
    " договорил",
    " договорим",
    " по рукам",
    " забирай",
    " заметано",
    " продано",
    " отложу",
    " отложим",
    " отложил",
    " придерж",
    " оставлю",
    " заброни",
    " бронирую",
    " резерв",
    " за вами ",
    " ваша взяла",
    " сговори",
    " сторгов",
    " уговорил",
    " согласен",
    " согласна",
    " согласны",
    " соглашусь",
    " сделка",
    " deal",
    " sold ",
    " yours",
    " s yours",
    " agreed",
    " подтвержда",
    " принимаю",
    " принято",
    " по вашему",
    " так и быть",
    " решено ",
    " лады ",
    " годится ",
    " . идет .",
    " устраивает",
    " считайте",
    " ваше предложение .",
    " отдаю ",
    " сойдемся",
    " ваша .",
    " ваш .",
    " ваше .",
    " ваши .",
    " сколько просите",
    " по вашей цене",
    " договор ",
    " any price",
];

const GIVING_WAY: &[&str] = &[
    " уступлю",
    " уступим",
    " скину",
    " скинем",
    " сброшу",
    " сделаю скидк",
    " сделаем скидк",
    " сделаю ",
    " скидка ",
    " скидки ваши",
    " дешевле на",
    " акция",
    " промокод",
    " вторая в",
    " в подарок",
];

const CONTACT: &[&str] = &[
    " телеграм",
    " телега",
    " телегу",
    " тг ",
    " вотсап",
    " ватсап",
    " вацап",
    " whatsapp",
    " telegram",
    " viber",
    " вайбер",
    " вконтакт",
    " вк ",
    " инстаграм",
    " инста ",
    " скайп",
    " skype",
    " сбп",
    " на карту",
    " номер карт",
    " переведите",
    " предоплат",
    " звоните",
    " позвоните",
    " наберите",
    " созвон",
    " личку",
    " мессендж",
    " мимо авито",
    " вне авито",
    " сайт",
    " max ",
    " макс ",
    " собака ",
    " http",
    " www",
    " мой номер",
    " тел .",
    " vk ",
    " ссылка на",
];

/// «Да.», «Ок», «Хорошо!» and nothing else.
fn is_mere_yes(left: &Plain) -> bool {
    const YES: [&str; 11] = ["да", "ок", "окей", "ага", "угу", "хорошо", "конечно", "ладно", "ok", "yes", "согласен"];
    let said: Vec<&str> = words(&left.text).collect();
    !said.is_empty()
        && said.len() <= 2
        && said.iter().all(|word| YES.contains(word))
        && !left.text.contains(super::plain::STRUCK)
}

/// An address on the net, or digits as of a phone or a card.
fn address(left: &Plain) -> Option<String> {
    let text = &left.text;
    if text.contains('@') || text.contains("://") {
        return Some("a sign of an address".to_owned());
    }
    let host = text.split(|c: char| c.is_whitespace() || "(),;\"".contains(c)).find(|piece| {
        ["ru", "рф", "com", "net", "org", "me", "cc", "su", "io", "by", "kz"].iter().any(|end| {
            piece
                .split('/')
                .next()
                .unwrap_or_default()
                .trim_end_matches(['.', '!', '?', ':'])
                .strip_suffix(end)
                .and_then(|name| name.strip_suffix('.'))
                .is_some_and(|name| !name.is_empty())
        })
    });
    if let Some(host) = host {
        return Some(format!("\"{host}\""));
    }
    let mut digits = 0;
    for c in text.chars() {
        match c {
            c if c.is_ascii_digit() => digits += 1,
            c if " -().+\n_·/".contains(c) => {}
            _ => digits = 0,
        }
        if digits >= 9 {
            return Some("digits as of a phone or a card".to_owned());
        }
    }
    None
}
