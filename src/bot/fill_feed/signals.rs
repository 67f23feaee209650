//! From a signal to an entry order: limits and cap, with working orders at their worst.

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

/// The cash that no resting order locks, as last read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Equity {
    known: Option<(Cash, SimTime)>,
    read: BalanceRead,
    tries: u32,
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
            *self = Self { known: Some((view.available, now)), ..Self::default() };
        } else {
            self.read = BalanceRead::NotBefore(now + settings.retry_after(self.tries));
            self.tries = self.tries.saturating_add(1);
        }
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
                self.decide(Decision::Signal {
                    signal: signal.number,
                    market: signal.market,
                    quantity: signal.quantity,
                    limit_price: signal.limit_price,
                    stop: signal.stop,
                    target: signal.target,
                    due: signal.due,
                });
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
