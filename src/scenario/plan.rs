//! What a scenario consists of besides the settings of the rooms below.

use std::sync::Arc;

use crate::bot::BotSettings;
use crate::flow::recorded::{RecordedSettings, Recording};
use crate::flow::scripted::Scripted;
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
    /// What it is made of: the shared parts with its own laid over them.
    pub bot: BotSettings,
}
