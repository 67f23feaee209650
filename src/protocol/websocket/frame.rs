//! What a connection is sent.

use thiserror::Error;

use crate::protocol::websocket::{FeedBody, FeedChannel, MarketChoice};
use crate::units::{CommandId, ConnectionId, FeedSequence, MarketId, SubscriptionId};

/// A message's place in its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub subscription: SubscriptionId,
    /// The message's number, on channels whose messages have one: 1 for the first and 1 more for
    /// each, whatever its market, answers included (changelog, 2026-09-10, documented; recorded,
    /// 2026-05).
    pub sequence: Option<FeedSequence>,
}

/// Why a command was not carried out. The documentation has more codes: for commands that can not
/// be read, and for what a gateway refuses (Kalshi, "Websocket connection", 2026-08-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum SubscriptionError {
    /// No channel was named.
    #[error("channels required")]
    ChannelsRequired,
    /// No subscription was named.
    #[error("subscription ids required")]
    SubscriptionsRequired,
    /// The connection has no such subscription.
    #[error("unknown subscription id")]
    UnknownSubscription,
    /// A market is not in the subscription, or the subscription is about all markets.
    #[error("invalid parameter")]
    InvalidParameter,
    /// The channel knows no such change.
    #[error("unsupported action")]
    UnsupportedAction,
    /// The command needs markets and named none.
    #[error("market ticker required")]
    MarketRequired,
    /// There is no such market.
    #[error("market not found")]
    MarketNotFound,
}

impl SubscriptionError {
    /// All errors, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::ChannelsRequired,
        Self::SubscriptionsRequired,
        Self::UnknownSubscription,
        Self::InvalidParameter,
        Self::UnsupportedAction,
        Self::MarketRequired,
        Self::MarketNotFound,
    ];

    /// Kalshi's code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::ChannelsRequired => 3,
            Self::SubscriptionsRequired => 4,
            Self::UnknownSubscription => 7,
            Self::InvalidParameter => 11,
            Self::UnsupportedAction => 13,
            Self::MarketRequired => 14,
            Self::MarketNotFound => 16,
        }
    }
}

/// One frame: an answer, or a message of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A subscription begins. It comes before any message of the subscription and has no number.
    Subscribed {
        /// The command.
        command: CommandId,
        /// To what.
        channel: FeedChannel,
        /// By which id.
        subscription: SubscriptionId,
    },
    /// A subscription was changed.
    Updated {
        /// The command.
        command: CommandId,
        /// Which.
        place: Place,
        /// What it is about from now on.
        markets: MarketChoice,
    },
    /// A subscription is over.
    Unsubscribed {
        /// The command.
        command: CommandId,
        /// Which.
        place: Place,
    },
    /// The subscriptions that there are, by id.
    Listed {
        /// The command.
        command: CommandId,
        /// Their ids and channels.
        subscriptions: Vec<(SubscriptionId, FeedChannel)>,
    },
    /// A command, or a part of it, was not carried out.
    Refused {
        /// The command.
        command: CommandId,
        /// Why.
        error: SubscriptionError,
        /// The subscription that it is about, where one was named.
        subscription: Option<SubscriptionId>,
        /// The market that it is about, where there is one.
        market: Option<MarketId>,
    },
    /// A message of a channel.
    Data {
        /// Where it belongs.
        place: Place,
        /// What it says.
        body: FeedBody,
    },
}

/// A frame on its way to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedMessage {
    /// Whose.
    pub connection: ConnectionId,
    /// What.
    pub frame: Frame,
}
