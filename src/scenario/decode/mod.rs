//! What each section of a scenario means.

mod bot;
mod client;
mod entry;
mod events;
mod exchange;
mod exchange_rules;
mod exit;
mod expect;
mod faults;
mod fill_feed;
mod flow;
mod life;
mod link;
mod loops;
mod market;
mod root;
mod strategy;

pub(super) use bot::{PRESET_PARTS, default_kind};
pub(super) use root::{Content, content};

use crate::market::MarketTerms;
use crate::scenario::error::{Fault, Problems, Read, listed};
use crate::scenario::reader::{NAME, Section};
use crate::units::{MarketId, Price, Quantity, SimDuration, SimTime};

/// The most contracts that one order may be for: a hundred million.
const MOST_CONTRACTS: Quantity = Quantity::of_size(10_000_000_000);
/// The most contracts that all orders of a flow may be for together: a hundred thousand million.
///
/// A match has an order of the flow, since nobody meets his own, so that no more than these ever trade,
/// and what they cost, bring and pay in fees is far from the 9,200,000 million dollars that an amount of
/// money can be.
const MOST_IN_ALL: Quantity = Quantity::of_size(10_000_000_000_000);
/// The most contracts that a bot may want at once: a million. What a book full of its orders locks is an
/// amount of money, even where orders do not have to be paid for when they come in.
const MOST_WANTED: Quantity = Quantity::of_size(100_000_000);
/// The most orders that a book may hold.
const MOST_ORDERS: u64 = 4_194_304;
/// The longest scenario: a year.
const LONGEST: SimDuration = SimDuration::from_s(31_536_000);

/// The shortest scenario.
const SHORTEST: SimDuration = SimDuration::from_ms(1);

/// What later sections refer to. What could not be read is absent, and its mistake reported.
#[derive(Debug, Default)]
struct Known {
    ends_at: Option<SimTime>,
    markets: Option<Vec<MarketTerms>>,
}

impl Known {
    /// The latest instant at which something can happen.
    fn latest(&self) -> SimTime {
        self.ends_at.unwrap_or(SimTime::START + LONGEST)
    }

    /// Reads `market`: a ticker. The only market need not be named.
    fn market(&self, section: &mut Section<'_>) -> Read<MarketId> {
        let about = "the ticker of the market; not needed when there is one";
        let found = section.optional("market", about, &NAME);
        // A file without a market is told of once, not at each order.
        let markets = self.markets.as_ref().filter(|markets| !markets.is_empty());
        let markets = markets.ok_or_else(Problems::without_report)?;
        let tickers: Vec<&str> = markets.iter().map(|terms| terms.ticker.as_str()).collect();
        let index = match found? {
            Some(ticker) => {
                let index = tickers.iter().position(|known| *known == ticker);
                index.map_or_else(
                    || section.refuse("market", Fault::not_among(&ticker, &tickers)),
                    Ok,
                )?
            }
            None if tickers.len() == 1 => 0,
            None => section.refuse("market", Fault::Missing { allowed: listed(&tickers) })?,
        };
        section.resolve("market", &NAME, &tickers[index].to_owned());
        Ok(MarketId::new(u32::try_from(index).expect("Invariant: few markets")))
    }

    /// Reports a price that a market does not trade at.
    fn check_grid(
        &self,
        section: &Section<'_>,
        key: &str,
        market: MarketId,
        price: Price,
    ) -> Read<()> {
        let markets = self.markets.as_ref().ok_or_else(Problems::without_report)?;
        let terms = &markets[market.number() as usize];
        let levels = &terms.levels;
        section.check(levels.tick_of(price).is_some(), key, || {
            let near = [levels.floor(price), levels.ceil(price)];
            let near: Vec<String> =
                near.iter().flatten().map(|tick| levels.price_of(*tick).to_string()).collect();
            format!("are prices of `{}`, here {}", terms.ticker, near.join(" or "))
        })
    }
}
