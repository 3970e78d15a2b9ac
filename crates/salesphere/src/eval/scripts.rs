//! `--suite haggling`: haggles whose right answers are sums.

use std::path::PathBuf;

use eval::run::Way;
use eval::stats::Proportion;
use eval::{haggling, sets};

use super::rig::{Fitted, Rig};
use super::source::Source;

/// Plays them all and tells what went otherwise than it should.
pub(super) async fn run(config: Option<PathBuf>, source: &Source) -> anyhow::Result<Proportion> {
    let scripts = match source.own_file()? {
        Some((name, text)) => haggling::read(&name, &text)?,
        None => sets::scripts()?,
    };
    let mut rig = Rig::open(config, source).await?;
    let library = rig.library(None)?;
    let bench = rig.bench(library, Fitted::default(), Way::Decision, false)?;
    let mut passed = Proportion::default();
    for script in &scripts {
        let played = haggling::play(&bench, script).await;
        passed.of += 1;
        passed.hits += u64::from(played.wrong.is_empty());
        if !played.wrong.is_empty() {
            println!("✗ {}  {}", played.id, played.title);
        }
        for wrong in played.wrong {
            println!("    {wrong}");
        }
    }
    println!("haggling: {} of {} scripts go as they should; no model was asked", passed.hits, passed.of);
    Ok(passed)
}
