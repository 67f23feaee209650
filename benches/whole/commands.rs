//! A generated flow as requests of accounts.

use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
};
use fillgap::protocol::{
    AmendOrder, CreateOrder, Execution, ExpiryChange, PrivateMessage, Reduction, Reply, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderId, Price, Quantity, Side, SimDuration,
    SimTime,
};

use crate::workload::{Kind, Operation, Totals, Workload};

/// How many accounts share the flow.
pub(crate) const ACCOUNTS: u32 = 64;

/// The only market.
pub(crate) const MARKET: MarketId = MarketId::new(0);

/// What the accounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accounts {
    /// Their risk is not looked at.
    Unlimited,
    /// Every order locks what it needs.
    Funded,
}

/// A request of the flow, smaller than the request itself so that reading it costs little.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command {
    order: OrderId,
    client_order: ClientOrderId,
    /// Of an amend the whole size, what filled included.
    quantity: Quantity,
    pub(crate) account: AccountId,
    kind: Kind,
    side: Side,
    price: u8,
}

impl Command {
    fn new(operation: &Operation, kind: Kind, known: &Known) -> Self {
        let quantity = Quantity::new(u64::from(operation.quantity)).expect("200 at most");
        Self {
            order: known.order,
            client_order: known.client_order,
            quantity: if kind == Kind::Replace { quantity + known.filled } else { quantity },
            account: AccountId::new(operation.id % ACCOUNTS),
            kind,
            side: if operation.side == 0 { Side::Bid } else { Side::Ask },
            price: operation.price,
        }
    }

    /// The request.
    #[inline]
    pub(crate) fn request(&self) -> Request {
        let &Self { order, client_order, quantity, side, .. } = self;
        match self.kind {
            Kind::New => Request::Create(CreateOrder {
                // The flow's definition lets orders of one owner trade with each other.
                self_trade: None,
                ..CreateOrder::new(client_order, MARKET, side, self.price(), quantity)
            }),
            Kind::Cancel => Request::Cancel { order },
            Kind::Reduce => Request::Decrease { order, reduction: Reduction::To(quantity) },
            Kind::Replace => Request::Amend(AmendOrder {
                order,
                market: MARKET,
                side,
                limit_price: self.price(),
                quantity,
                client_order: None,
                new_client_order: None,
                expiry: ExpiryChange::Keep,
            }),
        }
    }

    fn price(&self) -> Price {
        Price::new(u16::from(self.price) * 100).expect("Invariant: 1 to 99 cents")
    }
}

/// What is known of an order of the flow.
#[derive(Clone, Copy, Debug)]
struct Known {
    order: OrderId,
    client_order: ClientOrderId,
    filled: Quantity,
    price: u8,
}

/// A flow whose requests name their orders as the exchange does.
#[derive(Debug)]
pub(crate) struct Commands {
    pub(crate) prefill: Vec<Command>,
    pub(crate) timed: Vec<Command>,
}

impl Commands {
    /// Learns the ids by running the flow once, and checks what it adds up to.
    pub(crate) fn new(workload: &Workload) -> Self {
        let mut learning = Learning {
            exchange: exchange(Accounts::Unlimited, FeeKind::Quadratic),
            known: Vec::with_capacity(workload.check.ids as usize),
            of_client: [const { Vec::new() }; ACCOUNTS as usize],
            commands: Vec::new(),
            events: Vec::new(),
            totals: Totals::default(),
        };
        workload.prefill.iter().for_each(|operation| learning.carry_out(operation));
        let prefilled = learning.commands.len();
        workload.operations.iter().for_each(|operation| learning.carry_out(operation));
        let Totals { trades, quantity, notional, .. } = workload.check.totals;
        let expected = Totals { trades, quantity, notional, ..Totals::default() };
        assert_eq!(learning.totals, expected, "the exchange trades something else");
        let timed = learning.commands.split_off(prefilled);
        Self { prefill: learning.commands, timed }
    }
}

/// The first run over a flow.
struct Learning {
    exchange: Exchange,
    /// By the flow's number of an order.
    known: Vec<Known>,
    /// The flow's number of an order by account and client order id, which each account counts up.
    of_client: [Vec<u32>; ACCOUNTS as usize],
    commands: Vec<Command>,
    events: Vec<ExchangeEvent>,
    totals: Totals,
}

impl Learning {
    fn carry_out(&mut self, operation: &Operation) {
        let known = self.known.get(operation.id as usize);
        match operation.kind {
            // The flow sends a replaced order to the back of the queue in any case, an amend only
            // at another price: at the same one a new order takes its place.
            Kind::Replace if known.is_some_and(|known| known.price == operation.price) => {
                self.send(operation, Kind::Cancel);
                self.send(operation, Kind::New);
            }
            kind => self.send(operation, kind),
        }
    }

    fn send(&mut self, operation: &Operation, kind: Kind) {
        let index = operation.id as usize;
        if kind == Kind::New {
            let own = &mut self.of_client[(operation.id % ACCOUNTS) as usize];
            let client_order = ClientOrderId::new(own.len() as u64);
            own.push(operation.id);
            let (order, filled) = (OrderId::new(0), Quantity::ZERO);
            let known = Known { order, client_order, filled, price: operation.price };
            if index == self.known.len() {
                self.known.push(known);
            } else {
                self.known[index] = known;
            }
        } else if kind == Kind::Replace {
            self.known[index].price = operation.price;
        }
        let command = Command::new(operation, kind, &self.known[index]);
        self.events.clear();
        match apply(&mut self.exchange, self.commands.len(), &command, &mut self.events) {
            Reply::Created(created) => self.known[index].order = created.order,
            Reply::Rejected(reason) => unreachable!("Invariant: nothing is refused: {reason}"),
            _ => {}
        }
        self.commands.push(command);
        for event in &self.events {
            match event {
                ExchangeEvent::Private(PrivateMessage {
                    account,
                    execution: Execution::Filled(fill),
                }) => {
                    let client_order = usize::try_from(fill.client_order.number());
                    let client_order = client_order.expect("Invariant: ids are below 2^32");
                    let number = self.of_client[account.number() as usize][client_order];
                    self.known[number as usize].filled += fill.quantity;
                }
                ExchangeEvent::Trade { price, quantity, .. } => {
                    let (ticks, quantity) = (price.ten_thousandths() / 100, quantity.hundredths());
                    self.totals.trades += 1;
                    self.totals.quantity += quantity;
                    self.totals.notional += quantity * u64::from(ticks);
                }
                _ => {}
            }
        }
    }
}

/// When a command comes: a microsecond after the one before.
pub(crate) fn time_of(number: usize) -> SimTime {
    SimTime::from_ns(number as u64 * 1_000)
}

/// Carries out a command.
#[inline]
pub(crate) fn apply(
    exchange: &mut Exchange,
    number: usize,
    command: &Command,
    events: &mut Vec<ExchangeEvent>,
) -> Reply {
    let now = time_of(number);
    exchange.apply(now, command.account, &command.request(), now, events)
}

/// An exchange with the market and the accounts.
pub(crate) fn exchange(accounts: Accounts, fees: FeeKind) -> Exchange {
    let mut exchange = Exchange::new(ExchangeSettings::default());
    exchange.list_market(MarketTerms {
        ticker: "WHOLE".to_owned(),
        event: EventId::new(0),
        levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
        fees: FeeSchedule::new(fees, FeeMultiplier::ONE),
    });
    let plenty = Cash::from_millionths(1_000_000_000_000_000);
    for _ in 0..ACCOUNTS {
        exchange.open_account(match accounts {
            Accounts::Unlimited => Funding::Unlimited,
            Accounts::Funded => Funding::Cash(plenty),
        });
    }
    exchange
}

/// How long reads of a watched account reach back: over 10,000 commands.
pub(crate) const KEEP: SimDuration = SimDuration::from_ms(10);
