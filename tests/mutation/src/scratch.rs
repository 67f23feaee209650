//! A copy of the project that mutants live in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::source::Source;
use crate::weave::{Piece, Woven, WovenFile};

/// Lets what a mutant makes of an expression be as foolish as it is.
const ALLOWED: &str = "#![allow(warnings, arithmetic_overflow, unconditional_panic, \
                       overflowing_literals, internal_features)]\n";
const FEATURES: &str = "#![feature(core_intrinsics, const_eval_select)]\n";
const SWITCH: &str = include_str!("switch.rs");

#[derive(Debug)]
pub(crate) struct Scratch {
    project: PathBuf,
    /// What the scratch copies and results are in.
    pub(crate) folder: PathBuf,
    /// The root of the copy.
    pub(crate) root: PathBuf,
}

impl Scratch {
    /// Copies the project, as it lies in its folder, into its `target/mutation`.
    pub(crate) fn lay_out(project: &Path) -> Result<Self> {
        let folder = project.join("target/mutation");
        let scratch = Self { project: project.to_owned(), root: folder.join("fillgap"), folder };
        let files = scratch.files()?;
        for path in &files {
            scratch.restore(path)?;
        }
        let known = files.iter().map(|path| scratch.root.join(path)).collect();
        for folder in ["src", "tests"] {
            scratch.drop_gone(&scratch.root.join(folder), &known)?;
        }
        // The recordings are no part of the project. Where they lie beside it the copy sees them.
        let recordings = project.join("../shared");
        let link = scratch.folder.join("shared");
        if recordings.is_dir() && !link.exists() {
            std::os::unix::fs::symlink(recordings.canonicalize()?, link)?;
        }
        Ok(scratch)
    }

    /// Removes the files of a folder of the copy that the project no longer has.
    fn drop_gone(&self, folder: &Path, known: &BTreeSet<PathBuf>) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                self.drop_gone(&path, known)?;
            } else if !known.contains(&path) || !self.project_has(&path) {
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
            }
        }
        Ok(())
    }

    /// Whether the project has the file that a file of the copy is of.
    fn project_has(&self, copy: &Path) -> bool {
        copy.strip_prefix(&self.root).is_ok_and(|path| self.project.join(path).exists())
    }

    fn files(&self) -> Result<Vec<String>> {
        let mut command = Command::new("git");
        command.current_dir(&self.project);
        command.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let output = command.output().context("git can be started")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    }

    /// Makes a file of the copy the project's again.
    fn restore(&self, path: &str) -> Result<()> {
        match fs::read(self.project.join(path)) {
            Ok(content) => self.write(path, &content),
            // Git still knows it; it is gone.
            Err(_) => Ok(()),
        }
    }

    /// Leaves a file alone that is as it should be: cargo compiles by the time of a change.
    fn write(&self, path: &str, content: &[u8]) -> Result<()> {
        let path = self.root.join(path);
        if fs::read(&path).is_ok_and(|found| found == content) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(&path, content).with_context(|| path.display().to_string())
    }

    pub(crate) fn source(&self, path: &str) -> Result<Source> {
        let path = self.project.join(path);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(Source::new(text))
    }

    /// Puts all mutants in, without those that do not compile. Returns what was written, by path.
    pub(crate) fn weave(
        &self,
        pieces: &[Piece],
        unviable: &BTreeMap<u32, String>,
    ) -> Result<Vec<(String, WovenFile)>> {
        let mut files = Vec::new();
        for piece in pieces {
            let file = piece.woven(unviable)?;
            self.write(&piece.path, file.text.as_bytes())?;
            files.push((piece.path.clone(), file));
        }
        self.write("src/mutation.rs", SWITCH.as_bytes())?;
        self.write_library(&format!("{ALLOWED}{FEATURES}"), "pub mod mutation;\n")?;
        Ok(files)
    }

    /// Puts one mutant in and no other.
    pub(crate) fn plant(&self, pieces: &[Piece], planted: &Woven) -> Result<()> {
        for piece in pieces {
            let text = &piece.source.text;
            if piece.path == planted.mutant.file {
                let text = piece.source.mutated(&planted.mutant, 0, text.len())?;
                self.write(&piece.path, text.as_bytes())?;
            } else {
                self.write(&piece.path, text.as_bytes())?;
            }
        }
        self.write_library(ALLOWED, "")
    }

    /// The root of the library, with attributes below its own doc and items at its end.
    fn write_library(&self, attributes: &str, items: &str) -> Result<()> {
        const PATH: &str = "src/lib.rs";
        let text = self.source(PATH)?.text;
        let doc: usize = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .map(|line| line.len() + 1)
            .sum();
        let (doc, rest) = text.split_at(doc);
        self.write(PATH, format!("{doc}{attributes}{rest}{items}").as_bytes())
    }
}
