//! One stop: the ideal, and what happened instead.

use crate::measure::market::Market;
use crate::measure::rows::StopEpisode;
use crate::units::{Cash, ClientOrderId, MarketId, Price, Quantity, SimDuration, SimTime};

/// A stop under observation.
#[derive(Debug)]
pub(super) struct Episode {
    pub(super) market: MarketId,
    pub(super) level: Price,
    began: SimTime,
    ideal: Option<Ideal>,
    triggered: Option<SimTime>,
    sent: Option<SimTime>,
    pub(super) triggers: u64,
    pub(super) phantom: u64,
    pub(super) doubled: u64,
    /// Stop exit orders that are not final.
    pub(super) working: Vec<ClientOrderId>,
    oversold: Sale,
    pub(super) undersold: Quantity,
}

/// The ideal stop of an episode.
#[derive(Debug)]
struct Ideal {
    at: SimTime,
    phase: Phase,
    /// What it sold.
    sale: Sale,
    /// What was really sold of that.
    done: Sale,
    /// From the ideal to the first exit sent for it.
    delay: Option<SimDuration>,
}

/// Whether contracts of an ideal stop are still held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Some are, and the bot's stop has not triggered.
    Unnoticed,
    /// Some are, and it has.
    Noticed,
    /// None is, and it never had.
    Missed,
    /// None is, and it had.
    Over,
}

/// Contracts and what they brought.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sale {
    pub(super) contracts: Quantity,
    pub(super) proceeds: Cash,
}

impl Sale {
    fn add(&mut self, contracts: Quantity, price: Price) {
        self.contracts += contracts;
        self.proceeds += price.times(contracts);
    }
}

impl Episode {
    pub(super) fn new(market: MarketId, level: Price, began: SimTime) -> Self {
        Self {
            market,
            level,
            began,
            ideal: None,
            triggered: None,
            sent: None,
            triggers: 0,
            phantom: 0,
            doubled: 0,
            working: Vec::new(),
            oversold: Sale::default(),
            undersold: Quantity::ZERO,
        }
    }

    /// Whether its ideal stop still has contracts to be sold.
    pub(super) fn is_due(&self) -> bool {
        let phase = self.ideal.as_ref().map(|ideal| ideal.phase);
        matches!(phase, Some(Phase::Unnoticed | Phase::Noticed))
    }

    /// Whether an exit of the bot is under way: triggered and not yet sent, or not final.
    pub(super) fn is_under_way(&self) -> bool {
        !self.working.is_empty() || (self.triggered.is_some() && self.sent.is_none())
    }

    /// Whether an ideal stop that begins now belongs to this episode, or to a new one.
    pub(super) fn takes_ideal(&self) -> bool {
        self.is_due() || (self.ideal.is_none() && self.is_under_way())
    }

    /// The ideal stop sells contracts.
    pub(super) fn sell_ideally(&mut self, time: SimTime, contracts: Quantity, bid: Price) {
        let (triggered, sent) = (self.triggered, self.sent);
        let ideal = self.ideal.get_or_insert_with(|| Ideal {
            at: time,
            phase: if triggered.is_some() { Phase::Noticed } else { Phase::Unnoticed },
            sale: Sale::default(),
            done: Sale::default(),
            delay: sent.map(|_| SimDuration::ZERO),
        });
        ideal.sale.add(contracts, bid);
    }

    /// Contracts that the ideal stop sold and that are still held.
    pub(super) fn unsold(&self) -> Quantity {
        let ideal = self.ideal.as_ref();
        ideal.map_or(Quantity::ZERO, |ideal| ideal.sale.contracts - ideal.done.contracts)
    }

    /// Contracts that the level guards were really sold.
    pub(super) fn sell(&mut self, contracts: Quantity, price: Price) {
        let contracts = contracts.min(self.unsold());
        if let Some(ideal) = &mut self.ideal {
            ideal.done.add(contracts, price);
        }
    }

    /// Contracts were sold beyond the position.
    pub(super) fn oversell(&mut self, contracts: Quantity, price: Price) {
        self.oversold.add(contracts, price);
    }

    /// The bot's stop triggered.
    pub(super) fn trigger(&mut self, time: SimTime) {
        self.triggers += 1;
        self.triggered.get_or_insert(time);
        if let Some(ideal) = &mut self.ideal
            && ideal.phase == Phase::Unnoticed
        {
            ideal.phase = Phase::Noticed;
        }
    }

    /// The bot sent a stop exit.
    pub(super) fn send(&mut self, time: SimTime, client_order: ClientOrderId) {
        self.sent.get_or_insert(time);
        self.working.push(client_order);
        if let Some(ideal) = &mut self.ideal
            && ideal.phase == Phase::Noticed
        {
            ideal.delay.get_or_insert(time.since(ideal.at));
        }
    }

    /// None of the contracts that the ideal stop sold is held any more, or the run is over.
    pub(super) fn end_ideal(&mut self) {
        if let Some(ideal) = &mut self.ideal {
            ideal.phase = match ideal.phase {
                Phase::Unnoticed | Phase::Missed => Phase::Missed,
                Phase::Noticed | Phase::Over => Phase::Over,
            };
        }
    }

    /// The episode as a row, by the prices at the run's end.
    pub(super) fn row(&self, market: &Market) -> StopEpisode {
        let ideal = self.ideal.as_ref();
        let sale = ideal.map(|ideal| ideal.sale).unwrap_or_default();
        let done = ideal.map(|ideal| ideal.done).unwrap_or_default();
        let unsold = market.mark_long().unwrap_or(self.level).times(self.unsold());
        let buy_back = market.mark_short().unwrap_or(self.level).times(self.oversold.contracts);
        let brought = done.proceeds + unsold + self.oversold.proceeds - buy_back;
        StopEpisode {
            market: self.market,
            level_dollars: self.level,
            began_at_s: self.began,
            ideal_at_s: ideal.map(|ideal| ideal.at),
            ideal_contracts: sale.contracts,
            ideal_proceeds_dollars: sale.proceeds,
            triggered_at_s: self.triggered,
            sent_at_s: self.sent,
            delay_s: ideal.and_then(|ideal| ideal.delay),
            missed: u64::from(ideal.is_some_and(|ideal| ideal.phase == Phase::Missed)),
            triggers: self.triggers,
            triggers_phantom: self.phantom,
            triggers_doubled: self.doubled,
            sold_contracts: done.contracts,
            sold_proceeds_dollars: done.proceeds,
            oversold_contracts: self.oversold.contracts,
            undersold_contracts: self.undersold,
            cost_dollars: sale.proceeds - brought,
        }
    }
}
