//! The executor over the AWS SDK, against servers that speak AWS's protocols.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod known;
mod moto;
mod page;
mod winterbaume;
