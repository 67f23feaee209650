//! Changes of levels: remembered for reads of the past, told where somebody asked for them.

use crate::exchange::event::{ExchangeEvent, LevelCause, LevelChange};
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::websocket::Movement;
use crate::units::{MarketId, Quantity, SimTime};

impl Exchange {
    /// Makes each change of a market's levels an event from now on.
    ///
    /// # Panics
    /// When there is no such market.
    pub fn tell_levels(&mut self, market: MarketId) {
        self.markets[market.number() as usize].tells_levels = true;
    }

    /// Stops telling of a market's levels.
    ///
    /// # Panics
    /// When there is no such market.
    pub fn keep_levels_quiet(&mut self, market: MarketId) {
        self.markets[market.number() as usize].tells_levels = false;
    }

    /// Notes that an order changed its level.
    pub(super) fn change_level(
        &mut self,
        now: SimTime,
        order: &OrderState,
        movement: Movement,
        cause: LevelCause,
        events: &mut Vec<ExchangeEvent>,
    ) {
        self.note_resting(order, movement);
        let here = &mut self.markets[order.market.number() as usize];
        let (added, removed) = match movement {
            Movement::Added(quantity) => (quantity, Quantity::ZERO),
            Movement::Removed(quantity) => (Quantity::ZERO, quantity),
        };
        here.note_level(now, order.side, order.tick, added, removed);
        if here.tells_levels {
            events.push(ExchangeEvent::LevelChanged(LevelChange {
                market: order.market,
                side: order.side,
                price: here.terms.levels.price_of(order.tick),
                movement,
                account: order.account,
                client_order: order.record.client_order,
                cause,
            }));
        }
    }
}
