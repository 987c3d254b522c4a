//! Patterns of policies: `*` is any text, `?` one character, and `${key}` a value of the request.

use super::request::Request;

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Any,
    One,
    Char(char),
}

/// Whether `text` has the form of `pattern`; not when the pattern asks for a key that the request
/// does not have.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.
pub(super) fn like(pattern: &str, text: &str, request: &Request) -> bool {
    expand(pattern, request, true).is_some_and(|tokens| matches(&tokens, text))
}

/// The same without wildcards: only variables are special.
pub(super) fn equal(pattern: &str, text: &str, request: &Request) -> bool {
    expand(pattern, request, false).is_some_and(|tokens| matches(&tokens, text))
}

/// Whether an ARN has the form of `pattern`: field by field, for a wildcard stays within its field,
/// but for the last.
pub(super) fn arn_like(pattern: &str, arn: &str, request: &Request) -> bool {
    if pattern == "*" {
        return true;
    }
    let (mut patterns, mut fields) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    loop {
        match (patterns.next(), fields.next()) {
            (None, None) => return true,
            (Some(pattern), Some(field)) if like(pattern, field, request) => {}
            _ => return false,
        }
    }
}

fn expand(pattern: &str, request: &Request, wild: bool) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let variable = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        if let Some((name, behind)) = variable {
            rest = behind;
            let (key, default) = match name.split_once(',') {
                Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
                None => (name, None),
            };
            let value = match key {
                "*" | "?" | "$" => Some(key.to_owned()),
                key => request.values(key).and_then(|values| match values.as_slice() {
                    [value] => Some(value.clone()),
                    _ => None,
                }),
            };
            let value = value.or_else(|| default.map(str::to_owned))?;
            tokens.extend(value.chars().map(Token::Char));
            continue;
        }
        tokens.push(match first {
            '*' if wild => Token::Any,
            '?' if wild => Token::One,
            char => Token::Char(char),
        });
        rest = rest.strip_prefix(first).unwrap_or_default();
    }
    Some(tokens)
}

/// A mismatch goes back to the last `*` only: an earlier one could take no more than that one can.
fn matches(pattern: &[Token], text: &str) -> bool {
    let (mut pattern, mut text) = (pattern, text.chars());
    let mut last_any: Option<(&[Token], std::str::Chars<'_>)> = None;
    loop {
        let mut ahead = text.clone();
        match (pattern.split_first(), ahead.next()) {
            (Some((Token::Any, rest)), _) => {
                pattern = rest;
                last_any = Some((rest, text.clone()));
            }
            (Some((token, rest)), Some(char))
                if *token == Token::One || *token == Token::Char(char) =>
            {
                (pattern, text) = (rest, ahead);
            }
            (None, None) => return true,
            _ => {
                let Some((after, mut from)) = last_any.take() else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after, from.clone());
                last_any = Some((after, from));
            }
        }
    }
}
