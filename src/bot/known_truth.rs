//! What the oracle is told beside its fills: its entry orders that may still fill, and its cash.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::link::Told;
use crate::protocol::{CreateOrder, Execution};
use crate::units::{Cash, ClientOrderId, MarketId, Price, Quantity};

/// The entry orders that may still bring contracts, which are those that were sent and are not
/// known to be over, and the cash of the account.
///
/// Only the oracle notes what it sends and hears, so all other bots know of nothing here. Clones
/// are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownTruth {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<ClientOrderId, WorkingEntry>,
    /// Cash that no resting order locks.
    available: Option<Cash>,
}

#[derive(Clone, Copy, Debug)]
struct WorkingEntry {
    market: MarketId,
    limit_price: Price,
    /// Contracts that may still fill.
    open: Quantity,
}

impl KnownTruth {
    /// An entry order is sent: from now on all of it may fill.
    pub(super) fn send(&self, order: &CreateOrder) {
        let CreateOrder { market, limit_price, quantity: open, .. } = *order;
        let entry = WorkingEntry { market, limit_price, open };
        self.state.borrow_mut().entries.insert(order.client_order, entry);
    }

    /// Takes in a piece of truth. Orders that are no entries concern nobody here.
    pub(super) fn hear(&self, told: &Told) {
        let mut state = self.state.borrow_mut();
        match *told {
            Told::Execution(Execution::Accepted { .. }) | Told::Settled { .. } => {}
            Told::Execution(Execution::Filled(fill)) => {
                if let Some(entry) = state.entries.get_mut(&fill.client_order) {
                    entry.open -= fill.quantity;
                }
            }
            Told::Execution(Execution::Amended {
                client_order, limit_price, remaining, ..
            }) => {
                if let Some(entry) = state.entries.get_mut(&client_order) {
                    (entry.limit_price, entry.open) = (limit_price, remaining);
                }
            }
            Told::Execution(Execution::Decreased { client_order, remaining, .. }) => {
                if let Some(entry) = state.entries.get_mut(&client_order) {
                    entry.open = remaining;
                }
            }
            Told::Execution(Execution::Ended { client_order, .. })
            | Told::NeverTaken { client_order } => {
                state.entries.remove(&client_order);
            }
            Told::Funds(funds) => state.available = Some(funds.available),
        }
    }

    /// Contracts that may still be bought in a market.
    pub(super) fn open_in(&self, market: MarketId) -> Quantity {
        let state = self.state.borrow();
        let here = state.entries.values().filter(|entry| entry.market == market);
        here.map(|entry| entry.open).sum()
    }

    /// What the contracts that may still be bought in some markets would cost, at their limits.
    pub(super) fn exposure(&self, covers: impl Fn(MarketId) -> bool) -> Cash {
        let state = self.state.borrow();
        let covered = state.entries.values().filter(|entry| covers(entry.market));
        covered.map(|entry| entry.limit_price.times(entry.open)).sum()
    }

    /// The cash that no resting order locks, for a bot that is told of it.
    pub(super) fn available(&self) -> Option<Cash> {
        self.state.borrow().available
    }
}

#[cfg(test)]
mod tests {
    use crate::market::Liquidity;
    use crate::protocol::{BalanceView, FillReport, OrderEnd};
    use crate::units::{OrderId, Position, Side, TradeId};

    use super::*;

    const HERE: MarketId = MarketId::new(0);
    const ELSEWHERE: MarketId = MarketId::new(1);
    const ENTRY: ClientOrderId = ClientOrderId::new(4);
    /// Of the same bot: an exit, say, or an order that is over.
    const OTHER: ClientOrderId = ClientOrderId::new(5);

    fn contracts(count: u32) -> Quantity {
        Quantity::of_contracts(count).unwrap()
    }

    fn order(
        client_order: ClientOrderId,
        market: MarketId,
        price: &str,
        count: u32,
    ) -> CreateOrder {
        let (limit_price, quantity) = (price.parse().unwrap(), contracts(count));
        CreateOrder::new(client_order, market, Side::Bid, limit_price, quantity)
    }

    fn accepted(client_order: ClientOrderId) -> Told {
        Told::Execution(Execution::Accepted {
            order: OrderId::new(9),
            client_order,
            market: HERE,
            side: Side::Bid,
            limit_price: "0.65".parse().unwrap(),
            quantity: contracts(100),
        })
    }

    /// Filled below its limit.
    fn filled(client_order: ClientOrderId, count: u32) -> Told {
        Told::Execution(Execution::Filled(FillReport {
            trade: TradeId::new(1),
            order: OrderId::new(9),
            client_order,
            market: HERE,
            side: Side::Bid,
            price: "0.60".parse().unwrap(),
            quantity: contracts(count),
            liquidity: Liquidity::Taker,
            fee: Cash::ZERO,
            position_after: Position::of(Side::Bid, contracts(count)),
        }))
    }

    fn lowered(client_order: ClientOrderId, remaining: u32) -> Told {
        let (order, remaining) = (OrderId::new(9), contracts(remaining));
        Told::Execution(Execution::Decreased { order, client_order, remaining })
    }

    fn ended(client_order: ClientOrderId, end: OrderEnd, unfilled: u32) -> Told {
        let (order, unfilled) = (OrderId::new(9), contracts(unfilled));
        Told::Execution(Execution::Ended { order, client_order, market: HERE, end, unfilled })
    }

    /// 100 at 0.65 are sent. After each row, what is open and what it would cost at 0.65.
    #[test]
    fn an_entry_counts_with_what_may_still_fill() {
        let never_taken = |client_order| Told::NeverTaken { client_order };
        for (told, open, cost) in [
            (&[][..], 100, "65"),
            (&[accepted(ENTRY)], 100, "65"),
            (&[accepted(ENTRY), filled(ENTRY, 30)], 70, "45.50"),
            (&[accepted(ENTRY), filled(ENTRY, 30), filled(ENTRY, 20)], 50, "32.50"),
            (&[accepted(ENTRY), filled(ENTRY, 30), lowered(ENTRY, 10)], 10, "6.50"),
            (&[accepted(ENTRY), lowered(ENTRY, 10), filled(ENTRY, 10)], 0, "0"),
            (&[accepted(ENTRY), filled(ENTRY, 100)], 0, "0"),
            (&[accepted(ENTRY), filled(ENTRY, 100), ended(ENTRY, OrderEnd::Executed, 0)], 0, "0"),
            (&[accepted(ENTRY), filled(ENTRY, 30), ended(ENTRY, OrderEnd::Canceled, 70)], 0, "0"),
            (&[accepted(ENTRY), ended(ENTRY, OrderEnd::Expired, 100)], 0, "0"),
            (&[accepted(ENTRY), ended(ENTRY, OrderEnd::NotFilledAtOnce, 100)], 0, "0"),
            (&[never_taken(ENTRY)], 0, "0"),
            (&[accepted(OTHER)], 100, "65"),
            (&[filled(OTHER, 30)], 100, "65"),
            (&[lowered(OTHER, 10)], 100, "65"),
            (&[ended(OTHER, OrderEnd::Executed, 0)], 100, "65"),
            (&[never_taken(OTHER)], 100, "65"),
        ] {
            let truth = KnownTruth::default();
            truth.send(&order(ENTRY, HERE, "0.65", 100));
            for told in told {
                truth.hear(told);
            }
            assert_eq!(truth.open_in(HERE), contracts(open), "{told:?}");
            assert_eq!(truth.exposure(|_| true), cost.parse().unwrap(), "{told:?}");
        }
    }

    #[test]
    fn the_latest_funds_count() {
        let truth = KnownTruth::default();
        assert_eq!(truth.available(), None);
        for available in ["10", "7.50"] {
            let [balance, available] = ["12", available].map(|text| text.parse().unwrap());
            truth.hear(&Told::Funds(BalanceView { balance, available }));
            assert_eq!(truth.available(), Some(available));
        }
    }

    /// 100 at 0.65 and 10 at 0.50 here, 20 at 0.30 elsewhere: 65 + 5 and 6.
    #[test]
    fn entries_count_where_they_are() {
        let truth = KnownTruth::default();
        truth.send(&order(ENTRY, HERE, "0.65", 100));
        truth.send(&order(OTHER, HERE, "0.50", 10));
        truth.send(&order(ClientOrderId::new(6), ELSEWHERE, "0.30", 20));
        assert_eq!(truth.open_in(HERE), contracts(110));
        assert_eq!(truth.open_in(ELSEWHERE), contracts(20));
        let cost = |text: &str| text.parse::<Cash>().unwrap();
        assert_eq!(truth.exposure(|market| market == HERE), cost("70"));
        assert_eq!(truth.exposure(|market| market == ELSEWHERE), cost("6"));
        assert_eq!(truth.exposure(|_| true), cost("76"));
        assert_eq!(truth.clone().exposure(|_| false), Cash::ZERO);
    }
}
