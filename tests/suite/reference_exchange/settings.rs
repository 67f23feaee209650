//! What can be chosen about an exchange, as the reference knows it.

use fillgap::units::{Cash, Quantity, SimDuration};

use super::fees::{Formula, Rounding};

/// The choices of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of two readings of a rule")]
pub(super) struct Settings {
    pub(super) formula: Formula,
    pub(super) rounding: Rounding,
    pub(super) limit: Limit,
    pub(super) payment: Payment,
    pub(super) post_only_cross: PostOnlyCross,
    /// A refused order uses its client order id up.
    pub(super) burns_refused_ids: bool,
    /// Orders can not be made smaller during a pause.
    pub(super) pauses_decreases: bool,
    /// A partly filled immediate-or-cancel order reads as executed.
    pub(super) reads_partly_filled_as_executed: bool,
    /// A balance that is read shrinks while orders rest.
    pub(super) reads_net_balances: bool,
    /// A queue position counts an order's own price only.
    pub(super) counts_own_level_only: bool,
    /// How long after a cancel of all orders new ones are canceled as they come to rest.
    pub(super) cancel_all_reach: SimDuration,
    pub(super) batch_longest: Option<usize>,
}

/// The most that one account may hold in a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    None,
    Contracts(Quantity),
    Risk(Cash),
}

/// When orders have to be paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payment {
    AtEntry,
    AtMatch,
}

/// What becomes of a post-only order that would trade at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PostOnlyCross {
    Refused,
    Canceled,
}
