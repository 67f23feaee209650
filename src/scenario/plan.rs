//! What a scenario consists of besides the settings of the rooms below.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::bot::BotSettings;
use crate::exchange::EventNetting;
use crate::flow::recorded::{RecordedSettings, Recording};
use crate::flow::scripted::Scripted;
use crate::measure::Moment;
use crate::units::Cash;

/// Everyone else, ready to be played.
#[derive(Clone, Debug)]
pub struct FlowPlan {
    /// The names of the flow's accounts. The flow counts on their ids: account number 0 is the
    /// first name, and so on.
    pub accounts: Vec<String>,
    /// What they do.
    pub source: FlowSource,
}

/// What the accounts of a flow do.
#[derive(Clone, Debug)]
pub enum FlowSource {
    /// A script, not begun.
    Scripted(Scripted),
    /// A recording.
    Recorded {
        /// The recording, shared by all runs.
        recording: Arc<Recording>,
        /// Who replays it where.
        settings: RecordedSettings,
    },
}

/// One contender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Its name, unique within the scenario.
    pub name: String,
    /// The money in its account at the start.
    pub cash: Cash,
    /// Whether its account has collateral returned.
    pub netting: EventNetting,
    /// What it is made of: the shared parts with its own laid over them.
    pub bot: BotSettings,
}

/// What a scenario says that a run of one of its engines, with its own seed, comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The engine.
    pub engine: String,
    /// What there is to see, in a sentence or two.
    pub shows: String,
    /// All changes of belief and truth, when they are given.
    pub timeline: Option<Vec<Moment>>,
    /// Measures by the names of their columns; one without a value must be absent.
    pub measures: Vec<(&'static str, Option<Decimal>)>,
}
