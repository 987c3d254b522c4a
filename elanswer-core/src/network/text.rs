//! Text that is put together while the program compiles, where `format!` does not work.

use std::str;

use crate::cidr::Cidr;

/// The longest message: longer ones are cut off.
const CAPACITY: usize = 320;

/// A short text that `const fn`s can write to.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    pub(super) const fn text(mut self, text: &str) -> Self {
        let mut rest = text.as_bytes();
        while let Some((byte, tail)) = rest.split_first() {
            self.push(*byte);
            rest = tail;
        }
        self
    }

    pub(super) const fn number(mut self, value: usize) -> Self {
        if value >= 10 {
            self = self.number(value / 10);
        }
        #[expect(clippy::cast_possible_truncation, reason = "a digit fits into a byte")]
        self.push(b'0' + (value % 10) as u8);
        self
    }

    pub(super) const fn cidr(self, cidr: Cidr) -> Self {
        let [a, b, c, d] = cidr.as_net().addr().octets();
        self.number(a as usize)
            .text(".")
            .number(b as usize)
            .text(".")
            .number(c as usize)
            .text(".")
            .number(d as usize)
            .text("/")
            .number(cidr.prefix_len() as usize)
    }

    pub(super) const fn as_str(&self) -> &str {
        let Some((written, _)) = self.bytes.split_at_checked(self.len) else { return "" };
        match str::from_utf8(written) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    const fn push(&mut self, byte: u8) {
        if let Some((_, free)) = self.bytes.split_at_mut_checked(self.len)
            && let Some((slot, _)) = free.split_first_mut()
        {
            *slot = byte;
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr;

    #[test]
    fn writes_in_const_context() {
        const TEXT: Text = Text::new().text("a `").cidr(cidr!("10.0.21.0/24")).text("` ").number(0);
        assert_eq!(TEXT.as_str(), "a `10.0.21.0/24` 0");
    }

    #[test]
    fn cuts_off_what_is_too_long() {
        let text = Text::new().text(&"x".repeat(CAPACITY + 1));
        assert_eq!(text.as_str().len(), CAPACITY);
    }
}
