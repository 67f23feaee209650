//! What an account is told about itself: fills, orders, positions.

use std::collections::BTreeMap;

use crate::exchange::account::InMarket;
use crate::exchange::event::Settlement;
use crate::exchange::publish::Publisher;
use crate::exchange::publish::settings::{OwnCosts, OwnOrderPace, OwnPositionPace};
use crate::exchange::state::Exchange;
use crate::market::Liquidity;
use crate::protocol::websocket::{
    FeedBody, FeedChannel, FeedMessage, FillNotice, MarketPositionNotice, UserOrderNotice,
};
use crate::protocol::{Execution, FillReport, OrderStatus, OrderView};
use crate::units::{AccountId, Cash, MarketId, OrderId, Quantity, SimTime};

/// What is kept of an account that is followed.
#[derive(Debug, Default)]
struct Own {
    /// Its orders that are not final.
    orders: BTreeMap<OrderId, UserOrderNotice>,
    /// What it traded and holds.
    positions: BTreeMap<MarketId, OwnPosition>,
}

/// What is kept of an account in one market.
#[derive(Debug, Default)]
struct OwnPosition {
    held: InMarket,
    /// Contracts that were traded.
    volume: Quantity,
}

impl OwnPosition {
    /// Books a fill.
    fn fill(&mut self, exchange: &Exchange, fill: &FillReport) {
        let FillReport { side, price, quantity, fee, .. } = *fill;
        let basis = exchange.settings().money.cost_basis;
        self.held.fill(basis, side, price, quantity);
        self.held.holding.fees += fee;
        self.volume += quantity;
    }

    fn notice(&self, market: MarketId) -> MarketPositionNotice {
        let held = self.held.holding;
        MarketPositionNotice {
            market,
            position: held.position,
            cost: held.cost,
            realized: held.realized,
            fees: held.fees,
            volume: self.volume,
        }
    }
}

/// The accounts that are followed.
#[derive(Debug, Default)]
pub(super) struct OwnAccounts {
    accounts: BTreeMap<AccountId, Own>,
    /// The orders that the event at hand changed, in that order, as they stand.
    changed_orders: Vec<(AccountId, UserOrderNotice)>,
    /// The positions that the event at hand changed, in that order.
    changed_positions: Vec<(AccountId, MarketId)>,
}

impl OwnAccounts {
    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    pub(super) fn contains(&self, account: AccountId) -> bool {
        self.accounts.contains_key(&account)
    }

    pub(super) fn add(&mut self, account: AccountId) {
        self.accounts.entry(account).or_default();
    }

    /// Notes a position that is told at the end of the event.
    fn note_position(&mut self, account: AccountId, market: MarketId) {
        let place = (account, market);
        if !self.changed_positions.contains(&place) {
            self.changed_positions.push(place);
        }
    }

    /// Notes an order that is told at the end of the event.
    fn note_order(&mut self, account: AccountId, notice: UserOrderNotice) {
        let id = notice.order.order;
        let mut known = self.changed_orders.iter_mut();
        match known.find(|(_, earlier)| earlier.order.order == id) {
            Some((_, earlier)) => *earlier = notice,
            None => self.changed_orders.push((account, notice)),
        }
    }
}

impl Own {
    /// Takes a change of an order in. Returns the order as it stands.
    fn take_in(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        costs: OwnCosts,
        execution: &Execution,
    ) -> UserOrderNotice {
        let (id, fresh) = match *execution {
            Execution::Accepted { order, client_order, market, side, limit_price, quantity } => {
                let filled = Quantity::ZERO;
                let (initial, remaining) = (quantity, quantity);
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
                (order, Some(view))
            }
            Execution::Amended { order, .. }
            | Execution::Filled(FillReport { order, .. })
            | Execution::Decreased { order, .. }
            | Execution::Ended { order, .. } => (order, None),
        };
        if let Some(view) = fresh {
            self.orders.insert(id, new_notice(now, view));
        }
        let here = self.orders.get_mut(&id);
        let here = here.expect("Invariant: an account is followed before its first order");
        here.updated_at = now;
        change(here, exchange, costs, execution);
        let notice = *here;
        if let Execution::Filled(fill) = execution {
            self.positions.entry(fill.market).or_default().fill(exchange, fill);
        }
        if notice.order.status != OrderStatus::Resting {
            self.orders.remove(&id);
        }
        notice
    }
}

fn new_notice(now: SimTime, order: OrderView) -> UserOrderNotice {
    UserOrderNotice {
        order,
        taker_cost: Cash::ZERO,
        maker_cost: Cash::ZERO,
        taker_fees: Cash::ZERO,
        maker_fees: Cash::ZERO,
        created_at: now,
        updated_at: now,
    }
}

/// Changes an order as its owner is told.
fn change(
    notice: &mut UserOrderNotice,
    exchange: &Exchange,
    costs: OwnCosts,
    execution: &Execution,
) {
    let view = &mut notice.order;
    match *execution {
        Execution::Accepted { .. } => {}
        Execution::Amended { client_order, limit_price, quantity, remaining, .. } => {
            (view.client_order, view.limit_price) = (client_order, limit_price);
            (view.initial, view.remaining) = (quantity, remaining);
        }
        Execution::Filled(fill) => {
            view.filled += fill.quantity;
            view.remaining -= fill.quantity;
            let price = match costs {
                OwnCosts::OfTheOutcome => fill.side.own_price(fill.price),
                OwnCosts::InYesPrices => fill.price,
            };
            let (cost, fees) = match fill.liquidity {
                Liquidity::Taker => (&mut notice.taker_cost, &mut notice.taker_fees),
                Liquidity::Maker => (&mut notice.maker_cost, &mut notice.maker_fees),
            };
            *cost += price.times(fill.quantity);
            *fees += fill.fee;
        }
        Execution::Decreased { remaining, .. } => view.remaining = remaining,
        Execution::Ended { end, .. } => {
            view.remaining = Quantity::ZERO;
            view.status = exchange.final_status(end, view.filled);
        }
    }
}

impl Publisher {
    /// Publishes a change of an order of an account.
    pub(super) fn publish_own(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        account: AccountId,
        execution: &Execution,
        out: &mut Vec<FeedMessage>,
    ) {
        let Some(own) = self.own.accounts.get_mut(&account) else { return };
        let order = own.take_in(now, exchange, self.settings.own_costs, execution);
        if let Execution::Filled(fill) = *execution {
            self.change_position(account, fill.market, out);
            let notice = FillNotice { fill, at: now };
            self.subscribers.send(FeedChannel::Fills, fill.market, out, |receiver| {
                Some(FeedBody::Fill(notice)).filter(|_| receiver.account == account)
            });
        }
        match self.settings.own_orders {
            OwnOrderPace::EachChange => self.send_order(account, order, out),
            OwnOrderPace::EachEvent => self.own.note_order(account, order),
        }
    }

    /// Publishes what a market paid an account.
    pub(super) fn publish_settlement(
        &mut self,
        account: AccountId,
        settlement: &Settlement,
        out: &mut Vec<FeedMessage>,
    ) {
        let Some(own) = self.own.accounts.get_mut(&account) else { return };
        let Settlement { market, payout, fee, .. } = *settlement;
        own.positions.entry(market).or_default().held.settle(payout + fee, fee);
        self.change_position(account, market, out);
    }

    /// Tells a position now or at the end of the event.
    fn change_position(
        &mut self,
        account: AccountId,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
    ) {
        match self.settings.own_positions {
            OwnPositionPace::EachChange => self.send_position(account, market, out),
            OwnPositionPace::EachEvent => self.own.note_position(account, market),
        }
    }

    /// Tells what is told once an event: orders and positions as they stand.
    pub(super) fn tell_own(&mut self, out: &mut Vec<FeedMessage>) {
        let mut orders = std::mem::take(&mut self.own.changed_orders);
        for (account, order) in orders.drain(..) {
            self.send_order(account, order, out);
        }
        self.own.changed_orders = orders;
        let mut positions = std::mem::take(&mut self.own.changed_positions);
        for (account, market) in positions.drain(..) {
            self.send_position(account, market, out);
        }
        self.own.changed_positions = positions;
    }

    fn send_order(
        &mut self,
        account: AccountId,
        order: UserOrderNotice,
        out: &mut Vec<FeedMessage>,
    ) {
        self.subscribers.send(FeedChannel::UserOrders, order.order.market, out, |receiver| {
            Some(FeedBody::UserOrder(order)).filter(|_| receiver.account == account)
        });
    }

    fn send_position(&mut self, account: AccountId, market: MarketId, out: &mut Vec<FeedMessage>) {
        let own = self.own.accounts.get(&account);
        let position = own.and_then(|own| own.positions.get(&market));
        let position = position.expect("Invariant: a position that changed is kept");
        let notice = position.notice(market);
        self.subscribers.send(FeedChannel::MarketPositions, market, out, |receiver| {
            Some(FeedBody::MarketPosition(notice)).filter(|_| receiver.account == account)
        });
    }
}
