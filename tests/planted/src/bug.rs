//! A planted bug: a defect that is known of matching engines and exchanges, as a patch of the source.

use std::path::Path;

use anyhow::{Context, Result, bail};
use diffy::Patch;

/// A file `NN-name.patch`: remarks and a unified diff of one source file.
#[derive(Debug)]
pub(crate) struct Bug {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// What goes wrong.
    pub(crate) defect: String,
    /// What is true without it.
    pub(crate) rule: String,
    /// The test in `tests/suite/defect_classes.rs` that must find it, if it stands for a class.
    pub(crate) class: Option<String>,
    /// The source file that it changes, from the project's root.
    pub(crate) file: String,
    diff: String,
}

impl Bug {
    /// All bugs of a folder, by number.
    ///
    /// # Errors
    /// When the folder can not be read, or a patch is not as it must be.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let mut bugs = Vec::new();
        for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "patch") {
                let text = std::fs::read_to_string(&path)?;
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                bugs.push(Self::parse(&name, &text).with_context(|| path.display().to_string())?);
            }
        }
        bugs.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(bugs)
    }

    /// A bug from its file.
    ///
    /// # Errors
    /// When a remark is missing or what follows is no diff of one file below `src`.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let (first, rest) = text.split_once('\n').unwrap_or_default();
        let (second, rest) = rest.split_once('\n').unwrap_or_default();
        let defect = first.strip_prefix("# Defect: ").context("line 1: allowed is `# Defect: `")?;
        let rule = second.strip_prefix("# Breaks: ").context("line 2: allowed is `# Breaks: `")?;
        let third = rest.strip_prefix("# Class: ").and_then(|rest| rest.split_once('\n'));
        let diff = third.map_or(rest, |(_, diff)| diff);
        let patch = Patch::from_str(diff)?;
        let file = patch.original().and_then(|path| path.strip_prefix("a/"));
        let Some(file) = file.filter(|file| file.starts_with("src/")) else {
            bail!("diff: found {:?}, allowed is a file below a/src", patch.original());
        };
        Ok(Self {
            name: name.to_owned(),
            defect: defect.to_owned(),
            rule: rule.to_owned(),
            class: third.map(|(class, _)| class.to_owned()),
            file: file.to_owned(),
            diff: diff.to_owned(),
        })
    }

    /// The source file with the bug in it.
    ///
    /// # Errors
    /// When the patch does not apply.
    pub(crate) fn plant(&self, source: &str) -> Result<String> {
        let patch = Patch::from_str(&self.diff)?;
        diffy::apply(source, &patch)
            .with_context(|| format!("{}: does not apply to {}", self.name, self.file))
    }
}
