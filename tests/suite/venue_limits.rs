//! What a sender learns when no answer comes, or an error in its place; what feeds tell.

use std::cell::RefCell;
use std::rc::Rc;

use fillgap::kernel::{Clock, Executor, Log};
use fillgap::link::{
    AfterReconnect, ClientSettings, FeedState, Gateway, PrivateNumbers, RequestError, TimeLimits,
    Venue,
};
use fillgap::protocol::record::{Answer, Message, Record};
use fillgap::protocol::{
    BalanceView, Channel, CreateOrder, Execution, FaultKind, FaultSubject, FeedChange, HttpStatus,
    Leg, OrderEnd, PrivateEvent, PublicMessage, Purpose, Quote, RejectReason, Reply, ServerError,
};
use fillgap::units::{
    Cash, ClientOrderId, FeedSequence, MarketId, OrderId, Price, Quantity, RequestId, Side,
    SimDuration, SimTime,
};

const MARKET: MarketId = MarketId::new(0);
const FIRST: RequestId = RequestId::new(0);

fn at(at_ms: u64) -> SimTime {
    SimTime::START + SimDuration::from_ms(at_ms)
}

/// One connection without a link: the test answers by hand.
struct Desk {
    clock: Clock,
    executor: Executor,
    gateway: Gateway,
    log: Log<Record>,
}

/// What a sender was told, and when.
type Told = Rc<RefCell<Vec<(SimTime, Result<(), RequestError>)>>>;

impl Desk {
    fn new() -> Self {
        let clock = Clock::default();
        let log = Log::new(clock.clone());
        let gateway = Gateway::new(clock.clone(), log.clone());
        Self { clock, executor: Executor::default(), gateway, log }
    }

    /// Sends requests of one kind until the time is over.
    fn ask(&self, client: ClientSettings, kind: Channel) -> Told {
        let told = Told::default();
        let (venue, seen) = (self.gateway.venue().behaving(client), Rc::clone(&told));
        self.executor.spawner().spawn(async move {
            let outcome = ask(&venue, kind).await;
            seen.borrow_mut().push((venue.clock().now(), outcome));
        });
        told
    }

    /// Lets the time pass up to an instant, timers of that instant included.
    fn pass(&mut self, until: SimTime) {
        self.executor.run_until_stalled();
        while let Some(due) = self.clock.next_timer().filter(|due| *due <= until) {
            self.clock.advance_to(due);
            assert!(self.clock.fire_next());
            self.executor.run_until_stalled();
        }
        self.clock.advance_to(until);
    }

    fn messages(&self) -> Vec<Message> {
        let log = self.log.take();
        let message = |record: &Record| match record {
            Record::Message(message) => Some(message.clone()),
            _ => None,
        };
        log.entries().iter().filter_map(|entry| message(&entry.record)).collect()
    }
}

async fn ask(venue: &Venue, kind: Channel) -> Result<(), RequestError> {
    let (order, purpose) = (OrderId::new(1), Purpose::Follow);
    match kind {
        Channel::OrderEntry => venue.create(order_of(7), purpose).await.map(drop),
        Channel::Cancel => venue.cancel(order, purpose).await.map(drop),
        Channel::OrderRead => venue.order_by_client(ClientOrderId::new(7), purpose).await.map(drop),
        Channel::PositionRead => venue.positions(purpose).await.map(drop),
        Channel::BalanceRead => venue.balance(purpose).await.map(drop),
        Channel::MarketRead => venue.quote(MARKET, purpose).await.map(drop),
        Channel::PrivateFeed | Channel::PublicFeed => panic!("feeds have no requests"),
    }
}

fn order_of(client_order: u64) -> CreateOrder {
    CreateOrder::new(
        ClientOrderId::new(client_order),
        MARKET,
        Side::Bid,
        Price::new(5_000).unwrap(),
        Quantity::of_contracts(1).unwrap(),
    )
}

fn balance() -> Reply {
    let cash = Cash::from_millionths(5);
    Reply::Balance(BalanceView { balance: cash, available: cash })
}

/// The original's limits: 10 s for a new order and for reads of orders, 5 s for a cancel, 8 s for
/// positions and the balance, 1.5 s for quotes.
#[test]
fn a_sender_gives_up_when_its_time_limit_is_over_and_not_before() {
    for (kind, limit_ms) in [
        (Channel::OrderEntry, 10_000),
        (Channel::Cancel, 5_000),
        (Channel::OrderRead, 10_000),
        (Channel::PositionRead, 8_000),
        (Channel::BalanceRead, 8_000),
        (Channel::MarketRead, 1_500),
    ] {
        let mut desk = Desk::new();
        let told = desk.ask(ClientSettings::default(), kind);
        desk.pass(at(limit_ms - 1));
        assert!(told.borrow().is_empty(), "{kind:?}");
        desk.pass(at(limit_ms));
        assert_eq!(*told.borrow(), [(at(limit_ms), Err(RequestError::Unanswered))], "{kind:?}");
        assert_eq!(desk.messages().last(), Some(&Message::GaveUp { request: FIRST }));
    }
}

#[test]
fn a_sender_without_a_limit_waits_for_ever() {
    let mut desk = Desk::new();
    let client = ClientSettings { time_limits: TimeLimits::NONE, ..ClientSettings::default() };
    let told = desk.ask(client, Channel::BalanceRead);
    desk.pass(at(1_000_000_000));
    assert!(told.borrow().is_empty());
    desk.gateway.answer(FIRST, balance());
    desk.pass(at(1_000_000_000));
    assert_eq!(*told.borrow(), [(at(1_000_000_000), Ok(()))]);
}

#[test]
fn a_reply_at_the_very_end_of_the_limit_still_counts() {
    let mut desk = Desk::new();
    let told = desk.ask(ClientSettings::default(), Channel::BalanceRead);
    desk.pass(at(7_999));
    desk.clock.advance_to(at(8_000));
    desk.gateway.answer(FIRST, balance());
    desk.pass(at(9_000));
    assert_eq!(*told.borrow(), [(at(8_000), Ok(()))]);
    assert!(!desk.messages().contains(&Message::GaveUp { request: FIRST }));
    assert_eq!(desk.clock.next_timer(), None, "an answered request leaves no timer");
}

#[test]
fn a_late_reply_is_logged_and_told_to_nobody() {
    let mut desk = Desk::new();
    let told = desk.ask(ClientSettings::default(), Channel::BalanceRead);
    desk.pass(at(8_000));
    desk.gateway.answer(FIRST, balance());
    desk.pass(at(20_000));
    assert_eq!(*told.borrow(), [(at(8_000), Err(RequestError::Unanswered))]);
    let [_, Message::GaveUp { .. }, Message::Answered { request: FIRST, answer: Answer::Done }] =
        desk.messages()[..]
    else {
        panic!("sent, given up, answered")
    };
}

#[test]
fn the_first_of_two_answers_counts() {
    let mut desk = Desk::new();
    let told = desk.ask(ClientSettings::default(), Channel::BalanceRead);
    desk.pass(at(0));
    let error = HttpStatus::Server(ServerError::BadGateway);
    // Both are there before the sender has its turn.
    desk.gateway.fail(FIRST, error);
    desk.gateway.answer(FIRST, balance());
    desk.pass(at(0));
    desk.gateway.answer(FIRST, balance());
    desk.pass(at(1_000));
    assert_eq!(*told.borrow(), [(at(0), Err(RequestError::Status(error)))]);
}

#[test]
fn a_sender_is_told_the_status_and_whether_its_request_may_have_been_done() {
    let server = |error| RequestError::Status(HttpStatus::Server(error));
    for (error, text, is_unknown) in [
        (RequestError::Rejected(RejectReason::OrderNotFound), "refused: not_found", false),
        (RequestError::Status(HttpStatus::TooManyRequests), "answered with status 429", false),
        (server(ServerError::Internal), "answered with status 500", true),
        (server(ServerError::BadGateway), "answered with status 502", true),
        (server(ServerError::Unavailable), "answered with status 503", true),
        (server(ServerError::GatewayTimeout), "answered with status 504", true),
        (RequestError::Unanswered, "not answered in time", true),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.leaves_outcome_unknown(), is_unknown, "{text}");
        let (RequestError::Status(_) | RequestError::Rejected(_)) = error else { continue };
        let mut desk = Desk::new();
        let told = desk.ask(ClientSettings::default(), Channel::Cancel);
        desk.pass(at(0));
        match error {
            RequestError::Status(status) => desk.gateway.fail(FIRST, status),
            RequestError::Rejected(reason) => desk.gateway.answer(FIRST, Reply::Rejected(reason)),
            RequestError::Unanswered => {}
        }
        desk.pass(at(0));
        assert_eq!(*told.borrow(), [(at(0), Err(error))]);
    }
}

#[test]
fn the_private_feed_tells_numbers_breaks_and_returns_in_order() {
    let desk = Desk::new();
    let execution = Execution::Ended {
        order: OrderId::new(1),
        client_order: ClientOrderId::new(1),
        market: MARKET,
        end: OrderEnd::Canceled,
        unfilled: Quantity::STEP,
    };
    let venue = desk.gateway.venue();
    let feed = Channel::PrivateFeed;
    desk.gateway.report(FeedSequence::new(4), execution);
    desk.gateway.feed_changed(feed, FeedChange::Lost);
    desk.gateway.feed_changed(feed, FeedChange::Restored);
    desk.gateway.report(FeedSequence::new(1), execution);
    let told: Vec<_> = std::iter::from_fn(|| venue.reports().take()).collect();
    let message =
        |number| PrivateEvent::Message { sequence: Some(FeedSequence::new(number)), execution };
    assert_eq!(told, [message(4), PrivateEvent::Lost, PrivateEvent::Restored, message(1)]);
    // The other feed is another connection.
    assert_eq!(venue.public_feed(), FeedState::Connected);
    let reported = |number| Message::Reported { sequence: FeedSequence::new(number), execution };
    let changed = |change| Message::Feed { channel: feed, change };
    assert_eq!(
        desk.messages(),
        [reported(4), changed(FeedChange::Lost), changed(FeedChange::Restored), reported(1)]
    );
}

/// The log has the number in both readings.
#[test]
fn the_private_feed_can_be_without_numbers() {
    let execution = Execution::Decreased {
        order: OrderId::new(1),
        client_order: ClientOrderId::new(1),
        remaining: Quantity::STEP,
    };
    for (private_numbers, sequence) in
        [(PrivateNumbers::Given, Some(FeedSequence::new(4))), (PrivateNumbers::Absent, None)]
    {
        let desk = Desk::new();
        let client = ClientSettings { private_numbers, ..ClientSettings::default() };
        let venue = desk.gateway.venue().behaving(client);
        desk.gateway.report(FeedSequence::new(4), execution);
        let told = venue.reports().take();
        assert_eq!(told, Some(PrivateEvent::Message { sequence, execution }));
        let reported = Message::Reported { sequence: FeedSequence::new(4), execution };
        assert_eq!(desk.messages(), [reported]);
    }
}

/// The original does not subscribe again: one snapshot comes with the connection, and from then on
/// the price that it has stays.
#[test]
fn a_client_that_stays_silent_gets_one_snapshot_after_a_reconnect() {
    let quote = |bid: u16| {
        let bid = Some(Price::new(bid).unwrap());
        PublicMessage { market: MARKET, quote: Quote { bid, ask: None } }
    };
    for (after_reconnect, seen) in
        [(AfterReconnect::Subscribe, 6_000), (AfterReconnect::StaySilent, 5_500)]
    {
        let desk = Desk::new();
        let client = ClientSettings { after_reconnect, ..ClientSettings::default() };
        let venue = desk.gateway.venue().behaving(client);
        let feed = Channel::PublicFeed;
        desk.gateway.quote(quote(5_000));
        desk.gateway.feed_changed(feed, FeedChange::Lost);
        assert_eq!(venue.public_feed(), FeedState::Lost);
        desk.gateway.feed_changed(feed, FeedChange::Restored);
        assert_eq!(venue.public_feed(), FeedState::Connected);
        desk.gateway.quote(quote(5_500));
        assert_eq!(venue.quote_seen(MARKET).unwrap().quote, quote(5_500).quote);
        desk.gateway.quote(quote(6_000));
        let found = venue.quote_seen(MARKET).unwrap();
        assert_eq!(found.quote, quote(seen).quote, "{after_reconnect:?}");
        let last = match after_reconnect {
            AfterReconnect::Subscribe => Message::Quoted(quote(6_000)),
            AfterReconnect::StaySilent => Message::Fault {
                channel: feed,
                leg: Leg::Delivery,
                kind: FaultKind::NotSubscribed,
                subject: FaultSubject::Quote(MARKET),
            },
        };
        assert_eq!(desk.messages().last(), Some(&last));
    }
}

#[test]
#[should_panic(expected = "Invariant: only feeds have connections")]
fn only_a_feed_breaks() {
    Desk::new().gateway.feed_changed(Channel::Cancel, FeedChange::Lost);
}
