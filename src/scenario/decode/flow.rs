//! `[flow]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::flow::capture::{Capture, CapturedMarket};
use crate::flow::recorded::CancelModel;
use crate::flow::scripted::{Scripted, ScriptedAction, ScriptedOrder, ScriptedStep};
use crate::market::TimeInForce;
use crate::scenario::decode::bot::never_rests;
use crate::scenario::decode::{Known, MOST_CONTRACTS};
use crate::scenario::error::{Fault, Read, listed};
use crate::scenario::files::Files;
use crate::scenario::reader::{NAME, Section, Text, Word, contracts, instant, price};
use crate::units::{AccountId, Side, SimTime};

/// `[flow]` before the markets have their price levels, which a capture may give.
#[derive(Debug)]
pub(super) enum FlowDraft {
    /// The steps and the accounts of a script.
    Scripted {
        /// The names of the accounts, by their numbers.
        accounts: Vec<String>,
        /// The script.
        script: Scripted,
    },
    /// A market of a capture.
    Recorded {
        /// The market.
        market: Arc<CapturedMarket>,
        /// Which orders leave in a recorded cancel.
        cancels: CancelModel,
    },
}
