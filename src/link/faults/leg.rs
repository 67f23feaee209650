//! Draws what happens to each message of one leg.

use crate::kernel::{Stream, Streams};
use crate::link::Latency;
use crate::link::faults::chance::{Chance, Share};
use crate::link::faults::settings::{FaultSettings, LegFaults};
use crate::protocol::{Channel, HttpStatus, Leg};
use crate::units::SimDuration;

/// The chances of one leg, each with a stream of its own.
#[derive(Debug)]
pub(in crate::link) struct FaultLine {
    loss: Chance,
    duplication: Option<(Chance, Stream)>,
    reordering: Option<(Chance, Latency, Stream)>,
    errors: Vec<(HttpStatus, Chance)>,
}

/// What happens by chance to one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::link) struct Mishap {
    /// Whether it is lost.
    pub(in crate::link) lost: bool,
    /// The delay of its copy, if it has one.
    pub(in crate::link) copy: Option<SimDuration>,
    /// How long it is held back, if it is.
    pub(in crate::link) held_back: Option<SimDuration>,
    /// The error that answers, if one does.
    pub(in crate::link) error: Option<HttpStatus>,
}

impl FaultLine {
    /// The chances of a leg, with streams whose names begin with the leg's. Names fix the draws of
    /// every seed: never change them.
    pub(in crate::link) fn new(
        settings: &FaultSettings,
        (channel, leg): (Channel, Leg),
        name: &str,
        streams: Streams,
    ) -> Self {
        let stream = |kind: &str| streams.named(&format!("link.fault.{name}.{kind}"));
        let chance = |kind: &str, share| Chance::new(share, stream(kind));
        let none = LegFaults::default();
        let LegFaults { loss, duplication, reordering } =
            settings.leg(channel, leg).unwrap_or(&none);
        let errors = settings.errors(channel, leg);
        let error = |(status, share): (HttpStatus, Share)| {
            (status, chance(&format!("error_{status}"), share))
        };
        Self {
            loss: chance("loss", *loss),
            duplication: (*duplication > Share::NONE)
                .then(|| (chance("duplication", *duplication), stream("copy_delay"))),
            reordering: reordering.as_ref().map(|reordering| {
                let chance = chance("reordering", reordering.share);
                (chance, reordering.extra.clone(), stream("extra_delay"))
            }),
            errors: errors.into_iter().map(error).collect(),
        }
    }

    /// What happens to the next message, whose copy would be as slow as `latency` says. Every
    /// chance is drawn for every message, whatever else happens to it.
    pub(in crate::link) fn draw(&mut self, latency: &Latency) -> Mishap {
        let lost = self.loss.happens();
        let copy = self.duplication.as_mut().and_then(|(chance, stream)| {
            let delay = latency.draw(stream);
            chance.happens().then_some(delay)
        });
        let held_back = self.reordering.as_mut().and_then(|(chance, extra, stream)| {
            let extra = extra.draw(stream);
            chance.happens().then_some(extra)
        });
        let mut error = None;
        for (status, chance) in &mut self.errors {
            let happens = chance.happens();
            error = error.or(happens.then_some(*status));
        }
        Mishap { lost, copy, held_back, error }
    }
}
