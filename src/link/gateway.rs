//! The world's end of a participant's connection.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Waker;

use crate::kernel::{Clock, Log, Queue};
use crate::link::venue::{QuoteSeen, Venue};
use crate::protocol::record::{Answer, Message, Record};
use crate::protocol::{Execution, PublicMessage, Reply, Request};
use crate::units::{MarketId, RequestId};

/// A request that a participant sent and that has not left yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number.
    pub request: RequestId,
    /// What it asks for.
    pub body: Request,
}

/// What both ends of a connection share.
#[derive(Debug, Default)]
pub(super) struct Port {
    pub(super) outbox: Vec<Sent>,
    pub(super) sent: u64,
    pub(super) waiting: BTreeMap<RequestId, Pending>,
    pub(super) quotes: BTreeMap<MarketId, QuoteSeen>,
}

/// A request whose sender waits.
#[derive(Debug)]
pub(super) enum Pending {
    /// No reply yet.
    Open(Option<Waker>),
    /// The reply is there and was not taken yet.
    Answered(Reply),
}

/// The world's end of a participant's connection: takes what was sent, hands over what came.
///
/// A participant holds the other end, a [`Venue`].
#[derive(Debug)]
pub struct Gateway {
    port: Rc<RefCell<Port>>,
    reports: Queue<Execution>,
    told: Queue<Execution>,
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
        self.log.append(Record::Message(Message::Answered { request, answer }));
        let mut port = self.port.borrow_mut();
        let Some(pending) = port.waiting.get_mut(&request) else { return };
        let before = std::mem::replace(pending, Pending::Answered(reply));
        drop(port);
        if let Pending::Open(Some(waker)) = before {
            waker.wake();
        }
    }

    /// Hands over a quote.
    pub fn quote(&self, message: PublicMessage) {
        self.log.append(Record::Message(Message::Quoted(message)));
        let seen = QuoteSeen { quote: message.quote, at: self.clock.now() };
        self.port.borrow_mut().quotes.insert(message.market, seen);
    }

    /// Hands over a message of the private feed.
    pub fn report(&self, execution: Execution) {
        self.log.append(Record::Message(Message::Reported(execution)));
        self.reports.push(execution);
    }

    /// Tells the truth at once, past every channel: for the oracle alone, the floor that results
    /// are compared with.
    pub fn tell(&self, execution: Execution) {
        self.told.push(execution);
    }
}
