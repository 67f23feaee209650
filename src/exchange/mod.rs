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
mod locks;
mod lots;
mod market;
mod meeting;
mod netting;
mod order_id;
mod own_orders;
pub mod publish;
mod purse;
mod queue_position;
mod read;
mod refine;
mod remove;
mod settings;
mod state;
mod status;
mod timeline;
mod views;
mod waiver;

pub use account::{EventNetting, Funding};
pub use activity::MarketActivity;
pub use event::{ExchangeEvent, LevelCause, LevelChange, Settlement, StatusCause};
pub use holding::Holding;
pub use ledger::Ledger;
pub use settings::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, BalanceReading, BatchOrder,
    ClientOrderScope, ClosedLookup, CollateralRule, CostBasis, DecreaseToNoLess, EntryRules,
    ExchangeSettings, ExpiryInstant, FillOrKillDepth, ForeignOrder, FormerClientOrder,
    GroupJudgement, GroupRules, InactiveRefusal, InactiveRemoval, LifeRules, LimitScope,
    MakerFeeLock, MarketPause, MoneyCheck, MoneyRules, NothingToClose, OversizedDecrease,
    PartlyFilledIoc, PausedDecrease, PausedExpiry, PausedGroups, PositionUse, PostOnlyCross,
    PostOnlyScope, QueuePositionScope, RefinedOrders, RejectedClientOrder, ReturnCredit,
    SettlementTimer, TakerPrice, UnfundedOrder, WaivedMakerFee, WindowEnd,
};
pub use state::Exchange;
