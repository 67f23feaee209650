//! Builds the scratch copy, and finds out which mutants are no Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::scratch::Scratch;
use crate::weave::{Piece, WovenFile};

/// The mutants that do not compile, with the compiler's reasons, beginning with those that are
/// known. Leaves the scratch copy with all others in it.
pub(crate) fn unviable(
    scratch: &Scratch,
    pieces: &[Piece],
    mut unviable: BTreeMap<u32, String>,
) -> Result<BTreeMap<u32, String>> {
    loop {
        let files = scratch.weave(pieces, &unviable)?;
        let output = cargo(scratch, &["check", "--lib"])?;
        if output.succeeded {
            return Ok(unviable);
        }
        let errors = output.messages.iter().filter(|message| message["level"] == "error");
        let mut found = BTreeMap::new();
        let mut strange = Vec::new();
        for error in errors {
            let mutants = blamed(error, &files);
            if mutants.is_empty() {
                strange.extend(error["rendered"].as_str());
            }
            let reason = error["message"].as_str().unwrap_or_default();
            found.extend(mutants.into_iter().map(|number| (number, reason.to_owned())));
        }
        if found.is_empty() {
            bail!("the copy does not compile, whatever the mutants:\n{}", strange.join("\n"));
        }
        eprintln!("{} mutants do not compile", unviable.len() + found.len());
        unviable.append(&mut found);
    }
}

/// The mutants on whose lines an error is.
fn blamed(error: &Value, files: &[(String, WovenFile)]) -> BTreeSet<u32> {
    let mut mutants = BTreeSet::new();
    for span in error["spans"].as_array().into_iter().flatten() {
        let mut span = span;
        if span["is_primary"] != true {
            continue;
        }
        // From inside a macro out to where it is called.
        while let Some(call) =
            span["expansion"]["span"].as_object().map(|_| &span["expansion"]["span"])
        {
            span = call;
        }
        let line = span["line_start"].as_u64().and_then(|line| usize::try_from(line).ok());
        let file = files.iter().find(|(path, _)| span["file_name"] == path.as_str());
        if let (Some(line), Some((_, file))) = (line, file) {
            let here = file.lines.iter().filter(|(lines, _)| lines.contains(&line));
            mutants.extend(here.map(|(_, number)| *number));
        }
    }
    mutants
}

/// A built program of tests.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
}

/// The unit tests and the suite, or `None` when they do not compile.
pub(crate) fn programs(scratch: &Scratch) -> Result<Option<Vec<Program>>> {
    let output = cargo(scratch, &["test", "--no-run", "--lib", "--test", "suite"])?;
    if !output.succeeded {
        return Ok(None);
    }
    let executables =
        output.artifacts.iter().filter(|artifact| artifact["profile"]["test"] == true);
    let paths = executables.filter_map(|artifact| artifact["executable"].as_str());
    Ok(Some(paths.map(|path| Program { path: path.into() }).collect()))
}

struct Output {
    succeeded: bool,
    messages: Vec<Value>,
    artifacts: Vec<Value>,
}

fn cargo(scratch: &Scratch, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new("cargo");
    command.current_dir(&scratch.root).args(arguments);
    command.args(["--no-default-features", "--message-format=json", "--quiet"]);
    command.env("CARGO_TARGET_DIR", scratch.folder.join("build"));
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    // A constant function can not ask for a switch in stable Rust.
    command.env("RUSTC_BOOTSTRAP", "1");
    let output = command.stderr(Stdio::inherit()).output().context("cargo can be started")?;
    let mut result =
        Output { succeeded: output.status.success(), messages: Vec::new(), artifacts: Vec::new() };
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut value: Value = serde_json::from_str(line)?;
        if value["reason"] == "compiler-message" {
            result.messages.push(value["message"].take());
        } else if value["reason"] == "compiler-artifact" {
            result.artifacts.push(value);
        }
    }
    Ok(result)
}
