//! `[flow]`.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::flow::capture::{Capture, CaptureError, CapturedMarket};
use crate::flow::recorded::{CancelModel, RecordedSettings, Recording};
use crate::flow::scripted::{Scripted, ScriptedAction, ScriptedOrder, ScriptedStep};
use crate::market::{MarketTerms, PriceLevelLabel, PriceLevelStructure, TimeInForce};
use crate::protocol::Crossing;
use crate::scenario::decode::bot::never_rests;
use crate::scenario::decode::market::{MarketDraft, list};
use crate::scenario::decode::{Known, MOST_CONTRACTS, MOST_IN_ALL};
use crate::scenario::error::{Fault, Problems, Read};
use crate::scenario::files::Files;
use crate::scenario::plan::{FlowPlan, FlowSource};
use crate::scenario::reader::{NAME, Section, Text, Word, contracts, instant, price};
use crate::units::{AccountId, MarketId, Quantity, Side, SimTime};

/// What a flow needs from the rest of the file, and what it gives.
pub(super) struct Around<'a> {
    /// When the scenario ends, if that could be read.
    pub(super) ends_at: Option<SimTime>,
    /// The markets as the file has them, if they could be read.
    pub(super) drafts: Option<Vec<MarketDraft>>,
    /// The files that are named.
    pub(super) files: &'a Files,
    /// Takes the markets with their price levels, once these are known.
    pub(super) terms: OnceCell<Vec<MarketTerms>>,
    /// Takes the end of the recording, if there is one.
    pub(super) recorded_until: OnceCell<SimTime>,
}

impl Around<'_> {
    /// Lists the markets; `captured` is the number of the one that is in the capture.
    fn list(&self, drafts: Vec<MarketDraft>, captured: Option<(usize, &CapturedMarket)>) {
        let levels_of = |number| match captured {
            Some((recorded, market)) if recorded == number => market.infer_levels(),
            _ => PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
        };
        self.terms.get_or_init(|| list(drafts, levels_of));
    }

    fn known(&self) -> Known {
        Known { ends_at: self.ends_at, markets: self.terms.get().cloned() }
    }
}

/// Reads `[flow]`.
pub(super) fn flow(section: &mut Section<'_>, around: &Around<'_>) -> Read<FlowPlan> {
    section.kind(
        "where everyone else's orders come from",
        None,
        &[
            ("scripted", &|section| scripted(section, around)),
            ("recorded", &|section| recorded(section, around)),
        ],
    )
}

/// What a script's orders leave behind for its cancels.
struct Script {
    /// The accounts, in the order in which they are first named.
    accounts: Vec<String>,
    /// Each label with the time of its order. An order that could not be read has its label here.
    labels: BTreeMap<String, Option<SimTime>>,
    /// Contracts that further orders may be for.
    left: Quantity,
}

impl Script {
    const fn new() -> Self {
        Self { accounts: Vec::new(), labels: BTreeMap::new(), left: MOST_IN_ALL }
    }

    /// Whether so many contracts more are not too many.
    fn has_room(&mut self, quantity: Quantity) -> bool {
        let has_room = quantity <= self.left;
        self.left = self.left.saturating_sub(quantity);
        has_room
    }

    fn account(&mut self, name: String) -> AccountId {
        let known = self.accounts.iter().position(|account| *account == name);
        let number = known.unwrap_or_else(|| {
            self.accounts.push(name);
            self.accounts.len() - 1
        });
        AccountId::new(u32::try_from(number).expect("Invariant: few accounts"))
    }
}

fn scripted(section: &mut Section<'_>, around: &Around<'_>) -> Read<FlowPlan> {
    if let Some(drafts) = &around.drafts {
        around.list(drafts.clone(), None);
    }
    let known = around.known();
    let script = RefCell::new(Script::new());
    let orders =
        section.sections("order", |section| order(section, &known, &mut script.borrow_mut()));
    let cancels = section.sections("cancel", |section| cancel(section, &known, &script.borrow()));
    let withdrawals = section.sections("withdrawal", |section| withdrawal(section, &known));
    let (mut steps, cancels, withdrawals) = (orders?, cancels?, withdrawals?);
    // At one instant the script keeps this order: a cancel then finds its order.
    steps.extend(cancels.into_iter().chain(withdrawals));
    let script = script.into_inner();
    let source = Scripted::new(steps).expect("Invariant: every label was checked");
    Ok(FlowPlan { accounts: script.accounts, source: FlowSource::Scripted(source) })
}

fn order(section: &mut Section<'_>, known: &Known, script: &mut Script) -> Read<ScriptedStep> {
    let times = instant(SimTime::START, known.latest());
    let at = section.required("at_s", "when the order arrives", &times);
    let about = "the account that sends it";
    let account = section.or("account", about, &NAME, "others".to_owned());
    let label = section.optional("label", "a name for it, by which it can be canceled", &NAME);
    let label = label.and_then(|label| add_label(section, label, at.ok(), script));
    let market = known.market(section);
    let sides = [("bid", Side::Bid), ("ask", Side::Ask)];
    let side = section.required("side", "the side of the YES book", &Word(&sides));
    let price = section.required("price_dollars", "the limit", &price());
    let about = "contracts; all orders together are for 100000000000 at most";
    let quantity = section.required("quantity_contracts", about, &contracts(MOST_CONTRACTS));
    let quantity = quantity.and_then(|quantity| {
        let allowed = || format!("are {MOST_IN_ALL} contracts at most in all orders together");
        section.check(script.has_room(quantity), "quantity_contracts", allowed).map(|()| quantity)
    });
    let time_in_force = time_in_force(section, at.ok());
    let crossings = [("allowed", Crossing::Allowed), ("post_only", Crossing::PostOnly)];
    let about = "what becomes of it if it would trade at once";
    let crossing = section.or("crossing", about, &Word(&crossings), Crossing::Allowed);
    let (at, account, market, price) = (at?, account?, market?, price?);
    let order = ScriptedOrder {
        account: script.account(account),
        label: label?,
        market,
        side: side?,
        price,
        quantity: quantity?,
        time_in_force: time_in_force?,
        crossing: crossing?,
    };
    known.check_grid(section, "price_dollars", market, price)?;
    Ok(ScriptedStep { at, action: ScriptedAction::Place(order) })
}

fn add_label(
    section: &Section<'_>,
    label: Option<String>,
    at: Option<SimTime>,
    script: &mut Script,
) -> Read<Option<String>> {
    if let Some(label) = &label {
        let is_new = script.labels.insert(label.clone(), at).is_none();
        let allowed = || "is a label that no other order has".to_owned();
        section.check(is_new, "label", allowed)?;
    }
    Ok(label)
}

fn time_in_force(section: &mut Section<'_>, at: Option<SimTime>) -> Read<TimeInForce> {
    let words = [
        ("good_till_canceled", TimeInForce::REST),
        ("immediate_or_cancel", TimeInForce::ImmediateOrCancel),
        ("fill_or_kill", TimeInForce::FillOrKill),
    ];
    let about = "how long it may live";
    let word = section.or("time_in_force", about, &Word(&words), TimeInForce::REST);
    let times = instant(SimTime::START, SimTime::START + super::LONGEST);
    let about = "when it leaves the book by itself";
    let expires_at = section.optional("expires_at_s", about, &times);
    let (word, expires_at) = (word?, expires_at?);
    let Some(expiry) = expires_at else { return Ok(word) };
    section.check(word == TimeInForce::REST, "expires_at_s", never_rests)?;
    let is_later = at.is_none_or(|at| expiry > at);
    section.check(is_later, "expires_at_s", || "is later than `at_s`".to_owned())?;
    Ok(TimeInForce::GoodTillCanceled { expires_at })
}

fn cancel(section: &mut Section<'_>, known: &Known, script: &Script) -> Read<ScriptedStep> {
    let times = instant(SimTime::START, known.latest());
    let at = section.required("at_s", "when the cancel arrives", &times);
    let label = section.required("label", "the label of the order to cancel", &NAME);
    let (at, label) = (at?, label?);
    match script.labels.get(&label) {
        None => {
            let labels: Vec<&str> = script.labels.keys().map(String::as_str).collect();
            section.refuse("label", Fault::not_among(&label, &labels))
        }
        Some(Some(placed)) if *placed > at => {
            let allowed = format!("is {placed} or later, when `{label}` is placed");
            section.refuse_value("at_s", allowed)
        }
        Some(_) => Ok(ScriptedStep { at, action: ScriptedAction::Cancel { label } }),
    }
}

/// Reads when somebody else cancels what the bot has resting.
fn withdrawal(section: &mut Section<'_>, known: &Known) -> Read<ScriptedStep> {
    let times = instant(SimTime::START, known.latest());
    let about = "when all that the bot has resting is canceled, by its owner or the exchange";
    let at = section.required("at_s", about, &times);
    let market = known.market(section);
    let (at, market) = (at?, market?);
    Ok(ScriptedStep { at, action: ScriptedAction::Withdraw { market } })
}

fn recorded(section: &mut Section<'_>, around: &Around<'_>) -> Read<FlowPlan> {
    let file = Text { what: "the path of a capture", shortest: 1, longest: 1_000 };
    let about = "a recording of the venue's websocket, plain or gzip; it places 100000000000 contracts at most";
    let file = section.required("capture", about, &file);
    let about = "the ticker of its market; left out: the market with the most deltas";
    let ticker = section.optional("market", about, &NAME);
    let models = [
        ("pro_rata", CancelModel::ProRata),
        ("newest_first", CancelModel::NewestFirst),
        ("oldest_first", CancelModel::OldestFirst),
    ];
    let about = "which of the crowd's orders leave in a recorded cancel";
    let cancels = section.or("cancels", about, &Word(&models), CancelModel::ProRata);
    let (file, ticker, cancels) = (file?, ticker?, cancels?);
    let path = around.files.find(&file).or_else(|fault| section.refuse("capture", fault))?;
    let inner = |error: CaptureError| Fault::Inner { message: error.to_string() };
    let refuse = |error| section.refuse("capture", inner(error));
    let capture = Capture::open(&path).or_else(refuse)?;
    let captured = match &ticker {
        None => capture.busiest_market(),
        Some(ticker) => {
            let tickers: Vec<&str> = capture.markets().iter().map(|each| each.ticker()).collect();
            let unknown = |_| section.refuse("market", Fault::not_among(ticker, &tickers));
            capture.market(ticker).or_else(unknown)?
        }
    };
    let market = list_captured(section, around, captured)?;
    if let Some(last) = captured.moments().last() {
        around.recorded_until.get_or_init(|| captured.sim_time(last.at));
    }
    let terms = around.terms.get().expect("Invariant: the captured market is listed");
    let levels = &terms[market.number() as usize].levels;
    let recording = Recording::new(Arc::clone(captured), levels);
    let recording = recording.or_else(|error| section.refuse("capture", inner(error)))?;
    let allowed = || format!("is a capture in which {MOST_IN_ALL} contracts at most are placed");
    section.check(recording.placed() <= MOST_IN_ALL, "capture", allowed)?;
    section.resolve("market", &NAME, &captured.ticker().to_owned());
    let (crowd, crowd_taker) = (AccountId::new(0), AccountId::new(1));
    let settings = RecordedSettings { market, crowd, crowd_taker, cancels };
    let source = FlowSource::Recorded { recording: Arc::new(recording), settings };
    Ok(FlowPlan { accounts: ["crowd", "crowd_taker"].map(str::to_owned).to_vec(), source })
}

/// Lists the markets of the file; the captured one alone when the file has none. A single market
/// of the file is the captured one, whatever its ticker; of several it is the one with the ticker.
fn list_captured(
    section: &Section<'_>,
    around: &Around<'_>,
    captured: &CapturedMarket,
) -> Read<MarketId> {
    let ticker = captured.ticker();
    let drafts = around.drafts.clone().ok_or_else(Problems::without_report)?;
    let drafts = if drafts.is_empty() { vec![MarketDraft::of_ticker(ticker)] } else { drafts };
    let number = match drafts.as_slice() {
        [_] => 0,
        several => {
            let listed: Vec<&str> = several.iter().map(|draft| draft.ticker.as_str()).collect();
            let unknown = || section.refuse("market", Fault::not_among(ticker, &listed));
            listed.iter().position(|each| *each == ticker).map_or_else(unknown, Ok)?
        }
    };
    around.list(drafts, Some((number, captured)));
    Ok(MarketId::new(u32::try_from(number).expect("Invariant: few markets")))
}
