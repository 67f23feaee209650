//! Collateral that was returned, as the audit knows it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::exchange_audit::broken;
use crate::audit::violation::{Rule, Violation};
use crate::exchange::{EventNetting, Exchange};
use crate::market::{CollateralReturn, MarketStatus};
use crate::units::{AccountId, Cash, EventId, MarketId, Price, Quantity, Side};

/// What was told of collateral that came back.
#[derive(Clone, Debug, Default)]
pub(super) struct Returned {
    told: BTreeMap<(AccountId, EventId), Cash>,
}

impl Returned {
    pub(super) fn note(&mut self, account: AccountId, event: EventId, amount: Cash) {
        *self.told.entry((account, event)).or_default() += amount;
    }

    /// To one account, for all events.
    pub(super) fn of(&self, account: AccountId) -> Cash {
        let own = self.told.iter().filter(|((whose, _), _)| *whose == account);
        own.map(|(_, amount)| *amount).sum()
    }

    /// To all accounts.
    pub(super) fn sum(&self) -> Cash {
        self.told.values().copied().sum()
    }

    /// Compares what was told with what contracts are certain to pay.
    pub(super) fn check(&self, exchange: &Exchange) -> Result<(), Violation> {
        let events: BTreeSet<EventId> =
            exchange.markets().map(|market| exchange.terms(market).event).collect();
        for event in events {
            for account in exchange.accounts() {
                let told = self.told.get(&(account, event)).copied().unwrap_or_default();
                let found = exchange.returned(account, event);
                let certain = if is_netted(exchange, account, event) {
                    certain(exchange, account, event)
                } else {
                    Cash::ZERO
                };
                if told != found || found != certain {
                    let found = (account, event, told, found, certain);
                    return Err(broken(Rule::ReturnIsCertain, &found));
                }
            }
        }
        Ok(())
    }
}

fn is_netted(exchange: &Exchange, account: AccountId, event: EventId) -> bool {
    exchange.netting(account) == EventNetting::On
        && exchange.event_rules(event).collateral_return == CollateralReturn::MutuallyExclusive
}

/// An account's NO contracts of an event, by market.
fn no_contracts(
    exchange: &Exchange,
    account: AccountId,
    event: EventId,
) -> Vec<(MarketId, Quantity)> {
    let of_event = exchange.markets().filter(|market| exchange.terms(*market).event == event);
    of_event.map(|market| (market, exchange.position(account, market).short())).collect()
}

/// One dollar less what the markets of an event have paid for a YES contract each.
fn left(exchange: &Exchange, event: EventId) -> Price {
    let of_event = exchange.markets().filter(|market| exchange.terms(*market).event == event);
    let paid = of_event.map(|market| match exchange.market_status(market) {
        MarketStatus::Finalized(result) => result.settlement_value().ten_thousandths(),
        _ => 0,
    });
    Price::ONE_DOLLAR.down(paid.sum()).expect("Invariant: results of an event fit into a dollar")
}

/// The least that an account's NO contracts pay, over each market that may still be YES.
fn certain(exchange: &Exchange, account: AccountId, event: EventId) -> Cash {
    let held = no_contracts(exchange, account, event);
    let left = left(exchange, event);
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
    exchange: &Exchange,
    account: AccountId,
    market: MarketId,
    side: Side,
) -> (Quantity, Price) {
    let position = exchange.position(account, market);
    let event = exchange.terms(market).event;
    match side {
        Side::Ask => (position.long(), Price::ONE_DOLLAR),
        Side::Bid if is_netted(exchange, account, event) => {
            let held = no_contracts(exchange, account, event);
            let others = held.iter().filter(|(other, _)| *other != market);
            let most = others.map(|(_, contracts)| *contracts).max().unwrap_or_default();
            (position.short().saturating_sub(most), left(exchange, event))
        }
        Side::Bid => (position.short(), Price::ONE_DOLLAR),
    }
}
