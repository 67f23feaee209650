//! What can be chosen about the exchange: mostly rules that Kalshi does not document.

use crate::book::BookCapacity;
use crate::market::{BalanceStep, FeeRounding};
use crate::units::SimDuration;

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
}

/// What a partly filled immediate-or-cancel order reads as once the rest is canceled
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartlyFilledIoc {
    /// Executed, because something filled.
    #[default]
    Executed,
    /// Canceled, because something did not.
    Canceled,
}

/// What becomes of a post-only order that would trade at once (the sources disagree: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostOnlyCross {
    /// The request is refused (recorded, demo, 2026-06-11).
    #[default]
    Refused,
    /// The order is accepted and canceled at once (changelog, 2026-06-04; FIX "Order entry",
    /// 2026-08-22). Its client order id is used up.
    Canceled,
}

/// Whether the id of an order that was refused at admission may be used again (undocumented:
/// assumed). A killed fill-or-kill order always uses it up (observed, production, 2026-07-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RejectedClientOrder {
    /// It may be used again.
    #[default]
    Reusable,
    /// It is used up.
    UsedUp,
}

/// When orders have to be paid for (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CollateralRule {
    /// When they come in, with all others that rest.
    #[default]
    AtEntry,
    /// When they come in, each on its own, and again when they are met: one that can not be paid then
    /// is canceled whole, and the order that met it goes on. A fill-or-kill order counts only what can
    /// be paid.
    AtMatch,
}

/// Whether an order can be made smaller while trading is paused (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PausedDecrease {
    /// It can, as it can be canceled.
    #[default]
    LikeCancel,
    /// It can not, as it can not be amended.
    LikeAmend,
}

/// Whether a balance that is read shrinks while orders rest (the sources disagree: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BalanceReading {
    /// It does not: it is all cash (observed, production, 2026-07: unchanged with up to 8 resting
    /// orders in 24 of 27 intervals).
    #[default]
    Gross,
    /// It does: it is what is available (reports of several bots, 2026).
    Net,
}

/// What is ahead of an order in the queue (Kalshi's words allow both readings: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueuePositionScope {
    /// Everything that fills before it: better prices of its side, and earlier orders at its own
    /// ("Get queue positions for orders", 2026-08-22: contracts that need to be matched before it).
    #[default]
    Side,
    /// Earlier orders at its own price only, as clients read it.
    Level,
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
        }
    }
}
