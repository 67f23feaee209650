//! One market as the log tells it: what the account holds there, and what it is worth.

use crate::measure::exact::divide;
use crate::protocol::record::Holding;
use crate::protocol::{FillReport, MarketResult, MarketStatus, Quote};
use crate::units::{Cash, EventId, Position, Price, Quantity};

/// One market, true and believed.
#[derive(Debug, Default)]
pub(super) struct Market {
    /// The event; absent when the log does not list the market.
    pub(super) event: Option<EventId>,
    /// Where it stands in its life; absent when the log does not tell: it trades.
    pub(super) status: Option<MarketStatus>,
    /// T.
    pub(super) position: Position,
    /// What the position cost, at average cost and without fees.
    pub(super) cost: Cash,
    /// The best prices without the account's own orders.
    pub(super) others: Quote,
    /// The latest quote that reached the bot.
    pub(super) seen: Quote,
    /// The price of the latest trade.
    pub(super) last_trade: Option<Price>,
    /// The limit of the latest entry order.
    pub(super) entry_limit: Option<Price>,
    /// The entry price of the latest record.
    pub(super) record_price: Option<Price>,
    /// The price of the account's latest fill.
    pub(super) fill_price: Option<Price>,
    /// The records that are not settled, in sum.
    pub(super) believed: Believed,
}

/// The records of a market that are not settled, in sum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Believed {
    /// B.
    pub(super) position: Position,
    /// Stakes times entry prices.
    pub(super) exposure: Cash,
    /// Sum over YES stakes.
    long: Quantity,
    /// What the YES stakes cost, fees included.
    long_cost: Cash,
    /// Sum over NO stakes.
    short: Quantity,
    /// What the NO stakes cost, fees included.
    short_cost: Cash,
}

impl Believed {
    /// Adds the stake of a record.
    pub(super) fn add(&mut self, holding: &Holding) {
        let (long, short) = (holding.stake.long(), holding.stake.short());
        let fee = maker_fee_of_one(holding.entry_price);
        let (long_exposure, short_exposure) =
            (holding.entry_price.times(long), holding.entry_price.complement().times(short));
        self.position += holding.stake;
        self.exposure += long_exposure + short_exposure;
        self.long += long;
        self.long_cost += long_exposure + fee.times(long);
        self.short += short;
        self.short_cost += short_exposure + fee.times(short);
    }

    /// What the stakes seem to gain at a quote; nothing without any price.
    fn gain(&self, seen: Quote) -> Cash {
        let long = seen.bid.or(seen.ask).map(|price| price.times(self.long) - self.long_cost);
        let short = seen.ask.or(seen.bid);
        let short = short.map(|price| price.complement().times(self.short) - self.short_cost);
        long.unwrap_or_default() + short.unwrap_or_default()
    }
}

/// The original bot's fee of one contract: 0.0175 p (1 - p) dollars, rounded up to the cent.
fn maker_fee_of_one(price: Price) -> Price {
    let (p, q) = (price.ten_thousandths(), price.complement().ten_thousandths());
    // 1.75 p q cents, where p and q count ten-thousandths.
    let cents = (175 * u64::from(p) * u64::from(q)).div_ceil(10_000_000_000);
    let cents = u16::try_from(cents).expect("Invariant: 0.0175 p (1 - p) is below a cent");
    Price::new(100 * cents).expect("Invariant: a cent is a price")
}

impl Market {
    /// Takes in a fill of the account.
    pub(super) fn fill(&mut self, fill: &FillReport) {
        let before = fill.position_after - Position::of(fill.side, fill.quantity);
        let (before_size, after_size) = (before.size(), fill.position_after.size());
        let price = fill.side.own_price(fill.price);
        let same_outcome = (before.hundredths() < 0) == (fill.position_after.hundredths() < 0);
        self.cost = if after_size == before_size + fill.quantity {
            self.cost + price.times(fill.quantity)
        } else if same_outcome || fill.position_after.is_flat() {
            let left = i128::from(self.cost.millionths()) * i128::from(after_size.hundredths());
            let cost = divide(left, i128::from(before_size.hundredths()));
            Cash::from_millionths(i64::try_from(cost).expect("Invariant: a part of the cost"))
        } else {
            price.times(after_size)
        };
        self.position = fill.position_after;
        self.fill_price = Some(fill.price);
    }

    /// Takes in that the market paid for all that was held.
    pub(super) fn settle(&mut self) {
        (self.position, self.cost) = (Position::FLAT, Cash::ZERO);
    }

    /// What YES pays, once that is decided.
    pub(super) fn settlement_value(&self) -> Option<Price> {
        self.status.and_then(MarketStatus::result).map(MarketResult::settlement_value)
    }

    /// g.
    pub(super) fn gap(&self) -> Position {
        self.believed.position - self.position
    }

    /// The price that a gap's contracts are weighed with.
    pub(super) fn gap_price(&self) -> Price {
        self.entry_limit.or(self.record_price).or(self.fill_price).unwrap_or(Price::ZERO)
    }

    /// The YES price that a YES contract is valued at.
    pub(super) fn mark_long(&self) -> Option<Price> {
        let quoted = self.others.bid.or(self.others.ask);
        self.settlement_value().or(quoted).or(self.last_trade)
    }

    /// The YES price that a NO contract is valued at.
    pub(super) fn mark_short(&self) -> Option<Price> {
        let quoted = self.others.ask.or(self.others.bid);
        self.settlement_value().or(quoted).or(self.last_trade)
    }

    /// What the position is worth.
    pub(super) fn value(&self) -> Cash {
        let (long, short) = (self.position.long(), self.position.short());
        let price = if short.is_zero() {
            self.mark_long().map(|price| price.times(long))
        } else {
            self.mark_short().map(|price| price.complement().times(short))
        };
        price.unwrap_or(self.cost)
    }

    /// What the records that are not settled seem to gain, by the prices that the bot saw.
    pub(super) fn believed_gain(&self) -> Cash {
        self.believed.gain(self.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1.75 p (1 - p) cents is at most 0.4375 cent, so one cent at every price between the ends.
    #[test]
    fn the_fee_of_one_contract_is_a_cent_but_at_the_ends() {
        for (price, fee) in [("0", "0"), ("0.0001", "0.01"), ("0.65", "0.01"), ("1", "0")] {
            assert_eq!(maker_fee_of_one(price.parse().unwrap()), fee.parse().unwrap(), "{price}");
        }
    }
}
