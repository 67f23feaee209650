//! Collateral of an event of which at most one market can be YES: what NO contracts must pay in the
//! worst case comes back while they are held, to accounts that ask for it.

use fillgap::market::{MarketResult, MarketStatus};
use fillgap::units::{AccountId, Cash, MarketId, Position, Price, Quantity};

use super::readings::Second;
use super::state::{Order, Reference};

/// What a YES contract is worth.
pub(super) fn value_of(result: MarketResult) -> Price {
    match result {
        MarketResult::Yes => Price::ONE_DOLLAR,
        MarketResult::No => Price::ZERO,
        MarketResult::Scalar(value) => value,
    }
}

/// A fill that is only thought of.
pub(super) type Thought = (MarketId, Position);

impl Reference {
    pub(super) fn has_returns(&self, account: AccountId) -> bool {
        self.settings.returns.is_some_and(|to| to[account.number() as usize])
    }

    /// What YES contracts of the event that did not pay yet can be worth together at most.
    pub(super) fn yes_left(&self) -> Price {
        let paid = self.markets.iter().filter_map(|market| match market.status {
            MarketStatus::Finalized(result) => Some(value_of(result).ten_thousandths()),
            _ => None,
        });
        Price::new(10_000 - paid.sum::<u16>()).unwrap()
    }

    /// An account's NO contracts of each market, if it held something else in one.
    fn all_no(&self, account: AccountId, thought: Option<Thought>) -> Vec<Quantity> {
        let markets = (0..).map(MarketId::new).take(self.markets.len());
        let held = markets.map(|market| match thought {
            Some((changed, held)) if changed == market => held,
            _ => self.position(account, market),
        });
        held.map(Position::short).collect()
    }

    /// What an account's NO contracts pay at least: each market in turn is what YES is left for.
    fn certain(&self, account: AccountId, thought: Option<Thought>) -> Cash {
        let all = self.all_no(account, thought);
        let outcomes = (0..all.len()).map(|loser| {
            let pays = all.iter().enumerate().map(|(index, contracts)| {
                let yes = if index == loser { self.yes_left() } else { Price::ZERO };
                yes.complement().times(*contracts)
            });
            pays.sum()
        });
        outcomes.min().unwrap()
    }

    /// What comes back to an account beyond what did, if it held something else; below zero it is
    /// taken back.
    pub(super) fn due_back(&self, account: AccountId, thought: Option<Thought>) -> Cash {
        if !self.has_returns(account) {
            return Cash::ZERO;
        }
        self.certain(account, thought) - self.returned[account.number() as usize]
    }

    /// What comes back with a fill; below zero it is taken back.
    pub(super) fn comes_back(&self, order: &Order, quantity: Quantity) -> Cash {
        let held = self.position(order.account, order.market) + Position::of(order.side, quantity);
        self.in_steps(self.due_back(order.account, Some((order.market, held))))
    }

    /// What comes back in steps of a balance, rounded down.
    pub(super) fn in_steps(&self, due: Cash) -> Cash {
        let step = self.settings.rounding.step().millionths();
        Cash::from_millionths(due.millionths().div_euclid(step) * step)
    }

    pub(super) fn give_back(&mut self, account: AccountId) {
        self.give(account, self.in_steps(self.due_back(account, None)));
    }

    /// With what a settlement pays, which is rounded with it.
    pub(super) fn give_back_exactly(&mut self, account: AccountId) {
        self.give(account, self.due_back(account, None));
    }

    fn give(&mut self, account: AccountId, due: Cash) {
        self.cash[account.number() as usize] += due;
        self.returned[account.number() as usize] += due;
    }

    /// The NO contracts of a market that are in no set with those of another one.
    pub(super) fn alone(
        &self,
        account: AccountId,
        market: MarketId,
        thought: Option<Thought>,
    ) -> Quantity {
        let all = self.all_no(account, thought);
        let index = market.number() as usize;
        let others = all.iter().enumerate().filter(|(other, _)| *other != index);
        let most = others.map(|(_, contracts)| *contracts).max().unwrap_or_default();
        all[index].saturating_sub(most)
    }

    /// What comes back with so much of an order, less what others lock more then.
    pub(super) fn helps(&self, order: &Order, taken: Quantity) -> Cash {
        let Order { account, market, .. } = *order;
        if !self.has_returns(account) || !self.settings.reads(Second::ReturnWithOrder) {
            return Cash::ZERO;
        }
        let held = self.position(account, market) + Position::of(order.side, taken);
        let thought = Some((market, held));
        let others = (0..).map(MarketId::new).take(self.markets.len());
        let others = others.filter(|other| *other != market);
        let more: Cash = others
            .map(|other| self.locked_if(account, other, thought) - self.locked(account, other))
            .sum();
        (self.in_steps(self.due_back(account, thought)) - more).max(Cash::ZERO)
    }

    /// Whether a result would make the event's results worth more than a dollar.
    pub(super) fn is_too_high(&self, market: usize, result: MarketResult) -> bool {
        let others = self.markets.iter().enumerate().filter(|(other, _)| *other != market);
        let known = others.filter_map(|(_, market)| match market.status {
            MarketStatus::Determined(result)
            | MarketStatus::Disputed(result)
            | MarketStatus::Amended(result)
            | MarketStatus::Finalized(result) => Some(result),
            _ => None,
        });
        let values = known.chain([result]).map(|result| value_of(result).ten_thousandths());
        self.settings.returns.is_some() && values.sum::<u16>() > 10_000
    }
}
