//! From a signal to an entry order: limits and cap, with working orders at their worst.

use std::collections::VecDeque;

use crate::bot::fill_feed::desk::{Act, Desk};
use crate::bot::fill_feed::record::PositionRecord;
use crate::bot::fill_feed::settings::FillFeedSettings;
use crate::bot::fill_feed::tracked::{EntryEnd, Role, Wish};
use crate::bot::limits::fitting;
use crate::bot::settings::{EntryTimeInForce, ExcessPolicy};
use crate::bot::strategy::{Notice, Signal};
use crate::link::RequestError;
use crate::market::TimeInForce;
use crate::protocol::record::{Decision, EntryResult, LimitRule, Verdict};
use crate::protocol::{BalanceView, CreateOrder, Purpose};
use crate::units::{Cash, MarketId, Quantity, Side, SimDuration, SimTime};

/// A signal that was noticed and not yet acted on.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingSignal {
    signal: Signal,
    noticed_at: SimTime,
}

/// What the account is worth at cost: its cash, as last read, and what was paid for what is held.
///
/// A read may show the account as it was before the latest fills, so their cost must not count
/// beside the cash that paid for them: what counts is the least that was held at any time that the
/// read can speak of.
#[derive(Clone, Debug, Default)]
pub(super) struct Equity {
    known: Option<(Cash, SimTime)>,
    read: BalanceRead,
    tries: u32,
    /// What was paid for what was held, and since when, oldest first.
    held: VecDeque<(SimTime, Cash)>,
}

/// Whether a read of the balance is on its way, or when the next may be sent.
#[derive(Clone, Copy, Debug, Default)]
enum BalanceRead {
    #[default]
    None,
    Sent,
    /// The last one failed.
    NotBefore(SimTime),
}

impl Equity {
    /// The balance was read, or was not. A failed read leaves what is known.
    pub(super) fn take(
        &mut self,
        now: SimTime,
        outcome: Result<BalanceView, RequestError>,
        settings: &FillFeedSettings,
    ) {
        if let Ok(view) = outcome {
            let held = self.least_held(now, settings.read_lag);
            self.known = Some((view.balance + held, now));
            (self.read, self.tries) = (BalanceRead::None, 0);
        } else {
            self.read = BalanceRead::NotBefore(now + settings.retry_after(self.tries));
            self.tries = self.tries.saturating_add(1);
        }
    }

    /// What is known is no more so: a market paid. It has to be read again.
    pub(super) fn forget(&mut self) {
        self.known = None;
    }

    /// What was paid for what is held is this much from now on.
    pub(super) fn hold(&mut self, now: SimTime, cost: Cash, read_lag: SimDuration) {
        if self.held.back().is_none_or(|(_, latest)| *latest != cost) {
            self.held.push_back((now, cost));
        }
        // The one before the span that a read can speak of says what was held as it began.
        while self.held.get(1).is_some_and(|(since, _)| now.since(*since) >= read_lag) {
            self.held.pop_front();
        }
    }

    /// The least that was held since the earliest instant that a read of now can show. Before the
    /// first purchase nothing was.
    fn least_held(&self, now: SimTime, read_lag: SimDuration) -> Cash {
        let is_whole = self.held.front().is_some_and(|(since, _)| now.since(*since) >= read_lag);
        let spans = self.held.iter().zip(self.held.iter().skip(1).map(Some).chain([None]));
        let shown =
            spans.filter(|(_, next)| next.is_none_or(|(until, _)| now.since(*until) < read_lag));
        let least = shown.map(|((_, cost), _)| *cost).min().unwrap_or_default();
        if is_whole { least } else { Cash::ZERO }
    }

    /// What to decide with: what is known, if it is young, or if it could not be read anew.
    fn usable(&self, now: SimTime, cache: SimDuration) -> Option<Cash> {
        let (cash, at) = self.known?;
        let is_failing = matches!(self.read, BalanceRead::NotBefore(_));
        // A read that was answered at this very instant is young, whatever the cache.
        let is_young = now.since(at) < cache || now == at;
        (is_young || is_failing).then_some(cash)
    }
}

impl Desk {
    pub(super) fn take_notice(&mut self, now: SimTime, notice: Notice) {
        match notice {
            Notice::NoPrice { number } => self.give_up(number),
            Notice::Signal(signal) => {
                self.decide(signal.noticed());
                self.signals.push_back(PendingSignal { signal, noticed_at: now });
            }
        }
    }

    /// Acts on the signals that can be acted on. One whose market is being sold waits, as does one
    /// whose limits can not be checked; a signal that is as old as its order would be is dropped.
    pub(super) fn work_signals(&mut self, now: SimTime) {
        for pending in std::mem::take(&mut self.signals) {
            let PendingSignal { signal, noticed_at } = pending;
            let FillFeedSettings { rest, retry_longest, .. } = self.settings.feed;
            let latest = noticed_at + rest.max(retry_longest.length());
            let has_to_wait = self.readings.is_owed() || self.sells_in(signal.market);
            let equity = if has_to_wait { None } else { self.equity_for(now) };
            match equity {
                Some(equity) => self.enter(now, &signal, equity),
                None if now >= latest => self.give_up(signal.number),
                None => {
                    self.signals.push_back(pending);
                    self.wake_at(latest);
                }
            }
        }
    }

    fn give_up(&self, signal: u32) {
        let (result, filled) = (EntryResult::NotSent, Quantity::ZERO);
        self.decide(Decision::EntryDone { signal, result, filled });
    }

    /// The equity to decide with, or a request for it.
    fn equity_for(&mut self, now: SimTime) -> Option<Cash> {
        let usable = self.equity.usable(now, self.settings.limits.balance_cache);
        if usable.is_none() {
            match self.equity.read {
                BalanceRead::Sent => {}
                BalanceRead::NotBefore(instant) if instant > now => self.wake_at(instant),
                BalanceRead::None | BalanceRead::NotBefore(_) => {
                    self.equity.read = BalanceRead::Sent;
                    self.acts.push(Act::ReadBalance);
                }
            }
        }
        usable
    }

    fn enter(&mut self, now: SimTime, signal: &Signal, equity: Cash) {
        let mut quantity = signal.quantity;
        for rule in [LimitRule::TotalExposure, LimitRule::EventExposure] {
            if !quantity.is_zero() {
                quantity = self.admitted(signal, rule, equity, quantity);
            }
        }
        if !quantity.is_zero() {
            quantity = self.allowed(signal, quantity);
        }
        if quantity.is_zero() {
            self.give_up(signal.number);
            return;
        }
        let rest = self.settings.feed.rest;
        let client_order = self.new_client_order();
        let Signal { market, limit_price, .. } = *signal;
        let create = CreateOrder {
            time_in_force: self.time_in_force(now),
            ..CreateOrder::new(client_order, market, Side::Bid, limit_price, quantity)
        };
        let role = Role::Entry { signal: *signal, record: None, end: EntryEnd::Owed };
        let purpose = Purpose::Entry { signal: signal.number };
        self.send(now, create, role, Wish::RestUntil(now + rest), purpose);
    }

    /// An order that may rest is given an expiry, so that it is gone by a known instant even if no
    /// cancel gets through.
    fn time_in_force(&self, now: SimTime) -> TimeInForce {
        let FillFeedSettings { rest, expiry_margin, .. } = self.settings.feed;
        match self.settings.order {
            EntryTimeInForce::GoodTillCanceled { expires_after } => {
                let own = rest + expiry_margin.length();
                let life = expires_after.map_or(own, |life| life.min(own));
                TimeInForce::GoodTillCanceled { expires_at: Some(now + life) }
            }
            EntryTimeInForce::ImmediateOrCancel => TimeInForce::ImmediateOrCancel,
            EntryTimeInForce::FillOrKill => TimeInForce::FillOrKill,
        }
    }

    /// The contracts that a limit lets go on, of as many as are wanted.
    fn admitted(
        &self,
        signal: &Signal,
        rule: LimitRule,
        equity: Cash,
        wanted: Quantity,
    ) -> Quantity {
        let limits = &self.settings.limits;
        let limit = match rule {
            LimitRule::TotalExposure => limits.total_share.of_cash(equity),
            LimitRule::EventExposure => limits.event_share.of_cash(equity),
        };
        let believed = self.worst_exposure(rule, signal.market);
        let fits = match limits.when_exceeded {
            ExcessPolicy::Refuse if believed + signal.limit_price.times(wanted) > limit => {
                Quantity::ZERO
            }
            ExcessPolicy::Refuse => wanted,
            ExcessPolicy::ScaleDown => wanted.min(fitting(limit - believed, signal.limit_price)),
        };
        let (sent, verdict) =
            if fits.is_zero() { (wanted, Verdict::Refused) } else { (fits, Verdict::Accepted) };
        let added = signal.limit_price.times(sent);
        self.decide(Decision::Limit {
            signal: signal.number,
            rule,
            market: signal.market,
            believed,
            added,
            limit,
            verdict,
        });
        fits
    }

    /// What is held, and what every entry order can still bring: in flight, resting or of unknown
    /// outcome alike. Exits count once they are known to be filled.
    pub(super) fn worst_exposure(&self, rule: LimitRule, market: MarketId) -> Cash {
        let event = |market: MarketId| self.markets.get(&market).map(|sight| sight.event);
        let covered = |other: MarketId| match rule {
            LimitRule::TotalExposure => true,
            LimitRule::EventExposure => event(other) == event(market),
        };
        let records = self.records.iter().filter(|record| covered(record.market));
        let held: Cash = records.map(PositionRecord::exposure).sum();
        let orders = self.unsettled.iter().map(|order| &self.orders[order]);
        let entries = orders.filter(|order| {
            covered(order.create.market) && matches!(order.role, Role::Entry { .. })
        });
        let open: Cash = entries.map(|entry| entry.create.limit_price.times(entry.open())).sum();
        held + open
    }

    /// The contracts that the live-quantity cap lets be sent, with working orders at their worst.
    fn allowed(&self, signal: &Signal, wanted: Quantity) -> Quantity {
        let records = self.records.iter().filter(|record| record.market == signal.market);
        let held: Quantity = records.map(PositionRecord::held).sum();
        let open: Quantity = self.entries_in(signal.market).map(|(_, entry)| entry.open()).sum();
        let live = held + open;
        let cap = self.settings.limits.live_cap_factor.whole_contracts_of(signal.quantity);
        let allowed = wanted.min(cap.saturating_sub(live));
        self.decide(Decision::LiveCap { signal: signal.number, live, wanted, allowed });
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> SimTime {
        SimTime::START + SimDuration::from_s(s)
    }

    fn cash(dollars: i64) -> Cash {
        Cash::from_millionths(dollars * 1_000_000)
    }

    /// A read may be 10 s old. 40 dollars are held from 3 s on, 70 from 20 s on, 10 from 25 s on.
    #[test]
    fn what_a_read_may_not_know_to_be_paid_for_does_not_count_beside_its_cash() {
        let settings = FillFeedSettings::default();
        for (read_at, held) in [
            // The read may show any instant from 2 s on, when nothing was held.
            (12, 0),
            (13, 40),
            // From 19 s on: 40, or 70, or 10 since then.
            (24, 40),
            (29, 10),
            (60, 10),
        ] {
            let mut equity = Equity::default();
            for (since, dollars) in [(0, 0), (3, 40), (20, 70), (25, 10)] {
                if since <= read_at {
                    equity.hold(at(since), cash(dollars), settings.read_lag);
                }
            }
            let view = BalanceView { balance: cash(500), available: cash(300) };
            equity.take(at(read_at), Ok(view), &settings);
            let usable = equity.usable(at(read_at), SimDuration::ZERO);
            assert_eq!(usable, Some(cash(500 + held)), "read at {read_at} s");
        }
    }
}
