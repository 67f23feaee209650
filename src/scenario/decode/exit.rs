//! `[bot.exit]` and `[bot.stop]`.

use crate::bot::{
    ExitSettings, ReferenceExitSettings, StopRule, StopSettings, WaitSettings, WithoutBid,
};
use crate::scenario::decode::bot::{DAY, period, share};
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, Whole, Word, ratio, seconds};
use crate::units::SimDuration;

/// Reads the exit engine.
pub(super) fn exit(section: &mut Section<'_>, base: ExitSettings) -> Read<ExitSettings> {
    let mut fixed = match ExitSettings::default() {
        ExitSettings::Fixed(wait) => wait,
        _ => ReferenceExitSettings::default().wait,
    };
    let mut reference = ReferenceExitSettings::default();
    let word = match base {
        ExitSettings::Fixed(wait) => {
            fixed = wait;
            "fixed"
        }
        ExitSettings::FireAndForget => "fire_and_forget",
        ExitSettings::ReduceOnlyIoc => "reduce_only_ioc",
        ExitSettings::Reference(settings) => {
            reference = settings;
            "reference"
        }
    };
    let about = "the exit engine: how a stop or target becomes a sale";
    section.kind(
        about,
        Some(word),
        &[
            ("fixed", &|section| wait(section, fixed).map(ExitSettings::Fixed)),
            ("fire_and_forget", &|_| Ok(ExitSettings::FireAndForget)),
            ("reduce_only_ioc", &|_| Ok(ExitSettings::ReduceOnlyIoc)),
            ("reference", &|section| reference_exit(section, reference)),
        ],
    )
}

fn wait(section: &mut Section<'_>, default: WaitSettings) -> Read<WaitSettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "how long an exit waits for its fill before other work goes on";
    let timeout = section.or("wait_s", about, &range, default.timeout);
    let about = "sleep between looks at the exit order";
    let poll = section.or("poll_s", about, &period(), default.poll);
    Ok(WaitSettings { timeout: timeout?, poll: poll? })
}

fn reference_exit(section: &mut Section<'_>, default: ReferenceExitSettings) -> Read<ExitSettings> {
    let wait = wait(section, default.wait);
    let distances = Whole { unit: " of cents", low: 0, high: 99 };
    let about = "how far below the price that triggered the limit is";
    let below = section.or("below_cents", about, &distances, default.below_cents.into())?;
    let below_cents = u16::try_from(below).expect("Invariant: 99 at most");
    Ok(ExitSettings::Reference(ReferenceExitSettings { below_cents, wait: wait? }))
}

/// The two rules by their words.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Level,
    LossShare,
}

/// Reads how stops are watched.
pub(super) fn stop(section: &mut Section<'_>, base: StopSettings) -> Read<StopSettings> {
    let range = seconds(SimDuration::ZERO, DAY);
    let about = "from this age on a price of the feed is not used, and the quote is read";
    let stale_after = section.or("stale_after_s", about, &range, base.stale_after);
    let words = [("level", Rule::Level), ("loss_share", Rule::LossShare)];
    let about = "what makes a stop: the signal's level, or a share of the cost that is lost";
    let default = match base.rule {
        StopRule::Level => Rule::Level,
        StopRule::LossShare { .. } => Rule::LossShare,
    };
    let rule = section.or("rule", about, &Word(&words), default);
    let words = [("ask", WithoutBid::Ask), ("zero", WithoutBid::Zero)];
    let about = "what is taken for the price where somebody asks and nobody bids";
    let without_bid = section.or("without_bid", about, &Word(&words), base.without_bid);
    let rule = rule?;
    let rule = match rule {
        Rule::Level if !section.is_listing() => StopRule::Level,
        Rule::Level | Rule::LossShare => loss_share(section, base.rule)?,
    };
    Ok(StopSettings { stale_after: stale_after?, rule, without_bid: without_bid? })
}

fn loss_share(section: &mut Section<'_>, base: StopRule) -> Read<StopRule> {
    let defaults = [base, StopRule::loss_share()].into_iter().find_map(|rule| match rule {
        StopRule::LossShare { share, held_for } => Some((share, held_for)),
        StopRule::Level => None,
    });
    let (loss, held_for) = defaults.expect("Invariant: the second is a share");
    let about = "with `rule = \"loss_share\"`: the share of its cost that a record has lost";
    let share = share(section, "loss_share", about, &ratio("times the cost", 1), loss);
    let about = "with `rule = \"loss_share\"`: how long the record must have been held";
    let range = seconds(SimDuration::ZERO, DAY);
    let held_for = section.or("held_for_s", about, &range, held_for);
    Ok(StopRule::LossShare { share: share?, held_for: held_for? })
}
