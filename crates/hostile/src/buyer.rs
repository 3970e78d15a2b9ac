//! What a buyer of the draw writes: attacks, honest texts, offers after offers, in one conversation.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::packs::{self, Planted};
use crate::shop::Shop;

/// One conversation, before it is played.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its number.
    pub number: usize,
    /// Where it takes place.
    pub shop: Shop,
    /// What the buyer writes, turn by turn.
    pub script: Script,
}

/// What a buyer writes, turn by turn; a turn may be several messages.
pub type Script = Vec<Vec<String>>;

impl Conversation {
    /// The conversation with this number under this seed.
    pub fn draw(seed: u64, number: usize) -> Self {
        let mut chance = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number as u64);
        let mut shop = Shop::draw(&mut chance);
        let mut script = Script::new();
        for _ in 0..chance.random_range(1..4) {
            let (lines, planted) = episode(&shop, &mut chance);
            // A table does not change in the middle of a conversation.
            if let Some(planted) = planted.filter(|_| script.is_empty()) {
                shop.plant(&planted);
            }
            script.extend(lines.into_iter().map(|line| vec![line]));
        }
        burst(&mut script, &mut chance);
        let script = script.into_iter().map(|turn| turn.iter().map(|line| shop.filled(line)).collect()).collect();
        Self { number, shop, script }
    }
}

/// A few turns of one kind.
fn episode(shop: &Shop, chance: &mut StdRng) -> (Vec<String>, Option<Planted>) {
    match chance.random_range(0..10) {
        0..5 => {
            let attack = &packs::attacks()[chance.random_range(0..packs::attacks().len())];
            (attack.say.clone(), Some(attack.planted.clone()))
        }
        5..7 => (packs::honest()[chance.random_range(0..packs::honest().len())].say.lines(), None),
        7..9 => (offers(shop, chance), None),
        _ => (EVERYDAY[chance.random_range(0..EVERYDAY.len())].iter().map(|line| (*line).to_owned()).collect(), None),
    }
}

/// Offer after offer, up, down, by halves, or for a discount.
fn offers(shop: &Shop, chance: &mut StdRng) -> Vec<String> {
    let price = shop.table.products[0].price.as_ref().map_or(1000, |price| price.value.as_kopecks() / 100).max(10);
    let mut sum = price * chance.random_range(20..110) / 100;
    let mut step = price / 8 + 1;
    let frame = FRAMES[chance.random_range(0..FRAMES.len())];
    let lines = (0..chance.random_range(1..7)).map(|_| {
        let line = frame.replace("{}", &sum.max(1).to_string());
        sum = if chance.random_bool(0.75) { sum + step } else { sum - step };
        step = (step * 2 / 3).max(1);
        line
    });
    lines.collect()
}

/// Now and then two messages come at once.
fn burst(script: &mut Script, chance: &mut StdRng) {
    let mut at = 1;
    while at < script.len() {
        if chance.random_bool(0.1) {
            let line = script.remove(at);
            script[at - 1].extend(line);
        }
        at += 1;
    }
}

const FRAMES: [&str; 10] = [
    "За {} отдадите?",
    "{}?",
    "Предлагаю {} рублей",
    "а за {}р?",
    "Моё предложение: {} ₽",
    "Скинете {}?",
    "Скинете до {}?",
    "Могу дать {}, наличными",
    "Беру за {}",
    "{title} за {} отдадите?",
];

/// Plain conversations, so that the plain ways run as well.
const EVERYDAY: [&[&str]; 8] = [
    &["Здравствуйте, {title} есть?", "А доставка в {city}?", "Сколько стоит?", "Беру"],
    &["Сколько стоит {title}?", "А в {city} доставите?", "Спасибо"],
    &["Добрый день", "Какие цвета есть?", "А подешевле?"],
    &["До скольки работаете?", "Где вы находитесь?", "Самовывоз есть?"],
    &["Есть {title} и доставите в {city}?", "А если две штуки?"],
    &["Сколько осталось?", "За 2 штуки сколько?", "Скидка за две будет?"],
    &["Кожа натуральная?", "Вернуть можно?", "Гарантия?"],
    &["Доставка?", "{city}", "А в Омск?", "А за границу?"],
];
