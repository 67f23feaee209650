//! Random small logs.

use fillgap::protocol::record::{
    BeliefCause, Decision, Holding, LimitRule, Standing, Verdict, Wait,
};
use fillgap::protocol::{Purpose, TriggerKind};
use fillgap::units::{MarketId, Position, RecordId, Side};
use proptest::prelude::*;

use crate::telling::{Telling, held, price};

/// One step of a random log. Prices are in cents, quantities in contracts.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Buy { market: u32, signal: u32, filled: u32, cents: u32 },
    Sell { market: u32, record: u32, filled: u32, cents: u32 },
    Hold { record: u32, stake: i64, cents: u32, stop: bool, standing: u8 },
    Touch { market: u32, bid: u32, spread: u32 },
    See { bid: u32, spread: u32 },
    Limit { market: u32, total: bool, added: u32, limit: u32, accepted: bool },
    Book { cents: i64 },
    Pass,
    Wait { begins: bool },
    Report { back: usize },
    Lose,
}

/// Any step.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let (market, record) = (0..3_u32, 0..6_u32);
    prop_oneof![
        (market.clone(), 0..2_u32, 0..4_u32, 1..100_u32).prop_map(
            |(market, signal, filled, cents)| Step::Buy { market, signal, filled, cents }
        ),
        (market.clone(), record.clone(), 0..6_u32, 1..100_u32).prop_map(
            |(market, record, filled, cents)| Step::Sell { market, record, filled, cents }
        ),
        (record, -3..6_i64, 1..100_u32, any::<bool>(), 0..3_u8).prop_map(
            |(record, stake, cents, stop, standing)| Step::Hold {
                record,
                stake,
                cents,
                stop,
                standing
            }
        ),
        (market.clone(), 0..95_u32, 1..5_u32).prop_map(|(market, bid, spread)| Step::Touch {
            market,
            bid,
            spread
        }),
        (0..95_u32, 1..5_u32).prop_map(|(bid, spread)| Step::See { bid, spread }),
        (market, any::<bool>(), 0..3_u32, 0..8_u32, any::<bool>()).prop_map(
            |(market, total, added, limit, accepted)| Step::Limit {
                market,
                total,
                added,
                limit,
                accepted
            }
        ),
        (-300..300_i64).prop_map(|cents| Step::Book { cents }),
        Just(Step::Pass),
        any::<bool>().prop_map(|begins| Step::Wait { begins }),
        (0..4_usize).prop_map(|back| Step::Report { back }),
        Just(Step::Lose),
    ]
}

fn dollars_of(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A bid of no cent stands for no bid.
fn prices(bid: u32, spread: u32) -> String {
    let side = if bid == 0 { "-".to_owned() } else { dollars_of(bid) };
    format!("{side} {}", dollars_of(bid + spread))
}

/// Markets 0 and 1 are one event, market 2 another. Records 0 to 5 are in markets 0, 1, 2, 0, ...
/// All stops are at 0.50, and so are those of all signals of market 0; the others have none.
pub(crate) fn tell(steps: &[(u64, Step)], rest_ns: u64) -> Telling {
    let mut log = Telling::new();
    log.list(1, 0).list(2, 1).signal(0, Some("0.5")).signal_in(1, 1, None);
    let mut now = 0;
    for (client_order, (wait, step)) in (0..).zip(steps) {
        now += wait;
        log.at(&format!("0.{now:09}"));
        tell_step(&mut log, client_order, step);
    }
    log.end(&format!("0.{:09}", now + rest_ns));
    log
}

fn tell_step(log: &mut Telling, client_order: u64, step: &Step) {
    match *step {
        Step::Buy { market, signal, filled, cents } => {
            let signal = if market == 0 { 0 } else { 1.max(signal) };
            log.buy_in(market, client_order, signal, "4", &dollars_of(cents));
            if filled > 0 {
                log.fill(client_order, &filled.to_string(), &dollars_of(cents));
            }
        }
        Step::Sell { market, record, filled, cents } => {
            log.trigger(record, &dollars_of(cents), "6");
            let trigger = TriggerKind::Stop;
            let purpose = Purpose::Exit { record: RecordId::new(record), trigger };
            log.send(client_order, (market, Side::Ask, "6", &dollars_of(cents)), purpose);
            if filled > 0 {
                log.fill_paying(client_order, &filled.to_string(), &dollars_of(cents), "0.01");
            }
        }
        Step::Hold { record, stake, cents, stop, standing } => {
            let holding = Holding {
                market: MarketId::new(record % 3),
                stake: Position::new(100 * stake),
                stop: stop.then(|| price("0.5")),
                standing: [Standing::Open, Standing::Closing, Standing::Settled]
                    [usize::from(standing)],
                ..held("0", &dollars_of(cents))
            };
            log.hold(record, holding, BeliefCause::Reconciled);
        }
        Step::Touch { market, bid, spread } => {
            log.touch_in(market, &prices(bid, spread));
        }
        Step::See { bid, spread } => {
            log.see(&prices(bid, spread));
        }
        Step::Limit { market, total, added, limit, accepted } => {
            let rule = if total { LimitRule::TotalExposure } else { LimitRule::EventExposure };
            let verdict = if accepted { Verdict::Accepted } else { Verdict::Refused };
            log.limit_in(market, rule, ("0", &added.to_string(), &limit.to_string()), verdict);
        }
        Step::Book { cents } => {
            let sign = if cents < 0 { "-" } else { "" };
            let amount = dollars_of(u32::try_from(cents.abs()).unwrap());
            log.book(0, &format!("{sign}{amount}"));
        }
        Step::Pass => {
            log.decision(Decision::StopPass);
        }
        Step::Wait { begins: true } => {
            log.decision(Decision::WaitBegan(Wait::Entry));
        }
        Step::Report { back } => {
            log.report(back);
        }
        Step::Lose => {
            log.lose();
        }
        Step::Wait { begins: false } => {
            log.decision(Decision::WaitEnded(Wait::Entry));
        }
    }
}
