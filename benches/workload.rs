//! Three order flows that order books are compared on, generated from a seed.
//!
//! The generator keeps its own plain book, so that the totals it reports are independent of the
//! books that are measured. Prices are ticks 1 to 99.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "prices are below 100, quantities below 201, orders below 2^31: every cast is exact"
)]

use std::collections::VecDeque;

/// How one flow differs from the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// What it is called.
    pub(crate) name: &'static str,
    /// How many markets take part.
    pub(crate) markets: u32,
    /// How many resting orders a market is kept near.
    pub(crate) target: u32,
    /// After how many operations of a market its anchor moves.
    pub(crate) anchor_period: u32,
    /// The share of new orders that cross [%].
    pub(crate) aggressive_percent: u32,
    /// How the quantities of crossing orders are drawn.
    pub(crate) sizes: Sizes,
    /// What must come out.
    pub(crate) check: Check,
}

/// What identifies a flow and what it adds up to: published with the definition of the flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// [`fnv`] of the prefill.
    pub(crate) prefill: u64,
    /// [`fnv`] of the operations.
    pub(crate) operations: u64,
    /// How many orders there were.
    pub(crate) ids: u32,
    /// What the matches and the books at the end add up to.
    pub(crate) totals: Totals,
}

/// How the quantities of crossing orders are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sizes {
    /// Mostly small.
    Skewed,
    /// 1 to 200, all equally likely.
    Uniform,
}

/// One market with many orders.
pub(crate) const DEEP: Shape = Shape {
    name: "W1 deep",
    markets: 1,
    target: 10_000,
    anchor_period: 5_000,
    aggressive_percent: 24,
    sizes: Sizes::Skewed,
    check: Check {
        prefill: 0x2646_B056_228D_2540,
        operations: 0x8D82_6ADB_CBD6_A6A4,
        ids: 1_111_656,
        totals: Totals {
            trades: 299_529,
            quantity: 3_567_214,
            notional: 153_855_413,
            live: 10_240,
            live_quantity: 983_280,
        },
    },
};

/// Many markets with few orders each.
pub(crate) const WIDE: Shape = Shape {
    name: "W2 wide",
    markets: 1_000,
    target: 100,
    anchor_period: 100,
    aggressive_percent: 24,
    sizes: Sizes::Skewed,
    check: Check {
        prefill: 0x2E0A_83DA_7FD2_C2F9,
        operations: 0xC6FC_A106_1143_9403,
        ids: 1_201_050,
        totals: Totals {
            trades: 292_600,
            quantity: 3_504_746,
            notional: 172_997_735,
            live: 106_978,
            live_quantity: 10_234_935,
        },
    },
};

/// One market with few orders and much trading.
pub(crate) const BUSY: Shape = Shape {
    name: "W3 busy",
    markets: 1,
    target: 500,
    anchor_period: 500,
    aggressive_percent: 25,
    sizes: Sizes::Uniform,
    check: Check {
        prefill: 0x1DF5_A818_8870_2EBD,
        operations: 0xABE3_D3B9_AC74_0427,
        ids: 1_223_574,
        totals: Totals {
            trades: 529_565,
            quantity: 26_670_902,
            notional: 1_093_811_721,
            live: 253,
            live_quantity: 24_206,
        },
    },
};

/// How many operations follow the prefill.
pub(crate) const OPERATIONS: u32 = 2_000_000;

/// What an operation does. The discriminant is the byte in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A new limit order.
    New = 0,
    /// Takes an order out.
    Cancel = 1,
    /// Lowers what is left of an order to `quantity`; it keeps its place.
    Reduce = 2,
    /// Moves an order to another price with what is left of it.
    Replace = 3,
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// The order's number, counted from 0 over all markets.
    pub(crate) id: u32,
    /// The quantity of a new order, the new remaining of a reduced or replaced one.
    pub(crate) quantity: u32,
    /// The market.
    pub(crate) market: u16,
    /// What it does.
    pub(crate) kind: Kind,
    /// 0 buys, 1 sells; 0 for a cancel or reduce.
    pub(crate) side: u8,
    /// The limit price \[tick\]; 0 for a cancel or reduce.
    pub(crate) price: u8,
    /// How much a reduce takes off.
    pub(crate) removed: u8,
}

impl Operation {
    /// The canonical 16 bytes.
    pub(crate) fn record(&self) -> [u8; 16] {
        let mut record = [0; 16];
        record[0..4].copy_from_slice(&self.id.to_le_bytes());
        record[4..8].copy_from_slice(&self.quantity.to_le_bytes());
        record[8..10].copy_from_slice(&self.market.to_le_bytes());
        let [kind, side, price, removed] = [self.kind as u8, self.side, self.price, self.removed];
        record[10..14].copy_from_slice(&[kind, side, price, removed]);
        record
    }
}

/// What a run over a whole flow adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Matches.
    pub(crate) trades: u64,
    /// The quantity that changed hands.
    pub(crate) quantity: u64,
    /// The sum of quantity times price \[tick\].
    pub(crate) notional: u64,
    /// Orders that rest at the end.
    pub(crate) live: u64,
    /// The quantity that rests at the end.
    pub(crate) live_quantity: u64,
}

/// A generated flow.
#[derive(Debug)]
pub(crate) struct Workload {
    /// The orders that fill the books first.
    pub(crate) prefill: Vec<Operation>,
    /// The operations that are timed.
    pub(crate) operations: Vec<Operation>,
    /// What came out.
    pub(crate) check: Check,
}

/// FNV-1a with 64 bits over the records of operations.
pub(crate) fn fnv(operations: &[Operation]) -> u64 {
    operations.iter().flat_map(Operation::record).fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Generates a flow.
pub(crate) fn generate(shape: &Shape) -> Workload {
    let mut generator = Generator::new(shape);
    let mut prefill = Vec::new();
    for market in 0..shape.markets as u16 {
        for _ in 0..shape.target {
            let side = generator.side();
            prefill.push(generator.passive_order(market, side));
        }
    }
    let operations: Vec<_> = (0..OPERATIONS).map(|_| generator.operation()).collect();
    let mut totals = generator.totals;
    for id in generator.markets.iter().flat_map(|market| &market.live) {
        totals.live += 1;
        totals.live_quantity += u64::from(generator.orders[*id as usize].quantity);
    }
    let (before, after) = (fnv(&prefill), fnv(&operations));
    let check = Check { prefill: before, operations: after, ids: generator.next_id(), totals };
    Workload { prefill, operations, check }
}

/// An order that the generator knows.
#[derive(Clone, Copy)]
struct Order {
    side: u8,
    price: u8,
    quantity: u32,
    /// Where it is in its market's list of live orders.
    position: u32,
}

/// One market as the generator knows it.
struct Market {
    anchor: i32,
    operations: u32,
    live: Vec<u32>,
    /// By side, then price: the ids, earliest first.
    levels: [Vec<VecDeque<u32>>; 2],
}

impl Market {
    fn best_bid(&self) -> i32 {
        (1..=99).rev().find(|price| !self.levels[0][*price].is_empty()).unwrap_or(0) as i32
    }

    fn best_ask(&self) -> i32 {
        (1..=99).find(|price| !self.levels[1][*price].is_empty()).unwrap_or(100) as i32
    }
}

struct Generator {
    shape: Shape,
    state: u64,
    markets: Vec<Market>,
    orders: Vec<Order>,
    totals: Totals,
}

impl Generator {
    fn new(shape: &Shape) -> Self {
        let mut generator = Self {
            shape: *shape,
            state: 42,
            markets: Vec::new(),
            orders: Vec::new(),
            totals: Totals::default(),
        };
        for _ in 0..shape.markets {
            let anchor = if shape.markets == 1 { 50 } else { 20 + generator.below(61) as i32 };
            let levels = || vec![VecDeque::new(); 100];
            let levels = [levels(), levels()];
            generator.markets.push(Market { anchor, operations: 0, live: Vec::new(), levels });
        }
        generator
    }

    /// `SplitMix64`.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u32) -> u32 {
        (((self.draw() >> 32) * u64::from(bound)) >> 32) as u32
    }

    fn side(&mut self) -> u8 {
        (self.draw() & 1) as u8
    }

    fn next_id(&self) -> u32 {
        self.orders.len() as u32
    }

    fn operation(&mut self) -> Operation {
        let shape = self.shape;
        let market = if shape.markets == 1 { 0 } else { self.below(shape.markets) as u16 };
        let state = &mut self.markets[market as usize];
        state.operations += 1;
        if state.operations.is_multiple_of(shape.anchor_period) {
            let step = if self.side() == 1 { 1 } else { -1 };
            let anchor = &mut self.markets[market as usize].anchor;
            *anchor = (*anchor + step).clamp(20, 80);
        }
        let roll = self.below(100);
        let live = self.markets[market as usize].live.len() as u32;
        let is_thin = live < shape.target / 2;
        match roll {
            0..55 if live <= 2 * shape.target => self.new_order(market),
            0..55 => self.cancel(market),
            _ if is_thin => {
                let side = self.side();
                self.passive_order(market, side)
            }
            55..95 => self.cancel(market),
            _ => self.amend(market),
        }
    }

    fn new_order(&mut self, market: u16) -> Operation {
        let side = self.side();
        if self.below(100) >= self.shape.aggressive_percent {
            return self.passive_order(market, side);
        }
        let state = &self.markets[market as usize];
        let opposite = if side == 0 { state.best_ask() } else { state.best_bid() };
        if !(1..=99).contains(&opposite) {
            return self.passive_order(market, side);
        }
        let through = self.below(3) as i32;
        let price = if side == 0 { opposite + through } else { opposite - through }.clamp(1, 99);
        let quantity = match self.shape.sizes {
            Sizes::Uniform => 1 + self.below(200),
            Sizes::Skewed => {
                let first = self.below(200);
                let second = self.below(1 + first);
                let third = self.below(1 + second);
                1 + self.below(1 + third)
            }
        };
        self.enter(market, side, price as u8, quantity)
    }

    fn passive_order(&mut self, market: u16, side: u8) -> Operation {
        let price = self.passive_price(market, side);
        let quantity = 1 + self.below(200);
        self.enter(market, side, price, quantity)
    }

    fn passive_price(&mut self, market: u16, side: u8) -> u8 {
        let mut steps = 0;
        while steps < 29 && self.below(4) != 0 {
            steps += 1;
        }
        let offset = 1 + steps;
        let state = &self.markets[market as usize];
        let price = if side == 0 {
            (state.anchor - offset).min(state.best_ask() - 1)
        } else {
            (state.anchor + offset).max(state.best_bid() + 1)
        };
        price.clamp(1, 99) as u8
    }

    fn enter(&mut self, market: u16, side: u8, price: u8, quantity: u32) -> Operation {
        let id = self.next_id();
        self.orders.push(Order { side, price, quantity, position: 0 });
        self.trade(market, id);
        if self.orders[id as usize].quantity > 0 {
            self.rest(market, id);
        }
        Operation { id, quantity, market, kind: Kind::New, side, price, removed: 0 }
    }

    /// Trades an order with the other side of its market.
    fn trade(&mut self, market: u16, taker: u32) {
        let Order { side, price: limit, .. } = self.orders[taker as usize];
        loop {
            let state = &mut self.markets[market as usize];
            let price = if side == 0 { state.best_ask() } else { state.best_bid() };
            let limit = i32::from(limit);
            let crosses = if side == 0 { price <= limit } else { price >= limit };
            let left = self.orders[taker as usize].quantity;
            if !crosses || left == 0 {
                return;
            }
            let queue = &self.markets[market as usize].levels[usize::from(1 - side)];
            let maker = queue[price as usize][0];
            let traded = left.min(self.orders[maker as usize].quantity);
            self.totals.trades += 1;
            self.totals.quantity += u64::from(traded);
            self.totals.notional += u64::from(traded) * price as u64;
            self.orders[taker as usize].quantity -= traded;
            self.orders[maker as usize].quantity -= traded;
            if self.orders[maker as usize].quantity == 0 {
                self.take_out(market, maker);
            }
        }
    }

    /// Adds an order to the queue of its price and to the live orders.
    fn rest(&mut self, market: u16, id: u32) {
        self.queue(market, id);
        let state = &mut self.markets[market as usize];
        self.orders[id as usize].position = state.live.len() as u32;
        state.live.push(id);
    }

    /// Removes an order from the queue of its price and from the live orders.
    fn take_out(&mut self, market: u16, id: u32) {
        self.unqueue(market, id);
        let position = self.orders[id as usize].position;
        let live = &mut self.markets[market as usize].live;
        live.swap_remove(position as usize);
        if let Some(moved) = live.get(position as usize) {
            self.orders[*moved as usize].position = position;
        }
    }

    fn queue(&mut self, market: u16, id: u32) {
        let Order { side, price, .. } = self.orders[id as usize];
        let levels = &mut self.markets[market as usize].levels[usize::from(side)];
        levels[usize::from(price)].push_back(id);
    }

    fn unqueue(&mut self, market: u16, id: u32) {
        let Order { side, price, .. } = self.orders[id as usize];
        let levels = &mut self.markets[market as usize].levels[usize::from(side)];
        let queue = &mut levels[usize::from(price)];
        let place = queue.iter().position(|other| *other == id);
        queue.remove(place.expect("Invariant: a live order is in its queue"));
    }

    fn pick(&mut self, market: u16) -> u32 {
        let live = self.markets[market as usize].live.len() as u32;
        let index = self.below(live);
        self.markets[market as usize].live[index as usize]
    }

    fn cancel(&mut self, market: u16) -> Operation {
        let id = self.pick(market);
        self.cancel_order(market, id)
    }

    fn cancel_order(&mut self, market: u16, id: u32) -> Operation {
        self.take_out(market, id);
        Operation { id, quantity: 0, market, kind: Kind::Cancel, side: 0, price: 0, removed: 0 }
    }

    fn amend(&mut self, market: u16) -> Operation {
        let id = self.pick(market);
        let Order { side, quantity, .. } = self.orders[id as usize];
        if self.below(5) == 0 {
            let price = self.passive_price(market, side);
            self.take_out(market, id);
            self.orders[id as usize].price = price;
            self.rest(market, id);
            return Operation {
                id,
                quantity,
                market,
                kind: Kind::Replace,
                side,
                price,
                removed: 0,
            };
        }
        if quantity < 2 {
            return self.cancel_order(market, id);
        }
        let left = 1 + self.below(quantity - 1);
        self.orders[id as usize].quantity = left;
        let removed = (quantity - left) as u8;
        Operation { id, quantity: left, market, kind: Kind::Reduce, side: 0, price: 0, removed }
    }
}
