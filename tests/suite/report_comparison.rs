//! The comparison's table, as people see it.

use fillgap::measure::Measures;
use fillgap::report::{Width, comparison_table};
use fillgap::units::{Position, SimDuration};

use crate::hand_made::{comparison, contracts, decimal, dollars, quiet, row};

#[test]
fn one_seed_reads_like_this() {
    let immediate = Measures {
        gap_contract_seconds: decimal("1525.25"),
        gap_contracts_peak: contracts("100"),
        gap_windows: 2,
        gap_seconds: SimDuration::from_ms(30_050),
        exposure_error_dollars_peak: dollars("65"),
        stop_oversold_contracts: contracts("50"),
        stop_delay_seconds_longest: Some(SimDuration::from_ms(2_050)),
        stop_cost_dollars: dollars("3.5"),
        pnl_true_dollars: dollars("-12.105"),
        pnl_believed_dollars: dollars("-7"),
        final_position_true_contracts: Position::new(-5_000),
        ..quiet()
    };
    let wait = Measures {
        gap_contract_seconds: decimal("25"),
        gap_contracts_peak: contracts("50"),
        gap_windows: 1,
        gap_seconds: SimDuration::from_ms(500),
        exposure_error_dollars_peak: dollars("32.50"),
        pnl_true_dollars: dollars("-6"),
        pnl_believed_dollars: dollars("-6"),
        entry_blocked_seconds: SimDuration::from_s(30),
        unprotected_contract_seconds: decimal("12.5"),
        ..quiet()
    };
    let oracle = Measures {
        pnl_true_dollars: dollars("-5"),
        pnl_believed_dollars: dollars("-5"),
        ..quiet()
    };
    let text = comparison_table(
        &comparison(vec![
            row(7, "immediate", immediate),
            row(7, "wait_for_fill", wait),
            row(7, "oracle", oracle),
        ]),
        Width::PAGE,
    );
    assert_eq!(text, ONE_SEED);
}

/// Rounded half away from zero: P&L -12.105 is shown as -12.11, its excess over the floor's -5,
/// -7.105, as -7.11.
const ONE_SEED: &str = "\
Entry partial fill

3 engines, seed 7; scenario ad5e2d81d028, results 93b52af3b25f. How far what the bot believes was from what the exchange
holds, and what that cost. The floor is told every fill at once, so what it believes to hold is always true: no engine
can have less gap. In every other column an engine may do better, as the floor's loop, orders and books are those of a
bot.

engine            gap area   peak gap  windows  exposure error   oversold  stop delay  P&L true  blocked            end
                contract-s  contracts                   $ peak  contracts   s longest         $        s  true/believed
-----------------------------------------------------------------------------------------------------------------------
immediate          1525.25        100        2           65.00         50       2.050    -12.11        0        -50 / 0
wait_for_fill        25.00         50        1           32.50          0           -     -6.00       30          0 / 0
oracle (floor)           0          0        0               0          0           -     -5.00        0          0 / 0

engine          gap time  unprotected  stop cost  P&L believed
                       s   contract-s          $             $
--------------------------------------------------------------
immediate         30.050            0       3.50            -7
wait_for_fill      0.500        12.50          0            -6
oracle (floor)         0            0          0            -5

Minus the floor on the same market: columns in which the floor is not zero. Below zero an engine has less than the
floor.

engine         P&L true  P&L believed
                      $             $
-------------------------------------
immediate         -7.11            -2
wait_for_fill     -1.00            -1

column          meaning
-------------------------------------------------------------------------------------------------
gap area        contracts apart times seconds apart
peak gap        the most contracts that they were apart
windows         times that belief and truth parted
exposure error  the most by which the bot's exposure, the cost of what it holds, was wrong
oversold        sold by stops beyond what was held
stop delay      the longest time from the price at the stop to the exit
P&L true        cash gained after fees, plus what is held at the price that others bid for it
blocked         time waiting for an entry while nothing else ran
end             contracts held / believed held when the run was over
gap time        time that they were apart, summed over markets
unprotected     held contracts without a believed stop times seconds
stop cost       what selling all at the stop, without delay, would have brought more, before fees
P&L believed    the same by the bot's books: at prices that it saw, with fees that it expects

Zero for every engine, so not shown: undersold, missed stops, phantom stops, doubled stops, false accepts, false
rejects, limit breach, clipped, feed delay.
A dash stands where there is no value.
Rounded for reading; the other formats have every digit. What each column is exactly, with unit and sign:
scenarios/README.md, \"What the measures mean\".
";

#[test]
fn several_seeds_read_like_this() {
    let made = |area: &str, pnl: &str, held: i64| Measures {
        gap_contract_seconds: decimal(area),
        pnl_true_dollars: dollars(pnl),
        final_position_true_contracts: Position::new(held),
        ..quiet()
    };
    let text = comparison_table(
        &comparison(vec![
            row(1, "immediate", made("10", "1", 100)),
            row(1, "wait", made("5", "2", 0)),
            row(1, "oracle", made("0", "3", 0)),
            row(2, "immediate", made("20", "-4", 0)),
            row(2, "wait", made("20", "-1", 0)),
            row(2, "oracle", made("0", "3", 0)),
            row(3, "immediate", made("40.5", "0", 100)),
            row(3, "wait", made("1", "-2", 0)),
            row(3, "oracle", made("0", "3", 0)),
        ]),
        Width::PAGE,
    );
    assert_eq!(text, SEVERAL_SEEDS);
}

/// Gap area: (10 + 20 + 40.5) / 3 = 23.5 and (5 + 20 + 1) / 3 = 8.67, less than the first engine's
/// in seeds 1 and 3, equal in seed 2. P&L: (1 - 4 + 0) / 3 = -1 and (2 - 1 - 2) / 3 = -0.33; the
/// floor's 3 taken away: -4 and -3.33.
const SEVERAL_SEEDS: &str = "\
Entry partial fill

3 engines, 3 seeds from 1 to 3; scenario ad5e2d81d028, results 3082dff853a9. How far what the bot believes was from what
the exchange holds, and what that cost. The floor is told every fill at once, so what it believes to hold is always
true: no engine can have less gap. In every other column an engine may do better, as the floor's loop, orders and books
are those of a bot.

engine                   gap area  smaller gap  P&L true  end wrong
                       contract-s     of seeds         $   of seeds
-------------------------------------------------------------------
immediate       mean        23.50            -     -1.00     2 of 3
                worst       40.50                  -4.00
wait            mean         8.67       2 of 3     -0.33     0 of 3
                worst       20.00                  -2.00
oracle (floor)  mean            0       3 of 3      3.00     0 of 3
                worst           0                   3.00

Minus the floor on the same market, mean over the seeds: columns in which the floor is not zero. Below zero an engine
has less than the floor.

engine     P&L true
                  $
-------------------
immediate     -4.00
wait          -3.33

column       meaning
------------------------------------------------------------------------------------------
gap area     contracts apart times seconds apart
smaller gap  seeds with less gap area than immediate has
P&L true     cash gained after fees, plus what is held at the price that others bid for it
end wrong    runs that ended with another belief than truth

Worst is the highest of the seeds, for P&L the lowest, in each column for itself.
Zero for every engine, so not shown: peak gap, windows, exposure error, oversold, stop delay, blocked, gap time,
unprotected, stop cost, undersold, missed stops, phantom stops, doubled stops, false accepts, false rejects, limit
breach, P&L believed, clipped, feed delay.
A dash stands where there is no value.
Rounded for reading; the other formats have every digit. What each column is exactly, with unit and sign:
scenarios/README.md, \"What the measures mean\".
";

#[test]
fn a_comparison_without_a_finished_run_says_so() {
    let text = comparison_table(&comparison(Vec::new()), Width::PAGE);
    assert!(text.starts_with("Entry partial fill\n\n0 engines, no seeds; scenario "), "{text}");
    assert!(text.ends_with("\n\nNo run finished.\n"), "{text}");
}

/// A mean of counts has a fraction, the worst of them has none: 6, 7 and 7 windows are 6.67 in the
/// mean; 0, 0 and 2 missed stops 0.67. Numbers that are no counts keep their fraction in both lines.
#[test]
fn the_worst_of_counts_is_a_count() {
    let made = |windows, missed, peak: &str| Measures {
        gap_windows: windows,
        stops_missed: missed,
        gap_contracts_peak: contracts(peak),
        ..quiet()
    };
    let rows = [made(6, 0, "1"), made(7, 0, "1"), made(7, 2, "2")];
    let rows = (1..).zip(rows).map(|(seed, measures)| row(seed, "a", measures));
    let text = comparison_table(&comparison(rows.collect()), Width::PAGE);
    let table: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("engine")).collect();
    let cells = |line: usize| table[line].split_whitespace().collect::<Vec<_>>();
    assert_eq!(cells(3), ["a", "mean", "1.33", "6.67", "0", "of", "3", "0.67"]);
    assert_eq!(cells(4), ["worst", "2.00", "7", "2"]);
}

/// Whatever the names and numbers, no line is wider than 120 characters, or than the terminal, and no
/// column is lost.
#[test]
fn wide_tables_go_on_below_and_keep_every_column() {
    let measures = Measures {
        gap_contract_seconds: decimal("123456789012.25"),
        gap_contracts_peak: contracts("1234567.89"),
        gap_windows: 1_000_000,
        exposure_error_dollars_peak: dollars("1234567.89"),
        stop_oversold_contracts: contracts("1234567.89"),
        pnl_true_dollars: dollars("-1234567.89"),
        limit_false_accepts: 3,
        stops_missed: 4,
        replay_clipped_contracts: contracts("0.01"),
        ..quiet()
    };
    let rows = vec![
        row(1, "immediate-but-with-a-name-that-says-everything", measures.clone()),
        row(1, "oracle", measures),
    ];
    let rows = comparison(rows);
    for (terminal, widest) in [(10, 80), (80, 80), (99, 99), (120, 120), (500, 120)] {
        let text = comparison_table(&rows, Width::of_terminal(terminal));
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= widest, "{longest} of {widest}\n{text}");
        for head in ["gap area", "false accepts", "missed stops", "clipped", "end", "P&L true"] {
            let heads = text.lines().filter(|line| line.starts_with("engine  "));
            assert_eq!(heads.filter(|line| line.contains(head)).count(), 1, "{head}\n{text}");
        }
    }
    assert_eq!(
        comparison_table(&rows, Width::of_terminal(500)),
        comparison_table(&rows, Width::PAGE)
    );
}

/// What is beyond the feed is all there is as long as the feed has no delay, and not told twice.
#[test]
fn what_is_beyond_the_feed_shows_beside_its_delay() {
    let measures = |delay_ms| Measures {
        gap_contract_seconds: decimal("25"),
        gap_contract_seconds_beyond_feed: decimal("5"),
        feed_delay_seconds_longest: Some(SimDuration::from_ms(delay_ms)),
        ..quiet()
    };
    let table = |delay_ms| {
        comparison_table(&comparison(vec![row(1, "a", measures(delay_ms))]), Width::PAGE)
    };
    let (without, with) = (table(0), table(250));
    assert!(!without.contains("beyond feed"), "{without}");
    assert!(without.contains("clipped, feed delay"), "{without}");
    for head in ["feed delay", "gap beyond feed"] {
        let heads = with.lines().filter(|line| line.starts_with("engine"));
        assert_eq!(heads.filter(|line| line.contains(head)).count(), 1, "{head}\n{with}");
    }
}
