//! Files of results, each written whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::failure::Failure;

/// A directory for results.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    /// The files that will be written.
    names: Vec<String>,
}

impl Directory {
    /// Makes the directory, and those above it, unless it is there, and sees that files of these names
    /// can be written into it, as far as that can be known before.
    pub(super) fn create(path: &Path, names: Vec<String>) -> Result<Self, Failure> {
        let refuse = |found: String| {
            let allowed = "a directory, there or to be made, in which the results can be written";
            Failure::Input(anyhow!("--out {}: found {found}, allowed is {allowed}", path.display()))
        };
        if path.exists() && !path.is_dir() {
            return Err(refuse("a file".to_owned()));
        }
        fs::create_dir_all(path)
            .map_err(|error| refuse(format!("none that can be made ({})", error.kind())))?;
        if let Some(name) = names.iter().find(|name| path.join(name).is_dir()) {
            return Err(refuse(format!("a directory `{name}` in it")));
        }
        let probe = partial(path, "probe");
        fs::File::create(&probe)
            .and_then(|_| fs::remove_file(&probe))
            .map_err(|error| refuse(format!("one without room for a file ({})", error.kind())))?;
        Ok(Self { path: path.to_owned(), names })
    }

    /// Writes one file under another name first and renames it when it is complete, so that no
    /// reader ever sees half of it.
    ///
    /// # Panics
    /// When the name is none of those that were looked at.
    pub(super) fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.path.join(name);
        let is_known = self.names.iter().any(|known| known == name);
        assert!(is_known, "Invariant: the names of files are known before the first run: {name}");
        let partial = partial(&self.path, name);
        write_whole(&partial, content).and_then(|()| fs::rename(&partial, &path)).map_err(|error| {
            // Best effort: the write itself is what failed and what is reported.
            let _ = fs::remove_file(&partial);
            Failure::output(error, &path.display().to_string())
        })
    }
}

/// Where a file is until it is complete.
fn partial(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!(".{name}.{}.partial", std::process::id()))
}

fn write_whole(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    content(&mut file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}
