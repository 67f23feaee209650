//! The copy of fillgap that bugs are planted in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bug::Bug;

/// Folders that no build needs.
const LEFT_OUT: [&str; 3] = ["target", ".git", "out"];

/// A copy of the project's files with a target folder beside it, which the next campaign finds again.
pub(crate) struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

/// What became of a build.
pub(crate) enum Build {
    /// The tests, ready to run.
    Tests(PathBuf),
    /// What the compiler said.
    Failed(String),
}

impl Checkout {
    /// Copies a project into a folder, over what an earlier campaign left there.
    pub(crate) fn copy(project: &Path, folder: &Path) -> Result<Self> {
        let (root, target) = (folder.join("checkout"), folder.join("target"));
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        copy(project, &root)?;
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Puts a bug into its file, calls `look`, and takes it out again.
    pub(crate) fn with<T>(&self, bug: &Bug, look: impl FnOnce() -> Result<T>) -> Result<T> {
        let path = self.root.join(&bug.file);
        let sound = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        fs::write(&path, bug.plant(&sound)?)?;
        let seen = look();
        fs::write(&path, sound)?;
        seen
    }

    /// Builds the integration tests as they are now, without optimization of their own.
    pub(crate) fn build(&self) -> Result<Build> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["test", "--locked", "--no-default-features", "--test", "suite", "--no-run"]);
        cargo.args(["--quiet", "--message-format", "json-render-diagnostics"]);
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        let output = cargo.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return Ok(Build::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let message: serde_json::Value = serde_json::from_str(line)?;
            if message["target"]["name"] == "suite"
                && let Some(path) = message["executable"].as_str()
            {
                return Ok(Build::Tests(path.into()));
            }
        }
        bail!("cargo built the tests and does not say where they are");
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir().with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if !LEFT_OUT.iter().any(|left_out| name == *left_out) {
                copy(&path, &to.join(name))?;
            }
        } else {
            fs::copy(&path, to.join(name)).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
