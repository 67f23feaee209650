//! The bots by name, and how belief and truth move under them.
//!
//! Requests take 0.05 s each way, so an answer is there 0.1 s after the question, and shows the
//! exchange as it was in between. A loop with one task first checks stops, reconciles (0.1) and
//! settles (0.1), then enters: balance 0.2 to 0.3, positions 0.3 to 0.4, and the order leaves at 0.4
//! and reaches the exchange at 0.45, which the comments call T. With two tasks nothing comes before
//! the entry: the order leaves at 0.2 and T is 0.25.

use fillgap::bot::{BotSettings, Preset, ScheduledSignal, StrategySettings};
use fillgap::protocol::record::{Belief, Decision, PassFailure, Record};

use super::world::{MARKET, Run, Script, at, contracts, price, seconds};

/// Buy 100 at 0.50, stop at 0.45.
pub(super) fn entry(when: &str) -> ScheduledSignal {
    ScheduledSignal {
        at: at(when),
        market: MARKET,
        quantity: contracts("100"),
        limit_price: price("0.50"),
        stop: Some(price("0.45")),
        target: None,
    }
}

/// A named bot with signals at some instants.
pub(super) fn named(preset: Preset, signals: &[&str]) -> BotSettings {
    let signals = signals.iter().map(|when| entry(when)).collect();
    BotSettings { strategy: StrategySettings::Scheduled(signals), ..preset.settings() }
}

/// A link of 0.05 s each way.
pub(super) fn link() -> Script {
    Script { up: seconds("0.05"), down: seconds("0.05"), ..Script::default() }
}

impl Run {
    /// Belief and truth of the market whenever one of them changed: `0.5 believed 100, true 0`.
    pub(super) fn moves(&self) -> Vec<String> {
        let mut last = "believed 0, true 0".to_owned();
        let mut moves = Vec::new();
        for (time, truth, belief) in self.truth_and_belief() {
            let now = format!("believed {belief}, true {truth}");
            if now != last {
                moves.push(format!("{time} {now}"));
                last = now;
            }
        }
        moves
    }

    /// Whether any record ever had a stop.
    pub(super) fn beliefs_have_a_stop(&self) -> bool {
        self.entries.iter().any(|entry| match entry.record {
            Record::Belief(Belief::Holding { holding, .. }) => holding.stop.is_some(),
            _ => false,
        })
    }

    /// Passes that failed.
    pub(super) fn failures(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Decision(Decision::PassFailed(failure)) => Some(failed(*failure).to_owned()),
            _ => None,
        })
    }

    /// Waits for the lock.
    pub(super) fn lock_waits(&self) -> Vec<String> {
        self.lines(|record| match record {
            Record::Decision(wait @ (Decision::LockWaitBegan(_) | Decision::LockWaitEnded(_))) => {
                Some(format!("{wait:?}"))
            }
            _ => None,
        })
    }
}

fn failed(failure: PassFailure) -> &'static str {
    match failure {
        PassFailure::Reconcile => "reconcile",
        PassFailure::EmptyAverage => "empty average",
        PassFailure::ExitUnanswered => "exit unanswered",
    }
}
