//! A small scripted exchange at the other end of a bot's connection.
//!
//! It answers what the script says and matches nothing. A request takes `up` to arrive and its
//! reply takes `down`; it is looked at on arrival. With `down` zero a read shows the exchange as it
//! is when the reply returns, which is how the original bot was observed.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::bot::{self, BotSettings, MarketView, ScheduledSignal, StrategySettings};
use fillgap::kernel::{Calendar, Class, Clock, Executor, Log, Stamped, Streams};
use fillgap::link::{Gateway, Sent, Told};
use fillgap::market::{PriceLevelLabel, PriceLevelStructure, TimeInForce};
use fillgap::protocol::record::{Belief, Decision, Message, Record, Standing, Truth};
use fillgap::protocol::{
    BalanceView, Canceled, CreateOrder, Created, Endpoint, Execution, FillReport, HttpStatus,
    Liquidity, OrderEnd, OrderStatus, OrderView, PositionView, PublicMessage, Query, Quote,
    RejectReason, Reply, Request,
};
use fillgap::units::{
    Cash, EventId, MarketId, OrderId, Position, Price, Quantity, RequestId, SimDuration, SimTime,
    TradeId,
};

pub(super) fn seconds(text: &str) -> SimDuration {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> SimTime {
    SimTime::START + seconds(text)
}

pub(super) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(super) fn contracts(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(super) fn cash(text: &str) -> Cash {
    text.parse().unwrap()
}

pub(super) const MARKET: MarketId = MarketId::new(0);
/// In the same event as [`MARKET`].
pub(super) const SISTER: MarketId = MarketId::new(1);
/// In another event.
pub(super) const STRANGER: MarketId = MarketId::new(2);

/// What becomes of answers. Requests are carried out all the same.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// They reach the bot.
    Clear,
    /// An error takes their place.
    Failing(HttpStatus),
    /// They are lost.
    Mute,
}

/// Something that happens at the exchange by itself. Orders are named by the bot's own number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// The order fills by this much.
    Fill(u64, &'static str),
    /// The exchange removes what remains of the order.
    Remove(u64),
    /// From now on reads show the order like this.
    Show(u64, OrderStatus, &'static str),
    /// From now on this becomes of answers.
    Line(Line),
    /// The feed brings a bid and an ask of [`MARKET`] to the bot.
    Feed(Option<&'static str>, Option<&'static str>),
    /// From now on reads of the quote show this.
    Quote(Option<&'static str>, Option<&'static str>),
    /// From now on the account has this much available cash.
    Cash(&'static str),
    /// From now on the account's position in a market is this [contract], whatever filled.
    Position(MarketId, i64),
    /// From now on reads of positions go on showing what is held now.
    Freeze,
    /// From now on they show what is held.
    Thaw,
    /// From now on reads do not find the order.
    Forget(u64),
    /// From now on reads of an endpoint fail.
    Break(Endpoint),
    /// From now on they work again.
    Mend(Endpoint),
}

/// What the exchange does, set up before a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    /// From the bot to the exchange.
    pub(super) up: SimDuration,
    /// From the exchange to the bot.
    pub(super) down: SimDuration,
    /// What happens when.
    pub(super) actions: Vec<(SimTime, Action)>,
    /// Orders that fill by this much on arrival.
    pub(super) fills_at_once: BTreeMap<u64, &'static str>,
    /// Orders that are refused.
    pub(super) refused: BTreeMap<u64, RejectReason>,
}

impl Script {
    pub(super) fn with_latency(up: &str) -> Self {
        Self { up: seconds(up), ..Self::default() }
    }

    pub(super) fn act(self, when: &str, action: Action) -> Self {
        self.act_at(at(when), action)
    }

    pub(super) fn act_at(mut self, when: SimTime, action: Action) -> Self {
        self.actions.push((when, action));
        self
    }

    pub(super) fn fill_at_once(mut self, order: u64, quantity: &'static str) -> Self {
        self.fills_at_once.insert(order, quantity);
        self
    }

    pub(super) fn refuse(mut self, order: u64, reason: RejectReason) -> Self {
        self.refused.insert(order, reason);
        self
    }

    /// Runs a bot against the script until an instant, inclusive.
    pub(super) fn run(&self, settings: &BotSettings, until: &str) -> Run {
        self.run_until(settings, at(until))
    }

    pub(super) fn run_until(&self, settings: &BotSettings, until: SimTime) -> Run {
        World::new(self).run(settings, until)
    }
}

struct Order {
    placed: CreateOrder,
    filled: Quantity,
    status: OrderStatus,
    shown: Option<(OrderStatus, Quantity)>,
}

enum Event {
    Act(Action),
    Arrive(Sent),
    Answer(RequestId, Result<Reply, HttpStatus>),
}

struct World<'a> {
    script: &'a Script,
    clock: Clock,
    log: Log<Record>,
    gateway: Gateway,
    calendar: Calendar<Event>,
    orders: BTreeMap<u64, Order>,
    positions: BTreeMap<MarketId, Position>,
    quote: Quote,
    available: Cash,
    broken: BTreeSet<Endpoint>,
    forgotten: BTreeSet<u64>,
    frozen: Option<BTreeMap<MarketId, Position>>,
    line: Line,
    trades: u64,
}

impl<'a> World<'a> {
    fn new(script: &'a Script) -> Self {
        let clock = Clock::default();
        let log = Log::new(clock.clone());
        Self {
            script,
            gateway: Gateway::new(clock.clone(), log.clone()),
            clock,
            log,
            calendar: Calendar::default(),
            orders: BTreeMap::new(),
            positions: BTreeMap::new(),
            quote: Quote::default(),
            available: cash("10000"),
            broken: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            frozen: None,
            line: Line::Clear,
            trades: 0,
        }
    }

    fn run(mut self, settings: &BotSettings, end: SimTime) -> Run {
        for (when, action) in self.script.actions.iter().copied() {
            self.calendar.insert(when, Class::Arrival, Event::Act(action));
        }
        let markets = [(MARKET, 0), (SISTER, 0), (STRANGER, 1)].map(|(market, event)| {
            let levels = PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
            MarketView { market, event: EventId::new(event), levels }
        });
        let mut executor = Executor::default();
        let streams = Streams::new(7);
        bot::start(settings, &markets, self.gateway.venue(), &executor.spawner(), &streams);
        loop {
            executor.run_until_stalled();
            for sent in self.gateway.take_sent() {
                let arrival = self.clock.now() + self.script.up;
                self.calendar.insert(arrival, Class::Arrival, Event::Arrive(sent));
            }
            let event = self.calendar.next_due().map(|(due, _)| due);
            let timer = self.clock.next_timer();
            let Some(due) = event.into_iter().chain(timer).min().filter(|due| *due <= end) else {
                break;
            };
            self.clock.advance_to(due);
            if event == Some(due) {
                let (_, event) = self.calendar.pop().unwrap();
                self.happen(event);
            } else {
                assert!(self.clock.fire_next());
            }
        }
        Run { entries: self.log.take().entries().to_vec() }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Act(action) => self.act(action),
            Event::Arrive(sent) => {
                let reply = self.reply(sent.body);
                let delivery = self.clock.now() + self.script.down;
                let outcome = match self.line {
                    Line::Clear => Ok(reply),
                    Line::Failing(status) => Err(status),
                    Line::Mute => return,
                };
                let answer = Event::Answer(sent.request, outcome);
                self.calendar.insert(delivery, Class::Delivery, answer);
            }
            Event::Answer(request, Ok(reply)) => self.gateway.answer(request, reply),
            Event::Answer(request, Err(status)) => self.gateway.fail(request, status),
        }
    }

    fn act(&mut self, action: Action) {
        let quote = |bid: Option<&str>, ask: Option<&str>| Quote {
            bid: bid.map(price),
            ask: ask.map(price),
        };
        match action {
            Action::Fill(order, quantity) => self.fill(order, contracts(quantity)),
            Action::Remove(order) => self.remove(order),
            Action::Show(order, status, filled) => {
                let shown = Some((status, contracts(filled)));
                self.orders.get_mut(&order).unwrap().shown = shown;
            }
            Action::Feed(bid, ask) => {
                self.gateway.quote(PublicMessage { market: MARKET, quote: quote(bid, ask) });
            }
            Action::Quote(bid, ask) => self.quote = quote(bid, ask),
            Action::Cash(available) => {
                self.available = cash(available);
                self.gateway.tell(Told::Funds(self.funds()));
            }
            Action::Position(market, contracts) => {
                self.positions.insert(market, Position::new(contracts * 100));
            }
            Action::Line(line) => self.line = line,
            Action::Freeze => self.frozen = Some(self.positions.clone()),
            Action::Thaw => self.frozen = None,
            Action::Forget(order) => {
                self.forgotten.insert(order);
            }
            Action::Break(endpoint) => {
                self.broken.insert(endpoint);
            }
            Action::Mend(endpoint) => {
                self.broken.remove(&endpoint);
            }
        }
    }

    fn tell(&self, execution: Execution) {
        self.log.append(Record::Truth(Truth::Execution(execution)));
        self.gateway.tell(Told::Execution(execution));
    }

    /// Fills an order by a quantity, or by what remains when that is less. An order that is not
    /// there yet, or any more, does not fill.
    fn fill(&mut self, number: u64, quantity: Quantity) {
        let Some(held) = self.orders.get_mut(&number) else { return };
        let quantity = quantity.min(held.placed.quantity - held.filled);
        if held.status != OrderStatus::Resting || quantity.is_zero() {
            return;
        }
        held.filled += quantity;
        let (order, filled) = (held.placed, held.filled);
        let position = self.positions.entry(order.market).or_default();
        *position += Position::of(order.side, quantity);
        let position_after = *position;
        self.trades += 1;
        self.tell(Execution::Filled(FillReport {
            trade: TradeId::new(self.trades),
            order: OrderId::new(number),
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            price: order.limit_price,
            quantity,
            liquidity: Liquidity::Maker,
            fee: Cash::ZERO,
            position_after,
        }));
        if filled == order.quantity {
            self.end(number, OrderStatus::Executed);
        }
    }

    fn remove(&mut self, number: u64) {
        if self.orders.get(&number).is_some_and(|held| held.status == OrderStatus::Resting) {
            self.end(number, OrderStatus::Canceled);
        }
    }

    fn end(&mut self, number: u64, status: OrderStatus) {
        let held = self.orders.get_mut(&number).unwrap();
        held.status = status;
        let end = match status {
            OrderStatus::Executed => OrderEnd::Executed,
            _ => OrderEnd::Canceled,
        };
        let ended = Execution::Ended {
            order: OrderId::new(number),
            client_order: held.placed.client_order,
            market: held.placed.market,
            end,
            unfilled: held.placed.quantity - held.filled,
        };
        self.tell(ended);
    }

    fn reply(&mut self, request: Request) -> Reply {
        match request {
            Request::Create(order) => self.create(order),
            Request::Cancel { order } => self.cancel(order),
            Request::Read(query) if self.broken.contains(&query.endpoint()) => {
                Reply::Rejected(RejectReason::ExchangeUnavailable)
            }
            Request::Read(query) => self.read(query),
            other => panic!("no bot asks for {other:?}"),
        }
    }

    fn create(&mut self, order: CreateOrder) -> Reply {
        let number = order.client_order.number();
        if let Some(reason) = self.script.refused.get(&number) {
            self.gateway.tell(Told::NeverTaken { client_order: order.client_order });
            return Reply::Rejected(*reason);
        }
        let (filled, status, shown) = (Quantity::ZERO, OrderStatus::Resting, None);
        let before = self.orders.insert(number, Order { placed: order, filled, status, shown });
        assert!(before.is_none(), "a client order id is used once");
        self.tell(Execution::Accepted {
            order: OrderId::new(number),
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            limit_price: order.limit_price,
            quantity: order.quantity,
        });
        if let Some(quantity) = self.script.fills_at_once.get(&number) {
            self.fill(number, contracts(quantity));
        }
        if order.time_in_force == TimeInForce::ImmediateOrCancel {
            self.remove(number);
        }
        let view = self.view(number);
        Reply::Created(Created {
            order: view.order,
            client_order: view.client_order,
            filled: view.filled,
            remaining: view.remaining,
        })
    }

    fn cancel(&mut self, order: OrderId) -> Reply {
        let number = order.number();
        let reduced_by = match self.orders.get(&number) {
            Some(held) if held.status == OrderStatus::Resting => held.placed.quantity - held.filled,
            _ => return Reply::Rejected(RejectReason::OrderNotFound),
        };
        self.remove(number);
        Reply::Canceled(Canceled { order, reduced_by })
    }

    fn view(&self, number: u64) -> OrderView {
        let Order { placed: order, filled, status, shown } = &self.orders[&number];
        let (status, filled) = shown.unwrap_or((*status, *filled));
        let remaining = match status {
            OrderStatus::Canceled => Quantity::ZERO,
            _ => order.quantity - filled,
        };
        OrderView {
            order: OrderId::new(number),
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            limit_price: order.limit_price,
            initial: order.quantity,
            filled,
            remaining,
            status,
        }
    }

    /// Resting orders lock some of the balance.
    fn funds(&self) -> BalanceView {
        BalanceView { balance: self.available + cash("500"), available: self.available }
    }

    fn read(&self, query: Query) -> Reply {
        match query {
            Query::Order(order) if self.forgotten.contains(&order.number()) => {
                Reply::Rejected(RejectReason::OrderNotFound)
            }
            Query::Order(order) => Reply::Order(self.view(order.number())),
            Query::Orders => {
                Reply::Orders(self.orders.keys().map(|number| self.view(*number)).collect())
            }
            Query::Positions => {
                let shown = self.frozen.as_ref().unwrap_or(&self.positions);
                let held = shown.iter().filter(|(_, position)| !position.is_flat());
                // A YES contract cost 0.50, and so did a NO contract.
                let view = |(market, position): (&MarketId, &Position)| PositionView {
                    market: *market,
                    position: *position,
                    exposure: price("0.50").times(position.size()),
                };
                Reply::Positions(held.map(view).collect())
            }
            Query::Balance => Reply::Balance(self.funds()),
            Query::Quote(_) => Reply::Quote(self.quote),
            other => panic!("no bot reads {other:?}"),
        }
    }
}

/// What a run's event log says.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) entries: Vec<Stamped<Record>>,
}

impl Run {
    /// The lines that `write` makes of the log, each after its instant in seconds.
    pub(super) fn lines(&self, write: impl Fn(&Record) -> Option<String>) -> Vec<String> {
        let line = |entry: &Stamped<Record>| {
            write(&entry.record).map(|text| format!("{} {text}", entry.time))
        };
        self.entries.iter().filter_map(line).collect()
    }

    /// Beliefs: `0.2 record 0: 100 Open by EntryAssumed`.
    pub(super) fn beliefs(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Belief(Belief::Holding { record, holding, cause }) => {
                Some(format!("{record}: {} {:?} by {cause:?}", holding.stake, holding.standing))
            }
            Record::Belief(Belief::Booked { record, amount }) => {
                Some(format!("{record} booked {amount}"))
            }
            _ => None,
        })
    }

    /// Orders and cancels: `0.2 bid 100 at 0.65`, `5 cancel order 0`.
    pub(super) fn orders(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Message(Message::Sent { body: Request::Create(order), .. }) => {
                let CreateOrder { side, quantity, limit_price, .. } = order;
                Some(format!("{side} {quantity} at {limit_price}"))
            }
            Record::Message(Message::Sent { body: Request::Cancel { order }, .. }) => {
                Some(format!("cancel {order}"))
            }
            _ => None,
        })
    }

    /// Reads of an endpoint, each by its instant.
    pub(super) fn reads(&self, endpoint: Endpoint) -> Vec<String> {
        let lines = self.lines(|record| match record {
            Record::Message(Message::Sent { body: Request::Read(query), .. })
                if query.endpoint() == endpoint =>
            {
                Some(String::new())
            }
            _ => None,
        });
        lines.iter().map(|line| line.trim().to_owned()).collect()
    }

    /// Ends of entries: `30 signal 0 Unfilled 0`.
    pub(super) fn entries_done(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Decision(Decision::EntryDone { signal, result, filled }) => {
                Some(format!("signal {signal} {result:?} {filled}"))
            }
            _ => None,
        })
    }

    /// Waits: `0 WaitBegan(Entry)`.
    pub(super) fn waits(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Decision(wait @ (Decision::WaitBegan(_) | Decision::WaitEnded(_))) => {
                Some(format!("{wait:?}"))
            }
            _ => None,
        })
    }

    /// Passes of the stop monitor, each by its instant.
    pub(super) fn passes(&self) -> Vec<String> {
        let lines = self.lines(|record| {
            matches!(record, Record::Decision(Decision::StopPass)).then(String::new)
        });
        lines.iter().map(|line| line.trim().to_owned()).collect()
    }

    /// At the end of every instant: the true and the believed position in [`MARKET`].
    pub(super) fn truth_and_belief(&self) -> Vec<(SimTime, Position, Position)> {
        let (mut truth, mut stakes) = (Position::FLAT, BTreeMap::new());
        let mut rows: Vec<(SimTime, Position, Position)> = Vec::new();
        for entry in &self.entries {
            match entry.record {
                Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                    truth += Position::of(fill.side, fill.quantity);
                }
                Record::Belief(Belief::Holding { record, holding, .. }) => {
                    let settled = holding.standing == Standing::Settled;
                    let stake = if settled { Position::FLAT } else { holding.stake };
                    stakes.insert(record, stake);
                }
                _ => {}
            }
            let row = (entry.time, truth, stakes.values().copied().sum());
            match rows.last_mut() {
                Some(last) if last.0 == entry.time => *last = row,
                _ => rows.push(row),
            }
        }
        rows
    }
}

/// A bot that buys on schedule; everything else is the original's default.
pub(super) fn buyer(signals: Vec<ScheduledSignal>) -> BotSettings {
    let strategy = StrategySettings::Scheduled(signals);
    BotSettings { strategy, ..BotSettings::default() }
}

/// Buy 100 contracts at 0.65 in [`MARKET`], stop at 0.58.
pub(super) fn signal(when: &str) -> ScheduledSignal {
    ScheduledSignal {
        at: at(when),
        market: MARKET,
        quantity: contracts("100"),
        limit_price: price("0.65"),
        stop: Some(price("0.58")),
        target: None,
    }
}
