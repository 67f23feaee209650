//! What cargo-mutants would change.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// The rooms whose mutants are made.
pub(crate) const ROOMS: [&str; 4] = ["units", "market", "book", "exchange"];

/// One change of one place.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mutant {
    /// Where and what, for a person.
    pub(crate) name: String,
    /// The path from the project's root.
    pub(crate) file: String,
    /// The text that comes in the place of what the span holds.
    pub(crate) replacement: String,
    pub(crate) span: Span,
}

/// Lines and columns count from 1, columns in characters; the end is behind the last character.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Span {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Mutant {
    /// The folder below `src`.
    pub(crate) fn room(&self) -> &str {
        self.file.split('/').nth(1).unwrap_or_default()
    }
}

/// All mutants of the rooms, by file. Code for tests and `Debug` have none; `Display` has, because
/// results are printed with it.
pub(crate) fn all(project: &Path) -> Result<BTreeMap<String, Vec<Mutant>>> {
    let mut command = Command::new("cargo");
    command.current_dir(project).args(["mutants", "--list", "--json", "--no-config"]);
    for room in ROOMS {
        command.args(["--file", &format!("src/{room}/**")]);
    }
    let output = command.output().context("cargo can be started")?;
    ensure!(
        output.status.success(),
        "`cargo mutants --list` fails (`cargo install cargo-mutants --locked`): {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mutants: Vec<Mutant> =
        serde_json::from_slice(&output.stdout).context("the list of cargo-mutants")?;
    let mut by_file: BTreeMap<String, Vec<Mutant>> = BTreeMap::new();
    for mutant in mutants {
        by_file.entry(mutant.file.clone()).or_default().push(mutant);
    }
    Ok(by_file)
}
