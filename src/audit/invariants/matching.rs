//! What must be true of an order from its coming to its end.

use std::collections::BTreeMap;

use crate::audit::entry::{Cause, Entry};
use crate::audit::exchange_state::{MarketState, RestingState};
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_groups::{GroupStanding, ShadowGroup};
use crate::exchange::{
    AmendedToOwn, CollateralRule, ExchangeSettings, FillOrKillDepth, GroupJudgement,
};
use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::{CreateOrder, Crossing, OrderEnd, PositionEffect, RejectReason};
use crate::units::{AccountId, OrderGroupId, OrderId, Position, Quantity, Side};

/// INV-10: filled, remaining and canceled contracts of an order make what was ordered.
pub(in crate::audit) fn order_adds_up(trail: &OrderTrail) -> Result<(), Violation> {
    if trail.filled + trail.remaining + trail.decreased == trail.initial {
        return Ok(());
    }
    Err(does_not_add_up(trail, "the sum"))
}

/// INV-10 is broken by an order.
pub(in crate::audit) fn does_not_add_up(trail: &OrderTrail, found: &str) -> Violation {
    Violation { invariant: Invariant::OrderAddsUp, found: format!("{found} of {trail:?}") }
}

/// INV-10: what rests of an order is what fills, decreases and amends left of it.
pub(in crate::audit) fn what_rests_adds_up(
    state: &MarketState,
    side: Side,
    orders: &BTreeMap<OrderId, OrderTrail>,
) -> Result<(), Violation> {
    let differs = |resting: &&RestingState| {
        orders.get(&resting.order).is_some_and(|trail| trail.remaining != resting.remaining)
    };
    match state.side(side).orders.iter().find(differs) {
        None => Ok(()),
        Some(resting) => Err(does_not_add_up(&orders[&resting.order], &format!("{resting:?}"))),
    }
}

/// INV-10: an order ends with what remains of it, for a reason that it can have.
pub(in crate::audit) fn end_adds_up(
    trail: &OrderTrail,
    end: OrderEnd,
    unfilled: Quantity,
    entry: Option<&Entry>,
    place: Place,
    settings: &ExchangeSettings,
) -> Result<(), Violation> {
    let collateral = settings.collateral;
    let is_entering = place == Place::Entering;
    let has_rest = !trail.remaining.is_zero();
    let may_end = match end {
        OrderEnd::Executed => !has_rest,
        OrderEnd::SelfTrade => has_rest,
        OrderEnd::Unfunded => has_rest && !is_entering && collateral == CollateralRule::AtMatch,
        OrderEnd::NotFilledAtOnce | OrderEnd::PostOnlyCross => has_rest && is_entering,
        OrderEnd::NothingToClose => {
            let is_closed = entry.is_some_and(|entry| trail.filled == entry.closable());
            has_rest && is_entering && is_closed
        }
        OrderEnd::Canceled | OrderEnd::Expired | OrderEnd::Halted | OrderEnd::MarketClosed => {
            has_rest && !is_entering
        }
        OrderEnd::GroupCanceled => {
            let may_enter = settings.groups.judgement == GroupJudgement::AfterEachMatch;
            has_rest && (!is_entering || may_enter)
        }
    };
    if may_end && unfilled == trail.remaining {
        return Ok(());
    }
    Err(does_not_add_up(trail, &format!("{end:?} with {unfilled} unfilled")))
}

/// Where an order is as it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Place {
    /// On its way into the book.
    Entering,
    /// In the book.
    Resting,
}

/// INV-11: only good till canceled rests, immediate or cancel takes all it can, fill or kill fills
/// whole unless orders of its own account were in its way, and post-only never takes.
pub(in crate::audit) fn time_in_force_is_kept(entry: &Entry) -> Result<(), Violation> {
    let trail = &entry.trail;
    let (filled, total) = (entry.filled(), trail.initial - entry.filled_before - trail.decreased);
    let would_trade = entry.end == Some(OrderEnd::PostOnlyCross) && !entry.depth.is_zero();
    let has_taken = match trail.crossing {
        Crossing::PostOnly => !filled.is_zero(),
        Crossing::Allowed => entry.end == Some(OrderEnd::PostOnlyCross),
    };
    let could_take_more = entry.end == Some(OrderEnd::NotFilledAtOnce)
        && !entry.depth.is_zero()
        && trail.effect == PositionEffect::Any;
    let is_kept = match trail.time_in_force {
        _ if would_trade || entry.is_stopped() => entry.rests.is_zero(),
        TimeInForce::GoodTillCanceled { .. } => {
            entry.is_taken_out() || filled + entry.rests == total
        }
        TimeInForce::ImmediateOrCancel => {
            let may_end_early = trail.effect == PositionEffect::ReduceOnly || entry.depth.is_zero();
            entry.rests.is_zero() && (filled == total || may_end_early)
        }
        TimeInForce::FillOrKill => {
            entry.rests.is_zero() && (filled == total || entry.own_canceled > 0)
        }
    };
    if is_kept && !has_taken && !could_take_more {
        return Ok(());
    }
    Err(broken(Invariant::TimeInForce, entry))
}

/// INV-11: a fill-or-kill order is killed only if not all of it could fill, and a post-only order
/// refused only if it would take. `depth` tells what rests within its limit.
pub(in crate::audit) fn refusal_had_to_be(
    order: &CreateOrder,
    reason: RejectReason,
    depth: impl Fn() -> Quantity,
    settings: &ExchangeSettings,
) -> Result<(), Violation> {
    let leaves_own_out = settings.entry.fill_or_kill_depth == FillOrKillDepth::WithoutOwn
        && order.self_trade.is_some();
    let counts_all = settings.collateral == CollateralRule::AtEntry
        && settings.groups.judgement == GroupJudgement::AfterTheOrder
        && !leaves_own_out;
    let is_wrong = match reason {
        RejectReason::FillOrKillInsufficientVolume => depth() >= order.quantity && counts_all,
        RejectReason::PostOnlyCross => order.crossing == Crossing::Allowed || depth().is_zero(),
        _ => false,
    };
    if is_wrong {
        return Err(broken(Invariant::TimeInForce, &(order, reason, depth())));
    }
    Ok(())
}

/// INV-12: an order comes to rest only when nothing rests that it could trade with: after any command
/// the book is a fixed point of matching.
pub(in crate::audit) fn nothing_is_left_to_match(
    trail: &OrderTrail,
    depth: Quantity,
) -> Result<(), Violation> {
    if depth.is_zero() {
        return Ok(());
    }
    Err(broken(Invariant::NothingLeftToMatch, &(trail, "rests before", depth)))
}

/// INV-13: no order trades with its own account's if it must not.
pub(in crate::audit) fn own_orders_do_not_trade(
    taker: &OrderTrail,
    maker: AccountId,
) -> Result<(), Violation> {
    if taker.account == maker && taker.self_trade.is_some() {
        return Err(broken(Invariant::OwnOrdersApart, &(taker, maker)));
    }
    Ok(())
}

/// INV-13: an order ends because of its own account's only when the two meet, and only the one that
/// the rule names: the incoming order with `TakerAtCross`, after what it filled before; the one that
/// rests with `Maker`, after which the incoming order goes on.
pub(in crate::audit) fn self_trade_ends_the_right_one(
    ended: OrderId,
    entering: Option<&OrderTrail>,
    met: Option<OrderId>,
) -> Result<(), Violation> {
    let is_right = entering.zip(met).is_some_and(|(entering, met)| match entering.self_trade {
        None => false,
        Some(SelfTradePrevention::TakerAtCross) => ended == entering.order,
        Some(SelfTradePrevention::Maker) => ended == met,
    });
    if is_right {
        return Ok(());
    }
    Err(broken(Invariant::OwnOrdersApart, &(ended, "ends for", entering, "that meets", met)))
}

/// INV-14: a reduce-only order makes a position smaller and never flips it. It never rests, so no
/// other order can close what it counts on.
pub(in crate::audit) fn reduce_only_reduces(
    trail: &OrderTrail,
    before: Position,
    after: Position,
) -> Result<(), Violation> {
    let is_smaller = after.size() < before.size();
    let is_flipped = before.long() > Quantity::ZERO && after.short() > Quantity::ZERO
        || before.short() > Quantity::ZERO && after.long() > Quantity::ZERO;
    if trail.effect == PositionEffect::Any || is_smaller && !is_flipped {
        return Ok(());
    }
    Err(broken(Invariant::ReduceOnlyReduces, &(trail, before, after)))
}

/// INV-15: a group takes an order only of its owner, and only while it is open.
pub(in crate::audit) fn group_takes_the_order(
    trail: &OrderTrail,
    group: Option<&ShadowGroup>,
) -> Result<(), Violation> {
    let takes =
        |group: &ShadowGroup| group.standing == GroupStanding::Open && group.owner == trail.account;
    if trail.group.is_none() || group.is_some_and(takes) {
        return Ok(());
    }
    Err(broken(Invariant::GroupsKeepTheirLimits, &(trail, group)))
}

/// INV-15: a group that matched more than its limit, or that its owner triggered or deleted, has no
/// order left once the command is done; no other group loses its orders.
pub(in crate::audit) fn group_keeps_its_limit(
    id: OrderGroupId,
    group: &ShadowGroup,
) -> Result<(), Violation> {
    let is_wrong = match group.standing {
        GroupStanding::Triggered | GroupStanding::Deleted => group.working > 0,
        GroupStanding::Open => group.canceled > 0,
    };
    if is_wrong {
        return Err(broken(Invariant::GroupsKeepTheirLimits, &(id, group)));
    }
    Ok(())
}

/// INV-10: what an amend makes of an order is what it asked for: the new total, filled ones counted.
pub(in crate::audit) fn amend_adds_up(entry: &Entry) -> Result<(), Violation> {
    let trail = &entry.trail;
    let is_over =
        entry.is_taken_out() || entry.is_stopped() || entry.end == Some(OrderEnd::PostOnlyCross);
    let is_total = is_over || trail.filled + entry.rests + trail.decreased == trail.initial;
    if entry.cause != Cause::Amended || is_total {
        return Ok(());
    }
    Err(does_not_add_up(trail, "the total after an amend"))
}

/// INV-13: an amend that would meet an order of its own account is refused, or treated as the order's
/// rule says, as the exchange's settings choose.
pub(in crate::audit) fn amends_meet_no_own_orders(
    entry: &Entry,
    rule: AmendedToOwn,
) -> Result<(), Violation> {
    let meets_own = entry.own_canceled > 0 || entry.end == Some(OrderEnd::SelfTrade);
    if entry.cause == Cause::Amended && meets_own && rule == AmendedToOwn::Refused {
        return Err(broken(Invariant::OwnOrdersApart, entry));
    }
    Ok(())
}
