//! What holds for the feeds whatever several accounts ask of the exchange.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::exchange::ExchangeEvent;
use fillgap::exchange::publish::{
    MessageOrder, OwnPositionPace, PublishSettings, Publisher, TickerPace,
};
use fillgap::protocol::websocket::{
    Command, FeedBody, FeedChannel, FeedMessage, Frame, MarketChoice, MarketPositionNotice,
    PriceFrame, Subscribe, SubscriptionChange, Ticker, UserOrderNotice,
};
use fillgap::protocol::{Query, Reply, Request};
use fillgap::units::{
    AccountId, CommandId, ConnectionId, MarketId, OrderId, Quantity, SubscriptionId,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::feed_desk::market_set;
use super::follower::Follower;
use crate::exchange_actions::{ACCOUNTS, MARKETS, actions, setups};
use crate::exchange_hall::Hall;

fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 150 } else { 1_500 },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a client of the feeds does between two requests.
#[derive(Clone, Debug)]
enum Step {
    Nothing,
    Subscribe { markets: BTreeSet<MarketId>, prices: PriceFrame },
    Change(SubscriptionChange),
    Unsubscribe,
    Reconnect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let markets =
        || prop::collection::btree_set((0..MARKETS).prop_map(MarketId::new), 1..=MARKETS as usize);
    let prices = prop_oneof![Just(PriceFrame::Own), Just(PriceFrame::Yes)];
    let step = prop_oneof![
        20 => Just(Step::Nothing),
        4 => (markets(), prices)
            .prop_map(|(markets, prices)| Step::Subscribe { markets, prices }),
        1 => markets().prop_map(|it| Step::Change(SubscriptionChange::AddMarkets(it))),
        1 => markets().prop_map(|it| Step::Change(SubscriptionChange::DeleteMarkets(it))),
        1 => markets().prop_map(|it| Step::Change(SubscriptionChange::GetSnapshot(it))),
        1 => Just(Step::Unsubscribe),
        1 => Just(Step::Reconnect),
    ];
    prop::collection::vec(step, 200)
}

/// The feeds of a hall, with a client that knows what it asked for.
struct Client {
    publisher: Publisher,
    connection: ConnectionId,
    /// The subscription to the book: its id, its markets, how it shows prices.
    book: Option<(SubscriptionId, BTreeSet<MarketId>, PriceFrame)>,
    made: u32,
    follower: Follower,
    seen: usize,
}

const BOT: AccountId = AccountId::new(0);

impl Client {
    fn new(hall: &Hall, settings: PublishSettings) -> Self {
        let mut publisher = Publisher::new(settings);
        for account in (0..ACCOUNTS).map(AccountId::new) {
            publisher.follow(&hall.exchange, account);
        }
        let connection = publisher.connect(BOT);
        let follower = Follower::default();
        Self { publisher, connection, book: None, made: 0, follower, seen: 0 }
    }

    fn publish(&mut self, hall: &Hall) -> Vec<FeedMessage> {
        let mut out = Vec::new();
        let fresh = &hall.events[self.seen..];
        self.publisher.publish(hall.now, &hall.exchange, fresh, &mut out);
        self.seen = hall.events.len();
        out
    }

    fn send(&mut self, hall: &mut Hall, command: &Command) -> Vec<FeedMessage> {
        let mut out = Vec::new();
        let (now, id) = (hall.now, CommandId::new(7));
        let exchange = &mut hall.exchange;
        self.publisher.command(now, exchange, self.connection, (id, command), &mut out);
        out
    }

    fn take_step(&mut self, hall: &mut Hall, step: &Step) -> Vec<FeedMessage> {
        match (step, self.book.clone()) {
            (Step::Nothing, _) | (Step::Change(_) | Step::Unsubscribe, None) => Vec::new(),
            (Step::Subscribe { markets, prices }, book) => {
                let wish = Subscribe {
                    book_prices: *prices,
                    ..Subscribe::new(
                        vec![FeedChannel::OrderBook],
                        MarketChoice::These(markets.clone()),
                    )
                };
                self.book = Some(if let Some((id, held, prices)) = book {
                    (id, held.union(markets).copied().collect(), prices)
                } else {
                    self.made += 1;
                    (SubscriptionId::new(self.made), markets.clone(), *prices)
                });
                self.send(hall, &Command::Subscribe(wish))
            }
            (Step::Change(change), Some((subscription, held, prices))) => {
                let named = change.markets();
                let held = match change {
                    SubscriptionChange::AddMarkets(_) => held.union(named).copied().collect(),
                    SubscriptionChange::DeleteMarkets(_) => {
                        held.difference(named).copied().collect()
                    }
                    SubscriptionChange::GetSnapshot(_) => held,
                };
                self.book = Some((subscription, held, prices));
                self.send(hall, &Command::Update { subscription, change: change.clone() })
            }
            (Step::Unsubscribe, Some((id, _, _))) => {
                self.book = None;
                self.send(hall, &Command::Unsubscribe(vec![id]))
            }
            (Step::Reconnect, _) => {
                self.publisher.disconnect(&mut hall.exchange, self.connection);
                self.connection = self.publisher.connect(BOT);
                (self.book, self.made) = (None, 0);
                Vec::new()
            }
        }
    }

    /// Takes messages in and compares the books.
    fn follow(&mut self, hall: &Hall, messages: &[FeedMessage]) -> Result<(), String> {
        for message in messages {
            self.follower.take(message)?;
        }
        let Some((id, markets, prices)) = &self.book else { return Ok(()) };
        markets.iter().try_for_each(|market| {
            let book = ((self.connection, *id), *market);
            self.follower.check(&hall.exchange, book, *prices)
        })
    }
}

proptest! {
    #![proptest_config(config(11))]

    /// Whatever is subscribed, changed and ended on the way: snapshot and deltas are the exchange's
    /// book after every request, and no number is missing.
    #[test]
    fn snapshot_and_deltas_are_the_book(
        setup in setups(), acts in actions(), steps in steps(),
    ) {
        let mut hall = Hall::new(setup);
        let mut client = Client::new(&hall, PublishSettings::default());
        let mut steps = steps.iter();
        let mut wrong = Ok(());
        hall.run(&acts, |hall, _| {
            if wrong.is_err() {
                return;
            }
            let messages = client.publish(hall);
            wrong = client.follow(hall, &messages).and_then(|()| {
                let messages = client.take_step(hall, steps.next().unwrap_or(&Step::Nothing));
                client.follow(hall, &messages)
            });
        }).map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        prop_assert_eq!(wrong, Ok(()));
    }
}

fn everything() -> Command {
    Command::Subscribe(Subscribe::new(
        FeedChannel::ALL.to_vec(),
        MarketChoice::These(market_set(&(0..MARKETS).collect::<Vec<_>>())),
    ))
}

/// The last that was said of each thing.
#[derive(Default)]
struct Said {
    orders: BTreeMap<OrderId, UserOrderNotice>,
    positions: BTreeMap<MarketId, MarketPositionNotice>,
    volumes: BTreeMap<MarketId, Quantity>,
    tickers: BTreeMap<MarketId, Vec<Ticker>>,
}

impl Said {
    fn take(&mut self, message: &FeedMessage) {
        let Frame::Data { body, .. } = &message.frame else { return };
        match body {
            FeedBody::UserOrder(notice) => {
                self.orders.insert(notice.order.order, *notice);
            }
            FeedBody::MarketPosition(notice) => {
                self.positions.insert(notice.market, *notice);
            }
            FeedBody::Fill(notice) => {
                *self.volumes.entry(notice.fill.market).or_default() += notice.fill.quantity;
            }
            FeedBody::Ticker(ticker) => {
                self.tickers.entry(ticker.market).or_default().push(*ticker);
            }
            _ => {}
        }
    }
}

/// A market in numbers, from the events and the accounts.
fn numbers(hall: &Hall, market: MarketId) -> Ticker {
    let mut matched = Quantity::ZERO;
    let mut last = None;
    for event in &hall.events {
        if let ExchangeEvent::Trade { market: of, price, quantity, .. } = *event
            && of == market
        {
            matched += quantity;
            last = Some(fillgap::protocol::websocket::LastTrade { price, quantity });
        }
    }
    let held = hall.exchange.accounts().map(|account| hall.exchange.position(account, market));
    let book = hall.exchange.book(market);
    Ticker {
        market,
        last,
        bid: book.bids.first().copied(),
        ask: book.asks.first().copied(),
        volume: matched + matched,
        open_interest: held.map(fillgap::units::Position::size).sum(),
        at: hall.now,
    }
}

proptest! {
    #![proptest_config(config(12))]

    /// The bot's orders as it is told are those that it reads; its positions are what it holds, and
    /// their volume is the sum of its fills. A ticker comes exactly when a number changed, and says
    /// the numbers.
    #[test]
    fn what_is_told_is_what_is_so(setup in setups(), acts in actions(), is_paced in any::<bool>()) {
        let mut hall = Hall::new(setup);
        let own_positions =
            if is_paced { OwnPositionPace::EachEvent } else { OwnPositionPace::EachChange };
        let settings = PublishSettings {
            ticker_pace: TickerPace::EachChange,
            own_positions,
            ..PublishSettings::default()
        };
        let mut client = Client::new(&hall, settings);
        client.send(&mut hall, &everything());
        let mut said = Said::default();
        let mut before: Vec<_> = hall.exchange.markets().map(|it| numbers(&hall, it)).collect();
        let mut wrong = Vec::new();
        hall.run(&acts, |hall, _| {
            client.publish(hall).iter().for_each(|message| said.take(message));
            let read = Request::Read(Query::Orders);
            let now = hall.now;
            let reply = hall.exchange.apply(now, BOT, &read, now, &mut Vec::new());
            let Reply::Orders(orders) = reply else { unreachable!("asked for orders") };
            wrong.extend(orders.iter().filter_map(|view| {
                let told = said.orders.get(&view.order).map(|notice| notice.order);
                (told != Some(*view)).then(|| format!("told {told:?}, is {view:?}"))
            }));
            for market in hall.exchange.markets() {
                let held = hall.exchange.holding(BOT, market);
                let told = said.positions.get(&market);
                let is_told = told.map_or(held.position.is_flat(), |told| {
                    (told.position, told.cost, told.realized, told.fees)
                        == (held.position, held.cost, held.realized, held.fees)
                        && Some(&told.volume) == said.volumes.get(&market)
                });
                if !is_told {
                    wrong.push(format!("told {told:?}, holds {held:?}"));
                }
                let after = numbers(hall, market);
                let earlier = &mut before[market.number() as usize];
                let has_changed = after != Ticker { at: after.at, ..*earlier };
                *earlier = after;
                let said = said.tickers.remove(&market).unwrap_or_default();
                let expected = if has_changed { vec![after] } else { Vec::new() };
                if said != expected {
                    wrong.push(format!("said {said:?}, is {expected:?}"));
                }
            }
        }).map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        prop_assert_eq!(wrong, Vec::<String>::new());
    }
}

/// What each subscription is sent, in its order.
fn by_subscription(messages: &[FeedMessage]) -> BTreeMap<SubscriptionId, Vec<Frame>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for message in messages {
        if let Frame::Data { place, .. } = message.frame {
            all.entry(place.subscription).or_default().push(message.frame.clone());
        }
    }
    all
}

proptest! {
    #![proptest_config(config(13))]

    /// The order across channels moves nothing within a subscription, and feeds change nothing at
    /// the exchange.
    #[test]
    fn feeds_are_only_told(setup in setups(), acts in actions()) {
        let mut hall = Hall::new(setup);
        let order = |message_order| PublishSettings { message_order, ..PublishSettings::default() };
        let mut clients = [MessageOrder::ByChannel, MessageOrder::AsItHappens]
            .map(|message_order| Client::new(&hall, order(message_order)));
        for client in &mut clients {
            client.send(&mut hall, &everything());
        }
        let mut told = [Vec::new(), Vec::new()];
        hall.run(&acts, |hall, _| {
            for (client, told) in clients.iter_mut().zip(&mut told) {
                told.extend(client.publish(hall));
            }
        }).map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        prop_assert_eq!(by_subscription(&told[0]), by_subscription(&told[1]));

        let mut quiet = Hall::new(setup);
        quiet.run(&acts, |_, _| ()).map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        let is_level = |event: &&ExchangeEvent| matches!(event, ExchangeEvent::LevelChanged(_));
        let without: Vec<_> = hall.events.iter().filter(|event| !is_level(event)).collect();
        prop_assert_eq!(without, quiet.events.iter().collect::<Vec<_>>());
    }
}

/// The properties say nothing about what the random steps never reach.
#[test]
fn the_random_steps_reach_every_command_and_thousands_of_messages() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(config(11));
    let (mut messages, mut snapshots) = (0, 0);
    let mut answers: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..60 {
        let drawn = (setups(), actions(), steps()).new_tree(&mut runner).unwrap();
        let (setup, acts, steps) = drawn.current();
        let mut hall = Hall::new(setup);
        let mut client = Client::new(&hall, PublishSettings::default());
        let mut steps = steps.iter();
        hall.run(&acts, |hall, _| {
            let mut told = client.publish(hall);
            told.extend(client.take_step(hall, steps.next().unwrap_or(&Step::Nothing)));
            client.follow(hall, &told).unwrap();
            for message in told {
                let kind = match message.frame {
                    Frame::Subscribed { .. } => "subscribed",
                    Frame::Updated { .. } => "updated",
                    Frame::Unsubscribed { .. } => "unsubscribed",
                    Frame::Listed { .. } => "listed",
                    Frame::Refused { .. } => "refused",
                    Frame::Data { .. } => "data",
                };
                *answers.entry(kind).or_default() += 1;
            }
        })
        .unwrap();
        messages += client.follower.messages;
        snapshots += client.follower.snapshots;
    }
    assert!(messages > 2_000 && snapshots > 200, "{messages} messages, {snapshots} snapshots");
    for kind in ["subscribed", "updated", "unsubscribed", "refused", "data"] {
        assert!(answers.get(kind).is_some_and(|count| *count >= 20), "{answers:?}");
    }
}
