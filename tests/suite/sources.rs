//! The project's own files, for the tests that keep the house in order.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A text file, with its path from the project's root, parts joined by `/`.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The Rust tokens, free of comments, with strings as single literals.
    pub(crate) fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_else(|error| panic!("{}: no Rust: {error}", self.path))
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder of the project, in the order of their paths.
pub(crate) fn rust_files(folder: &str) -> Vec<Source> {
    let paths = below(&root().join(folder));
    let rust = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| Source { path: shown(path), text: read(path) }).collect()
}

/// The folders below a folder of the project, itself included.
pub(crate) fn folders(folder: &str) -> BTreeSet<String> {
    let files = below(&root().join(folder));
    files.iter().filter_map(|path| path.parent()).map(shown).collect()
}

/// A document at the project's root; says so when it does not exist.
pub(crate) fn document(name: &str) -> Option<Source> {
    let path = root().join(name);
    if !path.exists() {
        eprintln!("skipped: {name} does not exist");
        return None;
    }
    Some(Source { path: name.to_owned(), text: read(&path) })
}

fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    let mut files = BTreeSet::new();
    for entry in entries {
        let path = entry.expect("a folder of the project can be listed").path();
        if path.ends_with("target") {
            // What cargo made of a package inside the project.
        } else if path.is_dir() {
            files.append(&mut below(&path));
        } else {
            files.insert(path);
        }
    }
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("the file is in the project");
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Every run of sibling tokens: the file itself and the inside of every bracket.
pub(crate) fn token_runs(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let run: Vec<_> = tokens.into_iter().collect();
    let mut runs = Vec::new();
    for token in &run {
        if let TokenTree::Group(group) = token {
            runs.append(&mut token_runs(group.stream()));
        }
    }
    runs.push(run);
    runs
}

/// The tokens without items under `#[cfg(test)]`.
pub(crate) fn without_tests(tokens: TokenStream) -> TokenStream {
    let mut kept = TokenStream::new();
    let mut skipping = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let attribute = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if attribute && tokens.peek().is_some_and(is_cfg_test) {
            skipping = true;
        }
        let group = match &token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        };
        let braces = group.is_some_and(|group| group.delimiter() == Delimiter::Brace);
        let semicolon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        if !skipping {
            let inner = group
                .map(|group| Group::new(group.delimiter(), without_tests(group.stream())).into());
            kept.extend([inner.unwrap_or(token.clone())]);
        }
        skipping &= !(braces || semicolon);
    }
    kept
}

fn is_cfg_test(token: &TokenTree) -> bool {
    token.to_string().replace(' ', "") == "[cfg(test)]"
}

pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether `::` begins at an index.
pub(crate) fn is_path_separator(run: &[TokenTree], index: usize) -> bool {
    let colon = |at: usize, joint: bool| {
        matches!(run.get(at), Some(TokenTree::Punct(punct))
            if punct.as_char() == ':' && (!joint || punct.spacing() == Spacing::Joint))
    };
    colon(index, true) && colon(index + 1, false)
}
