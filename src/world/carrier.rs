//! Carries messages over the link, and tells the log what goes wrong with them.

use crate::kernel::{Calendar, Class, Log};
use crate::link::{Admission, Fate, FeedEdge, FeedFate, Link, Sent};
use crate::protocol::record::{Message, Record};
use crate::protocol::{
    Channel, Execution, FaultKind, FaultSubject, HttpStatus, Leg, PublicMessage, Query, Reply,
    Request,
};
use crate::units::{FeedSequence, MarketId, Price, RequestId, SimTime};
use crate::world::feeds::Feed;

/// What crosses the link towards an end that waits for it by name.
#[derive(Debug)]
pub(super) enum Transit {
    /// Towards the exchange.
    Request {
        /// Its number.
        request: RequestId,
        /// What it asks for.
        body: Request,
        /// The error that its fate answers it with.
        error: Option<HttpStatus>,
    },
    /// Towards the bot.
    Reply {
        /// The number of the request that it answers.
        request: RequestId,
        /// The answer, or the error in its place.
        outcome: Result<Reply, HttpStatus>,
    },
}

/// What a message of the private feed says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Report {
    /// An order changed.
    Execution(Execution),
    /// A market paid this for each YES contract.
    Paid(MarketId, Price),
}

/// The kinds of things that can reach one of the ends, in the order in which they do at one
/// instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Edge,
    Arrival,
    Quote,
    Report,
    Answer,
}

/// What is on its way between the exchange and the bot.
#[derive(Debug)]
pub(super) struct Carrier {
    link: Link,
    log: Log<Record>,
    transits: Calendar<Transit>,
    /// How many of them are requests.
    requests: usize,
    quotes: Feed<PublicMessage>,
    reports: Feed<(FeedSequence, Report)>,
}

impl Carrier {
    pub(super) fn new(link: Link, log: Log<Record>) -> Self {
        Self {
            link,
            log,
            transits: Calendar::default(),
            requests: 0,
            quotes: Feed::default(),
            reports: Feed::default(),
        }
    }

    /// How many messages are on their way.
    pub(super) fn in_flight(&self) -> usize {
        self.transits.len() + self.quotes.len() + self.reports.len()
    }

    /// How many requests are on their way to the exchange.
    pub(super) fn requests_in_flight(&self) -> usize {
        self.requests
    }

    /// What reaches an end next.
    pub(super) fn next_due(&self) -> Option<(SimTime, Due)> {
        let transit = self.transits.next_due().map(|(due, class)| match class {
            Class::Arrival => (due, Due::Arrival),
            Class::Delivery => (due, Due::Answer),
        });
        [
            self.link.next_edge().map(|due| (due, Due::Edge)),
            transit,
            self.quotes.next_due().map(|due| (due, Due::Quote)),
            self.reports.next_due().map(|due| (due, Due::Report)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Takes the edge that is due.
    pub(super) fn take_edge(&mut self) -> FeedEdge {
        self.link.take_edge().expect("Invariant: an edge is due")
    }

    /// Takes the request or reply that is due.
    pub(super) fn take_transit(&mut self) -> Transit {
        let transit = self.transits.pop().expect("Invariant: a transit is due").1;
        self.requests -= usize::from(matches!(transit, Transit::Request { .. }));
        transit
    }

    /// Takes the quote that is due.
    pub(super) fn take_quote(&mut self) -> PublicMessage {
        self.quotes.take().expect("Invariant: a quote is due")
    }

    /// Takes the private message that is due.
    pub(super) fn take_report(&mut self) -> (FeedSequence, Report) {
        self.reports.take().expect("Invariant: a report is due")
    }

    /// The market moved.
    pub(super) fn note_activity(&mut self, now: SimTime) {
        self.link.note_activity(now);
    }

    /// The instant that a read looks at.
    pub(super) fn as_of(&mut self, now: SimTime, query: Query) -> SimTime {
        now.before(self.link.lag(query.endpoint()))
    }

    /// A request leaves the bot. Returns how many copies of it will arrive.
    pub(super) fn send_request(&mut self, now: SimTime, sent: Sent) -> usize {
        let Sent { request, body } = sent;
        let at = (body.channel(), Leg::Request);
        let fate = self.link.crossing(now, at.0, at.1);
        self.log_faults(at, &fate, FaultSubject::Request(request));
        for due in fate.arrivals() {
            let body = body.clone();
            let transit = Transit::Request { request, body, error: fate.error() };
            self.transits.insert(due, Class::Arrival, transit);
            self.requests += 1;
        }
        fate.arrivals().count()
    }

    /// A request is at the door. One that may not pass is answered there; returns whether it may.
    pub(super) fn admit(
        &mut self,
        now: SimTime,
        request: RequestId,
        body: &Request,
        error: Option<HttpStatus>,
    ) -> bool {
        let Admission::Refused { status, fault } = self.link.admit(now, body, error) else {
            return true;
        };
        let channel = body.channel();
        self.log_fault((channel, Leg::Request), fault, FaultSubject::Request(request));
        self.send_reply(now, request, channel, Err(status));
        false
    }

    /// An answer leaves the exchange, or its door.
    pub(super) fn send_reply(
        &mut self,
        now: SimTime,
        request: RequestId,
        channel: Channel,
        outcome: Result<Reply, HttpStatus>,
    ) {
        let (at, subject) = ((channel, Leg::Reply), FaultSubject::Request(request));
        let fate = self.link.crossing(now, at.0, at.1);
        self.log_faults(at, &fate, subject);
        let outcome = match (fate.error(), outcome) {
            (Some(HttpStatus::Server(error)), Ok(_)) => {
                self.log_fault(at, FaultKind::Masked(error), subject);
                Err(HttpStatus::Server(error))
            }
            (_, outcome) => outcome,
        };
        for due in fate.arrivals() {
            let outcome = outcome.clone();
            self.transits.insert(due, Class::Delivery, Transit::Reply { request, outcome });
        }
    }

    /// A message leaves on the private feed.
    pub(super) fn send_report(&mut self, now: SimTime, report: Report) {
        let FeedFate { sequence, fate } = self.link.delivery(now, Channel::PrivateFeed);
        let at = (Channel::PrivateFeed, Leg::Delivery);
        self.log_faults(at, &fate, FaultSubject::Report(sequence));
        for due in fate.arrivals() {
            self.reports.send(due, (sequence, report));
        }
    }

    /// A quote leaves on the public feed.
    pub(super) fn send_quote(&mut self, now: SimTime, message: PublicMessage) {
        let fate = self.link.delivery(now, Channel::PublicFeed).fate;
        let at = (Channel::PublicFeed, Leg::Delivery);
        self.log_faults(at, &fate, FaultSubject::Quote(message.market));
        for due in fate.arrivals() {
            self.quotes.send(due, message);
        }
    }

    fn log_faults(&self, at: (Channel, Leg), fate: &Fate, subject: FaultSubject) {
        for kind in fate.faults() {
            self.log_fault(at, *kind, subject);
        }
    }

    fn log_fault(&self, at: (Channel, Leg), kind: FaultKind, subject: FaultSubject) {
        let (channel, leg) = at;
        self.log.append(Record::Message(Message::Fault { channel, leg, kind, subject }));
    }
}
