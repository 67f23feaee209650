//! A log told as a timeline: what happened in plain words, what was believed, what was true.

mod beliefs;
mod brief;
mod decisions;
mod full;
mod levels;
mod looks;
mod orders;
mod reads;
mod repeats;
mod requests;
mod venue;
mod waits;
mod words;

use crate::kernel::Stamped;
use crate::measure::state::State;
use crate::measure::story::brief::Brief;
use crate::measure::within_run;
use crate::protocol::record::Record;
use crate::units::{MarketId, Position, SimTime};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What matters: the records of one instant merged, what repeats with nothing between told
    /// once, noise of feeds and looks without consequence left out.
    Brief,
    /// Every record.
    Full,
}

/// What happened at one instant, in one market or to the bot as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The instant.
    pub time: SimTime,
    /// The market, as it stood at the instant's end; absent for what concerns no single market.
    pub place: Option<Place>,
    /// What happened, in the order in which it did; at least one line.
    pub lines: Vec<String>,
}

/// A market at the end of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub market: MarketId,
    /// B, what the bot believes to hold there \[contract\].
    pub belief: Position,
    /// T, what the account holds there \[contract\].
    pub truth: Position,
}

impl Place {
    /// g = B - T \[contract\].
    #[must_use]
    pub fn gap(&self) -> Position {
        self.belief - self.truth
    }
}

/// Tells a log. Rows are in the order of time; at one instant the bot as a whole comes first, then
/// the markets by number.
#[must_use]
pub fn story(entries: &[Stamped<Record>], detail: Detail) -> Vec<Row> {
    let (mut state, mut brief) = (State::default(), Brief::default());
    let mut rows = Vec::new();
    for instant in within_run(entries).chunk_by(|one, next| one.time == next.time) {
        let mut told: Vec<Told> = Vec::new();
        for Stamped { time, record } in instant {
            match detail {
                Detail::Brief => told.extend(brief.tell(&state, *time, record)),
                Detail::Full => told.push(full::tell(&state, record)),
            }
            state.apply(record);
            brief.note(&state, *time, record);
        }
        if detail == Detail::Brief {
            told.extend(brief.settle(&state, instant[0].time));
            told.sort_by_key(|told| told.rank);
        }
        merge(&state, instant[0].time, told, &mut rows);
    }
    match detail {
        Detail::Brief => repeats::merge(&rows),
        Detail::Full => rows,
    }
}

/// What there is to tell of one market, or of the bot as a whole.
type Line = (Option<MarketId>, String);

/// One line in the making.
#[derive(Debug)]
struct Told {
    /// Its place among the lines of the instant.
    rank: usize,
    market: Option<MarketId>,
    line: String,
}

/// Makes the rows of one instant.
fn merge(state: &State, time: SimTime, mut told: Vec<Told>, rows: &mut Vec<Row>) {
    told.sort_by_key(|told| told.market);
    for of_one in told.chunk_by(|one, next| one.market == next.market) {
        let place = of_one[0].market.map(|market| {
            let (belief, truth) = (state.belief(market), state.position(market));
            Place { market, belief, truth }
        });
        let lines = of_one.iter().map(|told| told.line.clone()).collect();
        rows.push(Row { time, place, lines });
    }
}
