//! What must always be true of an exchange, checked while a simulation runs.
//!
//! [`ExchangeAudit`] keeps its own account of every order, contract and dollar, from commands and
//! events alone, and holds 23 invariants against it: [`Invariant`] lists them, the folder
//! `invariants` has a function for each. What it costs is the caller's choice:
//! [`ExchangeAudit::asked`], [`ExchangeAudit::observe`] and [`ExchangeAudit::answered`] are cheap and
//! belong around every command; [`ExchangeAudit::check`] looks at the whole state of the exchange and
//! belongs after every few, and at the end of a run. [`CommandAudit`] follows what a bot sends on its
//! way through the link.

mod command;
mod command_audit;
mod entry;
mod exchange_audit;
mod exchange_state;
mod follow;
mod invariant;
mod invariants;
mod order_fees;
mod order_trail;
mod price_levels;
mod returned;
mod shadow_accounts;
mod shadow_book;
mod shadow_groups;
mod used_ids;

pub use command_audit::{CommandAudit, CommandEnd};
pub use exchange_audit::ExchangeAudit;
pub use exchange_state::{
    AccountState, ExchangeState, InMarketState, MarketState, RestingState, SideState,
};
pub use invariant::{Invariant, Violation};
