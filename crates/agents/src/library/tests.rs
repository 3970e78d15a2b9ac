//! The built-in files are whole, and a broken directory is told as a whole.

use super::*;

fn chat(number: u32) -> ConversationId {
    format!("demo:u2i-{number}").parse().unwrap()
}

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
    let rendered = library
        .router(Some(&chat(1)), context!(history => history, listing => "Сумка красная", buyer => "А синяя?"))
        .unwrap();
    assert_eq!(
        rendered.user,
        "<history>\nпокупатель: Есть красная?\nпродавец: Да, есть.\n</history>\n\
         <listing>Сумка красная</listing>\n<buyer>А синяя?</buyer>"
    );
    assert!(!rendered.system.contains("{{"), "{}", rendered.system);
    let empty =
        library.router(Some(&chat(1)), context!(history => Vec::<Value>::new(), listing => "", buyer => "?")).unwrap();
    assert_eq!(empty.user, "<buyer>?</buyer>", "what is not there takes no room");
    assert_eq!(empty.system, rendered.system);
}

#[test]
fn a_wording_prompt_joins_the_shared_parts_and_shows_the_decision_on_its_own_line() {
    let library = Library::embedded().unwrap();
    let turn = context!(
        history => Vec::<Value>::new(), buyer => "Есть?", decision => r#"{"draft":"Да"}"#, refused => Vec::<String>::new()
    );
    let rendered = library.wording(Intent::StockInquiry, Some(&chat(1)), turn).unwrap();
    for part in ["busy person behind the counter", "The decision is made", "whether something is there"] {
        assert!(rendered.system.contains(part), "{}", rendered.system);
    }
    assert!(rendered.user.lines().any(|line| line == r#"<decision>{"draft":"Да"}</decision>"#), "{}", rendered.user);
    assert!(!rendered.user.contains("<refused>"));
    let files: Vec<_> =
        library.versions(Some(Intent::StockInquiry), Some(&chat(1))).into_iter().map(|(file, _)| file).collect();
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
    let told = Library::load(broken, &[]).unwrap_err().to_string();
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

/// The built-in files with more beside them.
fn with(more: &[(&str, String)]) -> Result<Library, LibraryErrors> {
    let read = |name: &str, embedded: &str| {
        Ok(more.iter().find(|(file, _)| *file == name).map_or(embedded, |(_, text)| text).to_owned())
    };
    let variants: Vec<String> = more.iter().map(|(file, _)| (*file).to_owned()).collect();
    Library::load(read, &variants)
}

fn built_in(file: &str) -> &'static str {
    FILES.iter().find(|(name, _)| *name == file).unwrap().1
}

#[test]
fn a_chat_gets_one_of_two_variants_and_keeps_it() {
    let file = "agents/pricing.b.md";
    let variant = built_in("agents/pricing.md").replace("version: 1", "version: 7\nshare: 50%");
    let variant = variant.replace("The question is about the price.", "They ask what it costs.");
    let library = with(&[(file, variant)]).unwrap();
    assert_eq!(library.trials().collect::<Vec<_>>(), [(file, 50)]);
    let turn =
        || context!(history => Vec::<Value>::new(), buyer => "", decision => "", refused => Vec::<String>::new());
    let intent = Intent::PriceNegotiation;
    let mut seen = BTreeMap::new();
    for number in 0..100 {
        let chat = chat(number);
        let trial = library.trial(Asked::Wording(intent), Some(&chat)).unwrap();
        let rendered = library.wording(intent, Some(&chat), turn()).unwrap();
        assert_eq!(rendered.system.contains("They ask what it costs."), trial.variant == Variant::B);
        let used = &library.versions(Some(intent), Some(&chat))[0];
        let (name, version) = if trial.variant == Variant::B { (file, "7") } else { ("agents/pricing.md", "1") };
        assert_eq!((used.0.as_str(), used.1.as_str(), trial.version.as_str()), (name, version, version));
        assert_eq!(trial.prompt, "agents/pricing.md");
        *seen.entry(trial.variant).or_insert(0) += 1;
        // Nothing else is tried.
        assert_eq!(library.trial(Asked::Router, Some(&chat)), None);
        assert_eq!(library.trial(Asked::Wording(Intent::StockInquiry), Some(&chat)), None);
    }
    assert!(seen[&Variant::A] > 30 && seen[&Variant::B] > 30, "{seen:?}");
}

#[test]
fn a_variant_that_cannot_be_one_is_told_with_its_file() {
    let pricing = built_in("agents/pricing.md");
    let shared = |share: &str| pricing.replace("version: 1", &format!("version: 1\nshare: {share}"));
    for (file, text, told) in [
        ("agents/pricing.b.md", "no front matter".to_owned(), "it must begin with front matter"),
        ("agents/pricing.b.md", pricing.to_owned(), "`share: 50%`"),
        ("agents/pricing.b.md", shared("100%"), "`share: 100%` must be 1% to 99%"),
        ("agents/pricing.b.md", shared("half"), "`share: half` must be"),
        ("agents/pricing.b.md", shared("50%").replace("{% include \"shared/turn.md\" %}", "{{ byer }}"), "in the turn"),
        ("agents/stock.b.md", shared("50%"), "its `role` and `intent` must be those of `agents/stock.md`"),
        ("agents/prising.b.md", shared("50%"), "a variant of `agents/prising.md`"),
        ("shared/voice.b.md", shared("50%"), "variants are those of"),
        ("agents/pricing.c.md", shared("50%"), "one variant at a time"),
        ("router.md", built_in("router.md").replace("version: 2", "version: 2\nshare: 5%"), "only a variant"),
    ] {
        let variants: Vec<_> = (file != "router.md").then(|| file.to_owned()).into_iter().collect();
        let read = |name: &str, embedded: &str| Ok(if name == file { text.clone() } else { embedded.to_owned() });
        let errors = Library::load(read, &variants).unwrap_err();
        assert!(errors.0.iter().all(|error| error.file == file), "{errors}");
        assert!(errors.to_string().contains(told), "{told} is not in\n{errors}");
    }
}

#[test]
fn the_variants_of_a_directory_are_found() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        std::fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    std::fs::write(dir.path().join("agents/pricing.old.md"), "").unwrap();
    std::fs::write(dir.path().join("README.md"), "").unwrap();
    assert_eq!(Library::from_dir(dir.path()).unwrap().trials().count(), 0);
    let router = built_in("router.md").replace("version: 2", "version: 3\nshare: 20%");
    std::fs::write(dir.path().join("router.b.md"), router).unwrap();
    assert_eq!(Library::from_dir(dir.path()).unwrap().trials().collect::<Vec<_>>(), [("router.b.md", 20)]);
    std::fs::write(dir.path().join("agents/stock.b.md"), "").unwrap();
    let errors = Library::from_dir(dir.path()).unwrap_err();
    assert_eq!(errors.0[0].file, "agents/stock.b.md");
}
