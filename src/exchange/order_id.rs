//! Order ids that say where the order is.
//!
//! A book numbers its orders by slot and generation. The exchange packs the market between them:
//! slot in 24 bits, market in 12, generation in 28. A book's slots and generations stay below that.

use crate::units::{MarketId, OrderId};

const SLOT_BITS: u32 = 24;
const MARKET_BITS: u32 = 12;
/// Where a book's own id keeps the generation.
const BOOK_GENERATION_SHIFT: u32 = 32;

/// How many markets an exchange can list.
pub(super) const MARKETS_MAX: usize = 1 << MARKET_BITS;

/// The exchange's id of an order that its book knows as `in_book`.
pub(super) fn at_exchange(market: MarketId, in_book: OrderId) -> OrderId {
    let slot = in_book.number() & low_bits(BOOK_GENERATION_SHIFT);
    let generation = in_book.number() >> BOOK_GENERATION_SHIFT;
    let place = u64::from(market.number()) << SLOT_BITS | slot;
    OrderId::new(generation << (SLOT_BITS + MARKET_BITS) | place)
}

/// The market of an order and the id that its book knows it by.
pub(super) fn in_book(order: OrderId) -> (MarketId, OrderId) {
    let market = order.number() >> SLOT_BITS & low_bits(MARKET_BITS);
    let generation = order.number() >> (SLOT_BITS + MARKET_BITS);
    let slot = order.number() & low_bits(SLOT_BITS);
    let market = u32::try_from(market).expect("Invariant: 12 bits");
    (MarketId::new(market), OrderId::new(generation << BOOK_GENERATION_SHIFT | slot))
}

/// The slot that an order has or had in its book.
pub(super) fn slot(order: OrderId) -> usize {
    usize::try_from(order.number() & low_bits(SLOT_BITS)).expect("Invariant: 24 bits")
}

const fn low_bits(count: u32) -> u64 {
    (1 << count) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_market_slot_and_generation() {
        let corners = |bits: u32| [0, 1, (1_u64 << bits) - 1];
        let mut seen = std::collections::BTreeSet::new();
        for market in corners(12) {
            for slot_number in corners(24) {
                for generation in corners(28) {
                    let market = MarketId::new(u32::try_from(market).unwrap());
                    let book_id = OrderId::new(generation << 32 | slot_number);
                    let order = at_exchange(market, book_id);
                    assert_eq!(in_book(order), (market, book_id));
                    assert_eq!(slot(order) as u64, slot_number);
                    assert!(seen.insert(order), "{order} was given out twice");
                }
            }
        }
    }
}
