//! Whatever happens, no bot stops: under random fills, failing reads, lost answers and a restart,
//! every named bot of the original's kind, in either loop, goes on looking at its stops.

use fillgap::bot::{BotSettings, LoopSettings, Preset, SingleLoopSettings, ThreadsSettings};
use fillgap::protocol::record::{Decision, Record};
use fillgap::protocol::{Endpoint, HttpStatus};
use fillgap::units::SimDuration;
use proptest::prelude::*;

use super::timeline::named;
use super::world::{Action, Line, MARKET, Script, at};

fn action() -> impl Strategy<Value = Action> {
    let quantity = prop::sample::select(vec!["1", "20", "50", "100"]);
    let price = prop::sample::select(vec![Some("0.30"), Some("0.44"), Some("0.52"), None]);
    let endpoint = prop::sample::select(vec![
        Endpoint::Orders,
        Endpoint::Positions,
        Endpoint::Balance,
        Endpoint::Market,
    ]);
    prop_oneof![
        6 => (0_u64..6, quantity).prop_map(|(order, quantity)| Action::Fill(order, quantity)),
        2 => (0_u64..6).prop_map(Action::Remove),
        1 => (0_u64..6).prop_map(Action::Forget),
        3 => price.clone().prop_map(|bid| Action::Feed(bid, Some("0.53"))),
        3 => price.prop_map(|bid| Action::Quote(bid, None)),
        2 => endpoint.clone().prop_map(Action::Break),
        3 => endpoint.prop_map(Action::Mend),
        1 => Just(Action::Freeze),
        2 => Just(Action::Thaw),
        1 => Just(Action::Line(Line::Mute)),
        1 => Just(Action::Line(Line::Failing(HttpStatus::TooManyRequests))),
        3 => Just(Action::Line(Line::Clear)),
        1 => (-100_i64..200).prop_map(|held| Action::Position(MARKET, held)),
    ]
}

/// All but those that follow fills as they happen: they have their own loop, and their own tests
/// against the whole exchange.
fn original_kind() -> impl Strategy<Value = Preset> {
    let others = |preset: &Preset| !matches!(preset, Preset::FillFeed | Preset::Oracle);
    prop::sample::select(Preset::ALL.into_iter().filter(others).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The longest time without a look: a sleep of 60 s, or two entries of 30 s in one pass, or two
    /// exits, each with some calls of up to 10 s that nobody answers. After 100 s all is well again.
    #[test]
    fn every_bot_goes_on(
        preset in original_kind(),
        is_threaded in any::<bool>(),
        restart_s in prop::option::of(1_u64..100),
        actions in prop::collection::vec((0_u64..100_000, action()), 0..30),
    ) {
        let loop_model = if is_threaded {
            LoopSettings::Threads(ThreadsSettings::default())
        } else {
            LoopSettings::Single(SingleLoopSettings::default())
        };
        let settings = BotSettings {
            loop_model,
            restart_at: restart_s.map(|s| at("0") + SimDuration::from_s(s)),
            ..named(preset, &["0", "5", "40"])
        };
        let mut script = Script::with_latency("0.1");
        for (when_ms, action) in actions {
            script = script.act_at(at("0") + SimDuration::from_ms(when_ms), action);
        }
        let script = script
            .act("100", Action::Line(Line::Clear))
            .act("100", Action::Thaw)
            .act("100", Action::Mend(Endpoint::Orders))
            .act("100", Action::Mend(Endpoint::Positions))
            .act("100", Action::Mend(Endpoint::Balance))
            .act("100", Action::Mend(Endpoint::Market));
        let run = script.run(&settings, "500");
        let late = run.entries.iter().filter(|entry| {
            entry.time > at("400") && entry.record == Record::Decision(Decision::StopPass)
        });
        prop_assert!(late.count() > 0, "no look at the stops after 400 s");
    }
}
