//! What each column means, in a line.

use crate::measure::COLUMNS;
use crate::report::text::{TextColumn, Width, table, wrapped};

/// Columns with their meanings.
pub(super) type Meanings = [(&'static str, &'static str)];

/// Where to read more.
pub(super) const DEFINED: &str = "What each column is exactly, with unit and sign: scenarios/README.md, \"What the measures mean\".";

/// The measures' meanings, by column.
static MEANINGS: [(&str, &str); 43] = [
    ("entry_orders_placed", "entry orders sent"),
    ("entry_orders_full_filled", "entries the bot knows to be filled in full"),
    ("entry_orders_partial_filled", "entries the bot knows to be filled in part"),
    ("entry_orders_failed", "entries refused, lost, or known to have filled nothing"),
    ("gap_windows", "times that belief and truth parted"),
    ("gap_seconds", "time that they were apart, summed over markets"),
    ("gap_seconds_longest", "the longest time that they were apart"),
    ("gap_contracts_peak", "the most contracts that they were apart"),
    ("gap_contract_seconds", "contracts apart times seconds apart"),
    ("gap_contract_seconds_over", "the part of it with more believed than held"),
    ("gap_contract_seconds_under", "the part of it with more held than believed"),
    (
        "gap_dollar_seconds",
        "contracts apart times seconds apart times the price of the latest entry order",
    ),
    (
        "exposure_error_dollars_peak",
        "the most by which the bot's exposure, the cost of what it holds, was wrong",
    ),
    ("exposure_error_dollars_mean", "by how much it was wrong, mean over the run's time"),
    ("limit_false_accepts", "entries accepted that the true exposure forbade"),
    ("limit_false_rejects", "entries refused that the true exposure allowed"),
    ("limit_breach_seconds", "time with the true exposure above a limit of the bot"),
    ("stop_triggers", "times that a stop of the bot triggered"),
    ("stop_delay_seconds_mean", "from the price at the stop to the exit's sending, mean"),
    ("stop_delay_seconds_longest", "the longest time from the price at the stop to the exit"),
    ("stop_oversold_contracts", "sold by stops beyond what was held"),
    ("stop_undersold_contracts", "still held when the bot took its stops to be done"),
    ("stops_missed", "stops that were due and never triggered"),
    ("stops_phantom", "stops that triggered with nothing held"),
    ("stops_doubled", "stops that triggered while an earlier exit still worked"),
    (
        "stop_cost_dollars",
        "what selling all at the stop, without delay, would have brought more, before fees",
    ),
    ("position_flips", "times that the true position changed its sign"),
    ("unprotected_contract_seconds", "held contracts without a believed stop times seconds"),
    (
        "pnl_true_dollars",
        "cash gained after fees, plus what is held at the price that others bid for it",
    ),
    (
        "pnl_believed_dollars",
        "the same by the bot's books: at prices that it saw, with fees that it expects",
    ),
    ("pnl_error_dollars_peak", "the most that the two differed"),
    ("fees_dollars", "fees paid"),
    ("entry_blocked_seconds", "time waiting for an entry while nothing else ran"),
    ("stop_check_gap_seconds_longest", "the longest time without a look at the stops"),
    ("final_position_true_contracts", "held at the end"),
    ("final_position_believed_contracts", "believed held at the end"),
    ("replay_clipped_contracts", "recorded contracts that the replay could not remove"),
    ("lock_wait_seconds", "time that tasks waited for a lock that another held"),
    ("lock_wait_seconds_longest", "the longest wait for a lock"),
    ("link_faults", "messages that met a fault of the link"),
    ("feed_delay_seconds_longest", "the longest time from a fill to the feed's word of it"),
    ("gap_contract_seconds_beyond_feed", "gap area that no fill on its way explains"),
    ("unprotected_contract_seconds_beyond_feed", "unprotected, less what the feed has yet to tell"),
];

/// The meanings of a window's columns.
pub(super) static WINDOW_MEANINGS: [(&str, &str); 10] = [
    ("market", "where"),
    ("opened_at_s", "its first instant"),
    ("closed_at_s", "when belief was truth again, or the run's end"),
    ("opened_by", "what parted them: a fill or a settlement, or what the bot came to believe"),
    ("closed_by", "what brought them together; - if nothing did before the run's end"),
    ("length_s", "from its first instant until it was closed"),
    ("peak_contracts", "the most contracts that they were apart"),
    ("over_contract_seconds", "contracts believed beyond those held, times seconds"),
    ("under_contract_seconds", "contracts held beyond those believed, times seconds"),
    ("dollar_seconds", "contracts apart times seconds times the price of the latest entry order"),
];

/// The meanings of a stop's columns.
pub(super) static STOP_MEANINGS: [(&str, &str); 18] = [
    ("market", "where"),
    ("level_dollars", "the price at or below which all that it guards is to be sold"),
    ("began_at_s", "when the ideal stop was due or the bot's triggered, whichever came first"),
    ("ideal_at_s", "when the ideal stop sells; - if none was due"),
    ("ideal_contracts", "what the ideal stop sells"),
    ("ideal_proceeds_dollars", "what it gets for them, before fees"),
    ("triggered_at_s", "when the bot's stop first triggered; - if it never did"),
    ("sent_at_s", "when the bot first sent an exit for it; - if it never did"),
    ("delay_s", "from the ideal stop to that exit; 0 if it was sent before"),
    (
        "missed",
        "1 if the bot's stop had not triggered before all was sold or the run over; otherwise 0",
    ),
    ("triggers", "times that the bot's stop triggered"),
    ("triggers_phantom", "those with nothing held"),
    ("triggers_doubled", "those while an earlier exit of the same record still worked"),
    ("sold_contracts", "of what the ideal stop sells: what was really sold, by any exit"),
    ("sold_proceeds_dollars", "what they brought, before fees"),
    ("oversold_contracts", "sold by exits of stops beyond what was held"),
    (
        "undersold_contracts",
        "still held when the bot took its stops to be done, or at the run's end",
    ),
    ("cost_dollars", "what the ideal stop would have brought more, before fees; below zero: less"),
];

/// The meanings of a fault's columns.
pub(super) static FAULT_MEANINGS: [(&str, &str); 5] = [
    ("channel", "whose messages"),
    ("leg", "request: to the exchange; reply: its answers; delivery: what a feed brings"),
    ("fault", "what happened to them"),
    ("status", "the HTTP status that answered; - if none did"),
    ("messages", "how many"),
];

/// Columns with their meanings as a table, each line ending in a newline.
pub(super) fn legend(meanings: impl Iterator<Item = (String, String)>, width: Width) -> String {
    let (heads, meanings): (Vec<String>, Vec<String>) = meanings.unzip();
    let heads = TextColumn::words("column", heads);
    let line = width.left_beside(std::slice::from_ref(&heads));
    let lines = meanings.iter().map(|meaning| wrapped(meaning, line, ""));
    let meanings = TextColumn::words("meaning", lines.collect());
    table(&[heads, meanings])
}

/// The index of a measure among [`COLUMNS`].
pub(super) fn index_of(name: &str) -> usize {
    let found = COLUMNS.iter().position(|column| column.name == name);
    found.expect("Invariant: headings name columns of the measures")
}

/// The meaning of a measure.
pub(super) fn meaning(name: &str) -> &'static str {
    let found = MEANINGS.iter().find(|(column, _)| *column == name);
    found.map(|(_, meaning)| *meaning).expect("Invariant: every measure has a meaning")
}

/// The unit of a column, which its name ends in: short, for headings. Empty for counts.
pub(super) fn unit(name: &str) -> &'static str {
    let has = |part: &str| name.contains(part);
    match name {
        _ if has("contract_seconds") => "contract-s",
        _ if has("dollar_seconds") => "$-s",
        _ if has("contracts") => "contracts",
        _ if has("dollars") => "$",
        _ if has("seconds") || name.ends_with("_s") => "s",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::measure::{Column, FAULT_COLUMNS, STOP_COLUMNS, WINDOW_COLUMNS};

    use super::*;

    fn names<Row>(columns: &[Column<Row>]) -> Vec<&'static str> {
        columns.iter().map(|column| column.name).collect()
    }

    #[test]
    fn every_column_has_one_meaning_and_no_other_name_has() {
        let tables: [(&Meanings, _); 4] = [
            (&MEANINGS, names(COLUMNS)),
            (&WINDOW_MEANINGS, names(WINDOW_COLUMNS)),
            (&STOP_MEANINGS, names(STOP_COLUMNS)),
            (&FAULT_MEANINGS, names(FAULT_COLUMNS)),
        ];
        for (meanings, columns) in tables {
            let named: Vec<&str> = meanings.iter().map(|(name, _)| *name).collect();
            assert_eq!(named, columns);
        }
    }

    #[test]
    fn units_are_read_off_the_names() {
        let cases = [
            ("gap_windows", ""),
            ("gap_seconds_longest", "s"),
            ("gap_contracts_peak", "contracts"),
            ("gap_contract_seconds_over", "contract-s"),
            ("gap_dollar_seconds", "$-s"),
            ("stop_cost_dollars", "$"),
            ("stops_missed", ""),
            ("delay_s", "s"),
        ];
        for (name, expected) in cases {
            assert_eq!(unit(name), expected, "{name}");
        }
    }
}
