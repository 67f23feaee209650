//! From a file to a scenario.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exchange::ExchangeSettings;
use crate::kernel::{Digest, Hasher};
use crate::link::LinkSettings;
use crate::market::MarketTerms;
use crate::scenario::decode::{Content, content};
use crate::scenario::error::{Fault, Problems, ScenarioError, ScenarioErrors, listed};
use crate::scenario::files::Files;
use crate::scenario::plan::{Engine, Expectation, FlowPlan};
use crate::scenario::reader::{ENGINE_NAME, Key, Kind, Listing, Section};
use crate::scenario::{Place, SetValue, VenuePlan, document, layers, set};
use crate::units::SimTime;

/// A scenario, complete and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file that it was read from.
    pub path: PathBuf,
    /// What it shows, in a few words.
    pub title: String,
    /// What happens and why.
    pub description: String,
    /// The root of all random numbers.
    pub seed: u64,
    /// When a run ends.
    pub ends_at: SimTime,
    /// The markets, by their numbers.
    pub markets: Vec<MarketTerms>,
    /// The choices of the exchange.
    pub exchange: ExchangeSettings,
    /// The rules of markets and events, and what happens to them and to the exchange.
    pub venue: VenuePlan,
    /// The bot's link.
    pub link: LinkSettings,
    /// Everyone else.
    pub flow: FlowPlan,
    /// The contenders, in the order of the file; at least one.
    pub engines: Vec<Engine>,
    /// What runs come to, as far as the file says; at most one for each engine of the file.
    pub expectations: Vec<Expectation>,
    resolved: String,
    digest: Digest,
}

impl Scenario {
    /// Reads a scenario file, and the files that it names, with some values set anew.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with the set values, and with the files it names.
    pub fn load(path: &Path, sets: &[SetValue]) -> Result<Self, ScenarioErrors> {
        let refuse = |fault| {
            let place = Place::File { file: path.display().to_string().into() };
            ScenarioErrors::from(ScenarioError { place, key: String::new(), fault })
        };
        let unreadable =
            |reason: String| refuse(Fault::Unreadable { reason, allowed: "a scenario in TOML" });
        let bytes = fs::read(path).map_err(|cause| unreadable(cause.kind().to_string()))?;
        let text = String::from_utf8(bytes).map_err(|cause| {
            unreadable(format!("not UTF-8 from byte {}", cause.utf8_error().valid_up_to()))
        })?;
        Self::of_text(path, &text, sets)
    }

    /// Reads a scenario's text as if it were the file at `path`, which need not exist.
    ///
    /// # Errors
    /// Everything that is wrong with the text, with the set values, and with the files it names.
    pub fn of_text(path: &Path, text: &str, sets: &[SetValue]) -> Result<Self, ScenarioErrors> {
        let problems = Problems::default();
        // A byte order mark is no character of the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = document::parse(&path.display().to_string(), text, &problems, is_list);
        let mut root = match root {
            Ok(root) => root,
            Err(reported) => return problems.conclude(Err(reported)),
        };
        set::apply(&mut root, sets, &problems);
        let root = layers::lay_engines_over_bot(root);
        let files = Files::beside(path);
        let read = |section: &mut Section<'_>| content(section, &files);
        let (content, resolved) = Section::read_root(&root, &problems, read);
        let content = problems.conclude(content)?;
        Ok(Self::of_content(path, content, resolved.text(), files))
    }

    fn of_content(path: &Path, content: Content, resolved: String, files: Files) -> Self {
        let mut hasher = Hasher::default();
        hasher.add(&resolved);
        for digest in files.into_digests() {
            hasher.add(digest.bytes());
        }
        Self {
            path: path.to_path_buf(),
            title: content.title,
            description: content.description,
            seed: content.seed,
            ends_at: content.ends_at,
            markets: content.markets,
            exchange: content.exchange,
            venue: content.venue,
            link: content.link,
            flow: content.flow,
            engines: content.engines,
            expectations: content.expectations,
            resolved,
            digest: hasher.digest(),
        }
    }

    /// The scenario as canonical TOML: keys sorted, defaults filled in, each engine whole. Read
    /// from the same folder it gives the same scenario.
    #[must_use]
    pub fn resolved(&self) -> &str {
        &self.resolved
    }

    /// The digest of the resolved scenario and of the bytes of every file that it names.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Adds an engine that a bot of one's own plays, with the money and the signals of the first
    /// engine. The digest is another from then on; the resolved scenario does not show it.
    ///
    /// # Errors
    /// When the name is not one that an engine can have, or an engine has it.
    ///
    /// # Panics
    /// Never: a scenario has an engine.
    pub fn enlist(&mut self, name: &str) -> Result<(), ScenarioErrors> {
        let refuse = |fault| {
            let place = Place::Option { text: "a bot of one's own".into() };
            ScenarioErrors::from(ScenarioError { place, key: String::new(), fault })
        };
        if !document::is_engine_name(name) {
            return Err(refuse(Fault::wrong(format!("`{name}`"), ENGINE_NAME.allowed())));
        }
        if self.engines.iter().any(|engine| engine.name == name) {
            let allowed = "is a name that no engine of the scenario has";
            return Err(refuse(Fault::wrong(format!("`{name}`"), allowed)));
        }
        let first = self.engines.first().expect("Invariant: a scenario has an engine");
        let engine = Engine { name: name.to_owned(), ..first.clone() };
        let mut hasher = Hasher::default();
        hasher.add(self.digest.bytes());
        hasher.add(&name);
        self.digest = hasher.digest();
        self.engines.push(engine);
        Ok(())
    }

    /// Keeps the engines with these names, in the order of the scenario.
    ///
    /// # Errors
    /// When there is no engine of a name, or a name is there twice.
    pub fn choose_engines(&mut self, names: &[String]) -> Result<(), ScenarioErrors> {
        let known: Vec<&str> = self.engines.iter().map(|engine| engine.name.as_str()).collect();
        let option = format!("--engines {}", names.join(","));
        let place = Place::Option { text: option.into() };
        let problems = Problems::default();
        let mut chosen = Ok(());
        for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
            chosen = Err(problems.report(&place, "", Fault::not_among(name, &known)));
        }
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                let fault = Fault::wrong(format!("`{name}` twice"), "is each engine once");
                chosen = Err(problems.report(&place, "", fault));
            }
        }
        if names.is_empty() {
            chosen = Err(problems.report(&place, "", Fault::Missing { allowed: listed(&known) }));
        }
        problems.conclude(chosen)?;
        self.engines.retain(|engine| names.contains(&engine.name));
        Ok(())
    }

    /// Every key that a scenario may have, in the order of a file.
    #[must_use]
    pub fn keys() -> Vec<Key> {
        let listing = Listing::default();
        let files = Files::beside(Path::new(""));
        Section::list_root(&listing, |section| content(section, &files));
        listing.into_keys()
    }
}

/// Whether a scenario may have several sections of a name; an engine may have those of `bot`.
fn is_list(section: &str) -> bool {
    let part = section.strip_prefix("engine.").map(|part| format!("bot.{part}"));
    let section = part.as_deref().unwrap_or(section);
    Scenario::keys().iter().any(|key| {
        let mut lists = key.path.match_indices("[].").map(|(end, _)| &key.path[..end]);
        lists.any(|list| list.replace("[]", "") == section)
    })
}
