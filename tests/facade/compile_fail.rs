//! What must not compile, and what the compiler then says.
//!
//! Each `tests/ui/*.rs` is a program with one mistake; the `.stderr` beside it is what its author
//! reads. The words of the compiler change from one version to the next: after an update of the
//! toolchain run `TRYBUILD=overwrite cargo test --test facade compile_fail` and read the difference.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
