//! What holds for bots in whole runs, whatever the market does.

use std::collections::BTreeMap;

use fillgap::bot::Preset;
use fillgap::kernel::Stamped;
use fillgap::measure::{Measures, measure};
use fillgap::protocol::record::{Belief, Decision, Message, Record};
use fillgap::protocol::{FaultKind, Purpose, Request};
use fillgap::scenario::{Engine, Scenario};
use fillgap::units::{Position, Quantity, SimDuration, SimTime};
use fillgap::world::run_one;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::fill_feed::market::{self, Levels};
use crate::fill_feed::witness;

/// The bots that follow their fills as they happen.
const FOLLOWING: [Preset; 2] = [Preset::FillFeed, Preset::Oracle];
const HOME: &str = "[link]\nprofile = \"home\"\n";
const IDEAL: &str = "[link]\nprofile = \"ideal\"\n";
/// Copies of all that can tell of a trade. A copy of a request would be answered on its own, and its
/// refusal may overtake the first one's answer, so requests go once. A copy of a quote is an old price
/// that comes after a newer one, which no bot can tell, so quotes come once.
const TWICE: &str = "[link]\nprofile = \"home\"\n\
    [link.faults]\n\
    order_entry.reply.duplication_ppm = 1000000\n\
    cancel.reply.duplication_ppm = 1000000\n\
    order_read.reply.duplication_ppm = 1000000\n\
    position_read.reply.duplication_ppm = 1000000\n\
    balance_read.reply.duplication_ppm = 1000000\n\
    market_read.reply.duplication_ppm = 1000000\n\
    private_feed.delivery.duplication_ppm = 1000000\n";

/// A made-up market with some named bots.
fn scenario(seed: u64, link: &str, levels: Levels, presets: &[Preset]) -> Scenario {
    let engine =
        |preset: &Preset| format!("[[engine]]\nname = \"{0}\"\npreset = \"{0}\"\n", preset.name());
    let engines: Vec<String> = presets.iter().map(engine).collect();
    market::scenario(seed, link, levels, &engines.concat())
}

/// The logs of all bots of a scenario.
fn logs(scenario: &Scenario) -> Vec<(String, Vec<Stamped<Record>>)> {
    let run = |engine: &Engine| {
        let output = run_one(scenario, engine, scenario.seed);
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", engine.name));
        (engine.name.clone(), output.log.entries().to_vec())
    };
    scenario.engines.iter().map(run).collect()
}

fn gap_at_end(measures: &Measures) -> Position {
    measures.final_position_believed_contracts - measures.final_position_true_contracts
}

/// What a bot believed, and when.
fn beliefs(log: &[Stamped<Record>]) -> Vec<(SimTime, Belief)> {
    let belief = |entry: &Stamped<Record>| match entry.record {
        Record::Belief(belief) => Some((entry.time, belief)),
        _ => None,
    };
    log.iter().filter_map(belief).collect()
}

/// For each signal, the contracts that it asked for and those of all orders sent for it.
fn parents(log: &[Stamped<Record>]) -> BTreeMap<u32, (Quantity, Quantity)> {
    let mut parents = BTreeMap::new();
    for entry in log {
        match entry.record {
            Record::Decision(Decision::Signal { signal, quantity, .. }) => {
                parents.insert(signal, (quantity, Quantity::ZERO));
            }
            Record::Message(Message::Sent {
                body: Request::Create(create),
                purpose: Purpose::Entry { signal },
                ..
            }) => {
                let (_, children) = parents.get_mut(&signal).expect("a signal comes first");
                *children += create.quantity;
            }
            _ => {}
        }
    }
    parents
}

/// When a bot sent its last entry order.
fn last_entry(log: &[Stamped<Record>]) -> SimTime {
    let is_entry = |entry: &&Stamped<Record>| {
        matches!(
            entry.record,
            Record::Message(Message::Sent {
                body: Request::Create(_),
                purpose: Purpose::Entry { .. },
                ..
            })
        )
    };
    log.iter().rev().find(is_entry).map_or(SimTime::START, |entry| entry.time)
}

/// 100 s before the end: 21 s for the last entry, 10 s to the next pass, and some passes more, as what is
/// read may be old.
fn quiet_for_the_model() -> SimTime {
    SimTime::START + SimDuration::from_s(360)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Zero latency and no faults: belief is truth at the end of every instant.
    #[test]
    fn over_an_ideal_link_no_gap_lasts(seed in 0_u64..1_000_000) {
        for (name, log) in logs(&scenario(seed, IDEAL, Levels::Near, &FOLLOWING)) {
            let measures = measure(&log).measures;
            prop_assert_eq!(measures.gap_windows, 0, "{}", name);
            prop_assert_eq!(measures.gap_contract_seconds, Decimal::ZERO, "{}", name);
            prop_assert!(measures.entry_orders_placed > 0, "{}", name);
        }
    }

    /// After 332 s nothing trades until 460 s. The two that follow their fills, and the model bot,
    /// then believe what is true. The narrated reconciler sets records to what is held, but needs one
    /// to do so: a bot with it is right whenever it believes to hold anything. The others do not
    /// claim it: they correct downwards only, or not what their exits sold. The model bot enters all
    /// signals that are due before it compares its books again, 21 s each if nothing fills: it claims
    /// nothing before it is through.
    #[test]
    fn after_a_quiet_time_belief_is_truth_for_those_who_claim_it(seed in 0_u64..1_000_000) {
        let claiming = [Preset::FillFeed, Preset::Oracle, Preset::Reference, Preset::BeforeDoc];
        for (name, log) in logs(&scenario(seed, HOME, Levels::Near, &claiming)) {
            let measures = measure(&log).measures;
            let has_no_record = measures.final_position_believed_contracts.is_flat();
            let claims_nothing = name == Preset::BeforeDoc.name() && has_no_record
                || name == Preset::Reference.name() && last_entry(&log) > quiet_for_the_model();
            if !claims_nothing {
                prop_assert!(gap_at_end(&measures).is_flat(), "{}", name);
            }
        }
    }

    /// The reading of the entry orders' fills is the truth as long as nothing is sold.
    #[test]
    fn after_a_quiet_time_without_sales_reading_orders_shows_the_truth(seed in 0_u64..1_000_000) {
        for (name, log) in logs(&scenario(seed, HOME, Levels::OutOfReach, &[Preset::Opt2b])) {
            let measures = measure(&log).measures;
            prop_assert!(gap_at_end(&measures).is_flat(), "{}", name);
            prop_assert!(!measures.final_position_true_contracts.is_flat(), "{}", name);
        }
    }

    /// Between fills on the feed and belief nothing is lost, whatever the connection's delays: what
    /// the bot does not know is what the feed has yet to tell.
    #[test]
    fn without_faults_no_gap_is_beyond_the_feed(seed in 0_u64..1_000_000) {
        for (name, log) in logs(&scenario(seed, HOME, Levels::Near, &[Preset::FillFeed])) {
            let measures = measure(&log).measures;
            prop_assert_eq!(measures.gap_contract_seconds_beyond_feed, Decimal::ZERO, "{}", name);
            let unprotected = measures.unprotected_contract_seconds_beyond_feed;
            prop_assert_eq!(unprotected, Decimal::ZERO, "{}", name);
            prop_assert!(measures.gap_contract_seconds > Decimal::ZERO, "{}", name);
            prop_assert!(measures.feed_delay_seconds_longest.is_some(), "{}", name);
        }
    }

    /// Every reply and every message of the private feed comes twice: nobody believes anything else
    /// for it, or at another time. Nobody counts a trade twice.
    #[test]
    fn messages_that_come_twice_change_no_belief(seed in 0_u64..1_000_000) {
        let once = logs(&scenario(seed, HOME, Levels::Near, &Preset::ALL));
        let twice = logs(&scenario(seed, TWICE, Levels::Near, &Preset::ALL));
        for ((name, once), (_, twice)) in once.iter().zip(&twice) {
            let is_copied = |entry: &&Stamped<Record>| {
                matches!(entry.record,
                    Record::Message(Message::Fault { kind: FaultKind::Duplicated, .. }))
            };
            prop_assert!(twice.iter().filter(is_copied).count() > 100, "{}", name);
            let (once, twice) = (beliefs(once), beliefs(twice));
            let parted = once.iter().zip(&twice).find(|(once, twice)| once != twice);
            prop_assert!(once == twice, "{}: {:?}", name, parted);
        }
    }

    /// The orders of a signal are never for more than it asked for; nor do the orders that sell a
    /// position, those of unknown outcome included, ever work on more than is held.
    #[test]
    fn the_sum_of_children_never_exceeds_the_parent(seed in 0_u64..1_000_000) {
        for (name, log) in logs(&scenario(seed, HOME, Levels::Near, &Preset::ALL)) {
            for (signal, (parent, children)) in parents(&log) {
                prop_assert!(children <= parent, "{} signal {}: {}", name, signal, children);
            }
            if name == Preset::FillFeed.name() {
                prop_assert_eq!(witness::watch(&log).broken, Vec::<String>::new());
            }
        }
    }
}
