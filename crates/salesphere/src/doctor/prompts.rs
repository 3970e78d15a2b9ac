//! The prompts and the reply templates: whether they can be read.

use agents::{Library, LibraryErrors};
use settings::Settings;

use super::check::{Attempt, Check};

pub(super) async fn examine(settings: &Settings) -> Vec<Check> {
    let place = match &settings.answers.prompts_dir {
        Some(dir) => format!("those in {}", dir.display()),
        None => "those built into this program".to_owned(),
    };
    vec![match read(settings) {
        Ok(library) => {
            let trials = library.trials().map(|(file, share)| format!("; {share} % of the chats get {file}"));
            let trials: String = trials.collect();
            Check::fine("prompts", format!("{place} can be read, and the reply templates too{trials}"))
        }
        Err(errors) => {
            let told = errors.0.iter().map(|error| format!("{}: {}", error.file, error.what));
            let tried = format!("read all prompts and reply templates, {place}");
            let attempt = Attempt { tried: &tried, expected: "every file is there and can be rendered" };
            let fix = "correct these files, or leave answers.prompts_dir out to use the built-in ones";
            Check::failed("prompts", &attempt, told.collect::<Vec<_>>().join("\n"), fix)
        }
    }]
}

/// Those in force.
pub(super) fn read(settings: &Settings) -> Result<Library, LibraryErrors> {
    settings.answers.prompts_dir.as_deref().map_or_else(Library::embedded, Library::from_dir)
}
