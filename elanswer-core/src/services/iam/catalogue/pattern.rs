//! Patterns of ARNs, and whether two of them can be about the same ARN.

/// What an ARN may be: a text of which parts are not known or may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArnPattern(Vec<Token>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Any text.
    Any,
    Byte(u8),
    /// One character.
    One,
    /// One character that is none of these.
    OneBut(&'static [u8]),
    /// Any text without these.
    Without(&'static [u8]),
}

impl Token {
    const fn is_text(self) -> bool {
        matches!(self, Self::Any | Self::Without(_))
    }

    /// Whether a text of this form can have `other` in it.
    fn takes(self, other: Self) -> bool {
        match self {
            Self::Without(none) => !matches!(other, Self::Byte(byte) if none.contains(&byte)),
            _ => true,
        }
    }
}

impl ArnPattern {
    /// That of a type in the catalogue: `*` is any text, `%` the name of a bucket. What is in front of
    /// the last field of an ARN has no colon.
    pub(super) fn of_type(text: &str) -> Self {
        let (mut colons, mut tokens) = (0, Vec::with_capacity(text.len()));
        for byte in text.bytes() {
            match byte {
                // A Region or an account is never empty.
                b'*' if colons < 5 => tokens.extend([Token::OneBut(b":"), Token::Without(b":")]),
                b'*' => tokens.push(Token::Any),
                b'%' => tokens.push(Token::Without(b":/")),
                byte => {
                    colons += u8::from(byte == b':');
                    tokens.push(Token::Byte(byte));
                }
            }
        }
        Self(tokens)
    }

    /// Anything.
    #[must_use]
    pub fn anything() -> Self {
        Self(vec![Token::Any])
    }

    /// This one, and behind it the other.
    #[must_use]
    pub fn then(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        self
    }

    /// Whether it is every resource of a service or of all.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        let mut rest = self.0.as_slice();
        let mut fields = 0;
        while let Some((token, tail)) = rest.split_first() {
            match token {
                Token::Any if fields == 0 || fields == 5 => return true,
                Token::Byte(b':') if fields < 5 => fields += 1,
                _ if fields == 5 => return false,
                _ => {}
            }
            rest = tail;
        }
        false
    }

    /// Whether some text has the form of both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (mut one, mut other) = (self.0.as_slice(), other.0.as_slice());
        // Nearly all differ in the name of the service, or share it.
        while let ([Token::Byte(a), ones @ ..], [Token::Byte(b), others @ ..]) = (one, other) {
            if a != b {
                return false;
            }
            (one, other) = (ones, others);
        }
        matches!(one, [Token::Any]) || matches!(other, [Token::Any]) || overlap(one, other)
    }
}

/// Whether some text has the form of both.
fn overlap(one: &[Token], other: &[Token]) -> bool {
    // `reached[j]`: the tokens of `one` so far and the first `j` of `other` have a common text.
    let row = |above: Option<(&[bool], Token)>| {
        let mut row: Vec<bool> = Vec::with_capacity(other.len() + 1);
        row.push(above.is_none_or(|(above, token)| {
            token.is_text() && above.first().copied().unwrap_or_default()
        }));
        for (j, right) in other.iter().enumerate() {
            let left = row.last().copied().unwrap_or_default();
            let at = |j: usize| above.and_then(|(above, _)| above.get(j).copied());
            let (over, diagonal) = (at(j + 1).unwrap_or_default(), at(j).unwrap_or_default());
            row.push(match above {
                None => left && right.is_text(),
                Some((_, token)) => {
                    // A text is empty, or goes on over what the other side has.
                    (token.is_text() && (over || left && token.takes(*right)))
                        || (right.is_text() && (left || over && right.takes(token)))
                        || (diagonal && same(token, *right))
                }
            });
        }
        row
    };
    let mut reached = row(None);
    for token in one {
        reached = row(Some((&reached, *token)));
        if !reached.contains(&true) {
            return false;
        }
    }
    reached.last().copied().unwrap_or_default()
}

/// Whether both can be the same character.
fn same(a: Token, b: Token) -> bool {
    match (a, b) {
        (Token::Byte(a), Token::Byte(b)) => a == b,
        (Token::OneBut(none), Token::Byte(byte)) | (Token::Byte(byte), Token::OneBut(none)) => {
            !none.contains(&byte)
        }
        _ => !a.is_text() && !b.is_text(),
    }
}

/// A pattern of a policy: `*` is any text, `?` one character, and `${...}` what is known only of a
/// request.
impl From<&str> for ArnPattern {
    fn from(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.as_bytes().first() {
            if let Some((_, behind)) =
                rest.strip_prefix("${").and_then(|variable| variable.split_once('}'))
            {
                tokens.push(Token::Any);
                rest = behind;
                continue;
            }
            tokens.push(match first {
                b'*' => Token::Any,
                b'?' => Token::One,
                byte => Token::Byte(*byte),
            });
            rest = match rest.char_indices().nth(1) {
                Some((next, _)) => {
                    let more = rest.as_bytes().get(1..next).unwrap_or_default();
                    tokens.extend(more.iter().copied().map(Token::Byte));
                    rest.get(next..).unwrap_or_default()
                }
                None => {
                    let more = rest.as_bytes().get(1..).unwrap_or_default();
                    tokens.extend(more.iter().copied().map(Token::Byte));
                    ""
                }
            };
        }
        Self(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(of_type: &str, of_policy: &str) -> bool {
        let (a, b) = (ArnPattern::of_type(of_type), ArnPattern::from(of_policy));
        assert_eq!(a.overlaps(&b), b.overlaps(&a), "{of_type} {of_policy}");
        a.overlaps(&b)
    }

    #[test]
    fn a_bucket_is_no_object() {
        let (bucket, object) = ("arn:*:s3:::%", "arn:*:s3:::%/*");
        for (policy, of_bucket, of_object) in [
            ("arn:aws:s3:::images", true, false),
            ("arn:aws:s3:::images/*", false, true),
            ("arn:aws:s3:::images*", true, true),
            ("arn:aws:s3:::*", true, true),
            ("*", true, true),
            ("arn:aws:s3:::images/${aws:userid}/x", false, true),
            ("arn:aws:s3:::image?", true, true),
            ("arn:aws:s3:::accesspoint/a", false, true),
            ("arn:aws:sqs:::images", false, false),
            ("arn:aws:s3:us-east-1::images", false, false),
        ] {
            assert_eq!(overlap(bucket, policy), of_bucket, "{policy}");
            assert_eq!(overlap(object, policy), of_object, "{policy}");
        }
    }

    #[test]
    fn texts_meet_in_the_middle() {
        assert!(overlap(":::::a*b", ":::::ab"));
        assert!(overlap("a*b", "*x*"));
        assert!(overlap("a*b*", "*b?c"));
        assert!(!overlap("a*b", "a*c"));
        assert!(!overlap("a*b", "ab"));
        assert!(!overlap("a*b", "ax:yb"));
        assert!(overlap(":::::a*b", ":::::ax:yb"));
        assert!(!overlap("%", "a/b"));
        assert!(overlap("%/%", "?*?"));
        assert!(!overlap("", "?"));
        assert!(overlap("", "*"));
        assert!(overlap(":::::*ü", ":::::gr?*"));
    }

    #[test]
    fn everything_is_known_by_its_last_field() {
        let everything = |text: &str| ArnPattern::from(text).is_everything();
        assert!(
            everything("*") && everything("arn:aws:s3:::*") && everything("arn:aws:ec2:*:*:*/*")
        );
        assert!(!everything("arn:aws:s3:::images") && !everything("arn:aws:ecr:*:*:repository/*"));
    }
}
