//! Decides what becomes of each message of one participant.

use std::collections::BTreeMap;

use crate::kernel::{Stream, Streams};
use crate::link::faults::{Activity, Downtime, Edges, FaultLine, Mishap};
use crate::link::rate_limit::RateLimit;
use crate::link::{Admission, Fate, FeedEdge, FeedFate, Latency, LinkSettings, ReadFailure};
use crate::protocol::{Channel, Endpoint, FaultKind, HttpStatus, Leg, Request};
use crate::units::{FeedSequence, SimDuration, SimTime};

/// The way between one participant and the exchange: how long each message takes, and what goes
/// wrong with it.
///
/// Every leg of every channel and every endpoint draws from a stream of its own, named
/// `link.order_entry.request` or `link.lag.orders`, so that a message more on one moves no draw on
/// another. Faults have streams of their own beside these.
///
/// Requests and replies travel alone, each as its own connection would: a later one may overtake
/// an earlier one. A feed is one connection: nothing on it overtakes, unless a fault holds a
/// message back.
#[derive(Debug)]
pub struct Link {
    lines: BTreeMap<(Channel, Leg), Line>,
    feeds: BTreeMap<Channel, Feed>,
    lags: BTreeMap<Endpoint, Source>,
    activity: Option<Activity>,
    edges: Edges,
    read_failures: Vec<ReadFailure>,
    rate_limit: Option<RateLimit>,
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

/// The delays of a leg, which keep the level of their distribution for a while.
#[derive(Debug)]
struct Delays {
    source: Source,
    held_for: SimDuration,
    /// The level, out of 2^64, and until when it is kept.
    level: Option<(u64, SimTime)>,
}

impl Delays {
    fn new(source: Source, held_for: SimDuration) -> Self {
        Self { source, held_for, level: None }
    }

    /// The delay of a message that leaves now. It takes one word of the stream, used or not.
    fn draw(&mut self, now: SimTime) -> SimDuration {
        let fresh = (self.source.stream.next_u64(), now + self.held_for);
        let (level, _) =
            *self.level.insert(self.level.filter(|(_, until)| now < *until).unwrap_or(fresh));
        self.source.latency.at(level)
    }
}

/// One leg of one channel.
#[derive(Debug)]
struct Line {
    delays: Delays,
    faults: FaultLine,
    downtime: Downtime,
}

/// The connection of a feed.
#[derive(Debug, Default)]
struct Feed {
    /// How often it came back.
    returns: usize,
    /// Messages that it carried since.
    sent: u64,
    /// When the last of them arrives, faults apart.
    last_arrival: SimTime,
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
        let faults = &settings.faults;
        let mut lines = BTreeMap::new();
        for channel in Channel::ALL {
            for leg in [Leg::Request, Leg::Reply, Leg::Delivery] {
                let Some(latency) = settings.leg(channel, leg).cloned() else { continue };
                let name = format!("{}.{}", channel.name(), word(leg));
                let stream = streams.named(&format!("link.{name}"));
                let line = Line {
                    delays: Delays::new(Source { latency, stream }, settings.level_held),
                    faults: FaultLine::new(faults, (channel, leg), &name, *streams),
                    downtime: Downtime::of(&faults.outages, channel),
                };
                lines.insert((channel, leg), line);
            }
        }
        let lag_source = |endpoint: Endpoint| {
            let stream = streams.named(&format!("link.lag.{}", endpoint.name()));
            (endpoint, Source { latency: settings.lags.of(endpoint).clone(), stream })
        };
        let feeds = lines.iter().filter(|((_, leg), _)| *leg == Leg::Delivery);
        let feeds: Vec<_> = feeds.map(|((channel, _), line)| (*channel, &line.downtime)).collect();
        let edges = Edges::of(&feeds);
        Self {
            lines,
            feeds: BTreeMap::new(),
            lags: Endpoint::ALL.into_iter().map(lag_source).collect(),
            activity: faults.bursts.map(Activity::new),
            edges,
            read_failures: faults.read_failures.clone(),
            rate_limit: settings.rate_limit.map(RateLimit::new),
        }
    }

    /// What becomes of a request or a reply that leaves now.
    ///
    /// # Panics
    /// When the channel has no such leg: requests and replies cross every channel but the feeds.
    pub fn crossing(&mut self, now: SimTime, channel: Channel, leg: Leg) -> Fate {
        assert!(leg != Leg::Delivery, "Invariant: what crosses a feed is numbered");
        self.fate(now, channel, leg)
    }

    /// What becomes of a message that leaves now on a feed. Faults apart, it never arrives before
    /// the message that left before it.
    ///
    /// A message that a fault takes away still holds its place and its number. After an outage, a
    /// new connection counts from 1 and waits for nothing that came before.
    ///
    /// # Panics
    /// When the channel is no feed.
    pub fn delivery(&mut self, now: SimTime, channel: Channel) -> FeedFate {
        let fate = self.fate(now, channel, Leg::Delivery);
        let sent = self.feeds.get(&channel).map_or(0, |feed| feed.sent);
        FeedFate { sequence: FeedSequence::new(sent), fate }
    }

    fn fate(&mut self, now: SimTime, channel: Channel, leg: Leg) -> Fate {
        let line = self.lines.get_mut(&(channel, leg));
        let line = line.expect("Invariant: a message crosses a leg that the channel has");
        let calm = line.delays.draw(now);
        let latency = &line.delays.source.latency;
        let Mishap { lost, copy, held_back, error } = line.faults.draw(latency);
        let slowed = |delay| match &self.activity {
            Some(activity) => activity.slowed(now, delay),
            None => delay,
        };
        let delay = slowed(calm);
        let mut due = now + delay;
        if leg == Leg::Delivery {
            due = self.feeds.entry(channel).or_default().queue(now, due, &line.downtime);
        }
        let first = due + held_back.unwrap_or_default();
        let downtime = &line.downtime;
        if lost || downtime.cuts(now, first) {
            let kind = if lost { FaultKind::Lost } else { FaultKind::LostInOutage };
            return Fate { faults: vec![kind], ..Fate::default() };
        }
        let copy = copy.map(|delay| first.max(now + slowed(delay)));
        let copy = copy.filter(|copy| !downtime.cuts(now, *copy));
        let happened = [
            (delay > calm, FaultKind::Slowed),
            (held_back.is_some(), FaultKind::Reordered),
            (copy.is_some(), FaultKind::Duplicated),
        ];
        let faults = happened.into_iter().filter_map(|(happened, kind)| happened.then_some(kind));
        Fate { first: Some(first), copy, faults: faults.collect(), error }
    }

    /// What the door says to a request that arrives now: first the rate limit, then the endpoint's
    /// own failures, then the error that the request's fate brought.
    pub fn admit(
        &mut self,
        now: SimTime,
        request: &Request,
        error: Option<HttpStatus>,
    ) -> Admission {
        if self.rate_limit.as_mut().is_some_and(|limit| !limit.take(now, request)) {
            let (status, fault) = (HttpStatus::TooManyRequests, FaultKind::RateLimited);
            return Admission::Refused { status, fault };
        }
        if let Request::Read(query) = request {
            let endpoint = query.endpoint();
            let fails = self.read_failures.iter().find_map(|read| read.answer(now, endpoint));
            if let Some(status) = fails {
                return Admission::Refused { status, fault: FaultKind::ReadFailed(status) };
            }
        }
        error.map_or(Admission::Admitted, |status| Admission::Refused {
            status,
            fault: FaultKind::Refused(status),
        })
    }

    /// The best prices of a market changed now, or a trade happened.
    pub fn note_activity(&mut self, now: SimTime) {
        if let Some(activity) = &mut self.activity {
            activity.note(now);
        }
    }

    /// When the next feed breaks or comes back.
    #[must_use]
    pub fn next_edge(&self) -> Option<SimTime> {
        self.edges.next().map(|edge| edge.at)
    }

    /// Takes the next edge. Edges come before anything else that happens at their instant.
    pub fn take_edge(&mut self) -> Option<FeedEdge> {
        self.edges.take()
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

impl Feed {
    /// Numbers a message that leaves now and would arrive at `due`; returns when it arrives, never
    /// before the one before it on the same connection.
    fn queue(&mut self, now: SimTime, due: SimTime, downtime: &Downtime) -> SimTime {
        let returns = downtime.returns(now);
        if returns > self.returns {
            *self = Self { returns, ..Self::default() };
        }
        self.sent += 1;
        self.last_arrival = due.max(self.last_arrival);
        self.last_arrival
    }
}
