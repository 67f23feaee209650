//! Files of results, each written whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;

/// A directory for results.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Makes the directory, and those above it, unless it is there.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path)
            .map_err(|error| Failure::output(error, &path.display().to_string()))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Writes one file under another name first and renames it when it is complete, so that no
    /// reader ever sees half of it.
    pub(super) fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let path = self.path.join(name);
        let partial = self.path.join(format!(".{name}.{}.partial", std::process::id()));
        write_whole(&partial, content).and_then(|()| fs::rename(&partial, &path)).map_err(|error| {
            // Best effort: the write itself is what failed and what is reported.
            let _ = fs::remove_file(&partial);
            Failure::output(error, &path.display().to_string())
        })
    }
}

fn write_whole(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    content(&mut file)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}
