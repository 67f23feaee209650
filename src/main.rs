//! The command line of `fillgap`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fillgap::cli::main()
}
