//! Each reading of each rule of the exchange that is assumed, by hand.

mod amend;
mod entry;
mod groups;
mod life;
mod money;
mod netting;

use fillgap::exchange::ExchangeSettings;

use crate::exchange_desk::{Desk, terms};

/// Without fees and with 100 dollars for `bot`; `crowd` and `other` are unlimited.
fn desk(settings: ExchangeSettings) -> Desk {
    let accounts = [("bot", "100"), ("crowd", "unlimited"), ("other", "unlimited")];
    Desk::new(settings, terms("0"), &accounts)
}

/// The same after requests at the start.
fn desk_after(settings: ExchangeSettings, before: &[(&str, &str)]) -> Desk {
    let mut desk = desk(settings);
    for (who, what) in before {
        desk.prepare(who, what);
    }
    desk
}

/// The lines of the last request's story that speak of an order's end.
fn ends(desk: &Desk) -> Vec<String> {
    let ends = |line: &String| line.ends_with(" unfilled");
    desk.story().into_iter().filter(ends).collect()
}
