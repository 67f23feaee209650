//! A bot of one's own beside the bots of a scenario.
//!
//! ```text
//! cargo run --release --example own_bot -- compare scenarios/market-settles.toml
//! cargo run --release --example own_bot -- explain scenarios/market-settles.toml --engines taker
//! ```
//!
//! The bot takes what it can get at once and never leaves an order in the book: an entry is
//! immediate or cancel, so its answer says all that it will ever hold; an exit may only reduce. It
//! has two tasks, one that buys and one that watches, so that a slow answer keeps no stop waiting.
//! In a market where nobody offers at its limit when the signal comes it does nothing.

use std::process::ExitCode;

use fillgap::bot::{Bot, Host, Signal};
use fillgap::market::TimeInForce;
use fillgap::protocol::record::{BeliefCause, EntryResult, Holding, Standing};
use fillgap::protocol::{CreateOrder, PositionEffect, Purpose, TriggerKind};
use fillgap::units::{Price, Quantity, RecordId, Side, SimDuration};

/// How often it looks at its stops when no quote comes.
const LOOK: SimDuration = SimDuration::from_s(1);

/// Takes what is there.
#[derive(Debug)]
pub(crate) struct Taker;

impl Bot for Taker {
    fn start(&self, host: Host) {
        host.spawn(buy(host.clone()));
        host.spawn(watch(host.clone()));
    }
}

/// One entry after the other.
async fn buy(host: Host) {
    let mut signals = host.signals();
    while let Some(signal) = signals.next().await {
        let bought = enter(&host, &signal).await;
        let result = match bought {
            None => EntryResult::Failed,
            Some(Quantity::ZERO) => EntryResult::Unfilled,
            Some(bought) if bought < signal.quantity => EntryResult::Partial,
            Some(_) => EntryResult::Full,
        };
        host.entry_done(&signal, result, bought.unwrap_or_default());
    }
}

/// Buys at once what is offered at the signal's limit; absent when no answer tells how much that
/// was. A bot for real money would have to find out: see the engine `fill_feed`.
async fn enter(host: &Host, signal: &Signal) -> Option<Quantity> {
    let Signal { market, limit_price, quantity, .. } = *signal;
    let plain = CreateOrder::new(host.new_order(), market, Side::Bid, limit_price, quantity);
    let order = CreateOrder { time_in_force: TimeInForce::ImmediateOrCancel, ..plain };
    let purpose = Purpose::Entry { signal: signal.number };
    let created = host.venue().create(order, purpose).await.ok()?;
    if !created.filled.is_zero() {
        // Belief begins here, and is told to the log at this instant.
        let _ = host.records().open(signal, created.filled, BeliefCause::EntryConfirmed);
    }
    Some(created.filled)
}

/// Looks at every record whenever a quote comes, and at least once in a while.
async fn watch(host: Host) {
    let mut known = 0;
    loop {
        host.looks_at_stops();
        for (record, holding) in host.records().unsettled() {
            let seen = host.venue().quote_seen(holding.market).and_then(|seen| seen.quote.bid);
            if let Some((trigger, bid)) = seen.and_then(|bid| Some((trigger(&holding, bid)?, bid)))
            {
                sell(&host, record, trigger, bid).await;
            }
        }
        let until = host.clock().now() + LOOK;
        known = host.venue().public_news(known, until).await;
    }
}

/// What a bid calls for.
fn trigger(holding: &Holding, bid: Price) -> Option<TriggerKind> {
    if holding.stop.is_some_and(|stop| bid <= stop) {
        Some(TriggerKind::Stop)
    } else if holding.target.is_some_and(|target| bid >= target) {
        Some(TriggerKind::Target)
    } else {
        None
    }
}

/// Sells a record's stake at the bid, as far as that goes; the next look tries the rest.
async fn sell(host: &Host, record: RecordId, trigger: TriggerKind, bid: Price) {
    let holding = host.records().get(record);
    let stake = holding.stake.long();
    host.triggered(record, trigger, bid, stake);
    let order = CreateOrder {
        time_in_force: TimeInForce::ImmediateOrCancel,
        effect: PositionEffect::ReduceOnly,
        ..CreateOrder::new(host.new_order(), holding.market, Side::Ask, bid, stake)
    };
    let Ok(created) = host.venue().create(order, Purpose::Exit { record, trigger }).await else {
        return;
    };
    let left = stake - created.filled;
    host.records().hold(record, left, BeliefCause::ExitConfirmed);
    host.records()
        .book(record, bid.times(created.filled) - holding.entry_price.times(created.filled));
    if left.is_zero() {
        host.records().stand(record, Standing::Settled, BeliefCause::ExitConfirmed);
    }
}

/// All that it takes to run it beside the bots of any scenario.
fn main() -> ExitCode {
    fillgap::cli::main_with(&[("taker", &Taker)])
}
