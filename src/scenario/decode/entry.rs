//! `[bot.entry]` and `[bot.order_read]`.

use crate::bot::{
    Booking, EntrySettings, FillFeedSettings, FirstFillSettings, OrderSchema,
    ReferenceEntrySettings, RemainderPolicy, TrackReading, WaitForFillSettings, WaitSettings,
};
use crate::scenario::decode::bot::{DAY, period};
use crate::scenario::decode::fill_feed::fill_feed;
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, Word, seconds};
use crate::units::SimDuration;

/// What each kind of entry is where nothing is given.
struct Defaults {
    booking: Booking,
    wait_for_fill: WaitForFillSettings,
    reading: Option<TrackReading>,
    first_fill: FirstFillSettings,
    reference: ReferenceEntrySettings,
    fill_feed: FillFeedSettings,
}

/// Reads the entry engine; one that the base brings along need not be named.
pub(super) fn entry(section: &mut Section<'_>, base: Option<EntrySettings>) -> Read<EntrySettings> {
    let mut defaults = Defaults {
        booking: Booking::AtSend,
        wait_for_fill: WaitForFillSettings::default(),
        reading: None,
        first_fill: FirstFillSettings::default(),
        reference: ReferenceEntrySettings::default(),
        fill_feed: FillFeedSettings::default(),
    };
    let word = base.map(|base| match base {
        EntrySettings::Immediate(booking) => {
            defaults.booking = booking;
            "immediate"
        }
        EntrySettings::WaitForFill(settings) => {
            defaults.wait_for_fill = settings;
            "wait_for_fill"
        }
        EntrySettings::TrackAndReconcile(reading) => {
            defaults.reading = Some(reading);
            "track_and_reconcile"
        }
        EntrySettings::FirstFill(settings) => {
            defaults.first_fill = settings;
            "first_fill"
        }
        EntrySettings::Reference(settings) => {
            defaults.reference = settings;
            "reference"
        }
        EntrySettings::FillFeed(settings) => {
            defaults.fill_feed = settings;
            "fill_feed"
        }
        EntrySettings::Oracle => "oracle",
    });
    section.kind(
        "the entry engine: how a signal becomes a position record",
        word,
        &[
            ("immediate", &|section| immediate(section, defaults.booking)),
            ("wait_for_fill", &|section| wait_for_fill(section, defaults.wait_for_fill)),
            ("track_and_reconcile", &|section| track_and_reconcile(section, defaults.reading)),
            ("first_fill", &|section| first_fill(section, defaults.first_fill)),
            ("reference", &|section| reference(section, defaults.reference)),
            ("fill_feed", &|section| fill_feed(section, defaults.fill_feed)),
            ("oracle", &|_| Ok(EntrySettings::Oracle)),
        ],
    )
}

fn immediate(section: &mut Section<'_>, default: Booking) -> Read<EntrySettings> {
    let words = [("at_send", Booking::AtSend), ("after_answer", Booking::AfterAnswer)];
    let about = "when the record is booked; the original books it after the answer";
    section.or("books", about, &Word(&words), default).map(EntrySettings::Immediate)
}

/// Reads `timeout_s` and `poll_s`.
fn wait(section: &mut Section<'_>, default: WaitSettings) -> Read<WaitSettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "no new look at the order begins once this long passed";
    let timeout = section.or("timeout_s", about, &range, default.timeout);
    let about = "sleep between looks at the order";
    let poll = section.or("poll_s", about, &period(), default.poll);
    Ok(WaitSettings { timeout: timeout?, poll: poll? })
}

fn wait_for_fill(section: &mut Section<'_>, default: WaitForFillSettings) -> Read<EntrySettings> {
    let wait = wait(section, default.wait);
    let words = [("leave", RemainderPolicy::Leave), ("cancel", RemainderPolicy::Cancel)];
    let about = "what becomes of the rest of an order that filled in part";
    let after_partial = section.or("after_partial", about, &Word(&words), default.after_partial);
    let about = "what becomes of an order that filled nothing in time";
    let after_timeout = section.or("after_timeout", about, &Word(&words), default.after_timeout);
    Ok(EntrySettings::WaitForFill(WaitForFillSettings {
        wait: wait?,
        after_partial: after_partial?,
        after_timeout: after_timeout?,
    }))
}

fn track_and_reconcile(
    section: &mut Section<'_>,
    default: Option<TrackReading>,
) -> Read<EntrySettings> {
    let words = [("positions", TrackReading::Positions), ("orders", TrackReading::Orders)];
    let about = "what corrects the stake: the live position (down only), or the order's fills";
    let reading = match default {
        Some(default) => section.or("reading", about, &Word(&words), default),
        None => section.required("reading", about, &Word(&words)),
    };
    reading.map(EntrySettings::TrackAndReconcile)
}

fn first_fill(section: &mut Section<'_>, default: FirstFillSettings) -> Read<EntrySettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "from the answer to the first look at the order";
    let look_after = section.or("look_after_s", about, &range, default.look_after);
    let wait = wait(section, default.wait);
    Ok(EntrySettings::FirstFill(FirstFillSettings { look_after: look_after?, wait: wait? }))
}

fn reference(section: &mut Section<'_>, default: ReferenceEntrySettings) -> Read<EntrySettings> {
    let wait = wait(section, default.wait)?;
    Ok(EntrySettings::Reference(ReferenceEntrySettings { wait }))
}

/// Reads which counters a bot finds in an order.
pub(super) fn order_read(section: &mut Section<'_>, default: OrderSchema) -> Read<OrderSchema> {
    let words = [
        ("documented", OrderSchema::Documented),
        ("split", OrderSchema::Split),
        ("fill_count", OrderSchema::FillCount),
        ("size_only", OrderSchema::SizeOnly),
    ];
    let about = "which counters an order shows: one of all fills, one each for taker and maker, \
                 one of a name that the bots do not know, or none but its size";
    section.or("schema", about, &Word(&words), default)
}
