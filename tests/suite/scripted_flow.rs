//! Scripts played into the exchange.

use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::flow::scripted::{ScriptError, Scripted, ScriptedAction, ScriptedOrder, ScriptedStep};
use fillgap::flow::{Flow, FlowStep};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    TimeInForce,
};
use fillgap::protocol::Crossing;
use fillgap::units::{AccountId, EventId, MarketId, Side, SimTime};

const WALL: AccountId = AccountId::new(0);
const OTHERS: AccountId = AccountId::new(1);

fn at_s(s: u64) -> SimTime {
    SimTime::from_ns(s * 1_000_000_000)
}

fn place(
    s: u64,
    account: AccountId,
    label: &str,
    side: Side,
    price: &str,
    quantity: &str,
) -> ScriptedStep {
    let order = ScriptedOrder {
        account,
        label: (!label.is_empty()).then(|| label.to_owned()),
        market: MarketId::new(0),
        side,
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        time_in_force: TimeInForce::REST,
        crossing: Crossing::Allowed,
    };
    ScriptedStep { at: at_s(s), action: ScriptedAction::Place(order) }
}

fn cancel(s: u64, label: &str) -> ScriptedStep {
    ScriptedStep { at: at_s(s), action: ScriptedAction::Cancel { label: label.to_owned() } }
}

/// Plays a script and notes, at each instant with a step, what rests: bids | asks.
fn play(script: &mut Scripted) -> Vec<String> {
    let mut exchange = Exchange::new(ExchangeSettings::default());
    let market = exchange.list_market(MarketTerms {
        ticker: "KXDEMO-26NOV22-T50".to_owned(),
        event: EventId::new(0),
        levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
        fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
    });
    assert_eq!(exchange.open_account(Funding::Unlimited), WALL);
    assert_eq!(exchange.open_account(Funding::Unlimited), OTHERS);
    let mut lines = Vec::new();
    while let Some(now) = script.next_due() {
        while let Some(step) = script.next_step(now) {
            let FlowStep::Act { account, request } = step else { panic!("this script acts alone") };
            let mut events = Vec::new();
            exchange.apply(now, account, &request, now, &mut events);
            for event in &events {
                if let ExchangeEvent::Private(message) = event {
                    script.observe(message);
                }
            }
        }
        let book = exchange.book(market);
        let side = |levels: &[fillgap::protocol::BookLevel]| {
            let levels = levels.iter().map(|level| format!("{}x{}", level.quantity, level.price));
            levels.collect::<Vec<_>>().join(" ")
        };
        lines.push(format!("{now}: {} | {}", side(&book.bids), side(&book.asks)));
    }
    lines
}

/// The order of the steps in the list does not matter but for those of one instant. Orders 0 to 3
/// rest or trade; at 3 s the taker leaves 20 of the wall, which the cancel at 4 s removes; the cancel
/// at 5 s finds the order executed, that at 6 s the order that was off the grid.
#[test]
fn a_script_plays_in_the_order_of_its_times() {
    let mut script = Scripted::new(vec![
        cancel(4, "wall"),
        place(0, WALL, "wall", Side::Ask, "0.66", "50"),
        place(1, OTHERS, "", Side::Bid, "0.60", "5"),
        place(3, OTHERS, "taker", Side::Bid, "0.66", "30"),
        place(3, OTHERS, "lost", Side::Bid, "0.555", "1"),
        cancel(5, "taker"),
        cancel(6, "lost"),
        cancel(6, "wall"),
    ])
    .unwrap();
    assert_eq!(
        play(&mut script),
        [
            "0:  | 50x0.66",
            "1: 5x0.60 | 50x0.66",
            "3: 5x0.60 | 20x0.66",
            "4: 5x0.60 | ",
            "5: 5x0.60 | ",
            "6: 5x0.60 | ",
        ]
    );
    assert_eq!(script.needless_cancels(), 3);
}

/// An order and its cancel at one instant: the list's order counts.
#[test]
fn an_order_can_leave_at_the_instant_at_which_it_came() {
    let mut script =
        Scripted::new(vec![place(2, WALL, "flash", Side::Bid, "0.40", "9"), cancel(2, "flash")])
            .unwrap();
    assert_eq!(play(&mut script), ["2:  | "]);
    assert_eq!(script.needless_cancels(), 0);
}

/// The script knows no order of the bot; it says where, and whoever asks it does the rest.
#[test]
fn a_withdrawal_is_passed_on_at_its_time() {
    let market = MarketId::new(3);
    let withdraw = ScriptedStep { at: at_s(2), action: ScriptedAction::Withdraw { market } };
    let mut script = Scripted::new(vec![withdraw]).unwrap();
    assert_eq!(script.next_due(), Some(at_s(2)));
    assert_eq!(script.next_step(at_s(1)), None);
    assert_eq!(script.next_step(at_s(2)), Some(FlowStep::Withdraw { market }));
    assert_eq!(script.next_due(), None);
}

#[test]
fn an_account_is_told_of_its_own_orders_only() {
    let mut script =
        Scripted::new(vec![place(0, WALL, "wall", Side::Bid, "0.40", "9"), cancel(1, "wall")])
            .unwrap();
    let before = script.clone();
    script.observe(&fillgap::protocol::PrivateMessage {
        account: OTHERS,
        execution: fillgap::protocol::Execution::Accepted {
            order: fillgap::units::OrderId::new(7),
            client_order: fillgap::units::ClientOrderId::new(0),
            market: MarketId::new(0),
            side: Side::Bid,
            limit_price: "0.40".parse().unwrap(),
            quantity: "9".parse().unwrap(),
        },
    });
    assert_eq!(script, before);
}

#[test]
fn labels_are_checked() {
    let wall = |s| place(s, WALL, "wall", Side::Ask, "0.66", "50");
    let problem = |steps| Scripted::new(steps).expect_err("the script is wrong");
    let label = || "wall".to_owned();
    assert_eq!(
        problem(vec![wall(2), wall(1)]),
        ScriptError::DuplicateLabel { at: at_s(2), label: label() }
    );
    assert_eq!(
        problem(vec![wall(2), cancel(1, "wall")]),
        ScriptError::CancelBeforeOrder { at: at_s(1), label: label(), placed_at: at_s(2) }
    );
    assert_eq!(
        problem(vec![wall(2), cancel(3, "door")]).to_string(),
        "cancel at 3 s: found label `door`, allowed is one of `wall`"
    );
    assert_eq!(
        problem(vec![cancel(3, "door")]).to_string(),
        "cancel at 3 s: found label `door`, allowed is one of none"
    );
    assert_eq!(
        problem(vec![wall(1), wall(2)]).to_string(),
        "order at 2 s: found label `wall` a second time, allowed is once"
    );
    assert_eq!(
        problem(vec![wall(2), cancel(1, "wall")]).to_string(),
        "cancel at 1 s: found label `wall`, allowed is after its order at 2 s"
    );
}
