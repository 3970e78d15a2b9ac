//! What the rules look for. Lower case, «ё» written as «е».

use domain::escalation::EscalationReason::{Complaint, WantsHuman};

use super::Asked::{Counts, Excuses};
use super::Rule;

/// The people a buyer may ask for.
const PEOPLE: &str = "человек человека человеком человеку оператор* продавца продавцу продавцом менеджер* консультант* \
                      администратор* хозяина хозяином владельца владельцем кого живого живым живому";

/// Words for a thing that is not whole.
const BROKEN: &str = "сломан* сломал* разбит* разбил* порван* порвал* порвался бракован* брак испорчен* треснул* \
                      трещина трещиной трещины поцарапан* дырка дыра дырявая грязная грязный развалил* отвалил*";

/// Words for a thing that has come.
const CAME: &str = "пришла пришло пришел пришли получил получила получили приехала приехал приехало привезли \
                    доставили прислали прислал отправили продали оказалась оказался оказалось оказались распаковал \
                    распаковала";

/// Words of somebody who is only thinking of it, or talks of another thing.
const NOT_OURS: &str = "если вдруг старая старый старую старое старые нужна нужен нужно нужны ищу вместо взамен";

/// One-word messages that call somebody.
pub(super) const CALLED_ALONE: &str = "оператор* менеджер* человека консультант*";

/// Words of greeting and thanks.
pub(super) const COURTESIES: &str = "здравствуйте здравствуй здрасте привет приветствую добрый доброе доброго доброй день дня вечер вечера утро утра \
     ночи времени суток спасибо спасибочки благодарю большое огромное вам хорошего hello hi thanks thank you";

pub(super) const RULES: &[Rule] = &[
    // «Позовите человека», «соедините с оператором».
    Rule {
        reason: WantsHuman,
        all: &[
            "позов* позвать дайте дай соедин* переключ* переведите переведи свяжите свяжи подключите пригласи*",
            PEOPLE,
        ],
        unless: "если деньги оплату карту адрес подойдет подъедет заберет",
        asked: Counts,
    },
    // «Можно поговорить с живым человеком?»
    Rule {
        reason: WantsHuman,
        all: &["поговор* говорить пообщ* общаться связаться разговарив* переговорить", PEOPLE],
        unless: "",
        asked: Counts,
    },
    // «Есть тут живой человек?»
    Rule {
        reason: WantsHuman,
        all: &["живой живого живым живому", "человек человека человеком человеку оператор* продав* консультант* кто"],
        unless: "",
        asked: Counts,
    },
    // «Мне нужен оператор», «хочу менеджера».
    Rule {
        reason: WantsHuman,
        all: &["нужен нужно хочу надо требую", "оператор* менеджер* консультант* администратор*"],
        unless: "связи сотовый мобильный",
        asked: Counts,
    },
    // «Не хочу говорить с ботом».
    Rule {
        reason: WantsHuman,
        all: &[
            "бот ботом бота боту ботами роботом автоответчик*",
            "говорить общаться писать переписываться надоел* хватит",
        ],
        unless: "",
        asked: Counts,
    },
    // «Перезвоните мне».
    Rule {
        reason: WantsHuman,
        all: &["перезвоните перезвони позвоните позвони наберите", "мне меня пожалуйста плиз срочно"],
        unless: "если",
        asked: Counts,
    },
    // «Верните деньги», «когда вернёте деньги?»
    Rule {
        reason: Complaint,
        all: &["верни верните вернете возвращайте возвращай", "деньги денег деньгами средства предоплату оплату"],
        unless: "если подойдет понравится",
        asked: Counts,
    },
    Rule {
        reason: Complaint,
        all: &["вернуть назад обратно", "деньги денег"],
        unless: "если можно подойдет понравится гарантия ли",
        asked: Counts,
    },
    // «Требую возврат», «хочу вернуть сумку».
    Rule {
        reason: Complaint,
        all: &["требую хочу хотел хотела сделайте оформите", "возврат возврата вернуть"],
        unless: "если можно ли спросить узнать уточнить",
        asked: Excuses,
    },
    // Fraud.
    Rule {
        reason: Complaint,
        all: &["мошенни* жулик* аферист* лохотрон*"],
        unless: "если боюсь много",
        asked: Excuses,
    },
    Rule {
        reason: Complaint,
        all: &["кидала кидалы кидалово обманщик* обманываете обманули обманул обманула развод"],
        unless: "если боюсь раньше уже другой другие",
        asked: Excuses,
    },
    Rule {
        reason: Complaint, all: &["кинули кинул", "меня нас"], unless: "если ссылку деньги", asked: Excuses
    },
    // Threats.
    Rule {
        reason: Complaint,
        all: &["суд", "подам подаю пойду иду обращусь обращаюсь увидимся встретимся через подал"],
        unless: "",
        asked: Counts,
    },
    Rule {
        reason: Complaint,
        all: &[
            "полиция полицию полиции прокуратур* роспотребнадзор* суде",
            "обращусь обращаюсь обратиться пойду иду заявление напишу пишу подам вызову звоню жалоба жалобу увидимся",
        ],
        unless: "",
        asked: Counts,
    },
    Rule {
        reason: Complaint, all: &["жалобу пожалуюсь пожалуемся пожалуюс"], unless: "если", asked: Excuses
    },
    // A thing that came broken: «пришла с трещиной», «сумка сломалась через день».
    Rule { reason: Complaint, all: &[BROKEN, CAME], unless: NOT_OURS, asked: Excuses },
    Rule {
        reason: Complaint,
        all: &[BROKEN, "она он оно они через сразу день неделю неделе"],
        unless: NOT_OURS,
        asked: Excuses,
    },
    Rule {
        reason: Complaint,
        all: &["не", "работает работают включается включаются заряжается закрывается застегивается", CAME],
        unless: NOT_OURS,
        asked: Excuses,
    },
    // A thing that did not come, or is another one.
    Rule {
        reason: Complaint,
        all: &[
            "не",
            "посылка посылку заказ товар товара",
            "пришел пришла пришло пришли получил получила отправили доставили привезли дошел дошла приехал приехала",
        ],
        unless: "если",
        asked: Counts,
    },
    Rule {
        reason: Complaint, all: &["до", "сих", "пор", "не"], unless: "если думаю решил решила", asked: Counts
    },
    Rule {
        reason: Complaint, all: &["где когда", "мой моя", "заказ посылка товар"], unless: "если", asked: Counts
    },
    Rule {
        reason: Complaint,
        all: &["прислали прислал отправили привезли пришла пришел пришло", "не", "то тот ту та"],
        unless: "если",
        asked: Excuses,
    },
    // «Ужасный сервис», «безобразие».
    Rule {
        reason: Complaint,
        all: &["ужасн* отвратительн* хамск* мерзк*", "сервис* качеств* обслуж* товар отношение магазин* продавец"],
        unless: "если",
        asked: Excuses,
    },
    Rule {
        reason: Complaint,
        all: &["безобразие хамство возмутительно возмущена возмущен"],
        unless: "",
        asked: Excuses,
    },
];
