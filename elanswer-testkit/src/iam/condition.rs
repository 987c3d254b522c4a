//! Whether the conditions of a statement hold.
//!
//! Source:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>.

use std::{cmp::Ordering, net::IpAddr};

use elanswer_core::{
    Input,
    services::iam::{Operator, Statement},
};

use super::{
    matching::{arn_like, equal, like},
    request::Request,
};

/// Whether all conditions of the statement hold.
pub(super) fn hold(statement: &Statement, request: &Request) -> bool {
    statement.conditions.iter().all(|(operator, keys)| {
        keys.iter().all(|(key, values)| {
            // Everything is known once it is applied; what is not matches nothing.
            let values: Vec<&str> =
                values.iter().filter_map(Input::known).map(String::as_str).collect();
            holds(operator, key, &values, request)
        })
    })
}

fn holds(operator: &Operator, key: &str, values: &[&str], request: &Request) -> bool {
    let name = operator.as_str();
    let (quantifier, name) = match name.split_once(':') {
        Some((quantifier, name)) => (Some(quantifier), name),
        None => (None, name),
    };
    let found = request.values(key);
    if name == "Null" {
        let absent = found.is_none();
        return values.iter().any(|value| value.eq_ignore_ascii_case(&absent.to_string()));
    }
    let (name, if_exists) = match name.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (name, negated) = positive(name);
    let Some(found) = found else {
        return if_exists || negated || quantifier == Some("ForAllValues");
    };
    let one =
        |found: &String| values.iter().any(|value| compare(name, value, found, request)) != negated;
    match quantifier {
        Some("ForAllValues") => found.iter().all(one),
        _ if negated && quantifier.is_none() => found.iter().all(one),
        _ => found.iter().any(one),
    }
}

/// The operator that this one negates, if it does.
fn positive(name: &str) -> (&str, bool) {
    match name {
        "ArnNotEquals" => ("ArnEquals", true),
        "ArnNotLike" => ("ArnLike", true),
        "DateNotEquals" => ("DateEquals", true),
        "NotIpAddress" => ("IpAddress", true),
        "NumericNotEquals" => ("NumericEquals", true),
        "StringNotEquals" => ("StringEquals", true),
        "StringNotEqualsIgnoreCase" => ("StringEqualsIgnoreCase", true),
        "StringNotLike" => ("StringLike", true),
        other => (other, false),
    }
}

fn compare(name: &str, value: &str, found: &str, request: &Request) -> bool {
    let order = |ordering: Option<Ordering>, operator: &str| {
        ordering.is_some_and(|ordering| match operator {
            "Equals" => ordering.is_eq(),
            "GreaterThan" => ordering.is_gt(),
            "GreaterThanEquals" => ordering.is_ge(),
            "LessThan" => ordering.is_lt(),
            "LessThanEquals" => ordering.is_le(),
            _ => false,
        })
    };
    match name {
        "ArnEquals" | "ArnLike" => arn_like(value, found, request),
        "BinaryEquals" => value == found,
        "Bool" => value.eq_ignore_ascii_case(found),
        "IpAddress" => in_range(found, value),
        "StringEquals" => equal(value, found, request),
        "StringEqualsIgnoreCase" => equal(&value.to_lowercase(), &found.to_lowercase(), request),
        "StringLike" => like(value, found, request),
        _ => match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
            (Some(operator), _) => {
                let number = |text: &str| text.parse::<f64>().ok();
                let pair = number(found).zip(number(value));
                order(pair.and_then(|(found, value)| found.partial_cmp(&value)), operator)
            }
            (_, Some(operator)) => {
                let pair = seconds(found).zip(seconds(value));
                order(pair.map(|(found, value)| found.cmp(&value)), operator)
            }
            _ => false,
        },
    }
}

/// Whether an address is in a range such as `10.0.0.0/8`, or is the one address.
fn in_range(address: &str, range: &str) -> bool {
    let (network, length) = match range.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None => (range, None),
    };
    let bits = |text: &str| match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(it) => Some((32_u32, u128::from(it.to_bits()))),
        IpAddr::V6(it) => Some((128, it.to_bits())),
    };
    let (Some((width, address)), Some((other, network))) = (bits(address), bits(network)) else {
        return false;
    };
    let length = length.unwrap_or(width);
    let behind = width.saturating_sub(length);
    width == other
        && length <= width
        && address.checked_shr(behind).unwrap_or_default()
            == network.checked_shr(behind).unwrap_or_default()
}

/// A time in seconds since 1970: a number of them, or `2030-01-02T03:04:05Z` in UTC.
fn seconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    let (date, time) = text.trim_end_matches('Z').split_once('T').unwrap_or((text, "0:0:0"));
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut clock = time.split(':').map(|part| part.parse::<i64>().ok());
    let mut next = || clock.next().unwrap_or(Some(0));
    let (hour, minute, second) = (next()?, next()?, next()?);
    // Years begin in March, so that the day that is sometimes there is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 719_469;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}
