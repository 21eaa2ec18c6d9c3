//! The `registry` command; see [`registry::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    registry::cli::run()
}
