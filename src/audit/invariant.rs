//! What must always be true, and what an audit says when it is not.

use std::fmt;

use thiserror::Error;

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{invariant}: {found}")]
pub struct Violation {
    /// What was broken.
    pub invariant: Invariant,
    /// Where, and what was found instead.
    pub found: String,
}

/// A broken invariant, with what was found.
pub(super) fn broken(invariant: Invariant, found: &dyn fmt::Debug) -> Violation {
    Violation { invariant, found: format!("{found:?}") }
}

/// Declares the invariants with their numbers and sentences.
macro_rules! invariants {
    ($($number:literal $invariant:ident = $rule:literal;)*) => {
        /// What must always be true of an exchange.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Invariant {
            $(#[doc = $rule] $invariant,)*
        }

        impl Invariant {
            /// All invariants, in the order of their numbers.
            pub const ALL: [Self; 23] = [$(Self::$invariant,)*];

            /// Its number, from 1.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$invariant => $number,)*
                }
            }

            /// What must be true, as a sentence.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self {
                    $(Self::$invariant => $rule,)*
                }
            }
        }
    };
}

invariants! {
    1 NeverCrossed = "the best bid is below the best ask whenever both exist";
    2 QueuesKeepTheirOrder = "within a level, orders stand in the order of their arrival, which only \
        an amend that loses the place changes";
    3 RestingOrdersMayRest = "every resting order has contracts left, a price of its market's grid, \
        and a life that is not over";
    4 BookAddsUp = "the sums, links and best levels of a book equal a recount, and a quote shows the \
        best levels and is told when they change";
    5 OnePlacePerOrder = "an order is in at most one place, a final one nowhere, and no id is given \
        out twice";
    6 PricePriority = "no order fills while a better one rests on its side";
    7 TimePriority = "within a price, the earliest order fills first";
    8 MakerPrice = "a trade happens at the maker's limit and within the taker's";
    9 TwoEqualFills = "a trade has one taker and one maker fill of the same, positive quantity";
    10 OrderAddsUp = "filled, remaining and canceled contracts of an order make what was ordered, and \
        what filled stays filled";
    11 TimeInForce = "only good till canceled rests, fill or kill fills whole or not at all, and \
        post-only never takes";
    12 NothingLeftToMatch = "an order comes to rest only when nothing rests that it could trade with";
    13 OwnOrdersApart = "no order trades with its own account's if it must not, and none is canceled \
        for that without need";
    14 ReduceOnlyReduces = "a reduce-only order makes a position smaller and never flips it";
    15 GroupsKeepTheirLimits = "an order group that matched more than its limit within the window has \
        no orders and takes none until it is reset";
    16 CashIsConserved = "balances, fees and the settlement pool make what was deposited, and a \
        balance is what fills, fees and settlements left of its deposit";
    17 ContractsAreConserved = "the positions of all accounts in a market add up to zero, and each is \
        the sum of the account's fills";
    18 LocksCoverOrders = "what an account locks covers the worst case of its orders and nothing else, \
        and no account with limited funds spends more than it has";
    19 FeesWithinBounds = "a fee is the formula's value, rounded within its bound, of each fill and of \
        all fills of an order";
    20 ProfitsAddUp = "an account's balance is its deposit plus profit minus fees, and all profits \
        together are zero at any mark";
    21 SettlementPaysOnce = "a market's life goes its way, and at its end each position is paid what \
        it is worth, once, and nothing of it is left";
    22 TimeGoesOn = "time never goes back, and what is due goes in the order of its instants, at one \
        instant in the order of acceptance";
    23 CommandsEndOnce = "a command is in flight until it is accepted or refused, once; a reply says \
        what happened, a refused command changes nothing, and a client order id takes effect once";
}

impl fmt::Display for Invariant {
    /// The number and the rule.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "INV-{:02}, {}", self.number(), self.rule())
    }
}
