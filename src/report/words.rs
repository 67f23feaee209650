//! What each measure means, in a line.

use crate::measure::COLUMNS;

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
    ("gap_dollar_seconds", "contracts apart times price times seconds apart"),
    ("exposure_error_dollars_peak", "the most by which the bot's exposure was wrong"),
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
    ("stop_cost_dollars", "what ideal stops would have brought more, before fees"),
    ("position_flips", "times that the true position changed its sign"),
    ("unprotected_contract_seconds", "held contracts without a believed stop times seconds"),
    ("pnl_true_dollars", "profit or loss at the exchange, after fees"),
    ("pnl_believed_dollars", "profit or loss in the bot's books"),
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
    use super::*;

    #[test]
    fn every_measure_has_one_meaning_and_no_other_name_has() {
        let columns: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        let meanings: Vec<&str> = MEANINGS.iter().map(|(name, _)| *name).collect();
        assert_eq!(meanings, columns);
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
