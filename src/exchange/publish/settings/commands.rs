//! How commands of connections are answered.

/// The readings of how commands are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommandRules {
    /// What a command with an unknown market comes to.
    pub unknown_markets: UnknownMarkets,
    /// How a subscription to a channel that the connection has already is answered.
    pub held_channels: HeldChannels,
    /// In which prices a book is shown whose channel the connection has already.
    pub held_prices: HeldPrices,
    /// What a subscription to several channels comes to of which one can not begin.
    pub several_begun: SeveralBegun,
    /// What the end of several subscriptions comes to of which one is unknown.
    pub several_ended: SeveralEnded,
    /// What a change comes to that names markets which are not the subscription's.
    pub outside_markets: OutsideMarkets,
}

/// What a command with an unknown market comes to (changelog, 2026-09-10: the error was retired;
/// what came instead is assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownMarkets {
    /// The market is left out.
    #[default]
    Ignored,
    /// The command is refused (documented, 2026-08-22).
    Refused,
}

/// How a subscription to a channel is answered that the connection has already (changelog,
/// 2025-09-25: its markets are added under the old number; the answer is undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeldChannels {
    /// As a change of the subscription that there is, with all of its markets and a number.
    #[default]
    AsChanged,
    /// As one that begins, with the id that there is and without a number.
    AsBegun,
}

/// In which prices a book is shown whose channel the connection has already, where a command asks
/// for others (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeldPrices {
    /// In those that the subscription began with.
    #[default]
    AsBegun,
    /// In those that were asked for last, from then on and for all of its markets.
    AsAsked,
}

/// What a subscription to several channels comes to of which one lacks the markets that it needs
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeveralBegun {
    /// None begins, and one refusal is the answer.
    #[default]
    Together,
    /// The others begin, each with its own answer.
    OneByOne,
}

/// What the end of several subscriptions comes to of which one is unknown, or named twice
/// (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeveralEnded {
    /// The others end, each with its own answer.
    #[default]
    OneByOne,
    /// None ends, and one refusal is the answer.
    Together,
}

/// What a snapshot of a market that is not in the subscription comes to, and taking markets out of a
/// subscription to all of them ("Websocket connection", 2026-08-22, has a code for it, 11, and does not
/// say for what: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutsideMarkets {
    /// The command is refused as invalid.
    #[default]
    Refused,
    /// Such markets are left out, and the command is answered for the others.
    LeftOut,
}
