//! Turns a recorded order book into requests that should have caused it.

use std::collections::BTreeMap;

use fillgap::exchange::publish::{PublishSettings, Publisher, TickerPace};
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::flow::capture::{CapturedMarket, Change, Movement};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, SelfTradePrevention, TimeInForce,
};
use fillgap::protocol::websocket::{Command, FeedMessage};
use fillgap::protocol::{
    AmendOrder, CreateOrder, Execution, ExpiryChange, FillReport, PrivateMessage, Reduction, Reply,
    Request,
};
use fillgap::units::{
    AccountId, ClientOrderId, CommandId, ConnectionId, EventId, MarketId, OrderId, Price, Quantity,
    Side, SimTime,
};

/// An order that rests, as its owner knows it.
#[derive(Clone, Copy, Debug)]
struct Own {
    side: Side,
    price: Price,
    filled: Quantity,
    remaining: Quantity,
}

/// How many requests of each kind there were.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) amends: u64,
    /// Amends that traded.
    pub(super) taking_amends: u64,
    /// Takers with several makers or with a remainder that rests.
    pub(super) takers: u64,
    /// Orders that their owner's own orders left for.
    pub(super) preventing: u64,
    /// Additions that would have crossed and came after the rest of their event.
    pub(super) late: u64,
}

impl Counts {
    pub(super) fn add(&mut self, more: Self) {
        self.amends += more.amends;
        self.taking_amends += more.taking_amends;
        self.takers += more.takers;
        self.preventing += more.preventing;
        self.late += more.late;
    }
}

/// One account that stands for everybody, at a real exchange with feeds.
pub(super) struct Driver {
    pub(super) exchange: Exchange,
    pub(super) market: MarketId,
    pub(super) counts: Counts,
    /// What the feeds said since it was last looked at.
    pub(super) told: Vec<FeedMessage>,
    publisher: Publisher,
    pub(super) connection: ConnectionId,
    crowd: AccountId,
    orders: BTreeMap<OrderId, Own>,
    queues: BTreeMap<(Side, Price), Vec<OrderId>>,
    now: SimTime,
    requests: u64,
}

impl Driver {
    pub(super) fn new(market: &CapturedMarket) -> Self {
        let mut exchange = Exchange::new(ExchangeSettings::default());
        let terms = MarketTerms {
            ticker: market.ticker().to_owned(),
            event: EventId::new(0),
            levels: market.infer_levels(),
            fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
        };
        let market = exchange.list_market(terms);
        let crowd = exchange.open_account(Funding::Unlimited);
        let watcher = exchange.open_account(Funding::Unlimited);
        let mut publisher = Publisher::new(PublishSettings {
            ticker_pace: TickerPace::EachChange,
            ..PublishSettings::default()
        });
        publisher.follow(&exchange, watcher);
        let connection = publisher.connect(watcher);
        Self {
            exchange,
            market,
            counts: Counts::default(),
            told: Vec::new(),
            publisher,
            connection,
            crowd,
            orders: BTreeMap::new(),
            queues: BTreeMap::new(),
            now: SimTime::START,
            requests: 0,
        }
    }

    pub(super) fn command(&mut self, command: &Command) {
        let (now, connection) = (self.now, self.connection);
        let command = (CommandId::new(1), command);
        self.publisher.command(now, &mut self.exchange, connection, command, &mut self.told);
    }

    /// Does what one exchange event of the recording shows.
    pub(super) fn replay(&mut self, now: SimTime, changes: &[Change]) {
        self.now = now;
        let mut late = Vec::new();
        let mut rest = changes;
        while let Some((change, others)) = rest.split_first() {
            if let Some(done) =
                self.amend(rest).or_else(|| self.prevent(rest)).or_else(|| self.take(rest))
            {
                rest = &rest[done..];
                continue;
            }
            rest = others;
            match change.movement {
                Movement::Removed(quantity) => self.remove(change.side, change.price, quantity),
                Movement::Added(_) if self.crosses(change.side, change.price) => {
                    self.counts.late += 1;
                    late.push(*change);
                }
                Movement::Added(quantity) => self.add(change.side, change.price, quantity),
            }
        }
        for change in late {
            let Movement::Added(quantity) = change.movement else { continue };
            self.add(change.side, change.price, quantity);
        }
    }

    /// The best price of a side.
    fn best(&self, side: Side) -> Option<Price> {
        let mut prices = self.levels(side);
        prices.next().map(|(price, _)| price)
    }

    /// The levels of a side, best first.
    fn levels(&self, side: Side) -> Box<dyn Iterator<Item = (Price, &Vec<OrderId>)> + '_> {
        let range = self.queues.range((side, Price::ZERO)..=(side, Price::ONE_DOLLAR));
        let levels = range.map(|((_, price), queue)| (*price, queue));
        match side {
            Side::Bid => Box::new(levels.rev()),
            Side::Ask => Box::new(levels),
        }
    }

    fn crosses(&self, side: Side, price: Price) -> bool {
        self.best(side.opposite()).is_some_and(|best| reaches(side, price, best))
    }

    /// What an order of this side, limit and size would fill, or prevent.
    fn met(&self, side: Side, limit: Price, quantity: Quantity) -> Vec<(Price, Quantity)> {
        let mut left = quantity;
        let mut met = Vec::new();
        for (price, queue) in self.levels(side.opposite()) {
            if !reaches(side, limit, price) {
                break;
            }
            for order in queue {
                if left.is_zero() {
                    return met;
                }
                let filled = self.orders[order].remaining.min(left);
                left -= filled;
                met.push((price, filled));
            }
        }
        met
    }

    /// A pair of a removal and an addition on one side: an amend, if one order is that large.
    fn amend(&mut self, changes: &[Change]) -> Option<usize> {
        let [out, back, ..] = changes else { return None };
        let (Movement::Removed(quantity), Movement::Added(rests)) = (out.movement, back.movement)
        else {
            return None;
        };
        let is_pair = out.side == back.side && out.price != back.price;
        if !is_pair || self.crosses(back.side, back.price) {
            return None;
        }
        let order = self.sized(out.side, out.price, quantity)?;
        self.send_amend(order, back.price, rests);
        self.counts.amends += 1;
        Some(2)
    }

    fn send_amend(&mut self, order: OrderId, limit_price: Price, remaining: Quantity) {
        let own = self.orders[&order];
        let reply = self.ask(&Request::Amend(AmendOrder {
            order,
            market: self.market,
            side: own.side,
            limit_price,
            quantity: own.filled + remaining,
            client_order: None,
            new_client_order: None,
            expiry: ExpiryChange::Keep,
        }));
        assert!(matches!(reply, Reply::Amended(_)), "{reply:?}");
    }

    /// An addition that crosses, then all that it would have met: own orders that leave.
    fn prevent(&mut self, changes: &[Change]) -> Option<usize> {
        let (first, others) = changes.split_first()?;
        let Movement::Added(quantity) = first.movement else { return None };
        if !self.crosses(first.side, first.price) {
            return None;
        }
        let met = self.met(first.side, first.price, Quantity::MAX);
        let gone = run(first.side.opposite(), others);
        if gone.get(..met.len()) != Some(&met[..]) {
            return None;
        }
        let apart = Some(SelfTradePrevention::Maker);
        self.create(first.side, first.price, quantity, TimeInForce::REST, apart);
        self.counts.preventing += 1;
        Some(1 + met.len())
    }

    /// Removals from the best price outward: fills, if the queues agree; then what rests of the
    /// taker, new or amended, if anything does.
    fn take(&mut self, changes: &[Change]) -> Option<usize> {
        let makers = changes.first()?.side;
        let side = makers.opposite();
        let fills = run(makers, changes);
        let filled: Quantity = fills.iter().map(|(_, quantity)| *quantity).sum();
        let (worst, _) = *fills.last()?;
        let after = &changes[fills.len()..];
        if self.met(side, worst, filled) != fills {
            return None;
        }
        let one = |change: &Change| change.side == side;
        if let [rest, ..] = after
            && let Movement::Added(rests) = rest.movement
            && one(rest)
            && self.met(side, rest.price, filled + rests) == fills
        {
            self.create(side, rest.price, filled + rests, TimeInForce::REST, None);
            self.counts.takers += 1;
            return Some(fills.len() + 1);
        }
        if let [out, rest, ..] = after
            && let (Movement::Removed(before), Movement::Added(rests)) =
                (out.movement, rest.movement)
            && one(out)
            && one(rest)
            && before == filled + rests
            && self.met(side, rest.price, before) == fills
        {
            let order = self.sized(side, out.price, before)?;
            self.send_amend(order, rest.price, before);
            self.counts.taking_amends += 1;
            return Some(fills.len() + 2);
        }
        if fills.len() < 2 {
            return None;
        }
        self.create(side, worst, filled, TimeInForce::ImmediateOrCancel, None);
        self.counts.takers += 1;
        Some(fills.len())
    }

    /// An order of exactly this size, the first at the best price and the last elsewhere.
    fn sized(&self, side: Side, price: Price, quantity: Quantity) -> Option<OrderId> {
        let queue = self.queues.get(&(side, price))?;
        let is_sized = |order: &&OrderId| self.orders[*order].remaining == quantity;
        if self.best(side) == Some(price) {
            queue.iter().find(is_sized).copied()
        } else {
            queue.iter().rfind(is_sized).copied()
        }
    }

    /// Takes contracts from one order, if one is large enough.
    fn remove(&mut self, side: Side, price: Price, quantity: Quantity) {
        let mut left = quantity;
        while !left.is_zero() {
            if let Some(order) = self.sized(side, price, left) {
                self.ask(&Request::Cancel { order });
                break;
            }
            let queue = self.queues[&(side, price)].iter().copied();
            let held = |order: &OrderId| self.orders[order].remaining;
            let enough = queue.clone().filter(|order| held(order) > left).min_by_key(held);
            let order = enough.or_else(|| queue.max_by_key(held));
            let order = order.expect("an order where contracts were recorded");
            let there = self.orders[&order].remaining;
            if there > left {
                self.ask(&Request::Decrease { order, reduction: Reduction::By(left) });
                break;
            }
            self.ask(&Request::Cancel { order });
            left -= there;
        }
    }

    fn add(&mut self, side: Side, price: Price, quantity: Quantity) {
        self.create(side, price, quantity, TimeInForce::REST, None);
    }

    fn create(
        &mut self,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce,
        self_trade: Option<SelfTradePrevention>,
    ) {
        self.requests += 1;
        let client_order = ClientOrderId::new(self.requests);
        let reply = self.ask(&Request::Create(CreateOrder {
            time_in_force,
            self_trade,
            ..CreateOrder::new(client_order, self.market, side, price, quantity)
        }));
        assert!(matches!(reply, Reply::Created(_)), "{reply:?}");
    }

    fn ask(&mut self, request: &Request) -> Reply {
        let mut events = Vec::new();
        let (now, crowd) = (self.now, self.crowd);
        let reply = self.exchange.apply(now, crowd, request, now, &mut events);
        self.publisher.publish(now, &self.exchange, &events, &mut self.told);
        let mut entering = None;
        for event in &events {
            if let ExchangeEvent::Private(PrivateMessage { execution, .. }) = event {
                self.follow(execution, &mut entering);
            }
        }
        if let Some((order, own)) = entering.filter(|(_, own)| !own.remaining.is_zero()) {
            self.orders.insert(order, own);
            self.queues.entry((own.side, own.price)).or_default().push(order);
        }
        reply
    }

    /// Keeps the queues; an order that arrives joins them at the end.
    fn follow(&mut self, execution: &Execution, entering: &mut Option<(OrderId, Own)>) {
        match *execution {
            Execution::Accepted { order, side, limit_price: price, quantity, .. } => {
                let own = Own { side, price, filled: Quantity::ZERO, remaining: quantity };
                *entering = Some((order, own));
            }
            Execution::Amended { order, limit_price: price, remaining, .. } => {
                let before = self.drop_order(order).expect("an order that rests");
                *entering = Some((order, Own { price, remaining, ..before }));
            }
            Execution::Filled(FillReport { order, quantity, .. }) => {
                let own = match entering {
                    Some((id, own)) if *id == order => own,
                    _ => self.orders.get_mut(&order).expect("an order that rests"),
                };
                own.filled += quantity;
                own.remaining -= quantity;
            }
            Execution::Decreased { order, remaining, .. } => {
                self.orders.get_mut(&order).expect("an order that rests").remaining = remaining;
            }
            Execution::Ended { order, .. } => {
                if self.drop_order(order).is_none() {
                    *entering = None;
                }
            }
        }
    }

    fn drop_order(&mut self, order: OrderId) -> Option<Own> {
        let own = self.orders.remove(&order)?;
        let place = (own.side, own.price);
        let queue = self.queues.get_mut(&place).expect("a queue for each order");
        queue.retain(|other| *other != order);
        if queue.is_empty() {
            self.queues.remove(&place);
        }
        Some(own)
    }
}

/// Whether an order with this limit trades with the other side at this price.
fn reaches(side: Side, limit: Price, price: Price) -> bool {
    match side {
        Side::Bid => limit >= price,
        Side::Ask => limit <= price,
    }
}

/// The removals of one side that changes begin with.
fn run(side: Side, changes: &[Change]) -> Vec<(Price, Quantity)> {
    let removals = changes.iter().map_while(|change| match change.movement {
        Movement::Removed(quantity) if change.side == side => Some((change.price, quantity)),
        _ => None,
    });
    removals.collect()
}
