//! Reads the text of a rule.

use super::{AlarmName, AlarmRule, Expression, Input, MARK, Reference, State};

/// A text that is no rule of an alarm over alarms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no rule of an alarm: {reason}")]
pub struct AlarmRuleError {
    text: String,
    reason: String,
}

/// The rule of this text, in which numbers between marks are references.
pub(super) fn rule(text: &str, references: &[Reference]) -> Result<AlarmRule, AlarmRuleError> {
    let mut reader = Reader { rest: text, references, depth: 0 };
    let expression = reader.any().and_then(|found| {
        reader.skip();
        if reader.rest.is_empty() {
            Ok(found)
        } else {
            Err(format!("nothing is expected before `{}`", reader.rest))
        }
    });
    expression
        .map(AlarmRule)
        .map_err(|reason| AlarmRuleError { text: text.replace(MARK, "\""), reason })
}

/// How deep parentheses and negations go, so that no text makes the stack overflow.
const MAX_DEPTH: usize = 100;

struct Reader<'a> {
    rest: &'a str,
    references: &'a [Reference],
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this word, in upper or lower case, if it comes next.
    fn word(&mut self, word: &str) -> bool {
        self.skip();
        let Some((front, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let ends = !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
        let found = ends && front.eq_ignore_ascii_case(word);
        if found {
            self.rest = rest;
        }
        found
    }

    /// Takes this character if it comes next.
    fn char(&mut self, char: char) -> bool {
        self.skip();
        self.rest.strip_prefix(char).inspect(|rest| self.rest = rest).is_some()
    }

    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.word("OR") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Expression::any))
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.part()?];
        while self.word("AND") {
            parts.push(self.part()?);
        }
        Ok(one_or(parts, Expression::all))
    }

    fn part(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it goes deeper than {MAX_DEPTH}"));
        }
        let part = self.read();
        self.depth -= 1;
        part
    }

    fn read(&mut self) -> Result<Expression, String> {
        if self.char('(') {
            let inner = self.any()?;
            return if self.char(')') { Ok(inner) } else { Err("a `)` is missing".into()) };
        }
        if self.word("NOT") {
            return Ok(self.part()?.not());
        }
        for (word, value) in [("TRUE", true), ("FALSE", false)] {
            if self.word(word) {
                return Ok(Expression::Constant(value));
            }
        }
        for state in [State::Alarm, State::InsufficientData, State::Ok] {
            if self.word(state.function()) {
                return Ok(Expression::State(state, self.name()?));
            }
        }
        Err(format!("`ALARM`, `OK`, `NOT` or `(` is expected before `{}`", self.rest))
    }

    /// A name in parentheses, quoted or not.
    fn name(&mut self) -> Result<Input<AlarmName>, String> {
        if !self.char('(') {
            return Err("a `(` is missing".into());
        }
        self.skip();
        let quote = self.rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        let name = match quote {
            Some(quote) => self.quoted(quote)?,
            None => {
                let Some((name, rest)) = self.rest.split_once(')') else {
                    return Err("a `)` is missing".into());
                };
                self.rest = rest;
                name.trim_end().to_owned()
            }
        };
        if quote.is_some() && !self.char(')') {
            return Err("a `)` is missing".into());
        }
        let number = name.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(MARK));
        if let Some(number) = number.and_then(|number| number.parse::<usize>().ok()) {
            let reference = self.references.get(number).cloned();
            return reference.map(Input::Output).ok_or_else(|| "a reference is missing".into());
        }
        AlarmName::new(name).map(Input::Literal).map_err(|error| error.to_string())
    }

    /// What stands between quotes, where `\` takes the next character as it is.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut name = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' => name.extend(chars.next().map(|(_, char)| char)),
                end if end == quote => {
                    let rest = self.rest.split_at_checked(at + end.len_utf8());
                    self.rest = rest.map_or("", |(_, rest)| rest);
                    return Ok(name);
                }
                other => name.push(other),
            }
        }
        Err(format!("a `{quote}` is missing"))
    }
}

/// The only part, or all of them together.
fn one_or(mut parts: Vec<Expression>, of: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            of(parts)
        }
    }
}
