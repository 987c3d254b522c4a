use crate::{
    Platform, PlatformService, Region,
    platform::tests::{at_a_site, certificate, described},
};

/// The paths for which CloudFront asks the load balancer.
fn paths(platform: Platform) -> Vec<String> {
    let (arch, platform) = described(Region::UsEast1, at_a_site(platform));
    assert!(arch.problems().is_empty(), "{:?}", arch.problems());
    let cdn = platform.cdn().unwrap();
    let config = &arch.get(cdn.distribution()).unwrap().config;
    assert_eq!(config.origins.len(), 2);
    config.cache_behaviors.iter().map(|it| it.path_pattern.to_string()).collect()
}

fn platform() -> Platform {
    Platform::new("platform", certificate(Region::UsEast1))
}

#[test]
fn every_service_gets_the_viewers_of_its_path() {
    let api = PlatformService::new("api", "shop/api:1").at("/v1/*");
    let reports = PlatformService::new("reports", "shop/reports:1");
    assert_eq!(paths(platform()), ["/api/*"]);
    assert_eq!(paths(platform().service(api).service(reports)), ["/v1/*", "/reports/*"]);
}

#[test]
fn web_gets_those_of_a_path_that_it_was_given() {
    let web = PlatformService::new("web", "shop/web:1").at("/*");
    assert_eq!(paths(platform().service(web)), ["/api/*", "/*"]);
    let twice = PlatformService::new("web", "shop/web:1").at("/api/*");
    assert_eq!(paths(platform().service(twice)), ["/api/*"]);
}
