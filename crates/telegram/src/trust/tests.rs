//! The texts as the seller reads them, and buttons that say what they are for.

use super::*;

const BAR: Bar = Bar { propose_from: 0.9, propose_after: 30, fall_back_from: 0.1, fall_back_after: 3 };

fn tally(counts: &[(Fate, u32)]) -> Tally {
    counts.iter().flat_map(|(fate, count)| vec![*fate; *count as usize]).collect()
}

fn standing() -> Standing<'static> {
    Standing {
        shop: "Лавка на Лесной",
        for_all: Mode::Shadow,
        kinds: vec![
            (
                Intent::StockInquiry,
                Mode::Draft,
                tally(&[(Fate::Unchanged, 100), (Fate::Same, 18), (Fate::Edited, 1), (Fate::Rejected, 1)]),
            ),
            (
                Intent::DeliveryQuestion,
                Mode::Auto,
                tally(&[(Fate::Stood, 37), (Fate::Overruled, 2), (Fate::Complained, 1)]),
            ),
            (Intent::PriceNegotiation, Mode::Shadow, tally(&[])),
            (Intent::Other, Mode::Auto, tally(&[])),
        ],
        paused_until: None,
        listings: Vec::new(),
        chats: 0,
        paused_elsewhere: 0,
    }
}

#[test]
fn how_a_shop_stands() {
    insta::assert_snapshot!(modes(&standing()), @r"
    Лавка на Лесной
    Наличие: черновик, ответ ждёт вашего нажатия на карточке
    Доставка: авто, бот отвечает сам
    Цена: тень, бот молчит и сравнивает свой ответ с вашим
    Прочее: авто, бот отвечает сам
    Жалобы и просьбы позвать человека всегда идут вам.

    Изменить: кнопкой или словами, например /mode черновик, /mode наличие авто, /mode доставка тень. Ответом на карточку: /mode чат черновик, /mode объявление авто.
    ");
    let busy = Standing {
        paused_until: Some("18:30".to_owned()),
        listings: (1..=7).map(|item| (item, Mode::Draft)).collect(),
        chats: 2,
        paused_elsewhere: 1,
        ..standing()
    };
    insta::assert_snapshot!(modes(&busy), @r"
    Лавка на Лесной
    ⏸ Пауза до 18:30: сам бот не пишет, вопросы приходят карточками. Снять: /resume
    Наличие: черновик, ответ ждёт вашего нажатия на карточке
    Доставка: авто, бот отвечает сам
    Цена: тень, бот молчит и сравнивает свой ответ с вашим
    Прочее: авто, бот отвечает сам
    Жалобы и просьбы позвать человека всегда идут вам.
    Объявления со своим режимом: №1 черновик, №2 черновик, №3 черновик, №4 черновик, №5 черновик и ещё 2
    Чаты со своим режимом: 2
    На паузе отдельных чатов и объявлений: 1

    Изменить: кнопкой или словами, например /mode черновик, /mode наличие авто, /mode доставка тень. Ответом на карточку: /mode чат черновик, /mode объявление авто.
    ");
}

#[test]
fn how_far_the_bot_is_trusted() {
    insta::assert_snapshot!(stats(&standing(), &BAR, 200), @r"
    Лавка на Лесной: чему бот научился (последние ответы каждого вида, до 200)

    Наличие: черновик
    Совпало 118 из 120, уверенно 94 %: без правок 100, с правкой 1, отклонено 1, вы ответили так же 18. Для предложения включить автоответ нужно: уверенно 90 % и хотя бы 30 ответов.

    Доставка: авто
    Автоответов 40, вмешательств 3 (вы поправили 2, жалоб и просьб позвать человека 1).

    Цена: тень
    Пока не с чем сравнить. Для предложения включить автоответ нужно: уверенно 90 % и хотя бы 30 ответов.

    Прочее: авто
    Автоответов с этого режима ещё не было.

    Сменить режим: /mode
    ");
}

#[test]
fn a_proposal_and_a_step_back() {
    let share = |hits, of| Share { hits, of };
    insta::assert_snapshot!(proposal(Intent::StockInquiry, share(118, 120)), @r"
    Наличие: 118 из 120 совпали. Включить автоответ?
    Уверенно совпадает не меньше 94 % ответов. Вернуть черновики можно в любой момент: /mode
    ");
    insta::assert_snapshot!(fallen_back(Intent::PriceNegotiation, share(3, 10)), @"Цена: в 3 из 10 автоответов понадобилось вмешаться. Перевёл на черновики: ответы ждут вашего нажатия.");
    insta::assert_snapshot!(choice("Лавка на Лесной", Some(Intent::Other), Mode::Draft), @r"
    Лавка на Лесной
    Прочее: сейчас черновик.

    авто: бот отвечает сам
    черновик: ответ ждёт вашего нажатия на карточке
    тень: бот молчит и сравнивает свой ответ с вашим
    ");
    insta::assert_snapshot!(set("Наличие", Mode::Auto), @"Наличие: авто. Теперь бот отвечает сам.");
}

#[test]
fn a_press_says_what_its_button_is_for() {
    let longest = "a".repeat(40);
    let of = |intent| Some(Some(intent));
    let shown: Vec<_> = mode_buttons(&longest).concat();
    let kinds =
        [of(Intent::StockInquiry), of(Intent::DeliveryQuestion), of(Intent::PriceNegotiation), of(Intent::Other)];
    for (button, of) in shown.iter().zip(kinds.into_iter().chain([Some(None)])) {
        let (verb, data) = button.says();
        assert_eq!(pressed(verb, data), Some(Pressed::Show { seller: &longest, of }), "{data}");
    }
    let choices = choice_buttons(&longest, None, Mode::Auto);
    for (button, mode) in choices[0].iter().zip(Mode::ALL) {
        let (verb, data) = button.says();
        assert_eq!(pressed(verb, data), Some(Pressed::Set { seller: &longest, of: None, mode }), "{data}");
    }
    let (verb, data) = choices[1][0].says();
    assert_eq!(pressed(verb, data), Some(Pressed::Show { seller: &longest, of: None }));
    let proposed = proposal_buttons(&longest, Intent::Other, Mode::Shadow).concat();
    let expected = [
        Pressed::Set { seller: &longest, of: Some(Intent::Other), mode: Mode::Auto },
        Pressed::Set { seller: &longest, of: Some(Intent::Other), mode: Mode::Draft },
        Pressed::NotNow { seller: &longest, of: Intent::Other },
    ];
    for (button, expected) in proposed.iter().zip(expected) {
        let (verb, data) = button.says();
        assert_eq!(pressed(verb, data), Some(expected), "{data}");
    }
    for (verb, of) in
        [("mode", "x:a:demo"), ("mode", "s:z:demo"), ("modes", "demo"), ("send", "s:demo"), ("notnow", "*:demo")]
    {
        assert_eq!(pressed(verb, of), None, "{verb}:{of}");
    }
}
