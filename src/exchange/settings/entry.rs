//! How orders come in.

/// The readings of how orders come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryRules {
    /// Within what a client order id is used once.
    pub client_order_scope: ClientOrderScope,
    /// What a change of somebody else's order comes to.
    pub foreign_order: ForeignOrder,
    /// What becomes of a reduce-only order that has nothing to close.
    pub nothing_to_close: NothingToClose,
    /// In which order the items of a batch take effect.
    pub batch_order: BatchOrder,
    /// When the money of an order is looked at among the other checks.
    pub money_check: MoneyCheck,
    /// Whose orders a post-only order must not meet.
    pub post_only_scope: PostOnlyScope,
    /// What a fill-or-kill order counts as depth.
    pub fill_or_kill_depth: FillOrKillDepth,
}

/// What a partly filled immediate-or-cancel order reads as once the rest is canceled
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartlyFilledIoc {
    /// Executed, because something filled.
    #[default]
    Executed,
    /// Canceled, because something did not.
    Canceled,
}

/// What becomes of a post-only order that would trade at once (the sources disagree for new orders,
/// and say nothing of amended ones: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostOnlyCross {
    /// The request is refused (recorded for new orders, demo, 2026-06-11).
    #[default]
    Refused,
    /// The order is accepted, or amended, and canceled at once (for new orders: changelog,
    /// 2026-06-04; FIX "Order entry", 2026-08-22). Its client order id is used up.
    Canceled,
}

/// Whether the id of an order that was refused at admission may be used again (undocumented:
/// assumed). A killed fill-or-kill order always uses it up (observed, production, 2026-07-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RejectedClientOrder {
    /// It may be used again.
    #[default]
    Reusable,
    /// It is used up.
    UsedUp,
}

/// Within what a client order id is used once (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientOrderScope {
    /// All orders of the account.
    #[default]
    Account,
    /// Its orders of one market.
    Market,
}

/// What a change of somebody else's order, or a question for its queue position, comes to
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForeignOrder {
    /// It is not found, like one that never was: "Cancel order (V2)", 2026-08-22, declares no other
    /// status that would fit.
    #[default]
    NotFound,
    /// It is forbidden as long as the order rests, with the status 403 that "Amend order (V2)",
    /// 2026-08-22, declares.
    Forbidden,
}

/// What becomes of a reduce-only order that has nothing to close (the REST answer is undocumented:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NothingToClose {
    /// It is taken and over without a fill (FIX "Order entry", 2026-10, cancels with the text
    /// `REDUCE_ONLY`).
    #[default]
    TakenWithoutFill,
    /// It is refused, once its client order id and its order group are found to be good.
    Refused,
}

/// In which order the items of a batch take effect (undocumented: assumed). They are answered in the
/// order of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchOrder {
    /// The first of the request first.
    #[default]
    AsRequested,
    /// The last of the request first.
    LastFirst,
}

/// When the position limit and the money of an order are looked at among the other checks, which
/// decides which of several reasons is given (undocumented: assumed). What the request alone shows
/// always comes before them, and the depth of a fill-or-kill order after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MoneyCheck {
    /// After the client order id and the order group, before what rests in the book.
    #[default]
    BeforeBook,
    /// Before the client order id and the order group.
    BeforeIds,
    /// After what rests in the book.
    AfterBook,
}

/// Whose orders a post-only order must not meet (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostOnlyScope {
    /// Everybody's, its own account's too.
    #[default]
    Everybody,
    /// Other people's, as far as its rule for its own account's leads it to them: with
    /// `taker_at_cross` it ends at the first own one, with `maker` it cancels the own ones on its
    /// way. Without a rule it would trade with its own account's, so that these count.
    Others,
}

/// What a fill-or-kill order that has a rule for its own account's orders counts as depth (changelog,
/// 2025-09-25: what it traded is not rolled back; that this is because own orders count is inferred).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FillOrKillDepth {
    /// All that rests within its limit. It can fill partly, therefore.
    #[default]
    WithOwn,
    /// What it can trade with under its rule. It fills whole or not at all.
    WithoutOwn,
}

/// What is ahead of an order in the queue (Kalshi's words allow both readings: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueuePositionScope {
    /// Everything that fills before it: better prices of its side, and earlier orders at its own
    /// ("Get queue positions for orders", 2026-08-22: contracts that need to be matched before it).
    #[default]
    Side,
    /// Earlier orders at its own price only, as clients read it.
    Level,
}
