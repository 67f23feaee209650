//! What the reader accepts runs to its end: the largest amounts.

use std::fmt::Write as _;
use std::path::Path;

use fillgap::protocol::record::RunEnd;
use fillgap::scenario::{Scenario, ScenarioErrors};

use crate::runs;

fn read(text: &str) -> Result<Scenario, ScenarioErrors> {
    Scenario::of_text(Path::new("tests/fixtures/read.toml"), text, &[])
}

/// Two accounts trade the most that one order may be for, again and again: with 1,000 orders the flow is
/// full. 500 matches of 100,000,000 contracts put 50,000 million dollars into the pool, at fees of ten times
/// the usual. The market pays them, every invariant holds, and one order of 0.01 more is refused.
#[test]
fn the_largest_flow_runs_to_its_end() {
    let mut orders = String::new();
    for match_number in 0..500 {
        for (account, side) in [("left", "bid"), ("right", "ask")] {
            writeln!(
                orders,
                "{{ at_s = {match_number}, account = \"{account}\", side = \"{side}\", \
                 price_dollars = 0.5, quantity_contracts = 100000000 }},"
            )
            .unwrap();
        }
    }
    let scenario = |more: &str| {
        read(&format!(
            "title = \"Large\"\nends_at_s = 600\n\
             [[market]]\nticker = \"KXDEMO-26NOV22-T50\"\nfees.multiplier = 10\n\
             step = [{{ at_s = 550, kind = \"close\" }},\n\
             {{ at_s = 560, kind = \"determine\", result = \"yes\" }},\n\
             {{ at_s = 570, kind = \"settle\" }}]\n\
             [flow]\nkind = \"scripted\"\norder = [\n{orders}{more}]\n\
             [bot.strategy]\nkind = \"scheduled\"\nsignal = []\n\
             [[engine]]\nname = \"immediate\"\nentry = {{ kind = \"immediate\" }}\n"
        ))
    };
    let full = scenario("").unwrap_or_else(|errors| panic!("{errors}"));
    let output = runs::run(&full, "immediate");
    assert_eq!(output.end, RunEnd::Horizon);
    let more = "{ at_s = 600, side = \"bid\", price_dollars = 0.5, quantity_contracts = 0.01 }";
    let errors = scenario(more).unwrap_err();
    let found: Vec<String> = errors.errors().iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    let expected = "flow.order.1000.quantity_contracts: found 0.01, allowed are 100000000000 contracts \
                    at most in all orders together";
    assert!(found[0].ends_with(expected), "{found:?}");
}
