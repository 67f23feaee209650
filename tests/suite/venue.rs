//! The two ends of a connection, with tasks at one end and a small world at the other.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;

use fillgap::kernel::{Calendar, Class, Clock, Executor, Log, Streams};
use fillgap::link::{Gateway, Latency, Link, LinkSettings, RoundTrip, Sent, Venue};
use fillgap::protocol::record::Record;
use fillgap::protocol::{
    BalanceView, Canceled, Channel, Execution, Leg, OrderEnd, PrivateEvent, PublicMessage, Purpose,
    Query, Quote, RejectReason, Reply, Request,
};
use fillgap::units::{
    Cash, ClientOrderId, FeedSequence, MarketId, OrderId, Price, Quantity, RequestId, SimDuration,
    SimTime,
};

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

fn at_ms(at: u64) -> SimTime {
    SimTime::START + ms(at)
}

enum Event {
    Arrival(Sent),
    Reply(RequestId, Reply),
    Quote(PublicMessage),
    Execution(FeedSequence, Execution),
}

/// A world that answers every request with what it was asked for, over a link.
struct World {
    clock: Clock,
    executor: Executor,
    gateway: Gateway,
    link: Link,
    calendar: Calendar<Event>,
    log: Log<Record>,
}

/// What happened when, in words.
type Diary = Rc<RefCell<Vec<(SimTime, String)>>>;

impl World {
    fn new(settings: &LinkSettings) -> Self {
        let (clock, executor) = (Clock::default(), Executor::default());
        let log = Log::new(clock.clone());
        let gateway = Gateway::new(clock.clone(), log.clone());
        let link = Link::new(settings, &Streams::new(1));
        Self { clock, executor, gateway, link, calendar: Calendar::default(), log }
    }

    fn run(&mut self) {
        loop {
            self.executor.run_until_stalled();
            for sent in self.gateway.take_sent() {
                let due = self.arrival(sent.body.channel(), Leg::Request);
                self.calendar.insert(due, Class::Arrival, Event::Arrival(sent));
            }
            let timer = self.clock.next_timer();
            match (self.calendar.next_due(), timer) {
                (Some((due, _)), timer) if timer.is_none_or(|timer| due <= timer) => {
                    self.clock.advance_to(due);
                    let (_, event) = self.calendar.pop().expect("an event is due");
                    self.happen(event);
                }
                (_, Some(timer)) => {
                    self.clock.advance_to(timer);
                    assert!(self.clock.fire_next());
                }
                (_, None) => return,
            }
        }
    }

    /// When a message arrives that leaves now.
    fn arrival(&mut self, channel: Channel, leg: Leg) -> SimTime {
        let fate = self.link.crossing(self.clock.now(), channel, leg);
        fate.arrivals().next().expect("nothing is lost without faults")
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrival(sent) => {
                let due = self.arrival(sent.body.channel(), Leg::Reply);
                let reply = Event::Reply(sent.request, reply(&sent.body));
                self.calendar.insert(due, Class::Delivery, reply);
            }
            Event::Reply(request, reply) => self.gateway.answer(request, reply),
            Event::Quote(message) => self.gateway.quote(message),
            Event::Execution(sequence, execution) => self.gateway.report(sequence, execution),
        }
    }
}

fn reply(body: &Request) -> Reply {
    match *body {
        Request::Cancel { order } if order == OrderId::new(404) => {
            Reply::Rejected(RejectReason::OrderNotFound)
        }
        Request::Cancel { order } => Reply::Canceled(Canceled { order, reduced_by: quantity(1) }),
        Request::Read(Query::Balance) => {
            let balance = Cash::from_millionths(5);
            Reply::Balance(BalanceView { balance, available: balance })
        }
        _ => Reply::Rejected(RejectReason::ExchangeUnavailable),
    }
}

fn quantity(contracts: u32) -> Quantity {
    Quantity::of_contracts(contracts).expect("the test's quantities are small")
}

fn settings() -> LinkSettings {
    let trip = |request, reply| RoundTrip {
        request: Latency::constant(ms(request)),
        reply: Latency::constant(ms(reply)),
    };
    LinkSettings {
        cancel: trip(200, 50),
        balance_read: trip(20, 10),
        ..LinkSettings::same(&Latency::constant(SimDuration::ZERO))
    }
}

async fn cancel(venue: &Venue, order: u64, diary: &Diary) {
    let outcome = match venue.cancel(OrderId::new(order), Purpose::Follow).await {
        Ok(canceled) => format!("canceled {}", canceled.order.number()),
        Err(error) => error.to_string(),
    };
    diary.borrow_mut().push((venue.clock().now(), outcome));
}

fn words(diary: &Diary) -> Vec<(SimTime, String)> {
    diary.borrow().clone()
}

#[test]
fn a_task_resumes_at_the_instant_at_which_its_reply_arrives() {
    let mut world = World::new(&settings());
    let (venue, diary) = (world.gateway.venue(), Diary::default());
    let seen = Rc::clone(&diary);
    world.executor.spawner().spawn(async move {
        venue.clock().sleep(SimDuration::from_s(1)).await;
        cancel(&venue, 7, &seen).await;
        cancel(&venue, 404, &seen).await;
    });
    world.run();
    // Sent at 1 s; there after 200 ms, back after 50 ms more. The second leaves when the first is
    // back.
    assert_eq!(
        words(&diary),
        [(at_ms(1_250), "canceled 7".to_owned()), (at_ms(1_500), "refused: not_found".to_owned()),]
    );
}

#[test]
fn a_reply_wakes_the_task_that_asked_however_the_replies_are_ordered() {
    let mut world = World::new(&settings());
    let diary = Diary::default();
    let spawner = world.executor.spawner();
    let (venue, seen) = (world.gateway.venue(), Rc::clone(&diary));
    spawner.spawn(async move { cancel(&venue, 1, &seen).await });
    let (venue, seen) = (world.gateway.venue(), Rc::clone(&diary));
    spawner.spawn(async move {
        let balance = venue.balance(Purpose::Decide).await.expect("the world answers");
        let line = format!("balance {}", balance.balance.millionths());
        seen.borrow_mut().push((venue.clock().now(), line));
    });
    let (venue, seen) = (world.gateway.venue(), Rc::clone(&diary));
    spawner.spawn(async move { cancel(&venue, 3, &seen).await });
    world.run();
    // The balance was asked for second and is there first; the two cancels, of equal latency, come
    // back in the order of sending.
    assert_eq!(
        words(&diary),
        [
            (at_ms(30), "balance 5".to_owned()),
            (at_ms(250), "canceled 1".to_owned()),
            (at_ms(250), "canceled 3".to_owned()),
        ]
    );
}

#[test]
fn a_later_request_overtakes_an_earlier_one_on_a_jittery_channel() {
    // Seeds differ in which of two orders is first: requests are no queue.
    let jitter = Latency::uniform(SimDuration::ZERO, ms(100)).unwrap();
    let mut overtaken = 0;
    for seed in 0..400 {
        let mut link = Link::new(&LinkSettings::same(&jitter), &Streams::new(seed));
        let channel = Request::Cancel { order: OrderId::new(1) }.channel();
        let mut arrival = |now| {
            let fate = link.crossing(now, channel, Leg::Request);
            fate.arrivals().next().expect("nothing is lost without faults")
        };
        let (first, second) = (arrival(at_ms(0)), arrival(at_ms(50)));
        overtaken += u32::from(second < first);
    }
    // The first exceeds the second by 50 of 100 with probability (1/2)^2 / 2 = 1/8:
    // binomial(400, 1/8) has mean 50 and standard deviation 6.6; the 99.9 percent band is 21.8.
    assert!((29..=71).contains(&overtaken), "{overtaken}");
}

#[test]
fn a_reply_that_nobody_waits_for_is_dropped_without_harm() {
    let mut world = World::new(&settings());
    let (venue, diary) = (world.gateway.venue(), Diary::default());
    let seen = Rc::clone(&diary);
    world.executor.spawner().spawn(async move {
        {
            // Gives up after 100 ms; the reply comes after 250 ms.
            let mut call = pin!(venue.cancel(OrderId::new(1), Purpose::Follow));
            let mut patience = pin!(venue.clock().sleep(ms(100)));
            poll_fn(|context| {
                assert!(call.as_mut().poll(context).is_pending(), "the reply comes too late");
                patience.as_mut().poll(context)
            })
            .await;
        }
        seen.borrow_mut().push((venue.clock().now(), "gave up".to_owned()));
        cancel(&venue, 2, &seen).await;
    });
    world.run();
    assert_eq!(
        words(&diary),
        [(at_ms(100), "gave up".to_owned()), (at_ms(350), "canceled 2".to_owned())]
    );
    // Two requests and two replies, the unwanted one included.
    assert_eq!(world.log.len(), 4);
}

#[test]
fn a_reply_to_a_request_that_was_never_sent_is_dropped() {
    let world = World::new(&settings());
    world.gateway.answer(RequestId::new(99), Reply::Rejected(RejectReason::OrderNotFound));
    assert_eq!(world.log.len(), 1);
}

#[test]
#[should_panic(expected = "Invariant: the answer to a read of the balance is of its kind")]
fn an_answer_of_another_kind_stops_the_run() {
    let mut world = World::new(&settings());
    let venue = world.gateway.venue();
    world.executor.spawner().spawn(async move { venue.balance(Purpose::Decide).await.is_ok() });
    world.executor.run_until_stalled();
    let sent = world.gateway.take_sent();
    world.gateway.answer(sent[0].request, Reply::Positions(Vec::new()));
    world.executor.run_until_stalled();
}

#[test]
fn requests_leave_once_in_the_order_of_sending() {
    let mut world = World::new(&settings());
    for order in [5, 6] {
        let venue = world.gateway.venue();
        let task = async move { venue.cancel(OrderId::new(order), Purpose::Follow).await.is_ok() };
        world.executor.spawner().spawn(task);
    }
    world.executor.run_until_stalled();
    let expected = [(0, 5), (1, 6)].map(|(request, order)| Sent {
        request: RequestId::new(request),
        body: Request::Cancel { order: OrderId::new(order) },
    });
    assert_eq!(world.gateway.take_sent(), expected);
    assert_eq!(world.gateway.take_sent(), []);
}

#[test]
fn a_quote_is_seen_from_its_delivery_on_with_its_time() {
    let mut world = World::new(&settings());
    let (venue, market) = (world.gateway.venue(), MarketId::new(0));
    let quote = Quote { bid: Some(Price::new(6_500).unwrap()), ask: None };
    let event = Event::Quote(PublicMessage { market, quote });
    world.calendar.insert(at_ms(40), Class::Delivery, event);
    assert_eq!(venue.quote_seen(market), None);
    world.run();
    let seen = venue.quote_seen(market).unwrap();
    assert_eq!((seen.quote, seen.at), (quote, at_ms(40)));
    assert_eq!(venue.quote_seen(MarketId::new(1)), None);
}

#[test]
fn reports_wake_their_reader_in_the_order_of_arrival() {
    let mut world = World::new(&settings());
    let (venue, diary) = (world.gateway.venue(), Diary::default());
    let seen = Rc::clone(&diary);
    let ended = |order| Execution::Ended {
        order: OrderId::new(order),
        client_order: ClientOrderId::new(order),
        market: MarketId::new(0),
        end: OrderEnd::Canceled,
        unfilled: quantity(1),
    };
    for (order, at) in [(1, 10), (2, 10), (3, 20)] {
        let event = Event::Execution(FeedSequence::new(order), ended(order));
        world.calendar.insert(at_ms(at), Class::Delivery, event);
    }
    world.executor.spawner().spawn(async move {
        for _ in 0..3 {
            let event = venue.reports().next().await;
            let PrivateEvent::Message { sequence, execution } = event else { return };
            let Execution::Ended { order, .. } = execution else { return };
            assert_eq!(sequence.map(FeedSequence::number), Some(order.number()));
            seen.borrow_mut().push((venue.clock().now(), order.to_string()));
        }
    });
    world.run();
    assert_eq!(
        words(&diary),
        [(10, "order 1"), (10, "order 2"), (20, "order 3")]
            .map(|(at, order)| (at_ms(at), order.to_owned()))
    );
    assert_eq!(world.gateway.venue().told().take(), None);
}
