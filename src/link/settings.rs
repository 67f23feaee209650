//! What a link is made of.

use crate::link::{FaultSettings, Latency, Tier};
use crate::protocol::{Channel, Endpoint, Leg};
use crate::units::SimDuration;

/// Every latency, lag, fault and limit of one participant's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// New orders and decreases.
    pub order_entry: RoundTrip,
    /// Cancels.
    pub cancel: RoundTrip,
    /// Reads of orders and fills.
    pub order_read: RoundTrip,
    /// Reads of positions.
    pub position_read: RoundTrip,
    /// Reads of the balance.
    pub balance_read: RoundTrip,
    /// Reads of quotes and books.
    pub market_read: RoundTrip,
    /// From an execution to the notice of it.
    pub private_feed: Latency,
    /// From a change of the quote to the notice of it.
    pub public_feed: Latency,
    /// How long the messages of a leg keep the level of its distribution: one draws a level, and all
    /// that leave the same leg within this time have it, too, so that delays come in bursts. With zero,
    /// the default, each draws its own, and successive delays are independent (recorded delays come in
    /// bursts, 2026-05; neither reading is measured: assumed). Lags of reads are always independent.
    pub level_held: SimDuration,
    /// How old the views are that reads look at.
    pub lags: Lags,
    /// What goes wrong.
    pub faults: FaultSettings,
    /// How much may be asked; without a tier, anything.
    pub rate_limit: Option<Tier>,
}

/// The two ways of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundTrip {
    /// From sending to the instant at which it takes effect at the exchange.
    pub request: Latency,
    /// From that instant to the arrival of the reply.
    pub reply: Latency,
}

/// How far each endpoint's view lies behind the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lags {
    /// Orders.
    pub orders: Latency,
    /// Fills.
    pub fills: Latency,
    /// Positions.
    pub positions: Latency,
    /// The balance.
    pub balance: Latency,
    /// Quotes and books.
    pub market: Latency,
}

impl LinkSettings {
    /// The same latency on every leg of every channel, no lag, no fault and no limit.
    #[must_use]
    pub fn same(latency: &Latency) -> Self {
        let round_trip = RoundTrip { request: latency.clone(), reply: latency.clone() };
        Self {
            order_entry: round_trip.clone(),
            cancel: round_trip.clone(),
            order_read: round_trip.clone(),
            position_read: round_trip.clone(),
            balance_read: round_trip.clone(),
            market_read: round_trip,
            private_feed: latency.clone(),
            public_feed: latency.clone(),
            level_held: SimDuration::ZERO,
            lags: Lags::same(&Latency::constant(SimDuration::ZERO)),
            faults: FaultSettings::default(),
            rate_limit: None,
        }
    }

    /// These settings with the same latency on every leg. All else stays: lags, for one, belong to
    /// the exchange, not to the way there.
    #[must_use]
    pub fn every_leg(self, latency: &Latency) -> Self {
        let Self { lags, faults, rate_limit, .. } = self;
        Self { lags, faults, rate_limit, ..Self::same(latency) }
    }

    /// The latency of one leg; `None` when the channel has no such leg.
    #[must_use]
    pub fn leg(&self, channel: Channel, leg: Leg) -> Option<&Latency> {
        match (self.round_trip(channel), channel, leg) {
            (Some(round_trip), _, Leg::Request) => Some(&round_trip.request),
            (Some(round_trip), _, Leg::Reply) => Some(&round_trip.reply),
            (None, Channel::PrivateFeed, Leg::Delivery) => Some(&self.private_feed),
            (None, Channel::PublicFeed, Leg::Delivery) => Some(&self.public_feed),
            _ => None,
        }
    }

    fn round_trip(&self, channel: Channel) -> Option<&RoundTrip> {
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
}

impl Lags {
    /// The same lag at every endpoint.
    #[must_use]
    pub fn same(lag: &Latency) -> Self {
        Self {
            orders: lag.clone(),
            fills: lag.clone(),
            positions: lag.clone(),
            balance: lag.clone(),
            market: lag.clone(),
        }
    }

    /// The lag of one endpoint.
    #[must_use]
    pub const fn of(&self, endpoint: Endpoint) -> &Latency {
        match endpoint {
            Endpoint::Orders => &self.orders,
            Endpoint::Fills => &self.fills,
            Endpoint::Positions => &self.positions,
            Endpoint::Balance => &self.balance,
            Endpoint::Market => &self.market,
        }
    }
}
