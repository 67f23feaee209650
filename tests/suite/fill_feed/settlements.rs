//! A market that pays while this bot holds its contracts.

use std::path::Path;

use fillgap::bot::Preset;
use fillgap::measure::{Measures, measure};
use fillgap::protocol::record::{Belief, BeliefCause, Message, Record};
use fillgap::scenario::Scenario;
use fillgap::world::run_one;
use proptest::prelude::*;
use rayon::prelude::*;
use rust_decimal::Decimal;

use crate::fill_feed::faults::FAULTY;
use crate::fill_feed::market::{self, Levels};
use crate::fill_feed::timelines::{ENGINE, column};
use crate::fill_feed::witness;
use crate::runs;

/// 100 are bought at 0.65 at T+1. The market closes at T+20, is determined at T+22 and pays at T+27.
/// Every leg takes 0.1 s.
fn scenario(result: &str, more: &str) -> Scenario {
    let text = format!(
        "title = \"Held to the end\"\nends_at_s = 70\n\
         [[market]]\nticker = \"KXDEMO-26NOV22-T50\"\ncloses_at_s = 20\nsettlement_timer_s = 5\n\
         [[market.step]]\nat_s = 22\nkind = \"determine\"\nresult = \"{result}\"\n\
         [link]\nevery_leg = {{ kind = \"constant\", latency_ms = 100 }}\n\
         [flow]\nkind = \"scripted\"\n\
         [[flow.order]]\nat_s = 0\nside = \"ask\"\nprice_dollars = 0.65\nquantity_contracts = 100\n\
         [[flow.order]]\nat_s = 0\nside = \"bid\"\nprice_dollars = 0.64\nquantity_contracts = 100\n\
         [bot.strategy]\nkind = \"scheduled\"\n\
         [[bot.strategy.signal]]\nat_s = 1\nquantity_contracts = 100\nprice_dollars = 0.65\n\
         stop_dollars = 0.60\n\
         [[engine]]\nname = \"{ENGINE}\"\npreset = \"FILL-FEED\"\n{more}"
    );
    let scenario = Scenario::of_text(Path::new("held.toml"), &text, &[]);
    scenario.unwrap_or_else(|errors| panic!("{errors}"))
}

fn check(scenario: &Scenario, expected: &[(&str, &str)]) {
    let measures: Measures = runs::measured(scenario, ENGINE);
    for (name, by_hand) in expected {
        assert_eq!(column(&measures, name), *by_hand, "{name}");
    }
}

/// The fill of T+1.1 and the payment of T+27 are told 0.1 s later: 10 contract-seconds each. The 100
/// cost 65.00 and a fee of 0.07 * 100 * 0.65 * 0.35 = 1.5925; they bring 100.00, 0.00 or 25.00. The bot
/// books as much.
#[test]
fn a_payment_is_learned_from_the_feed_and_booked() {
    let scalar = "scalar\"\nvalue_dollars = 0.25\n# \"";
    for (result, profit) in [("yes", "33.4075"), ("no", "-66.5925"), (scalar, "-41.5925")] {
        check(
            &scenario(result, ""),
            &[
                ("gap_windows", "2"),
                ("gap_contract_seconds", "20"),
                ("gap_contract_seconds_over", "10"),
                ("gap_contract_seconds_under", "10"),
                ("gap_contract_seconds_beyond_feed", "0"),
                ("final_position_believed_contracts", "0"),
                ("final_position_true_contracts", "0"),
                ("pnl_true_dollars", profit),
                ("pnl_believed_dollars", profit),
                ("stops_missed", "0"),
            ],
        );
    }
}

/// The private feed is down from T+26 to T+65. That nobody bids or asks any more is seen at T+20.1; so
/// positions are read 30 s later, at T+50.1, and the answer at T+50.3 shows that the 100 are gone: 23.3 s
/// after the payment, of which no message is on its way.
#[test]
fn a_payment_that_the_feed_lost_is_read() {
    let outage = "[[link.faults.outage]]\nfrom_s = 26\nto_s = 65\nchannels = [\"private_feed\"]\n";
    check(
        &scenario("yes", outage),
        &[
            ("gap_windows", "2"),
            ("gap_seconds", "23.4"),
            ("gap_contract_seconds_over", "2330"),
            ("gap_contract_seconds_under", "10"),
            ("gap_contract_seconds_beyond_feed", "2330"),
            ("final_position_believed_contracts", "0"),
            ("pnl_true_dollars", "33.4075"),
        ],
    );
}

/// It starts anew before the payment, while the message is on its way, and after it: what it wrote to
/// its file still is its, and is paid, or was.
#[test]
fn a_process_that_starts_anew_learns_of_a_payment_too() {
    for at_s in ["25", "27.05", "40"] {
        check(
            &scenario("yes", &format!("restart_at_s = {at_s}\n")),
            &[
                ("final_position_believed_contracts", "0"),
                ("gap_contract_seconds_over", "10"),
                ("pnl_believed_dollars", "33.4075"),
            ],
        );
    }
}

/// What the made-up market of these tests needs to settle: nothing trades after 332 s.
fn settling(seed: u64, link: &str) -> String {
    let result = if seed.is_multiple_of(2) { "no" } else { "yes" };
    format!(
        "closes_at_s = 334\nsettlement_timer_s = 5\n\
         step = [{{ at_s = 336, kind = \"determine\", result = \"{result}\" }}]\n{link}"
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is held when the market settles: belief is truth after it, and what lasts until then is
    /// on its way. Stops and targets are out of reach, so that contracts are held to the end.
    #[test]
    fn after_a_settlement_belief_is_truth(seed in 0_u64..1_000_000, is_near in any::<bool>()) {
        let levels = if is_near { Levels::Near } else { Levels::OutOfReach };
        let link = settling(seed, "[link]\nprofile = \"home\"\n");
        for preset in [Preset::FillFeed, Preset::Oracle] {
            let engine =
                format!("[[engine]]\nname = \"{0}\"\npreset = \"{0}\"\n", preset.name());
            let scenario = market::scenario(seed, &link, levels, &engine);
            let log = run_one(&scenario, &scenario.engines[0], seed).unwrap().log;
            let measures = measure(log.entries()).measures;
            let believed = measures.final_position_believed_contracts;
            prop_assert!(believed.is_flat(), "{}: {}", preset.name(), believed);
            prop_assert!(measures.final_position_true_contracts.is_flat());
            let beyond = measures.gap_contract_seconds_beyond_feed;
            prop_assert_eq!(beyond, Decimal::ZERO, "{}", preset.name());
        }
    }
}

/// Everything goes wrong as in the tests of faults, and the market pays at 341 s; in every third run
/// the private feed is down then. In the end nothing is believed to be held; where the message was
/// lost, positions told.
#[test]
fn on_a_faulty_link_a_settlement_is_learned_one_way_or_the_other() {
    let down = "[[link.faults.outage]]\nfrom_s = 338\nto_s = 345\nchannels = [\"private_feed\"]\n";
    let runs = 60_u64;
    let told: Vec<bool> = (0..runs)
        .into_par_iter()
        .map(|seed| {
            let engine = market::fill_feed("");
            let outage = if seed % 3 == 0 { down } else { "" };
            let link = settling(seed, &format!("{FAULTY}{outage}"));
            let scenario = market::scenario(seed, &link, Levels::OutOfReach, &engine);
            let log = run_one(&scenario, &scenario.engines[0], seed).unwrap().log;
            let witness = witness::watch(log.entries());
            assert_eq!(witness.broken, [""; 0], "seed {seed}");
            assert!(witness.gap_at_end.is_flat(), "seed {seed}: {}", witness.gap_at_end);
            let has = |wanted: fn(&Record) -> bool| {
                log.entries().iter().any(|entry| wanted(&entry.record))
            };
            let is_closed = has(|record| {
                matches!(
                    record,
                    Record::Belief(Belief::Holding { cause: BeliefCause::MarketPaid, .. })
                )
            });
            assert!(is_closed, "seed {seed} held something to the end");
            has(|record| matches!(record, Record::Message(Message::PaidReported { .. })))
        })
        .collect();
    let told = told.iter().filter(|told| **told).count();
    assert!((30..=40).contains(&told), "{told} of {runs} were told");
}
