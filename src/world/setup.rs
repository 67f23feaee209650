//! Builds the world of one run.

use crate::audit::{CommandAudit, ExchangeAudit};
use crate::bot::{Bot, Host, MarketView};
use crate::exchange::{Exchange, Funding};
use crate::flow::Flow;
use crate::flow::recorded::Recorded;
use crate::kernel::{Clock, Executor, Log, Streams};
use crate::link::{Gateway, Link};
use crate::protocol::record::{Record, RunMark};
use crate::scenario::{Engine, FlowSource, Scenario};
use crate::units::MarketId;
use crate::world::budget::Budget;
use crate::world::carrier::Carrier;
use crate::world::creates::Creates;
use crate::world::run::{RunError, RunOutput, World};
use crate::world::touch::Touches;

/// Runs one engine of a scenario with one seed, from the start to the scenario's end.
///
/// # Errors
/// When an invariant of the exchange breaks, which is a bug of fillgap.
///
/// # Panics
/// When the engine is not of the scenario.
pub fn run_one(scenario: &Scenario, engine: &Engine, seed: u64) -> Result<RunOutput, RunError> {
    run_bot(scenario, engine, &engine.bot, seed)
}

/// Runs a bot in the place of an engine's own, with its money and its signals.
///
/// # Errors
/// When an invariant of the exchange breaks, which is a bug of fillgap.
///
/// # Panics
/// When the engine is not of the scenario, or the bot panics.
pub fn run_bot(
    scenario: &Scenario,
    engine: &Engine,
    bot: &dyn Bot,
    seed: u64,
) -> Result<RunOutput, RunError> {
    let streams = Streams::new(seed);
    let clock = Clock::default();
    let log = Log::new(clock.clone());
    let mut exchange = Exchange::new(scenario.exchange);
    for (event, rules) in &scenario.venue.events {
        exchange.list_event(*event, *rules);
    }
    let listed = scenario.markets.iter().zip(&scenario.venue.markets);
    let markets: Vec<MarketView> = listed
        .map(|(terms, rules)| {
            let market = exchange.list_market_with(terms.clone(), rules.clone());
            log.append(Record::Run(RunMark::Listed { market, event: terms.event }));
            MarketView { market, event: terms.event, levels: terms.levels.clone() }
        })
        .collect();
    for _ in &scenario.flow.accounts {
        exchange.open_account(Funding::Unlimited);
    }
    let account = exchange.open_account(Funding::Cash(engine.cash));
    exchange.set_netting(account, engine.netting);
    let link = Link::new(&scenario.link, &streams);
    exchange.watch(account, link.lag_longest());
    let flow: Box<dyn Flow> = match &scenario.flow.source {
        FlowSource::Scripted(script) => Box::new(script.clone()),
        FlowSource::Recorded { recording, settings } => {
            Box::new(Recorded::new(recording.clone(), *settings, &streams))
        }
    };
    let executor = Executor::default();
    let gateway = Gateway::new(clock.clone(), log.clone());
    let (venue, spawner) = (gateway.venue(), executor.spawner());
    bot.start(Host::new(&markets, venue, spawner, streams, engine.bot.strategy.clone()));
    let ids: Vec<MarketId> = markets.iter().map(|view| view.market).collect();
    let audit = ExchangeAudit::new(&exchange);
    World {
        exchange,
        audit,
        agenda: scenario.venue.steps.iter().cloned().collect(),
        commands: CommandAudit::default(),
        flow,
        carrier: Carrier::new(link, log.clone()),
        creates: Creates::default(),
        gateway,
        executor,
        clock,
        log,
        bot: account,
        touches: Touches::new(&ids),
        ends_at: scenario.ends_at,
        budget: Budget::default(),
        events: Vec::new(),
        steps: 0,
    }
    .run()
}
