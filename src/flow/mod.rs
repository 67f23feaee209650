//! Everyone else: the accounts that trade around the bot.
//!
//! A flow never reads what the bot does; it sees what happens to its own orders, and nothing more.
//! [`scripted`] does what a scenario says, [`recorded`] repeats what a [`capture`] of the real
//! venue holds.

pub mod capture;
pub mod recorded;
pub mod scripted;

use crate::protocol::{PrivateMessage, RejectReason, Request};
use crate::units::{AccountId, MarketId, Quantity, SimTime};

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowStep {
    /// An account of the flow asks something of the exchange, which answers at once: the crowd
    /// sits at the exchange, its own latency is part of when it acts.
    Act {
        /// Who.
        account: AccountId,
        /// What.
        request: Request,
    },
    /// Somebody cancels what the bot has resting in a market: its owner by hand, or the exchange.
    Withdraw {
        /// Where.
        market: MarketId,
    },
    /// A recorded change could not be reproduced in full.
    Clipped {
        /// Where.
        market: MarketId,
        /// Contracts that could not be removed when the recording removes them.
        quantity: Quantity,
    },
}

/// A source of other people's orders.
pub trait Flow: std::fmt::Debug {
    /// When the next step is due. Never earlier than the last step.
    fn next_due(&self) -> Option<SimTime>;

    /// The next step that is due at `now`; none when all that is due was done. What the step did
    /// is observed before the next one is asked for.
    fn next_step(&mut self, now: SimTime) -> Option<FlowStep>;

    /// Learns what happened to an order of one of the flow's accounts.
    fn observe(&mut self, message: &PrivateMessage);

    /// Learns that the exchange refused its last step. Nothing was observed of it.
    fn refused(&mut self, _reason: RejectReason) {}

    /// Learns that the exchange, or a market that is not closed, changed its status: what was refused
    /// may be possible again. What the change itself cancels is observed after it.
    fn venue_changed(&mut self, _now: SimTime) {}
}
