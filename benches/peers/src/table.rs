//! What is printed.

use std::fmt::Write;

use crate::engine::{Run, Tally};
use crate::workload::OPERATIONS;
use crate::{CONTENDERS, Flow};

/// Which of an engine's runs over a flow stands for all.
#[derive(Clone, Copy)]
pub(crate) enum Pick {
    /// The middle one.
    Median,
    /// The one that the rest of the machine disturbed least.
    Fastest,
}

/// Time per operation, and how many times fillgap's it is.
pub(crate) fn of_times(flows: &[Flow], pick: Pick) -> String {
    let title = match pick {
        Pick::Median => "ns, median run",
        Pick::Fastest => "ns, fastest run",
    };
    let mut text = format!("\n{title:<20}");
    for flow in flows {
        write!(text, "{:>10}{:>8}", flow.shape.name, "ratio").expect("a string can be written");
    }
    text.push_str("  remark\n");
    for (row, contender) in CONTENDERS.iter().enumerate() {
        write!(text, "{:<20}", contender.name).expect("a string can be written");
        for flow in flows {
            let (own, first) = (pick.of(&flow.runs[row]), pick.of(&flow.runs[0]));
            let each_ns = own / f64::from(OPERATIONS);
            let ratio = own / first;
            write!(text, "{each_ns:>10.1}{ratio:>8.2}").expect("a string can be written");
        }
        writeln!(text, "  {}", contender.remark).expect("a string can be written");
    }
    text
}

/// What each engine traded, beside what the flow's definition says.
pub(crate) fn of_totals(flows: &[Flow]) -> String {
    let mut text = String::new();
    for flow in flows {
        let totals = flow.shape.check.totals;
        let expected =
            Tally { trades: totals.trades, quantity: totals.quantity, notional: totals.notional };
        writeln!(
            text,
            "\n{:<20}{:>14}{:>14}{:>16}",
            flow.shape.name, "trades", "quantity", "notional"
        )
        .expect("a string can be written");
        let mut line = |name: &str, tally: Tally| {
            let Tally { trades, quantity, notional } = tally;
            let verdict = if tally == expected { "" } else { "  not as defined" };
            writeln!(text, "{name:<20}{trades:>14}{quantity:>14}{notional:>16}{verdict}")
        };
        line("as defined", expected).expect("a string can be written");
        for (contender, runs) in CONTENDERS.iter().zip(&flow.runs) {
            line(contender.name, runs[0].tally).expect("a string can be written");
        }
    }
    text
}

impl Pick {
    /// The time of the run \[ns\].
    #[expect(clippy::cast_precision_loss, reason = "a run takes less than 2^52 ns")]
    fn of(self, runs: &[Run]) -> f64 {
        let mut spent_ns: Vec<u64> = runs.iter().map(|run| run.spent_ns).collect();
        spent_ns.sort_unstable();
        let middle = spent_ns.len() / 2;
        match self {
            Self::Fastest => spent_ns[0] as f64,
            Self::Median if spent_ns.len() % 2 == 1 => spent_ns[middle] as f64,
            Self::Median => f64::midpoint(spent_ns[middle - 1] as f64, spent_ns[middle] as f64),
        }
    }
}
