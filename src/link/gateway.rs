//! The world's end of a participant's connection.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::task::Waker;

use crate::kernel::{Clock, Log, Queue};
use crate::link::venue::{FeedState, QuoteSeen, Venue};
use crate::link::{AfterReconnect, ClientSettings, PrivateNumbers, Told};
use crate::protocol::record::{Answer, Message, Record};
use crate::protocol::{
    Channel, Execution, FaultKind, FaultSubject, FeedChange, HttpStatus, Leg, PrivateEvent,
    PublicMessage, Reply, Request,
};
use crate::units::{FeedSequence, MarketId, Price, RequestId};

/// A request that a participant sent and that has not left yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number.
    pub request: RequestId,
    /// What it asks for.
    pub body: Request,
}

/// What both ends of a connection share.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) outbox: Vec<Sent>,
    pub(super) sent: u64,
    pub(super) waiting: BTreeMap<RequestId, Pending>,
    pub(super) quotes: BTreeMap<MarketId, QuoteSeen>,
    pub(super) client: ClientSettings,
    pub(super) public_feed: FeedState,
    pub(super) news: PublicNews,
    subscription: Subscription,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            outbox: Vec::new(),
            sent: 0,
            waiting: BTreeMap::new(),
            quotes: BTreeMap::new(),
            client: ClientSettings::default(),
            public_feed: FeedState::Connected,
            news: PublicNews::default(),
            subscription: Subscription::default(),
        }
    }
}

/// Which quotes come through.
#[derive(Debug, Default)]
enum Subscription {
    /// All of them.
    #[default]
    Standing,
    /// After a reconnect without a subscription: the first of each market, which is the snapshot
    /// that comes with the connection, and no other.
    SnapshotAlone {
        /// Markets whose snapshot came.
        shown: BTreeSet<MarketId>,
    },
}

impl Subscription {
    /// Whether a quote comes through.
    fn brings(&mut self, market: MarketId) -> bool {
        match self {
            Self::Standing => true,
            Self::SnapshotAlone { shown } => shown.insert(market),
        }
    }
}

/// What the public feed brought, as a number that only grows, and who waits for more of it.
#[derive(Debug, Default)]
pub(super) struct PublicNews {
    pub(super) count: u64,
    pub(super) waiting: Vec<Waker>,
}

impl PublicNews {
    /// Counts one more; returns the tasks to be woken.
    fn add(&mut self) -> Vec<Waker> {
        self.count += 1;
        std::mem::take(&mut self.waiting)
    }
}

/// A request whose sender waits.
#[derive(Debug)]
pub(super) enum Pending {
    /// No reply yet.
    Open(Option<Waker>),
    /// The reply, or the error in its place, is there and was not taken yet.
    Answered(Result<Reply, HttpStatus>),
}

/// The world's end of a participant's connection: takes what was sent, hands over what came.
///
/// A participant holds the other end, a [`Venue`].
#[derive(Debug)]
pub struct Gateway {
    port: Rc<RefCell<Port>>,
    reports: Queue<PrivateEvent>,
    told: Queue<Told>,
    clock: Clock,
    log: Log<Record>,
}

impl Gateway {
    /// A connection on a clock, whose messages are logged.
    #[must_use]
    pub fn new(clock: Clock, log: Log<Record>) -> Self {
        Self { port: Rc::default(), reports: Queue::default(), told: Queue::default(), clock, log }
    }

    /// The participant's end. All ends of one gateway are the same connection.
    #[must_use]
    pub fn venue(&self) -> Venue {
        Venue::new(
            Rc::clone(&self.port),
            self.reports.clone(),
            self.told.clone(),
            self.clock.clone(),
            self.log.clone(),
        )
    }

    /// Takes the requests that were sent since the last call, oldest first.
    #[must_use]
    pub fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.port.borrow_mut().outbox)
    }

    /// Hands over a reply. A reply that nobody waits for any more is logged and dropped.
    pub fn answer(&self, request: RequestId, reply: Reply) {
        let answer = match &reply {
            Reply::Rejected(reason) => Answer::Rejected(*reason),
            _ => Answer::Done,
        };
        self.resolve(request, answer, Ok(reply));
    }

    /// Hands over an error in place of a reply. One that nobody waits for any more is logged and
    /// dropped.
    pub fn fail(&self, request: RequestId, status: HttpStatus) {
        self.resolve(request, Answer::Failed(status), Err(status));
    }

    fn resolve(&self, request: RequestId, answer: Answer, outcome: Result<Reply, HttpStatus>) {
        self.log.append(Record::Message(Message::Answered { request, answer }));
        let mut port = self.port.borrow_mut();
        // The first answer counts; a copy that comes before the sender's turn changes nothing.
        let Some(pending @ Pending::Open(_)) = port.waiting.get_mut(&request) else { return };
        let before = std::mem::replace(pending, Pending::Answered(outcome));
        drop(port);
        if let Pending::Open(Some(waker)) = before {
            waker.wake();
        }
    }

    /// Hands over a quote. When the client did not subscribe again after a reconnect, only the first
    /// of each market comes through.
    pub fn quote(&self, message: PublicMessage) {
        let mut port = self.port.borrow_mut();
        if !port.subscription.brings(message.market) {
            self.log.append(Record::Message(Message::Fault {
                channel: Channel::PublicFeed,
                leg: Leg::Delivery,
                kind: FaultKind::NotSubscribed,
                subject: FaultSubject::Quote(message.market),
            }));
            return;
        }
        self.log.append(Record::Message(Message::Quoted(message)));
        let seen = QuoteSeen { quote: message.quote, at: self.clock.now() };
        port.quotes.insert(message.market, seen);
        let waiting = port.news.add();
        drop(port);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Hands over a message of the private feed. The log has its number, whether the participant is told
    /// it or not.
    pub fn report(&self, sequence: FeedSequence, execution: Execution) {
        self.log.append(Record::Message(Message::Reported { sequence, execution }));
        let sequence = self.told_number(sequence);
        self.reports.push(PrivateEvent::Message { sequence, execution });
    }

    /// Hands over the message of the private feed that a market paid, and what each YES contract was
    /// worth.
    pub fn report_paid(&self, sequence: FeedSequence, market: MarketId, value: Price) {
        self.log.append(Record::Message(Message::PaidReported { sequence, market, value }));
        let sequence = self.told_number(sequence);
        self.reports.push(PrivateEvent::Paid { sequence, market, value });
    }

    /// The number of a message, if the participant is told it.
    fn told_number(&self, sequence: FeedSequence) -> Option<FeedSequence> {
        let numbers = self.port.borrow().client.private_numbers;
        Some(sequence).filter(|_| numbers == PrivateNumbers::Given)
    }

    /// Tells the client that a feed broke or is back.
    ///
    /// # Panics
    /// When the channel is no feed.
    pub fn feed_changed(&self, channel: Channel, change: FeedChange) {
        self.log.append(Record::Message(Message::Feed { channel, change }));
        match channel {
            Channel::PrivateFeed => self.reports.push(match change {
                FeedChange::Lost => PrivateEvent::Lost,
                FeedChange::Restored => PrivateEvent::Restored,
            }),
            Channel::PublicFeed => {
                let mut port = self.port.borrow_mut();
                port.public_feed = match change {
                    FeedChange::Lost => FeedState::Lost,
                    FeedChange::Restored => FeedState::Connected,
                };
                if change == FeedChange::Restored {
                    port.subscription = match port.client.after_reconnect {
                        AfterReconnect::Subscribe => Subscription::Standing,
                        AfterReconnect::StaySilent => {
                            Subscription::SnapshotAlone { shown: BTreeSet::new() }
                        }
                    };
                }
                let waiting = port.news.add();
                drop(port);
                waiting.into_iter().for_each(Waker::wake);
            }
            _ => unreachable!("Invariant: only feeds have connections, found {channel:?}"),
        }
    }

    /// Tells the truth at once, past every channel: for the oracle alone, the floor that results
    /// are compared with.
    pub fn tell(&self, told: Told) {
        self.told.push(told);
    }
}
