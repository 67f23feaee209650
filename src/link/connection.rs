//! Draws how long each message of one participant takes.

use std::collections::BTreeMap;

use crate::kernel::{Stream, Streams};
use crate::link::{Latency, LinkSettings};
use crate::protocol::{Channel, Endpoint, Leg};
use crate::units::{SimDuration, SimTime};

/// The way between one participant and the exchange, as a source of delays.
///
/// Every leg of every channel and every endpoint draws from a stream of its own, named
/// `link.order_entry.request` or `link.lag.orders`, so that a message more on one moves no draw on
/// another.
///
/// Requests and replies travel alone, each as its own connection would: a later one may overtake
/// an earlier one. A feed is one connection: nothing on it overtakes.
#[derive(Debug)]
pub struct Link {
    legs: BTreeMap<(Channel, Leg), Source>,
    lags: BTreeMap<Endpoint, Source>,
    last_delivery: BTreeMap<Channel, SimTime>,
}

/// A distribution and the stream that it draws from.
#[derive(Debug)]
struct Source {
    latency: Latency,
    stream: Stream,
}

impl Source {
    fn draw(&mut self) -> SimDuration {
        self.latency.draw(&mut self.stream)
    }
}

/// The words of stream names, which fix the draws of every seed: never change them.
const fn word(leg: Leg) -> &'static str {
    match leg {
        Leg::Request => "request",
        Leg::Reply => "reply",
        Leg::Delivery => "delivery",
    }
}

impl Link {
    /// A link that draws from the streams of a run.
    #[must_use]
    pub fn new(settings: &LinkSettings, streams: &Streams) -> Self {
        let mut legs = BTreeMap::new();
        for channel in Channel::ALL {
            for leg in [Leg::Request, Leg::Reply, Leg::Delivery] {
                let Some(latency) = settings.leg(channel, leg).cloned() else { continue };
                let stream = streams.named(&format!("link.{}.{}", channel.name(), word(leg)));
                legs.insert((channel, leg), Source { latency, stream });
            }
        }
        let lag_source = |endpoint: Endpoint| {
            let stream = streams.named(&format!("link.lag.{}", endpoint.name()));
            (endpoint, Source { latency: settings.lags.of(endpoint).clone(), stream })
        };
        Self {
            legs,
            lags: Endpoint::ALL.into_iter().map(lag_source).collect(),
            last_delivery: BTreeMap::new(),
        }
    }

    /// How long the next message on a leg takes.
    ///
    /// # Panics
    /// When the channel has no such leg: feeds have deliveries only, the others have none.
    pub fn delay(&mut self, channel: Channel, leg: Leg) -> SimDuration {
        let source = self.legs.get_mut(&(channel, leg));
        source.expect("Invariant: a delay is drawn on a leg that the channel has").draw()
    }

    /// When a message that leaves now on a feed arrives: never before the message that left
    /// before it.
    ///
    /// # Panics
    /// When the channel is no feed.
    pub fn delivery(&mut self, channel: Channel, now: SimTime) -> SimTime {
        let drawn = now + self.delay(channel, Leg::Delivery);
        let last = self.last_delivery.entry(channel).or_default();
        *last = drawn.max(*last);
        *last
    }

    /// How old the view is that the next read of an endpoint looks at. Draws are independent: a
    /// later read may see an older view.
    ///
    /// # Panics
    /// Never: every endpoint has a lag.
    pub fn lag(&mut self, endpoint: Endpoint) -> SimDuration {
        let source = self.lags.get_mut(&endpoint);
        source.expect("Invariant: every endpoint has a lag").draw()
    }

    /// The longest lag that any endpoint can draw: how far back reads can look.
    #[must_use]
    pub fn lag_longest(&self) -> SimDuration {
        self.lags.values().map(|source| source.latency.longest()).max().unwrap_or_default()
    }
}
