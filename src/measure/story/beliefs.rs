//! What the bot comes to believe.

use crate::measure::state::State;
use crate::measure::story::{Line, words};
use crate::protocol::record::{Belief, Holding, Standing};

/// A change of a record, or a booking, before the state takes it in.
pub(super) fn tell(state: &State, belief: &Belief) -> Option<Line> {
    match belief {
        Belief::Holding { record, holding, cause } => {
            let before = state.records.get(record);
            if is_nothing_new(before, holding) {
                return None;
            }
            let said = words::belief(*cause, before, holding);
            let others = state.records.keys().any(|other| other != record);
            let which = if others { format!(" ({record})") } else { String::new() };
            Some((Some(holding.market), format!("{said}{which}")))
        }
        Belief::Booked { record, amount } => {
            let market = state.records.get(record).map(|holding| holding.market);
            Some((market, format!("books {}", words::result(*amount))))
        }
    }
}

/// Whether a record says nothing that a line should tell. That it is closing goes without saying
/// beside the exit that is sent.
fn is_nothing_new(before: Option<&Holding>, now: &Holding) -> bool {
    let Some(before) = before else { return now.stake.is_flat() };
    let closes = now.standing == Standing::Closing;
    before.stake == now.stake
        && before.stop == now.stop
        && (before.standing == now.standing || closes)
}
