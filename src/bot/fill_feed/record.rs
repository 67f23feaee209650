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
    /// Contracts that the market paid for.
    paid: Quantity,
    /// Those of them whose profit is booked, and what each was worth.
    booked: (Quantity, Price),
    /// What all that was bought cost, without fees.
    spent: Cash,
    /// What the contracts still held cost, fees included.
    cost: Cash,
    /// The exit, once a stop or target called for it.
    pub(super) exit: Option<Exit>,
    pub(super) standing: Standing,
    /// How it stood when it was last told.
    pub(super) told: Option<Holding>,
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
        let (paid, booked) = (Quantity::ZERO, (Quantity::ZERO, Price::ZERO));
        Self {
            market,
            entry,
            stop,
            target,
            bought,
            sold,
            paid,
            booked,
            spent: none,
            cost: none,
            exit: None,
            standing: Standing::Open,
            told: None,
        }
    }

    /// Contracts held.
    pub(super) fn held(&self) -> Quantity {
        self.bought.saturating_sub(self.sold + self.paid)
    }

    /// Contracts were bought, at this price until their trades are known.
    pub(super) fn buy(&mut self, quantity: Quantity, price: Price) {
        self.bought += quantity;
        self.spent += price.times(quantity);
        self.cost += price.times(quantity);
    }

    /// A trade of contracts that were counted at `price` is known. Returns what is to be booked:
    /// what it cost less, or more, than was counted, when nothing is held any more to bear it.
    pub(super) fn correct_purchase(&mut self, price: Price, fill: &FillReport) -> Cash {
        let more = fill.price.times(fill.quantity) - price.times(fill.quantity);
        self.spent += more;
        if self.held().is_zero() {
            return Cash::ZERO - more - fill.fee;
        }
        self.cost += more + fill.fee;
        Cash::ZERO
    }

    /// Contracts were sold, at this price until their trades are known. Returns the profit: what
    /// they brought, less their share of the cost of what was held. What was sold the market did not
    /// pay for, whichever of both was heard first.
    pub(super) fn sell(&mut self, quantity: Quantity, price: Price) -> Cash {
        let share = share(self.cost, quantity, self.held());
        self.sold += quantity;
        self.cost -= share;
        self.paid = self.paid.min(self.bought.saturating_sub(self.sold));
        let (booked, value) = self.booked;
        self.booked = (booked.min(self.paid), value);
        price.times(quantity) - share - value.times(booked - self.booked.0)
    }

    /// The market paid this for each contract, if that is known; nothing is held any more. Returns the
    /// profit that is not booked yet; what it paid has to be known for that.
    pub(super) fn pay(&mut self, value: Option<Price>) -> Cash {
        self.paid += self.held();
        let Some(value) = value else { return Cash::ZERO };
        let profit = value.times(self.paid - self.booked.0) - self.cost;
        (self.booked, self.cost) = ((self.paid, value), Cash::ZERO);
        profit
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
            stake: Position::of(Side::Bid, self.bought)
                - Position::of(Side::Bid, self.sold + self.paid),
            entry_price: self.entry_price(),
            stop: self.stop,
            target: self.target,
            standing: self.standing,
        }
    }
}

/// What a trade of contracts that were counted as sold at `price` adds to the profit.
pub(super) fn correction_of_sale(price: Price, fill: &FillReport) -> Cash {
    fill.price.times(fill.quantity) - price.times(fill.quantity) - fill.fee
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

    /// 150 are counted at their limit of 0.66: 99.00. Their trades are 100 at 0.65 with a fee of 0.20
    /// and 50 at 0.64 with 0.10: 97.00 and 0.30; the average is 0.64666.., so 0.6467. 60 of the 150
    /// cost 38.92. Counted as sold at 0.56 they bring 33.60: -5.32; their trade at 0.58 brings 1.20
    /// more, less 0.10: -4.22 in all. The other 90 cost 58.38; sold at 0.70 they bring 63.00: +4.62.
    #[test]
    fn profit_is_booked_against_the_average_cost_and_corrected_by_each_trade() {
        let mut record = PositionRecord::new(ClientOrderId::new(0), MarketId::new(0), None, None);
        let contracts = |text: &str| text.parse::<Quantity>().unwrap();
        let price = |text: &str| text.parse::<Price>().unwrap();
        let cash = |text: &str| text.parse::<Cash>().unwrap();
        let limit = price("0.66");
        record.buy(contracts("150"), limit);
        assert_eq!(record.exposure(), cash("99"));
        for trade in [fill(Side::Bid, "0.65", "100", "0.20"), fill(Side::Bid, "0.64", "50", "0.10")]
        {
            assert_eq!(record.correct_purchase(limit, &trade), Cash::ZERO);
        }
        assert_eq!(record.holding().entry_price.to_string(), "0.6467");
        assert_eq!(record.exposure(), cash("97.005"));
        assert_eq!(record.sell(contracts("60"), price("0.56")), cash("-5.32"));
        assert_eq!(record.held().to_string(), "90");
        let more = correction_of_sale(price("0.56"), &fill(Side::Ask, "0.58", "60", "0.10"));
        assert_eq!(more, cash("1.1"));
        assert_eq!(record.sell(contracts("90"), price("0.70")), cash("4.62"));
        assert_eq!(record.held().to_string(), "0");
        // A trade of 10 that is known only now, at 0.64 and not 0.66: 0.20 less, with a fee of 0.05.
        let late = record.correct_purchase(limit, &fill(Side::Bid, "0.64", "10", "0.05"));
        assert_eq!(late, cash("0.15"));
    }

    /// 100 at 0.65, of which 40 are sold at 0.50: 20.00 - 26.00. The market pays a dollar for the other
    /// 60: 60.00 - 39.00. A purchase and a sale are heard of late: 10 more at 0.60 were paid, too, 10.00 -
    /// 6.00; and of the 70, 30 had been sold at 0.55 before, which brings 16.50 in place of 30.00.
    #[test]
    fn what_a_market_paid_is_booked_once_and_makes_room_for_what_was_sold_before() {
        let mut record = PositionRecord::new(ClientOrderId::new(0), MarketId::new(0), None, None);
        let contracts = |text: &str| text.parse::<Quantity>().unwrap();
        let price = |text: &str| text.parse::<Price>().unwrap();
        let cash = |text: &str| text.parse::<Cash>().unwrap();
        record.buy(contracts("100"), price("0.65"));
        assert_eq!(record.sell(contracts("40"), price("0.50")), cash("-6"));
        // That it paid is known before what it paid.
        assert_eq!(record.pay(None), Cash::ZERO);
        assert_eq!((record.held(), record.exposure()), (Quantity::ZERO, Cash::ZERO));
        assert!(record.holding().stake.is_flat());
        assert_eq!(record.pay(Some(Price::ONE_DOLLAR)), cash("21"));
        assert_eq!(record.pay(Some(Price::ONE_DOLLAR)), Cash::ZERO);
        record.buy(contracts("10"), price("0.60"));
        assert_eq!(record.held(), contracts("10"));
        assert_eq!(record.pay(Some(Price::ONE_DOLLAR)), cash("4"));
        assert_eq!(record.sell(contracts("30"), price("0.55")), cash("-13.5"));
        assert!(record.holding().stake.is_flat());
        assert_eq!(record.pay(Some(Price::ONE_DOLLAR)), Cash::ZERO);
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
