//! What the reference remembers.

use std::collections::BTreeMap;

use fillgap::market::{ExchangeStatus, MarketStatus, SelfTradePrevention};
use fillgap::protocol::{
    Crossing, Execution, FillReport, OnPause, OrderEnd, OrderStatus, OrderView, RejectReason, Reply,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, MarketId, OrderGroupId, OrderId, Position, Price, Quantity,
    Side, SimTime, TradeId,
};

use super::basis::{Basis, Way};
use super::fees::Accumulator;
use super::past::Past;
use super::prices::Grid;
use super::readings::Second;
use super::settings::Settings;

/// A resting order.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "a client order id is called that")]
pub(super) struct Order {
    pub(super) id: OrderId,
    pub(super) account: AccountId,
    pub(super) client_order: ClientOrderId,
    pub(super) market: MarketId,
    pub(super) side: Side,
    pub(super) limit: Price,
    /// What was ordered, or amended to, in all.
    pub(super) initial: Quantity,
    pub(super) filled: Quantity,
    pub(super) remaining: Quantity,
    /// What decreases took off.
    pub(super) decreased: Quantity,
    pub(super) expires_at: Option<SimTime>,
    pub(super) crossing: Crossing,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) on_pause: OnPause,
    pub(super) group: Option<OrderGroupId>,
    /// What rounding left of its fills.
    pub(super) accumulator: Accumulator,
    /// Its place among all arrivals at the end of a queue.
    pub(super) arrival: u64,
}

/// A client order id that was used.
#[derive(Clone, Copy, Debug)]
pub(super) struct UsedId {
    pub(super) account: AccountId,
    pub(super) market: MarketId,
    pub(super) id: ClientOrderId,
    pub(super) by: User,
}

/// What used a client order id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum User {
    /// An order that was taken or killed.
    Order,
    /// An order that has another id now.
    Former,
    /// An order that was refused.
    Refused,
}

/// A market.
#[derive(Clone, Debug)]
pub(super) struct Market {
    pub(super) grid: Grid,
    /// Until when it charges no fee, if that is still to come.
    pub(super) waived_until: Option<SimTime>,
    pub(super) status: MarketStatus,
    pub(super) opens_at: Option<SimTime>,
    pub(super) closes_at: Option<SimTime>,
    pub(super) settles_at: Option<SimTime>,
    /// When orders that rest since before its close are canceled.
    pub(super) cancels_at: Option<SimTime>,
}

/// An order group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) owner: AccountId,
    pub(super) limit: Quantity,
    pub(super) is_triggered: bool,
    pub(super) is_deleted: bool,
    pub(super) matches: Vec<(SimTime, Quantity)>,
}

/// Something that happened, as everybody or one account is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Execution(AccountId, Execution),
    Trade(TradeId, MarketId, Price, Quantity, Side),
    Status(MarketId, MarketStatus),
    Settled(AccountId, MarketId, Position, Payout),
    Refined(MarketId),
}

/// What a market pays for a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Payout {
    pub(super) paid: Cash,
    pub(super) kept: Cash,
}

/// The reference exchange.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) settings: Settings,
    pub(super) now: SimTime,
    pub(super) status: ExchangeStatus,
    pub(super) markets: Vec<Market>,
    /// By account; none may spend without limit.
    pub(super) is_limited: Vec<bool>,
    pub(super) cash: Vec<Cash>,
    /// What of it was returned, by account.
    pub(super) returned: Vec<Cash>,
    pub(super) positions: BTreeMap<(AccountId, MarketId), Position>,
    pub(super) bases: BTreeMap<(AccountId, MarketId), Basis>,
    /// What all paid.
    pub(super) fees: Cash,
    /// Until when new orders of an account are canceled as they come to rest.
    pub(super) canceling_until: BTreeMap<AccountId, SimTime>,
    pub(super) used: Vec<UsedId>,
    pub(super) orders: Vec<Order>,
    /// Where every order was accepted.
    pub(super) markets_of: BTreeMap<OrderId, MarketId>,
    /// All orders as their owners read them, in the order of acceptance.
    pub(super) known: Vec<(AccountId, OrderView)>,
    /// In the order of trading.
    pub(super) fills: Vec<(AccountId, FillReport)>,
    pub(super) past: Past,
    pub(super) groups: Vec<Group>,
    pub(super) accepted: u64,
    pub(super) arrivals: u64,
    pub(super) trades: u64,
    pub(super) next_client_order: u64,
    /// Groups whose limit the request at hand exceeded.
    pub(super) exceeded: Vec<OrderGroupId>,
    /// What the last transition told, and what it answered.
    pub(super) told: Vec<Told>,
    pub(super) reply: Option<Reply>,
    /// Whether it took a step in a market's life that it was told to take.
    pub(super) has_stepped: bool,
}

impl Reference {
    pub(super) fn new(settings: Settings, markets: Vec<Market>, accounts: &[Option<Cash>]) -> Self {
        let mut reference = Self {
            settings,
            now: SimTime::START,
            status: ExchangeStatus::Active,
            markets,
            is_limited: accounts.iter().map(Option::is_some).collect(),
            cash: accounts.iter().map(|cash| cash.unwrap_or_default()).collect(),
            returned: vec![Cash::ZERO; accounts.len()],
            positions: BTreeMap::new(),
            bases: BTreeMap::new(),
            fees: Cash::ZERO,
            canceling_until: BTreeMap::new(),
            used: Vec::new(),
            orders: Vec::new(),
            markets_of: BTreeMap::new(),
            known: Vec::new(),
            fills: Vec::new(),
            past: Past::default(),
            groups: Vec::new(),
            accepted: 0,
            arrivals: 0,
            trades: 0,
            next_client_order: 0,
            exceeded: Vec::new(),
            told: Vec::new(),
            reply: None,
            has_stepped: false,
        };
        reference.remember();
        reference
    }

    /// What an account's position cost and made, and the fees.
    pub(super) fn booked(&self, account: AccountId, market: MarketId) -> (Way, Cash) {
        self.bases.get(&(account, market)).map_or_else(Default::default, |basis| {
            let is_by_age = self.settings.reads(Second::OldestCost);
            (if is_by_age { basis.by_age } else { basis.on_average }, basis.fees)
        })
    }

    pub(super) fn cost(&self, account: AccountId, market: MarketId) -> Cash {
        self.booked(account, market).0.cost
    }

    pub(super) fn position(&self, account: AccountId, market: MarketId) -> Position {
        self.positions.get(&(account, market)).copied().unwrap_or_default()
    }

    /// The resting orders of one side of a market, in the order in which they fill.
    pub(super) fn queue(&self, market: MarketId, side: Side) -> Vec<&Order> {
        let here = self.orders.iter();
        let mut queue: Vec<_> =
            here.filter(|order| (order.market, order.side) == (market, side)).collect();
        queue.sort_by_key(|order| {
            let rank = if side == Side::Bid { order.limit.complement() } else { order.limit };
            (rank, order.arrival)
        });
        queue
    }

    pub(super) fn own(&self, account: AccountId, id: OrderId) -> Result<&Order, RejectReason> {
        let known = self.orders.iter().find(|order| order.id == id);
        let known = known.ok_or(RejectReason::OrderNotFound)?;
        if known.account == account {
            Ok(known)
        } else if self.settings.reads(Second::ForeignForbidden) {
            Err(RejectReason::ForeignOrder)
        } else {
            Err(RejectReason::OrderNotFound)
        }
    }

    /// All that is, but for an order.
    pub(super) fn without(&self, id: OrderId) -> Self {
        let mut other = self.clone();
        other.orders.retain(|order| order.id != id);
        other
    }

    pub(super) fn tell(&mut self, account: AccountId, execution: Execution) {
        self.told.push(Told::Execution(account, execution));
    }

    /// Tells that an order is over and forgets it, if it rests.
    pub(super) fn end(&mut self, order: &Order, end: OrderEnd, unfilled: Quantity) {
        self.orders.retain(|resting| resting.id != order.id);
        self.note(order, Quantity::ZERO, self.final_status(end, order.filled));
        let Order { id, account, client_order, market, .. } = *order;
        self.tell(account, Execution::Ended { order: id, client_order, market, end, unfilled });
    }

    /// Ends all resting orders of a kind, by market and then by acceptance.
    pub(super) fn end_where(&mut self, end: OrderEnd, is_meant: impl Fn(&Order) -> bool) {
        let mut meant: Vec<_> = self.orders.iter().filter(|each| is_meant(each)).cloned().collect();
        meant.sort_by_key(|order| (order.market, order.id));
        for order in meant {
            self.end(&order, end, order.remaining);
        }
    }
}

impl Reference {
    /// An order comes to rest at the end of its queue.
    pub(super) fn rest(&mut self, mut order: Order) {
        order.arrival = self.arrivals;
        self.arrivals += 1;
        self.note(&order, order.remaining, OrderStatus::Resting);
        self.orders.push(order);
    }

    /// An order that rests changes where it is.
    pub(super) fn change(&mut self, order: &Order) {
        self.note(order, order.remaining, OrderStatus::Resting);
        let place = self.orders.iter_mut().find(|resting| resting.id == order.id);
        *place.expect("the order rests") = order.clone();
    }
}
