//! The small exchange, and what it does with a request.

use super::{MARKET, Model, Sent, Transit, limit};
use crate::bot::fill_feed::desk::{Act, Input};
use crate::link::{FeedState, RequestError};
use crate::market::{Liquidity, TimeInForce};
use crate::protocol::{
    BalanceView, BookView, Canceled, CreateOrder, Created, Execution, FillReport, OrderEnd,
    OrderStatus, OrderView, PositionView, PrivateEvent, Quote, RejectReason,
};
use crate::units::{
    Cash, ClientOrderId, FeedSequence, OrderId, Position, Price, Quantity, Side, SimDuration,
    SimTime, TradeId,
};

#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) create: CreateOrder,
    pub(super) view: OrderView,
}

/// The exchange at an instant.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    pub(super) orders: Vec<Order>,
    pub(super) fills: Vec<FillReport>,
    pub(super) position: Position,
    pub(super) bid: Option<Price>,
    /// Whether the market paid: nothing trades any more.
    pub(super) is_paid: bool,
}

impl Model {
    pub(super) fn order(&self, client_order: ClientOrderId) -> Option<&Order> {
        self.exchange.orders.iter().find(|order| order.create.client_order == client_order)
    }

    fn report(&mut self, execution: Execution) {
        self.send(|sequence| PrivateEvent::Message { sequence, execution });
    }

    fn send(&mut self, event: impl FnOnce(Option<FeedSequence>) -> PrivateEvent) {
        if self.feed == FeedState::Connected {
            self.sequence += 1;
            let event = event(Some(FeedSequence::new(self.sequence)));
            self.transits.push(Transit::Report(event));
        }
    }

    /// The market closes, and pays a dollar for each contract.
    pub(super) fn settle(&mut self) {
        for index in 0..self.exchange.orders.len() {
            if self.exchange.orders[index].view.status == OrderStatus::Resting {
                self.end(index, OrderEnd::MarketClosed);
            }
        }
        let (market, value) = (MARKET, Price::ONE_DOLLAR);
        if !self.exchange.position.is_flat() {
            self.send(|sequence| PrivateEvent::Paid { sequence, market, value });
        }
        (self.exchange.is_paid, self.exchange.bid) = (true, None);
        self.exchange.position = Position::FLAT;
        self.look_at_quote();
    }

    pub(super) fn fill(&mut self, index: usize, quantity: Quantity) {
        let order = &mut self.exchange.orders[index];
        let quantity = quantity.min(order.view.remaining);
        if quantity.is_zero() {
            return;
        }
        order.view.filled += quantity;
        order.view.remaining -= quantity;
        let (view, side) = (order.view, order.create.side);
        self.exchange.position += Position::of(side, quantity);
        let fill = FillReport {
            trade: TradeId::new(self.exchange.fills.len() as u64),
            order: view.order,
            client_order: view.client_order,
            market: MARKET,
            side,
            price: limit(),
            quantity,
            liquidity: Liquidity::Maker,
            fee: Cash::ZERO,
            position_after: self.exchange.position,
        };
        self.exchange.fills.push(fill);
        self.report(Execution::Filled(fill));
        if view.remaining.is_zero() {
            self.end(index, OrderEnd::Executed);
        }
    }

    pub(super) fn end(&mut self, index: usize, end: OrderEnd) {
        let view = &mut self.exchange.orders[index].view;
        let unfilled = view.initial - view.filled;
        view.remaining = Quantity::ZERO;
        view.status = match end {
            OrderEnd::Executed => OrderStatus::Executed,
            _ => OrderStatus::Canceled,
        };
        let (order, client_order) = (view.order, view.client_order);
        let market = MARKET;
        self.report(Execution::Ended { order, client_order, market, end, unfilled });
    }

    fn create(
        &mut self,
        create: CreateOrder,
        available: Quantity,
    ) -> Result<Created, RequestError> {
        if self.order(create.client_order).is_some() {
            return Err(RequestError::Rejected(RejectReason::OrderAlreadyExists));
        }
        if self.exchange.is_paid {
            return Err(RequestError::Rejected(RejectReason::MarketInactive));
        }
        if is_expired(&create, self.now) {
            return Err(RequestError::Rejected(RejectReason::ExpiryNotInFuture));
        }
        let CreateOrder { client_order, market, side, limit_price, quantity, .. } = create;
        let index = self.exchange.orders.len();
        let order = OrderId::new(1_000 + index as u64);
        let (initial, filled, remaining) = (quantity, Quantity::ZERO, quantity);
        let status = OrderStatus::Resting;
        let view = OrderView {
            order,
            client_order,
            market,
            side,
            limit_price,
            initial,
            filled,
            remaining,
            status,
        };
        self.exchange.orders.push(Order { create, view });
        self.report(Execution::Accepted {
            order,
            client_order,
            market,
            side,
            limit_price,
            quantity,
        });
        if side == Side::Ask {
            // No exit is ever for more than is held, even without the exchange's own guard.
            assert!(quantity <= self.exchange.position.long(), "sells {quantity}");
            self.fill(index, available);
            if !self.exchange.orders[index].view.remaining.is_zero() {
                self.end(index, OrderEnd::NotFilledAtOnce);
            }
        }
        let OrderView { filled, remaining, .. } = self.exchange.orders[index].view;
        Ok(Created { order, client_order, filled, remaining })
    }

    fn cancel(&mut self, order: OrderId) -> Result<Canceled, RequestError> {
        let found = self.exchange.orders.iter().position(|held| held.view.order == order);
        let index =
            found.filter(|index| self.exchange.orders[*index].view.status == OrderStatus::Resting);
        let Some(index) = index else {
            return Err(RequestError::Rejected(RejectReason::OrderNotFound));
        };
        let reduced_by = self.exchange.orders[index].view.remaining;
        self.end(index, OrderEnd::Canceled);
        Ok(Canceled { order, reduced_by })
    }

    /// A request arrives; a read looks at the exchange as it was up to `age` before, and an exit
    /// finds so many contracts to trade with.
    pub(super) fn arrive(&mut self, sent: &Sent, age: SimDuration, available: Quantity) -> Input {
        let seen = self.now.before(age);
        let past = self.past.iter().rev().find(|(at, _)| *at <= seen);
        let view = past.map(|(_, exchange)| exchange.clone()).unwrap_or_default();
        match sent.act.clone() {
            Act::Create(create, _) => {
                Input::Created(create.client_order, self.create(create, available))
            }
            Act::Cancel(client_order, order) => Input::Canceled(client_order, self.cancel(order)),
            Act::Look(client_order) => {
                let views = view.orders.iter().map(|order| order.view);
                let found = views.into_iter().find(|view| view.client_order == client_order);
                let missing = RequestError::Rejected(RejectReason::OrderNotFound);
                Input::Looked(client_order, sent.at, found.ok_or(missing))
            }
            Act::ReadFills => Input::Fills(Ok(view.fills.into_iter().rev().collect())),
            Act::ReadOrders => {
                Input::Orders(Ok(view.orders.into_iter().map(|order| order.view).collect()))
            }
            Act::ReadPositions => {
                let (position, exposure) = (view.position, Cash::ZERO);
                let held = PositionView { market: MARKET, position, exposure };
                Input::Positions(sent.at, Ok(vec![held]))
            }
            Act::ReadBalance => {
                let available = Cash::from_millionths(500_000_000);
                Input::Balance(Ok(BalanceView { balance: available, available }))
            }
            Act::ReadQuote(market) => Input::Quote(market, sent.at, Ok(self.quote())),
            Act::ReadBook(market) => {
                Input::Book(market, Ok(BookView { bids: Vec::new(), asks: Vec::new() }))
            }
        }
    }

    pub(super) fn quote(&self) -> Quote {
        Quote { bid: self.exchange.bid, ask: None }
    }
}

pub(super) fn is_expired(create: &CreateOrder, now: SimTime) -> bool {
    matches!(create.time_in_force,
        TimeInForce::GoodTillCanceled { expires_at: Some(expires_at) } if expires_at <= now)
}
