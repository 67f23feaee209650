//! Comparing the position list with the exchange.

mod closing;
mod entry_order;
mod open;
mod presence;
mod settlement;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::bot::position_record::{PositionRecord, Stage};
use crate::bot::positions::Positions;
use crate::bot::settings::{
    BotSettings, EntrySettings, ReconcileSchedule, ReconcileSettings, TrackReading,
};
use crate::bot::shared::Shared;
use crate::protocol::Purpose;
use crate::protocol::record::PassFailure;
use crate::units::{MarketId, OrderId, Quantity, SimTime};

/// A reconciler. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Reconciler {
    shared: Shared,
    rules: Option<ReconcileSettings>,
    /// An entry that tracks its orders corrects the open records by its own reading.
    reading: Option<TrackReading>,
    /// When the scheduled one is due next.
    due: Rc<Cell<SimTime>>,
}

impl Reconciler {
    /// The reconciler of a bot. It does nothing when the settings have none, or when the bot is
    /// told the truth anyway.
    pub(super) fn new(settings: &BotSettings, shared: &Shared) -> Self {
        let (rules, reading) = match settings.entry {
            EntrySettings::Immediate(_)
            | EntrySettings::WaitForFill(_)
            | EntrySettings::FirstFill(_)
            | EntrySettings::Reference(_) => (settings.reconcile, None),
            EntrySettings::TrackAndReconcile(reading) => (settings.reconcile, Some(reading)),
            EntrySettings::FillFeed(_) | EntrySettings::Oracle => (None, None),
        };
        let mut due = SimTime::START;
        if let Some(ReconcileSettings::Narrated(schedule)) = rules {
            due = schedule.first_at;
        }
        Self { shared: shared.clone(), rules, reading, due: Rc::new(Cell::new(due)) }
    }

    /// When the scheduled one is due next.
    pub(super) fn due(&self) -> Option<SimTime> {
        self.schedule().map(|_| self.due.get())
    }

    fn schedule(&self) -> Option<ReconcileSchedule> {
        match self.rules {
            Some(ReconcileSettings::Narrated(schedule)) => Some(schedule),
            _ => None,
        }
    }

    /// Reconciles if the schedule says so by now. Instants of the schedule that passed before are
    /// left out.
    pub(super) async fn run_if_due(&self) {
        let Some(schedule) = self.schedule() else { return };
        let now = self.shared.clock().now();
        if self.due.get() > now {
            return;
        }
        while self.due.get() <= now {
            self.due.set(self.due.get() + schedule.every.length());
        }
        match self.reading {
            None => self.run_as_narrated().await,
            Some(reading) => self.run_on_reading(reading).await,
        }
    }

    /// Reconciles where the loop calls it, then settles. The scheduled one leaves the call out.
    ///
    /// # Errors
    /// When the code fails; what comes after the failure is not done.
    pub(super) async fn run_in_pass(&self) -> Result<(), PassFailure> {
        self.reconcile().await?;
        let shared = &self.shared;
        match (self.rules, self.reading) {
            (Some(ReconcileSettings::PresenceOnly), None) => settlement::average(shared).await,
            (Some(ReconcileSettings::DownOnly), None) => {
                settlement::lower(shared).await;
                Ok(())
            }
            // The model bot settles by the result of a market alone.
            _ => Ok(()),
        }
    }

    /// Reconciles without settling, unless that is done on schedule.
    pub(super) async fn reconcile(&self) -> Result<(), PassFailure> {
        let shared = &self.shared;
        match (self.rules, self.reading) {
            (None | Some(ReconcileSettings::Narrated(_)), _) => {}
            (Some(ReconcileSettings::Literal), _) => {
                shared.held(Purpose::Reconcile).await;
                return Err(PassFailure::Reconcile);
            }
            (Some(_), Some(reading)) => self.run_on_reading(reading).await,
            (Some(rules), None) => presence::compare(shared, rules).await,
        }
        Ok(())
    }

    /// Whether the bot asks what is held before it starts anew.
    pub(super) fn syncs_at_start(&self) -> bool {
        self.rules == Some(ReconcileSettings::Reference)
    }

    async fn run_as_narrated(&self) {
        let positions = &self.shared.positions;
        if positions.unsettled().is_empty() {
            return;
        }
        let live = self.shared.live_contracts(Purpose::Reconcile).await;
        for account in self.by_market(&live, &BTreeSet::default()) {
            let missing = closing::take(positions, &account, account.missing(positions));
            open::take(positions, &account, missing);
            open::give(positions, &account);
        }
    }

    async fn run_on_reading(&self, reading: TrackReading) {
        let positions = &self.shared.positions;
        if positions.unsettled().is_empty() {
            return;
        }
        match reading {
            TrackReading::Positions => {
                let live = self.shared.live_contracts(Purpose::Reconcile).await;
                for account in self.by_market(&live, &BTreeSet::default()) {
                    entry_order::lower_to_live(positions, &account);
                    closing::take(positions, &account, account.missing(positions));
                }
            }
            TrackReading::Orders => self.run_on_orders().await,
        }
    }

    /// Reads the entry orders for the records that are open, and the positions only when an exit
    /// is under way.
    async fn run_on_orders(&self) {
        let positions = &self.shared.positions;
        let views = self.shared.venue.orders(Purpose::Reconcile).await.unwrap_or_default();
        entry_order::follow(positions, self.shared.schema, &views);
        let closing = |record: &PositionRecord| matches!(record.stage, Stage::Closing(_));
        if positions.unsettled().iter().any(closing) {
            let live = self.shared.live_contracts(Purpose::Reconcile).await;
            let resting = entry_order::resting(&views);
            for account in self.by_market(&live, &resting) {
                closing::take(positions, &account, account.missing(positions));
            }
        }
    }

    /// What the exchange shows for each market that has unsettled records.
    fn by_market<'a>(
        &self,
        live: &BTreeMap<MarketId, Quantity>,
        resting: &'a BTreeSet<OrderId>,
    ) -> Vec<LiveMarket<'a>> {
        let records = self.shared.positions.unsettled();
        let markets: BTreeSet<_> = records.iter().map(|record| record.market).collect();
        let contracts = |market| live.get(&market).copied().unwrap_or_default();
        markets
            .into_iter()
            .map(|market| LiveMarket { market, live: contracts(market), resting })
            .collect()
    }
}

/// What the exchange shows for one market.
#[derive(Clone, Copy, Debug)]
struct LiveMarket<'a> {
    market: MarketId,
    /// YES contracts held.
    live: Quantity,
    /// Entry orders that are known to rest still.
    resting: &'a BTreeSet<OrderId>,
}

impl LiveMarket<'_> {
    /// The market's unsettled records, newest first.
    fn newest_first(&self, positions: &Positions) -> Vec<PositionRecord> {
        let mut records = positions.unsettled();
        records.retain(|record| record.market == self.market);
        records.reverse();
        records
    }

    /// Contracts that the records claim.
    fn believed(&self, positions: &Positions) -> Quantity {
        self.newest_first(positions).iter().map(|record| record.stake.long()).sum()
    }

    /// Contracts that the records claim and the exchange does not show.
    fn missing(&self, positions: &Positions) -> Quantity {
        self.believed(positions).saturating_sub(self.live)
    }
}
