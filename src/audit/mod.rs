//! What must always be true, checked while a simulation runs.
//!
//! [`ExchangeAudit`] keeps its own account of every order, from events alone. What it costs is the
//! caller's choice: [`ExchangeAudit::observe`] and [`ExchangeAudit::replied`] are cheap and belong
//! after every event and request; [`ExchangeAudit::check`] looks at the whole state of the exchange
//! and belongs after every few, and at the end of a run.

mod entry;
mod exchange_audit;
mod fee_bounds;
mod order_trail;
mod price_levels;
mod returned;
mod shadow_book;
mod state_check;
mod violation;

pub use exchange_audit::ExchangeAudit;
pub use violation::{Rule, Violation};
