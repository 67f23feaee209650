//! The choices of the feeds: mostly what Kalshi does not document.

use crate::units::SimDuration;

/// How the feeds behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishSettings {
    /// How the messages of one exchange event follow each other across channels.
    pub message_order: MessageOrder,
    /// How often the ticker speaks.
    pub ticker_pace: TickerPace,
    /// Where the deltas of own orders come that a new order was not to meet.
    pub prevented_orders: PreventedOrders,
    /// How long after a market's close its order book is sent once more: observed on 13 recorded
    /// markets of May 2026, from 5.4 to 8.2 s, the median is the default.
    pub closing_snapshot_after: SimDuration,
    /// How often an own order is told.
    pub own_orders: OwnOrderPace,
    /// Whether messages are numbered where Kalshi documents no number.
    pub undocumented_numbers: UndocumentedNumbers,
    /// What a command with an unknown market comes to.
    pub unknown_markets: UnknownMarkets,
}

/// How the messages of one exchange event follow each other across channels (not documented:
/// assumed; within a channel they come as things happen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageOrder {
    /// Deltas, trades, tickers, fills, own orders, own positions, lives of markets.
    #[default]
    ByChannel,
    /// As things happen, match by match; what is told once an event follows at its end.
    AsItHappens,
}

/// How often the ticker speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickerPace {
    /// At most once in this time for each market, counted from the subscription: what was so at the
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

impl Default for PublishSettings {
    fn default() -> Self {
        Self {
            message_order: MessageOrder::default(),
            ticker_pace: TickerPace::Conflated { every: SimDuration::from_s(1) },
            prevented_orders: PreventedOrders::default(),
            closing_snapshot_after: SimDuration::from_ms(6_800),
            own_orders: OwnOrderPace::default(),
            undocumented_numbers: UndocumentedNumbers::default(),
            unknown_markets: UnknownMarkets::default(),
        }
    }
}
