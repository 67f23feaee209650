//! The exchange: admission, matching, ledger, collateral, reads.
//!
//! A pure state machine: [`Exchange::apply`] takes a request and the time, changes the state and
//! appends what happened to a buffer. There is no clock, no random number and no input or output
//! inside, so the same requests always give the same events.

mod account;
mod activity;
mod admission;
mod amend;
mod batch;
mod client_orders;
mod collateral;
mod create;
mod event;
mod execution;
mod expiry;
mod groups;
mod history;
mod holding;
mod ledger;
mod level_changes;
mod life;
mod market;
mod order_id;
pub mod publish;
mod queue_position;
mod read;
mod remove;
mod settings;
mod state;
mod status;
mod timeline;
mod unfunded;
mod views;

pub use account::Funding;
pub use activity::MarketActivity;
pub use event::{ExchangeEvent, LevelCause, LevelChange, Settlement};
pub use holding::Holding;
pub use ledger::Ledger;
pub use settings::{
    BalanceReading, CollateralRule, ExchangeSettings, PartlyFilledIoc, PausedDecrease,
    PostOnlyCross, QueuePositionScope, RejectedClientOrder,
};
pub use state::Exchange;
