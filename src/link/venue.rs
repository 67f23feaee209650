//! The exchange as a participant sees it.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use thiserror::Error;

use crate::kernel::{Clock, Log, Queue};
use crate::link::gateway::{Pending, Port, Sent};
use crate::link::{ClientSettings, Told};
use crate::protocol::record::{Message, Record};
use crate::protocol::{
    BalanceView, BookView, Canceled, CreateOrder, Created, FillReport, HttpStatus, OrderView,
    PositionView, PrivateEvent, Purpose, Query, Quote, RejectReason, Reply, Request,
};
use crate::units::{ClientOrderId, MarketId, OrderId, RequestId, SimTime};

/// The newest quote of a market that reached the participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteSeen {
    /// The quote.
    pub quote: Quote,
    /// When it reached the participant.
    pub at: SimTime,
}

/// Whether the public feed brings quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedState {
    /// The connection stands.
    Connected,
    /// The connection broke and is not back yet.
    Lost,
}

/// Why a request brought no answer of the kind that was asked for.
///
/// A request that took effect all the same is an unknown outcome: the sender can not tell it from
/// one that did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The exchange refused it; nothing changed.
    #[error("refused: {0}")]
    Rejected(RejectReason),
    /// An error came in place of an answer. After 429 nothing changed; after 5xx the outcome is
    /// unknown.
    #[error("answered with status {0}")]
    Status(HttpStatus),
    /// No answer came in time: the outcome is unknown. The request may even arrive later.
    #[error("not answered in time")]
    Unanswered,
}

impl RequestError {
    /// Whether the request may have taken effect, or still may.
    #[must_use]
    pub const fn leaves_outcome_unknown(self) -> bool {
        match self {
            Self::Rejected(_) => false,
            Self::Status(status) => status.leaves_outcome_unknown(),
            Self::Unanswered => true,
        }
    }
}

/// A participant's end of its connection: the only door to the exchange.
///
/// Every call crosses the link, so every call takes as long as its channel takes.
#[derive(Clone, Debug)]
pub struct Venue {
    port: Rc<RefCell<Port>>,
    reports: Queue<PrivateEvent>,
    told: Queue<Told>,
    clock: Clock,
    log: Log<Record>,
}

impl Venue {
    pub(super) fn new(
        port: Rc<RefCell<Port>>,
        reports: Queue<PrivateEvent>,
        told: Queue<Told>,
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

    /// Waits for news of the public feed: a quote, or its connection breaking or coming back.
    /// Returns how many there were so far, more than `known`; or `known` itself, once `until` is
    /// reached without any. News of that instant come first.
    pub async fn public_news(&self, known: u64, until: SimTime) -> u64 {
        let mut patience = self.clock.sleep_until(until);
        poll_fn(|context| {
            let mut port = self.port.borrow_mut();
            if port.news.count > known {
                return Poll::Ready(port.news.count);
            }
            if !port.news.waiting.iter().any(|waiting| waiting.will_wake(context.waker())) {
                port.news.waiting.push(context.waker().clone());
            }
            drop(port);
            Pin::new(&mut patience).poll(context).map(|()| known)
        })
        .await
    }

    /// This end with another behaviour. All ends of one connection behave alike.
    #[must_use]
    pub fn behaving(self, client: ClientSettings) -> Self {
        self.port.borrow_mut().client = client;
        self
    }

    /// Whether the public feed is connected. A feed that is back may still be silent.
    #[must_use]
    pub fn public_feed(&self) -> FeedState {
        self.port.borrow().public_feed
    }

    /// The private feed: the account's own executions, in the order of their arrival here, and
    /// when its connection broke and came back.
    #[must_use]
    pub fn reports(&self) -> &Queue<PrivateEvent> {
        &self.reports
    }

    /// The truth at once, past every channel: for the oracle alone.
    #[must_use]
    pub fn told(&self) -> &Queue<Told> {
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

    /// Reads one order by the participant's own id, such as the order of a create whose answer
    /// never came.
    ///
    /// # Errors
    /// When the read, which may lag, does not know the order; or it brings no answer. An order
    /// that is not known now may still arrive.
    pub async fn order_by_client(
        &self,
        client_order: ClientOrderId,
        purpose: Purpose,
    ) -> Result<OrderView, RequestError> {
        let query = Query::OrderByClient(client_order);
        match self.request(Request::Read(query), purpose).await? {
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

    /// Reads all levels of a market's book.
    ///
    /// # Errors
    /// When the market is unknown.
    pub async fn book(&self, market: MarketId, purpose: Purpose) -> Result<BookView, RequestError> {
        match self.request(Request::Read(Query::Book(market)), purpose).await? {
            Reply::Book(book) => Ok(book),
            other => mismatch("read of a book", &other),
        }
    }

    /// Sends a request and waits for its reply, as long as the channel's time limit says. A reply
    /// that comes at the very end of that time still counts.
    async fn request(&self, body: Request, purpose: Purpose) -> Result<Reply, RequestError> {
        let channel = body.channel();
        let request = self.send(body, purpose);
        let _wait = Wait { port: Rc::clone(&self.port), request };
        let limit = self.port.borrow().client.time_limits.of(channel);
        let mut patience = limit.map(|limit| self.clock.sleep(limit));
        let outcome = poll_fn(|context| {
            let mut port = self.port.borrow_mut();
            if let Some(Pending::Answered(outcome)) = port.waiting.remove(&request) {
                return Poll::Ready(Some(outcome));
            }
            port.waiting.insert(request, Pending::Open(Some(context.waker().clone())));
            drop(port);
            match &mut patience {
                Some(patience) => Pin::new(patience).poll(context).map(|()| None),
                None => Poll::Pending,
            }
        })
        .await;
        match outcome {
            None => {
                self.log.append(Record::Message(Message::GaveUp { request }));
                Err(RequestError::Unanswered)
            }
            Some(Err(status)) => Err(RequestError::Status(status)),
            Some(Ok(Reply::Rejected(reason))) => Err(RequestError::Rejected(reason)),
            Some(Ok(reply)) => Ok(reply),
        }
    }

    fn send(&self, body: Request, purpose: Purpose) -> RequestId {
        let mut port = self.port.borrow_mut();
        let request = RequestId::new(port.sent);
        port.sent += 1;
        port.outbox.push(Sent { request, body: body.clone() });
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
    use crate::protocol::{Channel, FeedChange, PublicMessage};
    use crate::units::SimDuration;

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

    #[test]
    fn news_of_the_public_feed_end_a_wait_and_so_does_its_end() {
        let clock = Clock::default();
        let gateway = Gateway::new(clock.clone(), Log::new(clock.clone()));
        let venue = gateway.venue();
        let quote = || {
            gateway.quote(PublicMessage { market: MarketId::new(0), quote: Quote::default() });
        };
        let mut context = Context::from_waker(Waker::noop());
        let until = SimTime::START + SimDuration::from_s(1);
        let mut wait = pin!(venue.public_news(0, until));
        assert!(wait.as_mut().poll(&mut context).is_pending());
        quote();
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(1));
        gateway.feed_changed(Channel::PublicFeed, FeedChange::Lost);
        // What came before the wait counts at once.
        let mut wait = pin!(venue.public_news(1, until));
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(2));
        let mut wait = pin!(venue.public_news(2, until));
        assert!(wait.as_mut().poll(&mut context).is_pending());
        clock.advance_to(until);
        assert!(clock.fire_next());
        assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(2));
    }
}
