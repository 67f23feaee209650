//! Results as text for people and as files for programs.

mod chart;
mod comparison;
#[cfg(feature = "frames")]
mod frames;
mod json;
mod number;
mod run;
mod sheet;
mod story;
mod text;
mod verification;
mod words;

pub use comparison::comparison_table;
#[cfg(feature = "frames")]
pub use frames::{FrameError, write_csv, write_parquet};
pub use json::{Document, Rows, write_json};
pub use run::run_table;
pub use sheet::{Heading, Sheet};
pub use story::story_text;
pub use text::Width;
pub use verification::{Verified, verification_table};
