//! Rule: dangling-reference
//!
//! Severity: error
//!
//! A property, a dependency or an output of the architecture refers to a resource that is not
//! declared, or to an output that its kind does not have.
//! The value would never be known, so nothing that needs it could be created.
//! A reference to the identifier of one kind that leads to a resource of another is found this way
//! too, because each kind names its identifier differently.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getatt.html>
//!
//! Fix: declare the resource, or correct the reference.
//! Of an object that is not managed here only the identifier is known; write other values out.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, Subject},
    diagnostic::{Severity, nearest},
    id::ResourceId,
    reference::{Input, Reference},
};

pub(crate) const RULE: Rule = Rule {
    slug: "dangling-reference",
    severity: Severity::Error,
    summary: "A reference leads to a resource or an output that does not exist.",
    check,
};

/// A misspelt construct name breaks many references at once, and each suggestion compares with
/// every id: the first ones are enough.
const MAX_SUGGESTIONS: usize = 20;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut suggestions = 0;
    for node in ctx.nodes() {
        for reference in node.references() {
            resolve(ctx, out, node.into(), reference, &mut suggestions);
        }
        for id in &node.options.depends_on {
            if ctx.node(id).is_none() {
                missing(ctx, out, node.into(), id, &mut suggestions);
            }
        }
    }
    for input in ctx.arch().outputs().values() {
        resolve_input(ctx, out, input, &mut suggestions);
    }
}

fn resolve_input(
    ctx: &RuleContext<'_>,
    out: &mut Diagnostics,
    input: &Input<String>,
    suggestions: &mut usize,
) {
    match input {
        Input::Literal(_) => {}
        Input::Output(reference) => resolve(ctx, out, ctx.root().into(), reference, suggestions),
        Input::Join(parts) => {
            parts.iter().for_each(|part| resolve_input(ctx, out, part, suggestions));
        }
    }
}

fn resolve(
    ctx: &RuleContext<'_>,
    out: &mut Diagnostics,
    from: Subject<'_>,
    reference: &Reference,
    suggestions: &mut usize,
) {
    let Some(target) = ctx.node(&reference.resource) else {
        return missing(ctx, out, from, &reference.resource, suggestions);
    };
    let schema = target.resource.schema();
    let output = reference.output.as_str();
    if output == schema.identifier || schema.outputs.contains(&output) {
        return;
    }
    let known = schema.outputs.iter().copied();
    out.push(
        from,
        format!("`{}` is an `{}`, which has no output `{output}`", target.id, schema.kind),
        match nearest(output, known.clone(), |name| name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "refer to one of its outputs ({}), or to another resource",
                known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        },
    );
}

fn missing(
    ctx: &RuleContext<'_>,
    out: &mut Diagnostics,
    from: Subject<'_>,
    id: &ResourceId,
    suggestions: &mut usize,
) {
    *suggestions += 1;
    let near = (*suggestions <= MAX_SUGGESTIONS)
        .then(|| nearest(id.as_str(), ctx.nodes(), |node| node.id.as_str()))
        .flatten();
    out.push(
        from,
        format!("refers to `{id}`, which is not declared"),
        match near {
            Some(node) => format!("did you mean `{}`?", node.id),
            None => format!("declare `{id}`, or write the value out if AWS has it already"),
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        cidr,
        reference::Ref,
        region::{Region, Zone},
        services::ec2::{Subnet, Vpc},
    };

    fn subnet(vpc: Ref<Vpc>) -> Subnet {
        Subnet::builder()
            .vpc(vpc)
            .cidr_block(cidr!("10.0.1.0/24"))
            .availability_zone(Zone::new(Region::UsEast1, 'a'))
            .build()
    }

    fn managed(id: &str) -> Ref<Vpc> {
        Ref::managed(ResourceId::new(id).unwrap())
    }

    #[test]
    fn fires_on_a_resource_that_is_not_declared() {
        check(
            &RULE,
            |arch| {
                arch.resource("main/vpc", Vpc::new(cidr!("10.0.0.0/16")));
                let subnet = arch.resource("subnet", subnet(managed("main/vcp")));
                arch.options(&subnet, |options| _ = options.depends_on(&managed("gone")));
                arch.output("vpc", &managed("vanished"));
            },
            &[
                "error subnet: refers to `gone`, which is not declared",
                "error subnet: refers to `main/vcp`, which is not declared",
                "error test: refers to `vanished`, which is not declared",
            ],
        );
    }

    #[test]
    fn suggests_what_is_near() {
        let mut arch = Architecture::new("test", Region::UsEast1);
        arch.resource("main/vpc", Vpc::new(cidr!("10.0.0.0/16")));
        arch.resource("subnet", subnet(managed("main/vcp")));
        let report = crate::check(&arch);
        assert_eq!(report.diagnostics[0].help, "did you mean `main/vpc`?");
    }

    #[test]
    fn fires_on_a_resource_of_another_kind_and_on_an_unknown_output() {
        check(
            &RULE,
            |arch| {
                let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("first", subnet(vpc.clone()));
                arch.resource("second", subnet(managed("first")));
                arch.output("owner", vpc.output("OwnerId"));
            },
            &[
                "error second: `first` is an `AWS::EC2::Subnet`, which has no output `VpcId`",
                "error test: `vpc` is an `AWS::EC2::VPC`, which has no output `OwnerId`",
            ],
        );
    }

    #[test]
    fn accepts_what_is_declared_and_what_exists_in_aws() {
        check(
            &RULE,
            |arch| {
                let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                let subnet = arch.resource("subnet", subnet(vpc.clone()));
                arch.options(&subnet, |options| _ = options.depends_on(&vpc));
                arch.output("vpc", &vpc);
                arch.output("other", &Ref::<Vpc>::existing("vpc-0a1b2c3d"));
            },
            &[],
        );
    }
}
