//! What must be true of one match.

use std::fmt;

use crate::audit::invariant::{Invariant, Violation, broken};
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_book::Priority;
use crate::market::Liquidity;
use crate::protocol::FillReport;
use crate::units::{MarketId, OrderId, Price, Quantity, Side, TradeId};

/// A trade between its event and its second fill.
#[derive(Clone, Copy, Debug)]
pub(in crate::audit) struct OpenTrade {
    pub(in crate::audit) trade: TradeId,
    pub(in crate::audit) market: MarketId,
    pub(in crate::audit) price: Price,
    pub(in crate::audit) quantity: Quantity,
    pub(in crate::audit) taker_side: Side,
    pub(in crate::audit) is_taker_filled: bool,
}

/// INV-06: no order fills while a better one rests on its side.
pub(in crate::audit) fn better_prices_fill_first(
    report: &FillReport,
    maker: &OrderTrail,
    turn: Option<(Priority, OrderId)>,
) -> Result<(), Violation> {
    match turn {
        Some((first, _)) if first.is_better_priced(maker.priority) => {
            Err(broken(Invariant::PricePriority, &(report, turn)))
        }
        _ => Ok(()),
    }
}

/// INV-07: within a price, the earliest order fills first.
pub(in crate::audit) fn earlier_orders_fill_first(
    report: &FillReport,
    turn: Option<(Priority, OrderId)>,
) -> Result<(), Violation> {
    if turn.is_some_and(|(_, order)| order == report.order) {
        return Ok(());
    }
    Err(broken(Invariant::TimePriority, &(report, turn)))
}

/// INV-08: a trade happens at the maker's limit, which is within the taker's: what is better than
/// the taker's limit is the taker's.
pub(in crate::audit) fn price_is_the_makers(
    trail: &OrderTrail,
    report: &FillReport,
) -> Result<(), Violation> {
    let is_within = match (report.liquidity, trail.side) {
        (Liquidity::Maker, _) => report.price == trail.limit,
        (Liquidity::Taker, Side::Bid) => report.price <= trail.limit,
        (Liquidity::Taker, Side::Ask) => report.price >= trail.limit,
    };
    if is_within { Ok(()) } else { Err(broken(Invariant::MakerPrice, &(report, trail))) }
}

/// INV-09: a trade has one taker and one maker fill, in this order, of its own quantity.
pub(in crate::audit) fn fills_are_equal(
    open: Option<&OpenTrade>,
    report: &FillReport,
) -> Result<(), Violation> {
    let is_taker = report.liquidity == Liquidity::Taker;
    let fits = open.is_some_and(|open| {
        let side = if is_taker { open.taker_side } else { open.taker_side.opposite() };
        let all = (report.trade, report.market, report.price, report.quantity, report.side);
        all == (open.trade, open.market, open.price, open.quantity, side)
            && is_taker != open.is_taker_filled
    });
    if fits { Ok(()) } else { Err(broken(Invariant::TwoEqualFills, &(open, report))) }
}

/// INV-09: a trade is of at least the smallest quantity, and its number the one after the last's.
pub(in crate::audit) fn trade_is_new(
    trade: TradeId,
    quantity: Quantity,
    trades: u64,
) -> Result<(), Violation> {
    if trade == TradeId::new(trades) && !quantity.is_zero() {
        return Ok(());
    }
    Err(broken(Invariant::TwoEqualFills, &(trade, quantity, "after", trades)))
}

/// INV-09: a trade's fills come before anything else.
pub(in crate::audit) fn fills_are_both_there(
    open: Option<&OpenTrade>,
    next: &dyn fmt::Debug,
) -> Result<(), Violation> {
    if open.is_none() {
        return Ok(());
    }
    Err(broken(Invariant::TwoEqualFills, &(open, "before", next)))
}
