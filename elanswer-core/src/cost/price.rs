//! What AWS asks.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use serde::Serialize;

use crate::{cost::HOURS, dollars::Dollars, region::Region};

/// A price of AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Price {
    /// What is priced: `ec2.nat-gateway`.
    pub key: String,
    /// Where it holds; nowhere else. Unset: in every Region.
    pub region: Option<Region>,
    /// The amount.
    pub amount: Dollars,
    /// For what.
    pub per: Per,
    /// The day on which it was written down: `2026-11-25`.
    pub date: String,
    /// Whether it was found again in another source on that day.
    pub verified: bool,
    /// AWS's page.
    pub page: String,
}

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Per {
    /// Each of the 730 hours of a month.
    Hour,
    /// A month.
    Month,
    /// A gigabyte in a month.
    GbMonth,
    /// Not a price: the share of one that is left.
    Share,
}

impl Per {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Hour, "hour"),
        (Self::Month, "month"),
        (Self::GbMonth, "GB-month"),
        (Self::Share, "share"),
    ];

    /// How it is called: `hour`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(per, _)| *per == self).map_or("", |(_, name)| name)
    }

    /// How often it is paid in a month.
    pub(super) const fn times(self) -> u64 {
        match self {
            Self::Hour => HOURS,
            Self::Month | Self::GbMonth | Self::Share => 1,
        }
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Price {
    /// What it comes to in a month.
    #[must_use]
    pub const fn monthly(&self) -> Dollars {
        self.amount.times(self.per.times())
    }
}

/// A table of prices.
///
/// ```
/// use elanswer_core::{Dollars, Region, cost::Prices};
///
/// let mut price = Prices::builtin().get("ec2.nat-gateway", Region::UsEast1).unwrap().clone();
/// price.amount = Dollars::millionths(40_000); // as your contract has it
/// let ours = Prices::builtin().clone().with(price);
/// # assert_eq!(ours.get("ec2.nat-gateway", Region::UsEast1).unwrap().amount.to_string(), "0.04");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices(BTreeMap<(String, Option<Region>), Price>);

/// A line is no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no price: {reason}")]
pub struct PricesError {
    line: usize,
    reason: String,
}

static BUILTIN: LazyLock<Prices> =
    // A test reads every line of it.
    LazyLock::new(|| include_str!("prices.tsv").parse().unwrap_or_default());

impl Prices {
    /// The prices that are compiled in.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// These and `price`, in the place of the one for the same thing and Region.
    #[must_use]
    pub fn with(mut self, price: Price) -> Self {
        self.0.insert((price.key.clone(), price.region), price);
        self
    }

    /// The price of `key` in a Region: its own, or that of every Region.
    #[must_use]
    pub fn get(&self, key: &str, region: Region) -> Option<&Price> {
        let of = |region| self.0.get(&(key.to_owned(), region));
        of(Some(region)).or_else(|| of(None))
    }

    /// Every price, in the order of keys and Regions.
    pub fn iter(&self) -> impl Iterator<Item = &Price> {
        self.0.values()
    }
}

impl FromStr for Prices {
    type Err = PricesError;

    /// Reads lines of seven columns between tabs: key, Regions or `*`, amount, per what, day,
    /// verified (`yes` or `no`), page. Lines that begin with `#` say nothing.
    fn from_str(text: &str) -> Result<Self, PricesError> {
        let mut prices = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let wrong = |reason: String| PricesError { line: number, reason };
            for price in line_of(line).map_err(wrong)? {
                let key = (price.key.clone(), price.region);
                if prices.0.insert(key, price).is_some() {
                    return Err(wrong("there is one for the same thing and Region".to_owned()));
                }
            }
        }
        Ok(prices)
    }
}

/// The prices of a line: one for each of its Regions.
fn line_of(line: &str) -> Result<Vec<Price>, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [key, regions, amount, per, date, verified, page] = columns.as_slice() else {
        return Err(format!("it has {} columns, not seven", columns.len()));
    };
    let amount: Dollars = amount.parse().map_err(|error| format!("{error}"))?;
    let found = Per::ALL.iter().find(|(_, name)| name == per).map(|(per, _)| *per);
    let per = found.ok_or_else(|| format!("`{per}` is nothing that is paid for"))?;
    let verified = match *verified {
        "yes" => true,
        "no" => false,
        other => return Err(format!("`{other}` is neither `yes` nor `no`")),
    };
    let regions: Vec<Option<Region>> = match *regions {
        "*" => vec![None],
        names => {
            let regions = names.split(' ').map(|name| name.parse().map(Some));
            regions.collect::<Result<_, _>>().map_err(|error| format!("{error}"))?
        }
    };
    let price = |region| Price {
        key: (*key).to_owned(),
        region,
        amount,
        per,
        date: (*date).to_owned(),
        verified,
        page: (*page).to_owned(),
    };
    Ok(regions.into_iter().map(price).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let prices: Prices = include_str!("prices.tsv").parse().unwrap();
        assert_eq!(&prices, Prices::builtin());
        assert!(prices.iter().count() > 200);
        for price in prices.iter() {
            assert!(price.page.starts_with("https://aws.amazon.com/"), "{price:?}");
            let day: Vec<usize> = price.date.split('-').map(str::len).collect();
            assert_eq!(day, [4, 2, 2], "{price:?}");
        }
    }

    /// As docs/guide/watching.md and the head of the table say.
    #[test]
    fn most_prices_are_not_verified() {
        let (verified, not): (Vec<_>, Vec<_>) =
            Prices::builtin().iter().partition(|price| price.verified);
        assert!(not.len() > verified.len(), "{} and {}", not.len(), verified.len());
        let in_the_states =
            |price: &&Price| price.region.is_some_and(|it| it.as_str().starts_with("us-"));
        let of_regions = not.iter().filter(|price| price.region.is_some()).count();
        assert!(2 * not.iter().copied().filter(in_the_states).count() > of_regions);
    }

    #[test]
    fn a_price_of_a_region_goes_before_that_of_all() {
        let text = "a\t*\t1\tmonth\t2026-11-25\tno\thttps://aws.amazon.com/\n\
                    a\teu-west-1\t2\tmonth\t2026-11-25\tyes\thttps://aws.amazon.com/\n";
        let prices: Prices = text.parse().unwrap();
        let amount = |region| prices.get("a", region).unwrap().amount;
        assert_eq!(amount(Region::EuWest1), Dollars::whole(2));
        assert_eq!(amount(Region::UsEast1), Dollars::whole(1));
        assert_eq!(prices.get("b", Region::UsEast1), None);
    }

    #[test]
    fn says_which_line_is_no_price() {
        for (line, reason) in [
            ("a\t*", "it has 2 columns, not seven"),
            ("a\t*\tx\tmonth\t-\tno\t-", "`x` is no amount"),
            ("a\t*\t1\tweek\t-\tno\t-", "`week` is nothing"),
            ("a\t*\t1\tmonth\t-\tmaybe\t-", "`maybe` is neither"),
        ] {
            let error = format!("# prices\n{line}").parse::<Prices>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("line 2 is no price: {reason}")), "{error}");
        }
        let twice = "a\t*\t1\tmonth\t-\tno\t-\n".repeat(2).parse::<Prices>().unwrap_err();
        assert!(twice.to_string().contains("the same thing"), "{twice}");
    }
}
