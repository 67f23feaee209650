//! What the bot decides: limits, caps, entries that are over, triggers.

use crate::measure::state::State;
use crate::measure::story::looks::Looks;
use crate::measure::story::reads::Reads;
use crate::measure::story::{Line, words};
use crate::protocol::record::{Decision, EntryResult, Verdict};
use crate::units::SimTime;

/// A signal, and when it became true if that was earlier.
pub(super) fn signal(time: SimTime, decision: &Decision) -> Option<Line> {
    let Decision::Signal { signal, market, quantity, limit_price, stop, target, due } = decision
    else {
        return None;
    };
    let late = if *due < time { format!(", due at {due} s") } else { String::new() };
    let levels = words::levels(*stop, *target);
    Some((Some(*market), format!("signal {signal}: {quantity} at {limit_price}{levels}{late}")))
}

/// Limits are told when they refuse, and when they pass what the truth would not, or pass by an
/// equity that could not be read.
pub(super) fn limit(state: &State, reads: &Reads, decision: &Decision) -> Option<Line> {
    let Decision::Limit { rule, market, believed, added, limit, verdict, .. } = decision else {
        return None;
    };
    let truth = state.limited_exposure(*rule, *market);
    let passes = truth + *added <= *limit;
    let name = words::rule(*rule);
    let sums = format!("{believed} believed and {added} more, {limit} allowed");
    let line = match (verdict, passes) {
        (Verdict::Accepted, true) if reads.lacks_balance() => {
            format!("the {name} passes: {sums}, though its read of the balance failed")
        }
        (Verdict::Accepted, true) => return None,
        (Verdict::Accepted, false) => {
            format!("the {name} passes: {sums}; the true {truth} would not pass")
        }
        (Verdict::Refused, true) => {
            format!("the {name} refuses: {sums}; the true {truth} would pass")
        }
        (Verdict::Refused, false) => format!("the {name} refuses: {sums}"),
    };
    Some((Some(*market), line))
}

/// The live-quantity cap, when it takes something away.
pub(super) fn live_cap(state: &State, decision: &Decision) -> Option<Line> {
    let Decision::LiveCap { signal, live, wanted, allowed } = decision else { return None };
    (allowed < wanted).then(|| {
        let market = state.signals.get(signal).map(|signal| signal.market);
        (market, format!("the live cap allows {allowed} of {wanted}: {live} show as held"))
    })
}

/// An entry that is over, when it was looked at, and what that leaves out.
pub(super) fn entry_done(state: &State, looks: &Looks, decision: &Decision) -> Option<Line> {
    let Decision::EntryDone { signal, result, filled } = decision else { return None };
    let line = match result {
        EntryResult::NotSent | EntryResult::Assumed => return None,
        EntryResult::Full => format!("counts the entry as full: {filled}"),
        EntryResult::Partial => format!("counts the entry as partial: {filled}"),
        EntryResult::Unfilled => "counts the entry as failed: nothing filled".to_owned(),
        EntryResult::Failed => "counts the entry as failed".to_owned(),
    };
    let left_out = looks.left_out(state, *signal, *filled);
    Some((state.signals.get(signal).map(|signal| signal.market), line + &left_out))
}

/// A stop or target that triggers, and what is held when that is something else.
pub(super) fn trigger(state: &State, decision: &Decision) -> Option<Line> {
    let Decision::Triggered { record, trigger, seen, quantity } = decision else { return None };
    let market = state.records.get(record).map(|holding| holding.market);
    let held = market.map(|market| state.position(market)).unwrap_or_default();
    let trigger = words::trigger(*trigger);
    let but =
        if held.long() == *quantity { String::new() } else { format!(", {}", words::held(held)) };
    Some((market, format!("its {trigger} triggers at {seen}: {quantity} to sell{but}")))
}
