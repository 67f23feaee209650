//! Which readings matter for a step: without them, it would have come to something else.

use fillgap::protocol::{BalanceView, OrderView, Reply};
use fillgap::units::{AccountId, Cash, MarketId, SimTime};
use proptest_state_machine::ReferenceStateMachine;

use super::basis::Way;
use super::readings::Second;
use super::state::{Reference, Told};
use super::steps::Transition;

/// What a step came to.
#[derive(Debug, PartialEq, Eq)]
struct Outcome<'a> {
    told: &'a [Told],
    reply: Option<&'a Reply>,
    known: &'a [(AccountId, OrderView)],
    timers: Vec<Option<SimTime>>,
    /// Whether groups are triggered.
    triggered: Vec<bool>,
}

fn outcome(state: &Reference) -> Outcome<'_> {
    Outcome {
        told: &state.told,
        reply: state.reply.as_ref(),
        known: &state.known,
        timers: state.markets.iter().map(|market| market.settles_at).collect(),
        triggered: state.groups.iter().map(|group| group.is_triggered).collect(),
    }
}

/// What accounts could spend, and what their positions cost.
type Money = (Vec<BalanceView>, Vec<(Way, Cash)>);

fn money(state: &Reference) -> Money {
    let accounts = || (0..).map(AccountId::new).take(state.cash.len());
    let markets = || (0..).map(MarketId::new).take(state.markets.len());
    let funds = accounts().map(|account| state.funds(account)).collect();
    let held = accounts().flat_map(|account| markets().map(move |market| (account, market)));
    (funds, held.map(|(account, market)| state.booked(account, market)).collect())
}

fn turned(state: &Reference, second: Second) -> Reference {
    let mut other = state.clone();
    other.settings.readings = other.settings.readings.turned(second);
    other
}

/// The readings, first and second, whose other one would have had another effect. Money counts when it
/// becomes different by the step.
pub(super) fn effective(before: &Reference, step: &Transition, after: &Reference) -> Vec<String> {
    let name = |second: &Second| {
        let has = if after.settings.reads(*second) { "with" } else { "without" };
        format!("{has} {second:?}")
    };
    let matters = |second: &Second| {
        let other_before = turned(before, *second);
        let was_so = money(before) == money(&other_before);
        let other = <Reference as ReferenceStateMachine>::apply(other_before, step);
        outcome(after) != outcome(&other) || was_so && money(after) != money(&other)
    };
    Second::ALL.iter().filter(|second| matters(second)).map(name).collect()
}
