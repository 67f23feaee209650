//! What the bot waits for: fills, and the lock.

use std::collections::BTreeMap;

use crate::measure::story::{Line, Told, words};
use crate::protocol::record::{BotTask, Wait};
use crate::units::{MarketId, SimTime};

/// The waits that go on.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// The wait that began within the instant, which counts only if it lasts.
    began: Option<Told>,
    /// When the wait that goes on began.
    waiting: BTreeMap<Wait, SimTime>,
    /// When the wait of a task for the lock began.
    locked: BTreeMap<BotTask, SimTime>,
    /// The market of the latest signal.
    latest: Option<MarketId>,
    /// The market of the latest exit.
    latest_exit: Option<MarketId>,
}

impl Waits {
    /// A signal came.
    pub(super) const fn enter(&mut self, market: MarketId) {
        self.latest = Some(market);
    }

    /// An exit was sent.
    pub(super) const fn exit(&mut self, market: MarketId) {
        self.latest_exit = Some(market);
    }

    /// A wait begins; it is told at the instant's end, if it goes on.
    pub(super) fn begin(&mut self, time: SimTime, rank: usize, wait: Wait) {
        self.waiting.insert(wait, time);
        let line = format!("waits for {}, nothing else runs", words::wait(wait));
        self.began = Some(Told { rank, market: self.place_of(wait), line });
    }

    /// A wait ends.
    pub(super) fn end(&mut self, time: SimTime, wait: Wait) -> Option<Line> {
        let began = self.waiting.remove(&wait)?;
        if began == time {
            self.began = None;
            return None;
        }
        let line = format!("waited {} s for {}", time.since(began), words::wait(wait));
        Some((self.place_of(wait), line))
    }

    /// A task begins to wait for the lock.
    pub(super) fn begin_lock(&mut self, time: SimTime, task: BotTask) {
        self.locked.insert(task, time);
    }

    /// A task has the lock.
    pub(super) fn end_lock(&mut self, time: SimTime, task: BotTask) -> Option<Line> {
        let waited = time.since(self.locked.remove(&task)?);
        let line = format!("{} waited {waited} s for the lock", words::task(task));
        (!waited.is_zero()).then_some((None, line))
    }

    /// The bot starts anew and waits for nothing.
    pub(super) fn restart(&mut self) {
        self.waiting.clear();
        self.locked.clear();
    }

    /// The wait that began within the instant and goes on.
    pub(super) const fn settle(&mut self) -> Option<Told> {
        self.began.take()
    }

    /// Where what is waited for is.
    const fn place_of(&self, wait: Wait) -> Option<MarketId> {
        match wait {
            Wait::Entry => self.latest,
            Wait::Exit => self.latest_exit,
        }
    }
}
