//! The measures of random small logs against a plain recount: every nanosecond of the run is
//! looked at, and everything is added up again from the first record on.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use fillgap::kernel::Stamped;
use fillgap::measure::{Measures, measure};
use fillgap::protocol::record::{
    Belief, Decision, Holding, LimitRule, Message, Record, Standing, Truth, Verdict,
};
use fillgap::protocol::{Execution, FillReport, Purpose, Quote, Request};
use fillgap::units::{RecordId, Side};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::random_log::{step, tell};
use crate::telling::Telling;

/// Everything that some records say, added up from nothing.
#[derive(Default)]
struct Recount {
    position: BTreeMap<u32, i64>,
    cost: BTreeMap<u32, i64>,
    records: BTreeMap<u32, Holding>,
    others: BTreeMap<u32, Quote>,
    seen: Quote,
    entry_limit: BTreeMap<u32, i64>,
    record_price: BTreeMap<u32, i64>,
    fill_price: BTreeMap<u32, i64>,
    cash: i64,
    booked: i64,
    total_limit: Option<i64>,
    event_limit: BTreeMap<u32, i64>,
    waits: bool,
    /// The record of each exit order, and what it can still sell.
    exits: BTreeMap<u64, (u32, i64)>,
    /// Fills whose message has neither come nor got lost, oldest first.
    untold: Vec<FillReport>,
    /// The latest fill.
    latest: Option<FillReport>,
}

const MARKETS: [u32; 3] = [0, 1, 2];

const fn event(market: u32) -> u32 {
    market / 2
}

fn round(value: Decimal) -> i64 {
    let rounded = value.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
    rounded.try_into().unwrap()
}

impl Recount {
    fn of(entries: &[Stamped<Record>]) -> Self {
        let mut recount = Self { cash: 10_000_000_000, ..Self::default() };
        for entry in entries {
            recount.add(&entry.record);
        }
        recount
    }

    fn add(&mut self, record: &Record) {
        match *record {
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                self.fill(&fill);
                self.untold.push(fill);
                self.latest = Some(fill);
            }
            Record::Message(Message::Reported { execution: Execution::Filled(told), .. }) => {
                self.untold.retain(|fill| *fill != told);
            }
            Record::Message(Message::Fault { .. }) => {
                self.untold.retain(|fill| Some(*fill) != self.latest);
            }
            Record::Truth(Truth::Funds { balance, .. }) => self.cash = balance.millionths(),
            Record::Truth(Truth::Touch { market, others, .. }) => {
                self.others.insert(market.number(), others);
            }
            Record::Belief(Belief::Holding { record, holding, .. }) => {
                self.records.insert(record.number(), holding);
                let entry_price = holding.entry_price.ten_thousandths().into();
                self.record_price.insert(holding.market.number(), entry_price);
            }
            Record::Belief(Belief::Booked { amount, .. }) => self.booked += amount.millionths(),
            Record::Decision(Decision::Limit { rule, market, limit, .. }) => match rule {
                LimitRule::TotalExposure => self.total_limit = Some(limit.millionths()),
                LimitRule::EventExposure => {
                    self.event_limit.insert(event(market.number()), limit.millionths());
                }
            },
            Record::Decision(Decision::WaitBegan(_)) => self.waits = true,
            Record::Decision(Decision::WaitEnded(_)) => self.waits = false,
            Record::Message(Message::Quoted(message)) => self.seen = message.quote,
            Record::Message(Message::Sent {
                body: Request::Create(order),
                purpose: Purpose::Entry { .. },
                ..
            }) => {
                let limit = order.limit_price.ten_thousandths().into();
                self.entry_limit.insert(order.market.number(), limit);
            }
            Record::Message(Message::Sent {
                body: Request::Create(order),
                purpose: Purpose::Exit { record, .. },
                ..
            }) => {
                self.exits.insert(order.client_order.number(), (record.number(), 6_00));
            }
            _ => {}
        }
    }

    fn fill(&mut self, fill: &FillReport) {
        if let Some((_, left)) = self.exits.get_mut(&fill.client_order.number()) {
            *left -= i64::try_from(fill.quantity.hundredths()).unwrap();
        }
        let (market, yes) = (fill.market.number(), i64::from(fill.price.ten_thousandths()));
        self.fill_price.insert(market, yes);
        let cost = self.cost.entry(market).or_default();
        let position = self.position.entry(market).or_default();
        let (step, each) = match fill.side {
            Side::Bid => (1, yes),
            Side::Ask => (-1, 10_000 - yes),
        };
        // One hundredth of a contract after the other: a sale takes the average cost of what is
        // left, so the first reduction of a fill decides and the rest keeps its average.
        let mut left = i64::try_from(fill.quantity.hundredths()).unwrap();
        if *position * step < 0 {
            let closed = left.min(position.abs());
            let remaining = position.abs() - closed;
            let part =
                Decimal::from(*cost) * Decimal::from(remaining) / Decimal::from(position.abs());
            *cost = round(part);
            *position += step * closed;
            left -= closed;
        }
        *cost += left * each;
        *position += step * left;
    }

    fn position(&self, market: u32) -> i64 {
        self.position.get(&market).copied().unwrap_or_default()
    }

    fn unsettled(&self) -> impl Iterator<Item = &Holding> {
        self.records.values().filter(|holding| holding.standing != Standing::Settled)
    }

    fn belief(&self, market: u32) -> i64 {
        let there = self.unsettled().filter(|holding| holding.market.number() == market);
        there.map(|holding| holding.stake.hundredths()).sum()
    }

    fn gap(&self, market: u32) -> i64 {
        self.belief(market) - self.position(market)
    }

    fn gap_price(&self, market: u32) -> i64 {
        let prices = [&self.entry_limit, &self.record_price, &self.fill_price];
        prices.iter().find_map(|prices| prices.get(&market).copied()).unwrap_or_default()
    }

    fn exposure(&self, of: impl Fn(u32) -> bool) -> i64 {
        let markets = MARKETS.into_iter().filter(|market| of(*market));
        markets.map(|market| self.cost.get(&market).copied().unwrap_or_default()).sum()
    }

    fn exposure_error(&self) -> i64 {
        let believed: i64 = self
            .unsettled()
            .map(|holding| {
                let (stake, yes) =
                    (holding.stake.hundredths(), i64::from(holding.entry_price.ten_thousandths()));
                stake.abs() * if stake < 0 { 10_000 - yes } else { yes }
            })
            .sum();
        (believed - self.exposure(|_| true)).abs()
    }

    fn breached(&self) -> bool {
        self.total_limit.is_some_and(|limit| self.exposure(|_| true) > limit)
            || self
                .event_limit
                .iter()
                .any(|(of, limit)| self.exposure(|market| event(market) == *of) > *limit)
    }

    fn unprotected(&self, market: u32) -> i64 {
        let position = self.position(market);
        let covers = |(_, holding): &(&u32, &Holding)| {
            holding.market.number() == market
                && holding.stop.is_some()
                && holding.stake.hundredths().signum() == position.signum()
        };
        let cover = |(record, holding): (&u32, &Holding)| {
            let stake = holding.stake.hundredths();
            // All exits of these logs sell, so a closing NO record has none that could close it.
            let selling = self.exits.values().filter(|_| stake > 0);
            let of_it = selling.filter(|(of, _)| of == record).map(|(_, left)| *left);
            match holding.standing {
                Standing::Open => stake.abs(),
                Standing::Closing => stake.abs().min(of_it.sum()),
                Standing::Settled => 0,
            }
        };
        let covered: i64 = self.records.iter().filter(covers).map(cover).sum();
        0.max(position.abs() - covered)
    }

    /// Contracts of a side whose fills are on their way.
    fn untold(&self, market: u32, side: Side) -> i64 {
        let fills = self.untold.iter().filter(|fill| fill.market.number() == market);
        let of_side = fills.filter(|fill| fill.side == side);
        of_side.map(|fill| i64::try_from(fill.quantity.hundredths()).unwrap()).sum()
    }

    /// The gap, brought as near to zero as fills on their way can.
    fn gap_beyond_feed(&self, market: u32) -> i64 {
        let (bought, sold) = (self.untold(market, Side::Bid), self.untold(market, Side::Ask));
        let gap = self.gap(market);
        (gap - gap.clamp(-bought, sold)).abs()
    }

    fn unprotected_beyond_feed(&self, market: u32) -> i64 {
        let made_by = if self.position(market) < 0 { Side::Ask } else { Side::Bid };
        0.max(self.unprotected(market) - self.untold(market, made_by))
    }

    /// The price for buying (ask first) or selling (bid first), as there is no trade in these logs.
    fn mark(&self, market: u32, first: Side) -> Option<i64> {
        let quote = self.others.get(&market).copied().unwrap_or_default();
        let price = match first {
            Side::Bid => quote.bid.or(quote.ask),
            Side::Ask => quote.ask.or(quote.bid),
        };
        price.map(|price| price.ten_thousandths().into())
    }

    fn profit(&self) -> (i64, i64) {
        let value: i64 = MARKETS
            .into_iter()
            .map(|market| {
                let position = self.position(market);
                let cost = self.cost.get(&market).copied().unwrap_or_default();
                match position.cmp(&0) {
                    Ordering::Equal => 0,
                    Ordering::Greater => {
                        self.mark(market, Side::Bid).map_or(cost, |mark| mark * position)
                    }
                    Ordering::Less => {
                        self.mark(market, Side::Ask).map_or(cost, |mark| (mark - 10_000) * position)
                    }
                }
            })
            .sum();
        let gain = |holding: &Holding| {
            let stake = holding.stake.hundredths();
            let entry = i64::from(holding.entry_price.ten_thousandths());
            let Quote { bid, ask } = self.seen;
            let seen = if stake < 0 { ask.or(bid) } else { bid.or(ask) };
            seen.map_or(0, |seen| {
                (i64::from(seen.ten_thousandths()) - entry) * stake - 100 * stake.abs()
            })
        };
        // Only market 0 is ever quoted to the bot.
        let open = self.unsettled().filter(|holding| holding.market.number() == 0);
        let believed = self.booked + open.map(gain).sum::<i64>();
        (self.cash + value - 10_000_000_000, believed)
    }
}

/// The decimal of a sum of integers with this many places.
fn scaled(sum: i64, places: u32) -> Decimal {
    Decimal::new(sum, places).normalize()
}

fn check(log: &Telling) {
    let entries = &log.entries;
    let horizon = entries.last().unwrap().time.ns();
    let until = |ns: u64| {
        let end = entries.iter().filter(|entry| entry.time.ns() <= ns).count();
        Recount::of(&entries[..end])
    };
    let lasting: Vec<Recount> = (0..horizon).map(until).collect();
    let at_the_end = until(horizon);
    let found = measure(entries).measures;
    check_gaps(&found, &lasting);
    check_the_rest(&found, &lasting, &at_the_end);
    check_decisions(&found, entries);
    check_stop_cost(&found, entries, &at_the_end);
    check_feed(&found, entries, &lasting);
}

fn check_feed(found: &Measures, entries: &[Stamped<Record>], lasting: &[Recount]) {
    let sum = |of: fn(&Recount, u32) -> i64| {
        lasting.iter().flat_map(|recount| MARKETS.map(|market| of(recount, market))).sum()
    };
    let gap = scaled(sum(Recount::gap_beyond_feed), 11);
    assert_eq!(found.gap_contract_seconds_beyond_feed, gap);
    let unprotected = scaled(sum(Recount::unprotected_beyond_feed), 11);
    assert_eq!(found.unprotected_contract_seconds_beyond_feed, unprotected);
    let mut delays = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Record::Message(Message::Reported { execution: Execution::Filled(told), .. }) =
            entry.record
        else {
            continue;
        };
        if Recount::of(&entries[..index]).untold.contains(&told) {
            let is_it = |entry: &&Stamped<Record>| {
                entry.record == Record::Truth(Truth::Execution(Execution::Filled(told)))
            };
            delays.push(entry.time.since(entries.iter().find(is_it).unwrap().time));
        }
    }
    assert_eq!(found.feed_delay_seconds_longest, delays.into_iter().max());
}

fn check_gaps(found: &Measures, lasting: &[Recount]) {
    let (mut windows, mut total, mut longest, mut peak) = (0, 0, 0, 0);
    let (mut over, mut under, mut dollars) = (0, 0, 0);
    for market in MARKETS {
        let mut length = 0;
        for recount in lasting {
            let gap = recount.gap(market);
            length = if gap == 0 { 0 } else { length + 1 };
            windows += u64::from(length == 1);
            total += i64::from(length > 0);
            longest = longest.max(length);
            peak = peak.max(gap.abs());
            over += gap.max(0);
            under += (-gap).max(0);
            dollars += gap.abs() * recount.gap_price(market);
        }
    }
    assert_eq!(found.gap_windows, windows);
    assert_eq!(found.gap_seconds.to_decimal_s(), scaled(total, 9));
    assert_eq!(found.gap_seconds_longest.to_decimal_s(), scaled(longest, 9));
    assert_eq!(found.gap_contracts_peak.to_decimal(), scaled(peak, 2));
    assert_eq!(found.gap_contract_seconds_over, scaled(over, 11));
    assert_eq!(found.gap_contract_seconds_under, scaled(under, 11));
    assert_eq!(found.gap_contract_seconds, scaled(over + under, 11));
    assert_eq!(found.gap_dollar_seconds, scaled(dollars, 15));
}

fn check_the_rest(found: &Measures, lasting: &[Recount], at_the_end: &Recount) {
    let all = || lasting.iter().chain([at_the_end]);
    let errors: i64 = lasting.iter().map(Recount::exposure_error).sum();
    let mean = if lasting.is_empty() {
        0
    } else {
        round(Decimal::from(errors) / Decimal::from(lasting.len()))
    };
    assert_eq!(found.exposure_error_dollars_mean.millionths(), mean);
    let peak = all().map(Recount::exposure_error).max().unwrap();
    assert_eq!(found.exposure_error_dollars_peak.millionths(), peak);
    let count = |of: fn(&&Recount) -> bool| lasting.iter().filter(of).count() as u64;
    assert_eq!(found.limit_breach_seconds.ns(), count(|recount| recount.breached()));
    assert_eq!(found.entry_blocked_seconds.ns(), count(|recount| recount.waits));
    let unprotected: i64 =
        lasting.iter().flat_map(|recount| MARKETS.map(|market| recount.unprotected(market))).sum();
    assert_eq!(found.unprotected_contract_seconds, scaled(unprotected, 11));
    let mut flips = 0;
    for market in MARKETS {
        let mut signs: Vec<i64> = all().map(|recount| recount.position(market).signum()).collect();
        signs.retain(|sign| *sign != 0);
        flips += signs.windows(2).filter(|pair| pair[0] != pair[1]).count() as u64;
    }
    assert_eq!(found.position_flips, flips);
    let (in_truth, believed) = at_the_end.profit();
    assert_eq!(found.pnl_true_dollars.millionths(), in_truth);
    assert_eq!(found.pnl_believed_dollars.millionths(), believed);
    let error = |recount: &Recount| (recount.profit().0 - recount.profit().1).abs();
    assert_eq!(found.pnl_error_dollars_peak.millionths(), all().map(error).max().unwrap());
    let sum =
        |of: fn(&Recount, u32) -> i64| MARKETS.map(|market| of(at_the_end, market)).iter().sum();
    let position: i64 = sum(Recount::position);
    assert_eq!(found.final_position_true_contracts.hundredths(), position);
    let belief: i64 = sum(Recount::belief);
    assert_eq!(found.final_position_believed_contracts.hundredths(), belief);
}

/// What is counted record by record, each against all records before it.
fn check_decisions(found: &Measures, entries: &[Stamped<Record>]) {
    let (mut false_accepts, mut false_rejects) = (0, 0);
    let (mut triggers, mut phantom, mut doubled, mut oversold, mut fees) = (0, 0, 0, 0, 0);
    let (mut passes, mut working) = (BTreeSet::from([0]), BTreeMap::<_, (_, i64)>::new());
    for (index, entry) in entries.iter().enumerate() {
        let before = Recount::of(&entries[..index]);
        match entry.record {
            Record::Decision(Decision::Limit { rule, market, added, limit, verdict, .. }) => {
                let exposure = match rule {
                    LimitRule::TotalExposure => before.exposure(|_| true),
                    LimitRule::EventExposure => {
                        before.exposure(|other| event(other) == event(market.number()))
                    }
                };
                let refuse = exposure + added.millionths() > limit.millionths();
                false_accepts += u64::from(refuse && verdict == Verdict::Accepted);
                false_rejects += u64::from(!refuse && verdict == Verdict::Refused);
            }
            Record::Decision(Decision::Triggered { record, .. }) => {
                triggers += 1;
                // A record is known with its stop, or the trigger belongs nowhere.
                let holding = before.records.get(&record.number());
                if let Some(holding) = holding.filter(|holding| holding.stop.is_some()) {
                    phantom += u64::from(before.position(holding.market.number()) <= 0);
                    let works = |(of, left): &(RecordId, i64)| *of == record && *left > 0;
                    doubled += u64::from(working.values().any(works));
                }
            }
            Record::Decision(Decision::StopPass) => {
                passes.insert(entry.time.ns());
            }
            Record::Message(Message::Sent {
                body: Request::Create(order),
                purpose: Purpose::Exit { record, .. },
                ..
            }) => {
                let known =
                    before.records.get(&record.number()).is_some_and(|of| of.stop.is_some());
                if known {
                    working.insert(order.client_order, (record, 6_00));
                }
            }
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                fees += fill.fee.millionths();
                if let Some((_, left)) = working.get_mut(&fill.client_order) {
                    let quantity = i64::try_from(fill.quantity.hundredths()).unwrap();
                    *left -= quantity;
                    let held = before.position(fill.market.number()).max(0);
                    oversold += quantity - quantity.min(held);
                }
            }
            _ => {}
        }
    }
    passes.insert(entries.last().unwrap().time.ns());
    let passes: Vec<u64> = passes.into_iter().collect();
    let longest = passes.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
    assert_eq!(found.limit_false_accepts, false_accepts);
    assert_eq!(found.limit_false_rejects, false_rejects);
    assert_eq!(found.stop_triggers, triggers);
    assert_eq!(found.stops_phantom, phantom);
    assert_eq!(found.stops_doubled, doubled);
    assert_eq!(found.stop_oversold_contracts.to_decimal(), scaled(oversold, 2));
    assert_eq!(found.fees_dollars.millionths(), fees);
    assert_eq!(found.stop_check_gap_seconds_longest.ns(), longest);
}

/// One level in market 0 guards all of its contracts; the other markets have no protective level,
/// so their stop exits only cost what they oversell.
fn check_stop_cost(found: &Measures, entries: &[Stamped<Record>], at_the_end: &Recount) {
    const LEVEL: i64 = 5_000;
    let (mut unsold, mut cost) = (0_i64, 0_i64);
    let ideal = |before: &Recount, unsold: &mut i64, cost: &mut i64| {
        let bid = before.others.get(&0).and_then(|quote| quote.bid);
        let bid = bid.map(|bid| i64::from(bid.ten_thousandths())).filter(|bid| *bid <= LEVEL);
        let fresh = before.position(0).max(0) - *unsold;
        if let Some(bid) = bid.filter(|_| fresh > 0) {
            *cost += fresh * bid;
            *unsold += fresh;
        }
    };
    for (index, entry) in entries.iter().enumerate() {
        let before = Recount::of(&entries[..index]);
        if index > 0 && entries[index - 1].time < entry.time {
            ideal(&before, &mut unsold, &mut cost);
        }
        let Record::Truth(Truth::Execution(Execution::Filled(fill))) = entry.record else {
            continue;
        };
        if fill.side == Side::Bid {
            continue;
        }
        let market = fill.market.number();
        let quantity = i64::try_from(fill.quantity.hundredths()).unwrap();
        let price = i64::from(fill.price.ten_thousandths());
        let sold = quantity.min(before.position(market).max(0));
        if market == 0 {
            ideal(&before, &mut unsold, &mut cost);
            cost -= sold.min(unsold) * price;
            unsold -= sold.min(unsold);
        }
        let exit_of = |entry: &Stamped<Record>| match entry.record {
            Record::Message(Message::Sent {
                body: Request::Create(order),
                purpose: Purpose::Exit { record, .. },
                ..
            }) if order.client_order == fill.client_order => Some(record),
            _ => None,
        };
        let record = entries[..index].iter().find_map(exit_of).unwrap();
        if let Some(of) = before.records.get(&record.number()).filter(|of| of.stop.is_some()) {
            // The mark is that of the record's market, where the stop was.
            let mark = at_the_end.mark(of.market.number(), Side::Ask).unwrap_or(LEVEL);
            cost += (quantity - sold) * (mark - price);
        }
    }
    ideal(at_the_end, &mut unsold, &mut cost);
    cost -= unsold * at_the_end.mark(0, Side::Bid).unwrap_or(LEVEL);
    assert_eq!(found.stop_cost_dollars.millionths(), cost);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_measures_are_what_a_recount_of_every_nanosecond_finds(
        steps in prop::collection::vec((0..4_u64, step()), 0..40),
        rest_ns in 0..5_u64,
    ) {
        check(&tell(&steps, rest_ns));
    }
}
