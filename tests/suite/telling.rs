//! Event logs told by hand, for tests of what reads logs.

use std::collections::BTreeMap;

use fillgap::kernel::Stamped;
use fillgap::market::TimeInForce;
use fillgap::protocol::record::{
    Belief, BeliefCause, Decision, EntryResult, Holding, LimitRule, Message, Record, RunEnd,
    RunMark, Standing, Truth, Verdict,
};
use fillgap::protocol::{
    Channel, CreateOrder, Crossing, Execution, FaultKind, FaultSubject, FillReport, Leg, Liquidity,
    OnPause, OrderEnd, PositionEffect, PublicMessage, Purpose, Quote, Request, TriggerKind,
};
use fillgap::units::{
    Cash, ClientOrderId, EventId, FeedSequence, MarketId, OrderId, Position, Price, Quantity,
    RecordId, RequestId, Side, SimDuration, SimTime, TradeId,
};

/// A log in the making. All numbers are text, as a person writes them.
#[derive(Debug)]
pub(crate) struct Telling {
    pub(crate) entries: Vec<Stamped<Record>>,
    now: SimTime,
    /// Sent orders by client order id.
    orders: BTreeMap<u64, (CreateOrder, Quantity)>,
    positions: BTreeMap<u32, Position>,
    cash: Cash,
    requests: u64,
    trades: u64,
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn contracts(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn dollars(text: &str) -> Cash {
    text.parse().unwrap()
}

pub(crate) fn seconds(text: &str) -> SimDuration {
    text.parse().unwrap()
}

pub(crate) fn time(text: &str) -> SimTime {
    SimTime::START + seconds(text)
}

/// `"0.64 0.66"`, with `-` for a side that is absent.
fn quote(text: &str) -> Quote {
    let side = |text: &str| (text != "-").then(|| price(text));
    let (bid, ask) = text.split_once(' ').unwrap();
    Quote { bid: side(bid), ask: side(ask) }
}

/// A record in market 0 without a stop, which a test changes with `..`.
pub(crate) fn held(stake: &str, entry_price: &str) -> Holding {
    let size: Quantity = contracts(stake.trim_start_matches('-'));
    let made_by = if stake.starts_with('-') { Side::Ask } else { Side::Bid };
    Holding {
        market: MarketId::new(0),
        stake: Position::of(made_by, size),
        entry_price: price(entry_price),
        stop: None,
        target: None,
        standing: Standing::Open,
    }
}

/// The same with a stop.
pub(crate) fn guarded(stake: &str, entry_price: &str, stop: &str) -> Holding {
    Holding { stop: Some(price(stop)), ..held(stake, entry_price) }
}

impl Telling {
    /// A run with one market, opened with 10,000 dollars, at time 0.
    pub(crate) fn new() -> Self {
        let mut telling = Self {
            entries: Vec::new(),
            now: SimTime::START,
            orders: BTreeMap::new(),
            positions: BTreeMap::new(),
            cash: dollars("10000"),
            requests: 0,
            trades: 0,
        };
        telling.list(0, 0);
        telling.run(RunMark::Opened { balance: dollars("10000") });
        telling
    }

    pub(crate) fn at(&mut self, text: &str) -> &mut Self {
        self.now = time(text);
        self
    }

    pub(crate) fn push(&mut self, record: Record) -> &mut Self {
        self.entries.push(Stamped { time: self.now, record });
        self
    }

    pub(crate) fn truth(&mut self, truth: Truth) -> &mut Self {
        self.push(Record::Truth(truth))
    }

    pub(crate) fn decision(&mut self, decision: Decision) -> &mut Self {
        self.push(Record::Decision(decision))
    }

    pub(crate) fn run(&mut self, mark: RunMark) -> &mut Self {
        self.push(Record::Run(mark))
    }

    pub(crate) fn list(&mut self, market: u32, event: u32) -> &mut Self {
        self.run(RunMark::Listed { market: MarketId::new(market), event: EventId::new(event) })
    }

    pub(crate) fn end(&mut self, at: &str) -> &mut Self {
        self.at(at).run(RunMark::Ended(RunEnd::Horizon))
    }

    /// A signal in market 0 for 100 contracts at 0.65.
    pub(crate) fn signal(&mut self, signal: u32, stop: Option<&str>) -> &mut Self {
        self.signal_in(0, signal, stop)
    }

    pub(crate) fn signal_in(&mut self, market: u32, signal: u32, stop: Option<&str>) -> &mut Self {
        let due = self.now;
        self.decision(Decision::Signal {
            signal,
            market: MarketId::new(market),
            quantity: contracts("100"),
            limit_price: price("0.65"),
            stop: stop.map(price),
            target: None,
            due,
        })
    }

    pub(crate) fn send(
        &mut self,
        client_order: u64,
        order: (u32, Side, &str, &str),
        purpose: Purpose,
    ) {
        let (market, side, quantity, limit_price) = order;
        let create = CreateOrder {
            client_order: ClientOrderId::new(client_order),
            market: MarketId::new(market),
            side,
            limit_price: price(limit_price),
            quantity: contracts(quantity),
            time_in_force: TimeInForce::REST,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: None,
            on_pause: OnPause::Stays,
            group: None,
        };
        self.orders.insert(client_order, (create, Quantity::ZERO));
        let request = RequestId::new(self.requests);
        self.requests += 1;
        let body = Request::Create(create);
        self.push(Record::Message(Message::Sent { request, body, purpose }));
    }

    /// Sends a buy in market 0 for a signal.
    pub(crate) fn buy(
        &mut self,
        client_order: u64,
        signal: u32,
        quantity: &str,
        limit: &str,
    ) -> &mut Self {
        self.buy_in(0, client_order, signal, quantity, limit)
    }

    pub(crate) fn buy_in(
        &mut self,
        market: u32,
        client_order: u64,
        signal: u32,
        quantity: &str,
        limit: &str,
    ) -> &mut Self {
        self.send(client_order, (market, Side::Bid, quantity, limit), Purpose::Entry { signal });
        self
    }

    /// A record's stop triggers.
    pub(crate) fn trigger(&mut self, record: u32, seen: &str, quantity: &str) -> &mut Self {
        self.decision(Decision::Triggered {
            record: RecordId::new(record),
            trigger: TriggerKind::Stop,
            seen: price(seen),
            quantity: contracts(quantity),
        })
    }

    /// Sends a stop exit for a record in market 0.
    pub(crate) fn sell(
        &mut self,
        client_order: u64,
        record: u32,
        quantity: &str,
        limit: &str,
    ) -> &mut Self {
        self.sell_for(TriggerKind::Stop, client_order, record, quantity, limit)
    }

    pub(crate) fn sell_for(
        &mut self,
        trigger: TriggerKind,
        client_order: u64,
        record: u32,
        quantity: &str,
        limit: &str,
    ) -> &mut Self {
        let purpose = Purpose::Exit { record: RecordId::new(record), trigger };
        self.send(client_order, (0, Side::Ask, quantity, limit), purpose);
        self
    }

    /// Triggers and sends at once.
    pub(crate) fn stop_out(
        &mut self,
        client_order: u64,
        record: u32,
        quantity: &str,
        seen: &str,
    ) -> &mut Self {
        self.trigger(record, seen, quantity).sell(client_order, record, quantity, seen)
    }

    /// A fill without a fee, and the cash that it moves.
    pub(crate) fn fill(&mut self, client_order: u64, quantity: &str, at_price: &str) -> &mut Self {
        self.fill_paying(client_order, quantity, at_price, "0")
    }

    pub(crate) fn fill_paying(
        &mut self,
        client_order: u64,
        quantity: &str,
        at_price: &str,
        fee: &str,
    ) -> &mut Self {
        let (quantity, at_price, fee) = (contracts(quantity), price(at_price), dollars(fee));
        let (order, filled) = self.orders.get_mut(&client_order).unwrap();
        *filled += quantity;
        let order = *order;
        let position = self.positions.entry(order.market.number()).or_default();
        // A NO contract costs one dollar minus the price, and a pair of YES and NO pays one dollar:
        // only what nets changes how cash moves, so the collateral of NO is taken and given here.
        let collateral = |position: Position| price("1").times(position.short());
        let before = collateral(*position);
        *position += Position::of(order.side, quantity);
        let paid = match order.side {
            Side::Bid => at_price.times(quantity),
            Side::Ask => -at_price.times(quantity),
        };
        self.cash = self.cash - paid - fee + before - collateral(*position);
        let (position_after, trade) = (*position, self.trades);
        self.trades += 1;
        self.truth(Truth::Execution(Execution::Filled(FillReport {
            trade: TradeId::new(trade),
            order: OrderId::new(client_order),
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            price: at_price,
            quantity,
            liquidity: Liquidity::Taker,
            fee,
            position_after,
        })));
        let balance = self.cash;
        self.truth(Truth::Funds { balance, available: balance })
    }

    /// The exchange ends an order with this much unfilled.
    pub(crate) fn over(&mut self, client_order: u64, end: OrderEnd, unfilled: &str) -> &mut Self {
        let (order, _) = self.orders[&client_order];
        self.truth(Truth::Execution(Execution::Ended {
            order: OrderId::new(client_order),
            client_order: order.client_order,
            market: order.market,
            end,
            unfilled: contracts(unfilled),
        }))
    }

    /// The message of an execution reaches the bot by the private feed: of the latest one that was
    /// told, or of one so many before that.
    pub(crate) fn report(&mut self, back: usize) -> &mut Self {
        let mut executions = self.entries.iter().rev().filter_map(|entry| match entry.record {
            Record::Truth(Truth::Execution(execution)) => Some(execution),
            _ => None,
        });
        let execution = executions.nth(back);
        if let Some(execution) = execution {
            let sequence = FeedSequence::new(1);
            self.push(Record::Message(Message::Reported { sequence, execution }));
        }
        self
    }

    /// The link loses the message of the execution that was told right before.
    pub(crate) fn lose(&mut self) -> &mut Self {
        self.push(Record::Message(Message::Fault {
            channel: Channel::PrivateFeed,
            leg: Leg::Delivery,
            kind: FaultKind::Lost,
            subject: FaultSubject::Report(FeedSequence::new(1)),
        }))
    }

    /// The exchange takes an order.
    pub(crate) fn accept(&mut self, client_order: u64) -> &mut Self {
        let (order, _) = self.orders[&client_order];
        self.truth(Truth::Execution(Execution::Accepted {
            order: OrderId::new(client_order),
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            limit_price: order.limit_price,
            quantity: order.quantity,
        }))
    }

    pub(crate) fn hold(&mut self, record: u32, holding: Holding, cause: BeliefCause) -> &mut Self {
        let record = RecordId::new(record);
        self.push(Record::Belief(Belief::Holding { record, holding, cause }))
    }

    pub(crate) fn book(&mut self, record: u32, amount: &str) -> &mut Self {
        let (record, amount) = (RecordId::new(record), dollars(amount));
        self.push(Record::Belief(Belief::Booked { record, amount }))
    }

    /// The best prices of market 0 change, the same for everybody.
    pub(crate) fn touch(&mut self, prices: &str) -> &mut Self {
        self.touch_in(0, prices)
    }

    pub(crate) fn touch_in(&mut self, market: u32, prices: &str) -> &mut Self {
        let (public, others) = (quote(prices), quote(prices));
        self.truth(Truth::Touch { market: MarketId::new(market), public, others })
    }

    /// Two others trade in market 0.
    pub(crate) fn trade(&mut self, at_price: &str) -> &mut Self {
        self.truth(Truth::Trade {
            trade: TradeId::new(0),
            market: MarketId::new(0),
            price: price(at_price),
            quantity: contracts("1"),
            taker_side: Side::Bid,
        })
    }

    /// A quote of market 0 reaches the bot.
    pub(crate) fn see(&mut self, prices: &str) -> &mut Self {
        let message = PublicMessage { market: MarketId::new(0), quote: quote(prices) };
        self.push(Record::Message(Message::Quoted(message)))
    }

    pub(crate) fn limit(
        &mut self,
        rule: LimitRule,
        numbers: (&str, &str, &str),
        verdict: Verdict,
    ) -> &mut Self {
        self.limit_in(0, rule, numbers, verdict)
    }

    /// Numbers: believed, added, limit.
    pub(crate) fn limit_in(
        &mut self,
        market: u32,
        rule: LimitRule,
        numbers: (&str, &str, &str),
        verdict: Verdict,
    ) -> &mut Self {
        let (believed, added, limit) = numbers;
        self.decision(Decision::Limit {
            signal: 0,
            rule,
            market: MarketId::new(market),
            believed: dollars(believed),
            added: dollars(added),
            limit: dollars(limit),
            verdict,
        })
    }

    pub(crate) fn entry_done(&mut self, result: EntryResult, filled: &str) -> &mut Self {
        self.decision(Decision::EntryDone { signal: 0, result, filled: contracts(filled) })
    }
}
