//! The story of one run: what happened, what the bot believed, what was true.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::experiment::{Cell, Identity, MeasuredRun};
use crate::measure::story::{Detail, Place, Row, story};
use crate::report::chart::{Point, chart};
use crate::report::number::aligned;
use crate::report::text::{TextColumn, left_beside, paragraph, table, wrapped};
use crate::units::{MarketId, Position, SimTime};

/// Where lines of the story are broken \[character\], or earlier so that the numbers fit beside them.
const LINE: usize = 70;

/// Where they are broken at the earliest \[character\], however long the tickers are.
const SHORTEST_LINE: usize = 40;

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
    let shows = if shows.is_empty() { String::new() } else { format!("{}\n", paragraph(shows)) };
    format!(
        "{title}\n\n{}\n{shows}{}{}",
        paragraph(&about),
        charts(scenario, &rows),
        timeline(scenario, &rows)
    )
}

/// A chart for each market in which something was held or believed.
fn charts(scenario: &Identity, rows: &[Row]) -> String {
    let end = rows.last().map_or(SimTime::START, |row| row.time);
    let mut points: BTreeMap<MarketId, Vec<Point>> = BTreeMap::new();
    for row in rows {
        if let Some(Place { market, belief, truth }) = row.place {
            points.entry(market).or_default().push(Point { time: row.time, belief, truth });
        }
    }
    let several = points.len() > 1;
    let drawn = points.iter().filter_map(|(market, points)| {
        let head = if several { format!("{}\n", scenario.market(*market)) } else { String::new() };
        chart(points, end).map(|chart| format!("{head}{chart}\n"))
    });
    drawn.collect()
}

fn timeline(scenario: &Identity, rows: &[Row]) -> String {
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
    let line = LINE.min(left_beside(&columns)).max(SHORTEST_LINE);
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
