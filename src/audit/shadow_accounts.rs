//! What accounts have, as the events tell it.

use std::collections::BTreeMap;

use crate::protocol::{BalanceView, FillReport};
use crate::units::{AccountId, Cash, MarketId, Position};

/// All accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct ShadowAccounts {
    pub(super) accounts: BTreeMap<AccountId, ShadowAccount>,
    pub(super) positions: BTreeMap<(MarketId, AccountId), Position>,
    /// What all of them paid.
    pub(super) fees: Cash,
}

/// One account.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ShadowAccount {
    /// What came and went since its deposit, fees included.
    pub(super) change: Cash,
    /// How many fills it had.
    pub(super) fills: u32,
    /// What it paid as a maker, or locks since a waiver ended, where that is not locked before.
    pub(super) unlocked_fees: Cash,
    /// The money that it was told last.
    pub(super) told: Option<BalanceView>,
}

impl ShadowAccounts {
    pub(super) fn position(&self, account: AccountId, market: MarketId) -> Position {
        self.positions.get(&(market, account)).copied().unwrap_or_default()
    }

    pub(super) fn account(&self, account: AccountId) -> ShadowAccount {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    /// Books a fill: what closes brings the other side of a dollar, what opens is paid. Returns the
    /// position after it.
    pub(super) fn fill(&mut self, account: AccountId, fill: &FillReport) -> Position {
        let position = self.positions.entry((fill.market, account)).or_default();
        let own_price = fill.side.own_price(fill.price);
        let closing = position.closable(fill.side).min(fill.quantity);
        *position += Position::of(fill.side, fill.quantity);
        let here = self.accounts.entry(account).or_default();
        here.change += own_price.complement().times(closing);
        here.change -= own_price.times(fill.quantity - closing) + fill.fee;
        here.fills += 1;
        self.fees += fill.fee;
        *position
    }

    /// Books what a market paid for a position, which is over. Returns what was held.
    pub(super) fn settle(
        &mut self,
        account: AccountId,
        market: MarketId,
        payout: Cash,
        fee: Cash,
    ) -> Position {
        self.accounts.entry(account).or_default().change += payout;
        self.fees += fee;
        self.positions.remove(&(market, account)).unwrap_or_default()
    }
}
