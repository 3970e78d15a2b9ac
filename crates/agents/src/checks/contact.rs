//! No way out of the chat: phones, links, messengers, payments past Avito. Avito hides chats for these. What the
//! seller's own table says may be said.

use domain::decision::FactValue;

use super::Case;
use super::draft::Draft;
use super::licence::Licence;
use crate::numbers::fold::{fold, is_letter_or_digit};
use crate::numbers::{Number, Value};

pub(super) fn check(draft: &Draft<'_>, case: &Case<'_>) -> Vec<String> {
    let mut whys = Vec::new();
    if let Some(said) = draft.says_unless("contact", |said| sellers_own(said, case)) {
        whys.push(format!("\"{said}\" leads out of the chat"));
    }
    if let Some(said) = address(&draft.own) {
        whys.push(format!("\"{said}\" is an address on the net"));
    }
    let own = |number: &&Number| !draft.is_quoted(&number.span);
    let phones = draft.numbers.iter().filter(own).chain(&draft.hidden_numbers);
    if phones.clone().any(|number| matches!(&number.value, Value::Phone(digits) if !sellers_own(digits, case))) {
        whys.push("a phone or card number is said".to_owned());
    } else if dictated(draft) {
        whys.push("a phone number is dictated in words".to_owned());
    }
    whys
}

/// Whether the seller's table says it too: in these words, or with a phone that one may then be asked to call.
fn sellers_own(said: &str, case: &Case<'_>) -> bool {
    const OF_A_PHONE: [&str; 4] = ["звони", "номер", "телефон", "набер"];
    if OF_A_PHONE.iter().any(|stem| said.contains(stem)) && Licence::of(case.decisions, case.context).has_phone() {
        return true;
    }
    case.facts().any(|fact| match &fact.value {
        FactValue::Text(text) => {
            let text = fold(text);
            text.contains(said) || text.chars().filter(char::is_ascii_digit).collect::<String>().contains(said)
        }
        _ => false,
    })
}

/// `name@host`, `@name`, `host.ru/path`.
fn address(text: &str) -> Option<&str> {
    const ENDS: [&str; 18] = [
        "ru", "com", "net", "org", "рф", "su", "me", "io", "info", "shop", "store", "online", "site", "pro", "xyz",
        "club", "by", "kz",
    ];
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | ',' | ';')).find(|piece| {
        let piece = piece.trim_matches(|c: char| !is_letter_or_digit(c) && c != '@');
        let host = piece.split(['/', '?', ':']).next().unwrap_or_default();
        let dotted = host
            .rsplit_once('.')
            .is_some_and(|(name, end)| name.chars().any(is_letter_or_digit) && ENDS.contains(&end));
        piece.contains("://") || dotted || piece.split_once('@').is_some_and(|(_, host)| host.chars().count() > 2)
    })
}

/// «восемь девятьсот двенадцать триста сорок пять…»: four numbers and more in a row, seven digits and more.
fn dictated(draft: &Draft<'_>) -> bool {
    let (mut row, mut digits, mut end) = (0, 0, 0);
    draft.numbers.iter().any(|number| {
        let plain = number.value.amount().and_then(|amount| amount.as_whole());
        let joined = row > 0 && number.span.start.saturating_sub(end) <= 3;
        (row, digits) = if joined { (row + 1, digits) } else { (1, 0) };
        digits += plain.map_or(0, |whole| whole.to_string().len());
        end = number.span.end;
        row >= 4 && digits >= 7 && !draft.is_quoted(&number.span)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, passes, refuses};

    #[test]
    fn what_the_seller_wrote_may_be_said() {
        passes(
            "contact",
            &[
                (sample::address(), "Адрес: Новосибирск, ул. Ленина, 12, тел. 8 912 345-67-89"),
                (sample::delivery(), "Доставка почтой в Новосибирск 500 ₽"),
                (sample::stock(), "Есть. Цена 3 500 ₽."),
                (sample::stock(), "Есть,цена 3 500 ₽.Осталось 2"),
                (sample::stock(), "Да, есть. Могу подсказать номер размера"),
                (sample::stock(), "Рюкзак есть, карман для телефона есть"),
                (sample::stock(), "Есть. Пишите, если будут вопросы"),
                (sample::stock(), "Есть, спрашивайте здесь в чате"),
                (sample::delivery(), "Доставка Почтой 500 ₽"),
                (sample::delivery(), "Отправляем через Авито Доставку, 500 ₽"),
                (sample::address(), "Телефон магазина: 8 912 345-67-89"),
                (sample::address(), "Звоните 8 912 345-67-89"),
                (sample::address(), "Наш номер 8(912)345-67-89, адрес: Новосибирск, ул. Ленина, 12"),
                (sample::stock(), "Рюкзак в наличии, цена 3500"),
                (sample::stock(), "Рюкзак ещё есть"),
                (sample::stock(), "Да, ещё продаётся, цена 3 500 ₽"),
                (sample::stock(), "Есть, могу отправить"),
                (sample::out_of_stock(), "Рюкзак городской 30 л — продан. Есть «Рюкзак чёрный»"),
                (sample::out_of_stock(), "Этот рюкзак кончился, остался «Рюкзак чёрный»"),
                (sample::out_of_stock(), "Нет, к сожалению. Могу предложить «Рюкзак чёрный» или «Рюкзак красный 20 л»"),
                (sample::not_sold(), "Нет, такого не продаём"),
                (sample::not_sold(), "Такого, увы, нет"),
                (sample::not_sold(), "К сожалению, мы этим не торгуем"),
                (sample::price(), "3 500 ₽ за рюкзак"),
                (sample::address(), "Адрес: Новосибирск, ул. Ленина, 12, тел. 8 912 345-67-89."),
                (sample::address(), "Мы находимся по адресу: Новосибирск, ул. Ленина, 12."),
                (sample::address(), "Наш адрес — Новосибирск, улица Ленина, 12"),
                (sample::address(), "Мы в Новосибирске на ул. Ленина, 12. Телефон 8 912 345-67-89"),
                (sample::pickup(), "Да, можно забрать самостоятельно. Адрес: Новосибирск, ул. Ленина, 12."),
                (sample::pickup(), "Самовывоз есть. Адрес: Новосибирск, ул. Ленина, 12."),
                (sample::pickup(), "Да, забрать можно по адресу: Новосибирск, ул. Ленина, 12."),
                (sample::pickup(), "Конечно, можно забрать самому: Новосибирск, ул. Ленина, 12"),
            ],
        );
    }

    #[test]
    fn no_way_leads_out_of_the_chat() {
        refuses(
            "contact",
            &[
                (sample::stock(), "Есть, звоните +7 912 345-67-89"),
                (sample::stock(), "Есть, 8(912)345 67 89"),
                (
                    sample::stock(),
                    "Есть, восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять",
                ),
                (sample::stock(), "Есть, пишите в телеграм"),
                (sample::stock(), "Есть, пишите в т е л е г р а м"),
                (sample::stock(), "Есть, t.me/shop"),
                (sample::stock(), "Есть, https://example.com/x"),
                (sample::stock(), "Есть, shop@mail.ru"),
                (sample::stock(), "Есть, @my_shop"),
                (sample::stock(), "Есть, смотрите на нашем сайте"),
                (sample::stock(), "Есть, вотсап есть"),
                (sample::stock(), "Есть, напишите в WhatsApp"),
                (sample::stock(), "Есть, переведите предоплату на карту"),
                (sample::stock(), "Карта 4276 1234 5678 9012"),
                (sample::price(), "3 500 ₽, но дешевле мимо Авито"),
                (sample::counter(), "3 300 ₽, бонусы на карту"),
                (sample::address(), "Адрес: Новосибирск, ул. Ленина, 12, пишите в телеграм"),
                (sample::counter(), "Пиши в тг"),
                (sample::counter(), "пиши в т г"),
                (sample::counter(), "пишите в телегу"),
                (sample::counter(), "пишите в тeлeгрaм"),
                (sample::counter(), "пишите в теле грам"),
                (sample::counter(), "пишите в tg"),
                (sample::counter(), "пишите в телеге"),
                (sample::counter(), "пишите в ватс ап"),
                (sample::counter(), "пишите в WA"),
                (sample::counter(), "пишите в вацапе"),
                (sample::counter(), "пишите в ВК"),
                (sample::counter(), "пишите в макс"),
                (sample::counter(), "пишите в имо"),
                (sample::counter(), "пишите в дискорде"),
                (sample::counter(), "пишите в инсте"),
                (sample::counter(), "пишите на почту"),
            ],
        );
    }
}
