//! What a match does.

use crate::book::Match;
use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{Liquidity, PricedFill};
use crate::protocol::websocket::Movement;
use crate::protocol::{Execution, FillReport, OrderEnd, OrderStatus};
use crate::units::{Price, Quantity, SimTime, TradeId};

/// The terms of one match.
#[derive(Clone, Copy, Debug)]
struct Deal {
    trade: TradeId,
    price: Price,
    quantity: Quantity,
}

impl Exchange {
    /// Carries out a match: contracts and money change hands, both sides are told.
    ///
    /// Each match is a trade of its own at the resting order's price, and both fills carry its id
    /// (Kalshi, "Get trades", 2026-08-22, recorded).
    pub(super) fn execute(
        &mut self,
        now: SimTime,
        taker: &mut OrderState,
        matched: &Match,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let trade = TradeId::new(self.trades);
        self.trades += 1;
        let here = &mut self.markets[taker.market.number() as usize];
        let (price, quantity) = (here.terms.levels.price_of(matched.tick), matched.quantity);
        here.activity.note_match(price, quantity);
        let mut maker = OrderState {
            account: matched.maker_owner,
            market: taker.market,
            in_book: matched.maker,
            side: taker.side.opposite(),
            tick: matched.tick,
            record: *here.record(matched.maker),
        };
        let taker_order = taker.record.client_order;
        let cause = LevelCause::Traded { taker: taker.account, taker_order };
        self.change_level(now, &maker, Movement::Removed(quantity), cause, events);
        let (market, taker_side) = (taker.market, taker.side);
        events.push(ExchangeEvent::Trade { trade, market, price, quantity, taker_side });
        let deal = Deal { trade, price, quantity };
        self.fill(now, taker, Liquidity::Taker, deal, events);
        self.fill(now, &mut maker, Liquidity::Maker, deal, events);
        *self.markets[market.number() as usize].record_mut(maker.in_book) = maker.record;
        let unpaid = self.unpaid.iter().find(|(order, _)| *order == matched.maker);
        if let Some((_, unpaid)) = unpaid.copied() {
            let gone = Movement::Removed(unpaid);
            self.change_level(now, &maker, gone, LevelCause::Prevented, events);
            self.forget_own_order(&maker);
            self.end_order(now, &maker, OrderEnd::Unfunded, unpaid, events);
        } else if matched.maker_remaining.is_zero() {
            self.forget_own_order(&maker);
            self.end_order(now, &maker, OrderEnd::Executed, Quantity::ZERO, events);
        } else {
            self.change_own_order(&maker);
            self.note_order(now, &maker, matched.maker_remaining, OrderStatus::Resting);
        }
        self.net(taker.account, market, events);
        self.net(maker.account, market, events);
    }

    /// Books one side of a match and tells its owner.
    fn fill(
        &mut self,
        now: SimTime,
        order: &mut OrderState,
        liquidity: Liquidity,
        deal: Deal,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let Deal { trade, price, quantity } = deal;
        let OrderState { account, market, side, .. } = *order;
        let schedule = &self.markets[market.number() as usize].fees;
        let priced = PricedFill { liquidity, side, price, quantity };
        let fee = self.settings.fee_rounding.charge(schedule, &priced, &mut order.record.carry);
        order.record.filled += quantity;
        let state = &mut self.accounts[account.number() as usize];
        let in_market = state.in_market_mut(market);
        let position_before = in_market.holding.position;
        let to_pool = in_market.fill(self.settings.money.cost_basis, side, price, quantity);
        in_market.holding.fees += fee.net();
        let position_after = in_market.holding.position;
        let here = &mut self.markets[market.number() as usize];
        here.activity.note_position(position_before, position_after);
        self.ledger.move_to_pool(account, to_pool);
        self.ledger.move_to_fees(account, fee.net());
        self.concern(account, market);
        if let Some(group) = order.record.group {
            self.groups.note_match(now, group, quantity);
        }
        let report = FillReport {
            trade,
            order: order.id(),
            client_order: order.record.client_order,
            market,
            side,
            price,
            quantity,
            liquidity,
            fee: fee.net(),
            position_after,
        };
        let position = self.position_view(account, market);
        if let Some(history) = &mut self.accounts[account.number() as usize].history {
            history.note_fill(now, report);
            history.note_position(now, position);
        }
        tell(events, account, Execution::Filled(report));
    }
}
