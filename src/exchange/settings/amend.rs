//! How orders change.

use super::entry::PostOnlyCross;

/// The readings of how orders change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmendRules {
    /// What becomes of a decrease by more than remains.
    pub oversized_decrease: OversizedDecrease,
    /// What becomes of a decrease to no less than remains.
    pub decrease_to_no_less: DecreaseToNoLess,
    /// What the total of an amend counts after a decrease.
    pub total: AmendedTotal,
    /// What becomes of an amend to no contracts of an order that has not filled.
    pub to_nothing: AmendedToNothing,
    /// What becomes of the client order id that an order had before an amend.
    pub former_client_order: FormerClientOrder,
    /// What becomes of an amended order that would meet one of its own account.
    pub to_own: AmendedToOwn,
    /// What becomes of an amended post-only order that would trade at once.
    pub post_only_cross: PostOnlyCross,
}

/// What becomes of a decrease by more than remains (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OversizedDecrease {
    /// It takes what remains: fills may have come in between.
    #[default]
    TakesWhatRemains,
    /// It is refused.
    Refused,
}

/// What becomes of a decrease to no less than remains (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecreaseToNoLess {
    /// It is refused.
    #[default]
    Refused,
    /// It is answered with what remains, and changes nothing: fills may have come in between.
    ChangesNothing,
}

/// What the total of an amend counts ("Amend order (V2)", 2026-08-22: what has filled and what shall
/// remain; what that means for contracts that a decrease took off is undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmendedTotal {
    /// What has filled and what shall remain, and nothing else.
    #[default]
    WithoutDecreased,
    /// What was taken off by decreases, too, as it stays in the order's initial quantity.
    WithDecreased,
}

/// What becomes of an amend to no contracts of an order that has not filled (FIX "Order entry",
/// 2026-08-22: a total of what has filled is a cancel; "Create order (V2)", 2026-08-22, refuses a
/// count of zero, of amends nothing is said: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmendedToNothing {
    /// It is refused: zero is no count.
    #[default]
    Refused,
    /// It is a cancel, as any total of no more than has filled.
    Cancels,
}

/// What becomes of the client order id that an order had before an amend gave it another (that ids are
/// used once for ever is observed, demo, 2026-06-11, for orders that are over: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormerClientOrder {
    /// It stays used up.
    #[default]
    StaysUsedUp,
    /// It may be used again.
    Freed,
}

/// What becomes of an amended order that would meet one of its own account (FIX "Order entry",
/// 2026-08-22: refused with `SELF_CROSS_ATTEMPT`; for which prevention is undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmendedToOwn {
    /// The amend is refused, whichever prevention the order has.
    #[default]
    Refused,
    /// The order does what its prevention says, as a new one does.
    ByItsRule,
}
