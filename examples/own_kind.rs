//! A kind of your own: what elanswer does not know, planned and applied as what it knows.
//!
//! The kind is a parameter of Systems Manager, where the programs of the network below find its id.
//! It has a model, `Parameter`, and a handler for the AWS in memory, `ParametersInMemory`. A handler
//! for AWS implements the same trait over your client of the SDK, made from the configuration that
//! `elanswer::aws::Clients` gives, and goes to `AwsExecutor::builder().kind::<Parameter, _>()`.
//!
//! ```sh
//! cargo run --example own_kind
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{error::Error, time::Duration};

use elanswer::{
    Action, Architecture, Checks, Handler, Input, Kind, Place, Region, Resource, Rule, Schema,
    Severity, Tags, cidr,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update, async_trait},
    services::ec2::Vpc,
    testkit::{Api, AwsError, MockAws},
};
use serde::{Deserialize, Serialize};

/// A parameter of Systems Manager, in the shape of `AWS::SSM::Parameter`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    /// Changing it makes another parameter.
    name: String,
    r#type: ParameterType,
    /// A text, or an output of another resource.
    value: Input<String>,
    tags: Tags,
}

/// What its value is. `SecureString` is left out: a secret belongs into Secrets Manager.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum ParameterType {
    String,
    StringList,
}

/// What AWS decides of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ParameterOutputs {
    name: String,
}

impl Resource for Parameter {
    type Outputs = ParameterOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Name",
        outputs: &["Name"],
        replaces: &["Name"],
        exclusive: &["Name"],
        api: "ssm",
        ..Schema::new(Kind::new("AWS::SSM::Parameter"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

/// Parameters in memory: what AWS refuses is refused here, by its error codes.
#[derive(Debug)]
struct ParametersInMemory(Api);

impl From<Api> for ParametersInMemory {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const SERVICE: &str = "ssm";

/// AWS keeps 4,096 characters of a standard parameter.
fn check_value(value: &Input<String>) -> Result<(), AwsError> {
    match value.known() {
        Some(text) if text.len() > 4096 => Err(AwsError::invalid(
            "ValidationException",
            "Standard tier parameters support a maximum parameter value of 4096 characters.",
        )),
        _ => Ok(()),
    }
}

#[async_trait]
impl Handler<Parameter> for ParametersInMemory {
    async fn read(
        &self,
        place: &Place,
        names: &[String],
    ) -> Vec<Result<Option<Observed<Parameter>>, ExecError>> {
        self.0.read(SERVICE, "GetParameters", place, names).await
    }

    async fn create(&self, request: &Create<Parameter>) -> Result<Observed<Parameter>, ExecError> {
        let Create { place, desired, .. } = request;
        self.0
            .call(SERVICE, "PutParameter", place, |aws| {
                check_value(&desired.value)?;
                if aws.get::<Parameter>(place, &desired.name).is_some() {
                    let message = "The parameter already exists.";
                    return Err(AwsError::conflict("ParameterAlreadyExists", message));
                }
                let outputs = ParameterOutputs { name: desired.name.clone() };
                aws.insert(request, outputs, "", Duration::ZERO)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<Parameter>,
    ) -> Result<Option<Observed<Parameter>>, ExecError> {
        self.0.find_owned(SERVICE, "DescribeParameters", request).await
    }

    async fn update(&self, request: &Update<Parameter>) -> Result<Observed<Parameter>, ExecError> {
        let Update { place, identifier, current, desired, .. } = request;
        if (&current.value, current.r#type) != (&desired.value, desired.r#type) {
            self.0
                .call(SERVICE, "PutParameter", place, |aws| {
                    check_value(&desired.value)?;
                    aws.change::<Parameter>(place, identifier, "", Duration::ZERO, |object| {
                        object.resource = desired.clone();
                    })
                })
                .await?;
        }
        let operations = ["AddTagsToResource", "RemoveTagsFromResource"];
        self.0.retag(SERVICE, operations, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Parameter>) -> Result<Deletion, ExecError> {
        let Delete { place, identifier, .. } = request;
        self.0
            .call(SERVICE, "DeleteParameter", place, |aws| {
                aws.remove::<Parameter>(place, identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

/// A rule of your own beside it, for what you do not want to see again.
const NAMED_BY_PATH: Rule = Rule {
    slug: "acme-parameter-path",
    severity: Severity::Error,
    summary: "A parameter must be called by a path, so that policies can name a folder.",
    check: |ctx, out| {
        for (node, parameter) in ctx.all::<Parameter>() {
            if !parameter.name.starts_with('/') {
                let message = format!("`{}` is no path", parameter.name);
                out.push(node, message, "call it `/team/name`");
            }
        }
    },
};

fn shop(name: &str, kind: ParameterType) -> Architecture {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let parameter = Parameter {
        name: name.to_owned(),
        r#type: kind,
        value: vpc.output::<String>("VpcId").into(),
        tags: Tags::new(),
    };
    let parameter = arch.resource("vpc-id", parameter);
    arch.output("parameter", parameter.output::<String>("Name"));
    arch
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let checks = Checks::default().with(NAMED_BY_PATH);
    println!("{}", checks.run(&shop("vpc-id", ParameterType::String)));
    let first = shop("/shop/vpc-id", ParameterType::String);
    assert!(checks.run(&first).is_deployable());

    let aws = MockAws::builder().kind::<Parameter, ParametersInMemory>().build();
    println!("{}", elanswer::apply(&first, &aws).await?);
    let ids: Vec<String> = aws
        .objects::<Parameter>()
        .into_iter()
        .filter_map(|it| it.resource.value.known().cloned())
        .collect();
    println!("the parameter says {ids:?}");
    assert!(elanswer::plan(&first, &aws).await?.is_empty());

    let changed = shop("/shop/vpc-id", ParameterType::StringList);
    let plan = elanswer::plan(&changed, &aws).await?;
    assert_eq!((plan.count(Action::Update), plan.count(Action::Replace)), (1, 0), "{plan}");
    let renamed = shop("/shop/network", ParameterType::String);
    let plan = elanswer::plan(&renamed, &aws).await?;
    assert_eq!((plan.count(Action::Update), plan.count(Action::Replace)), (0, 1), "{plan}");
    println!("{}", elanswer::apply(&renamed, &aws).await?);

    println!("{}", elanswer::destroy("shop", &aws).await?);
    assert!(aws.inventory().is_empty());
    Ok(())
}
