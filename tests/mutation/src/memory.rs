//! What earlier campaigns found: a mutant that was found stays found while its file stays as it is.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::scratch::Scratch;
use crate::weave::{Piece, Woven};

const FILE: &str = "outcomes.json";

/// The outcomes by file.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Memory {
    files: BTreeMap<String, FileMemory>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct FileMemory {
    /// The source without its tests, so that a change of it is noticed.
    code: String,
    /// By the names of the mutants.
    outcomes: BTreeMap<String, Outcome>,
}

impl Memory {
    /// What is known of files that are as they were.
    pub(crate) fn recall(scratch: &Scratch, pieces: &[Piece]) -> Result<Self> {
        let path = scratch.folder.join(FILE);
        let mut memory: Self = match fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => Self::default(),
        };
        let codes: BTreeMap<_, _> =
            pieces.iter().map(|piece| (&piece.path, code(&piece.source.text))).collect();
        memory.files.retain(|path, file| codes.get(path) == Some(&file.code.as_str()));
        for piece in pieces {
            let file = memory.files.entry(piece.path.clone()).or_default();
            code(&piece.source.text).clone_into(&mut file.code);
        }
        Ok(memory)
    }

    pub(crate) fn keep(&self, scratch: &Scratch) -> Result<()> {
        Ok(fs::write(scratch.folder.join(FILE), serde_json::to_string(self)?)?)
    }

    pub(crate) fn note(&mut self, woven: &Woven, outcome: &Outcome) {
        if let Some(file) = self.files.get_mut(&woven.mutant.file) {
            file.outcomes.insert(woven.mutant.name.clone(), outcome.clone());
        }
    }

    pub(crate) fn outcome(&self, woven: &Woven) -> Option<&Outcome> {
        self.files.get(&woven.mutant.file)?.outcomes.get(&woven.mutant.name)
    }

    /// Whether nothing is to be learned from testing a mutant again.
    pub(crate) fn is_settled(&self, woven: &Woven) -> bool {
        !matches!(self.outcome(woven), None | Some(Outcome::Missed(_)))
    }

    /// The mutants that do not compile, with the compiler's reasons.
    pub(crate) fn unviable(&self, pieces: &[Piece]) -> BTreeMap<u32, String> {
        let mutants = pieces.iter().flat_map(|piece| &piece.mutants);
        let known = mutants.filter_map(|woven| match self.outcome(woven) {
            Some(Outcome::Unviable(reason)) => Some((woven.number, reason.clone())),
            _ => None,
        });
        known.collect()
    }
}

/// A source up to its tests, which have no mutants.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}
