//! Results in every form.

#[cfg(feature = "frames")]
use std::io;

use anyhow::anyhow;

use crate::cli::arguments::Format;
use crate::cli::console::Reader;
use crate::cli::directory::Directory;
use crate::cli::failure::Failure;
use crate::experiment::Cell;
use crate::kernel::{Digest, EventLog};
use crate::protocol::record::Record;
use crate::report::{Document, Rows, Sheet, write_json};
#[cfg(feature = "frames")]
use crate::report::{FrameError, write_csv, write_parquet};

/// What a command has to give.
#[derive(Debug)]
pub(super) struct Results {
    /// For people, as wide as a page.
    pub(super) text: String,
    /// For people, as wide as what reads standard output.
    pub(super) shown: String,
    /// The scenario's name.
    pub(super) name: String,
    /// The digest of all results.
    pub(super) digest: Digest,
    /// One row for each run.
    pub(super) rows: Sheet,
    /// One row for each kind of fault of each run.
    pub(super) faults: Sheet,
    /// Windows and stops, where single runs are shown.
    pub(super) parts: Option<[Sheet; 2]>,
}

/// The names of the tables of [`Results::parts`] in files.
const PART_NAMES: [&str; 2] = ["windows", "stops"];

/// The files of [`Results::write_files`]; those of single runs have parts.
pub(super) fn file_names(has_parts: bool) -> Vec<String> {
    let endings: &[&str] = if cfg!(feature = "frames") { &["csv", "parquet"] } else { &[] };
    let parts: &[&str] = if has_parts { &PART_NAMES } else { &[] };
    let tables = ["results", "faults"].iter().chain(parts);
    let tables =
        tables.flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}")));
    ["results.txt", "results.json"].map(str::to_owned).into_iter().chain(tables).collect()
}

/// The file of a run's event log.
pub(super) fn log_name(cell: &Cell) -> String {
    format!("log-{}-{}.jsonl", cell.seed, cell.engine)
}

/// A form that this build has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
    #[cfg(feature = "frames")]
    Csv,
    #[cfg(feature = "frames")]
    Parquet,
}

impl Form {
    /// The form that a person asked for; refuses what this build, or this reader, cannot take.
    pub(super) fn of(format: Format, reader: Reader) -> Result<Self, Failure> {
        match format {
            Format::Table => Ok(Self::Text),
            Format::Json => Ok(Self::Json),
            Format::Parquet if matches!(reader, Reader::Terminal(_)) => {
                Err(Failure::Input(anyhow!(
                    "--format: found `parquet` for a terminal, allowed when standard output is a file \
                 or another program; `--out` writes it as well"
                )))
            }
            #[cfg(feature = "frames")]
            Format::Csv => Ok(Self::Csv),
            #[cfg(feature = "frames")]
            Format::Parquet => Ok(Self::Parquet),
            #[cfg(not(feature = "frames"))]
            Format::Csv => Err(without_frames("csv")),
            #[cfg(not(feature = "frames"))]
            Format::Parquet => Err(without_frames("parquet")),
        }
    }
}

#[cfg(not(feature = "frames"))]
fn without_frames(found: &str) -> Failure {
    Failure::Input(anyhow!(
        "--format: found `{found}` in a build without the feature `frames`, \
         allowed are `table`, `json`"
    ))
}

impl Results {
    /// The results in one form, for standard output.
    pub(super) fn bytes(&self, form: Form) -> Result<Vec<u8>, Failure> {
        match form {
            Form::Text => Ok(self.shown.clone().into_bytes()),
            Form::Json => self.json(),
            #[cfg(feature = "frames")]
            Form::Csv => frame_bytes(&self.rows, write_csv),
            #[cfg(feature = "frames")]
            Form::Parquet => frame_bytes(&self.rows, write_parquet),
        }
    }

    fn json(&self) -> Result<Vec<u8>, Failure> {
        let [windows, stops] = match &self.parts {
            Some([windows, stops]) => [Some(Rows(windows)), Some(Rows(stops))],
            None => [None, None],
        };
        let digest = self.digest.to_string();
        let rows = Rows(&self.rows);
        let faults = Rows(&self.faults);
        let document = Document { scenario: &self.name, digest, rows, faults, windows, stops };
        let mut bytes = Vec::new();
        write_json(&document, &mut bytes)
            .map_err(|error| Failure::output(error, "the results as JSON"))?;
        Ok(bytes)
    }

    /// Writes the results in every form that this build has.
    pub(super) fn write_files(&self, directory: &Directory) -> Result<(), Failure> {
        let write =
            |name: &str, bytes: Vec<u8>| directory.write(name, |file| file.write_all(&bytes));
        write("results.txt", self.text.clone().into_bytes())?;
        write("results.json", self.bytes(Form::Json)?)?;
        #[cfg(feature = "frames")]
        {
            write("results.csv", self.bytes(Form::Csv)?)?;
            write("results.parquet", self.bytes(Form::Parquet)?)?;
            write("faults.csv", frame_bytes(&self.faults, write_csv)?)?;
            write("faults.parquet", frame_bytes(&self.faults, write_parquet)?)?;
            for (name, part) in PART_NAMES.iter().zip(self.parts.iter().flatten()) {
                write(&format!("{name}.csv"), frame_bytes(part, write_csv)?)?;
                write(&format!("{name}.parquet"), frame_bytes(part, write_parquet)?)?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "frames")]
fn frame_bytes(
    sheet: &Sheet,
    write: fn(&Sheet, &mut dyn io::Write) -> Result<(), FrameError>,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    write(sheet, &mut bytes).map_err(|error| Failure::Output(error.into()))?;
    Ok(bytes)
}

/// Writes a run's event log, one entry a line.
pub(super) fn write_log(
    directory: &Directory,
    cell: &Cell,
    log: &EventLog<Record>,
) -> Result<(), Failure> {
    directory.write(&log_name(cell), |file| {
        for entry in log.entries() {
            serde_json::to_writer(&mut *file, entry)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })
}
