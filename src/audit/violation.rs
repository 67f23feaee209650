//! What an audit can find.

use std::fmt;

use thiserror::Error;

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{rule}: {found}")]
pub struct Violation {
    /// What was broken.
    pub rule: Rule,
    /// Where, and what was found instead.
    pub found: String,
}

/// Declares the rules with their sentences.
macro_rules! rules {
    ($($(#[$attribute:meta])* $rule:ident = $sentence:literal;)*) => {
        /// What must always be true.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $sentence] $(#[$attribute])* $rule,)*
        }

        impl fmt::Display for Rule {
            /// The rule as a sentence.
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(match self {
                    $(Self::$rule => $sentence,)*
                })
            }
        }
    };
}

rules! {
    BookAddsUp = "a book's sums, links and best levels equal a recount";
    BookFollowsEvents = "a book holds the orders that the events left, in their order";
    QuoteFollowsBook = "a quote shows the best prices, and is sent when they change";
    NeverCrossed = "the best bid is below the best ask after every request";
    OneLifePerOrder = "an order id is given out once, and nothing happens to a final order";
    PricePriority = "no order fills while a better one rests on its side";
    TimePriority = "within a price, the earliest order fills first";
    MakerPrice = "a trade happens at the maker's limit and within the taker's";
    TwoEqualFills = "a trade has one taker and one maker fill of the same, positive quantity";
    OrderAddsUp = "filled, remaining and canceled contracts of an order make what was ordered";
    TimeInForce = "only good till canceled rests; fill or kill fills whole or not at all";
    PostOnlyNeverTakes = "a post-only order never takes, and is refused only if it would";
    NoSelfTrade = "no order trades with its own account's if it must not, and none is canceled \
        for that without need";
    ReduceOnlyCloses = "a reduce-only order fills no more than there was to close";
    ReplyTellsTheTruth = "a reply says what happened, and a refused request changes nothing";
    LifeGoesOn = "a market's status follows from the one before";
    LevelsOnlyRefine = "a market's prices change only when that is told, and none of them is lost";
    SettlementPaysOnce = "a final market pays each position what it is worth, once, and nothing of it \
        is left";
    ReturnIsCertain = "what was returned of an account's collateral is what its contracts must pay in \
        the worst case";
    CashIsConserved = "balances, fees and the settlement pool make what was deposited";
    PoolBacksContracts = "the pool holds one dollar for each pair of contracts, less what was returned";
    ContractsAreConserved = "the positions of all accounts in a market add up to zero";
    PositionFollowsFills = "a position is the sum of the account's fills";
    LockCoversOrders = "an account's lock covers the worst case of its orders and nothing else";
    AvailableNotNegative = "no account with limited funds spends more than it has";
    FundsAreTold = "a watched account was told its balance and what is available";
    FeeWithinBounds = "a fee is the formula's value, rounded within its bound";
    ProfitsAddUp = "an account's balance is its deposit plus profit minus fees and what was returned, \
        and all profits together are zero at any price";
}
