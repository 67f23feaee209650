//! Which faults a link has.

use std::collections::BTreeMap;

use crate::link::Latency;
use crate::link::faults::burst::BurstSettings;
use crate::link::faults::chance::Share;
use crate::link::faults::outage::{Outage, ReadFailure};
use crate::protocol::{Channel, HttpStatus, Leg, ServerError};

/// Every fault of one participant's link. None by default.
///
/// What happens by chance is drawn on a stream for each channel, leg and kind of fault, one word
/// per message, so that one fault more moves no other, and no delay either: the messages that
/// nothing happens to arrive when they would have arrived without faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultSettings {
    /// New orders and decreases.
    pub order_entry: TripFaults,
    /// Cancels.
    pub cancel: TripFaults,
    /// Reads of orders and fills.
    pub order_read: TripFaults,
    /// Reads of positions.
    pub position_read: TripFaults,
    /// Reads of the balance.
    pub balance_read: TripFaults,
    /// Reads of quotes and books.
    pub market_read: TripFaults,
    /// The account's own fills and order updates.
    pub private_feed: LegFaults,
    /// Quotes.
    pub public_feed: LegFaults,
    /// Slower legs while the market is busy.
    pub bursts: Option<BurstSettings>,
    /// Times at which channels are down. They may overlap.
    pub outages: Vec<Outage>,
    /// Times at which reads fail. Where two overlap, the first of the list answers.
    pub read_failures: Vec<ReadFailure>,
}

/// What happens by chance to messages of one leg.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegFaults {
    /// Messages that never arrive. A lost reply to a request that took effect leaves an unknown
    /// outcome.
    pub loss: Share,
    /// Messages that arrive twice, the second time after a delay of its own and never before the
    /// first.
    pub duplication: Share,
    /// Messages that later ones overtake.
    pub reordering: Option<Reordering>,
}

/// Messages that are held back, outside of the order of their channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reordering {
    /// How many.
    pub share: Share,
    /// For how long, on top of their delay.
    pub extra: Latency,
}

/// What happens by chance to requests of one channel and to their replies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TripFaults {
    /// On the way to the exchange.
    pub request: LegFaults,
    /// On the way back.
    pub reply: LegFaults,
    /// Requests that are answered with a status before any effect. Where several are drawn, the
    /// lowest number answers.
    pub refused: BTreeMap<HttpStatus, Share>,
    /// Requests that are carried out and answered with an error all the same. Where several are
    /// drawn, the lowest number answers.
    pub masked: BTreeMap<ServerError, Share>,
}

impl FaultSettings {
    /// The faults of a channel's requests; `None` for a feed.
    #[must_use]
    pub const fn trip(&self, channel: Channel) -> Option<&TripFaults> {
        match channel {
            Channel::OrderEntry => Some(&self.order_entry),
            Channel::Cancel => Some(&self.cancel),
            Channel::OrderRead => Some(&self.order_read),
            Channel::PositionRead => Some(&self.position_read),
            Channel::BalanceRead => Some(&self.balance_read),
            Channel::MarketRead => Some(&self.market_read),
            Channel::PrivateFeed | Channel::PublicFeed => None,
        }
    }

    /// What happens by chance on one leg; `None` when the channel has no such leg.
    #[must_use]
    pub const fn leg(&self, channel: Channel, leg: Leg) -> Option<&LegFaults> {
        match (self.trip(channel), channel, leg) {
            (Some(trip), _, Leg::Request) => Some(&trip.request),
            (Some(trip), _, Leg::Reply) => Some(&trip.reply),
            (None, Channel::PrivateFeed, Leg::Delivery) => Some(&self.private_feed),
            (None, Channel::PublicFeed, Leg::Delivery) => Some(&self.public_feed),
            _ => None,
        }
    }

    /// The errors that answer on one leg: refusals before an effect, masks after it.
    pub(in crate::link) fn errors(&self, channel: Channel, leg: Leg) -> Vec<(HttpStatus, Share)> {
        match (self.trip(channel), leg) {
            (Some(trip), Leg::Request) => {
                trip.refused.iter().map(|(status, share)| (*status, *share)).collect()
            }
            (Some(trip), Leg::Reply) => {
                let masked = trip.masked.iter();
                masked.map(|(error, share)| (HttpStatus::Server(*error), *share)).collect()
            }
            _ => Vec::new(),
        }
    }
}
