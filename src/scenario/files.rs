//! The files that a scenario names.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use crate::kernel::Digest;
use crate::scenario::error::Fault;

/// Finds the files that a scenario names, and remembers what was in them.
#[derive(Debug)]
pub(super) struct Files {
    /// The folder of the scenario file.
    folder: PathBuf,
    digests: RefCell<Vec<Digest>>,
}

impl Files {
    /// The files of a scenario at `path`.
    pub(super) fn beside(path: &Path) -> Self {
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_path_buf();
        Self { folder, digests: RefCell::default() }
    }

    /// The path of a file: relative to the scenario's folder, or else to the working directory.
    pub(super) fn find(&self, name: &str) -> Result<PathBuf, Fault> {
        let beside = self.folder.join(name);
        let path = if beside.is_file() { beside } else { PathBuf::from(name) };
        let bytes = fs::read(&path).map_err(|cause| {
            let allowed = "is a file beside the scenario or in the working directory";
            let home = "; `~` is no folder here, in a shell `$HOME` is";
            let home = if name.starts_with('~') { home } else { "" };
            Fault::wrong(format!("{name:?} ({})", cause.kind()), format!("{allowed}{home}"))
        })?;
        self.digests.borrow_mut().push(Digest::of(&bytes));
        Ok(path)
    }

    /// The digests of the files' bytes, in the order in which they were asked for.
    pub(super) fn into_digests(self) -> Vec<Digest> {
        self.digests.into_inner()
    }
}
