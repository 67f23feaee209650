//! The order book: a snapshot, then a delta for each change of a level.

use crate::exchange::event::{LevelCause, LevelChange};
use crate::exchange::publish::Publisher;
use crate::exchange::publish::settings::{PreventedOrders, TradedDeltas, YesLevels};
use crate::exchange::publish::subscribers::Address;
use crate::exchange::state::Exchange;
use crate::protocol::websocket::{
    BookDelta, BookSnapshot, FeedBody, FeedChannel, FeedMessage, Outcome, PriceFrame, ShownLevel,
};
use crate::units::{MarketId, Side, SimTime};

impl Publisher {
    /// Publishes a change of a level, or holds it back until the order that caused it rests.
    pub(super) fn publish_level(
        &mut self,
        now: SimTime,
        change: LevelChange,
        out: &mut Vec<FeedMessage>,
    ) {
        let is_late = change.cause == LevelCause::Prevented
            && self.settings.prevented_orders == PreventedOrders::AfterTheNewOrder;
        if is_late {
            self.held_back.push(change);
            return;
        }
        self.send_delta(now, &change, out);
        if change.cause == LevelCause::Rested {
            self.release(now, out);
        }
    }

    /// Publishes the changes that were held back.
    pub(super) fn release(&mut self, now: SimTime, out: &mut Vec<FeedMessage>) {
        let mut late = std::mem::take(&mut self.held_back);
        for change in late.drain(..) {
            self.send_delta(now, &change, out);
        }
        self.held_back = late;
    }

    fn send_delta(&mut self, now: SimTime, change: &LevelChange, out: &mut Vec<FeedMessage>) {
        let LevelChange { market, side, price, movement, account, client_order, cause } = *change;
        let (account, client_order) = match (cause, self.settings.traded_deltas) {
            (LevelCause::Traded { taker, taker_order }, TradedDeltas::NameTheTaker) => {
                (taker, taker_order)
            }
            _ => (account, client_order),
        };
        self.note_change(market);
        self.subscribers.send(FeedChannel::OrderBook, market, out, |receiver| {
            Some(FeedBody::BookDelta(BookDelta {
                market,
                outcome: Outcome::bought_by(side),
                price: receiver.prices.show(side, price),
                movement,
                own_order: Some(client_order).filter(|_| receiver.account == account),
                at: now,
            }))
        });
    }

    /// Sends one subscription an order book as it is.
    pub(super) fn send_snapshot(
        &mut self,
        exchange: &Exchange,
        to: Address,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
    ) {
        let prices = self.subscribers.subscription_mut(to).prices;
        let order = self.settings.yes_levels;
        let body = FeedBody::BookSnapshot(snapshot(exchange, market, prices, order));
        self.subscribers.send_to(to, body, out);
    }

    /// Sends everybody a closed market's order book once more (observed on 13 recorded markets of
    /// May 2026: empty, some seconds after the close).
    pub(super) fn send_closing_snapshot(
        &mut self,
        exchange: &Exchange,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
    ) {
        let order = self.settings.yes_levels;
        self.subscribers.send(FeedChannel::OrderBook, market, out, |receiver| {
            Some(FeedBody::BookSnapshot(snapshot(exchange, market, receiver.prices, order)))
        });
    }
}

/// An order book as it is.
fn snapshot(
    exchange: &Exchange,
    market: MarketId,
    prices: PriceFrame,
    order: YesLevels,
) -> BookSnapshot {
    let grid = &exchange.terms(market).levels;
    let levels = |side| {
        let best_first = exchange.order_book(market).levels(side);
        let shown = best_first.map(|level| ShownLevel {
            price: prices.show(side, grid.price_of(level.tick)),
            quantity: level.quantity,
        });
        let mut shown: Vec<_> = shown.collect();
        let is_ascending =
            (side, prices, order) == (Side::Ask, PriceFrame::Yes, YesLevels::ByYesPrice);
        if !is_ascending {
            shown.reverse();
        }
        shown
    };
    BookSnapshot { market, prices, yes: levels(Side::Bid), no: levels(Side::Ask) }
}
