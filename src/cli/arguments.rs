//! What can be written after `fillgap`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// How the examples call the program; a program of another name shows its own.
pub(super) const PROGRAM: &str = "fillgap";

const EXAMPLES: &str = "\
Examples:
  fillgap check scenarios/*.toml
  fillgap compare scenarios/entry-partial-fill.toml
  fillgap compare scenarios/entry-partial-fill.toml --seeds 100 --set link.profile=cloud
  fillgap explain scenarios/entry-partial-fill.toml --engines immediate
  fillgap verify scenarios/failure-modes/*.toml

Exit status: 0 done, 1 a run or a write failed, an invariant broke or an expectation does not hold,
2 bad usage or input, told before anything runs.
Data goes to standard output, everything else to standard error. Text is 120 characters wide, and on a
narrower terminal as wide as that, down to 80. What each measure means is told in scenarios/README.md.";

const COMPARE_EXAMPLES: &str = "\
Examples:
  fillgap compare scenarios/entry-partial-fill.toml
  fillgap compare scenarios/no-fill.toml --set 'link.every_leg={kind=\"constant\", latency_ms=250}'
  fillgap compare scenarios/stop-inside-the-window.toml --format json > rows.json
  fillgap compare scenarios/recorded-btc15m.toml --seeds 10 --engines immediate,oracle
  fillgap compare scenarios/recorded-btc15m.toml --seeds 5 --out results";

const RUN_EXAMPLES: &str = "\
Examples:
  fillgap run scenarios/entry-partial-fill.toml
  fillgap run scenarios/entry-partial-fill.toml --engines wait_for_fill --seed 7
  fillgap run scenarios/recorded-btc15m.toml --engines immediate,oracle --seeds 3 --out results";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  fillgap explain scenarios/stop-inside-the-window.toml
  fillgap explain scenarios/stop-inside-the-window.toml --full > story.txt
  fillgap explain scenarios/no-fill.toml --engines track_by_order
  fillgap explain scenarios/no-fill.toml --set engine.wait_for_fill.entry.timeout_s=10";

const CHECK_EXAMPLES: &str = "\
Examples:
  fillgap check scenarios/entry-partial-fill.toml
  fillgap check scenarios/*.toml --set link.profile=home";

const VERIFY_EXAMPLES: &str = "\
Examples:
  fillgap verify scenarios/market-settles.toml
  fillgap verify scenarios/failure-modes/*.toml

A scenario says what it expects in sections `[[expect]]`: the belief and the truth of an engine at
every instant at which one of them changes, and exact values of measures. A scenario without any is
refused. Exit status 1 when one differs.";

/// What `--seed` takes.
fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("allowed is a whole number from 0 to {}", u64::MAX))
}

/// What `--seeds` takes.
fn seed_count(text: &str) -> Result<u32, String> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| format!("allowed is a whole number from 1 to {}", u32::MAX))
}

/// Shows what happens to a trading bot between the moment it sends an order and the moment it
/// knows what filled.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, arg_required_else_help = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run several engines against the same market and show them side by side
    ///
    /// An engine with the name `oracle` is the floor: it is told every fill at once, so no engine can
    /// have less gap between belief and truth. In everything else an engine can do better than it.
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Compare),
    /// Show every measure of a run, its windows and its stops
    #[command(after_help = RUN_EXAMPLES)]
    Run(Run),
    /// Tell the story of one run: what happened, what the bot believed, what was true
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Validate scenario files without running them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Run scenarios and hold them against what they say that is expected
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) cells: Cells,
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) cells: Cells,
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    pub(super) source: Source,
    /// The seed [default: the scenario's]
    #[arg(long, value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// The one engine to follow [default: the scenario's first]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) engines: Vec<String>,
    /// Tell every entry of the event log, not only what matters
    #[arg(long)]
    pub(super) full: bool,
    /// Also write the story, the log and the resolved scenario into this directory, made if need be
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    pub(super) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) changes: Changes,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    pub(super) scenarios: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Source {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    pub(super) scenario: PathBuf,
    #[command(flatten)]
    pub(super) changes: Changes,
}

#[derive(Debug, Args)]
pub(super) struct Changes {
    /// Change a key of the scenario; may be repeated, but not for one key
    ///
    /// The key is a dotted path; entries of lists are named by their index, engines also by their
    /// name: `flow.order.0.price_dollars=0.6`, `engine.immediate.entry.kind=oracle`. The value
    /// is TOML. What is no TOML is a text if it is a bare word, such as a name or a path: letters,
    /// digits and `_-+./\:~@%`. Other texts go in quotes: `'title="Two words"'`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) sets: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Cells {
    /// How many seeds to run, counting up from the first
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed_count, allow_negative_numbers = true)]
    pub(super) seeds: u32,
    /// The first seed [default: the scenario's]
    #[arg(long, value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// The engines, by name, separated by commas
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(super) engines: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Target {
    /// The form of the data on standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Also write the results in every form, and the resolved scenario, into this directory, made if
    /// need be
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

/// The form of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people, 120 characters wide, or as wide as a terminal from 80 on
    Table,
    /// One object with all rows, exact decimals
    Json,
    /// One line per row, exact decimals
    Csv,
    /// Columns in binary, exact decimals
    Parquet,
}
