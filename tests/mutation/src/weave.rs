//! All mutants of a file in one text: each function chooses among the versions of its body.
//!
//! So the project is compiled once, not once for each mutant.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use anyhow::{Context as _, Result};

use crate::mutant::Mutant;
use crate::source::{Body, Source};

/// A mutant and where it went.
#[derive(Clone, Debug)]
pub(crate) struct Woven {
    /// What the switch is set to for it, from 1.
    pub(crate) number: u32,
    pub(crate) mutant: Mutant,
    /// The function that has it; `None` for a constant, which has no versions.
    pub(crate) function: Option<usize>,
}

/// A file with versions of its functions.
#[derive(Debug)]
pub(crate) struct WovenFile {
    pub(crate) text: String,
    /// The lines of the versions, and which mutant each is.
    pub(crate) lines: Vec<(RangeInclusive<usize>, u32)>,
}

/// A source file with its mutants.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) path: String,
    pub(crate) source: Source,
    pub(crate) mutants: Vec<Woven>,
    bodies: Vec<Body>,
    /// The number of its first function.
    first_function: usize,
}

/// All pieces. Mutants are numbered from 1, functions from 0.
pub(crate) fn pieces(sources: Vec<(String, Source, Vec<Mutant>)>) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let (mut number, mut first_function) = (0, 0);
    for (path, source, mutants) in sources {
        let bodies = source.bodies().with_context(|| path.clone())?;
        let mut woven = Vec::new();
        for mutant in mutants {
            number += 1;
            let (from, to) = source.bytes(&mutant)?;
            let body = bodies.iter().position(|body| body.start <= from && to <= body.end);
            let function = body.map(|body| first_function + body);
            woven.push(Woven { number, mutant, function });
        }
        let functions = bodies.len();
        pieces.push(Piece { path, source, mutants: woven, bodies, first_function });
        first_function += functions;
    }
    Ok(pieces)
}

impl Piece {
    /// The text with every mutant but those that do not compile.
    pub(crate) fn woven(&self, unviable: &BTreeMap<u32, String>) -> Result<WovenFile> {
        let mut file = WovenFile { text: String::new(), lines: Vec::new() };
        let mut at = 0;
        for (function, body) in (self.first_function..).zip(&self.bodies) {
            let of_it = |woven: &&Woven| woven.function == Some(function);
            let viable = |woven: &&Woven| !unviable.contains_key(&woven.number);
            let mutants: Vec<_> = self.mutants.iter().filter(of_it).filter(viable).collect();
            if !mutants.is_empty() {
                file.text.push_str(&self.source.text[at..body.start]);
                self.versions(&mut file, function, body, &mutants)?;
                at = body.end;
            }
        }
        file.text.push_str(&self.source.text[at..]);
        Ok(file)
    }

    /// A body that is one of several: the original or one of the mutants.
    fn versions(
        &self,
        file: &mut WovenFile,
        function: usize,
        body: &Body,
        mutants: &[&Woven],
    ) -> Result<()> {
        let (open, close) = match &body.returned_trait {
            Some(_) => ("Box::new(", ")"),
            None => ("", ""),
        };
        file.text.push_str("{ ");
        if let Some(bounds) = &body.returned_trait {
            write!(file.text, "let versions: Box<dyn {bounds} + '_> = ")?;
        }
        writeln!(file.text, "match crate::mutation::alive({function}) {{")?;
        for woven in mutants {
            let first = next_line(&file.text);
            let version = self.source.mutated(&woven.mutant, body.start, body.end)?;
            writeln!(file.text, "{} => {open}{version}{close},", woven.number)?;
            file.lines.push((first..=next_line(&file.text) - 1, woven.number));
        }
        let original = &self.source.text[body.start..body.end];
        write!(file.text, "_ => {open}{original}{close}, }}")?;
        file.text.push_str(if body.returned_trait.is_some() { "; versions }" } else { " }" });
        Ok(())
    }
}

/// The number of the line that the next text is on.
fn next_line(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count() + 1
}
