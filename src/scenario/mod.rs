//! Scenarios: what a run consists of, read from a TOML file.
//!
//! A file is strict: every key is known, every number has its unit and its range, and whatever is
//! wrong is told with file, line, column and key path, all of it at once. A file is read in four
//! steps: [`Place`]s are kept from the text on, `--set` values take the place of the file's, each
//! engine is laid over `[bot]`, and the sections are decoded. [`Scenario::keys`] lists all keys.

mod decode;
mod document;
mod error;
mod files;
mod layers;
mod load;
mod place;
mod plan;
mod reader;
mod repeated;
mod set;
mod venue;

pub use error::{Fault, ScenarioError, ScenarioErrors};
pub use load::Scenario;
pub use place::Place;
pub use plan::{Engine, Expectation, FlowPlan, FlowSource};
pub use reader::{Key, Presence};
pub use set::{SetError, SetValue};
pub use venue::{MarketChange, VenueChange, VenueError, VenuePlan, VenueStep};
