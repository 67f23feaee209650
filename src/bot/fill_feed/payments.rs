//! Markets that pay: what is held there is over.
//!
//! The private feed tells of it. What it lost leaves a trace: nobody bids or asks in a market that is
//! closed. While contracts are held in such a market, positions are read now and then; what the
//! exchange does not show any more although nothing was sold, the market paid. What for, that does not
//! tell: then nothing is booked, and the next read of the balance shows it.

use std::collections::BTreeMap;

use crate::bot::fill_feed::desk::{Act, Desk};
use crate::bot::fill_feed::prices::Read;
use crate::link::RequestError;
use crate::protocol::PositionView;
use crate::protocol::record::BeliefCause;
use crate::units::{MarketId, Price, SimTime};

/// Which markets paid, and when to ask whether others did.
#[derive(Debug, Default)]
pub(super) struct Payments {
    /// With what each YES contract was worth, where that was told.
    pub(super) paid: BTreeMap<MarketId, Option<Price>>,
    /// When contracts of a market were last counted.
    counted_at: BTreeMap<MarketId, SimTime>,
    read: Read,
    /// When positions are read next; never, while nothing is held where nobody bids or asks.
    next_at: Option<SimTime>,
}

impl Payments {
    /// What the process that follows on this one knows of them.
    pub(super) fn started_anew(self) -> Self {
        let Self { paid, counted_at, .. } = self;
        Self { paid, counted_at, ..Self::default() }
    }

    /// Contracts of a market were counted as bought or sold.
    pub(super) fn note_count(&mut self, now: SimTime, market: MarketId) {
        self.counted_at.insert(market, now);
    }
}

impl Desk {
    /// A market paid this for each YES contract.
    pub(super) fn take_paid(&mut self, market: MarketId, value: Price) {
        self.payments.paid.insert(market, Some(value));
        self.equity.forget();
    }

    /// Closes what is held where a market paid, whenever it is heard of.
    pub(super) fn close_paid(&mut self) {
        for id in self.record_ids() {
            let record = self.record(id);
            let Some(value) = self.payments.paid.get(&record.market).copied() else { continue };
            let is_news = !record.held().is_zero();
            let profit = self.record_mut(id).pay(value);
            self.book(id, profit);
            if is_news {
                self.record_mut(id).exit = None;
                self.tell_holding(id, BeliefCause::MarketPaid);
            }
        }
    }

    /// Asks for positions when it is time to.
    pub(super) fn work_payments(&mut self, now: SimTime) {
        if self.held_in_silence().is_empty() {
            self.payments.next_at = None;
            return;
        }
        if self.payments.read == Read::Sent {
            return;
        }
        let first = now + self.settings.feed.safety_read.length();
        let due = *self.payments.next_at.get_or_insert(first);
        if due > now {
            self.wake_at(due);
        } else {
            self.payments.read = Read::Sent;
            self.acts.push(Act::ReadPositions);
        }
    }

    /// A read of positions that was sent at an instant was answered. What it does not show was paid, if
    /// it can not be older than what is held, and no order can have sold that.
    pub(super) fn take_positions(
        &mut self,
        now: SimTime,
        sent_at: SimTime,
        outcome: Result<Vec<PositionView>, RequestError>,
    ) {
        self.payments.read = Read::None;
        self.payments.next_at = Some(now + self.settings.feed.safety_read.length());
        let Ok(views) = outcome else { return };
        for market in self.held_in_silence() {
            let is_shown = |view: &PositionView| view.market == market && !view.position.is_flat();
            let counted_at = self.payments.counted_at.get(&market).copied().unwrap_or_default();
            let may_be_old = sent_at < counted_at + self.settings.feed.read_lag;
            let may_sell =
                self.unsettled.iter().any(|order| self.orders[order].create.market == market);
            if !views.iter().any(is_shown) && !may_be_old && !may_sell {
                self.payments.paid.entry(market).or_insert(None);
                self.equity.forget();
            }
        }
    }

    /// The markets in which something is held while nobody bids or asks.
    fn held_in_silence(&self) -> Vec<MarketId> {
        let silent = self.markets.iter().filter(|(_, sight)| sight.is_silent());
        silent.map(|(market, _)| *market).filter(|market| self.holds_in(*market)).collect()
    }
}
