//! A stage of the whole platform.

use elanswer::{Architecture, Part, Platform, PlatformService, services::rds::DbInstanceClass};
use proptest::prelude::*;

use crate::support::{IMAGE, whole};

/// A stage of the platform, by what can differ.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    image: u8,
    two_zones: bool,
    /// How many tasks of `web` there are at most.
    most: u32,
    /// Whether there is a third service.
    reports: bool,
    large: bool,
    without: Vec<Part>,
}

pub(super) fn stages() -> impl Strategy<Value = Stage> {
    let parts = prop::sample::subsequence(Part::ALL, 0..4);
    (0..2_u8, prop::bool::weighted(0.2), 10..13_u32, any::<bool>(), any::<bool>(), parts).prop_map(
        |(image, two_zones, most, reports, large, without)| Stage {
            image,
            two_zones,
            most,
            reports,
            large,
            without,
        },
    )
}

impl Stage {
    pub(super) fn architecture(&self) -> Architecture {
        whole(|platform| {
            let web = PlatformService::new("web", IMAGE).reads_files().at_most(self.most);
            let mut platform = platform
                .service(web)
                .api_image(IMAGE.replace(":1.4", &format!(":1.{}", self.image)))
                .without(self.without.iter().copied())
                .disposable();
            if self.two_zones {
                platform = platform.network(Platform::TWO_ZONES);
            }
            if self.reports {
                platform = platform.service(PlatformService::new("reports", IMAGE));
            }
            if self.large {
                platform = platform.database_class(DbInstanceClass::literal("db.m7g.xlarge"));
            }
            platform
        })
    }
}
