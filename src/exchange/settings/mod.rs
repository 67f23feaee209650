//! What can be chosen about the exchange: mostly rules that Kalshi does not document.
//!
//! Each rule that is assumed has its readings here, beside its kin. The default is the first reading
//! of each.

mod amend;
mod entry;
mod groups;
mod life;
mod money;

use crate::book::BookCapacity;
use crate::market::{BalanceStep, FeeRounding};
use crate::units::SimDuration;

pub use amend::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, DecreaseToNoLess, FormerClientOrder,
    OversizedDecrease,
};
pub use entry::{
    BatchOrder, ClientOrderScope, EntryRules, FillOrKillDepth, ForeignOrder, MoneyCheck,
    NothingToClose, PartlyFilledIoc, PostOnlyCross, PostOnlyScope, QueuePositionScope,
    RejectedClientOrder,
};
pub use groups::{GroupJudgement, GroupRules, PausedGroups, WindowEnd};
pub use life::{
    ClosedLookup, ExpiryInstant, InactiveRefusal, InactiveRemoval, LifeRules, MarketPause,
    PausedDecrease, PausedExpiry, RefinedOrders, SettlementTimer,
};
pub use money::{
    BalanceReading, CollateralRule, CostBasis, LimitScope, MakerFeeLock, MoneyRules, PositionUse,
    ReturnCredit, TakerPrice, UnfundedOrder, WaivedMakerFee,
};

/// The choices of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeSettings {
    /// How fees are rounded; default is the rule of October 2026 for a direct member.
    pub fee_rounding: FeeRounding,
    /// What a partly filled immediate-or-cancel order reads as.
    pub partly_filled_ioc: PartlyFilledIoc,
    /// When orders have to be paid for.
    pub collateral: CollateralRule,
    /// What becomes of a post-only order that would trade at once.
    pub post_only_cross: PostOnlyCross,
    /// Whether a refused order uses its client order id up.
    pub rejected_client_order: RejectedClientOrder,
    /// Whether an order can be made smaller while trading is paused.
    pub paused_decrease: PausedDecrease,
    /// How long after a cancel of all orders new ones are canceled, too, as they come to rest:
    /// Kalshi says that orders which arrive "within about the next minute" may be (changelog,
    /// 2026-08-27, documented). None are by default.
    pub cancel_all_reach: SimDuration,
    /// How many items a batch may have; without a number, as many as the sender's tier pays for
    /// ("Rate limits", 2026-08-22, documented). It was 20 ("Batch create orders", 2026-04).
    pub batch_longest: Option<usize>,
    /// What a read of the balance shows.
    pub balance_reading: BalanceReading,
    /// What the queue position of an order counts.
    pub queue_position: QueuePositionScope,
    /// How many orders each book can hold; above it, orders are refused as
    /// [`ExchangeUnavailable`](crate::protocol::RejectReason::ExchangeUnavailable).
    pub book_capacity: BookCapacity,
    /// How orders come in.
    pub entry: EntryRules,
    /// How orders change.
    pub amend: AmendRules,
    /// What orders lock, and what their fills are booked as.
    pub money: MoneyRules,
    /// How order groups are judged.
    pub groups: GroupRules,
    /// What pauses, expiries and the lives of markets do.
    pub life: LifeRules,
}

impl Default for ExchangeSettings {
    fn default() -> Self {
        Self {
            fee_rounding: FeeRounding::Millionth { balance_step: BalanceStep::TenThousandth },
            partly_filled_ioc: PartlyFilledIoc::default(),
            collateral: CollateralRule::default(),
            post_only_cross: PostOnlyCross::default(),
            rejected_client_order: RejectedClientOrder::default(),
            paused_decrease: PausedDecrease::default(),
            cancel_all_reach: SimDuration::ZERO,
            batch_longest: None,
            balance_reading: BalanceReading::default(),
            queue_position: QueuePositionScope::default(),
            book_capacity: BookCapacity::new(1 << 18).expect("Invariant: below the maximum"),
            entry: EntryRules::default(),
            amend: AmendRules::default(),
            money: MoneyRules::default(),
            groups: GroupRules::default(),
            life: LifeRules::default(),
        }
    }
}
