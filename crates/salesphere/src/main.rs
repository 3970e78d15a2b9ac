//! The operator's command. Parses, and calls the library.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match salesphere::run(salesphere::Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("salesphere: {error:#}");
            ExitCode::FAILURE
        }
    }
}
