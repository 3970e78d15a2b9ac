//! `salesphere calibrate`: the thresholds for a stated share of errors, from labelled messages.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use eval::calibrate::{self, Aim, told};
use eval::run::Way;
use eval::thresholds;
use settings::Env;

use super::Suite;
use super::run::{self, Run, Runs};
use super::source::Source;
use crate::failure::Failure;

/// What is asked for, and from what it is found.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The greatest share of wrong ones among the answers given: 5% or 0.05.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "5%")]
    max_error: f64,
    /// Find also from which likelihood on a human is to be called, so that this share of what he must see reaches him: 98%
    /// or 0.98. Only for a model that gives probabilities; without it the likelihood in force stays.
    #[arg(long, value_name = "SHARE", value_parser = most)]
    recall: Option<f64>,
    #[command(flatten)]
    source: Source,
    /// Write the thresholds into the seller's file, if the judging half confirms them. Comments stay.
    #[arg(long)]
    write: bool,
}

const EXAMPLES: &str = "\
Examples:
  salesphere calibrate --max-error 5%                the thresholds for the model of the settings, printed
  salesphere calibrate --recall 98%                  and when to call a human, so that 98% of what he must see reach him
  salesphere calibrate --max-error 2% --recorded     from recorded answers, without the model
  salesphere calibrate --file our-chats.jsonl --seller lavka --write
                                                     from your own messages, into config/sellers/lavka.toml

Half of the messages choose the thresholds, the other half judges them: what is promised is the bound on that half.
Where nothing can be promised nothing is written, and 0.80 stays. The exit code is then 1.";

/// Finds the thresholds, tells them, writes them.
///
/// # Errors
/// The messages, the settings, the model or the seller's file cannot be used.
pub(crate) async fn run(config: Option<PathBuf>, options: Options) -> anyhow::Result<ExitCode> {
    let directory = settings::sellers_dir(config.as_deref(), &Env::Process);
    let runs = Runs { suite: "router", way: Way::Router, against: None, wording: false };
    let (run, in_force, seller) = run::with_thresholds(config, &options.source, Suite::Router, &runs).await?;
    let Run { cases, variants, .. } = run;
    let seen = variants.into_iter().next().map(|(_, seen)| seen).unwrap_or_default();
    let aim = Aim { max_error: options.max_error, recall: options.recall };
    let calibrated = calibrate::thresholds(&cases, &seen, aim, &in_force);
    print!("{}", told::told(&calibrated, &in_force));
    if !calibrated.holds() {
        if options.write {
            println!("nothing was written");
        }
        return Ok(ExitCode::FAILURE);
    }
    if options.write {
        let path = directory.join(format!("{seller}.toml"));
        write(&path, |text| thresholds::written_into(text, &calibrated.found()))?;
        println!("written: {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// In one piece: a running system that looks at the file finds the old one or the new one.
fn write(path: &Path, change: impl Fn(&str) -> Result<String, toml_edit::TomlError>) -> Result<(), Failure> {
    let told = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(
            format!("{what} {}: {error}", path.display()),
            "--write needs the seller's own file, and may write it",
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| told("reading", &error))?;
    let changed = change(&text).map_err(|error| told("changing", &error))?;
    let beside = path.with_extension("toml.new");
    std::fs::write(&beside, changed).map_err(|error| told("writing", &error))?;
    let permissions = std::fs::metadata(path).map_err(|error| told("reading", &error))?.permissions();
    std::fs::set_permissions(&beside, permissions).map_err(|error| told("writing", &error))?;
    std::fs::rename(&beside, path).map_err(|error| told("writing", &error))
}

/// `5%`, `0.05`.
fn share(text: &str) -> Result<f64, String> {
    part(text)
        .filter(|share| *share > 0.0 && *share < 0.5)
        .ok_or_else(|| format!("\"{text}\" is no share of errors\nhint: 5% or 0.05; less than one half"))
}

/// `98%`, `0.98`.
fn most(text: &str) -> Result<f64, String> {
    part(text)
        .filter(|share| (0.5..=1.0).contains(share))
        .ok_or_else(|| format!("\"{text}\" is no share to be handed over\nhint: 98% or 0.98; at least one half"))
}

fn part(text: &str) -> Option<f64> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent, 100.0),
        None => (text, 1.0),
    };
    number.trim().parse::<f64>().ok().map(|number| number / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_part_or_percent() {
        assert_eq!((share("5%"), share("0.05"), share("2.5 %")), (Ok(0.05), Ok(0.05), Ok(0.025)));
        for wrong in ["5", "0", "-1%", "few", "60%"] {
            assert!(share(wrong).unwrap_err().contains("hint: 5%"), "{wrong}");
        }
        assert_eq!((most("98%"), most("1")), (Ok(0.98), Ok(1.0)));
        assert!(most("98").unwrap_err().contains("hint: 98%"));
    }

    #[test]
    fn a_file_is_changed_in_one_piece() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lavka.toml");
        assert!(write(&path, |text| Ok(text.to_owned())).unwrap_err().what.contains("reading"));
        std::fs::write(&path, "name = \"Лавка\"\n").unwrap();
        write(&path, |text| Ok(format!("{text}# and more\n"))).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "name = \"Лавка\"\n# and more\n");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
