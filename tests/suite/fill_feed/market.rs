//! A made-up market for whole runs: a price that wanders, and a bot that buys into it.

use std::fmt::Write;
use std::path::Path;

use fillgap::kernel::{Stream, Streams};
use fillgap::scenario::Scenario;

/// When the last signal comes [s].
const LAST_SIGNAL_S: u64 = 240;
/// When the last quotes come; nothing trades two seconds later [s].
const LAST_QUOTE_S: u64 = 330;
/// When a run ends [s].
pub(super) const END_S: u64 = 460;

/// Where stops and targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Levels {
    /// A stop 4 and a target 6 cents away.
    Near,
    /// Where no price ever comes.
    OutOfReach,
}

/// Quotes that wander by up to 2 cents every second, with sellers who take what bids; a bot that
/// wants 20 to 150 contracts every 4 to 12 s, at the ask or below it. `link` is the scenario's section `[link]`, `engines` are its engines.
pub(super) fn scenario(seed: u64, link: &str, levels: Levels, engines: &str) -> Scenario {
    let mut stream = Streams::new(seed).named("made-up market");
    let mut text = format!(
        "title = \"Made up\"\nseed = {seed}\nends_at_s = {END_S}\n\
         [[market]]\nticker = \"KXDEMO-26NOV22-T50\"\n{link}\n\
         [bot]\ncash_dollars = 1500\nlimits = {{ event_share = 0.3, live_cap_factor = 3 }}\n\
         {engines}\n[flow]\nkind = \"scripted\"\n"
    );
    let prices = quotes(&mut text, &mut stream);
    text.push_str("[bot.strategy]\nkind = \"scheduled\"\n");
    let mut at_s = 2;
    while at_s <= LAST_SIGNAL_S {
        let ask = prices[usize::try_from(at_s).unwrap()] + 1;
        let limit = ask - stream.below(3);
        let quantity = 20 + stream.below(131);
        let (stop, target) = match levels {
            Levels::Near => (limit - 4, limit + 6),
            Levels::OutOfReach => (10, 90),
        };
        write!(
            text,
            "[[bot.strategy.signal]]\nat_s = {at_s}\nquantity_contracts = {quantity}\n\
             price_dollars = 0.{limit}\nstop_dollars = 0.{stop}\ntarget_dollars = 0.{target}\n"
        )
        .unwrap();
        at_s += 4 + stream.below(9);
    }
    Scenario::of_text(Path::new("made_up.toml"), &text, &[])
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The engine that follows its fills, with some more keys of its own.
pub(super) fn fill_feed(keys: &str) -> String {
    format!("[[engine]]\nname = \"fill_feed\"\npreset = \"FILL-FEED\"\n{keys}\n")
}

/// Writes a bid and an ask for every second, and some who sell into the bids. Returns the bids.
fn quotes(text: &mut String, stream: &mut Stream) -> Vec<u64> {
    let mut bid: u64 = 50;
    let mut prices = Vec::new();
    for at_s in 0..=LAST_QUOTE_S {
        bid = (bid + stream.below(5)).saturating_sub(2).clamp(30, 70);
        prices.push(bid);
        let mut order = |side: &str, cents: u64, quantity: u64, life: &str| {
            write!(
                text,
                "[[flow.order]]\nat_s = {at_s}\nside = \"{side}\"\nprice_dollars = 0.{cents}\n\
                 quantity_contracts = {quantity}\n{life}\n"
            )
            .unwrap();
        };
        let expiry = format!("expires_at_s = {}", at_s + 2);
        order("bid", bid, 10 + stream.below(60), &expiry);
        order("ask", bid + 1, 10 + stream.below(60), &expiry);
        if stream.below(3) == 0 {
            let at_once = "time_in_force = \"immediate_or_cancel\"";
            order("ask", bid - 1, 1 + stream.below(60), at_once);
        }
    }
    prices
}
