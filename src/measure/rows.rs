//! The rows beside the measures: one for each window, each stop, each kind of fault.

use rust_decimal::Decimal;

use crate::measure::columns::{
    CONTRACT_SECONDS, CONTRACTS, Cell, Column, DOLLAR_SECONDS, DOLLARS, Kind, PRICE, SECONDS,
    Value, columns,
};
use crate::protocol::record::BeliefCause;
use crate::protocol::{Channel, FaultKind, Leg};
use crate::units::{Cash, MarketId, Price, Quantity, SimDuration, SimTime};

/// What moved a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapCause {
    /// The truth: a fill.
    Fill,
    /// The truth: the market paid for what was held.
    Settlement,
    /// The belief.
    Belief(BeliefCause),
}

impl GapCause {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Settlement => "settlement",
            Self::Belief(BeliefCause::EntryAssumed) => "entry_assumed",
            Self::Belief(BeliefCause::EntryConfirmed) => "entry_confirmed",
            Self::Belief(BeliefCause::Reconciled) => "reconciled",
            Self::Belief(BeliefCause::ExitSent) => "exit_sent",
            Self::Belief(BeliefCause::ExitConfirmed) => "exit_confirmed",
            Self::Belief(BeliefCause::ExitAbandoned) => "exit_abandoned",
            Self::Belief(BeliefCause::Told) => "told",
            Self::Belief(BeliefCause::EntryAbandoned) => "entry_abandoned",
            Self::Belief(BeliefCause::Restarted) => "restarted",
            Self::Belief(BeliefCause::MarketPaid) => "market_paid",
        }
    }
}

impl Cell for GapCause {
    fn cell(&self) -> Option<Value> {
        Some(Value::Text(self.name().to_owned()))
    }
}

/// One maximal stretch of time in which belief and truth differed in a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where.
    pub market: MarketId,
    /// Its first instant \[s\].
    pub opened_at_s: SimTime,
    /// The instant at which the gap was zero again, or the run's end \[s\].
    pub closed_at_s: SimTime,
    /// The last change of the gap at the first instant.
    pub opened_by: GapCause,
    /// The change that closed it; absent when it was open at the run's end.
    pub closed_by: Option<GapCause>,
    /// Its length \[s\].
    pub length_s: SimDuration,
    /// The largest |g| \[contract\].
    pub peak_contracts: Quantity,
    /// Integral of |g| where g > 0: more believed than held [contract s].
    pub over_contract_seconds: Decimal,
    /// Integral of |g| where g < 0: more held than believed [contract s].
    pub under_contract_seconds: Decimal,
    /// Integral of |g| times price [dollar s].
    pub dollar_seconds: Decimal,
}

/// The columns of [`Window`].
pub static WINDOW_COLUMNS: &[Column<Window>] = columns!(Window {
    market: Kind::Count,
    opened_at_s: SECONDS,
    closed_at_s: SECONDS,
    opened_by: Kind::Text,
    closed_by: Kind::Text,
    length_s: SECONDS,
    peak_contracts: CONTRACTS,
    over_contract_seconds: CONTRACT_SECONDS,
    under_contract_seconds: CONTRACT_SECONDS,
    dollar_seconds: DOLLAR_SECONDS,
});

/// One stop, ideal or actual or both: what should have happened at a protective level, and what
/// did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopEpisode {
    /// Where.
    pub market: MarketId,
    /// The protective level.
    pub level_dollars: Price,
    /// When the first of the ideal stop and the bot's trigger came \[s\].
    pub began_at_s: SimTime,
    /// When the ideal stop began to sell \[s\]; absent when no ideal stop was due.
    pub ideal_at_s: Option<SimTime>,
    /// Contracts that the ideal stop sold.
    pub ideal_contracts: Quantity,
    /// What it got for them \[dollar\].
    pub ideal_proceeds_dollars: Cash,
    /// When the bot's stop first triggered \[s\]; absent when it never did.
    pub triggered_at_s: Option<SimTime>,
    /// When the bot first sent a stop exit \[s\]; absent when it never did.
    pub sent_at_s: Option<SimTime>,
    /// From the ideal stop to the sending \[s\]; absent without either.
    pub delay_s: Option<SimDuration>,
    /// 1 when the ideal stop was over, or the run, before the bot's stop triggered; 0 otherwise.
    pub missed: u64,
    /// How often the bot's stop triggered.
    pub triggers: u64,
    /// Triggers while nothing was held.
    pub triggers_phantom: u64,
    /// Triggers while an earlier stop exit of the same record was not final.
    pub triggers_doubled: u64,
    /// Contracts of the ideal stop that were really sold, by whatever exit.
    pub sold_contracts: Quantity,
    /// What they brought \[dollar\].
    pub sold_proceeds_dollars: Cash,
    /// Contracts that stop exits sold beyond the position.
    pub oversold_contracts: Quantity,
    /// Contracts of the market still held when the stop exits that began with this episode were
    /// over in the bot's eyes, or at the run's end.
    pub undersold_contracts: Quantity,
    /// What the ideal would have brought more \[dollar\]; positive is worse than the ideal.
    pub cost_dollars: Cash,
}

/// The columns of [`StopEpisode`].
pub static STOP_COLUMNS: &[Column<StopEpisode>] = columns!(StopEpisode {
    market: Kind::Count,
    level_dollars: PRICE,
    began_at_s: SECONDS,
    ideal_at_s: SECONDS,
    ideal_contracts: CONTRACTS,
    ideal_proceeds_dollars: DOLLARS,
    triggered_at_s: SECONDS,
    sent_at_s: SECONDS,
    delay_s: SECONDS,
    missed: Kind::Count,
    triggers: Kind::Count,
    triggers_phantom: Kind::Count,
    triggers_doubled: Kind::Count,
    sold_contracts: CONTRACTS,
    sold_proceeds_dollars: DOLLARS,
    oversold_contracts: CONTRACTS,
    undersold_contracts: CONTRACTS,
    cost_dollars: DOLLARS,
});

/// How often one kind of fault happened on one leg of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultCount {
    /// Which channel.
    pub channel: Channel,
    /// In which direction.
    pub leg: Leg,
    /// What happened; the status of its answer, if it has one, is beside it.
    pub fault: FaultKind,
    /// The HTTP status that answered.
    pub status: Option<u64>,
    /// To how many messages.
    pub messages: u64,
}

impl Cell for Channel {
    fn cell(&self) -> Option<Value> {
        Some(Value::Text(self.name().to_owned()))
    }
}

impl Cell for Leg {
    fn cell(&self) -> Option<Value> {
        Some(Value::Text(self.name().to_owned()))
    }
}

impl Cell for FaultKind {
    fn cell(&self) -> Option<Value> {
        Some(Value::Text(self.name().to_owned()))
    }
}

/// The columns of [`FaultCount`].
pub static FAULT_COLUMNS: &[Column<FaultCount>] = columns!(FaultCount {
    channel: Kind::Text,
    leg: Kind::Text,
    fault: Kind::Text,
    status: Kind::Count,
    messages: Kind::Count,
});
