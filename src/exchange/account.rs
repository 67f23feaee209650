//! One account.

use std::collections::BTreeMap;

use crate::exchange::client_orders::UsedClientOrders;
use crate::exchange::collateral::OwnOrders;
use crate::exchange::history::History;
use crate::exchange::holding::Holding;
use crate::units::{Cash, EventId, MarketId, SimTime};

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
    pub(super) used: UsedClientOrders,
    /// By market; markets beyond the end were never traded.
    books: Vec<InMarket>,
    /// What working orders lock in all markets.
    pub(super) locked: Cash,
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
#[derive(Debug, Default)]
pub(super) struct InMarket {
    pub(super) holding: Holding,
    /// What the account's resting orders lock.
    pub(super) locked: Cash,
    /// The account's resting orders; kept for accounts with limited funds only.
    pub(super) orders: OwnOrders,
}

impl Account {
    pub(super) fn new(funding: Funding) -> Self {
        Self {
            funding,
            used: UsedClientOrders::default(),
            books: Vec::new(),
            locked: Cash::ZERO,
            netting: EventNetting::Off,
            returned: BTreeMap::new(),
            canceling_until: None,
            history: None,
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

    pub(super) fn holding(&self, market: MarketId) -> Holding {
        self.in_market(market).map_or_else(Holding::default, |here| here.holding)
    }

    /// What it holds by market, flat ones too.
    pub(super) fn holdings(&self) -> impl Iterator<Item = (MarketId, Holding)> {
        (0..).map(MarketId::new).zip(self.books.iter().map(|here| here.holding))
    }
}
