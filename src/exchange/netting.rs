//! Event netting: collateral that comes back while contracts are held.
//!
//! Where at most one market of an event can be YES, NO contracts of several of its markets can not
//! all be worthless. What an account's NO contracts must pay in the worst case is in its balance
//! already, at any time, if the account asked for that: with NO in `k` markets it is `k - 1` dollars
//! for each set of one contract of each (Kalshi, help centre, "Collateral returns", 2026, documented
//! with an example; only NO contracts count, and it is off unless asked for, documented).
//!
//! The rest follows from that. The return comes with the match; whether it helps to pay for the order
//! that brings it is not documented, see [`ReturnCredit`]. Closing gives back what is no longer certain,
//! so that it may cost money, and an order that closes needs that (documented: it may make an account
//! unable to sell). A settlement pays what it comes to beyond what was returned. A result that
//! was paid narrows the worst case: after a YES, every other NO contract of the event is certain.
//! Results that would together be worth more than one dollar are refused.

use crate::exchange::account::EventNetting;
use crate::exchange::collateral::{Candidate, Closable, Closables};
use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::ReturnCredit;
use crate::exchange::state::Exchange;
use crate::market::{CollateralReturn, EventRules, LifeError, MarketResult, MarketStatus};
use crate::units::{AccountId, Cash, EventId, MarketId, Position, Price, Quantity};

impl Exchange {
    /// Gives an event rules of its own.
    ///
    /// # Panics
    /// When one of its markets has traded or was decided already.
    pub fn list_event(&mut self, event: EventId, rules: EventRules) {
        let mut markets = self.markets.iter().filter(|here| here.terms.event == event);
        let has_lived =
            markets.any(|here| !here.activity.matched.is_zero() || here.status.result().is_some());
        assert!(!has_lived, "Invariant: {event} gets its rules before its markets trade");
        self.events.insert(event, rules);
    }

    /// Says whether an account has collateral returned where an event's rules allow it. Kalshi lets a
    /// member change it at any time, for positions to come; here it is said once.
    ///
    /// # Panics
    /// When there is no such account, or it had an order already.
    pub fn set_netting(&mut self, account: AccountId, netting: EventNetting) {
        let state = &mut self.accounts[account.number() as usize];
        assert!(state.has_used_none(), "Invariant: {account} says so before its first order");
        state.netting = netting;
    }

    /// Whether an account has collateral returned.
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn netting(&self, account: AccountId) -> EventNetting {
        self.accounts[account.number() as usize].netting
    }

    /// The rules of an event.
    #[must_use]
    pub fn event_rules(&self, event: EventId) -> EventRules {
        self.events.get(&event).copied().unwrap_or_default()
    }

    /// What was returned to an account for its NO contracts of an event, and not taken back
    /// \[dollar\].
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn returned(&self, account: AccountId, event: EventId) -> Cash {
        let returned = &self.accounts[account.number() as usize].returned;
        returned.get(&event).copied().unwrap_or_default()
    }

    /// The event of a market, if it is one for which an account has collateral returned.
    fn netted(&self, account: AccountId, market: MarketId) -> Option<EventId> {
        if self.accounts[account.number() as usize].netting == EventNetting::Off {
            return None;
        }
        let event = self.markets[market.number() as usize].terms.event;
        Some(event).filter(|event| self.is_exclusive(*event))
    }

    fn is_exclusive(&self, event: EventId) -> bool {
        self.event_rules(event).collateral_return == CollateralReturn::MutuallyExclusive
    }

    /// What closing contracts of a market sets free for an account.
    pub(super) fn closables(&self, account: AccountId, market: MarketId) -> Closables {
        self.closables_if(account, market, None)
    }

    /// The same, if it held something else in another market.
    fn closables_if(
        &self,
        account: AccountId,
        market: MarketId,
        otherwise: Option<(MarketId, Position)>,
    ) -> Closables {
        let position = self.position(account, market);
        let whole = Closables::of(position);
        let Some(event) = self.netted(account, market) else { return whole };
        // NO contracts beyond those of every other market are the worst case: of them, only what the
        // event's paid results have made certain was returned. Of the others, everything was.
        let others = self.no_contracts(account, event).filter(|(other, _)| *other != market);
        let others = others.map(|(other, contracts)| match otherwise {
            Some((changed, held)) if changed == other => held.short(),
            _ => contracts,
        });
        let most = others.max().unwrap_or_default();
        let quantity = position.short().saturating_sub(most);
        Closables { bids: Closable { quantity, kept: self.yes_left(event) }, ..whole }
    }

    /// An account's NO contracts of an event, by market.
    fn no_contracts(
        &self,
        account: AccountId,
        event: EventId,
    ) -> impl Iterator<Item = (MarketId, Quantity)> {
        let held = self.accounts[account.number() as usize].holdings();
        held.filter(move |(market, _)| self.markets[market.number() as usize].terms.event == event)
            .map(|(market, holding)| (market, holding.position.short()))
    }

    /// The most that YES contracts of an event, one of each market that has not paid, can still be
    /// worth together.
    fn yes_left(&self, event: EventId) -> Price {
        let here = self.markets.iter().filter(|here| here.terms.event == event);
        here.fold(Price::ONE_DOLLAR, |left, here| match here.status {
            MarketStatus::Finalized(result) => left
                .down(result.settlement_value().ten_thousandths())
                .expect("Invariant: results of an event are worth at most one dollar together"),
            _ => left,
        })
    }

    /// What an account's NO contracts of an event pay in the worst case, if it held `position` in a
    /// market: all of them but for what is still to come of YES, in the market where that hurts most.
    fn certain(
        &self,
        account: AccountId,
        event: EventId,
        (market, position): (MarketId, Position),
    ) -> Cash {
        let others = self.no_contracts(account, event).filter(|(other, _)| *other != market);
        let all = others.map(|(_, contracts)| contracts).chain([position.short()]);
        let (sum, most) = all.fold((Quantity::ZERO, Quantity::ZERO), |(sum, most), contracts| {
            (sum + contracts, most.max(contracts))
        });
        Price::ONE_DOLLAR.times(sum) - self.yes_left(event).times(most)
    }

    /// What is to be returned to an account beyond what was, if it held `position` in a market
    /// \[dollar\]; below zero it is to be taken back.
    pub(super) fn return_due(
        &self,
        account: AccountId,
        market: MarketId,
        position: Position,
    ) -> Cash {
        self.netted(account, market).map_or(Cash::ZERO, |event| {
            self.certain(account, event, (market, position)) - self.returned(account, event)
        })
    }

    /// What comes back to an account as it comes to hold `position` in a market, if it got `returned`
    /// back on the way there \[dollar\]; below zero it pays that back.
    ///
    /// Rounded down, because a balance has no finer steps: the rest comes with a settlement.
    pub(super) fn returns(
        &self,
        account: AccountId,
        market: MarketId,
        position: Position,
        returned: Cash,
    ) -> Cash {
        let step = self.settings.fee_rounding.balance_step();
        (self.return_due(account, market, position) - returned).floor_to(step)
    }

    /// What comes back to an account with the matches of an order that comes in, less what its orders in
    /// other markets lock more for it \[dollar\]; nothing where orders have to be paid before.
    pub(super) fn return_credit(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> Cash {
        let event = match self.settings.money.return_credit {
            ReturnCredit::AfterTheMatch => None,
            ReturnCredit::WithTheOrder => self.netted(account, market),
        };
        let Some(event) = event else { return Cash::ZERO };
        let taken = self.taken(account, market, candidate);
        let taken = taken.iter().map(|(_, quantity)| *quantity).sum();
        let held = self.position(account, market) + Position::of(candidate.side, taken);
        let others = self.no_contracts(account, event).filter(|(other, _)| *other != market);
        let more: Cash = others
            .map(|(other, _)| {
                let closables = self.closables_if(account, other, Some((market, held)));
                self.compute_lock(account, other, closables) - self.locked(account, other)
            })
            .sum();
        (self.returns(account, market, held, Cash::ZERO) - more).max(Cash::ZERO)
    }

    /// Returns collateral to an account for what it holds now, or takes it back.
    pub(super) fn net(
        &mut self,
        account: AccountId,
        market: MarketId,
        events: &mut Vec<ExchangeEvent>,
    ) {
        if self.netted(account, market).is_none() {
            return;
        }
        let amount = self.returns(account, market, self.position(account, market), Cash::ZERO);
        self.give_back(account, market, amount, events);
    }

    /// Returns so much collateral to an account; below zero, takes it back.
    pub(super) fn give_back(
        &mut self,
        account: AccountId,
        market: MarketId,
        amount: Cash,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let Some(event) = self.netted(account, market) else { return };
        let others: Vec<_> = self.no_contracts(account, event).map(|(other, _)| other).collect();
        for other in others {
            self.concern(account, other);
        }
        if amount == Cash::ZERO {
            return;
        }
        self.ledger.move_to_pool(account, -amount);
        *self.accounts[account.number() as usize].returned.entry(event).or_default() += amount;
        events.push(ExchangeEvent::CollateralReturned { account, event, amount });
    }

    /// Whether a market of an event may have a result besides the results that others have.
    pub(super) fn check_result(
        &self,
        market: MarketId,
        result: MarketResult,
    ) -> Result<(), LifeError> {
        let event = self.markets[market.number() as usize].terms.event;
        if !self.is_exclusive(event) {
            return Ok(());
        }
        let others = self.markets.iter().filter(|here| here.id != market);
        let others = others.filter(|here| here.terms.event == event);
        let results = others.filter_map(|here| here.status.result()).chain([result]);
        let one = Quantity::of_contracts(1).expect("Invariant: below the maximum");
        let found: Cash = results.map(|result| result.settlement_value().times(one)).sum();
        let most = Price::ONE_DOLLAR.times(one);
        if found > most { Err(LifeError::ResultsTooHigh { event, found }) } else { Ok(()) }
    }
}
