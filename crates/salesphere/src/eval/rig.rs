//! What messages are tried on: the operator's settings and model or, where he has none, the demo's shop and the
//! sandbox's small model of rules.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agents::{Assistant, Budget, Library};
use anyhow::{Context, bail};
use domain::catalog::CatalogSnapshot;
use domain::clock::{Clock, SystemClock};
use domain::intent::{Bias, Seconding};
use eval::Bench;
use eval::run::Way;
use eval::tape::{self, Mode, Taped, Timed};
use llm::{ChatModel, Endpoint, ModelSettings};
use sandbox::model::{Model, ModelConfig};
use serde::Deserialize;
use settings::{Env, LoadOptions, SellerSettings, Sellers, Settings};

use super::source::Source;
use crate::failure::Failure;
use crate::system::DEMO_SELLER;

/// A moment when the demo's shop is open: the answers do not depend on when they are tried.
const NOON: &str = "2026-11-24T09:00:00Z";

/// The name of the shop that comes along.
const DEMO: &str = "demo";

/// What was measured for one prompt and one model, and belongs to no other.
#[derive(Default)]
pub(super) struct Fitted {
    /// How the model leans.
    bias: Bias,
    /// How far a second opinion is trusted beside it.
    trust: Seconding,
}

/// The surroundings of a run.
pub(super) struct Rig {
    settings: Settings,
    /// Whose thresholds hold.
    pub(super) seller: SellerSettings,
    recordings: PathBuf,
    tape: Option<Mode>,
    tapes: Vec<Arc<Taped>>,
    /// Dropped, it is gone.
    _model: Option<Model>,
}

impl Rig {
    /// The operator's, if his settings can be used; with none at all, the demo's.
    pub(super) async fn open(config: Option<PathBuf>, source: &Source) -> anyhow::Result<Self> {
        let named = config.is_some();
        let own = settings::load(LoadOptions { config: config.map(settings::Source::File), ..Default::default() });
        let wanted = source.seller.as_ref();
        let is_there = |settings: &Settings| {
            wanted.is_none_or(|wanted| settings.sellers.iter().any(|seller| seller.profile.id == *wanted))
        };
        let (mut settings, model) = match own {
            Ok(settings) if is_there(&settings) => (settings, None),
            Err(_) if !named && wanted.is_none_or(|wanted| wanted.as_str() == DEMO) => demo().await?,
            Ok(settings) => {
                let names: Vec<&str> = settings.sellers.iter().map(|seller| seller.profile.id.as_str()).collect();
                let wanted = wanted.map_or("", |wanted| wanted.as_str());
                let there = format!("there are {}", names.join(", "));
                return Err(Failure::new(format!("there is no seller {wanted}"), there).into());
            }
            Err(problems) => return Err(problems.into()),
        };
        if let Some(name) = &source.model {
            settings.llm.router.model.clone_from(name);
            settings.llm.wording.model.clone_from(name);
        }
        let within = Duration::from_secs(source.within.max(1));
        settings.worker.route_within = within;
        settings.worker.word_until = within * 2;
        settings.worker.turn_budget = within * 3;
        let found = settings.sellers.iter().find(|seller| wanted.is_none_or(|wanted| seller.profile.id == *wanted));
        let Some(seller) = found.cloned() else { bail!("the settings hold no seller") };
        let (recordings, tape) = (source.recordings.clone(), source.tape());
        Ok(Self { settings, seller, recordings, tape, tapes: Vec::new(), _model: model })
    }

    /// The model that reads, by its name.
    pub(super) fn model(&self) -> &str {
        &self.settings.llm.router.model
    }

    /// What is told of it before a run.
    pub(super) fn told(&self) -> String {
        let shop = &self.seller.profile.id;
        match self.tape {
            Some(Mode::Play) => format!("recorded answers of {}; thresholds of {shop}", self.model()),
            _ => format!("{} at {}; thresholds of {shop}", self.model(), self.settings.llm.base_url),
        }
    }

    /// The prompts in force, or those with another router.
    pub(super) fn library(&self, router: Option<&str>) -> anyhow::Result<Library> {
        let dir = self.settings.answers.prompts_dir.as_deref();
        let Some(dir) = dir else {
            let library = router.map_or_else(Library::embedded, |router| Library::with_router(None, router));
            return library.context("reading the prompts");
        };
        // A variant on trial beside a prompt is not what is measured.
        let in_force = std::fs::read_to_string(dir.join("router.md"));
        let in_force = in_force.with_context(|| format!("reading router.md in {}", dir.display()))?;
        let library = Library::with_router(Some(dir), router.unwrap_or(&in_force));
        library.with_context(|| format!("reading the prompts in {}", dir.display()))
    }

    /// What goes with the prompt in force, as the settings have it.
    pub(super) fn fitted(&self) -> Fitted {
        Fitted { bias: self.settings.llm.router_bias.clone(), trust: self.settings.llm.seconding }
    }

    /// A place to try messages with these prompts and what goes with them.
    pub(super) fn bench(&mut self, library: Library, fitted: Fitted, way: Way, wording: bool) -> anyhow::Result<Bench> {
        let endpoint = Endpoint::new(&self.settings.llm).context("setting up the model")?;
        let (router, wording_model) = (self.settings.llm.router.clone(), self.settings.llm.wording.clone());
        let router = self.taped(&endpoint, &router)?;
        let wording = if wording { Some(self.taped(&endpoint, &wording_model)?) } else { None };
        let worker = &self.settings.worker;
        let budget = Budget {
            route_within: worker.route_within,
            word_until: worker.word_until,
            turn_budget: worker.turn_budget,
        };
        let assistant = Assistant::new(router, wording, library, budget, self.settings.answers.max_chars);
        let (assistant, trust) = (assistant.without(fitted.bias), fitted.trust);
        Ok(Bench {
            assistant: if trust.is_wanted() { assistant.seconded(trust) } else { assistant },
            seller: self.seller.profile.clone(),
            table: shop()?,
            now: NOON.parse()?,
            way,
        })
    }

    /// A model behind its tape, if there is to be one.
    fn taped(&mut self, endpoint: &Endpoint, model: &ModelSettings) -> anyhow::Result<Arc<dyn ChatModel>> {
        let live: Arc<dyn ChatModel> = Arc::new(endpoint.model(model));
        let Some(mode) = self.tape else { return Ok(Arc::new(Timed(live))) };
        let path = self.recordings.join(tape::file_name(&model.model));
        let taped =
            Taped::open(&path, mode, &model.model, live).map_err(|error| missing(&path, &model.model, &error))?;
        let taped = Arc::new(taped);
        self.tapes.push(Arc::clone(&taped));
        Ok(taped)
    }

    /// Refuses a run of recorded answers in which some were not recorded.
    pub(super) fn must_be_whole(&self) -> Result<(), Failure> {
        let missing: u64 = self.tapes.iter().map(|tape| tape.missing()).sum();
        if missing == 0 {
            return Ok(());
        }
        Err(Failure::new(
            format!(
                "{missing} answers of {} are not recorded: a prompt, the schema or a message has changed since",
                self.model()
            ),
            "record them: the same command with --record instead of --recorded, with the model running",
        ))
    }

    /// The time now, for the report.
    pub(super) fn now(&self) -> jiff::Timestamp {
        SystemClock.now()
    }
}

fn missing(path: &Path, model: &str, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("reading the recorded answers of {model} in {}: {error}", path.display()),
        "record them with --record, or name where they are with --recordings; other models' have other names: --model",
    )
}

/// The demo's seller, with the sandbox's model where the environment names no other. Nothing else of the settings is
/// used, so the other addresses lead nowhere.
async fn demo() -> anyhow::Result<(Settings, Option<Model>)> {
    let model = Model::start(ModelConfig::default()).await.context("starting the sandbox's model")?;
    let nowhere = "http://127.0.0.1:9/";
    let wiring = [
        ("avito.base_url", nowhere),
        ("sheets.base_url", nowhere),
        ("telegram.base_url", nowhere),
        ("telegram.token", sandbox::telegram::DEMO_TOKEN),
        ("llm.base_url", model.base_url()),
        ("llm.router.model", "sandbox-rules"),
        ("llm.wording.model", "sandbox-rules"),
    ];
    let lines: String =
        wiring.iter().map(|(key, value)| format!("{key} = {}\n", serde_json::Value::from(*value))).collect();
    let inline = |name: &str, text: String| settings::Source::Inline { name: name.to_owned(), text };
    let settings = settings::load(LoadOptions {
        config: Some(inline("the demo's settings", format!("{lines}llm.router.logprobs = true\n"))),
        sellers: Sellers::Given(vec![inline(DEMO, DEMO_SELLER.to_owned())]),
        env: Env::Process,
    })?;
    Ok((settings, Some(model)))
}

/// The fixed table.
fn shop() -> anyhow::Result<CatalogSnapshot> {
    #[derive(Deserialize)]
    struct Book {
        tab: Vec<Page>,
    }
    #[derive(Deserialize)]
    struct Page {
        name: String,
        rows: Vec<Vec<serde_json::Value>>,
    }
    let book: Book = toml::from_str(eval::sets::SHOP).context("reading the table built into this program")?;
    let tabs: Vec<sheets::Tab> = book.tab.into_iter().map(|page| sheets::Tab::new(page.name, page.rows)).collect();
    let at: jiff::Timestamp = NOON.parse()?;
    Ok(sheets::read(&tabs, at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_table_is_read_without_a_problem() {
        let shop = shop().unwrap();
        assert_eq!(shop.problems, []);
        assert!(shop.products.len() >= 8 && shop.delivery.len() == 5 && !shop.faq.is_empty());
    }
}
