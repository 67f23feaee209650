//! One source file: its functions, and its text with changes.

use anyhow::{Context as _, Result};
use proc_macro2::LineColumn;
use quote::ToTokens as _;
use syn::visit::{self, Visit};

use crate::mutant::{Mutant, Position};

/// The body of a function.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// Where its opening brace is [byte].
    pub(crate) start: usize,
    /// Behind its closing brace [byte].
    pub(crate) end: usize,
    /// The trait of an `impl Trait` that the function returns: the versions of its body differ in type.
    pub(crate) returned_trait: Option<String>,
}

/// The text of a file and where its lines begin.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) text: String,
    line_starts: Vec<usize>,
}

impl Source {
    pub(crate) fn new(text: String) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, line_starts }
    }

    /// The byte at which a position is, if the file has it.
    fn byte(&self, line: usize, characters_before: usize) -> Option<usize> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        let mut ends = self.text[start..].char_indices().map(|(at, _)| start + at);
        ends.nth(characters_before).or(Some(self.text.len()))
    }

    fn place(&self, position: Position) -> Option<usize> {
        self.byte(position.line, position.column.checked_sub(1)?)
    }

    fn place_of_token(&self, place: LineColumn) -> Option<usize> {
        self.byte(place.line, place.column)
    }

    /// The first and the last byte, exclusive, that a mutant replaces.
    pub(crate) fn bytes(&self, mutant: &Mutant) -> Result<(usize, usize)> {
        let place = |position| self.place(position).with_context(|| mutant.name.clone());
        Ok((place(mutant.span.start)?, place(mutant.span.end)?))
    }

    /// The part of the text from `start` to `end`, with a mutant in it.
    pub(crate) fn mutated(&self, mutant: &Mutant, start: usize, end: usize) -> Result<String> {
        let (from, to) = self.bytes(mutant)?;
        let text = &self.text;
        Ok(format!("{}{}{}", &text[start..from], mutant.replacement, &text[to..end]))
    }

    /// The bodies of the functions that are in no other function, in the order of the text.
    pub(crate) fn bodies(&self) -> Result<Vec<Body>> {
        let file = syn::parse_file(&self.text)?;
        let mut finder = Finder { source: self, bodies: Vec::new() };
        finder.visit_file(&file);
        Ok(finder.bodies)
    }
}

struct Finder<'a> {
    source: &'a Source,
    bodies: Vec<Body>,
}

impl Finder<'_> {
    fn found(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let brace = block.brace_token.span;
        let start = self.source.place_of_token(brace.open().start());
        let end = self.source.place_of_token(brace.close().end());
        if let (Some(start), Some(end)) = (start, end) {
            let returned_trait = returned_trait(&signature.output);
            self.bodies.push(Body { start, end, returned_trait });
        }
    }
}

// Does not go on into a body: functions in there belong to it.
impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.found(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.found(&item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        match &item.default {
            Some(block) => self.found(&item.sig, block),
            None => visit::visit_trait_item_fn(self, item),
        }
    }
}

fn returned_trait(output: &syn::ReturnType) -> Option<String> {
    let syn::ReturnType::Type(_, kind) = output else { return None };
    let syn::Type::ImplTrait(kind) = kind.as_ref() else { return None };
    kind.bounds.iter().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => Some(bound.to_token_stream().to_string()),
        _ => None,
    })
}
