//! One account.

use std::collections::BTreeMap;

use crate::exchange::client_orders::UsedClientOrders;
use crate::exchange::history::History;
use crate::exchange::holding::Holding;
use crate::exchange::lots::Lots;
use crate::exchange::own_orders::OwnOrders;
use crate::exchange::settings::{ClientOrderScope, CostBasis};
use crate::units::{Cash, ClientOrderId, EventId, MarketId, Price, Quantity, Side, SimTime};

/// What an account may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funding {
    /// This much cash: every new risk must be paid in full.
    Cash(Cash),
    /// As much as it likes: the crowd. Its orders lock nothing and its balance may go below zero;
    /// the ledger stays exact.
    Unlimited,
}

/// Whether an account has collateral returned (Kalshi, "Update subaccount netting", 2026-08-22,
/// documented: a switch of each account; help centre, 2026: off unless asked for).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventNetting {
    /// It has not.
    #[default]
    Off,
    /// It has, in events whose rules allow it.
    On,
}

/// One account's state, apart from its balance.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) funding: Funding,
    used: UsedClientOrders,
    /// By market; markets beyond the end were never traded.
    books: Vec<InMarket>,
    /// What working orders lock in the markets where that is known.
    pub(super) locked: Cash,
    /// The other markets.
    pub(super) stale_locks: Vec<MarketId>,
    /// At least what working orders lock in all markets.
    pub(super) locked_at_most: Cash,
    /// Whether it has collateral returned where an event's rules allow it.
    pub(super) netting: EventNetting,
    /// What was returned and not taken back, by event.
    pub(super) returned: BTreeMap<EventId, Cash>,
    /// Until when its new orders are canceled as they come to rest, after it canceled all.
    pub(super) canceling_until: Option<SimTime>,
    /// What reads in the past need; watched accounts only.
    pub(super) history: Option<History>,
}

/// What an account has in one market.
#[derive(Debug)]
pub(super) struct InMarket {
    pub(super) holding: Holding,
    /// What the account's resting orders lock; unknown since they changed.
    pub(super) locked: Option<Cash>,
    /// The account's resting orders, once what they lock was asked for.
    pub(super) orders: Option<OwnOrders>,
    /// Whether the present request changed something of it here.
    pub(super) is_concerned: bool,
    /// The client order ids that it has used here, where they are used once for each market.
    used: UsedClientOrders,
    /// What is held, by what it cost, where that decides what is realised.
    pub(super) lots: Lots,
}

impl Default for InMarket {
    fn default() -> Self {
        Self {
            holding: Holding::default(),
            locked: Some(Cash::ZERO),
            orders: None,
            is_concerned: false,
            used: UsedClientOrders::default(),
            lots: Lots::default(),
        }
    }
}

impl InMarket {
    /// Books a fill, see [`Holding::fill`].
    pub(super) fn fill(
        &mut self,
        basis: CostBasis,
        side: Side,
        price: Price,
        quantity: Quantity,
    ) -> Cash {
        let Self { holding, lots, .. } = self;
        match basis {
            CostBasis::Average => holding.fill(side, price, quantity, Holding::average_cost),
            CostBasis::FirstInFirstOut => {
                let opening = quantity.saturating_sub(holding.position.closable(side));
                let close = |_: &Holding, closing| lots.close(closing);
                let to_pool = holding.fill(side, price, quantity, close);
                lots.open(side.own_price(price), opening);
                to_pool
            }
        }
    }

    /// Closes the position for what it is worth, less a fee.
    pub(super) fn settle(&mut self, worth: Cash, fee: Cash) {
        self.holding.settle(worth, fee);
        self.lots.clear();
    }
}

impl Account {
    pub(super) fn new(funding: Funding) -> Self {
        Self {
            funding,
            used: UsedClientOrders::default(),
            books: Vec::new(),
            locked: Cash::ZERO,
            stale_locks: Vec::new(),
            locked_at_most: Cash::ZERO,
            netting: EventNetting::Off,
            returned: BTreeMap::new(),
            canceling_until: None,
            history: None,
        }
    }

    /// Whether it has used a client order id that it may use once within a scope.
    pub(super) fn has_used(
        &self,
        scope: ClientOrderScope,
        market: MarketId,
        client_order: ClientOrderId,
    ) -> bool {
        match scope {
            ClientOrderScope::Account => self.used.contains(client_order),
            ClientOrderScope::Market => {
                self.in_market(market).is_some_and(|here| here.used.contains(client_order))
            }
        }
    }

    /// Whether it has used no client order id yet.
    pub(super) fn has_used_none(&self) -> bool {
        self.used.is_empty() && self.books.iter().all(|here| here.used.is_empty())
    }

    /// The client order ids that it has used within a scope.
    pub(super) fn used_mut(
        &mut self,
        scope: ClientOrderScope,
        market: MarketId,
    ) -> &mut UsedClientOrders {
        match scope {
            ClientOrderScope::Account => &mut self.used,
            ClientOrderScope::Market => &mut self.in_market_mut(market).used,
        }
    }

    /// Whether its risk has to be covered.
    pub(super) fn is_limited(&self) -> bool {
        matches!(self.funding, Funding::Cash(_))
    }

    /// Whether a change of its state concerns anything but the ledger and the book.
    pub(super) fn is_followed(&self) -> bool {
        self.is_limited() || self.history.is_some()
    }

    pub(super) fn in_market(&self, market: MarketId) -> Option<&InMarket> {
        self.books.get(market.number() as usize)
    }

    pub(super) fn in_market_mut(&mut self, market: MarketId) -> &mut InMarket {
        let index = market.number() as usize;
        if index >= self.books.len() {
            self.books.resize_with(index + 1, InMarket::default);
        }
        &mut self.books[index]
    }

    /// Its resting orders in a market, where what they lock was asked for.
    pub(super) fn orders_mut(&mut self, market: MarketId) -> Option<&mut OwnOrders> {
        self.in_market_mut(market).orders.as_mut()
    }

    pub(super) fn holding(&self, market: MarketId) -> Holding {
        self.in_market(market).map_or_else(Holding::default, |here| here.holding)
    }

    /// What it holds by market, flat ones too.
    pub(super) fn holdings(&self) -> impl Iterator<Item = (MarketId, Holding)> {
        (0..).map(MarketId::new).zip(self.books.iter().map(|here| here.holding))
    }
}
