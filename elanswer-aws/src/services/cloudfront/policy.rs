//! What the four kinds without tags have in common.

/// A handler over the SDK of a kind that has a name and a version, and no tags.
///
/// `$request` makes AWS's form of what the kind says, `$response` reads it, and `$find` looks for
/// the identifier of one of the same name.
macro_rules! handler {
    (
        $(#[$doc:meta])* $handler:ident of $kind:ident, $outputs:ident:
        $create:ident $create_name:literal, $get:ident $get_name:literal,
        $update:ident $update_name:literal, $delete:ident $delete_name:literal,
        $object:ident $object_name:literal, $config:ident, $request:ident, $response:ident,
        $find:ident
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $handler(Clients);

        impl From<Clients> for $handler {
            fn from(clients: Clients) -> Self {
                Self(clients)
            }
        }

        impl $handler {
            /// One as it is, and its version.
            async fn look(
                client: &Client,
                id: &str,
            ) -> Result<Option<(Observed<$kind>, String)>, ExecError> {
                let answer = client.$get().id(id).send().await.map_err(failed($get_name));
                let Some(answer) = none_if_gone(answer)? else { return Ok(None) };
                let missing = || missing(SERVICE, $get_name, $object_name);
                let object = answer.$object().ok_or_else(missing)?;
                let config = object.$config().ok_or_else(missing)?;
                let resource = $response(config).map_err(unreadable($get_name))?;
                let version = answer.e_tag().unwrap_or_default().to_owned();
                let outputs = $outputs { id: object.id().to_owned() };
                Ok(Some((Observed::ready(resource, outputs), version)))
            }
        }

        #[async_trait]
        impl Handler<$kind> for $handler {
            /// One at a time.
            async fn read(
                &self,
                place: &Place,
                identifiers: &[String],
            ) -> Vec<Result<Option<Observed<$kind>>, ExecError>> {
                let client = self.0.cloudfront(place.region);
                let mut answers = Vec::with_capacity(identifiers.len());
                for id in identifiers {
                    let found = Self::look(&client, id).await;
                    answers.push(found.map(|found| found.map(|(it, _)| it)));
                }
                answers
            }

            async fn create(&self, request: &Create<$kind>) -> Result<Observed<$kind>, ExecError> {
                let client = self.0.cloudfront(request.place.region);
                let config = $request(&request.desired).map_err(incomplete)?;
                let call = client.$create().$config(config);
                let answer = call.send().await.map_err(failed($create_name))?;
                let missing = || missing(SERVICE, $create_name, $object_name);
                let outputs = $outputs { id: answer.$object().ok_or_else(missing)?.id().to_owned() };
                Ok(Observed::ready(request.desired.clone(), outputs))
            }

            /// It has no tags: one of this name with this content is taken for the one that was
            /// made.
            async fn find(
                &self,
                request: &Create<$kind>,
            ) -> Result<Option<Observed<$kind>>, ExecError> {
                let client = self.0.cloudfront(request.place.region);
                let Some(id) = $find(&client, &request.desired).await? else { return Ok(None) };
                let found = Self::look(&client, &id).await?.map(|(it, _)| it);
                Ok(found.filter(|it| it.resource == request.desired))
            }

            async fn update(&self, request: &Update<$kind>) -> Result<Observed<$kind>, ExecError> {
                let (client, id) = (self.0.cloudfront(request.place.region), &request.identifier);
                let seen = Self::look(&client, id).await?;
                let (_, version) = seen.ok_or_else(|| {
                    ExecError::new(ErrorKind::NotFound, format!("`{id}` does not exist"))
                        .with_operation(SERVICE, $get_name)
                })?;
                let config = $request(&request.desired).map_err(incomplete)?;
                let call = client.$update().id(id).if_match(version).$config(config);
                call.send().await.map_err(failed($update_name))?;
                Ok(request.done())
            }

            async fn delete(&self, request: &Delete<$kind>) -> Result<Deletion, ExecError> {
                let (client, id) = (self.0.cloudfront(request.place.region), &request.identifier);
                let answer = client.$get().id(id).send().await.map_err(failed($get_name));
                let Some(seen) = none_if_gone(answer)? else { return Ok(Deletion::Gone) };
                let version = seen.e_tag().unwrap_or_default();
                let call = client.$delete().id(id).if_match(version);
                gone_is_fine(call.send().await.map_err(failed($delete_name)))?;
                Ok(Deletion::Gone)
            }
        }
    };
}

/// Looks through the pages of a list of the account's own policies for one of a name.
macro_rules! find_policy {
    ($find:ident of $kind:ident: $list:ident $list_name:literal, $type:ident, $page:ident, $policy:ident, $config:ident) => {
        async fn $find(client: &Client, desired: &$kind) -> Result<Option<String>, ExecError> {
            let mut marker = None;
            loop {
                let call = client.$list().r#type(types::$type::Custom).set_marker(marker);
                let answer = call.send().await.map_err(failed($list_name))?;
                let Some(page) = answer.$page() else { return Ok(None) };
                let own = page.items().iter().filter_map(|it| it.$policy()).find(|it| {
                    it.$config().is_some_and(|it| it.name() == desired.config.name.as_str())
                });
                if let Some(own) = own {
                    return Ok(Some(own.id().to_owned()));
                }
                marker = page.next_marker().filter(|it| !it.is_empty()).map(str::to_owned);
                if marker.is_none() {
                    return Ok(None);
                }
            }
        }
    };
}

pub(super) use {find_policy, handler};
