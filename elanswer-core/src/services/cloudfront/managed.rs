//! The policies that AWS keeps for everybody.

use super::{CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy};
use crate::reference::Ref;

macro_rules! managed {
    ($(#[$doc:meta])* $name:ident of $kind:ident: $($variant:ident $title:literal $id:literal $what:literal,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $title, "`: ", $what, ".")] $variant,)*
        }

        impl $name {
            /// Every one that elanswer knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The identifier, the same in every account.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }
        }

        impl From<$name> for Ref<$kind> {
            fn from(policy: $name) -> Self {
                Self::existing(policy.id())
            }
        }
    };
}

managed! {
    /// A cache policy that AWS keeps for everybody.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>.
    ManagedCachePolicy of CachePolicy:
    CachingDisabled "CachingDisabled" "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        "nothing is kept: for what is made for each viewer",
    CachingOptimized "CachingOptimized" "658327ea-f89d-4fab-a63d-7e88639e58f6"
        "kept for a day unless the origin says otherwise, whatever headers, cookies and query strings are; for files",
    CachingOptimizedForUncompressedObjects "CachingOptimizedForUncompressedObjects" "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"
        "the same, never compressed",
    UseOriginCacheControlHeaders "UseOriginCacheControlHeaders" "83da9c7e-98b4-4e11-a168-04f0df8e2c65"
        "kept only as long as the origin says, for each host, cookie and other headers that tell answers apart",
    UseOriginCacheControlHeadersQueryStrings "UseOriginCacheControlHeaders-QueryStrings" "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
        "the same, for each query string too",
}

managed! {
    /// An origin request policy that AWS keeps for everybody.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>.
    ManagedOriginRequestPolicy of OriginRequestPolicy:
    AllViewer "AllViewer" "216adef6-5c7f-47e4-b989-5492eafa07d3"
        "everything that the viewer sent, the host that it asked for too",
    AllViewerAndCloudFrontHeaders "AllViewerAndCloudFrontHeaders-2022-06" "33f36d7e-f396-46d9-90e0-52428a34d9dc"
        "everything that the viewer sent, and what CloudFront knows of it",
    AllViewerExceptHostHeader "AllViewerExceptHostHeader" "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        "everything that the viewer sent but the host: that is the one of the origin",
    CorsCustomOrigin "CORS-CustomOrigin" "59781a5b-3903-41f3-afcb-af62929ccde1"
        "the header `Origin`",
    CorsS3Origin "CORS-S3Origin" "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
        "the headers that S3 answers requests of other sites by",
    HostHeaderOnly "HostHeaderOnly" "bf0718e1-ba1e-49d1-88b1-f726733018ae"
        "the host that the viewer asked for",
    UserAgentRefererHeaders "UserAgentRefererHeaders" "acba4595-bd28-49b8-b9fe-13317c0390fa"
        "the headers `User-Agent` and `Referer`",
}

managed! {
    /// A response headers policy that AWS keeps for everybody.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>.
    ManagedResponseHeadersPolicy of ResponseHeadersPolicy:
    CorsAndSecurityHeaders "CORS-and-SecurityHeadersPolicy" "e61eb60c-9c35-4d20-a928-2b84e02af89c"
        "every site may read simple requests; with security headers",
    CorsWithPreflight "CORS-With-Preflight" "5cc3b908-e619-4b99-88e5-2cf7f45965bd"
        "every site may read every request",
    CorsWithPreflightAndSecurityHeaders "CORS-with-preflight-and-SecurityHeadersPolicy" "eaab4381-ed33-4a86-88ca-d9558dc6cd63"
        "every site may read every request; with security headers",
    SecurityHeaders "SecurityHeadersPolicy" "67f7725c-6f97-4210-82d7-5512b31e9d03"
        "`Referrer-Policy`, `Strict-Transport-Security` of a year, `X-Content-Type-Options`, `X-Frame-Options` and `X-XSS-Protection`",
    SimpleCors "SimpleCORS" "60669652-455b-4ae9-85a4-c4c02393f86c"
        "every site may read simple requests",
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn every_identifier_is_a_uuid_of_its_own() {
        let caches = ManagedCachePolicy::ALL.iter().map(|it| it.id());
        let origins = ManagedOriginRequestPolicy::ALL.iter().map(|it| it.id());
        let headers = ManagedResponseHeadersPolicy::ALL.iter().map(|it| it.id());
        let ids: Vec<&str> = caches.chain(origins).chain(headers).collect();
        assert!(ids.iter().all(|id| id.split('-').map(str::len).eq([8, 4, 4, 4, 12])));
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }
}
