//! The choices of the feeds: mostly what Kalshi does not document.

mod commands;

use crate::units::SimDuration;

pub use commands::{
    CommandRules, HeldChannels, HeldPrices, OutsideMarkets, SeveralBegun, SeveralEnded,
    UnknownMarkets,
};

/// How the feeds behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishSettings {
    /// How the messages of one exchange event follow each other across channels.
    pub message_order: MessageOrder,
    /// How often the ticker speaks.
    pub ticker_pace: TickerPace,
    /// From when on a ticker's pace is counted.
    pub ticker_beat: TickerBeat,
    /// Where the deltas of own orders come that a new order was not to meet.
    pub prevented_orders: PreventedOrders,
    /// How long after a market's close its order book is sent once more: observed on 13 recorded
    /// markets of May 2026, from 5.4 to 8.2 s, the median is the default.
    pub closing_snapshot_after: SimDuration,
    /// Whose order a delta of a fill names.
    pub traded_deltas: TradedDeltas,
    /// How NO levels follow each other where they are shown in YES prices.
    pub yes_levels: YesLevels,
    /// How often an own order is told.
    pub own_orders: OwnOrderPace,
    /// At which prices an own order tells what its fills cost.
    pub own_costs: OwnCosts,
    /// How often an own position is told.
    pub own_positions: OwnPositionPace,
    /// Whether messages are numbered where Kalshi documents no number.
    pub undocumented_numbers: UndocumentedNumbers,
    /// Whether a result is told again after a dispute.
    pub disputed_results: DisputedResults,
    /// How a limit of an order group is told that triggers it.
    pub limit_that_triggers: LimitThatTriggers,
    /// Whether an order group is told again that is triggered again.
    pub triggered_again: TriggeredAgain,
    /// How commands are answered.
    pub commands: CommandRules,
}

/// How the messages of one exchange event follow each other across channels (not documented:
/// assumed; within a channel they come as things happen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageOrder {
    /// Deltas, trades, tickers, fills, own orders, own positions, lives of markets, own order
    /// groups.
    #[default]
    ByChannel,
    /// As things happen, match by match; what is told once an event follows at its end.
    AsItHappens,
}

/// How often the ticker speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickerPace {
    /// At most once in this time for each market, counted as [`TickerBeat`] says: what was so at the
    /// end of the last exchange event that changed anything (observed in 7,749 messages of May 2026
    /// that came once a second: 7,738 of 7,739 within the recorded book show the touch at the end
    /// of the event of their instant, and that event changed it).
    Conflated {
        /// More than no time.
        every: SimDuration,
    },
    /// At the end of each exchange event that changed anything.
    EachChange,
}

/// From when on a ticker's pace is counted (recorded tickers do not tell, 2026-05: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TickerBeat {
    /// From the subscription.
    #[default]
    OfTheSubscription,
    /// From the beginning of all time: every subscription has the same beats.
    OfTheClock,
}

/// Where the deltas of own orders come that a new order was not to meet (observed in 153 recorded
/// events of May 2026 that traded nothing: after the new order; with trades too is assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreventedOrders {
    /// After the delta of what rests of the new order.
    #[default]
    AfterTheNewOrder,
    /// As the new order comes to them.
    AsMet,
}

/// How often an own order is told (not documented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnOrderPace {
    /// Once an exchange event, as it stands at the end.
    #[default]
    EachEvent,
    /// With each fill and each other change.
    EachChange,
}

/// Whose order a delta of a fill names, to its owner ("Orderbook updates", 2026-08-22: the order that
/// caused the change; which of the two that is, is assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TradedDeltas {
    /// The one that rested, whose contracts went.
    #[default]
    NameTheMaker,
    /// The one that arrived.
    NameTheTaker,
}

/// How NO levels follow each other in a snapshot that shows them in YES prices (not documented:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YesLevels {
    /// The lowest price of NO first, as without that: the best one is the last.
    #[default]
    ByOwnPrice,
    /// The lowest price of YES first: the best one is the first.
    ByYesPrice,
}

/// At which prices an own order tells what its fills cost ("User orders", 2026-08-22, does not say it
/// of NO: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnCosts {
    /// Those of the outcome that was bought: one dollar minus the YES price for NO.
    #[default]
    OfTheOutcome,
    /// YES prices.
    InYesPrices,
}

/// How often an own position is told (not documented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnPositionPace {
    /// Once an exchange event, as it stands at the end.
    #[default]
    EachEvent,
    /// With each fill and each payment.
    EachChange,
}

/// Whether messages are numbered where Kalshi documents no number: on the ticker (a recorded one of
/// May 2026 has none), fills, own orders and own positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UndocumentedNumbers {
    /// They are not.
    #[default]
    Absent,
    /// They are, as everywhere else.
    Given,
}

/// Whether a result is told again after a dispute, when it stands and when it changed ("Market
/// lifecycle", 2026-08-22, has messages for a determination and a settlement only: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisputedResults {
    /// It is, as a determination.
    #[default]
    Told,
    /// It is not: the settlement shows it.
    NotTold,
}

/// How a limit of an order group is told that is below what matched and triggers it ("Order group
/// updates", 2026-08-22, has both messages: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LimitThatTriggers {
    /// As a limit, and then as a trigger.
    #[default]
    ToldAsBoth,
    /// As a trigger alone.
    ToldAsTrigger,
}

/// Whether an order group is told again that is triggered while it is triggered ("Order group
/// updates", 2026-08-22, does not say so: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TriggeredAgain {
    /// It is.
    #[default]
    Told,
    /// It is not: nothing became otherwise.
    NotTold,
}

impl Default for PublishSettings {
    fn default() -> Self {
        Self {
            message_order: MessageOrder::default(),
            ticker_pace: TickerPace::Conflated { every: SimDuration::from_s(1) },
            ticker_beat: TickerBeat::default(),
            prevented_orders: PreventedOrders::default(),
            closing_snapshot_after: SimDuration::from_ms(6_800),
            traded_deltas: TradedDeltas::default(),
            yes_levels: YesLevels::default(),
            own_orders: OwnOrderPace::default(),
            own_costs: OwnCosts::default(),
            own_positions: OwnPositionPace::default(),
            undocumented_numbers: UndocumentedNumbers::default(),
            disputed_results: DisputedResults::default(),
            limit_that_triggers: LimitThatTriggers::default(),
            triggered_again: TriggeredAgain::default(),
            commands: CommandRules::default(),
        }
    }
}
