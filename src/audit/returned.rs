//! Collateral that was returned, as the audit knows it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::shadow_accounts::ShadowAccounts;
use crate::exchange::{EventNetting, Exchange};
use crate::market::{CollateralReturn, MarketStatus};
use crate::units::{AccountId, Cash, EventId, MarketId, Price, Quantity, Side};

/// Who has collateral returned where, and what was told of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Returned {
    /// By market.
    events: Vec<EventId>,
    /// The events whose rules return collateral.
    exclusive: BTreeSet<EventId>,
    /// The accounts that asked for it.
    netted: BTreeSet<AccountId>,
    told: BTreeMap<(AccountId, EventId), Cash>,
}

impl Returned {
    pub(super) fn new(exchange: &Exchange) -> Self {
        let events: Vec<_> =
            exchange.markets().map(|market| exchange.terms(market).event).collect();
        let is_exclusive = |event: &EventId| {
            exchange.event_rules(*event).collateral_return == CollateralReturn::MutuallyExclusive
        };
        let netted = exchange.accounts();
        let netted = netted.filter(|account| exchange.netting(*account) == EventNetting::On);
        Self {
            exclusive: events.iter().copied().filter(is_exclusive).collect(),
            events,
            netted: netted.collect(),
            told: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, account: AccountId, event: EventId, amount: Cash) {
        *self.told.entry((account, event)).or_default() += amount;
    }

    /// To one account, for all events.
    pub(super) fn of(&self, account: AccountId) -> Cash {
        let own = self.told.iter().filter(|((whose, _), _)| *whose == account);
        own.map(|(_, amount)| *amount).sum()
    }

    /// To one account for one event.
    pub(super) fn told(&self, account: AccountId, event: EventId) -> Cash {
        self.told.get(&(account, event)).copied().unwrap_or_default()
    }

    /// To all accounts.
    pub(super) fn sum(&self) -> Cash {
        self.told.values().copied().sum()
    }

    /// Every event.
    pub(super) fn events(&self) -> BTreeSet<EventId> {
        self.events.iter().copied().collect()
    }

    pub(super) fn is_netted(&self, account: AccountId, event: EventId) -> bool {
        self.netted.contains(&account) && self.exclusive.contains(&event)
    }

    /// An account's NO contracts of an event, by market.
    fn no_contracts(
        &self,
        accounts: &ShadowAccounts,
        account: AccountId,
        event: EventId,
    ) -> Vec<(MarketId, Quantity)> {
        let markets = (0..).map(MarketId::new).zip(&self.events);
        let of_event = markets.filter(|(_, here)| **here == event);
        of_event.map(|(market, _)| (market, accounts.position(account, market).short())).collect()
    }

    /// One dollar less what the markets of an event have paid for a YES contract each.
    fn left(&self, statuses: &[MarketStatus], event: EventId) -> Price {
        let of_event = statuses.iter().zip(&self.events).filter(|(_, here)| **here == event);
        let paid = of_event.map(|(status, _)| match status {
            MarketStatus::Finalized(result) => result.settlement_value().ten_thousandths(),
            _ => 0,
        });
        let left = Price::ONE_DOLLAR.down(paid.sum());
        left.expect("Invariant: results of an event fit into a dollar")
    }

    /// The least that an account's NO contracts pay, over each market that may still be YES.
    pub(super) fn certain(
        &self,
        accounts: &ShadowAccounts,
        statuses: &[MarketStatus],
        account: AccountId,
        event: EventId,
    ) -> Cash {
        let held = self.no_contracts(accounts, account, event);
        let left = self.left(statuses, event);
        let pays = |yes: MarketId| -> Cash {
            let each = held.iter().map(|(market, contracts)| {
                let value = if *market == yes { left } else { Price::ZERO };
                value.complement().times(*contracts)
            });
            each.sum()
        };
        held.iter().map(|(market, _)| pays(*market)).min().unwrap_or_default()
    }

    /// How much orders of one side close before they open, and what each contract of that sets free.
    pub(super) fn closable(
        &self,
        accounts: &ShadowAccounts,
        statuses: &[MarketStatus],
        (account, market): (AccountId, MarketId),
        side: Side,
    ) -> (Quantity, Price) {
        let position = accounts.position(account, market);
        let event = self.events[market.number() as usize];
        let closable = position.closable(side);
        match side {
            Side::Bid if self.is_netted(account, event) => {
                let held = self.no_contracts(accounts, account, event);
                let others = held.iter().filter(|(other, _)| *other != market);
                let most = others.map(|(_, contracts)| *contracts).max().unwrap_or_default();
                (closable.saturating_sub(most), self.left(statuses, event))
            }
            Side::Bid | Side::Ask => (closable, Price::ONE_DOLLAR),
        }
    }
}
