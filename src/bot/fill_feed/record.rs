//! One position record: what one entry order brought, and what was sold of it.

use crate::market::{PriceLevelStructure, Tick};
use crate::protocol::record::{Holding, Standing};
use crate::protocol::{FillReport, TriggerKind};
use crate::units::{Cash, ClientOrderId, MarketId, Position, Price, Quantity, Side, SimTime};

/// A record. It exists from the first filled contract on.
#[derive(Clone, Copy, Debug)]
pub(super) struct PositionRecord {
    pub(super) market: MarketId,
    /// The order that made it.
    pub(super) entry: ClientOrderId,
    pub(super) stop: Option<Price>,
    pub(super) target: Option<Price>,
    bought: Quantity,
    sold: Quantity,
    /// What all that was bought cost, without fees.
    spent: Cash,
    /// What the contracts still held cost, fees included.
    cost: Cash,
    /// The exit, once a stop or target called for it.
    pub(super) exit: Option<Exit>,
    pub(super) standing: Standing,
}

/// An exit, which goes on until nothing is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    pub(super) trigger: TriggerKind,
    /// Orders in a row that sold nothing.
    pub(super) tries: u32,
    /// No order is sent before this.
    pub(super) not_before: SimTime,
}

impl PositionRecord {
    pub(super) fn new(
        entry: ClientOrderId,
        market: MarketId,
        stop: Option<Price>,
        target: Option<Price>,
    ) -> Self {
        let (bought, sold, none) = (Quantity::ZERO, Quantity::ZERO, Cash::ZERO);
        let (spent, cost, exit, standing) = (none, none, None, Standing::Open);
        Self { market, entry, stop, target, bought, sold, spent, cost, exit, standing }
    }

    /// Contracts held.
    pub(super) fn held(&self) -> Quantity {
        self.bought.saturating_sub(self.sold)
    }

    /// The entry order filled.
    pub(super) fn buy(&mut self, fill: &FillReport) {
        self.bought += fill.quantity;
        self.spent += fill.price.times(fill.quantity);
        self.cost += fill.price.times(fill.quantity) + fill.fee;
    }

    /// An exit order filled. Returns the profit: what it brought, less its fee and the share of
    /// the cost of what was held.
    pub(super) fn sell(&mut self, fill: &FillReport) -> Cash {
        let share = share(self.cost, fill.quantity, self.held());
        self.sold += fill.quantity;
        self.cost -= share;
        fill.price.times(fill.quantity) - fill.fee - share
    }

    /// What was paid for a contract on average, without fees and rounded up, so that exposure is
    /// never understated.
    fn entry_price(&self) -> Price {
        let bought = i64::try_from(self.bought.hundredths()).expect("Invariant: Quantity::MAX");
        let average = self.spent.millionths().div_euclid(bought.max(1));
        let rest = self.spent.millionths().rem_euclid(bought.max(1));
        let average = u16::try_from(average + i64::from(rest > 0));
        let price = average.ok().and_then(|average| Price::new(average).ok());
        price.expect("Invariant: the average of prices is at most a dollar")
    }

    /// What the held contracts cost at the entry price.
    pub(super) fn exposure(&self) -> Cash {
        self.entry_price().times(self.held())
    }

    /// The level that a price reached; the stop when it reached both.
    pub(super) fn triggered(&self, price: Price) -> Option<TriggerKind> {
        if self.stop.is_some_and(|stop| price <= stop) {
            return Some(TriggerKind::Stop);
        }
        self.target.filter(|target| price >= *target).map(|_| TriggerKind::Target)
    }

    /// The record as it is told.
    pub(super) fn holding(&self) -> Holding {
        Holding {
            market: self.market,
            stake: Position::of(Side::Bid, self.bought) - Position::of(Side::Bid, self.sold),
            entry_price: self.entry_price(),
            stop: self.stop,
            target: self.target,
            standing: self.standing,
        }
    }
}

/// The share of a cost that some of the held contracts have; of all of them, all of it.
fn share(cost: Cash, contracts: Quantity, held: Quantity) -> Cash {
    if contracts >= held {
        return cost;
    }
    let of_all = i128::from(cost.millionths()) * i128::from(contracts.hundredths());
    let share = of_all / i128::from(held.hundredths());
    Cash::from_millionths(i64::try_from(share).expect("Invariant: a share is at most the whole"))
}

/// The price so many ticks below another, or the lowest there is.
pub(super) fn ticks_below(levels: &PriceLevelStructure, price: Price, ticks: u32) -> Price {
    let Some(tick) = levels.floor(price) else { return price };
    let lower = Tick::new(tick.index().saturating_sub(ticks));
    levels.price_of(lower)
}

#[cfg(test)]
mod tests {
    use crate::market::{Liquidity, PriceLevelLabel};
    use crate::units::{OrderId, TradeId};

    use super::*;

    fn fill(side: Side, price: &str, quantity: &str, fee: &str) -> FillReport {
        FillReport {
            trade: TradeId::new(0),
            order: OrderId::new(0),
            client_order: ClientOrderId::new(0),
            market: MarketId::new(0),
            side,
            price: price.parse().unwrap(),
            quantity: quantity.parse().unwrap(),
            liquidity: Liquidity::Taker,
            fee: fee.parse().unwrap(),
            position_after: Position::FLAT,
        }
    }

    /// 100 at 0.65 and 50 at 0.64 cost 97.00 and 0.30 of fees; the average is 0.64666.., so 0.6467.
    /// 60 of the 150 cost 38.92. Sold at 0.58 they bring 34.80 less 0.10: -4.22. The other 90 cost
    /// 58.38; sold at 0.70 they bring 63.00: +4.62.
    #[test]
    fn profit_is_booked_against_the_average_cost() {
        let mut record = PositionRecord::new(ClientOrderId::new(0), MarketId::new(0), None, None);
        record.buy(&fill(Side::Bid, "0.65", "100", "0.20"));
        record.buy(&fill(Side::Bid, "0.64", "50", "0.10"));
        assert_eq!(record.holding().entry_price.to_string(), "0.6467");
        assert_eq!(record.exposure().to_string(), "97.005");
        let first = record.sell(&fill(Side::Ask, "0.58", "60", "0.10"));
        assert_eq!((first.to_string(), record.held().to_string()), ("-4.22".into(), "90".into()));
        let second = record.sell(&fill(Side::Ask, "0.70", "90", "0"));
        assert_eq!((second.to_string(), record.held().to_string()), ("4.62".into(), "0".into()));
    }

    #[test]
    fn a_stop_comes_before_a_target_and_both_need_their_price() {
        let level = |text: &str| Some(text.parse().unwrap());
        let record = |stop, target| {
            PositionRecord::new(ClientOrderId::new(0), MarketId::new(0), stop, target)
        };
        let guarded = record(level("0.60"), level("0.75"));
        for (price, trigger) in [
            ("0.61", None),
            ("0.60", Some(TriggerKind::Stop)),
            ("0.59", Some(TriggerKind::Stop)),
            ("0.74", None),
            ("0.75", Some(TriggerKind::Target)),
        ] {
            assert_eq!(guarded.triggered(price.parse().unwrap()), trigger, "{price}");
        }
        let both = record(level("0.60"), level("0.60"));
        assert_eq!(both.triggered("0.60".parse().unwrap()), Some(TriggerKind::Stop));
        assert_eq!(record(None, None).triggered("0.60".parse().unwrap()), None);
    }

    #[test]
    fn slippage_counts_in_the_ticks_of_the_market_and_ends_at_its_lowest_price() {
        let cents = PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
        for (price, ticks, lower) in
            [("0.58", 0, "0.58"), ("0.58", 2, "0.56"), ("0.02", 5, "0.01"), ("0.01", 1, "0.01")]
        {
            let found = ticks_below(&cents, price.parse().unwrap(), ticks);
            assert_eq!(found.to_string(), lower, "{price} less {ticks}");
        }
    }
}
