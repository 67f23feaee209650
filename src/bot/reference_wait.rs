//! The model bot's wait for a fill, which cancels what did not fill in time and looks again.

use crate::bot::follow::filled_counter;
use crate::bot::position_record::{FollowedOrder, Outcome, RecordKey};
use crate::bot::settings::{OrderSchema, WaitSettings};
use crate::bot::shared::Shared;
use crate::link::RequestError;
use crate::protocol::{OrderStatus, OrderView, Purpose, RejectReason};
use crate::units::{MarketId, Quantity, SimDuration};

/// From the call to the first look.
const FIRST_LOOK: SimDuration = SimDuration::from_ms(250);
/// The shortest sleep between two looks.
const SHORTEST_POLL: SimDuration = SimDuration::from_ms(250);
/// For how long the order is looked at after its cancel.
const LOOKS_AFTER_CANCEL: SimDuration = SimDuration::from_s(5);
/// The sleep between those looks.
const POLL_AFTER_CANCEL: SimDuration = SimDuration::from_ms(750);
/// How many other forms of a cancel are tried after the first was refused.
const OTHER_CANCELS: u32 = 2;
/// What a look costs the bot itself. It only matters where the link takes no time: the bot asks
/// again at once for an order that is not known, and would ask forever within one instant.
const SHORTEST_LOOK: SimDuration = SimDuration::from_ms(1);

/// Waits for the fill of a buy order and returns how many contracts it counts as filled.
///
/// `expected` is what the bot wanted, even when less was sent. It is what the bot takes for filled
/// where it sees that the order is done, but not how much of it filled.
pub(super) async fn wait(
    shared: &Shared,
    order: FollowedOrder,
    market: MarketId,
    expected: Quantity,
    settings: WaitSettings,
) -> Quantity {
    let clock = shared.clock();
    let began = clock.now();
    clock.sleep(FIRST_LOOK).await;
    while clock.now().since(began) < settings.timeout {
        let asked_at = clock.now();
        match shared.venue.order(order.id, Purpose::Follow).await {
            Err(RequestError::Rejected(RejectReason::OrderNotFound)) => {
                let next = asked_at + SHORTEST_LOOK;
                if clock.now() < next {
                    clock.sleep_until(next).await;
                }
                continue;
            }
            Err(_) => {}
            Ok(view) => {
                let filled = seen_filled(shared.schema, &view, order, expected);
                if !filled.is_zero() {
                    return filled;
                }
            }
        }
        clock.sleep(settings.poll.length().max(SHORTEST_POLL)).await;
    }
    cancel(shared, order).await;
    look_after_cancel(shared, order, market, expected).await
}

/// What a look shows as filled. A canceled order reads as nothing, whatever it filled before.
fn seen_filled(
    schema: OrderSchema,
    view: &OrderView,
    order: FollowedOrder,
    expected: Quantity,
) -> Quantity {
    if view.status == OrderStatus::Canceled {
        return Quantity::ZERO;
    }
    match counted(schema, view, order) {
        Some(filled) => filled,
        None if view.status == OrderStatus::Executed && view.remaining.is_zero() => expected,
        None => Quantity::ZERO,
    }
}

/// The counter that the model bot reads: its list of names ends with that of the order's size.
fn counted(schema: OrderSchema, view: &OrderView, order: FollowedOrder) -> Option<Quantity> {
    match schema {
        OrderSchema::SizeOnly => Some(view.initial),
        _ => filled_counter(schema, view, order.filled_at_once),
    }
}

/// Cancels, in other forms as well while none is accepted.
async fn cancel(shared: &Shared, order: FollowedOrder) {
    let mut tries = 1 + OTHER_CANCELS;
    while tries > 0 && shared.venue.cancel(order.id, Purpose::Follow).await.is_err() {
        tries -= 1;
    }
}

async fn look_after_cancel(
    shared: &Shared,
    order: FollowedOrder,
    market: MarketId,
    expected: Quantity,
) -> Quantity {
    let clock = shared.clock();
    let began = clock.now();
    while clock.now().since(began) < LOOKS_AFTER_CANCEL {
        match shared.venue.order(order.id, Purpose::Follow).await {
            Ok(view) if view.status == OrderStatus::Executed => {
                let one = Quantity::of_contracts(1).expect("Invariant: one contract is a quantity");
                let counted = counted(shared.schema, &view, order);
                return counted.filter(|filled| !filled.is_zero()).unwrap_or(one);
            }
            Err(RequestError::Rejected(RejectReason::OrderNotFound)) => {
                // A position of this market and outcome is taken for the order's, in full.
                let held = shared.held(Purpose::Follow).await;
                let is_held = held.contains_key(&RecordKey { market, outcome: Outcome::Yes });
                return if is_held { expected } else { Quantity::ZERO };
            }
            Ok(_) | Err(_) => {}
        }
        clock.sleep(POLL_AFTER_CANCEL).await;
    }
    Quantity::ZERO
}
