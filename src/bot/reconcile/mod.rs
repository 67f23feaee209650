//! Comparing the position list with the exchange.

mod closing;
mod entry_order;
mod open;

use std::collections::{BTreeMap, BTreeSet};

use crate::bot::positions::{PositionRecord, Positions, Stage};
use crate::bot::settings::{
    BotSettings, EntrySettings, ReconcileKind, ReconcileSchedule, TrackReading,
};
use crate::bot::shared::Shared;
use crate::protocol::Purpose;
use crate::units::{MarketId, OrderId, Quantity, SimTime};

/// Who corrects the records that are open. Records whose exit is under way are corrected alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpenRecords {
    /// The reconciler, by its own rules.
    Reconciler(ReconcileKind),
    /// The entry that tracks its orders, by its reading.
    Entry(TrackReading),
}

/// A reconciler with its next due time.
#[derive(Debug)]
pub(super) struct Reconciler {
    shared: Shared,
    schedule: ReconcileSchedule,
    open_records: OpenRecords,
    due: SimTime,
}

impl Reconciler {
    /// The reconciler of a bot; none when the settings have none, or when the bot is told the
    /// truth anyway.
    pub(super) fn new(settings: &BotSettings, shared: &Shared) -> Option<Self> {
        let reconcile = settings.reconcile?;
        let open_records = match settings.entry {
            EntrySettings::Immediate | EntrySettings::WaitForFill(_) => {
                OpenRecords::Reconciler(reconcile.kind)
            }
            EntrySettings::TrackAndReconcile(reading) => OpenRecords::Entry(reading),
            EntrySettings::FillFeed(_) | EntrySettings::Oracle => return None,
        };
        Some(Self {
            shared: shared.clone(),
            schedule: reconcile.schedule,
            open_records,
            due: reconcile.schedule.first_at,
        })
    }

    /// When it is due next.
    pub(super) fn due(&self) -> SimTime {
        self.due
    }

    /// Reconciles all markets. Instants of the schedule that passed before it starts are left out.
    pub(super) async fn run(&mut self) {
        let now = self.shared.clock().now();
        while self.due <= now {
            self.due += self.schedule.every.length();
        }
        let positions = &self.shared.positions;
        if positions.unsettled().is_empty() {
            return;
        }
        match self.open_records {
            OpenRecords::Reconciler(ReconcileKind::Narrated) => {
                let live = self.shared.live_contracts(Purpose::Reconcile).await;
                for account in self.by_market(&live, &BTreeSet::default()) {
                    let missing = closing::take(positions, &account, account.missing(positions));
                    open::take(positions, &account, missing);
                    open::give(positions, &account);
                }
            }
            OpenRecords::Entry(TrackReading::Positions) => {
                let live = self.shared.live_contracts(Purpose::Reconcile).await;
                for account in self.by_market(&live, &BTreeSet::default()) {
                    entry_order::lower_to_live(positions, &account);
                    closing::take(positions, &account, account.missing(positions));
                }
            }
            OpenRecords::Entry(TrackReading::Orders) => self.run_on_orders().await,
        }
    }

    /// Reads the entry orders for the records that are open, and the positions only when an exit
    /// is under way.
    async fn run_on_orders(&self) {
        let positions = &self.shared.positions;
        let views = self.shared.venue.orders(Purpose::Reconcile).await.unwrap_or_default();
        entry_order::follow(positions, &views);
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
