//! Texts that have a form: names, paths, descriptions.

/// A text that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}: {form}")]
pub struct TextError {
    text: String,
    what: &'static str,
    form: &'static str,
}

impl TextError {
    pub(crate) fn new(text: String, what: &'static str, form: &'static str) -> Self {
        Self { text, what, form }
    }
}

/// Defines a text of one form: its documentation, what an error calls it, the form in words, and
/// the `const` function that recognises it.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident: $what:literal, $form:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            #[doc = concat!("Parses ", $what, ".")]
            ///
            /// # Errors
            ///
            #[doc = concat!("When the text is not ", $what, ": ", $form, ".")]
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::TextError> {
                let text = text.into();
                if $check(&text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::TextError::new(text, $what, $form))
                }
            }

            #[doc = concat!("Is ", $what, " that the program writes down: in a `const`, a wrong one does not compile.")]
            ///
            /// # Panics
            ///
            #[doc = concat!("Outside a `const`, when the text is not ", $what, ": ", $form, ".")]
            #[must_use]
            pub const fn literal(text: &'static str) -> Self {
                assert!($check(text), "{}", concat!("not ", $what, ": ", $form));
                Self(std::borrow::Cow::Borrowed(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into_owned()
            }
        }
    };
}

/// Whether the text has `min` to `max` bytes, all of them ASCII letters, digits or among `also`.
pub(crate) const fn is_of(text: &str, min: usize, max: usize, also: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_alphanumeric() && !contains(also, *byte) {
            return false;
        }
        rest = tail;
    }
    min <= length && length <= max
}

/// How many characters the text has.
pub(crate) const fn characters(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut count = 0;
    while let Some((byte, tail)) = rest.split_first() {
        // Every byte of a character but the first begins with the bits 10.
        if *byte & 0b1100_0000 != 0b1000_0000 {
            count += 1;
        }
        rest = tail;
    }
    count
}

const fn contains(text: &str, wanted: u8) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if *byte == wanted {
            return true;
        }
        rest = tail;
    }
    false
}

pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alphabet_and_a_length() {
        assert!(is_of("a-1", 1, 3, "-"));
        assert!(!is_of("a_1", 1, 3, "-"));
        assert!(!is_of("", 1, 3, "-") && !is_of("abcd", 1, 3, "-"));
        assert!(!is_of("ä", 1, 3, "-"));
    }

    #[test]
    fn characters_are_not_bytes() {
        assert_eq!(["", "abc", "äö", "☕🦀"].map(characters), [0, 3, 2, 2]);
    }
}
