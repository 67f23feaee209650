//! `[bot.loop]`.

use crate::bot::{
    EventLoopSettings, LoopSettings, SingleLoopSettings, ThreadsSettings, TimeWindow,
};
use crate::scenario::decode::LONGEST;
use crate::scenario::decode::bot::period;
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, instant};
use crate::units::SimTime;

/// Reads how the parts of a bot take turns.
pub(super) fn loop_model(section: &mut Section<'_>, base: &LoopSettings) -> Read<LoopSettings> {
    let (mut single, mut threads) = (SingleLoopSettings::default(), ThreadsSettings::default());
    let mut event_driven = EventLoopSettings::default();
    let word = match base.clone() {
        LoopSettings::Single(settings) => {
            single = settings;
            "single"
        }
        LoopSettings::Threads(settings) => {
            threads = settings;
            "threads"
        }
        LoopSettings::EventDriven(settings) => {
            event_driven = settings;
            "event_driven"
        }
    };
    let about = "how the parts of a bot take turns";
    section.kind(
        about,
        Some(word),
        &[
            ("single", &|section| single_loop(section, &single)),
            ("threads", &|section| two_tasks(section, &threads)),
            ("event_driven", &|section| event_loop(section, event_driven)),
        ],
    )
}

fn single_loop(section: &mut Section<'_>, default: &SingleLoopSettings) -> Read<LoopSettings> {
    let about = "sleep after a pass while the position list has records";
    let key = "sleep_with_positions_s";
    let sleep_with_positions = section.or(key, about, &period(), default.sleep_with_positions);
    let about = "sleep after a pass while the position list is empty";
    let key = "sleep_when_empty_s";
    let sleep_when_empty = section.or(key, about, &period(), default.sleep_when_empty);
    let about = "sleep while there is no active match, after a pass that is left out";
    let key = "sleep_without_matches_s";
    let sleep_without_matches = section.or(key, about, &period(), default.sleep_without_matches);
    let about = "sleep after a pass that failed";
    let key = "sleep_after_failure_s";
    let sleep_after_failure = section.or(key, about, &period(), default.sleep_after_failure);
    let without_matches = without_matches(section);
    Ok(LoopSettings::Single(SingleLoopSettings {
        sleep_with_positions: sleep_with_positions?,
        sleep_when_empty: sleep_when_empty?,
        sleep_without_matches: sleep_without_matches?,
        sleep_after_failure: sleep_after_failure?,
        without_matches: without_matches?,
    }))
}

fn two_tasks(section: &mut Section<'_>, default: &ThreadsSettings) -> Read<LoopSettings> {
    let about = "from one pass of entries and reconciling to the next";
    let strategy_every = section.or("strategy_every_s", about, &period(), default.strategy_every);
    let about = "from one look at the stops to the next";
    let stops_every = section.or("stops_every_s", about, &period(), default.stops_every);
    let about = "pause after a pass of entries and reconciling that failed";
    let strategy_pause = section.or("strategy_pause_s", about, &period(), default.strategy_pause);
    let about = "pause after a look at the stops that failed";
    let stops_pause = section.or("stops_pause_s", about, &period(), default.stops_pause);
    let without_matches = without_matches(section);
    Ok(LoopSettings::Threads(ThreadsSettings {
        strategy_every: strategy_every?,
        stops_every: stops_every?,
        strategy_pause: strategy_pause?,
        stops_pause: stops_pause?,
        without_matches: without_matches?,
    }))
}

fn event_loop(section: &mut Section<'_>, default: EventLoopSettings) -> Read<LoopSettings> {
    let about = "stops are checked with every news of the public feed, and at least this often";
    let check = section.or("check_s", about, &period(), default.check);
    let about = "how often a reconciler without a schedule of its own runs";
    let reconcile_every =
        section.or("reconcile_every_s", about, &period(), default.reconcile_every);
    let (check, reconcile_every) = (check?, reconcile_every?);
    Ok(LoopSettings::EventDriven(EventLoopSettings { check, reconcile_every }))
}

/// Reads when there is no active match.
fn without_matches(section: &mut Section<'_>) -> Read<Vec<TimeWindow>> {
    section.sections("without_matches", |section| {
        let times = instant(SimTime::START, SimTime::START + LONGEST);
        let about = "the first instant at which there is no active match";
        let from = section.required("from_s", about, &times);
        let about = "the first instant at which there is one again";
        let until = section.required("to_s", about, &times);
        let (from, until) = (from?, until?);
        TimeWindow::new(from, until)
            .or_else(|_| section.refuse_value("to_s", format!("is after `from_s`, {from}")))
    })
}
