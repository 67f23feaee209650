//! Stops, targets, and the sales that they call for.

use crate::bot::fill_feed::desk::{Act, Desk};
use crate::bot::fill_feed::prices::{OwnBid, Read, Sight, best_of_others};
use crate::bot::fill_feed::record::{Exit, ticks_below};
use crate::bot::fill_feed::tracked::{Role, TrackedOrder, Wish};
use crate::link::{FeedState, QuoteSeen};
use crate::market::TimeInForce;
use crate::protocol::record::{BeliefCause, Decision};
use crate::protocol::{BookView, CreateOrder, PositionEffect, Purpose, Quote, TriggerKind};
use crate::units::{ClientOrderId, MarketId, Price, Quantity, RecordId, Side, SimTime};

impl Desk {
    /// Looks at all records' stops and targets with what the public feed brought.
    pub(super) fn take_public(
        &mut self,
        now: SimTime,
        feed: FeedState,
        quotes: &[(MarketId, QuoteSeen)],
    ) {
        for (market, sight) in &mut self.markets {
            let seen = quotes.iter().find(|(of, _)| of == market).map(|(_, seen)| *seen);
            sight.take_feed(feed, seen);
        }
        self.decide(Decision::StopPass);
        for market in self.markets.keys().copied().collect::<Vec<_>>() {
            if self.holds_in(market) {
                self.watch(now, market);
            }
        }
    }

    pub(super) fn take_quote_read(
        &mut self,
        now: SimTime,
        market: MarketId,
        sent_at: SimTime,
        quote: Option<Quote>,
    ) {
        let Some(sight) = self.markets.get_mut(&market) else { return };
        sight.quote_read = Read::None;
        if let Some(quote) = quote {
            sight.take_read(quote, sent_at);
            self.check_stops(now, market);
        }
    }

    /// A book shows what own orders hide.
    pub(super) fn take_book(&mut self, now: SimTime, market: MarketId, book: Option<&BookView>) {
        let own = self.own_bids(market, now);
        let Some(sight) = self.markets.get_mut(&market) else { return };
        sight.book_read = Read::None;
        if let Some(best) = book.and_then(|book| best_of_others(book, &own)) {
            self.compare(now, market, Some(best));
        }
    }

    /// Checks a market's stops, and asks for what the feed can not tell.
    fn watch(&mut self, now: SimTime, market: MarketId) {
        let stale_after = self.settings.stale_after;
        let is_hidden = self.others_bid(market, now) == Sight::Hidden;
        let Some(sight) = self.markets.get_mut(&market) else { return };
        if sight.needs_read(now, stale_after) && sight.quote_read == Read::None {
            sight.quote_read = Read::Sent;
            self.acts.push(Act::ReadQuote(market));
        }
        if is_hidden && sight.book_read == Read::None {
            sight.book_read = Read::Sent;
            self.acts.push(Act::ReadBook(market));
        }
        self.check_stops(now, market);
    }

    fn check_stops(&mut self, now: SimTime, market: MarketId) {
        match self.others_bid(market, now) {
            Sight::Bid(bid) => self.compare(now, market, Some(bid)),
            Sight::Nobody => self.compare(now, market, None),
            Sight::Hidden | Sight::Stale => {}
        }
    }

    /// Compares a price with every record of a market that holds something no exit works on. What
    /// is being sold because of its stop needs no second call; a target gives way to a stop.
    fn compare(&mut self, now: SimTime, market: MarketId, seen: Option<Price>) {
        for id in self.record_ids() {
            let record = self.record(id);
            let under_way = record.exit.map(|exit| exit.trigger);
            let quantity = record.held().saturating_sub(self.exiting(id));
            if record.market != market || quantity.is_zero() || under_way == Some(TriggerKind::Stop)
            {
                continue;
            }
            let trigger = seen.and_then(|seen| record.triggered(seen));
            let trigger = trigger.filter(|trigger| under_way != Some(*trigger));
            self.decide(Decision::StopCheck { record: id, seen });
            if let (Some(seen), Some(trigger)) = (seen, trigger) {
                self.decide(Decision::Triggered { record: id, trigger, seen, quantity });
                self.record_mut(id).exit = Some(Exit { trigger, tries: 0, not_before: now });
                self.withdraw_entries(market);
            }
        }
    }

    /// Sells what triggered records still hold and no exit works on, at the others' bid; again and
    /// again, until nothing is held.
    ///
    /// While an own bid rests in the market nothing is sold: it would trade with itself.
    pub(super) fn work_exits(&mut self, now: SimTime) {
        for id in self.record_ids() {
            let record = *self.record(id);
            let Some(exit) = record.exit else { continue };
            let left = record.held().saturating_sub(self.exiting(id));
            if left.is_zero() || self.rests_in(record.market, now) {
                continue;
            }
            if exit.not_before > now {
                self.wake_at(exit.not_before);
                continue;
            }
            if let Sight::Bid(bid) = self.others_bid(record.market, now) {
                self.sell(now, id, exit.trigger, left, bid);
            }
        }
    }

    fn sell(
        &mut self,
        now: SimTime,
        id: RecordId,
        trigger: TriggerKind,
        quantity: Quantity,
        bid: Price,
    ) {
        let market = self.record(id).market;
        let levels = &self.markets[&market].levels;
        let limit_price = ticks_below(levels, bid, self.settings.feed.slippage_ticks);
        let client_order = self.new_client_order();
        let create = CreateOrder {
            time_in_force: TimeInForce::ImmediateOrCancel,
            effect: PositionEffect::ReduceOnly,
            ..CreateOrder::new(client_order, market, Side::Ask, limit_price, quantity)
        };
        let role = Role::Exit { record: id };
        self.send(now, create, role, Wish::Gone, Purpose::Exit { record: id, trigger });
        self.tell_standing(id, BeliefCause::ExitSent);
    }

    /// Keeps an order and sends it.
    pub(super) fn send(
        &mut self,
        now: SimTime,
        create: CreateOrder,
        role: Role,
        wish: Wish,
        purpose: Purpose,
    ) {
        let client_order = create.client_order;
        self.orders.insert(client_order, TrackedOrder::new(create, role, now, wish));
        self.unsettled.insert(client_order);
        self.readings.begin(now);
        self.acts.push(Act::Create(create, purpose));
    }

    /// The id of a new order; ids count from 0 within a bot.
    pub(super) fn new_client_order(&self) -> ClientOrderId {
        ClientOrderId::new(self.orders.len() as u64)
    }

    /// Whether a record of a market holds something.
    pub(super) fn holds_in(&self, market: MarketId) -> bool {
        self.records.iter().any(|record| record.market == market && !record.held().is_zero())
    }

    /// Whether a record of a market is being sold.
    pub(super) fn sells_in(&self, market: MarketId) -> bool {
        let mut here = self.records.iter().filter(|record| record.market == market);
        here.any(|record| record.exit.is_some() && !record.held().is_zero())
    }

    fn own_bids(&self, market: MarketId, now: SimTime) -> Vec<OwnBid> {
        let settings = &self.settings.feed;
        let entries = self.entries_in(market).map(|(_, entry)| entry);
        let resting = entries.filter(|entry| entry.may_rest_at(now, settings));
        let bid = |entry: &TrackedOrder| OwnBid {
            limit_price: entry.create.limit_price,
            open: entry.open(),
        };
        resting.map(bid).collect()
    }

    fn others_bid(&self, market: MarketId, now: SimTime) -> Sight {
        let own = self.own_bids(market, now);
        let sight = self.markets.get(&market);
        sight.map_or(Sight::Stale, |sight| sight.others_bid(now, self.settings.stale_after, &own))
    }
}
