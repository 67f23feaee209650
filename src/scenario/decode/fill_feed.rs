//! The entry that follows the fill feed, and what goes with it.

use crate::bot::{BotSettings, EntrySettings, FillFeedSettings, LoopSettings, Period, StopRule};
use crate::scenario::decode::bot::{DAY, period};
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, Whole, seconds};
use crate::units::SimDuration;

/// Reads the entry that follows the fill feed.
pub(super) fn fill_feed(
    section: &mut Section<'_>,
    default: FillFeedSettings,
) -> Read<EntrySettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let mut wait = |key, about, default| section.or(key, about, &range, default);
    let about = "how long an entry order may rest before what remains of it is canceled";
    let rest = wait("rest_s", about, default.rest);
    let about = "how old the view of a read may be at most, as far as the bot knows";
    let read_lag = wait("read_lag_s", about, default.read_lag);
    let about = "how long a request may be on its way at most, as far as the bot knows";
    let request_life = wait("request_life_s", about, default.request_life);
    let about = "how long the feed may take for a fill that a reply told of before it is read";
    let feed_grace = wait("feed_grace_s", about, default.feed_grace);
    let mut every = |key, about, default: Period| section.or(key, about, &period(), default);
    let about = "how long after `rest_s` the exchange removes the order if no cancel came through";
    let expiry_margin = every("expiry_margin_s", about, default.expiry_margin);
    let about = "from one read of all fills and orders to the next while nothing is suspicious";
    let safety_read = every("safety_read_s", about, default.safety_read);
    let about = "the same while the private feed is down";
    let outage_read = every("outage_read_s", about, default.outage_read);
    let about = "the first wait before something is tried again; each next one is twice as long";
    let retry_first = every("retry_first_s", about, default.retry_first);
    let about = "the longest wait before something is tried again";
    let retry_longest = every("retry_longest_s", about, default.retry_longest);
    let ticks = Whole { unit: " of ticks", low: 0, high: 9_998 };
    let about = "how far below the bid an exit may sell";
    let slippage = section.or("slippage_ticks", about, &ticks, default.slippage_ticks.into());
    let slippage_ticks = u32::try_from(slippage?).expect("Invariant: the key admits few ticks");
    Ok(EntrySettings::FillFeed(FillFeedSettings {
        rest: rest?,
        expiry_margin: expiry_margin?,
        slippage_ticks,
        safety_read: safety_read?,
        outage_read: outage_read?,
        read_lag: read_lag?,
        request_life: request_life?,
        feed_grace: feed_grace?,
        retry_first: retry_first?,
        retry_longest: retry_longest?,
    }))
}

/// Refuses an engine that follows the fill feed with parts that do not go with it.
pub(super) fn check_parts(section: &Section<'_>, settings: &BotSettings) -> Read<()> {
    let EntrySettings::FillFeed(_) = settings.entry else { return Ok(()) };
    let when = "when the entry is of the kind `fill_feed`";
    let listens = matches!(settings.loop_model, LoopSettings::EventDriven(_));
    section.check(listens, "loop", || format!("is a section of the kind `event_driven` {when}"))?;
    let has_levels = settings.stop.rule == StopRule::Level;
    section.check(has_levels, "stop", || format!("is a section with the rule `level` {when}"))
}
