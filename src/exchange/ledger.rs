//! Who has how much money.

use crate::units::{AccountId, Cash};

/// All money at the exchange, in double entry: every posting takes from one place what it gives to
/// another, so that balances, fees and the settlement pool always add up to what was deposited.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    balances: Vec<Cash>,
    fees: Cash,
    pool: Cash,
    deposited: Cash,
}

impl Ledger {
    /// Opens the next account's purse with a deposit.
    pub(super) fn open(&mut self, deposit: Cash) {
        self.balances.push(deposit);
        self.deposited += deposit;
    }

    /// Moves money from an account into the settlement pool; below zero, out of it.
    pub(super) fn move_to_pool(&mut self, account: AccountId, amount: Cash) {
        self.balances[account.number() as usize] -= amount;
        self.pool += amount;
    }

    /// Moves money from an account to the exchange; below zero, back.
    pub(super) fn move_to_fees(&mut self, account: AccountId, amount: Cash) {
        self.balances[account.number() as usize] -= amount;
        self.fees += amount;
    }

    /// An account's balance: all its cash \[dollar\].
    ///
    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn balance(&self, account: AccountId) -> Cash {
        self.balances[account.number() as usize]
    }

    /// What the exchange earned \[dollar\].
    #[must_use]
    pub fn fees(&self) -> Cash {
        self.fees
    }

    /// What is set aside to pay winning contracts: one dollar for each pair of a YES and a NO
    /// contract that exists \[dollar\].
    #[must_use]
    pub fn pool(&self) -> Cash {
        self.pool
    }

    /// What all accounts brought \[dollar\].
    #[must_use]
    pub fn deposited(&self) -> Cash {
        self.deposited
    }

    /// What all purses hold beyond what was deposited \[dollar\]: zero, or the ledger is broken.
    #[must_use]
    pub fn imbalance(&self) -> Cash {
        self.balances.iter().copied().sum::<Cash>() + self.fees + self.pool - self.deposited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dollar that came from nowhere shows, wherever it is; postings leave no trace.
    #[test]
    fn an_amount_that_only_one_place_knows_is_an_imbalance() {
        let (dollar, first) = (Cash::from_millionths(1_000_000), AccountId::new(0));
        let mut ledger = Ledger::default();
        ledger.open(dollar);
        ledger.open(dollar + dollar);
        ledger.move_to_pool(first, Cash::CENT);
        ledger.move_to_fees(AccountId::new(1), Cash::CENT);
        assert_eq!(ledger.deposited(), dollar + dollar + dollar);
        assert_eq!((ledger.pool(), ledger.fees()), (Cash::CENT, Cash::CENT));
        assert_eq!(ledger.balance(first), dollar - Cash::CENT);
        assert_eq!(ledger.imbalance(), Cash::ZERO);
        let broken = [
            Ledger { fees: ledger.fees + Cash::CENT, ..ledger.clone() },
            Ledger { pool: ledger.pool + Cash::CENT, ..ledger.clone() },
            Ledger { deposited: ledger.deposited - Cash::CENT, ..ledger.clone() },
            Ledger {
                balances: vec![ledger.balances[0] + Cash::CENT, ledger.balances[1]],
                ..ledger
            },
        ];
        assert_eq!(broken.map(|ledger| ledger.imbalance()), [Cash::CENT; 4]);
    }
}
