//! What can be looked at.

use crate::book::{Book, RestingOrder};
use crate::exchange::account::Funding;
use crate::exchange::activity::MarketActivity;
use crate::exchange::holding::Holding;
use crate::exchange::ledger::Ledger;
use crate::exchange::order_id;
use crate::exchange::settings::{BalanceReading, ExchangeSettings};
use crate::exchange::state::Exchange;
use crate::market::{MarketStatus, MarketTerms};
use crate::protocol::{
    BalanceView, BookLevel, BookView, OrderView, PositionView, Query, Quote, RejectReason, Reply,
};
use crate::units::{AccountId, ClientOrderId, MarketId, OrderId, Position, Side, SimTime};

impl Exchange {
    /// Answers a read as of an instant.
    pub(super) fn read(&self, account: AccountId, query: Query, as_of: SimTime) -> Reply {
        match query {
            Query::Order(order) => self
                .order_at(account, order, as_of)
                .map_or(Reply::Rejected(RejectReason::OrderNotFound), Reply::Order),
            Query::OrderByClient(client_order) => self
                .order_by_client_at(account, client_order, as_of)
                .map_or(Reply::Rejected(RejectReason::OrderNotFound), Reply::Order),
            Query::Orders => Reply::Orders(self.orders_at(account, as_of)),
            Query::Fills => {
                let history = self.accounts[account.number() as usize].history.as_ref();
                Reply::Fills(history.map(|history| history.fills_at(as_of)).unwrap_or_default())
            }
            Query::Positions => Reply::Positions(self.positions_at(account, as_of)),
            Query::Balance => {
                let history = self.accounts[account.number() as usize].history.as_ref();
                let funds =
                    history.map_or_else(|| self.funds(account), |past| past.balance_at(as_of));
                Reply::Balance(match self.settings.balance_reading {
                    BalanceReading::Gross => funds,
                    BalanceReading::Net => BalanceView { balance: funds.available, ..funds },
                })
            }
            Query::QueuePosition(order) => self
                .own_resting(account, order)
                .map_or_else(Reply::Rejected, |order| Reply::QueuePosition(self.ahead(&order))),
            Query::Group(group) => self
                .group(account, group)
                .map_or(Reply::Rejected(RejectReason::OrderGroupNotFound), Reply::Group),
            Query::Groups => Reply::Groups(self.groups_of(account)),
            Query::ExchangeStatus => Reply::ExchangeStatus(self.status),
            Query::Quote(market)
            | Query::Book(market)
            | Query::QueuePositions(market)
            | Query::MarketStatus(market)
                if market.number() as usize >= self.markets.len() =>
            {
                Reply::Rejected(RejectReason::MarketNotFound)
            }
            Query::Quote(market) => {
                let here = &self.markets[market.number() as usize];
                Reply::Quote(here.quote_at(self.seen_by(account, as_of)))
            }
            Query::QueuePositions(market) => {
                Reply::QueuePositions(self.queue_positions(account, market))
            }
            Query::MarketStatus(market) => Reply::MarketStatus(self.market_status(market)),
            Query::Book(market) => Reply::Book(self.book_at(market, self.seen_by(account, as_of))),
        }
    }

    /// The instant that an account's reads of markets show: only the watched see the past.
    fn seen_by(&self, account: AccountId, as_of: SimTime) -> SimTime {
        let is_watched = self.accounts[account.number() as usize].history.is_some();
        if is_watched { as_of } else { self.now }
    }

    fn order_at(&self, account: AccountId, order: OrderId, as_of: SimTime) -> Option<OrderView> {
        match &self.accounts[account.number() as usize].history {
            Some(history) => history.order_at(order, as_of),
            None => self.resting_orders(account).into_iter().find(|view| view.order == order),
        }
    }

    /// An order by its owner's id; of several that had it, the one that was placed last.
    fn order_by_client_at(
        &self,
        account: AccountId,
        client_order: ClientOrderId,
        as_of: SimTime,
    ) -> Option<OrderView> {
        if let Some(history) = &self.accounts[account.number() as usize].history {
            return history.order_by_client_at(client_order, as_of);
        }
        let mut resting = self.resting_orders(account).into_iter();
        resting.rfind(|view| view.client_order == client_order)
    }

    fn orders_at(&self, account: AccountId, as_of: SimTime) -> Vec<OrderView> {
        match &self.accounts[account.number() as usize].history {
            Some(history) => history.orders_at(as_of),
            None => self.resting_orders(account),
        }
    }

    fn positions_at(&self, account: AccountId, as_of: SimTime) -> Vec<PositionView> {
        match &self.accounts[account.number() as usize].history {
            Some(history) => history.positions_at(as_of),
            None => self.open_positions(account),
        }
    }

    fn book_at(&self, market: MarketId, instant: SimTime) -> BookView {
        let here = &self.markets[market.number() as usize];
        let side = |side| {
            let levels = here.levels_at(side, instant).into_iter();
            let priced = levels.map(|(tick, quantity)| {
                let price = here.terms.levels.price_of(tick);
                BookLevel { price, quantity }
            });
            priced.collect()
        };
        BookView { bids: side(Side::Bid), asks: side(Side::Ask) }
    }

    /// The best prices of a market, now.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn quote(&self, market: MarketId) -> Quote {
        self.markets[market.number() as usize].quote
    }

    /// The best prices of a market without an account's own orders, now.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn quote_without(&self, market: MarketId, account: AccountId) -> Quote {
        self.markets[market.number() as usize].best_prices_without(account)
    }

    /// Where a market stands in its life.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn market_status(&self, market: MarketId) -> MarketStatus {
        self.markets[market.number() as usize].status
    }

    /// All levels of a market, now.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn book(&self, market: MarketId) -> BookView {
        self.book_at(market, self.now)
    }

    /// What was traded in a market so far.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn activity(&self, market: MarketId) -> MarketActivity {
        self.markets[market.number() as usize].activity
    }

    /// An account's net contracts of a market.
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn position(&self, account: AccountId, market: MarketId) -> Position {
        self.holding(account, market).position
    }

    /// An account's contracts of a market with what they cost and brought.
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn holding(&self, account: AccountId, market: MarketId) -> Holding {
        self.accounts[account.number() as usize].holding(market)
    }

    /// What an account may spend.
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn funding(&self, account: AccountId) -> Funding {
        self.accounts[account.number() as usize].funding
    }

    /// All money.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The choices that were made for this exchange.
    #[must_use]
    pub fn settings(&self) -> &ExchangeSettings {
        &self.settings
    }

    /// All accounts, in the order of opening.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> + use<> {
        (0..).map(AccountId::new).take(self.accounts.len())
    }

    /// All markets, in the order of listing.
    pub fn markets(&self) -> impl Iterator<Item = MarketId> + use<> {
        (0..).map(MarketId::new).take(self.markets.len())
    }

    /// A market's terms.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn terms(&self, market: MarketId) -> &MarketTerms {
        &self.markets[market.number() as usize].terms
    }

    /// The resting orders of one side of a market, in the order in which they would fill.
    ///
    /// # Panics
    /// When there is no such market.
    pub fn resting_in(
        &self,
        market: MarketId,
        side: Side,
    ) -> impl Iterator<Item = RestingOrder> + '_ {
        let book = self.order_book(market);
        let queues = book.levels(side).flat_map(move |level| book.queue(side, level.tick));
        queues.map(move |order| RestingOrder {
            order: order_id::at_exchange(market, order.order),
            ..order
        })
    }

    /// A market's book, in which orders have ids of the book's own.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn order_book(&self, market: MarketId) -> &Book {
        &self.markets[market.number() as usize].book
    }
}
