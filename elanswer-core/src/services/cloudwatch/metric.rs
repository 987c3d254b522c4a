//! What names a metric.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DimensionName, MetricName, Namespace};
use crate::reference::Input;

/// A metric: its namespace, its name, and the dimensions that tell it from others of that name.
///
/// CloudWatch takes every set of dimensions for a metric of its own: one dimension too many or too
/// few names a metric that has no data.
///
/// AWS: [`Metric`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html).
///
/// ```
/// use elanswer_core::services::cloudwatch::{DimensionName, Metric, MetricName, Namespace};
///
/// let metric = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("CPUUtilization"))
///     .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metric {
    /// `Namespace`.
    pub namespace: Namespace,
    /// `MetricName`.
    pub metric_name: MetricName,
    /// `Dimensions`: at most 30. AWS's default: none.
    #[serde(with = "dimensions", default)]
    pub dimensions: BTreeMap<DimensionName, Input<String>>,
}

impl Metric {
    /// How many dimensions a metric has at most.
    pub const MAX_DIMENSIONS: usize = 30;

    /// A metric without dimensions.
    #[must_use]
    pub const fn new(namespace: Namespace, metric_name: MetricName) -> Self {
        Self { namespace, metric_name, dimensions: BTreeMap::new() }
    }

    /// The same with another dimension.
    #[must_use]
    pub fn of(mut self, name: DimensionName, value: impl Into<Input<String>>) -> Self {
        self.dimensions.insert(name, value.into());
        self
    }

    /// The value of a dimension.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&Input<String>> {
        self.dimensions.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
    }
}

/// CloudFormation has a list of names and values.
mod dimensions {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{DimensionName, Input};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Dimension {
        name: DimensionName,
        value: Input<String>,
    }

    pub(super) fn serialize<S: Serializer>(
        dimensions: &BTreeMap<DimensionName, Input<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let list = dimensions
            .iter()
            .map(|(name, value)| Dimension { name: name.clone(), value: value.clone() });
        serializer.collect_seq(list)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<DimensionName, Input<String>>, D::Error> {
        let list = Vec::<Dimension>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|dimension| (dimension.name, dimension.value)).collect())
    }
}
