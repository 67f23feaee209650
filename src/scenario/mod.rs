//! Scenarios: what a run consists of, read from a TOML file.

mod document;
mod error;
mod layers;
mod place;
mod reader;
mod set;

pub use error::{Fault, ScenarioError, ScenarioErrors};
pub use place::Place;
pub use reader::{Key, Presence};
pub use set::{SetError, SetValue};
