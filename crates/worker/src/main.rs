//! The worker's program. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::program()
}
