//! `[bot.time_limits]` and `[bot.feed]`: a bot's own side of its connection.

use crate::link::{AfterReconnect, ClientSettings, PrivateNumbers, TimeLimits};
use crate::scenario::decode::LONGEST;
use crate::scenario::error::Read;
use crate::scenario::reader::{OrNone, Section, Word, seconds};
use crate::units::SimDuration;

/// Reads how a bot's own side of its connection behaves.
pub(super) fn client(section: &mut Section<'_>, base: ClientSettings) -> Read<ClientSettings> {
    let limits = base.time_limits;
    let time_limits = section.section("time_limits", |section| time_limits(section, limits));
    let feed = section.section("feed", |section| feed(section, base));
    let (after_reconnect, private_numbers) = feed?;
    Ok(ClientSettings { time_limits: time_limits?, after_reconnect, private_numbers })
}

fn feed(section: &mut Section<'_>, base: ClientSettings) -> Read<(AfterReconnect, PrivateNumbers)> {
    let words =
        [("subscribe", AfterReconnect::Subscribe), ("stay_silent", AfterReconnect::StaySilent)];
    let about = "what the bot does when the public feed is back after an outage";
    let after_reconnect = section.or("after_reconnect", about, &Word(&words), base.after_reconnect);
    let words = [("given", PrivateNumbers::Given), ("absent", PrivateNumbers::Absent)];
    let about = "whether messages of the private feed have numbers, which show losses (assumed)";
    let numbers = section.or("private_numbers", about, &Word(&words), base.private_numbers);
    Ok((after_reconnect?, numbers?))
}

fn time_limits(section: &mut Section<'_>, default: TimeLimits) -> Read<TimeLimits> {
    let limits = OrNone(seconds(SimDuration::from_ns(1), LONGEST));
    let mut limit = |key, about, default| section.or(key, about, &limits, default);
    let about = "how long a new order or a decrease waits for its answer";
    let order_entry = limit("order_entry_s", about, default.order_entry);
    let about = "how long a cancel waits for its answer";
    let cancel = limit("cancel_s", about, default.cancel);
    let about = "how long a read of orders or fills waits for its answer";
    let order_read = limit("order_read_s", about, default.order_read);
    let about = "how long a read of positions waits for its answer";
    let position_read = limit("position_read_s", about, default.position_read);
    let about = "how long a read of the balance waits for its answer";
    let balance_read = limit("balance_read_s", about, default.balance_read);
    let about = "how long a read of a quote waits for its answer";
    let market_read = limit("market_read_s", about, default.market_read);
    Ok(TimeLimits {
        order_entry: order_entry?,
        cancel: cancel?,
        order_read: order_read?,
        position_read: position_read?,
        balance_read: balance_read?,
        market_read: market_read?,
    })
}
