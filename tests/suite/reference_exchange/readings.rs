//! The second readings of the rules that have two.

/// The second reading of a rule; an exchange that does not have it follows the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Second {
    /// A refused order uses its client order id up.
    RefusedIdUsedUp,
    /// Orders can not be made smaller during a pause.
    DecreaseLikeAmend,
    /// A partly filled immediate-or-cancel order reads as canceled.
    PartlyFilledCanceled,
    /// A balance that is read shrinks while orders rest.
    NetBalance,
    /// A queue position counts an order's own price only.
    QueueOfLevel,
    /// A new post-only order that would trade at once is taken and canceled.
    PostOnlyCanceled,
    /// What would trade at once is checked at the prices of its matches.
    TakerAtMatches,
    /// Resting orders set no fee aside.
    MakerFeeNotLocked,
    /// An order that can not be paid when it is met fills as far as it can.
    UnfundedFillsWhatIsPaid,
    /// The order that was placed first closes a position.
    FirstPlacedCloses,
    /// What is closed cost what the oldest contracts did.
    OldestCost,
    /// Resting orders do not count for a position limit.
    LimitWithoutResting,
    /// A client order id is used once in each market.
    IdOfMarket,
    /// A change of somebody else's resting order is forbidden.
    ForeignForbidden,
    /// A reduce-only order with nothing to close is refused.
    NothingToCloseRefused,
    /// The last item of a batch takes effect first.
    BatchLastFirst,
    /// The money is looked at before ids and groups.
    MoneyBeforeIds,
    /// The money is looked at after what rests in the book. Not together with the former.
    MoneyAfterBook,
    /// A post-only order may meet its own account's, and then does what its rule says.
    PostOnlyToOthers,
    /// A fill-or-kill order counts what it can trade with under its rule.
    DepthWithoutOwn,
    /// A decrease by more than remains is refused.
    OversizedDecreaseRefused,
    /// A decrease to no less than remains changes nothing.
    DecreaseToNoLessIsNothing,
    /// The total of an amend counts what decreases took off.
    TotalWithDecreased,
    /// The client order id that an order had before an amend may be used again.
    FormerIdFreed,
    /// An amended order that would meet its own account's does what its rule says.
    AmendToOwnByRule,
    /// An amended post-only order that would trade at once is canceled.
    AmendedPostOnlyCanceled,
    /// A match still counts for an order group when it is exactly 15 s old.
    WindowEndCounts,
    /// Order groups are judged after each match.
    JudgedEachMatch,
    /// Order groups can not be changed while trading is paused.
    GroupsPaused,
    /// An order is gone one nanosecond after its expiry.
    ThereAtExpiry,
    /// Orders expire when a pause ends.
    ExpiryAfterPause,
    /// Orders of an inactive market can not be removed.
    InactiveKeeps,
    /// A pause of one market cancels nothing.
    MarketPauseKeeps,
    /// Orders are canceled some time after a close.
    CanceledAfterClose,
    /// A dispute does not start the settlement timer anew.
    TimerGoesOn,
    /// Orders are canceled when their market's prices become finer.
    RefinedCanceled,
    /// Resting orders set no maker fee aside while it is waived.
    WaivedNotLocked,
    /// What an order brings back at once helps to pay for it.
    ReturnWithOrder,
    /// An amend to no contracts of an order that has not filled is a cancel.
    AmendToNothingCancels,
    /// Orders of an inactive market are refused as during a pause of trading.
    InactiveLikePause,
    /// In a closed market an order that is over is not found.
    ClosedOrderFirst,
}

impl Second {
    pub(super) const ALL: [Self; 41] = [
        Self::RefusedIdUsedUp,
        Self::DecreaseLikeAmend,
        Self::PartlyFilledCanceled,
        Self::NetBalance,
        Self::QueueOfLevel,
        Self::PostOnlyCanceled,
        Self::TakerAtMatches,
        Self::MakerFeeNotLocked,
        Self::UnfundedFillsWhatIsPaid,
        Self::FirstPlacedCloses,
        Self::OldestCost,
        Self::LimitWithoutResting,
        Self::IdOfMarket,
        Self::ForeignForbidden,
        Self::NothingToCloseRefused,
        Self::BatchLastFirst,
        Self::MoneyBeforeIds,
        Self::MoneyAfterBook,
        Self::PostOnlyToOthers,
        Self::DepthWithoutOwn,
        Self::OversizedDecreaseRefused,
        Self::DecreaseToNoLessIsNothing,
        Self::TotalWithDecreased,
        Self::FormerIdFreed,
        Self::AmendToOwnByRule,
        Self::AmendedPostOnlyCanceled,
        Self::WindowEndCounts,
        Self::JudgedEachMatch,
        Self::GroupsPaused,
        Self::ThereAtExpiry,
        Self::ExpiryAfterPause,
        Self::InactiveKeeps,
        Self::MarketPauseKeeps,
        Self::CanceledAfterClose,
        Self::TimerGoesOn,
        Self::RefinedCanceled,
        Self::WaivedNotLocked,
        Self::ReturnWithOrder,
        Self::AmendToNothingCancels,
        Self::InactiveLikePause,
        Self::ClosedOrderFirst,
    ];

    fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// The second readings that an exchange has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Readings(u64);

impl Readings {
    /// A set for each number, and none for zero.
    pub(super) fn drawn(number: u64) -> Self {
        let all = Second::ALL.iter().fold(0, |set, each| set | number & each.bit());
        Self(all).without_both()
    }

    /// The money is looked at once.
    fn without_both(self) -> Self {
        let is_both = self.has(Second::MoneyBeforeIds) && self.has(Second::MoneyAfterBook);
        if is_both { self.turned(Second::MoneyAfterBook) } else { self }
    }

    pub(super) fn has(self, second: Second) -> bool {
        self.0 & second.bit() != 0
    }

    /// The same, but for one rule.
    pub(super) fn turned(self, second: Second) -> Self {
        Self(self.0 ^ second.bit())
    }
}
