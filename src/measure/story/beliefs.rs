//! What the bot comes to believe, and from what.

use std::collections::BTreeMap;

use crate::measure::state::State;
use crate::measure::story::reads::{Reads, View};
use crate::measure::story::{Line, Told, words};
use crate::protocol::record::{Belief, BeliefCause, Holding, Standing};
use crate::units::{Cash, Position, RecordId, SimDuration};

/// What the records of the bot change within an instant.
#[derive(Debug, Default)]
pub(super) struct Beliefs {
    /// What was booked to each record, with the rank of the first booking.
    booked: BTreeMap<RecordId, (usize, Cash)>,
}

impl Beliefs {
    /// A change of a record, before the state takes it in. Bookings are kept for the instant's end:
    /// a sale and what corrects its fee are one result.
    pub(super) fn tell(
        &mut self,
        state: &State,
        reads: &Reads,
        rank: usize,
        belief: &Belief,
    ) -> Option<Line> {
        match belief {
            Belief::Holding { record, holding, cause } => {
                changed(state, reads, *record, holding, *cause)
            }
            Belief::Booked { record, amount } => {
                let (_, booked) = self.booked.entry(*record).or_insert((rank, Cash::ZERO));
                *booked += *amount;
                None
            }
        }
    }

    /// What was booked to each record within the instant, in one sum.
    pub(super) fn settle(&mut self, state: &State) -> Vec<Told> {
        let booked = std::mem::take(&mut self.booked).into_iter();
        let told = booked.map(|(record, (rank, amount))| Told {
            rank,
            market: state.records.get(&record).map(|holding| holding.market),
            line: format!("books {}", words::result(amount)),
        });
        told.collect()
    }
}

fn changed(
    state: &State,
    reads: &Reads,
    record: RecordId,
    now: &Holding,
    cause: BeliefCause,
) -> Option<Line> {
    let before = state.records.get(&record);
    if is_nothing_new(before, now, cause) {
        return None;
    }
    let said = match (cause, before) {
        (BeliefCause::Reconciled, Some(before)) => reconciled(state, reads, record, before, now),
        (BeliefCause::Reconciled, None) => {
            let age = age(reads, now, |position| position == now.stake);
            words::belief(cause, None, now) + &age
        }
        (BeliefCause::EntryConfirmed, Some(before)) if is_settled(now) => {
            let filled = now.stake - before.stake;
            format!("learns that {filled} filled: into a settled record, so none counts")
        }
        _ => words::belief(cause, before, now),
    };
    let stop = stop(state, before, now);
    let others = state.records.keys().any(|other| *other != record);
    let which = if others { format!(" ({record})") } else { String::new() };
    Some((Some(now.market), format!("{said}{stop}{which}")))
}

/// Where the stop of a record is, when that goes without saying no more: it moved, or it is none of
/// its market's signals.
fn stop(state: &State, before: Option<&Holding>, now: &Holding) -> String {
    let Some(stop) = now.stop.filter(|_| !now.stake.is_flat() && !is_settled(now)) else {
        return String::new();
    };
    match before.map(|before| before.stop) {
        Some(Some(before)) if before != stop => {
            format!(", which moves its stop from {before} to {stop}")
        }
        Some(Some(_)) => String::new(),
        Some(None) => format!(", its stop at {stop}"),
        None => {
            let mut signals = state.signals.values();
            let is_signals =
                signals.any(|signal| signal.market == now.market && signal.stop == Some(stop));
            if is_signals { String::new() } else { format!(", its stop at {stop}") }
        }
    }
}

fn is_settled(holding: &Holding) -> bool {
    holding.standing == Standing::Settled
}

/// Whether a record says nothing that a line should tell. That it is closing goes without saying
/// beside the exit that is sent, and that it is watched again beside the sale that left some.
fn is_nothing_new(before: Option<&Holding>, now: &Holding, cause: BeliefCause) -> bool {
    let Some(before) = before else { return now.stake.is_flat() };
    let closes = now.standing == Standing::Closing;
    let reopens = cause == BeliefCause::ExitConfirmed && now.standing == Standing::Open;
    before.stake == now.stake
        && before.stop == now.stop
        && (before.standing == now.standing || closes || reopens)
}

/// A record that the reconciler changed, with what it saw. The log does not hold what a read
/// showed, but what the bot makes of it, and what was true when the exchange got the read.
fn reconciled(
    state: &State,
    reads: &Reads,
    record: RecordId,
    before: &Holding,
    now: &Holding,
) -> String {
    let settles = is_settled(now);
    if !settles && !now.stake.is_flat() {
        return corrected(state, reads, record, before, now);
    }
    let shows_none = |position| !is_same(before, position);
    let seen = match reads.reconciling() {
        Some(View::Failed) => "its read failed, which looks like nothing held".to_owned(),
        Some(View::Orders) => "its orders show nothing filled".to_owned(),
        Some(View::Positions { .. }) if is_shown(state, reads, record, before, shows_none) => {
            let age = age(reads, before, shows_none);
            format!("the exchange shows {}{age}", none_of(state, before))
        }
        Some(View::Positions { .. }) | None => {
            return words::belief(BeliefCause::Reconciled, Some(before), now);
        }
    };
    let and_settles = if settles { ", settles the record" } else { "" };
    format!("reconciles: {seen}{and_settles}")
}

/// A record that keeps some contracts.
fn corrected(
    state: &State,
    reads: &Reads,
    record: RecordId,
    before: &Holding,
    now: &Holding,
) -> String {
    let shows_stake = |position| position == now.stake;
    match reads.reconciling() {
        Some(View::Orders) => format!("reconciles: its orders show {}", now.stake),
        Some(View::Positions { .. }) if !is_shown(state, reads, record, now, shows_stake) => {
            format!("reconciles: leaves {} of {} to the record", now.stake, before.stake)
        }
        _ => {
            let age = age(reads, now, shows_stake);
            words::belief(BeliefCause::Reconciled, Some(before), now) + &age
        }
    }
}

/// Whether a view showed what a record was set to. Of several records in a market each may have
/// been given a share; then it is only known when it was true as the exchange got the read.
fn is_shown(
    state: &State,
    reads: &Reads,
    record: RecordId,
    holding: &Holding,
    shows: impl Fn(Position) -> bool,
) -> bool {
    let others = state.unsettled.iter().filter(|other| **other != record);
    let is_alone =
        others.map(|other| &state.records[other]).all(|other| other.market != holding.market);
    is_alone || least_age(reads, holding, shows).is_some_and(SimDuration::is_zero)
}

/// How old a view was at least, when it was older than it should be: what it showed was not true
/// any more when the exchange got the read.
fn age(reads: &Reads, holding: &Holding, shows: impl Fn(Position) -> bool) -> String {
    let age = least_age(reads, holding, shows).filter(|age| !age.is_zero());
    age.map_or_else(String::new, |age| format!(", a view at least {age} s old"))
}

fn least_age(
    reads: &Reads,
    holding: &Holding,
    shows: impl Fn(Position) -> bool,
) -> Option<SimDuration> {
    let Some(View::Positions { arrived: Some(arrived) }) = reads.reconciling() else {
        return None;
    };
    reads.least_age(arrived, holding.market, shows)
}

/// Whether a position holds the outcome that a record believes to hold.
fn is_same(holding: &Holding, position: Position) -> bool {
    if holding.stake.short().is_zero() {
        !position.long().is_zero()
    } else {
        !position.short().is_zero()
    }
}

/// `nothing held`, or none of the outcome of a record when the other one is held.
fn none_of(state: &State, holding: &Holding) -> &'static str {
    let position = state.position(holding.market);
    if position.is_flat() || is_same(holding, position) {
        "nothing held"
    } else if holding.stake.short().is_zero() {
        "no YES held"
    } else {
        "no NO held"
    }
}
