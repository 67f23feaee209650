//! The whole state of an exchange, as far as invariants speak of it.

use std::collections::BTreeMap;

use crate::book::RecountError;
use crate::exchange::{Exchange, Funding, Holding};
use crate::market::{MarketStatus, PriceLevelStructure};
use crate::protocol::{BalanceView, BookLevel, Quote};
use crate::units::{AccountId, Cash, EventId, MarketId, OrderId, Price, Quantity, Side};

/// What an exchange holds at one moment: plain values, apart from the exchange.
#[derive(Clone, Debug)]
pub struct ExchangeState {
    /// In the order of listing.
    pub markets: Vec<MarketState>,
    /// In the order of opening.
    pub accounts: Vec<AccountState>,
    /// What the exchange earned \[dollar\].
    pub fees: Cash,
    /// The settlement pool \[dollar\].
    pub pool: Cash,
    /// What all accounts brought \[dollar\].
    pub deposited: Cash,
}

/// One market.
#[derive(Clone, Debug)]
pub struct MarketState {
    /// Which.
    pub market: MarketId,
    /// Where it stands in its life.
    pub status: MarketStatus,
    /// The prices that orders may have.
    pub levels: PriceLevelStructure,
    /// The best prices that the exchange shows.
    pub quote: Quote,
    /// What the book says of itself.
    pub recount: Result<(), RecountError>,
    /// The buy orders.
    pub bids: SideState,
    /// The sell orders.
    pub asks: SideState,
}

/// One side of a book.
#[derive(Clone, Debug, Default)]
pub struct SideState {
    /// The levels with their sums, best first.
    pub levels: Vec<BookLevel>,
    /// The orders, first to fill first.
    pub orders: Vec<RestingState>,
}

/// An order in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestingState {
    /// The exchange's id.
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// Its price, in the YES frame.
    pub price: Price,
    /// What remains of it.
    pub remaining: Quantity,
}

/// One account.
#[derive(Clone, Debug)]
pub struct AccountState {
    /// Which.
    pub account: AccountId,
    /// What it may spend.
    pub funding: Funding,
    /// Its money.
    pub funds: BalanceView,
    /// What it has in each market, in the order of listing.
    pub in_markets: Vec<InMarketState>,
    /// What was returned of its collateral, by event \[dollar\].
    pub returned: BTreeMap<EventId, Cash>,
}

/// What an account has in one market.
#[derive(Clone, Copy, Debug)]
pub struct InMarketState {
    /// Contracts, what they cost and what they brought.
    pub holding: Holding,
    /// What its orders lock \[dollar\].
    pub locked: Cash,
}

impl ExchangeState {
    /// What an exchange holds now.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        let ledger = exchange.ledger();
        Self {
            markets: exchange.markets().map(|market| MarketState::of(exchange, market)).collect(),
            accounts: exchange
                .accounts()
                .map(|account| AccountState {
                    account,
                    funding: exchange.funding(account),
                    funds: exchange.funds(account),
                    in_markets: exchange
                        .markets()
                        .map(|market| InMarketState {
                            holding: exchange.holding(account, market),
                            locked: exchange.locked(account, market),
                        })
                        .collect(),
                    returned: exchange
                        .markets()
                        .map(|market| exchange.terms(market).event)
                        .map(|event| (event, exchange.returned(account, event)))
                        .filter(|(_, returned)| *returned != Cash::ZERO)
                        .collect(),
                })
                .collect(),
            fees: ledger.fees(),
            pool: ledger.pool(),
            deposited: ledger.deposited(),
        }
    }
}

impl MarketState {
    fn of(exchange: &Exchange, market: MarketId) -> Self {
        Self {
            market,
            status: exchange.market_status(market),
            levels: exchange.terms(market).levels.clone(),
            quote: exchange.quote(market),
            recount: exchange.order_book(market).recount(),
            bids: SideState::of(exchange, market, Side::Bid),
            asks: SideState::of(exchange, market, Side::Ask),
        }
    }

    /// One side of its book.
    #[must_use]
    pub fn side(&self, side: Side) -> &SideState {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }
}

impl SideState {
    fn of(exchange: &Exchange, market: MarketId, side: Side) -> Self {
        let grid = &exchange.terms(market).levels;
        let levels = exchange.order_book(market).levels(side);
        Self {
            levels: levels
                .map(|level| BookLevel {
                    price: grid.price_of(level.tick),
                    quantity: level.quantity,
                })
                .collect(),
            orders: exchange
                .resting_in(market, side)
                .map(|resting| RestingState {
                    order: resting.order,
                    account: resting.owner,
                    price: grid.price_of(resting.tick),
                    remaining: resting.remaining,
                })
                .collect(),
        }
    }
}
