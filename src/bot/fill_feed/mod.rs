//! The bot that learns its fills from the private feed: what a careful engineer would ship.
//!
//! - Each order is a state machine ([`order`]) over everything that can be heard of it, in any
//!   order and any number of times. What filled counts by trade id, each once. The answer to a
//!   create or cancel, and the end of an order, vouch for a number of contracts before their trades
//!   are known; those trades then add nothing but their prices.
//! - A position record exists from the first filled contract on and follows every later one.
//! - Nothing waits for anything: the [`desk`] takes in one thing at a time and says what to send;
//!   the [`driver`] sends it, each request in a task of its own.
//! - What remains of an entry is canceled after a while, or at once when a stop of its market
//!   triggers, and counts until the exchange's word that it is gone. Each entry carries an expiry,
//!   so even one that nothing is heard of is gone by a known instant.
//! - A create without a known outcome is looked up by the bot's own id, and counts in full until a
//!   look that can not be too old does not find it.
//! - What the feed may have missed is read ([`readings`]): fills by trade id, orders by id, until
//!   a read that can not be too old. [`FillFeedSettings::recovery_bound`] says how long that takes
//!   at most.
//! - It writes each change to its file before it acts on it: orders with their ids and what is
//!   known of them, counted trades, records, signals. A process that starts anew from that file
//!   takes what was under way for unknown, reads all fills and orders, and enters nothing before
//!   that reading came. Stops it watches at once: what is in doubt counts as being sold already,
//!   and no exit can sell more than is held.
//! - Stops and targets are compared with the best bid of the others ([`prices`]), on every quote
//!   and at least now and then. Exits are immediate or cancel, never for more than what is held
//!   and no other exit works on, and are sent again until nothing is held.
//! - A market that pays ends what is held there ([`payments`]): the private feed tells of it, and where
//!   it did not, positions that are gone.
//! - Exposure counts every order at its worst ([`signals`]).
//!
//! Of an order that it reads it takes the status and the documented counter of all fills, and the
//! latter only as a hint of how much there is to be found: which counters an order shows, a setting
//! of the other bots, makes no difference to it.

mod attend;
mod desk;
mod driver;
#[cfg(test)]
mod model;
mod order;
#[cfg(test)]
mod order_table;
mod payments;
mod prices;
mod readings;
mod record;
mod sequence;
mod settings;
mod signals;
mod tracked;
mod watch;

use std::cell::RefCell;
use std::rc::Rc;

use crate::bot::fill_feed::desk::{Desk, DeskSettings};
use crate::bot::fill_feed::driver::{Driver, Surroundings};
use crate::bot::settings::{BotSettings, MarketView, Period};
use crate::bot::strategy::Strategy;
use crate::kernel::{Spawner, Streams};
use crate::link::Venue;
use crate::protocol::record::{Decision, Record};
use crate::units::SimTime;

pub use settings::FillFeedSettings;

/// Starts the bot. It brings its own exits and its own reconciliation, so those of the settings do
/// not apply.
pub(super) fn start(
    settings: &BotSettings,
    feed: FillFeedSettings,
    check: Period,
    markets: &[MarketView],
    venue: Venue,
    spawner: &Spawner,
    streams: Streams,
) {
    let desk_settings = DeskSettings {
        feed,
        limits: settings.limits,
        order: settings.order,
        stale_after: settings.stop.stale_after,
    };
    let desk = Desk::new(desk_settings, markets, venue.log().clone());
    let strategy = Rc::new(RefCell::new(Strategy::new(&settings.strategy, streams)));
    let (markets, spawner) = (markets.iter().map(|view| view.market).collect(), spawner.clone());
    let surroundings = Surroundings { venue, spawner, strategy, markets, check };
    match settings.restart_at {
        None => drop(Driver::new(desk, surroundings, None).start()),
        Some(at) => {
            let spawner = surroundings.spawner.clone();
            spawner.spawn(run_with_restart(desk, surroundings, at));
        }
    }
}

/// Runs until an instant, loses all that is under way, and runs on from what the desk's file has.
async fn run_with_restart(desk: Desk, surroundings: Surroundings, at: SimTime) {
    let first = Driver::new(desk, surroundings.clone(), Some(at));
    for task in first.start() {
        task.await;
    }
    let (saved, now) = (first.stop(), surroundings.venue.clock().now());
    surroundings.venue.log().append(Record::Decision(Decision::Restarted));
    drop(Driver::new(saved.started_anew(now), surroundings, None).start());
}
