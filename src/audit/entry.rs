//! An order on its way into a book.

use crate::audit::exchange_audit::broken;
use crate::audit::order_trail::OrderTrail;
use crate::audit::violation::{Rule, Violation};
use crate::exchange::{AmendRules, AmendedToOwn, PostOnlyCross};
use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::{
    AmendOrder, Amended, CreateOrder, Created, Crossing, OrderEnd, PositionEffect,
};
use crate::units::{OrderId, Position, Quantity, Side};

/// An order that a request let in, or in again, and what came of it. A request that lets several in
/// has one of these for each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The order as it was when nothing more could happen to it at once.
    pub(super) trail: OrderTrail,
    /// What had filled before it came in.
    pub(super) filled_before: Quantity,
    /// What its owner held there before.
    pub(super) held_before: Position,
    /// What it had to do with orders of its own account.
    pub(super) own: OwnMeetings,
    /// Why it is over, if it is.
    pub(super) end: Option<OrderEnd>,
    /// What rested within its limit when its matches were done.
    pub(super) depth: Quantity,
    /// What rested of it when the request was done with it.
    pub(super) rests: Quantity,
}

/// What an order that enters had to do with orders of its own account.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnMeetings {
    pub(super) trades: u32,
    pub(super) canceled: u32,
}

impl Entry {
    /// An order that is coming in now.
    pub(super) fn new(trail: OrderTrail, held_before: Position) -> Self {
        Self {
            trail,
            filled_before: trail.filled,
            held_before,
            own: OwnMeetings::default(),
            end: None,
            depth: Quantity::ZERO,
            rests: Quantity::ZERO,
        }
    }

    pub(super) fn id(&self) -> OrderId {
        self.trail.order
    }

    /// How much it could close as it came in.
    pub(super) fn closable(&self) -> Quantity {
        match self.trail.side {
            Side::Bid => self.held_before.short(),
            Side::Ask => self.held_before.long(),
        }
    }

    /// What filled because of the request.
    fn filled(&self) -> Quantity {
        self.trail.filled - self.filled_before
    }

    /// Whether an order that was placed came to what it was to.
    pub(super) fn check_created(
        &self,
        order: &CreateOrder,
        reply: &Created,
    ) -> Result<(), Violation> {
        let may_trade_more = !self.depth.is_zero() && order.effect == PositionEffect::Any;
        if self.end == Some(OrderEnd::NotFilledAtOnce) && may_trade_more {
            return Err(broken(Rule::TimeInForce, &(self, "rests within the limit")));
        }
        let is_told = reply.order == self.id()
            && reply.client_order == order.client_order
            && reply.filled == self.filled()
            && reply.remaining == self.rests;
        if !is_told {
            return Err(broken(Rule::ReplyTellsTheTruth, &(reply, self)));
        }
        self.check_own_meetings(order.self_trade)?;
        if order.effect == PositionEffect::ReduceOnly && self.filled() > self.closable() {
            return Err(broken(Rule::ReduceOnlyCloses, &(order, self)));
        }
        let would_trade = self.end == Some(OrderEnd::PostOnlyCross) && !self.depth.is_zero();
        let is_post_only = order.crossing == Crossing::PostOnly;
        if is_post_only && !self.filled().is_zero() || would_trade && !is_post_only {
            return Err(broken(Rule::PostOnlyNeverTakes, &(order, self)));
        }
        let is_whole = self.filled() == order.quantity;
        let is_kept = match order.time_in_force {
            _ if would_trade || self.is_stopped() => self.rests.is_zero(),
            TimeInForce::GoodTillCanceled { .. } => {
                self.is_taken_out() || self.filled() + self.rests == order.quantity
            }
            TimeInForce::ImmediateOrCancel => {
                let may_end_early =
                    order.effect == PositionEffect::ReduceOnly || self.depth.is_zero();
                self.rests.is_zero() && (is_whole || may_end_early)
            }
            TimeInForce::FillOrKill => self.rests.is_zero() && (is_whole || self.own.canceled > 0),
        };
        if is_kept { Ok(()) } else { Err(broken(Rule::TimeInForce, &(order, self))) }
    }

    /// Whether an order that was amended came to what it was to.
    pub(super) fn check_amended(
        &self,
        amend: &AmendOrder,
        reply: &Amended,
        rules: AmendRules,
    ) -> Result<(), Violation> {
        let client_order = amend.new_client_order.unwrap_or(self.trail.client_order);
        let is_told = (reply.order, amend.order) == (self.id(), self.id())
            && (reply.client_order, self.trail.client_order) == (client_order, client_order)
            && reply.filled == self.filled()
            && reply.remaining == self.rests;
        if !is_told {
            return Err(broken(Rule::ReplyTellsTheTruth, &(reply, self)));
        }
        self.check_own_meetings(self.trail.self_trade)?;
        let meets_own = self.own.canceled > 0 || self.end == Some(OrderEnd::SelfTrade);
        if meets_own && rules.to_own == AmendedToOwn::Refused {
            return Err(broken(Rule::NoSelfTrade, &(amend, self)));
        }
        let is_canceled = self.end == Some(OrderEnd::PostOnlyCross);
        if is_canceled && (self.depth.is_zero() || rules.post_only_cross == PostOnlyCross::Refused)
        {
            return Err(broken(Rule::PostOnlyNeverTakes, &(amend, self)));
        }
        if self.trail.crossing == Crossing::PostOnly && !self.filled().is_zero() {
            return Err(broken(Rule::PostOnlyNeverTakes, &(amend, self)));
        }
        let is_total = self.trail.initial == amend.quantity
            && (self.is_taken_out()
                || self.is_stopped()
                || is_canceled
                || self.trail.filled + self.rests + self.trail.decreased == amend.quantity);
        if is_total { Ok(()) } else { Err(broken(Rule::OrderAddsUp, &(amend, self))) }
    }

    /// Whether what was left of it was canceled on its way.
    fn is_stopped(&self) -> bool {
        matches!(self.end, Some(OrderEnd::SelfTrade | OrderEnd::GroupCanceled))
    }

    /// Whether what rested of it was taken out again before the request was done.
    fn is_taken_out(&self) -> bool {
        matches!(self.end, Some(OrderEnd::GroupCanceled | OrderEnd::Canceled))
    }

    /// Whether an order that must not trade with its own account's did not, in its way.
    fn check_own_meetings(&self, rule: Option<SelfTradePrevention>) -> Result<(), Violation> {
        let has_stopped = self.end == Some(OrderEnd::SelfTrade);
        let OwnMeetings { trades, canceled } = self.own;
        let is_kept = match rule {
            None => canceled == 0 && !has_stopped,
            Some(SelfTradePrevention::TakerAtCross) => trades == 0 && canceled == 0,
            Some(SelfTradePrevention::Maker) => trades == 0 && !has_stopped,
        };
        if is_kept { Ok(()) } else { Err(broken(Rule::NoSelfTrade, &(rule, self))) }
    }
}
