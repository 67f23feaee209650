//! The model bot's entry: to a target, with a wait that cancels, into one record for each market.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::position_record::{EntryOrder, FollowedOrder, Outcome, PositionRecord, RecordKey};
use crate::bot::positions::Positions;
use crate::bot::reconcile::Reconciler;
use crate::bot::reference_wait;
use crate::bot::settings::ReferenceEntrySettings;
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::protocol::record::{BeliefCause, Decision, EntryResult, Wait};
use crate::protocol::{CreateOrder, Purpose};
use crate::units::{Price, Quantity};

/// Contracts that are missing to what the signal wants, by the list.
pub(super) fn missing(shared: &Shared, signal: &Signal) -> Quantity {
    signal.quantity.saturating_sub(believed(&shared.positions, signal))
}

/// The same against what is held, when list and exchange differ; nothing when enough is held.
pub(super) async fn missing_in_truth(
    shared: &Shared,
    signal: &Signal,
    wanted: Quantity,
) -> Quantity {
    let live = shared.live_contracts(Purpose::Decide).await;
    let live = live.get(&signal.market).copied().unwrap_or_default();
    if live >= signal.quantity {
        Quantity::ZERO
    } else if live == believed(&shared.positions, signal) {
        wanted
    } else {
        signal.quantity - live
    }
}

fn believed(positions: &Positions, signal: &Signal) -> Quantity {
    let records = positions.unsettled();
    let here = records.iter().filter(|record| record.key() == key(signal));
    here.map(PositionRecord::contracts).sum()
}

fn key(signal: &Signal) -> RecordKey {
    RecordKey { market: signal.market, outcome: Outcome::Yes }
}

/// Waits, commits what filled, reconciles and saves at once, and asks once more what is held, which
/// changes nothing. A refused order, and one that counts as unfilled, leaves no record.
pub(super) async fn enter(
    shared: &Shared,
    signal: &Signal,
    order: CreateOrder,
    wanted: Quantity,
    settings: ReferenceEntrySettings,
    reconciler: &Reconciler,
) -> EntryOutcome {
    let Ok(created) = shared.venue.create(order, purpose(signal)).await else {
        return EntryOutcome::nothing(EntryResult::Failed);
    };
    let followed = FollowedOrder { id: created.order, filled_at_once: created.filled };
    shared.decide(Decision::WaitBegan(Wait::Entry));
    let wait = settings.wait;
    let filled = reference_wait::wait(shared, followed, signal.market, wanted, wait).await;
    shared.decide(Decision::WaitEnded(Wait::Entry));
    if !filled.is_zero() {
        commit(&shared.positions, signal, filled, followed);
        // A failure here is caught together with everything else that an entry may fail with.
        let _: Result<_, _> = reconciler.reconcile().await;
        shared.positions.save();
        shared.held(Purpose::Decide).await;
    }
    EntryOutcome::known(signal, filled)
}

/// Adds what filled to the record of the same market, at the mean price; a settled one stays
/// settled, so that what is added to it does not count. Without one, opens a record.
fn commit(positions: &Positions, signal: &Signal, filled: Quantity, order: FollowedOrder) {
    let cause = BeliefCause::EntryConfirmed;
    let same = positions.all().into_iter().find(|record| record.key() == key(signal));
    let Some(same) = same else {
        positions.open(signal, filled, EntryOrder::Known(order), cause);
        return;
    };
    positions.change(same.id, cause, |record| {
        let contracts = record.contracts() + filled;
        let cost = record.exposure() + signal.limit_price.times(filled);
        record.set_contracts(contracts);
        record.entry_price = mean_price(cost.millionths(), contracts);
        record.entry_value = record.entry_price.times(contracts);
        record.entry_order = EntryOrder::Known(order);
    });
}

/// A cost for each contract [0.0001 dollar], rounded down.
fn mean_price(cost_millionths: i64, contracts: Quantity) -> Price {
    let each = i128::from(cost_millionths) / i128::from(contracts.hundredths().max(1));
    let each = u16::try_from(each).expect("Invariant: a mean of prices is a price");
    Price::new(each).expect("Invariant: a mean of prices is a price")
}
