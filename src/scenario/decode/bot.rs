//! `[bot]`, and the part of an `[[engine]]` that overrides it.

use crate::bot::{
    BotSettings, EntrySettings, EntryTimeInForce, ExitSettings, LimitSettings, LoopSettings,
    Period, Ratio, ReconcileKind, ReconcileSchedule, ReconcileSettings, RemainderPolicy,
    SingleLoopSettings, StopSettings, TrackReading, WaitForFillSettings, WaitSettings,
};
use crate::scenario::decode::Known;
use crate::scenario::decode::strategy::strategy;
use crate::scenario::error::Read;
use crate::scenario::reader::{Measure, Section, Word, dollars, instant, ratio, seconds};
use crate::units::{Cash, SimDuration, SimTime};

/// A day: the longest wait that a file may name.
const DAY: SimDuration = SimDuration::from_s(86_400);
/// The shortest time between repetitions: a run of an hour then still ends.
const SHORTEST_PERIOD: SimDuration = SimDuration::from_ms(1);
/// What a share or factor of a limit may be at most.
const LARGEST_RATIO: u32 = 100;
/// The account that a bot starts with: the original's simulated capital.
const START_CASH: Cash = Cash::from_millionths(10_000_000_000);
/// The most money that a file may name: a thousand million dollars.
const MOST_CASH: Cash = Cash::from_millionths(1_000_000_000_000_000);

/// The `kind` that a part of a bot has when nothing says it.
pub(in crate::scenario) fn default_kind(part: &str) -> Option<&'static str> {
    match part {
        "loop" => Some("single"),
        "exit" => Some("fixed"),
        "reconcile" => Some("narrated"),
        "order" => Some("good_till_canceled"),
        _ => None,
    }
}

/// Reads the account and the parts of a bot.
pub(super) fn bot(section: &mut Section<'_>, known: &Known) -> Read<(Cash, BotSettings)> {
    let range = dollars(Cash::ZERO, MOST_CASH);
    let cash =
        section.or("cash_dollars", "the money in the account at the start", &range, START_CASH);
    let loop_model = section.section("loop", loop_model);
    let strategy = section.section("strategy", |section| strategy(section, known));
    let limits = section.section("limits", limits);
    let entry = section.section("entry", entry);
    let order = section.section("order", order);
    let exit = section.section("exit", exit);
    let stop = section.section("stop", stop);
    let reconcile = section.section("reconcile", reconcile);
    let settings = BotSettings {
        loop_model: loop_model?,
        strategy: strategy?,
        limits: limits?,
        entry: entry?,
        order: order?,
        exit: exit?,
        stop: stop?,
        reconcile: reconcile?,
    };
    Ok((cash?, settings))
}

/// A time between repetitions.
pub(super) fn period() -> Measure<Period> {
    let lengths = seconds(SHORTEST_PERIOD, DAY);
    lengths.made_into(
        |s| Ok(Period::new(SimDuration::from_decimal_s(s)?).expect("Invariant: never zero")),
        |period| period.length().to_decimal_s(),
    )
}

fn loop_model(section: &mut Section<'_>) -> Read<LoopSettings> {
    let about = "how the parts of a bot take turns";
    section.kind(about, default_kind("loop"), &[("single", &single_loop)])
}

fn single_loop(section: &mut Section<'_>) -> Read<LoopSettings> {
    let default = SingleLoopSettings::default();
    let about = "sleep after a pass while the position list has records";
    let key = "sleep_with_positions_s";
    let sleep_with_positions = section.or(key, about, &period(), default.sleep_with_positions);
    let about = "sleep after a pass while the position list is empty";
    let key = "sleep_when_empty_s";
    let sleep_when_empty = section.or(key, about, &period(), default.sleep_when_empty);
    Ok(LoopSettings::Single(SingleLoopSettings {
        sleep_with_positions: sleep_with_positions?,
        sleep_when_empty: sleep_when_empty?,
    }))
}

fn limits(section: &mut Section<'_>) -> Read<LimitSettings> {
    let default = LimitSettings::default();
    let ratios = ratio(LARGEST_RATIO);
    let mut share = |key, about, default: Ratio| {
        let number = section.or(key, about, &ratios, of_one_dollar(default))?;
        Ok(Ratio::from_decimal(number).expect("Invariant: the key admits ratios only"))
    };
    let about = "exposure over all markets, as a share of equity";
    let total_share = share("total_share", about, default.total_share);
    let about = "exposure over the markets of one event, as a share of equity";
    let event_share = share("event_share", about, default.event_share);
    let about =
        "contracts that an entry may bring the live position to, as a multiple of the wanted";
    let live_cap_factor = share("live_cap_factor", about, default.live_cap_factor);
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "how long a read balance is used again";
    let balance_cache = section.or("balance_cache_s", about, &range, default.balance_cache);
    let range = dollars(Cash::ZERO, MOST_CASH);
    let about = "the equity while the balance can not be read";
    let key = "fallback_equity_dollars";
    let fallback_equity = section.or(key, about, &range, default.fallback_equity);
    Ok(LimitSettings {
        total_share: total_share?,
        event_share: event_share?,
        live_cap_factor: live_cap_factor?,
        balance_cache: balance_cache?,
        fallback_equity: fallback_equity?,
    })
}

/// The decimal number of a ratio: what it takes of one dollar.
fn of_one_dollar(ratio: Ratio) -> rust_decimal::Decimal {
    ratio.of_cash(Cash::from_millionths(1_000_000)).to_decimal()
}

fn entry(section: &mut Section<'_>) -> Read<EntrySettings> {
    section.kind(
        "the entry engine: how a signal becomes a position record",
        None,
        &[
            ("immediate", &|_| Ok(EntrySettings::Immediate)),
            ("wait_for_fill", &wait_for_fill),
            ("track_and_reconcile", &track_and_reconcile),
            ("oracle", &|_| Ok(EntrySettings::Oracle)),
        ],
    )
}

fn wait_for_fill(section: &mut Section<'_>) -> Read<EntrySettings> {
    let default = WaitForFillSettings::default();
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "no new look at the order begins once this long passed";
    let timeout = section.or("timeout_s", about, &range, default.wait.timeout);
    let about = "sleep between looks at the order";
    let poll = section.or("poll_s", about, &period(), default.wait.poll);
    let words = [("leave", RemainderPolicy::Leave), ("cancel", RemainderPolicy::Cancel)];
    let about = "what becomes of the rest of an order that filled in part";
    let after_partial = section.or("after_partial", about, &Word(&words), default.after_partial);
    let about = "what becomes of an order that filled nothing in time";
    let after_timeout = section.or("after_timeout", about, &Word(&words), default.after_timeout);
    Ok(EntrySettings::WaitForFill(WaitForFillSettings {
        wait: WaitSettings { timeout: timeout?, poll: poll? },
        after_partial: after_partial?,
        after_timeout: after_timeout?,
    }))
}

fn track_and_reconcile(section: &mut Section<'_>) -> Read<EntrySettings> {
    let words = [("positions", TrackReading::Positions), ("orders", TrackReading::Orders)];
    let about = "what corrects the stake: the live position (down only), or the order's fills";
    section.required("reading", about, &Word(&words)).map(EntrySettings::TrackAndReconcile)
}

/// The three words of Kalshi's `time_in_force`.
#[derive(Clone, Copy, PartialEq)]
enum Lifetime {
    GoodTillCanceled,
    ImmediateOrCancel,
    FillOrKill,
}

fn order(section: &mut Section<'_>) -> Read<EntryTimeInForce> {
    let words = [
        ("good_till_canceled", Lifetime::GoodTillCanceled),
        ("immediate_or_cancel", Lifetime::ImmediateOrCancel),
        ("fill_or_kill", Lifetime::FillOrKill),
    ];
    let about = "how long an entry order may live";
    let rest = Lifetime::GoodTillCanceled;
    let lifetime = section.or("time_in_force", about, &Word(&words), rest);
    let range = seconds(SHORTEST_PERIOD, DAY);
    let about = "the order leaves the book by itself this long after it is sent";
    let expires_after = section.optional("expires_after_s", about, &range);
    let (lifetime, expires_after) = (lifetime?, expires_after?);
    section.check(lifetime == rest || expires_after.is_none(), "expires_after_s", never_rests)?;
    Ok(match lifetime {
        Lifetime::GoodTillCanceled => EntryTimeInForce::GoodTillCanceled { expires_after },
        Lifetime::ImmediateOrCancel => EntryTimeInForce::ImmediateOrCancel,
        Lifetime::FillOrKill => EntryTimeInForce::FillOrKill,
    })
}

/// What is allowed as the expiry of an order that never rests.
pub(super) fn never_rests() -> String {
    "is none unless `time_in_force` is `good_till_canceled`".to_owned()
}

fn exit(section: &mut Section<'_>) -> Read<ExitSettings> {
    let about = "the exit engine: how a stop or target becomes a sale";
    section.kind(about, default_kind("exit"), &[("fixed", &fixed_exit)])
}

fn fixed_exit(section: &mut Section<'_>) -> Read<ExitSettings> {
    let ExitSettings::Fixed(default) = ExitSettings::default();
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "how long an exit waits for its fill before other work goes on";
    let timeout = section.or("wait_s", about, &range, default.timeout);
    let about = "sleep between looks at the exit order";
    let poll = section.or("poll_s", about, &period(), default.poll);
    Ok(ExitSettings::Fixed(WaitSettings { timeout: timeout?, poll: poll? }))
}

fn stop(section: &mut Section<'_>) -> Read<StopSettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "from this age on a price of the feed is not used, and the quote is read";
    let default = StopSettings::default().stale_after;
    let stale_after = section.or("stale_after_s", about, &range, default);
    Ok(StopSettings { stale_after: stale_after? })
}

fn reconcile(section: &mut Section<'_>) -> Read<Option<ReconcileSettings>> {
    section.kind(
        "the rules by which records are compared with the exchange",
        default_kind("reconcile"),
        &[("narrated", &narrated), ("none", &|_| Ok(None))],
    )
}

fn narrated(section: &mut Section<'_>) -> Read<Option<ReconcileSettings>> {
    let default = ReconcileSchedule::default();
    let range = instant(SimTime::START, SimTime::START + DAY);
    let first_at = section.or("first_at_s", "the first time", &range, default.first_at);
    let every = section.or("every_s", "from one time to the next", &period(), default.every);
    let schedule = ReconcileSchedule { first_at: first_at?, every: every? };
    Ok(Some(ReconcileSettings { schedule, kind: ReconcileKind::Narrated }))
}
