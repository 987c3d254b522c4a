//! What the tasks of a service run on: machines of Fargate, at the full price or at that of Spot.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bounded::Bounded;

/// A capacity provider of Fargate.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CapacityProvider {
    /// `FARGATE`: machines that AWS does not take back.
    Fargate,
    /// `FARGATE_SPOT`: spare machines, for less. AWS takes them back two minutes after a warning,
    /// and may have none.
    FargateSpot,
}

impl CapacityProvider {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::FargateSpot => "FARGATE_SPOT",
        }
    }
}

/// `Base`: how many tasks a provider runs before the weights count, up to 100,000.
pub type CapacityBase = Bounded<0, 100_000>;

/// `Weight`: the share of a provider in the tasks beyond the base, up to 1000. One of 0 gets none
/// of them.
pub type CapacityWeight = Bounded<0, 1000>;

/// A [`CapacityWeight`] of more than nothing.
pub type CapacityShare = Bounded<1, 1000>;

/// The part of one provider in a [`CapacityProviderStrategy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CapacityProviderStrategyItem {
    /// `CapacityProvider`.
    pub capacity_provider: CapacityProvider,
    /// `Base`. AWS's default: 0.
    #[serde(default = "none")]
    pub base: CapacityBase,
    /// `Weight`. AWS's default: 0.
    #[serde(default = "none")]
    pub weight: CapacityWeight,
}

const fn none<const MAX: u32>() -> Bounded<0, MAX> {
    Bounded::of::<0>()
}

impl CapacityProviderStrategyItem {
    /// This provider with this weight, and no base.
    #[must_use]
    pub const fn new(capacity_provider: CapacityProvider, weight: CapacityWeight) -> Self {
        Self { capacity_provider, base: CapacityBase::of::<0>(), weight }
    }
}

/// How tasks are shared between the capacity providers: one that AWS takes.
///
/// At most one provider has a base, each is named once, and one weighs more than nothing.
///
/// ```
/// use elanswer_core::services::ecs::{
///     CapacityBase, CapacityProvider, CapacityProviderStrategy, CapacityShare,
/// };
///
/// // Two tasks never go away; of the others three in four cost less.
/// let strategy =
///     CapacityProviderStrategy::split(CapacityShare::of::<1>(), CapacityShare::of::<3>())
///         .with_base(CapacityProvider::Fargate, CapacityBase::of::<2>());
/// assert!(!strategy.is_only_spot());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<CapacityProviderStrategyItem>", into = "Vec<CapacityProviderStrategyItem>")]
pub struct CapacityProviderStrategy(BTreeMap<CapacityProvider, CapacityProviderStrategyItem>);

/// A strategy that AWS would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapacityProviderStrategyError {
    /// Two parts are of one provider.
    #[error("a capacity provider is named twice")]
    Twice,
    /// Two providers have a base.
    #[error("only one capacity provider can have a base")]
    TwoBases,
    /// No provider gets the tasks beyond the base.
    #[error("no capacity provider has a weight above 0")]
    NoWeight,
}

impl CapacityProviderStrategy {
    /// These parts, in any order.
    ///
    /// # Errors
    ///
    /// When a provider is named twice, when two have a base, or when none weighs more than 0.
    pub fn new(
        items: impl IntoIterator<Item = CapacityProviderStrategyItem>,
    ) -> Result<Self, CapacityProviderStrategyError> {
        let mut parts = BTreeMap::new();
        for item in items {
            if parts.insert(item.capacity_provider, item).is_some() {
                return Err(CapacityProviderStrategyError::Twice);
            }
        }
        if parts.values().filter(|item| item.base.get() > 0).count() > 1 {
            return Err(CapacityProviderStrategyError::TwoBases);
        }
        if parts.values().all(|item| item.weight.get() == 0) {
            return Err(CapacityProviderStrategyError::NoWeight);
        }
        Ok(Self(parts))
    }

    /// Every task on this provider.
    #[must_use]
    pub fn only(provider: CapacityProvider) -> Self {
        let item = CapacityProviderStrategyItem::new(provider, CapacityWeight::of::<1>());
        Self(BTreeMap::from([(provider, item)]))
    }

    /// For every `fargate` tasks on [`CapacityProvider::Fargate`], `spot` tasks on
    /// [`CapacityProvider::FargateSpot`].
    #[must_use]
    pub fn split(fargate: CapacityShare, spot: CapacityShare) -> Self {
        Self::only(CapacityProvider::Fargate)
            .weighing(CapacityProvider::Fargate, fargate)
            .weighing(CapacityProvider::FargateSpot, spot)
    }

    /// The provider has this share in the tasks beyond the base.
    #[must_use]
    pub fn weighing(mut self, provider: CapacityProvider, share: CapacityShare) -> Self {
        // A share is a weight: the other range is wider.
        if let Ok(weight) = CapacityWeight::new(share.get()) {
            self.part(provider).weight = weight;
        }
        self
    }

    /// The first `base` tasks run on `provider`, before the weights count. Another provider loses
    /// its base: AWS takes one.
    #[must_use]
    pub fn with_base(mut self, provider: CapacityProvider, base: CapacityBase) -> Self {
        for item in self.0.values_mut() {
            item.base = CapacityBase::of::<0>();
        }
        self.part(provider).base = base;
        self
    }

    fn part(&mut self, provider: CapacityProvider) -> &mut CapacityProviderStrategyItem {
        let none = CapacityProviderStrategyItem::new(provider, CapacityWeight::of::<0>());
        self.0.entry(provider).or_insert(none)
    }

    /// Its parts, in the order of the providers.
    pub fn items(&self) -> impl Iterator<Item = &CapacityProviderStrategyItem> {
        self.0.values()
    }

    /// The providers that it names.
    pub fn providers(&self) -> impl Iterator<Item = CapacityProvider> + '_ {
        self.0.keys().copied()
    }

    /// Whether no task has a machine that AWS does not take back.
    #[must_use]
    pub fn is_only_spot(&self) -> bool {
        self.items().all(|item| {
            item.capacity_provider == CapacityProvider::FargateSpot
                || (item.base.get() == 0 && item.weight.get() == 0)
        })
    }
}

impl TryFrom<Vec<CapacityProviderStrategyItem>> for CapacityProviderStrategy {
    type Error = CapacityProviderStrategyError;

    fn try_from(items: Vec<CapacityProviderStrategyItem>) -> Result<Self, Self::Error> {
        Self::new(items)
    }
}

impl From<CapacityProviderStrategy> for Vec<CapacityProviderStrategyItem> {
    fn from(strategy: CapacityProviderStrategy) -> Self {
        strategy.0.into_values().collect()
    }
}

/// What the tasks of a service run on.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum LaunchType {
    /// `FARGATE`: machines of AWS.
    #[default]
    Fargate,
}

/// What the tasks of a service run on: AWS takes one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub enum Capacity {
    /// `LaunchType`: all on the same.
    LaunchType(LaunchType),
    /// `CapacityProviderStrategy`: shared between the capacity providers of the cluster, which must
    /// be associated with it first.
    Strategy(CapacityProviderStrategy),
}

impl Capacity {
    /// The strategy, if there is one.
    #[must_use]
    pub const fn strategy(&self) -> Option<&CapacityProviderStrategy> {
        match self {
            Self::Strategy(strategy) => Some(strategy),
            Self::LaunchType(_) => None,
        }
    }
}

impl Default for Capacity {
    fn default() -> Self {
        Self::LaunchType(LaunchType::Fargate)
    }
}

impl From<LaunchType> for Capacity {
    fn from(launch_type: LaunchType) -> Self {
        Self::LaunchType(launch_type)
    }
}

impl From<CapacityProviderStrategy> for Capacity {
    fn from(strategy: CapacityProviderStrategy) -> Self {
        Self::Strategy(strategy)
    }
}

/// The two properties of CloudFormation.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    launch_type: Option<LaunchType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capacity_provider_strategy: Option<CapacityProviderStrategy>,
}

#[derive(Debug, thiserror::Error)]
#[error("a service has a launch type or a capacity provider strategy, not both")]
struct Both;

impl TryFrom<Fields> for Capacity {
    type Error = Both;

    fn try_from(fields: Fields) -> Result<Self, Both> {
        match (fields.launch_type, fields.capacity_provider_strategy) {
            (Some(_), Some(_)) => Err(Both),
            (_, Some(strategy)) => Ok(Self::Strategy(strategy)),
            (launch_type, None) => Ok(Self::LaunchType(launch_type.unwrap_or_default())),
        }
    }
}

impl From<Capacity> for Fields {
    fn from(capacity: Capacity) -> Self {
        match capacity {
            Capacity::LaunchType(launch_type) => {
                Self { launch_type: Some(launch_type), capacity_provider_strategy: None }
            }
            Capacity::Strategy(strategy) => {
                Self { launch_type: None, capacity_provider_strategy: Some(strategy) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: CapacityWeight = CapacityWeight::of::<1>();
    const NONE: CapacityWeight = CapacityWeight::of::<0>();

    #[test]
    fn a_strategy_is_one_that_aws_takes() {
        use CapacityProvider::{Fargate, FargateSpot};
        let item = |provider, base: u32, weight| CapacityProviderStrategyItem {
            base: Bounded::new(base).unwrap(),
            ..CapacityProviderStrategyItem::new(provider, weight)
        };
        let refused = |items: [CapacityProviderStrategyItem; 2]| {
            CapacityProviderStrategy::new(items).unwrap_err()
        };
        assert_eq!(
            refused([item(Fargate, 0, ONE), item(Fargate, 0, ONE)]),
            CapacityProviderStrategyError::Twice
        );
        assert_eq!(
            refused([item(Fargate, 1, ONE), item(FargateSpot, 1, ONE)]),
            CapacityProviderStrategyError::TwoBases
        );
        assert_eq!(
            refused([item(Fargate, 1, NONE), item(FargateSpot, 0, NONE)]),
            CapacityProviderStrategyError::NoWeight
        );
        let strategy = CapacityProviderStrategy::split(Bounded::of::<1>(), Bounded::of::<3>())
            .with_base(FargateSpot, Bounded::of::<1>())
            .with_base(Fargate, Bounded::of::<2>());
        let bases: Vec<u32> = strategy.items().map(|item| item.base.get()).collect();
        assert_eq!(bases, [2, 0]);
        let weights: Vec<u32> = strategy.items().map(|item| item.weight.get()).collect();
        assert_eq!(weights, [1, 3]);
    }

    #[test]
    fn spot_alone_has_no_machine_that_stays() {
        let spot = CapacityProviderStrategy::only(CapacityProvider::FargateSpot);
        assert!(spot.is_only_spot());
        let idle = CapacityProviderStrategyItem::new(CapacityProvider::Fargate, NONE);
        let with_idle = spot.items().copied().chain([idle]);
        assert!(CapacityProviderStrategy::new(with_idle).unwrap().is_only_spot());
        assert!(!spot.with_base(CapacityProvider::Fargate, Bounded::of::<1>()).is_only_spot());
        let split = CapacityProviderStrategy::split(Bounded::of::<1>(), Bounded::of::<1>());
        assert!(!split.is_only_spot());
    }

    #[test]
    fn a_capacity_is_one_of_two_properties() {
        let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot);
        let tree = json!({ "CapacityProviderStrategy": [
            { "CapacityProvider": "FARGATE_SPOT", "Base": 0, "Weight": 1 },
        ] });
        assert_eq!(serde_json::to_value(Capacity::from(strategy.clone())).unwrap(), tree);
        let read = |tree| serde_json::from_value::<Capacity>(tree);
        assert_eq!(read(tree).unwrap(), strategy.into());
        assert_eq!(read(json!({ "LaunchType": "FARGATE" })).unwrap(), Capacity::default());
        assert_eq!(read(json!({})).unwrap(), Capacity::default());
        let both = json!({ "LaunchType": "FARGATE", "CapacityProviderStrategy": [
            { "CapacityProvider": "FARGATE", "Weight": 1 },
        ] });
        assert!(read(both).is_err());
        assert!(read(json!({ "CapacityProviderStrategy": [] })).is_err());
    }
}
