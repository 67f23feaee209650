//! Stops: for each protective level, the ideal against what happened.

mod episode;
mod guard;

use std::collections::BTreeMap;

use crate::measure::rows::StopEpisode;
use crate::measure::state::{Observer, State};
use crate::measure::stops::episode::Episode;
use crate::measure::stops::guard::Levels;
use crate::protocol::record::{Decision, Message, Record, Truth};
use crate::protocol::{Execution, FillReport, Purpose, Request, TriggerKind};
use crate::units::{ClientOrderId, MarketId, Position, Price, Quantity, RecordId, Side, SimTime};

/// Watches the stops.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// Stop triggers.
    pub(super) triggers: u64,
    /// Contracts by level.
    levels: BTreeMap<MarketId, Levels>,
    /// All episodes, in the order of their beginning.
    episodes: Vec<Episode>,
    /// The episode that the next event of a level belongs to.
    current: BTreeMap<(MarketId, Price), usize>,
    /// The episode of each stop exit order.
    orders: BTreeMap<ClientOrderId, usize>,
    /// Markets in which stops have triggered and are not over, with the episode of the first.
    exiting: BTreeMap<MarketId, usize>,
}

impl Observer for Stops {
    fn record(&mut self, state: &State, time: SimTime, record: &Record) {
        match record {
            Record::Decision(Decision::Triggered {
                record, trigger: TriggerKind::Stop, ..
            }) => {
                self.trigger(state, time, *record);
            }
            Record::Message(Message::Sent {
                body: Request::Create(order),
                purpose: Purpose::Exit { record, trigger: TriggerKind::Stop },
                ..
            }) => self.send(state, time, *record, order.client_order),
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                self.fill(state, time, fill);
            }
            Record::Truth(Truth::Settled { market, position, .. }) => {
                self.pay(state, *market, position.long());
            }
            _ => {}
        }
    }

    fn settle(&mut self, state: &State, time: SimTime) {
        let markets: Vec<MarketId> = self.levels.keys().copied().collect();
        for market in markets {
            self.sell_ideally(state, time, market);
        }
        self.forget_final_orders(state);
        self.end_ideals(state);
        let over = |market: &MarketId| !self.exit_goes_on(state, *market);
        for market in self.exiting.keys().copied().filter(over).collect::<Vec<_>>() {
            self.end_exit(state, market);
        }
    }
}

impl Stops {
    fn trigger(&mut self, state: &State, time: SimTime, record: RecordId) {
        self.triggers += 1;
        let Some((market, level)) = place(state, record) else { return };
        let works =
            |order: &ClientOrderId| state.works(*order) && is_stop_exit_of(state, *order, record);
        let doubled = self.orders.keys().any(works);
        let index = self.episode(time, market, level);
        let episode = &mut self.episodes[index];
        episode.trigger(time);
        episode.doubled += u64::from(doubled);
        episode.phantom += u64::from(state.position(market).long().is_zero());
        self.exiting.entry(market).or_insert(index);
    }

    fn send(&mut self, state: &State, time: SimTime, record: RecordId, order: ClientOrderId) {
        let Some((market, level)) = place(state, record) else { return };
        let index = self.episode(time, market, level);
        self.episodes[index].send(time, order);
        self.orders.insert(order, index);
    }

    /// The episode that an act of the bot belongs to.
    fn episode(&mut self, time: SimTime, market: MarketId, level: Price) -> usize {
        let episodes = &mut self.episodes;
        *self.current.entry((market, level)).or_insert_with(|| {
            episodes.push(Episode::new(market, level, time));
            episodes.len() - 1
        })
    }

    /// Where the others' bid is at or below a level, the ideal stop sells what the level guards. In a
    /// pause nobody can sell.
    fn sell_ideally(&mut self, state: &State, time: SimTime, market: MarketId) {
        if !state.trades(market) {
            return;
        }
        let Some(bid) = state.markets[&market].others.bid else { return };
        let Some(levels) = self.levels.get(&market) else { return };
        for (level, held) in levels.guarding().into_iter().take_while(|(level, _)| bid <= *level) {
            let current = self.current.get(&(market, level));
            let taking = current.filter(|index| self.episodes[**index].takes_ideal());
            let index = taking.copied().unwrap_or_else(|| {
                self.episodes.push(Episode::new(market, level, time));
                self.episodes.len() - 1
            });
            self.current.insert((market, level), index);
            let episode = &mut self.episodes[index];
            let fresh = held.saturating_sub(episode.unsold());
            if !fresh.is_zero() {
                episode.sell_ideally(time, fresh, bid);
            }
        }
    }

    fn fill(&mut self, state: &State, time: SimTime, fill: &FillReport) {
        let order = state.orders.get(&fill.client_order);
        let before = fill.position_after - Position::of(fill.side, fill.quantity);
        let (before, after) = (before.long(), fill.position_after.long());
        match (fill.side, order.map(|order| order.purpose)) {
            (Side::Bid, Some(Purpose::Entry { signal })) => {
                if let Some(level) = state.signals.get(&signal).and_then(|signal| signal.stop) {
                    self.levels.entry(fill.market).or_default().add(level, after - before);
                }
            }
            (Side::Bid, _) => {}
            (Side::Ask, purpose) => {
                // The ideal looks at the market as it was before the bot itself sold.
                self.sell_ideally(state, time, fill.market);
                let own = purpose.and_then(|purpose| stop_level(state, purpose));
                self.sell(fill, own, before - after, after);
            }
        }
    }

    /// A market paid for all YES contracts that were held: they are gone, for what YES is worth.
    fn pay(&mut self, state: &State, market: MarketId, contracts: Quantity) {
        let Some(levels) = self.levels.get_mut(&market) else { return };
        let value = state.markets[&market].settlement_value().unwrap_or(Price::ZERO);
        for (level, contracts) in levels.take(None, contracts, Quantity::ZERO) {
            if let Some(index) = self.current.get(&(market, level)) {
                self.episodes[*index].sell(contracts, value);
            }
        }
    }

    /// `sold` contracts of the position went, `left` remain; the rest of the fill was oversold.
    fn sell(&mut self, fill: &FillReport, own: Option<Price>, sold: Quantity, left: Quantity) {
        if let Some(levels) = self.levels.get_mut(&fill.market) {
            for (level, contracts) in levels.take(own, sold, left) {
                if let Some(index) = self.current.get(&(fill.market, level)) {
                    self.episodes[*index].sell(contracts, fill.price);
                }
            }
        }
        if let Some(index) = self.orders.get(&fill.client_order) {
            self.episodes[*index].oversell(fill.quantity - sold, fill.price);
        }
    }
}

impl Stops {
    fn forget_final_orders(&mut self, state: &State) {
        let episodes = &mut self.episodes;
        self.orders.retain(|order, index| {
            let works = state.works(*order);
            if !works {
                episodes[*index].working.retain(|other| other != order);
            }
            works
        });
    }

    /// Ends ideal stops whose contracts are gone, and lets go of levels where nothing goes on.
    fn end_ideals(&mut self, state: &State) {
        let (levels, episodes) = (&self.levels, &mut self.episodes);
        self.current.retain(|(market, level), index| {
            let episode = &mut episodes[*index];
            let gone = levels.get(market).is_none_or(|levels| levels.held(*level).is_zero());
            if gone {
                episode.end_ideal();
            }
            let believed = state.stopped(*market).any(|stop| stop == *level);
            episode.is_due() || episode.is_under_way() || believed
        });
    }

    /// Whether the bot still believes in stops of a market, or a stop exit there is not final.
    fn exit_goes_on(&self, state: &State, market: MarketId) -> bool {
        state.stopped(market).next().is_some()
            || self.orders.values().any(|index| self.episodes[*index].market == market)
    }

    fn end_exit(&mut self, state: &State, market: MarketId) {
        if let Some(index) = self.exiting.remove(&market) {
            self.episodes[index].undersold += state.position(market).long();
        }
    }

    /// The levels of a market that guard contracts, highest first.
    pub(super) fn guarding(&self, market: MarketId) -> Vec<Price> {
        let levels = self.levels.get(&market).map(Levels::guarding).unwrap_or_default();
        levels.into_iter().map(|(level, _)| level).collect()
    }

    /// All stops as rows.
    pub(super) fn finish(mut self, state: &State) -> Vec<StopEpisode> {
        for market in self.exiting.keys().copied().collect::<Vec<_>>() {
            self.end_exit(state, market);
        }
        self.episodes.iter_mut().for_each(Episode::end_ideal);
        self.episodes.iter().map(|episode| episode.row(&state.markets[&episode.market])).collect()
    }
}

/// Where a record's stop is.
fn place(state: &State, record: RecordId) -> Option<(MarketId, Price)> {
    let holding = state.records.get(&record)?;
    holding.stop.map(|level| (holding.market, level))
}

/// The level of the record that an exit is for.
fn stop_level(state: &State, purpose: Purpose) -> Option<Price> {
    match purpose {
        Purpose::Exit { record, .. } => place(state, record).map(|(_, level)| level),
        Purpose::Entry { .. } | Purpose::Follow | Purpose::Reconcile | Purpose::Decide => None,
    }
}

/// Whether an order is a stop exit of a record.
fn is_stop_exit_of(state: &State, order: ClientOrderId, record: RecordId) -> bool {
    let exit = Purpose::Exit { record, trigger: TriggerKind::Stop };
    state.orders.get(&order).is_some_and(|order| order.purpose == exit)
}
