//! Watches the best prices of the markets, with and without the bot's own orders.

use crate::exchange::Exchange;
use crate::kernel::Log;
use crate::protocol::Quote;
use crate::protocol::record::{Record, Truth};
use crate::units::{AccountId, MarketId};

/// The best prices as last logged, by market.
#[derive(Debug)]
pub(super) struct Touches {
    last: Vec<(MarketId, Touch)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Touch {
    public: Quote,
    others: Quote,
}

impl Touches {
    /// Nothing was logged yet: an empty book is not told.
    pub(super) fn new(markets: &[MarketId]) -> Self {
        Self { last: markets.iter().map(|market| (*market, Touch::default())).collect() }
    }

    /// Logs each market whose best prices are not as last logged.
    pub(super) fn update(&mut self, exchange: &Exchange, bot: AccountId, log: &Log<Record>) {
        for (market, last) in &mut self.last {
            let public = exchange.quote(*market);
            let others = exchange.quote_without(*market, bot);
            let touch = Touch { public, others };
            if touch != *last {
                *last = touch;
                log.append(Record::Truth(Truth::Touch { market: *market, public, others }));
            }
        }
    }
}
