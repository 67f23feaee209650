//! Many runs of one scenario: which, in parallel, side by side, and what they say together.

mod cells;
mod comparison;
mod row;
mod run;
mod runner;
mod summary;
mod verify;

pub use cells::{SeedsError, cells};
pub use comparison::{Compared, Comparison, Identity, compare};
pub use row::{Cell, Row};
pub use run::{MeasuredRun, RunFailure, run_one, run_with};
pub use runner::{Cause, CellFailure, run_cells};
pub use summary::{Statistic, Summary, excess_over_floor, is_floor, summarise};
pub use verify::{Difference, differences};
