//! What viewers see of errors.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::text::{is_of, text};

/// What CloudFront answers when the origin answers with an error.
///
/// AWS: [Generate custom error responses](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CustomErrorResponse {
    /// `ErrorCode`: the status of the origin; of a distribution each once.
    pub error_code: ErrorCode,
    /// `ErrorCachingMinTTL`: for how many seconds the error is kept. AWS's default: 10.
    #[builder(default = 10)]
    #[serde(rename = "ErrorCachingMinTTL", default = "ten")]
    pub error_caching_min_ttl: u32,
    /// `ResponsePagePath` and `ResponseCode`: the page that viewers see instead. AWS's default:
    /// what the origin answered.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub page: Option<ErrorPage>,
}

const fn ten() -> u32 {
    10
}

impl CustomErrorResponse {
    /// The page at `path`, with `status`, instead of `error_code`.
    #[must_use]
    pub fn page(error_code: ErrorCode, path: PagePath, status: ResponseCode) -> Self {
        let page = ErrorPage { response_page_path: path, response_code: status };
        Self::builder().error_code(error_code).page(page).build()
    }
}

/// A page that viewers see instead of an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorPage {
    /// `ResponsePagePath`: where it is; better not at the origin that fails.
    pub response_page_path: PagePath,
    /// `ResponseCode`: the status that viewers see.
    pub response_code: ResponseCode,
}

text! {
    /// The path of a page: `/errors/404.html`.
    PagePath: "the path of a page",
    "`/` and letters, digits and ``_-.*$/~\"'@:+&``, at most 255 characters",
    is_page_path
}

const fn is_page_path(text: &str) -> bool {
    is_of(text, 1, 255, "_-.*$/~\"'@:+&") && matches!(text.as_bytes(), [b'/', ..])
}

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident: $what:literal, $($code:literal)|*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        pub struct $name(u16);

        impl $name {
            #[doc = concat!("The literal `CODE`; what is not ", $what, " does not compile.")]
            #[must_use]
            pub const fn of<const CODE: u16>() -> Self {
                const { assert!(matches!(CODE, $($code)|*), concat!("not ", $what)) }
                Self(CODE)
            }

            #[doc = concat!("The status `code`, when it is ", $what, ".")]
            #[must_use]
            pub const fn new(code: u16) -> Option<Self> {
                if matches!(code, $($code)|*) { Some(Self(code)) } else { None }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u16 {
                self.0
            }
        }

        impl TryFrom<u16> for $name {
            type Error = String;

            fn try_from(code: u16) -> Result<Self, String> {
                Self::new(code).ok_or_else(|| format!("`{code}` is not {}", $what))
            }
        }

        impl From<$name> for u16 {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    };
}

statuses! {
    /// A status of an origin that CloudFront answers for.
    ErrorCode: "a status for which CloudFront answers in its own way",
    400 | 403 | 404 | 405 | 414 | 416 | 500 | 501 | 502 | 503 | 504
}

statuses! {
    /// The status with which CloudFront shows a page of yours.
    ResponseCode: "a status with which CloudFront shows a page",
    200 | 400 | 403 | 404 | 405 | 414 | 416 | 500 | 501 | 502 | 503 | 504
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let path = PagePath::literal("/404.html");
        let page =
            CustomErrorResponse::page(ErrorCode::of::<403>(), path, ResponseCode::of::<404>());
        let tree = json!({
            "ErrorCode": 403,
            "ErrorCachingMinTTL": 10,
            "ResponsePagePath": "/404.html",
            "ResponseCode": 404,
        });
        assert_eq!(serde_json::to_value(&page).unwrap(), tree);
        assert_eq!(serde_json::from_value::<CustomErrorResponse>(tree).unwrap(), page);
        let plain = CustomErrorResponse::builder().error_code(ErrorCode::of::<500>()).build();
        let tree = json!({"ErrorCode": 500, "ErrorCachingMinTTL": 10});
        assert_eq!(serde_json::to_value(&plain).unwrap(), tree);
        assert_eq!(serde_json::from_value::<CustomErrorResponse>(tree).unwrap(), plain);
        assert!(ErrorCode::new(200).is_none() && ResponseCode::new(302).is_none());
    }
}
