//! The command line of `fillgap`.

fn main() {}
