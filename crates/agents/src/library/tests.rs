//! The built-in files are whole, and a broken directory is told as a whole.

use super::*;

#[test]
fn the_built_in_prompts_and_replies_are_whole() {
    if let Err(errors) = Library::embedded() {
        panic!("{errors}");
    }
}

#[test]
fn a_directory_laid_out_like_prompts_replaces_the_built_in_files() {
    let repository = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../prompts"));
    let (read, embedded) = (Library::from_dir(repository).unwrap(), Library::embedded().unwrap());
    assert_eq!(read.prompts, embedded.prompts);
    let empty = Library::from_dir(Path::new("no/such/directory")).unwrap_err();
    assert_eq!(empty.0.iter().filter(|error| error.what.contains("cannot be read")).count(), FILES.len(), "{empty}");
}

#[test]
fn the_router_is_shown_the_turn_and_nothing_of_it_stands_in_the_fixed_part() {
    let library = Library::embedded().unwrap();
    let history =
        vec![context!(who => "покупатель", text => "Есть красная?"), context!(who => "продавец", text => "Да, есть.")];
    let rendered =
        library.router(context!(history => history, listing => "Сумка красная", buyer => "А синяя?")).unwrap();
    assert_eq!(
        rendered.user,
        "<history>\nпокупатель: Есть красная?\nпродавец: Да, есть.\n</history>\n\
         <listing>Сумка красная</listing>\n<buyer>А синяя?</buyer>"
    );
    assert!(!rendered.system.contains("{{"), "{}", rendered.system);
    let empty = library.router(context!(history => Vec::<Value>::new(), listing => "", buyer => "?")).unwrap();
    assert_eq!(empty.user, "<history>\n</history>\n<listing></listing>\n<buyer>?</buyer>");
    assert_eq!(empty.system, rendered.system);
}

#[test]
fn a_wording_prompt_joins_the_shared_parts_and_shows_the_decision_on_its_own_line() {
    let library = Library::embedded().unwrap();
    let turn = context!(
        history => Vec::<Value>::new(), buyer => "Есть?", decision => r#"{"draft":"Да"}"#, refused => Vec::<String>::new()
    );
    let rendered = library.wording(Intent::StockInquiry, turn).unwrap();
    for part in ["busy person behind the counter", "The decision is made", "whether something is there"] {
        assert!(rendered.system.contains(part), "{}", rendered.system);
    }
    assert!(rendered.user.lines().any(|line| line == r#"<decision>{"draft":"Да"}</decision>"#), "{}", rendered.user);
    assert!(!rendered.user.contains("<refused>"));
    let files: Vec<_> = library.versions(Some(Intent::StockInquiry)).into_iter().map(|(file, _)| file).collect();
    assert_eq!(files, ["agents/stock.md", "shared/safety.md", "shared/turn.md", "shared/voice.md", "router.md"]);
}

#[test]
fn every_mistake_of_a_directory_is_told_at_once() {
    let broken = |name: &str, embedded: &str| match name {
        "router.md" => Ok(embedded.replace("{{ buyer }}", "{{ byer }}")),
        "agents/stock.md" => Ok("no front matter".to_owned()),
        "agents/delivery.md" => Ok(embedded.replace("shared/voice.md", "shared/vioce.md")),
        "shared/safety.md" => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
        "replies/pricing.toml" => Ok(embedded.replace("{{ offer }}", "{{ ofer }}")),
        "replies/general.toml" => Ok(embedded.replace("greet =", "gret =")),
        "replies/holding.toml" => Ok(embedded.replace("Сейчас позову", "Отдам за 500 ₽, сейчас позову")),
        _ => Ok(embedded.to_owned()),
    };
    let told = Library::load(broken).unwrap_err().to_string();
    for part in [
        "router.md: in the turn",
        "agents/stock.md: it must begin with front matter",
        "agents/delivery.md: ",
        "shared/safety.md: cannot be read",
        "replies/pricing.toml: accept_offer",
        "replies/general.toml: unknown case `gret`",
        "replies/general.toml: the case `greet` is missing",
        "replies/holding.toml: now, variant 1: numbers",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}
