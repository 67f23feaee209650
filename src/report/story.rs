//! The story of one run: what happened, what the bot believed, what was true.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::experiment::{Cell, Identity, MeasuredRun};
use crate::measure::story::{Detail, Place, Row, story};
use crate::measure::{Moment, timeline};
use crate::report::chart::chart;
use crate::report::number::aligned;
use crate::report::text::{TextColumn, Width, table, wrapped};
use crate::units::{MarketId, Position, SimTime};

/// Where lines of the story are broken \[character\], or earlier so that the numbers fit beside them.
const LINE: usize = 70;

/// Decimals of times: milliseconds.
const TIME_PLACES: u32 = 3;

/// One run as a timeline for people. `shows` is what there is to see, in words; empty says nothing.
#[must_use]
pub fn story_text(
    scenario: &Identity,
    cell: &Cell,
    output: &MeasuredRun,
    shows: &str,
    detail: Detail,
    width: Width,
) -> String {
    let about = format!(
        "Engine {}, seed {}; scenario {}, run {}. Belief is what the bot takes itself to hold, \
         truth what the exchange holds for it, gap the difference [contracts].",
        cell.engine,
        cell.seed,
        scenario.digest.short(),
        output.digest.short(),
    );
    let rows = story(output.log.entries(), detail);
    let title = &scenario.title;
    let shows =
        if shows.is_empty() { String::new() } else { format!("{}\n", width.paragraph(shows)) };
    format!(
        "{title}\n\n{}\n{shows}{}{}",
        width.paragraph(&about),
        charts(scenario, &timeline(output.log.entries()), &rows, width),
        table_of(scenario, &rows, width)
    )
}

/// A chart for each market in which something was held or believed.
fn charts(scenario: &Identity, moments: &[Moment], rows: &[Row], width: Width) -> String {
    let ends = rows.last().map(|row| row.time).into_iter();
    let end = ends.chain(moments.last().map(|moment| moment.time)).max().unwrap_or_default();
    let mut markets: BTreeMap<MarketId, Vec<Moment>> = BTreeMap::new();
    for moment in moments {
        markets.entry(moment.market).or_default().push(*moment);
    }
    let named: BTreeSet<MarketId> =
        rows.iter().filter_map(|row| Some(row.place.as_ref()?.market)).collect();
    let drawn = markets.iter().filter_map(|(market, moments)| {
        let several = named.len() > 1;
        let head = if several { format!("{}\n", scenario.market(*market)) } else { String::new() };
        chart(moments, end, width).map(|chart| format!("{head}{chart}\n"))
    });
    drawn.collect()
}

/// What happened, with the belief and the truth of each instant.
fn table_of(scenario: &Identity, rows: &[Row], width: Width) -> String {
    let seconds = |row: &Row| Some(row.time.since(SimTime::START).to_decimal_s());
    let times: Vec<Option<Decimal>> = rows.iter().map(seconds).collect();
    let mut columns = vec![TextColumn::numbers("time", "s", aligned(&times, TIME_PLACES))];
    let markets: BTreeSet<_> = rows.iter().filter_map(|row| Some(row.place?.market)).collect();
    let place = |text: &dyn Fn(&Place) -> String| {
        rows.iter().map(|row| row.place.as_ref().map(text).unwrap_or_default()).collect()
    };
    if markets.len() > 1 {
        let tickers = place(&|place| scenario.market(place.market));
        columns.push(TextColumn::words("market", tickers));
    }
    columns.push(TextColumn::numbers("belief", "", place(&|place| place.belief.to_string())));
    columns.push(TextColumn::numbers("truth", "", place(&|place| place.truth.to_string())));
    columns.push(TextColumn::numbers("gap", "", place(&|place| signed(place.gap()))));
    let line = LINE.min(width.left_beside(&columns));
    let lines = |row: &Row| {
        let lines = row.lines.iter().map(|text| wrapped(text, line, "  "));
        lines.collect::<Vec<_>>().join("\n")
    };
    columns.push(TextColumn::words("what happened", rows.iter().map(lines).collect()));
    table(&columns)
}

/// A gap with its sign, so that more believed than held stands out: `+50`, `-50`, `0`.
fn signed(gap: Position) -> String {
    if gap > Position::FLAT { format!("+{gap}") } else { gap.to_string() }
}
