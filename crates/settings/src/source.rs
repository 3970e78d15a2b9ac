//! Where the configuration comes from: files and the environment, or texts given by a caller.
//!
//! This is the only file of SaleSphere that looks at the process's environment. Not here: what the texts mean.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::problem::{Misfit, Place, Problem};

/// Names the operator's file where no argument does.
pub const CONFIG_VARIABLE: &str = "SALESPHERE_CONFIG";
/// Names the directory of the sellers where no argument does.
pub const SELLERS_VARIABLE: &str = "SALESPHERE_SELLERS";

const USUAL_CONFIG: &str = "config/production.toml";
const USUAL_SELLERS: &str = "config/sellers";

/// What to load. The default is what an operator's process does: files and environment.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The operator's settings. `None`: the file that `SALESPHERE_CONFIG` names, else
    /// `config/production.toml` below the working directory where it exists, else none.
    pub config: Option<Source>,
    /// The sellers.
    pub sellers: Sellers,
    /// The environment.
    pub env: Env,
}

impl LoadOptions {
    /// Everything from texts, nothing from files or the environment: `config` is the operator's settings,
    /// each seller is its short name and its file's text. For tests and the demo.
    pub fn inline(config: &str, sellers: &[(&str, &str)]) -> Self {
        let inline = |name: &str, text: &str| Source::Inline { name: name.to_owned(), text: text.to_owned() };
        Self {
            config: Some(inline("operator", config)),
            sellers: Sellers::Given(sellers.iter().map(|(name, text)| inline(name, text)).collect()),
            env: Env::Given(BTreeMap::new()),
        }
    }
}

/// One TOML text.
#[derive(Debug, Clone)]
pub enum Source {
    /// In a file.
    File(PathBuf),
    /// Given in the process.
    Inline {
        /// What errors call it; of a seller, its short name.
        name: String,
        /// The text.
        text: String,
    },
}

impl Source {
    /// Its file.
    fn path(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Inline { .. } => None,
        }
    }

    /// What errors call it.
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Inline { name, .. } => name.clone(),
        }
    }
}

/// Where the sellers come from.
#[derive(Debug, Clone, Default)]
pub enum Sellers {
    /// From the directory that `SALESPHERE_SELLERS` names, else from `sellers/` beside the operator's file,
    /// else from `config/sellers`.
    #[default]
    Usual,
    /// From there, and one more that is not there yet.
    UsualAnd(Source),
    /// From every `*.toml` of a directory.
    Dir(PathBuf),
    /// From these.
    Given(Vec<Source>),
}

/// Where environment variables come from.
#[derive(Debug, Clone, Default)]
pub enum Env {
    /// From the process.
    #[default]
    Process,
    /// From here.
    Given(BTreeMap<String, String>),
}

/// A text that was read.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Relative paths in it start here.
    pub(crate) base: PathBuf,
}

/// All texts that were read.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) operator: Option<Text>,
    pub(crate) sellers: Vec<Text>,
    pub(crate) env: BTreeMap<String, String>,
    /// Where a seller that is missing would have to stand.
    pub(crate) sellers_place: String,
    /// The sellers' files by their names, those that cannot be read among them.
    pub(crate) of_sellers: BTreeSet<String>,
    /// The files and directories that were looked at, whether or not they are there.
    pub(crate) files: BTreeSet<PathBuf>,
}

/// Reads everything that `options` name.
pub(crate) fn gather(options: LoadOptions, problems: &mut Vec<Problem>) -> Texts {
    let env = match options.env {
        Env::Process => process_environment(),
        Env::Given(given) => given,
    };
    let config = options.config.or_else(|| usual_config(&env));
    let usual = usual_sellers(config.as_ref(), &env);
    let mut files = BTreeSet::new();
    match &config {
        Some(source) => files.extend(source.path()),
        // It may be written yet.
        None => drop(files.insert(PathBuf::from(USUAL_CONFIG))),
    }
    let operator = config.and_then(|source| note(read(source), problems));

    // The first of all sellers makes the directory.
    let may_be_missing = matches!(options.sellers, Sellers::UsualAnd(_));
    let (dir, given) = match options.sellers {
        Sellers::Given(sources) => (None, sources),
        Sellers::Dir(dir) => (Some(dir), Vec::new()),
        Sellers::Usual => (Some(usual), Vec::new()),
        Sellers::UsualAnd(one) => (Some(usual), vec![one]),
    };
    let sellers_place = dir.as_ref().map_or_else(|| "the given sellers".to_owned(), |dir| dir.display().to_string());
    let listed = dir.as_ref().filter(|dir| !may_be_missing || dir.exists()).map(|dir| list(dir));
    let listed = listed.and_then(|listed| note(listed, problems)).unwrap_or_default();
    files.extend(dir);
    let sources: Vec<Source> = listed.into_iter().chain(given).collect();
    files.extend(sources.iter().filter_map(Source::path));
    let of_sellers = sources.iter().map(Source::name).collect();
    let sellers = sources.into_iter().filter_map(|source| note(read(source), problems)).collect();
    Texts { operator, sellers, env, sellers_place, of_sellers, files }
}

/// Where the sellers' files are, or would be, for a process that is told of this operator's file.
pub fn sellers_dir(config: Option<&Path>, env: &Env) -> PathBuf {
    let env = match env {
        Env::Process => process_environment(),
        Env::Given(given) => given.clone(),
    };
    let config = config.map(|path| Source::File(path.to_owned())).or_else(|| usual_config(&env));
    usual_sellers(config.as_ref(), &env)
}

fn usual_sellers(config: Option<&Source>, env: &BTreeMap<String, String>) -> PathBuf {
    let named = env.get(SELLERS_VARIABLE).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let beside = match config {
        Some(Source::File(path)) => path.parent().map(|dir| dir.join("sellers")),
        _ => None,
    };
    named.or(beside).unwrap_or_else(|| USUAL_SELLERS.into())
}

fn usual_config(env: &BTreeMap<String, String>) -> Option<Source> {
    let named = env.get(CONFIG_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let usual = || Some(PathBuf::from(USUAL_CONFIG)).filter(|path| path.exists());
    named.or_else(usual).map(Source::File)
}

fn process_environment() -> BTreeMap<String, String> {
    // A variable that is not UTF-8 is none of ours: all our names and values are.
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn note<T>(read: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}

fn read(source: Source) -> Result<Text, Problem> {
    match source {
        Source::Inline { name, text } => Ok(Text { name, text, base: PathBuf::new() }),
        Source::File(path) => {
            let text = read_file(&path).map_err(|misfit| about_file(&path, misfit))?;
            let base = path.parent().map(Path::to_owned).unwrap_or_default();
            let name = path.display().to_string();
            Ok(Text { name, text, base })
        }
    }
}

/// The content of a file, or why there is none.
pub(crate) fn read_file(path: &Path) -> Result<String, Misfit> {
    std::fs::read_to_string(path).map_err(|error| {
        let fix = match error.kind() {
            std::io::ErrorKind::NotFound => "create it, or correct the path",
            std::io::ErrorKind::PermissionDenied => "let the user that runs this program read it",
            std::io::ErrorKind::InvalidData => "save it as UTF-8 text",
            _ => "correct the path",
        };
        Misfit::new(format!("cannot be read: {error}"), fix)
    })
}

fn list(dir: &Path) -> Result<Vec<Source>, Problem> {
    let entries = std::fs::read_dir(dir).map_err(|error| {
        let fix = "create it with one <name>.toml per seller, or name another with SALESPHERE_SELLERS";
        about_file(dir, Misfit::new(format!("cannot be listed: {error}"), fix))
    })?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths.into_iter().map(Source::File).collect())
}

fn about_file(path: &Path, misfit: Misfit) -> Problem {
    Problem { place: Place::file(&path.display().to_string()), key: String::new(), what: misfit.what, fix: misfit.fix }
}
