//! The same program with one more option, `--sabotage`: it dies, freezes or goes without a protection where it is
//! told to. For the tests of crates/chaos; never for anybody's buyers.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::program()
}
