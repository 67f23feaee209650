//! What an order would meet on its way, where more than the book decides that: orders whose owner can
//! not pay, and orders of order groups that are triggered on the way.

use std::collections::BTreeMap;

use crate::book::{Canceled, NewOrder};
use crate::exchange::purse::{Maker, Purses};
use crate::exchange::settings::{CollateralRule, FillOrKillDepth, GroupJudgement};
use crate::exchange::state::Exchange;
use crate::market::{RoundingCarry, SelfTradePrevention, Tick, TimeInForce};
use crate::protocol::OrderEnd;
use crate::units::{MarketId, OrderGroupId, OrderId, Quantity, Side};

/// An order on its way in, with what decides whom it meets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comer {
    pub(super) market: MarketId,
    pub(super) order: NewOrder,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) group: Option<OrderGroupId>,
    /// What its fills so far leave to its next one's rounding.
    pub(super) carry: RoundingCarry,
}

/// What an order that comes in would meet.
#[derive(Debug, Default)]
pub(super) struct Meeting {
    /// Orders that leave before it meets them.
    leaving: Vec<(OrderId, MetAfter, OrderEnd)>,
    /// Orders that can be paid in part, with the part.
    partly_paid: Vec<(OrderId, Quantity)>,
    /// The contracts within its limit that can be paid, the account's own included, as far as its
    /// quantity reaches.
    depth: Quantity,
    /// The contracts that it would trade with.
    tradable: Quantity,
    /// The contracts after which its order group stops it.
    stops_at: Option<Quantity>,
    /// How it is kept from orders of its own account, if it would come to one.
    kept_apart: Option<SelfTradePrevention>,
    /// What it would trade, match by match.
    pub(super) fills: Vec<(Tick, Quantity)>,
}

/// What an order that comes in comes to before it would meet one that leaves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MetAfter {
    pub(super) matches: usize,
    /// Orders of its own account that are canceled.
    pub(super) own: usize,
}

/// An order that leaves before the order that comes in meets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    pub(super) order: OrderId,
    pub(super) canceled: Canceled,
    pub(super) after: MetAfter,
    pub(super) end: OrderEnd,
}

impl Meeting {
    /// The meeting of an order that nothing but the book decides about.
    pub(super) fn plain(order: &NewOrder) -> Self {
        Self { depth: order.quantity, tradable: order.quantity, ..Self::default() }
    }

    /// Whether the order must find room in the book before anything is done: orders that are only made
    /// smaller for it make none, while orders that leave do.
    pub(super) fn needs_room(&self) -> bool {
        let ousts_own = self.kept_apart == Some(SelfTradePrevention::Maker);
        !self.partly_paid.is_empty() && self.leaving.is_empty() && !ousts_own
    }

    /// How much of an order's quantity its order group lets trade.
    pub(super) fn allowed(&self, order: &NewOrder) -> Quantity {
        self.stops_at.unwrap_or(order.quantity)
    }
}

/// What changes along the way.
#[derive(Debug, Default)]
struct Along {
    met: Quantity,
    after: MetAfter,
    /// Whether an own order ended it.
    has_stopped: bool,
    purses: Purses,
    matched: BTreeMap<OrderGroupId, Quantity>,
}

impl Exchange {
    /// What an order would meet, where more than the book decides that.
    pub(super) fn meet(&self, comer: &Comer) -> Meeting {
        let is_killed_by_own = self.settings.entry.fill_or_kill_depth
            == FillOrKillDepth::WithoutOwn
            && comer.order.time_in_force == TimeInForce::FillOrKill
            && comer.self_trade.is_some();
        let is_plain = self.book_decides() && !is_killed_by_own;
        if is_plain { Meeting::plain(&comer.order) } else { self.look_along(comer) }
    }

    /// Whether a fill-or-kill order is killed. Its own group does not count: what that stops comes later.
    pub(super) fn kills(&self, comer: &Comer) -> bool {
        if comer.order.time_in_force != TimeInForce::FillOrKill {
            return false;
        }
        let way = self.meet(&Comer { group: None, ..*comer });
        let depth = match self.settings.entry.fill_or_kill_depth {
            FillOrKillDepth::WithOwn => way.depth,
            FillOrKillDepth::WithoutOwn => way.tradable,
        };
        depth < comer.order.quantity
    }

    /// Whether an order would come to one of its own account that it is not to trade with.
    pub(super) fn meets_own(&self, comer: &Comer) -> bool {
        if comer.self_trade.is_none() {
            return false;
        }
        if self.book_decides() {
            return self.markets[comer.market.number() as usize].book.meets_own(&comer.order);
        }
        self.look_along(comer).kept_apart.is_some()
    }

    /// Whether the book alone decides which other people's orders an order meets.
    fn book_decides(&self) -> bool {
        self.settings.collateral == CollateralRule::AtEntry
            && self.settings.groups.judgement == GroupJudgement::AfterTheOrder
    }

    /// Looks along what an order would meet: each order is paid and counted after the ones before it.
    pub(super) fn look_along(&self, comer: &Comer) -> Meeting {
        let (mut meeting, mut along) = (Meeting::default(), Along::default());
        let Comer { market, order, self_trade, .. } = *comer;
        let here = &self.markets[market.number() as usize];
        let makers = order.side.opposite();
        let within = here.book.levels(makers).take_while(|level| match order.side {
            Side::Bid => level.tick <= order.tick,
            Side::Ask => level.tick >= order.tick,
        });
        for resting in within.flat_map(|level| here.book.queue(makers, level.tick)) {
            if along.met >= order.quantity || meeting.stops_at.is_some() {
                break;
            }
            let prevented = self_trade.filter(|_| resting.owner == order.owner);
            along.has_stopped |= prevented == Some(SelfTradePrevention::TakerAtCross);
            meeting.kept_apart = meeting.kept_apart.or(prevented);
            if along.has_stopped || prevented.is_some() {
                meeting.depth += resting.remaining;
                along.after.own += 1;
                continue;
            }
            let wanted = resting.remaining.min(order.quantity - along.met);
            let group = here.record(resting.order).group;
            if group.is_some_and(|group| self.is_exceeded(group, &along)) {
                meeting.leaving.push((resting.order, along.after, OrderEnd::GroupCanceled));
                continue;
            }
            let maker = Maker {
                order: resting.order,
                owner: resting.owner,
                price: here.terms.levels.price_of(resting.tick),
            };
            let paid = self.pay(comer, maker, wanted, &mut along.purses);
            if paid.is_zero() {
                meeting.leaving.push((resting.order, along.after, OrderEnd::Unfunded));
                continue;
            }
            if paid < wanted {
                meeting.partly_paid.push((resting.order, paid));
            }
            meeting.depth += paid;
            meeting.fills.push((resting.tick, paid));
            along.met += paid;
            along.after.matches += 1;
            for group in [comer.group, group].into_iter().flatten() {
                *along.matched.entry(group).or_default() += paid;
            }
            let is_stopped = comer.group.is_some_and(|group| self.is_exceeded(group, &along));
            meeting.stops_at = Some(along.met).filter(|_| is_stopped);
        }
        meeting.tradable = along.met;
        meeting
    }

    /// Whether an order group is triggered on the way, where that is looked at after each match.
    fn is_exceeded(&self, group: OrderGroupId, along: &Along) -> bool {
        let more = along.matched.get(&group).copied().unwrap_or_default();
        self.settings.groups.judgement == GroupJudgement::AfterEachMatch
            && !more.is_zero()
            && self.groups.would_exceed(self.now, group, more)
    }

    /// Takes the orders that an order must not meet out of the book, and off others what can not be
    /// paid. They are told with the matches.
    pub(super) fn drop_leaving(&mut self, market: MarketId, meeting: Meeting) {
        let book = &mut self.markets[market.number() as usize].book;
        for (order, after, end) in meeting.leaving {
            let canceled = book.cancel(order).expect("Invariant: it was met in the book");
            self.leaving.push(Leaving { order, canceled, after, end });
        }
        for (order, paid) in meeting.partly_paid {
            let reduced = book.reduce(order, paid).expect("Invariant: it rests with more");
            self.unpaid.push((order, reduced.removed));
        }
    }
}
