//! The exchange as a participant sees it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use thiserror::Error;

use crate::kernel::{Clock, Log, Queue};
use crate::link::gateway::{Pending, Port, Sent};
use crate::protocol::record::{Message, Record};
use crate::protocol::{
    BalanceView, Canceled, CreateOrder, Created, Execution, FillReport, OrderView, PositionView,
    Purpose, Query, Quote, RejectReason, Reply, Request,
};
use crate::units::{MarketId, OrderId, RequestId, SimTime};

/// The newest quote of a market that reached the participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteSeen {
    /// The quote.
    pub quote: Quote,
    /// When it reached the participant.
    pub at: SimTime,
}

/// Why a request brought no answer of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The exchange refused it; nothing changed.
    #[error("refused: {0}")]
    Rejected(RejectReason),
}

/// A participant's end of its connection: the only door to the exchange.
///
/// Every call crosses the link, so every call takes as long as its channel takes.
#[derive(Clone, Debug)]
pub struct Venue {
    port: Rc<RefCell<Port>>,
    reports: Queue<Execution>,
    told: Queue<Execution>,
    clock: Clock,
    log: Log<Record>,
}

impl Venue {
    pub(super) fn new(
        port: Rc<RefCell<Port>>,
        reports: Queue<Execution>,
        told: Queue<Execution>,
        clock: Clock,
        log: Log<Record>,
    ) -> Self {
        Self { port, reports, told, clock, log }
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The event log, for what the participant believes and decides.
    #[must_use]
    pub fn log(&self) -> &Log<Record> {
        &self.log
    }

    /// The newest quote of a market that the public feed brought.
    #[must_use]
    pub fn quote_seen(&self, market: MarketId) -> Option<QuoteSeen> {
        self.port.borrow().quotes.get(&market).copied()
    }

    /// The private feed: the account's own executions, in the order of their arrival here.
    #[must_use]
    pub fn reports(&self) -> &Queue<Execution> {
        &self.reports
    }

    /// The truth at once, past every channel: for the oracle alone.
    #[must_use]
    pub fn told(&self) -> &Queue<Execution> {
        &self.told
    }

    /// Places an order.
    ///
    /// # Errors
    /// When the exchange refuses it.
    pub async fn create(
        &self,
        order: CreateOrder,
        purpose: Purpose,
    ) -> Result<Created, RequestError> {
        match self.request(Request::Create(order), purpose).await? {
            Reply::Created(created) => Ok(created),
            other => mismatch("create", &other),
        }
    }

    /// Removes what remains of an order.
    ///
    /// # Errors
    /// When the order does not rest: unknown, canceled and executed look alike.
    pub async fn cancel(&self, order: OrderId, purpose: Purpose) -> Result<Canceled, RequestError> {
        match self.request(Request::Cancel { order }, purpose).await? {
            Reply::Canceled(canceled) => Ok(canceled),
            other => mismatch("cancel", &other),
        }
    }

    /// Reads one order.
    ///
    /// # Errors
    /// When the read, which may lag, does not know the order.
    pub async fn order(&self, order: OrderId, purpose: Purpose) -> Result<OrderView, RequestError> {
        match self.request(Request::Read(Query::Order(order)), purpose).await? {
            Reply::Order(view) => Ok(view),
            other => mismatch("read of an order", &other),
        }
    }

    /// Reads all orders of the account, oldest first.
    ///
    /// # Errors
    /// When the exchange refuses.
    pub async fn orders(&self, purpose: Purpose) -> Result<Vec<OrderView>, RequestError> {
        match self.request(Request::Read(Query::Orders), purpose).await? {
            Reply::Orders(views) => Ok(views),
            other => mismatch("read of orders", &other),
        }
    }

    /// Reads all fills of the account, newest first.
    ///
    /// # Errors
    /// When the exchange refuses.
    pub async fn fills(&self, purpose: Purpose) -> Result<Vec<FillReport>, RequestError> {
        match self.request(Request::Read(Query::Fills), purpose).await? {
            Reply::Fills(fills) => Ok(fills),
            other => mismatch("read of fills", &other),
        }
    }

    /// Reads the positions that are not flat.
    ///
    /// # Errors
    /// When the exchange refuses.
    pub async fn positions(&self, purpose: Purpose) -> Result<Vec<PositionView>, RequestError> {
        match self.request(Request::Read(Query::Positions), purpose).await? {
            Reply::Positions(positions) => Ok(positions),
            other => mismatch("read of positions", &other),
        }
    }

    /// Reads the balance.
    ///
    /// # Errors
    /// When the exchange refuses.
    pub async fn balance(&self, purpose: Purpose) -> Result<BalanceView, RequestError> {
        match self.request(Request::Read(Query::Balance), purpose).await? {
            Reply::Balance(balance) => Ok(balance),
            other => mismatch("read of the balance", &other),
        }
    }

    /// Reads the best bid and ask of a market.
    ///
    /// # Errors
    /// When the market is unknown.
    pub async fn quote(&self, market: MarketId, purpose: Purpose) -> Result<Quote, RequestError> {
        match self.request(Request::Read(Query::Quote(market)), purpose).await? {
            Reply::Quote(quote) => Ok(quote),
            other => mismatch("read of a quote", &other),
        }
    }

    /// Sends a request and waits for its reply.
    async fn request(&self, body: Request, purpose: Purpose) -> Result<Reply, RequestError> {
        let request = self.send(body, purpose);
        let _wait = Wait { port: Rc::clone(&self.port), request };
        let reply = poll_fn(|context| {
            let mut port = self.port.borrow_mut();
            match port.waiting.remove(&request) {
                Some(Pending::Answered(reply)) => Poll::Ready(reply),
                Some(Pending::Open(_)) | None => {
                    let waker = Some(context.waker().clone());
                    port.waiting.insert(request, Pending::Open(waker));
                    Poll::Pending
                }
            }
        })
        .await;
        match reply {
            Reply::Rejected(reason) => Err(RequestError::Rejected(reason)),
            reply => Ok(reply),
        }
    }

    fn send(&self, body: Request, purpose: Purpose) -> RequestId {
        let mut port = self.port.borrow_mut();
        let request = RequestId::new(port.sent);
        port.sent += 1;
        port.outbox.push(Sent { request, body });
        port.waiting.insert(request, Pending::Open(None));
        drop(port);
        self.log.append(Record::Message(Message::Sent { request, body, purpose }));
        request
    }
}

/// A sender's wait for a reply. When the sender stops waiting, the reply finds nobody.
struct Wait {
    port: Rc<RefCell<Port>>,
    request: RequestId,
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.port.borrow_mut().waiting.remove(&self.request);
    }
}

/// An answer of the wrong kind is a bug of the exchange or the link, not an outcome.
fn mismatch<T>(asked: &str, reply: &Reply) -> T {
    unreachable!("Invariant: the answer to a {asked} is of its kind, found {reply:?}")
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use crate::link::Gateway;

    use super::*;

    #[test]
    fn a_wait_that_was_given_up_leaves_nothing_behind() {
        let clock = Clock::default();
        let gateway = Gateway::new(clock.clone(), Log::new(clock));
        let venue = gateway.venue();
        {
            let mut call = pin!(venue.cancel(OrderId::new(1), Purpose::Follow));
            assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert_eq!(venue.port.borrow().waiting.len(), 1);
        }
        assert!(venue.port.borrow().waiting.is_empty());
        let sent = gateway.take_sent();
        gateway.answer(sent[0].request, Reply::Rejected(RejectReason::OrderNotFound));
        assert!(venue.port.borrow().waiting.is_empty());
        // Both crossed the link all the same, and the log has them.
        assert_eq!(venue.log.len(), 2);
    }
}
