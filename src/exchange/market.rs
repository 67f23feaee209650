//! One market: its book, and what the exchange knows about its orders.

use std::collections::{BTreeMap, VecDeque};

use crate::book::{Book, BookCapacity, Regrid};
use crate::exchange::activity::MarketActivity;
use crate::exchange::order_id;
use crate::exchange::timeline::Timeline;
use crate::market::{
    FeeSchedule, MarketRules, MarketStatus, MarketTerms, RoundingCarry, SelfTradePrevention, Tick,
    TimeInForce,
};
use crate::protocol::{CreateOrder, Crossing, OnPause, Quote};
use crate::units::{
    AccountId, ClientOrderId, MarketId, OrderGroupId, OrderId, Quantity, Side, SimDuration, SimTime,
};

/// One market's state.
#[derive(Debug)]
pub(super) struct Market {
    pub(super) id: MarketId,
    pub(super) terms: MarketTerms,
    /// The fees that are charged now: those of the terms, or none while they are waived.
    pub(super) fees: FeeSchedule,
    pub(super) rules: MarketRules,
    pub(super) status: MarketStatus,
    /// When its life moves on by itself, if it does.
    pub(super) next_step: Option<SimTime>,
    /// When the orders of a market that is closed are canceled, if that is to come.
    pub(super) cancels_at: Option<SimTime>,
    /// Whether its result was ever in doubt.
    pub(super) was_disputed: bool,
    /// When its result was first determined.
    pub(super) determined_at: Option<SimTime>,
    pub(super) book: Book,
    /// By slot of the book; a free slot keeps its last order's record.
    records: Vec<OrderRecord>,
    /// The best prices after the last request.
    pub(super) quote: Quote,
    /// What was traded so far.
    pub(super) activity: MarketActivity,
    /// Whether each change of a level is an event.
    pub(super) tells_levels: bool,
    /// What reads in the past need; none while nobody asks for the past.
    past: Option<MarketPast>,
}

/// What the exchange knows about an order beyond what its book does.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderRecord {
    /// The place in the order of acceptance, over all markets.
    pub(super) sequence: u64,
    pub(super) client_order: ClientOrderId,
    pub(super) initial: Quantity,
    pub(super) filled: Quantity,
    pub(super) carry: RoundingCarry,
    /// When it leaves the book by itself, if it does.
    pub(super) expires_at: Option<SimTime>,
    pub(super) crossing: Crossing,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) on_pause: OnPause,
    pub(super) group: Option<OrderGroupId>,
}

impl OrderRecord {
    /// The record of an order that was just accepted.
    pub(super) fn new(sequence: u64, order: &CreateOrder) -> Self {
        Self {
            sequence,
            client_order: order.client_order,
            initial: order.quantity,
            filled: Quantity::ZERO,
            carry: RoundingCarry::default(),
            expires_at: match order.time_in_force {
                TimeInForce::GoodTillCanceled { expires_at } => expires_at,
                TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => None,
            },
            crossing: order.crossing,
            self_trade: order.self_trade,
            on_pause: order.on_pause,
            group: order.group,
        }
    }
}

/// What a market was.
#[derive(Debug)]
struct MarketPast {
    keep: SimDuration,
    quotes: Timeline<Quote>,
    /// Oldest first.
    changes: VecDeque<LevelChange>,
}

/// A level's quantity changed.
#[derive(Clone, Copy, Debug)]
struct LevelChange {
    at: SimTime,
    side: Side,
    tick: Tick,
    added: Quantity,
    removed: Quantity,
}

impl Market {
    pub(super) fn new(id: MarketId, terms: MarketTerms, capacity: BookCapacity) -> Self {
        let book = Book::new(terms.levels.tick_count(), capacity);
        Self {
            id,
            fees: terms.fees,
            terms,
            rules: MarketRules::default(),
            status: MarketStatus::Active,
            next_step: None,
            cancels_at: None,
            was_disputed: false,
            determined_at: None,
            book,
            records: Vec::new(),
            quote: Quote::default(),
            activity: MarketActivity::default(),
            tells_levels: false,
            past: None,
        }
    }

    /// The record of an order that its book knows as `in_book`.
    pub(super) fn record(&self, in_book: OrderId) -> &OrderRecord {
        &self.records[order_id::slot(in_book)]
    }

    pub(super) fn record_mut(&mut self, in_book: OrderId) -> &mut OrderRecord {
        &mut self.records[order_id::slot(in_book)]
    }

    /// Keeps the record of an order that rests now.
    pub(super) fn keep_record(&mut self, in_book: OrderId, record: OrderRecord) {
        let slot = order_id::slot(in_book);
        if slot >= self.records.len() {
            self.records.resize(slot + 1, record);
        }
        self.records[slot] = record;
    }

    /// How much of an order would trade at once.
    pub(super) fn tradable(&self, side: Side, limit: Tick, quantity: Quantity) -> Quantity {
        let mut tradable = Quantity::ZERO;
        for level in self.book.levels(side.opposite()) {
            let is_within = match side {
                Side::Bid => level.tick <= limit,
                Side::Ask => level.tick >= limit,
            };
            if !is_within || tradable >= quantity {
                break;
            }
            tradable += level.quantity;
        }
        tradable.min(quantity)
    }

    /// The best prices of the book as it is.
    pub(super) fn best_prices(&self) -> Quote {
        let best = |side| self.book.best(side).map(|level| self.terms.levels.price_of(level.tick));
        Quote { bid: best(Side::Bid), ask: best(Side::Ask) }
    }

    /// The best prices of everybody else's orders.
    pub(super) fn best_prices_without(&self, account: AccountId) -> Quote {
        let best = |side| {
            let others = |tick| self.book.queue(side, tick).any(|order| order.owner != account);
            let level = self.book.levels(side).find(|level| others(level.tick));
            level.map(|level| self.terms.levels.price_of(level.tick))
        };
        Quote { bid: best(Side::Bid), ask: best(Side::Ask) }
    }

    /// Remembers the past from now on, or longer than before.
    pub(super) fn remember(&mut self, now: SimTime, keep: SimDuration) {
        let quote = self.quote;
        let past = self.past.get_or_insert_with(|| MarketPast {
            keep,
            quotes: Timeline::new(now, quote),
            changes: VecDeque::new(),
        });
        past.keep = past.keep.max(keep);
    }

    /// Notes that a level gained or lost contracts.
    pub(super) fn note_level(
        &mut self,
        now: SimTime,
        side: Side,
        tick: Tick,
        added: Quantity,
        removed: Quantity,
    ) {
        let Some(past) = &mut self.past else { return };
        past.changes.push_back(LevelChange { at: now, side, tick, added, removed });
        let horizon = now.before(past.keep);
        while past.changes.front().is_some_and(|change| change.at <= horizon) {
            past.changes.pop_front();
        }
    }

    /// Moves what is remembered of levels to a finer grid.
    pub(super) fn regrid_past(&mut self, regrid: &Regrid) {
        for change in self.past.iter_mut().flat_map(|past| past.changes.iter_mut()) {
            change.tick = regrid.tick(change.tick);
        }
    }

    /// Takes the best prices after a request. Returns whether they changed.
    pub(super) fn update_quote(&mut self, now: SimTime) -> bool {
        let quote = self.best_prices();
        let has_changed = quote != self.quote;
        self.quote = quote;
        if let Some(past) = self.past.as_mut().filter(|_| has_changed) {
            past.quotes.set(now, quote, past.keep);
        }
        has_changed
    }

    /// The best prices at the end of an instant.
    pub(super) fn quote_at(&self, instant: SimTime) -> Quote {
        self.past.as_ref().map_or(self.quote, |past| past.quotes.at_or_first(instant))
    }

    /// The quantity by tick of one side at the end of an instant, best level first.
    pub(super) fn levels_at(&self, side: Side, instant: SimTime) -> Vec<(Tick, Quantity)> {
        let now = self.book.levels(side).map(|level| (level.tick, level.quantity));
        let mut levels: BTreeMap<Tick, Quantity> = now.collect();
        let changes = self.past.iter().flat_map(|past| past.changes.iter().rev());
        let after = changes.take_while(|change| change.at > instant);
        for change in after.filter(|change| change.side == side) {
            let level = levels.entry(change.tick).or_default();
            *level += change.removed;
            *level -= change.added;
        }
        let filled = levels.into_iter().filter(|(_, quantity)| !quantity.is_zero());
        match side {
            Side::Bid => filled.rev().collect(),
            Side::Ask => filled.collect(),
        }
    }
}
