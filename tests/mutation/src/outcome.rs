//! What became of each mutant, and the table of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::weave::Woven;

/// What became of a mutant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Outcome {
    /// It is no Rust, the compiler says.
    Unviable(String),
    /// This test failed.
    Caught(String),
    /// This test did not come to its end.
    Hung(String),
    /// All of this many tests that call the function pass.
    Missed(usize),
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unviable(reason) => write!(out, "unviable: {reason}"),
            Self::Caught(test) => write!(out, "caught by {test}"),
            Self::Hung(test) => write!(out, "hangs in {test}"),
            Self::Missed(tests) => write!(out, "MISSED by {tests} tests"),
        }
    }
}

#[derive(Default)]
struct Counts {
    mutants: u32,
    unviable: u32,
    caught: u32,
    hung: u32,
    missed: u32,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.mutants += 1;
        match outcome {
            Outcome::Unviable(_) => self.unviable += 1,
            Outcome::Caught(_) => self.caught += 1,
            Outcome::Hung(_) => self.hung += 1,
            Outcome::Missed(_) => self.missed += 1,
        }
    }

    fn line(&self, name: &str) -> String {
        let viable = self.mutants - self.unviable;
        let found = f64::from(self.caught + self.hung) * 100.0 / f64::from(viable.max(1));
        format!(
            "| {name} | {} | {} | {} | {} | {} | {found:.1} % |\n",
            self.mutants, self.unviable, self.caught, self.hung, self.missed
        )
    }
}

/// The counts by file, by room and of all.
pub(crate) fn table(outcomes: &[(&Woven, &Outcome)]) -> String {
    let mut files: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut rooms: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut all = Counts::default();
    for (woven, outcome) in outcomes {
        files.entry(&woven.mutant.file).or_default().add(outcome);
        rooms.entry(woven.mutant.room()).or_default().add(outcome);
        all.add(outcome);
    }
    let mut table = String::from(
        "| where | mutants | unviable | caught | hung | missed | found of viable |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (name, counts) in files.iter().chain(&rooms) {
        table.push_str(&counts.line(name));
    }
    table + &all.line("all")
}
