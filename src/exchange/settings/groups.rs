//! How order groups are judged.

/// The readings of how order groups are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupRules {
    /// Whether a match still counts when it is exactly as old as the window.
    pub window_end: WindowEnd,
    /// When the limit is looked at while one order matches several.
    pub judgement: GroupJudgement,
    /// Whether groups can be changed while trading is paused.
    pub paused_changes: PausedGroups,
}

/// Whether a match still counts for an order group when it is exactly 15 s old ("Order groups",
/// 2026-08-22, names the length only: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowEnd {
    /// It does not.
    #[default]
    Excluded,
    /// It does.
    Included,
}

/// When the limit of an order group is looked at while one order matches several ("Order groups",
/// 2026-08-22: triggered when the sum exceeds the limit; when that is looked at is undocumented:
/// assumed). The match that exceeds the limit stands in both readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupJudgement {
    /// When all of the order is matched.
    #[default]
    AfterTheOrder,
    /// After each match: orders of a triggered group are not met any more, and what is left of an
    /// order of a triggered group is canceled. A fill-or-kill order is judged on its depth before
    /// that.
    AfterEachMatch,
}

/// Whether order groups can be made and changed while trading is paused ("Maintenance and pauses",
/// 2026-08-22, does not name them: assumed). While the exchange is paused they can not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PausedGroups {
    /// They can, as orders can be canceled.
    #[default]
    LikeCancel,
    /// They can not, as orders can not be placed.
    LikeCreate,
}
