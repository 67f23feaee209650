//! `[[expect]]`: what runs come to.

use rust_decimal::Decimal;

use crate::measure::{COLUMNS, Moment};
use crate::scenario::decode::Known;
use crate::scenario::error::{Fault, Problems, Read};
use crate::scenario::plan::Expectation;
use crate::scenario::reader::{ENGINE_NAME, Exact, OrNone, Section, Text, instant, position};
use crate::units::SimTime;

/// Reads what is expected of engines; `engines` are the names that there are, absent when they
/// could not be read.
pub(super) fn expectations(
    root: &mut Section<'_>,
    known: &Known,
    engines: Option<&[&str]>,
) -> Read<Vec<Expectation>> {
    let mut expected: Vec<String> = Vec::new();
    root.sections("expect", |section| {
        let about = "the engine that is spoken of";
        let engine = section.required("engine", about, &ENGINE_NAME);
        let text = Text { what: "a text", shortest: 0, longest: 2_000 };
        let about = "what there is to see, in a sentence or two";
        let shows = section.or("shows", about, &text, String::new());
        let has_timeline = section.has("timeline");
        let timeline = section.sections("timeline", |section| moment(section, known));
        let about = "exact values of columns of the results, by their names; `none` for no value";
        let measures = section.section_like("measures", about, "a row of results", measures);
        let engine = engine?;
        let engines = engines.ok_or_else(Problems::without_report)?;
        if !engines.contains(&engine.as_str()) {
            return section.refuse("engine", Fault::not_among(&engine, engines));
        }
        section.check(!expected.contains(&engine), "engine", || {
            "is an engine of which nothing is expected elsewhere".to_owned()
        })?;
        expected.push(engine.clone());
        let timeline = timeline?;
        Ok(Expectation {
            engine,
            shows: shows?,
            timeline: has_timeline.then_some(timeline),
            measures: measures?.unwrap_or_default(),
        })
    })
}

fn moment(section: &mut Section<'_>, known: &Known) -> Read<Moment> {
    let times = instant(SimTime::START, known.latest());
    let about = "an instant at whose end belief or truth had changed";
    let time = section.required("at_s", about, &times);
    let market = known.market(section);
    let about = "what the bot believes to hold, NO contracts below zero";
    let belief = section.required("believed_contracts", about, &position());
    let about = "what the account holds, NO contracts below zero";
    let truth = section.required("true_contracts", about, &position());
    Ok(Moment { time: time?, market: market?, belief: belief?, truth: truth? })
}

fn measures(section: &mut Section<'_>) -> Read<Vec<(&'static str, Option<Decimal>)>> {
    let mut given = Vec::new();
    for column in COLUMNS {
        let value = section.optional(column.name, "its exact value", &OrNone(Exact));
        given.push(value.map(|value| value.map(|value| (column.name, value))));
    }
    let given: Read<Vec<_>> = given.into_iter().collect();
    Ok(given?.into_iter().flatten().collect())
}
