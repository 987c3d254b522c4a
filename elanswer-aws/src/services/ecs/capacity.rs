//! Capacity provider strategies in the words of the SDK, and back.

use aws_sdk_ecs::types;
use elanswer_core::{
    executor::ExecError,
    services::ecs::{Capacity, CapacityProviderStrategy, CapacityProviderStrategyItem},
};

use super::{container::number, parse_word, unbuilt};

pub(super) fn to_sdk(
    strategy: Option<&CapacityProviderStrategy>,
) -> Result<Vec<types::CapacityProviderStrategyItem>, ExecError> {
    let items = strategy.into_iter().flat_map(CapacityProviderStrategy::items);
    let item = |item: &CapacityProviderStrategyItem| {
        types::CapacityProviderStrategyItem::builder()
            .capacity_provider(item.capacity_provider.as_str())
            .base(item.base.get().cast_signed())
            .weight(item.weight.get().cast_signed())
            .build()
            .map_err(unbuilt)
    };
    items.map(item).collect()
}

/// `None` is no strategy, or one with providers of machines of one's own, which the model cannot
/// say.
pub(super) fn from_sdk(
    items: &[types::CapacityProviderStrategyItem],
) -> Option<CapacityProviderStrategy> {
    let item = |item: &types::CapacityProviderStrategyItem| {
        Some(CapacityProviderStrategyItem {
            capacity_provider: parse_word(item.capacity_provider())?,
            base: number(Some(item.base()))?,
            weight: number(Some(item.weight()))?,
        })
    };
    let items = items.iter().map(item).collect::<Option<Vec<_>>>()?;
    CapacityProviderStrategy::new(items).ok()
}

/// What the tasks of a service run on.
pub(super) fn observed(service: &types::Service) -> Capacity {
    from_sdk(service.capacity_provider_strategy()).map_or_else(Capacity::default, Capacity::from)
}

#[cfg(test)]
mod tests {
    use elanswer_core::{Bounded, services::ecs::CapacityProvider};

    use super::*;

    #[test]
    fn a_strategy_comes_back_as_it_went() {
        let strategy = CapacityProviderStrategy::split(Bounded::of::<1>(), Bounded::of::<3>())
            .with_base(CapacityProvider::Fargate, Bounded::of::<2>());
        let mut items = to_sdk(Some(&strategy)).unwrap();
        // AWS keeps the order of whoever wrote it.
        items.reverse();
        assert_eq!(from_sdk(&items), Some(strategy));
        assert!(to_sdk(None).unwrap().is_empty());
        assert_eq!(from_sdk(&[]), None);
        let own = types::CapacityProviderStrategyItem::builder().capacity_provider("mine");
        assert_eq!(from_sdk(&[own.weight(1).build().unwrap()]), None);
    }
}
