//! What the reference remembers.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::market::{ExchangeStatus, MarketStatus, SelfTradePrevention};
use fillgap::protocol::{Crossing, Execution, OnPause, OrderEnd, RejectReason, Reply};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, MarketId, OrderGroupId, OrderId, Position, Price, Quantity,
    Side, SimTime, TradeId,
};

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
    pub(super) filled: Quantity,
    pub(super) remaining: Quantity,
    pub(super) expires_at: Option<SimTime>,
    pub(super) crossing: Crossing,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) on_pause: OnPause,
    pub(super) group: Option<OrderGroupId>,
    /// Its place among all arrivals at the end of a queue.
    pub(super) arrival: u64,
}

/// A market.
#[derive(Clone, Debug)]
pub(super) struct Market {
    pub(super) status: MarketStatus,
    pub(super) opens_at: Option<SimTime>,
    pub(super) closes_at: Option<SimTime>,
    pub(super) settles_at: Option<SimTime>,
    pub(super) contracts_limit: Quantity,
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
    Settled(AccountId, MarketId, Position, Cash),
}

/// The reference exchange.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) now: SimTime,
    pub(super) status: ExchangeStatus,
    pub(super) markets: Vec<Market>,
    /// By account; none may spend without limit.
    pub(super) is_limited: Vec<bool>,
    pub(super) cash: Vec<Cash>,
    pub(super) positions: BTreeMap<(AccountId, MarketId), Position>,
    pub(super) used: BTreeSet<(AccountId, ClientOrderId)>,
    pub(super) orders: Vec<Order>,
    /// Where every order was accepted.
    pub(super) market_of: BTreeMap<OrderId, MarketId>,
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
}

impl Reference {
    pub(super) fn new(markets: Vec<Market>, accounts: &[Option<Cash>]) -> Self {
        Self {
            now: SimTime::START,
            status: ExchangeStatus::Active,
            markets,
            is_limited: accounts.iter().map(Option::is_some).collect(),
            cash: accounts.iter().map(|cash| cash.unwrap_or_default()).collect(),
            positions: BTreeMap::new(),
            used: BTreeSet::new(),
            orders: Vec::new(),
            market_of: BTreeMap::new(),
            groups: Vec::new(),
            accepted: 0,
            arrivals: 0,
            trades: 0,
            next_client_order: 0,
            exceeded: Vec::new(),
            told: Vec::new(),
            reply: None,
        }
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
        let known = self.orders.iter().find(|order| order.id == id && order.account == account);
        known.ok_or(RejectReason::OrderNotFound)
    }

    pub(super) fn tell(&mut self, account: AccountId, execution: Execution) {
        self.told.push(Told::Execution(account, execution));
    }

    /// Tells that an order is over and forgets it, if it rests.
    pub(super) fn end(&mut self, order: &Order, end: OrderEnd, unfilled: Quantity) {
        self.orders.retain(|resting| resting.id != order.id);
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
