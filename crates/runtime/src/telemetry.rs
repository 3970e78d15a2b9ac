//! Logging: one line per event on standard error, for people or as JSON.
//!
//! Not here: what is logged. Standard output stays free for what a command is asked to print.

use std::io::IsTerminal;

use tracing_subscriber::filter::{EnvFilter, ParseError};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: coloured where standard error is a terminal.
    Text,
    /// One JSON object a line, the event's fields flat beside the message.
    Json,
}

/// Logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is no filter.
    #[error("cannot read the log filter \"{given}\": write for example \"info\" or \"info,queue=debug\"")]
    Filter {
        /// The filter as given.
        given: String,
        /// What is wrong with it.
        #[source]
        source: ParseError,
    },
}

/// Crates that say too much for us unless the operator's filter names them.
const QUIETENED: [&str; 6] = [
    // Logs whole answers, the buyer's words among them, at error level.
    "async_openai=off",
    // Logs the signed assertion, which is as good as a password, at debug level.
    "yup_oauth2=warn",
    "hyper=warn",
    "hyper_util=warn",
    "h2=warn",
    "rustls=warn",
];

/// Start logging by a `tracing` filter such as `info` or `info,queue=debug`.
///
/// The first call in a process decides. Every further one only checks its filter, so that tests and the
/// demo, which start several of our programs in one process, may each call it.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(filter: &str, format: Format) -> Result<(), TelemetryError> {
    let filter = parse(filter)?;
    let started = match format {
        Format::Text => {
            let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
        Format::Json => {
            let lines = fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
            tracing_subscriber::registry().with(filter).with(lines).try_init()
        }
    };
    if started.is_err() {
        tracing::debug!("logging was started before; its first filter stays in force");
    }
    Ok(())
}

/// The operator's directives after ours: of two for the same crate the later one counts.
fn parse(filter: &str) -> Result<EnvFilter, TelemetryError> {
    let all = QUIETENED.iter().copied().chain(filter.split(',').map(str::trim).filter(|part| !part.is_empty()));
    EnvFilter::builder()
        .parse(all.collect::<Vec<_>>().join(","))
        .map_err(|source| TelemetryError::Filter { given: filter.to_owned(), source })
}

/// Whether `filter` can be read.
///
/// # Errors
/// When it cannot.
pub fn check(filter: &str) -> Result<(), TelemetryError> {
    parse(filter).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noisy_are_quiet_unless_the_operator_names_them() {
        for (filter, holds, holds_not) in [
            ("info", "async_openai=off", "async_openai=debug"),
            ("info,async_openai=debug", "async_openai=debug", "async_openai=off"),
            (" debug , queue=trace", "queue=trace", "hyper=debug"),
            ("", "hyper=warn", "info"),
        ] {
            let parsed = parse(filter).unwrap().to_string();
            assert!(parsed.contains(holds), "{filter} -> {parsed}");
            assert!(!parsed.contains(holds_not), "{filter} -> {parsed}");
        }
    }

    #[test]
    fn a_filter_that_is_none_is_refused_with_an_example() {
        let error = check("info,queue=loud").unwrap_err();
        assert!(error.to_string().contains("info,queue=debug"), "{error}");
    }

    #[test]
    fn logging_may_be_started_again() {
        init("info", Format::Text).unwrap();
        init("debug", Format::Json).unwrap();
        assert!(init("a=b=c", Format::Json).is_err());
    }
}
