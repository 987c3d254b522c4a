//! What a check found: diagnostics and the report that collects them.

use std::{fmt, panic::Location};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::id::ResourceId;

/// Where in the user's program something was declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file, as the compiler names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl From<&Location<'_>> for Source {
    fn from(location: &Location<'_>) -> Self {
        Self { file: location.file().to_owned(), line: location.line() }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// AWS would refuse it, or it defeats the purpose of the architecture: nothing is applied.
    Error,
    /// It works, but is likely not what is wanted.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Something a rule found in an architecture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The slug of the rule: `subnet-outside-vpc`. Stable; the name to suppress it by.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The resource it is about.
    pub resource: ResourceId,
    /// What is wrong and what AWS would do, in one line.
    pub message: String,
    /// What to do, in one line.
    pub help: String,
    /// Where the resource was declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: `{}`: {}", self.severity, self.code, self.resource, self.message)?;
        if let Some(source) = &self.source {
            write!(f, "\n  --> {source}")?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

/// A diagnostic that the user chose to live with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The slug of the rule.
    pub rule: String,
    /// The resource, or the construct around it; `None` is the whole architecture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<ResourceId>,
    /// Why it is right here.
    pub reason: String,
}

/// All that a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What was found: errors first, then by resource.
    pub diagnostics: Vec<Diagnostic>,
    /// What was found and accepted.
    pub suppressed: Vec<Suppressed>,
}

/// Something that a rule found and the user chose to live with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppressed {
    /// What was found.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// Why it is right here.
    pub reason: String,
}

impl Report {
    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many warnings there are.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// Whether the architecture may be applied: there is no error.
    #[must_use]
    pub fn is_deployable(&self) -> bool {
        self.errors() == 0
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}

/// The document that `check --json` prints: `{"errors", "warnings", "diagnostics", "suppressed"}`.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Report", 4)?;
        document.serialize_field("errors", &self.errors())?;
        document.serialize_field("warnings", &self.warnings())?;
        document.serialize_field("diagnostics", &self.diagnostics)?;
        document.serialize_field("suppressed", &self.suppressed)?;
        document.end()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            writeln!(f, "{diagnostic}\n")?;
        }
        write!(f, "{} errors, {} warnings", self.errors(), self.warnings())
    }
}

/// The candidate that `text` is probably a misspelling of: within a third of its length in edits.
pub(crate) fn nearest<T>(
    text: &str,
    candidates: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> &str,
) -> Option<T> {
    let limit = (text.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(text, name(&candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for (pair, to) in row.windows(2).zip(b.chars()) {
            if let [diagonal, above] = pair {
                left = (diagonal + usize::from(from != to)).min(above + 1).min(left + 1);
                next.push(left);
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["subnet", "vpc", "route"];
        assert_eq!(nearest("subent", names, |name| name), Some("subnet"));
        assert_eq!(nearest("vpcs", names, |name| name), Some("vpc"));
        assert_eq!(nearest("database", names, |name| name), None);
    }

    #[test]
    fn a_report_serialises_to_the_document_of_the_command_line() {
        let diagnostic = Diagnostic {
            code: "a-rule".into(),
            severity: Severity::Warning,
            resource: ResourceId::new("main/vpc").unwrap(),
            message: "m".into(),
            help: "h".into(),
            source: Some(Source { file: "src/main.rs".into(), line: 7 }),
        };
        let report = Report {
            diagnostics: vec![diagnostic.clone()],
            suppressed: vec![Suppressed { diagnostic, reason: "r".into() }],
        };
        let found = serde_json::json!({
            "code": "a-rule", "severity": "warning", "resource": "main/vpc", "message": "m",
            "help": "h", "source": {"file": "src/main.rs", "line": 7},
        });
        let mut accepted = found.clone();
        accepted["reason"] = "r".into();
        let expected = serde_json::json!({
            "errors": 0, "warnings": 1, "diagnostics": [found], "suppressed": [accepted],
        });
        assert_eq!(serde_json::to_value(report).unwrap(), expected);
    }
}
