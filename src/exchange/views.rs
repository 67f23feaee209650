//! Orders, positions and money as their owner is shown them.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::market::OrderRecord;
use crate::exchange::order_id;
use crate::exchange::settings::PartlyFilledIoc;
use crate::exchange::state::Exchange;
use crate::market::Tick;
use crate::protocol::{
    BalanceView, Execution, OrderEnd, OrderStatus, OrderView, PositionView, PrivateMessage,
};
use crate::units::{AccountId, MarketId, OrderId, Quantity, Side, SimTime};

/// An order, whether it rests, just arrived or just left.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderState {
    pub(super) account: AccountId,
    pub(super) market: MarketId,
    pub(super) in_book: OrderId,
    pub(super) side: Side,
    pub(super) tick: Tick,
    pub(super) record: OrderRecord,
}

impl OrderState {
    /// The exchange's id.
    pub(super) fn id(&self) -> OrderId {
        order_id::at_exchange(self.market, self.in_book)
    }
}

impl Exchange {
    /// An order that rests.
    pub(super) fn resting(&self, market: MarketId, in_book: OrderId) -> Option<OrderState> {
        let here = self.markets.get(market.number() as usize)?;
        let resting = here.book.order(in_book)?;
        Some(OrderState {
            account: resting.owner,
            market,
            in_book,
            side: resting.side,
            tick: resting.tick,
            record: *here.record(in_book),
        })
    }

    /// An order with this much left, as its owner reads it.
    pub(super) fn order_view(
        &self,
        order: &OrderState,
        remaining: Quantity,
        status: OrderStatus,
    ) -> OrderView {
        OrderView {
            order: order.id(),
            client_order: order.record.client_order,
            market: order.market,
            side: order.side,
            limit_price: self.markets[order.market.number() as usize]
                .terms
                .levels
                .price_of(order.tick),
            initial: order.record.initial,
            filled: order.record.filled,
            remaining,
            status,
        }
    }

    /// Notes how an order stands, if its owner is watched.
    pub(super) fn note_order(
        &mut self,
        now: SimTime,
        order: &OrderState,
        remaining: Quantity,
        status: OrderStatus,
    ) {
        if self.accounts[order.account.number() as usize].history.is_none() {
            return;
        }
        let view = self.order_view(order, remaining, status);
        if let Some(history) = &mut self.accounts[order.account.number() as usize].history {
            history.note_order(now, view);
        }
    }

    /// Tells and notes that an order is final (Kalshi, "Get order", 2026-08-22: canceled orders
    /// read as canceled with nothing remaining, recorded; filled ones as executed, documented).
    pub(super) fn end_order(
        &mut self,
        now: SimTime,
        order: &OrderState,
        end: OrderEnd,
        unfilled: Quantity,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let execution = Execution::Ended {
            order: order.id(),
            client_order: order.record.client_order,
            market: order.market,
            end,
            unfilled,
        };
        tell(events, order.account, execution);
        let status = self.final_status(end, order.record.filled);
        self.note_order(now, order, Quantity::ZERO, status);
    }

    /// What an order reads as once it is final.
    pub(super) fn final_status(&self, end: OrderEnd, filled: Quantity) -> OrderStatus {
        match (end, self.settings.partly_filled_ioc) {
            (OrderEnd::Executed, _) => OrderStatus::Executed,
            (OrderEnd::NotFilledAtOnce | OrderEnd::NothingToClose, PartlyFilledIoc::Executed)
                if !filled.is_zero() =>
            {
                OrderStatus::Executed
            }
            _ => OrderStatus::Canceled,
        }
    }

    /// All orders that rest: by market, bids first, and of each side in the order in which they
    /// would fill.
    pub(super) fn all_resting(&self) -> impl Iterator<Item = OrderState> + '_ {
        self.markets().flat_map(|market| self.all_resting_in(market))
    }

    /// All orders that rest in a market: bids first, and of each side in the order in which they would
    /// fill.
    pub(super) fn all_resting_in(&self, market: MarketId) -> impl Iterator<Item = OrderState> + '_ {
        let here = &self.markets[market.number() as usize];
        let side = move |side| {
            here.book.levels(side).flat_map(move |level| here.book.queue(side, level.tick))
        };
        side(Side::Bid).chain(side(Side::Ask)).map(move |resting| OrderState {
            account: resting.owner,
            market,
            in_book: resting.order,
            side: resting.side,
            tick: resting.tick,
            record: *here.record(resting.order),
        })
    }

    /// The resting orders of an account, oldest first.
    pub(super) fn resting_orders(&self, account: AccountId) -> Vec<OrderView> {
        let own = self.all_resting().filter(|order| order.account == account);
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|order| order.record.sequence);
        let view = |order| self.order_view(order, self.remaining(order), OrderStatus::Resting);
        own.iter().map(view).collect()
    }

    /// What an account holds in a market.
    pub(super) fn position_view(&self, account: AccountId, market: MarketId) -> PositionView {
        let holding = self.accounts[account.number() as usize].holding(market);
        PositionView { market, position: holding.position, exposure: holding.cost }
    }

    /// What an account holds, by market, without flat positions.
    pub(super) fn open_positions(&self, account: AccountId) -> Vec<PositionView> {
        let state = &self.accounts[account.number() as usize];
        let open = state.holdings().filter(|(_, holding)| !holding.position.is_flat());
        open.map(|(market, _)| self.position_view(account, market)).collect()
    }

    /// An account's money. The balance includes what resting orders lock; what they lock is not
    /// available (Kalshi's sources disagree whether a balance shrinks while orders rest,
    /// and both numbers are shown).
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn funds(&self, account: AccountId) -> BalanceView {
        let balance = self.ledger.balance(account);
        let locked = self.locked_in_all(account);
        BalanceView { balance, available: balance - locked }
    }
}

/// Tells an account about one of its orders.
pub(super) fn tell(events: &mut Vec<ExchangeEvent>, account: AccountId, execution: Execution) {
    events.push(ExchangeEvent::Private(PrivateMessage { account, execution }));
}
