//! Which contracts each protective level of a market guards.

use crate::units::{Price, Quantity};

use std::collections::BTreeMap;

/// The levels of one market, with the contracts that each guards.
///
/// The contracts of an entry are guarded by the level of its signal. A sale takes the contracts of
/// its own record's level first, then those that no level guards, then those of the highest level.
#[derive(Debug, Default)]
pub(super) struct Levels {
    held: BTreeMap<Price, Quantity>,
}

impl Levels {
    /// The levels that guard any, highest first.
    pub(super) fn guarding(&self) -> Vec<(Price, Quantity)> {
        self.held.iter().rev().map(|(level, held)| (*level, *held)).collect()
    }

    /// Contracts that a level guards.
    pub(super) fn held(&self, level: Price) -> Quantity {
        self.held.get(&level).copied().unwrap_or_default()
    }

    /// Contracts came that a level guards.
    pub(super) fn add(&mut self, level: Price, contracts: Quantity) {
        if !contracts.is_zero() {
            *self.held.entry(level).or_default() += contracts;
        }
    }

    /// Contracts went, `left` remain in the market. Returns how many of which levels they were.
    pub(super) fn take(
        &mut self,
        own: Option<Price>,
        contracts: Quantity,
        left: Quantity,
    ) -> Vec<(Price, Quantity)> {
        let own = own.map(|level| (level, self.held(level).min(contracts)));
        let mut taken: BTreeMap<Price, Quantity> = own.into_iter().collect();
        let own = own.map_or(Quantity::ZERO, |(_, contracts)| contracts);
        let guarded: Quantity = self.held.values().copied().sum();
        let mut beyond = (guarded - own).saturating_sub(left);
        for (level, held) in self.held.iter().rev() {
            let already = taken.entry(*level).or_default();
            let more = beyond.min(*held - *already);
            *already += more;
            beyond -= more;
        }
        for (level, contracts) in &taken {
            let rest = self.held(*level) - *contracts;
            if rest.is_zero() {
                self.held.remove(level);
            } else {
                self.held.insert(*level, rest);
            }
        }
        taken.into_iter().filter(|(_, contracts)| !contracts.is_zero()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn contracts(number: u32) -> Quantity {
        Quantity::of_contracts(number).unwrap()
    }

    /// 100 under 0.62 and 50 under 0.55; 20 that nothing guards: 170 held.
    fn levels() -> Levels {
        let mut levels = Levels::default();
        levels.add(price("0.62"), contracts(100));
        levels.add(price("0.55"), contracts(50));
        levels
    }

    #[test]
    fn a_sale_takes_its_own_level_first() {
        let taken = levels().take(Some(price("0.55")), contracts(40), contracts(130));
        assert_eq!(taken, [(price("0.55"), contracts(40))]);
    }

    /// 80 of 170 go: 50 of the own level, 20 unguarded, and 10 of the highest.
    #[test]
    fn a_sale_beyond_its_own_level_takes_the_unguarded_then_the_highest() {
        let taken = levels().take(Some(price("0.55")), contracts(80), contracts(90));
        assert_eq!(taken, [(price("0.55"), contracts(50)), (price("0.62"), contracts(10))]);
    }

    /// 120 of 170 go: 20 unguarded, 100 of the highest; with 130 the lower one loses 10.
    #[test]
    fn a_sale_without_a_level_takes_from_the_top() {
        let taken = levels().take(None, contracts(120), contracts(50));
        assert_eq!(taken, [(price("0.62"), contracts(100))]);
        let taken = levels().take(None, contracts(130), contracts(40));
        assert_eq!(taken, [(price("0.55"), contracts(10)), (price("0.62"), contracts(100))]);
    }
}
