//! Stops and targets that the bid of the others reaches, as the measures see it: at the end of an
//! instant, and before the bot itself sells. A price that comes and goes within an instant, which is
//! one change of the book in several steps, reaches nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::state::State;
use crate::measure::stops::Stops;
use crate::measure::story::Told;
use crate::units::{MarketId, Price};

/// The levels of all markets.
#[derive(Debug, Default)]
pub(super) struct Levels {
    /// Markets in which something changed since they were looked at last.
    changed: BTreeMap<MarketId, Ranks>,
    /// What there was to see when they were looked at last; absent before their first bid.
    seen: BTreeMap<MarketId, Seen>,
    /// What is to be told at the instant's end.
    told: Vec<Told>,
}

/// Where lines of a market belong within the instant.
#[derive(Clone, Copy, Debug)]
struct Ranks {
    /// With the record that brought the bid.
    bid: usize,
    /// With the latest record that may have brought a level.
    level: usize,
}

/// A market at a look.
#[derive(Debug, Default)]
struct Seen {
    bid: Option<Price>,
    /// The stops at or above the bid.
    stops: BTreeSet<Price>,
    /// The targets at or below the bid.
    targets: BTreeSet<Price>,
}

impl Levels {
    /// The prices of the others change, the bid from what the state has to this.
    pub(super) fn bid(&mut self, state: &State, rank: usize, market: MarketId, bid: Option<Price>) {
        let before = state.markets.get(&market).and_then(|market| market.others.bid);
        if before != bid {
            self.changed.entry(market).or_insert(Ranks { bid: rank, level: rank }).bid = rank;
        }
    }

    /// What is held or believed in a market changes, and with it the levels that count.
    pub(super) fn hold(&mut self, rank: usize, market: MarketId) {
        self.changed.entry(market).or_insert(Ranks { bid: rank, level: rank }).level = rank;
    }

    /// Looks at a market if something changed there. Its first prices are no news of a level.
    pub(super) fn look(&mut self, state: &State, stops: &Stops, market: MarketId) {
        let Some(ranks) = self.changed.remove(&market) else { return };
        let look = Look::of(state, stops, market);
        let (now, lines) = match self.seen.get(&market) {
            Some(before) => look.compare(before, ranks),
            None if look.bid.is_none() => return,
            None => (look.compare(&Seen::default(), ranks).0, Vec::new()),
        };
        self.seen.insert(market, now);
        let told = lines.into_iter();
        self.told.extend(told.map(|(rank, line)| Told { rank, market: Some(market), line }));
    }

    /// Looks at all markets in which something changed; returns what the instant brought.
    pub(super) fn settle(&mut self, state: &State, stops: &Stops) -> Vec<Told> {
        for market in self.changed.keys().copied().collect::<Vec<_>>() {
            self.look(state, stops, market);
        }
        std::mem::take(&mut self.told)
    }
}

/// What counts in a market.
struct Look {
    bid: Option<Price>,
    /// Stops that guard contracts.
    guarding: BTreeSet<Price>,
    /// Stops that the bot watches.
    watched: BTreeSet<Price>,
    targets: BTreeSet<Price>,
}

impl Look {
    fn of(state: &State, stops: &Stops, market: MarketId) -> Self {
        Self {
            bid: state.markets.get(&market).and_then(|market| market.others.bid),
            guarding: stops.guarding(market).into_iter().collect(),
            watched: state.stopped(market).collect(),
            targets: state.targets(market).collect(),
        }
    }

    /// What is seen, and what is news beside what was seen before.
    fn compare(&self, before: &Seen, ranks: Ranks) -> (Seen, Vec<(usize, String)>) {
        let stops: BTreeSet<Price> = self.guarding.union(&self.watched).copied().collect();
        let Some(bid) = self.bid else {
            let is_news = before.bid.is_some() && !stops.is_empty();
            let line = (ranks.bid, "nobody else bids any more".to_owned());
            return (Seen::default(), is_news.then_some(line).into_iter().collect());
        };
        let reached = stops.iter().copied().filter(|stop| bid <= *stop).collect();
        let targets = self.targets.iter().copied().filter(|target| bid >= *target).collect();
        let now = Seen { bid: Some(bid), stops: reached, targets };
        let mut lines = Vec::new();
        for stop in stops.iter().rev() {
            match (before.stops.contains(stop), now.stops.contains(stop)) {
                (false, true) => {
                    let was_above = before.bid.map(|bid| bid > *stop);
                    let (rank, comes) = comes(was_above, "falls to", ranks);
                    let watched = self.watched.contains(stop);
                    let alone = if watched { "" } else { ", which no record watches" };
                    lines.push((
                        rank,
                        format!("{comes} {bid}: the stop at {stop} is reached{alone}"),
                    ));
                }
                (true, false) => {
                    lines.push((ranks.bid, format!("is back at {bid}, above the stop at {stop}")));
                }
                _ => {}
            }
        }
        for target in now.targets.difference(&before.targets) {
            let was_below = before.bid.map(|bid| bid < *target);
            let (rank, comes) = comes(was_below, "rises to", ranks);
            lines.push((rank, format!("{comes} {bid}: the target at {target} is reached")));
        }
        for (_, line) in &mut lines {
            *line = format!("the bid of the others {line}");
        }
        (now, lines)
    }
}

/// How the bid comes to be where it reaches a level, and where the line belongs: it moves there from
/// where it was away, it was there before the level was, or nobody had bid.
const fn comes(was_away: Option<bool>, moves: &'static str, ranks: Ranks) -> (usize, &'static str) {
    match was_away {
        Some(true) => (ranks.bid, moves),
        Some(false) => (ranks.level, "is already at"),
        None => (ranks.bid, "comes back at"),
    }
}
