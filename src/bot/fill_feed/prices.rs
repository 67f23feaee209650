//! What the bot sees of one market, and what of it is its own.

use crate::link::{FeedState, QuoteSeen};
use crate::market::PriceLevelStructure;
use crate::protocol::{BookView, Quote};
use crate::units::{EventId, Price, Quantity, SimDuration, SimTime};

/// A market as the bot sees it.
#[derive(Debug)]
pub(super) struct MarketSight {
    pub(super) event: EventId,
    pub(super) levels: PriceLevelStructure,
    fed: Option<QuoteSeen>,
    read: Option<QuoteSeen>,
    feed: FeedState,
    pub(super) quote_read: Read,
    pub(super) book_read: Read,
}

/// Whether a read is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Read {
    #[default]
    None,
    Sent,
}

/// An own order that may be among the bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnBid {
    pub(super) limit_price: Price,
    /// Contracts that it may still have there.
    pub(super) open: Quantity,
}

/// What is known of the best bid that is not the bot's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The others' best bid.
    Bid(Price),
    /// Nobody else bids.
    Nobody,
    /// An own order may be the best bid, and hides what is behind it.
    Hidden,
    /// The newest price is too old.
    Stale,
}

impl MarketSight {
    pub(super) fn new(event: EventId, levels: PriceLevelStructure) -> Self {
        Self {
            event,
            levels,
            fed: None,
            read: None,
            feed: FeedState::Connected,
            quote_read: Read::None,
            book_read: Read::None,
        }
    }

    /// The market to a process that starts anew: nothing of it was seen yet.
    pub(super) fn started_anew(self) -> Self {
        Self::new(self.event, self.levels)
    }

    /// Takes in what the public feed last brought.
    pub(super) fn take_feed(&mut self, feed: FeedState, seen: Option<QuoteSeen>) {
        (self.feed, self.fed) = (feed, seen);
    }

    /// Takes in a read that was sent at an instant.
    pub(super) fn take_read(&mut self, quote: Quote, at: SimTime) {
        self.read = Some(QuoteSeen { quote, at });
    }

    /// Whether the feed's own word is too old, so that the quote has to be read: its connection is
    /// down, or it was silent for long.
    pub(super) fn needs_read(&self, now: SimTime, stale_after: SimDuration) -> bool {
        let newest = self.newest();
        self.feed == FeedState::Lost || newest.is_none_or(|seen| now.since(seen.at) >= stale_after)
    }

    /// Whether nobody bids and nobody asks, by the newest quote.
    pub(super) fn is_silent(&self) -> bool {
        self.newest().is_some_and(|seen| seen.quote == Quote::default())
    }

    fn newest(&self) -> Option<QuoteSeen> {
        self.fed.into_iter().chain(self.read).max_by_key(|seen| seen.at)
    }

    /// The others' best bid by the newest quote.
    ///
    /// A quote does not say whose its best bid is. One above every own bid is the others'. So is
    /// one below an own bid: then that order is not in the book. One that equals an own bid tells
    /// nothing of the others.
    pub(super) fn others_bid(
        &self,
        now: SimTime,
        stale_after: SimDuration,
        own: &[OwnBid],
    ) -> Sight {
        let Some(seen) = self.newest().filter(|seen| now.since(seen.at) < stale_after) else {
            return Sight::Stale;
        };
        match seen.quote.bid {
            None => Sight::Nobody,
            Some(bid) if own.iter().any(|own| own.limit_price == bid) => Sight::Hidden,
            Some(bid) => Sight::Bid(bid),
        }
    }
}

/// The best bid of a book that own orders can not account for.
pub(super) fn best_of_others(book: &BookView, own: &[OwnBid]) -> Option<Price> {
    let others = book.bids.iter().find(|level| {
        let here = own.iter().filter(|own| own.limit_price == level.price);
        let own: Quantity = here.map(|own| own.open).sum();
        level.quantity > own
    });
    others.map(|level| level.price)
}

#[cfg(test)]
mod tests {
    use crate::market::PriceLevelLabel;
    use crate::protocol::BookLevel;

    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn own(limit: &str, open: &str) -> OwnBid {
        OwnBid { limit_price: price(limit), open: open.parse().unwrap() }
    }

    fn sight() -> MarketSight {
        let levels = PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
        MarketSight::new(EventId::new(0), levels)
    }

    fn s(s: u64) -> SimTime {
        SimTime::START + SimDuration::from_s(s)
    }

    fn quote(bid: Option<&str>) -> Quote {
        Quote { bid: bid.map(price), ask: Some(price("0.70")) }
    }

    const MINUTE: SimDuration = SimDuration::from_s(60);

    #[test]
    fn a_bid_that_may_be_an_own_one_tells_nothing_of_the_others() {
        let own = [own("0.65", "50"), own("0.60", "10")];
        for (bid, seen) in [
            (Some("0.66"), Sight::Bid(price("0.66"))),
            (Some("0.65"), Sight::Hidden),
            (Some("0.64"), Sight::Bid(price("0.64"))),
            (Some("0.60"), Sight::Hidden),
            (Some("0.58"), Sight::Bid(price("0.58"))),
            (None, Sight::Nobody),
        ] {
            let mut market = sight();
            let fed = QuoteSeen { quote: quote(bid), at: s(0) };
            market.take_feed(FeedState::Connected, Some(fed));
            assert_eq!(market.others_bid(s(1), MINUTE, &own), seen, "{bid:?}");
        }
    }

    #[test]
    fn the_newer_of_feed_and_read_counts_until_it_is_stale() {
        let mut market = sight();
        assert_eq!(market.others_bid(s(0), MINUTE, &[]), Sight::Stale);
        assert!(market.needs_read(s(0), MINUTE));
        let fed = QuoteSeen { quote: quote(Some("0.64")), at: s(10) };
        market.take_feed(FeedState::Connected, Some(fed));
        assert!(!market.needs_read(s(69), MINUTE));
        assert!(market.needs_read(s(70), MINUTE));
        assert_eq!(market.others_bid(s(70), MINUTE, &[]), Sight::Stale);
        market.take_read(quote(Some("0.60")), s(70));
        assert!(!market.needs_read(s(71), MINUTE));
        assert_eq!(market.others_bid(s(71), MINUTE, &[]), Sight::Bid(price("0.60")));
        let fed = QuoteSeen { quote: quote(Some("0.61")), at: s(72) };
        market.take_feed(FeedState::Lost, Some(fed));
        assert_eq!(market.others_bid(s(73), MINUTE, &[]), Sight::Bid(price("0.61")));
        // A feed that is down brings nothing newer, however young its last word is.
        assert!(market.needs_read(s(73), MINUTE));
    }

    #[test]
    fn a_book_shows_the_others_behind_own_orders() {
        let level = |at: &str, quantity: &str| BookLevel {
            price: price(at),
            quantity: quantity.parse().unwrap(),
        };
        let bids = vec![level("0.65", "50"), level("0.60", "30"), level("0.58", "500")];
        let book = BookView { bids, asks: Vec::new() };
        for (own, best) in [
            (vec![], "0.65"),
            (vec![own("0.65", "49.99")], "0.65"),
            (vec![own("0.65", "50")], "0.60"),
            (vec![own("0.65", "20"), own("0.65", "30"), own("0.60", "30")], "0.58"),
        ] {
            assert_eq!(best_of_others(&book, &own), Some(price(best)), "{own:?}");
        }
        let all = [own("0.65", "50"), own("0.60", "30"), own("0.58", "500")];
        assert_eq!(best_of_others(&book, &all), None);
    }
}
