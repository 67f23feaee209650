//! `[bot]`, and the part of an `[[engine]]` that overrides it.

use rust_decimal::Decimal;

use crate::bot::{
    BotSettings, EntryTimeInForce, ExcessPolicy, LimitSettings, Period, Preset, Ratio,
    ReconcileSchedule, ReconcileSettings,
};
use crate::exchange::EventNetting;
use crate::scenario::decode::client::client;
use crate::scenario::decode::entry::{entry, order_read};
use crate::scenario::decode::exit::{exit, stop};
use crate::scenario::decode::loops::loop_model;
use crate::scenario::decode::strategy::strategy;
use crate::scenario::decode::{Known, LONGEST};
use crate::scenario::error::Read;
use crate::scenario::reader::{Measure, Section, Word, dollars, instant, ratio, seconds};
use crate::units::{Cash, SimDuration, SimTime};

/// A day: the longest wait that a file may name.
pub(super) const DAY: SimDuration = SimDuration::from_s(86_400);
/// The shortest time between repetitions: a run of an hour then still ends.
const SHORTEST_PERIOD: SimDuration = SimDuration::from_ms(1);
/// What the factor of a limit may be at most.
const LARGEST_FACTOR: u32 = 100;
/// What the share of a limit may be at most. No account holds more than its equity; one as much again
/// is room for what a bot only believes to hold, so that a limit of 2 lets pass what is not absurd.
const LARGEST_SHARE: u32 = 2;
/// The account that a bot starts with: the original's simulated capital.
const START_CASH: Cash = Cash::from_millionths(10_000_000_000);
/// The most money that a file may name: a thousand million dollars.
pub(super) const MOST_CASH: Cash = Cash::from_millionths(1_000_000_000_000_000);

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

/// The parts that a named bot brings along: those of `[bot]` do not count for it. What it wants to
/// buy, how long its orders live and its limits are shared with the others; of the limits it brings
/// what nobody gives.
pub(in crate::scenario) const PRESET_PARTS: [&str; 8] =
    ["loop", "entry", "order_read", "exit", "stop", "reconcile", "time_limits", "feed"];

/// What a bot is where nothing is given.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) bot: BotSettings,
    /// A named bot has an entry engine; otherwise it must be given.
    pub(super) has_entry: bool,
}

impl Base {
    /// A bot without a name.
    pub(super) fn plain() -> Self {
        let reconcile = Some(ReconcileSettings::Narrated(ReconcileSchedule::default()));
        Self { bot: BotSettings { reconcile, ..BotSettings::default() }, has_entry: false }
    }

    /// A named bot.
    pub(super) fn of_preset(preset: Preset) -> Self {
        Self { bot: preset.settings(), has_entry: true }
    }
}

/// Reads the account and the parts of a bot.
pub(super) fn bot(
    section: &mut Section<'_>,
    known: &Known,
    base: &Base,
) -> Read<(Cash, EventNetting, BotSettings)> {
    let Base { bot: base, has_entry } = base;
    let range = dollars(Cash::ZERO, MOST_CASH);
    let cash =
        section.or("cash_dollars", "the money in the account at the start", &range, START_CASH);
    let words = [("off", EventNetting::Off), ("on", EventNetting::On)];
    let about = "whether the account has collateral returned where an event allows it";
    let netting = section.or("collateral_return", about, &Word(&words), EventNetting::default());
    let loop_model = section.section("loop", |section| loop_model(section, &base.loop_model));
    let strategy = section.section("strategy", |section| strategy(section, known));
    let limits = section.section("limits", |section| limits(section, base.limits));
    let given = has_entry.then_some(base.entry);
    let entry = section.section("entry", |section| entry(section, given));
    let order = section.section("order", order);
    let order_read = section.section("order_read", |section| order_read(section, base.order_read));
    let exit = section.section("exit", |section| exit(section, base.exit));
    let stop = section.section("stop", |section| stop(section, base.stop));
    let reconcile = section.section("reconcile", |section| reconcile(section, base.reconcile));
    let client = client(section, base.client);
    let about = "the bot stops here, and starts anew from the position list that it saved last";
    let times = instant(SimTime::START, SimTime::START + LONGEST);
    let restart_at = section.optional("restart_at_s", about, &times);
    let settings = BotSettings {
        loop_model: loop_model?,
        strategy: strategy?,
        limits: limits?,
        entry: entry?,
        order: order?,
        order_read: order_read?,
        exit: exit?,
        stop: stop?,
        reconcile: reconcile?,
        restart_at: restart_at?,
        client: client?,
    };
    Ok((cash?, netting?, settings))
}

/// A time between repetitions.
pub(super) fn period() -> Measure<Period> {
    let lengths = seconds(SHORTEST_PERIOD, DAY);
    lengths.made_into(
        |s| Ok(Period::new(SimDuration::from_decimal_s(s)?).expect("Invariant: never zero")),
        |period| period.length().to_decimal_s(),
    )
}

fn limits(section: &mut Section<'_>, default: LimitSettings) -> Read<LimitSettings> {
    let shares = || ratio("times the equity", LARGEST_SHARE);
    let about = "exposure over all markets, as a share of equity";
    let total_share = share(section, "total_share", about, &shares(), default.total_share);
    let about = "exposure over the markets of one event, as a share of equity";
    let event_share = share(section, "event_share", about, &shares(), default.event_share);
    let about =
        "contracts that an entry may bring the live position to, as a multiple of the wanted";
    let factors = ratio("", LARGEST_FACTOR);
    let live_cap_factor =
        share(section, "live_cap_factor", about, &factors, default.live_cap_factor);
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "how long a read balance is used again";
    let balance_cache = section.or("balance_cache_s", about, &range, default.balance_cache);
    let range = dollars(Cash::ZERO, MOST_CASH);
    let about = "the equity while the balance can not be read";
    let key = "fallback_equity_dollars";
    let fallback_equity = section.or(key, about, &range, default.fallback_equity);
    let words = [("refuse", ExcessPolicy::Refuse), ("scale_down", ExcessPolicy::ScaleDown)];
    let about = "what becomes of an entry that is above a limit";
    let when_exceeded = section.or("when_exceeded", about, &Word(&words), default.when_exceeded);
    Ok(LimitSettings {
        total_share: total_share?,
        event_share: event_share?,
        live_cap_factor: live_cap_factor?,
        balance_cache: balance_cache?,
        fallback_equity: fallback_equity?,
        when_exceeded: when_exceeded?,
    })
}

/// A share or a factor.
pub(super) fn share(
    section: &mut Section<'_>,
    key: &'static str,
    about: &'static str,
    range: &Measure<Decimal>,
    default: Ratio,
) -> Read<Ratio> {
    // The decimal number of a ratio is what it takes of one dollar.
    let number = default.of_cash(Cash::from_millionths(1_000_000)).to_decimal();
    let number = section.or(key, about, range, number)?;
    Ok(Ratio::from_decimal(number).expect("Invariant: the key admits ratios only"))
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

fn reconcile(
    section: &mut Section<'_>,
    base: Option<ReconcileSettings>,
) -> Read<Option<ReconcileSettings>> {
    let (word, schedule) = match base {
        None => ("none", ReconcileSchedule::default()),
        Some(ReconcileSettings::Narrated(schedule)) => ("narrated", schedule),
        Some(ReconcileSettings::PresenceOnly) => ("presence_only", ReconcileSchedule::default()),
        Some(ReconcileSettings::DownOnly) => ("down_only", ReconcileSchedule::default()),
        Some(ReconcileSettings::Literal) => ("literal", ReconcileSchedule::default()),
        Some(ReconcileSettings::Reference) => ("reference", ReconcileSchedule::default()),
    };
    section.kind(
        "the rules by which records are compared with the exchange",
        Some(word),
        &[
            ("narrated", &|section| narrated(section, schedule)),
            ("presence_only", &|_| Ok(Some(ReconcileSettings::PresenceOnly))),
            ("down_only", &|_| Ok(Some(ReconcileSettings::DownOnly))),
            ("literal", &|_| Ok(Some(ReconcileSettings::Literal))),
            ("reference", &|_| Ok(Some(ReconcileSettings::Reference))),
            ("none", &|_| Ok(None)),
        ],
    )
}

fn narrated(
    section: &mut Section<'_>,
    default: ReconcileSchedule,
) -> Read<Option<ReconcileSettings>> {
    let range = instant(SimTime::START, SimTime::START + DAY);
    let first_at = section.or("first_at_s", "the first time", &range, default.first_at);
    let every = section.or("every_s", "from one time to the next", &period(), default.every);
    let schedule = ReconcileSchedule { first_at: first_at?, every: every? };
    Ok(Some(ReconcileSettings::Narrated(schedule)))
}
