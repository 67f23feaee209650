//! What orders lock, and what their fills are booked as.

/// The readings of what orders lock, and of what their fills are booked as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyRules {
    /// At which price the part of an order that would trade at once is checked.
    pub taker_price: TakerPrice,
    /// Whether resting orders lock the fee that they may have to pay.
    pub maker_fee: MakerFeeLock,
    /// What becomes of an order that can not be paid when it is met.
    pub unfunded: UnfundedOrder,
    /// Which of several orders closes a position without cost.
    pub position_use: PositionUse,
    /// What contracts cost that are closed.
    pub cost_basis: CostBasis,
    /// What counts for a market's position limit.
    pub position_limit: LimitScope,
    /// Whether resting orders lock a maker fee while it is waived.
    pub waived_maker_fee: WaivedMakerFee,
    /// Whether collateral that an order brings back at once helps to pay for it.
    pub return_credit: ReturnCredit,
}

/// When orders have to be paid for (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CollateralRule {
    /// When they come in, with all others that rest.
    #[default]
    AtEntry,
    /// When they come in, each on its own, and again when they are met: what becomes of one that can
    /// not be paid then says [`UnfundedOrder`], and the order that met it goes on. A fill-or-kill
    /// order counts only what can be paid.
    AtMatch,
}

/// Whether a balance that is read shrinks while orders rest (the sources disagree: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BalanceReading {
    /// It does not: it is all cash (observed, production, 2026-07: unchanged with up to 8 resting
    /// orders in 24 of 27 intervals).
    #[default]
    Gross,
    /// It does: it is what is available (reports of several bots, 2026).
    Net,
}

/// At which price the part of an order that would trade at once is checked against the money
/// ("Exchange sharding", 2026-08-22, says price times quantity, and does not say which price:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TakerPrice {
    /// Its limit.
    #[default]
    Limit,
    /// The prices that it would get.
    Match,
}

/// Whether resting orders lock the maker fee that they may have to pay ("Exchange sharding",
/// 2026-08-22, says it of takers only: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MakerFeeLock {
    /// They do.
    #[default]
    Locked,
    /// They do not: it is taken from the balance when they fill, which can bring what is available
    /// below zero.
    NotLocked,
}

/// What becomes of an order that can not be paid when it is met, where money is checked at the match
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnfundedOrder {
    /// It is canceled whole.
    #[default]
    CanceledWhole,
    /// It fills as far as it can be paid, and the rest of it is canceled.
    FillsWhatIsPaid,
}

/// Which of several orders on one side closes a position, and locks nothing for it (undocumented:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PositionUse {
    /// The one that fills first: the better price, then the earlier arrival. That is what can
    /// happen.
    #[default]
    FirstToFill,
    /// The one that was placed first. That never locks less.
    FirstPlaced,
}

/// What contracts cost that are closed, which decides what is realised (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CostBasis {
    /// The average of what is held.
    #[default]
    Average,
    /// What the oldest that are held cost.
    FirstInFirstOut,
}

/// What counts for a market's position limit (FIX "Order entry", 2026-08-22, has the refusal; how it is
/// counted is undocumented: assumed). An order that only closes is never too much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LimitScope {
    /// What is held, the order, and what rests on its side: what the account could come to hold.
    #[default]
    WithResting,
    /// What is held, and the order.
    WithoutResting,
}

/// Whether resting orders lock the maker fee that they may have to pay while the market's fees are
/// waived, where [`MakerFeeLock`] locks it at all (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaivedMakerFee {
    /// They do: they may fill when the waiver is over.
    #[default]
    Locked,
    /// They do when the waiver is over, which can bring what is available below zero.
    NotLocked,
}

/// Whether collateral that an order brings back at once, where collateral of an event is returned,
/// helps to pay for it (undocumented: assumed). What rests of it is paid in full in both readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnCredit {
    /// It does not: what opens is paid in full first, and the return comes with the match.
    #[default]
    AfterTheMatch,
    /// It does, less what the account's other orders of the event lock more from then on.
    WithTheOrder,
}
