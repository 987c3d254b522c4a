//! `AWS::SNS::Topic` over the SDK.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>. It answers with the topic of the
//! name when attributes and tags are the same; the tags of the owner are among them, so that no
//! topic of somebody else is taken.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::{Client, types::Tag};
use elanswer_core::{
    Handler, Input, Place, Tags,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::KeyArn,
        sns::{DisplayName, Topic, TopicName, TopicOutputs},
    },
};

use super::{SERVICE, attributes, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles topics over the SDK.
#[derive(Debug)]
pub struct TopicHandler(Clients);

impl From<Clients> for TopicHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the attributes and tags say of a topic.
fn observed(
    arn: &str,
    attributes: &HashMap<String, String>,
    tags: Tags,
) -> Result<Observed<Topic>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetTopicAttributes", field);
    let name = arn.rsplit(':').next().and_then(|name| TopicName::new(name).ok());
    let display = attributes.get("DisplayName").cloned().unwrap_or_default();
    let key = attributes.get("KmsMasterKeyId").filter(|key| !key.is_empty());
    // A key that is named otherwise, `alias/aws/sns` say, was never written by elanswer: the plan
    // shows it as none, and puts the one that is wanted.
    let key = key.and_then(|key| KeyArn::new(key).ok());
    let topic = Topic::builder()
        .topic_name(name.ok_or_else(|| lacks("TopicArn of a standard topic"))?)
        .display_name(DisplayName::new(display).map_err(|_| lacks("DisplayName"))?)
        .maybe_kms_master_key_id(key)
        .tags(tags.declared())
        .build();
    Ok(Observed::ready(topic, TopicOutputs { topic_arn: arn.to_owned() }))
}

fn key_of(topic: &Topic) -> Option<String> {
    topic.kms_master_key_id.as_ref().and_then(Input::known).map(ToString::to_string)
}

/// The attributes that a topic is made with.
fn to_attributes(topic: &Topic) -> Option<HashMap<String, String>> {
    let display = Some(topic.display_name.to_string()).filter(|text| !text.is_empty());
    let attributes = [("DisplayName", display), ("KmsMasterKeyId", key_of(topic))];
    let set = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Some(set.collect::<HashMap<_, _>>()).filter(|attributes| !attributes.is_empty())
}

/// The attributes that change; an empty text means none.
fn changed(from: &Topic, to: &Topic) -> Vec<(&'static str, String)> {
    let mut changed = Vec::new();
    if from.display_name != to.display_name {
        changed.push(("DisplayName", to.display_name.to_string()));
    }
    if from.kms_master_key_id != to.kms_master_key_id {
        changed.push(("KmsMasterKeyId", key_of(to).unwrap_or_default()));
    }
    changed
}

fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, ExecError> {
    let tag = |(key, value): (&str, &str)| {
        let built = Tag::builder().key(key).value(value).build();
        built.map_err(|_| missing(SERVICE, "TagResource", "Key"))
    };
    tags.iter().map(tag).collect()
}

async fn tags(client: &Client, arn: &str) -> Result<Option<Tags>, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = none_if_gone(answer.map_err(failed("ListTagsForResource")))?;
    let pair = |tag: &Tag| (tag.key().to_owned(), tag.value().to_owned());
    Ok(answer.map(|answer| answer.tags().iter().map(pair).collect()))
}

/// The topic of this ARN, and all of its tags.
async fn look(client: &Client, arn: &str) -> Result<Option<(Observed<Topic>, Tags)>, ExecError> {
    let answer = client.get_topic_attributes().topic_arn(arn).send().await;
    let found = answer.map_err(failed("GetTopicAttributes"));
    let Some(found) = attributes(found, |answer| answer.attributes)? else { return Ok(None) };
    let Some(tags) = tags(client, arn).await? else { return Ok(None) };
    Ok(Some((observed(arn, &found, tags.clone())?, tags)))
}

async fn retag(client: &Client, request: &Update<Topic>) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    let arn = &request.identifier;
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn).set_tags(Some(to_sdk(&set)?));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

#[async_trait]
impl Handler<Topic> for TopicHandler {
    /// One topic at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Topic>>, ExecError>> {
        let client = self.0.sns(place.region);
        let looks = identifiers.iter().map(|arn| look(&client, arn));
        let answers = futures_util::future::join_all(looks).await;
        answers.into_iter().map(|answer| Ok(answer?.map(|(topic, _)| topic))).collect()
    }

    async fn create(&self, request: &Create<Topic>) -> Result<Observed<Topic>, ExecError> {
        let (client, desired) = (self.0.sns(request.place.region), &request.desired);
        let answer = client
            .create_topic()
            .set_name(desired.topic_name.as_ref().map(ToString::to_string))
            .set_attributes(to_attributes(desired))
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateTopic"))?;
        let topic_arn =
            answer.topic_arn.ok_or_else(|| missing(SERVICE, "CreateTopic", "TopicArn"))?;
        Ok(Observed::ready(desired.clone(), TopicOutputs { topic_arn }))
    }

    async fn find(&self, request: &Create<Topic>) -> Result<Option<Observed<Topic>>, ExecError> {
        let client = self.0.sns(request.place.region);
        let Some(name) = &request.desired.topic_name else { return Ok(None) };
        let topics = client.list_topics().into_paginator().items().send().try_collect().await;
        let topics = topics.map_err(failed("ListTopics"))?;
        let mut arns = topics.iter().filter_map(|topic| topic.topic_arn());
        let Some(arn) = arns.find(|arn| arn.rsplit(':').next() == Some(name.as_str())) else {
            return Ok(None);
        };
        let found = look(&client, arn).await?;
        let ours = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(ours.map(|(topic, _)| topic))
    }

    async fn update(&self, request: &Update<Topic>) -> Result<Observed<Topic>, ExecError> {
        let client = self.0.sns(request.place.region);
        for (name, value) in changed(&request.current, &request.desired) {
            let call = client.set_topic_attributes().topic_arn(&request.identifier);
            let call = call.attribute_name(name).attribute_value(value);
            call.send().await.map_err(failed("SetTopicAttributes"))?;
        }
        retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Topic>) -> Result<Deletion, ExecError> {
        let call = self.0.sns(request.place.region).delete_topic();
        let deleted = call.topic_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteTopic")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sns:us-east-1:123456789012:alarms";
    const KEY: KeyArn = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");

    fn topic() -> Topic {
        Topic::builder()
            .topic_name(TopicName::literal("alarms"))
            .display_name(DisplayName::literal("Shop"))
            .kms_master_key_id(KEY)
            .build()
    }

    #[test]
    fn attributes_there_and_back() {
        let sent = to_attributes(&topic()).unwrap();
        let tags = Tags::new().with("elanswer:stack", "shop");
        let found = observed(ARN, &sent, tags).unwrap();
        assert_eq!(found.resource, topic());
        assert_eq!(found.outputs.topic_arn, ARN);
        assert_eq!(to_attributes(&Topic::default()), None);
        let bare = observed(ARN, &HashMap::new(), Tags::new()).unwrap().resource;
        assert_eq!(changed(&topic(), &topic()), []);
        let none = [("DisplayName", String::new()), ("KmsMasterKeyId", String::new())];
        assert_eq!(changed(&topic(), &bare), none);
    }

    #[test]
    fn a_key_of_aws_is_none_of_ours() {
        let key = HashMap::from([("KmsMasterKeyId".to_owned(), "alias/aws/sns".to_owned())]);
        assert_eq!(observed(ARN, &key, Tags::new()).unwrap().resource.kms_master_key_id, None);
        assert!(observed("arn:aws:sns:us-east-1:1:a.fifo", &key, Tags::new()).is_err());
    }
}
