"""What moto does otherwise than AWS with services: CreateService drops the capacity provider
strategy and how tasks are deployed, and UpdateService takes any strategy.
"""

from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

create_service = EC2ContainerServiceResponse.create_service
update_service = EC2ContainerServiceResponse.update_service

#: How AWS deploys, unless it is told otherwise.
DEPLOYMENT = {"deploymentCircuitBreaker": {"enable": False, "rollback": False},
              "maximumPercent": 200, "minimumHealthyPercent": 100}


def strategy_of(response):
    """The strategy that is asked for, in full and of providers that the cluster has."""
    cluster = response.ecs_backend._get_cluster(response._get_param("cluster", "default"))
    asked = response._get_param("capacityProviderStrategy")
    for item in asked or []:
        if item["capacityProvider"] not in (cluster.capacity_providers or []):
            raise InvalidParameterException(
                "The specified capacity provider strategy cannot contain a capacity provider that "
                "is not associated with the cluster.")
    if asked is None and response._get_action() == "CreateService":
        launched = response._get_param("launchType")
        asked = None if launched else cluster.default_capacity_provider_strategy
    return asked and [{"weight": 0, "base": 0, **item} for item in asked]


def provide(service, strategy):
    """Runs the tasks of a service by a strategy, and by no launch type then."""
    service.capacity_provider_strategy = strategy
    service.launch_type = None
    for deployment in service.deployments:
        deployment["capacityProviderStrategy"] = strategy
        deployment["launchType"] = None


def created_service(self):
    strategy = strategy_of(self)
    if strategy and self._get_param("launchType"):
        raise InvalidParameterException(
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again.")
    answer = create_service(self)
    service = answer.result["service"]
    service.deployment_configuration = {
        **DEPLOYMENT, **(self._get_param("deploymentConfiguration") or {})}
    if strategy:
        provide(service, strategy)
    return answer


def updated_service(self):
    strategy = strategy_of(self)
    answer = update_service(self)
    if strategy:
        provide(answer.result["service"], strategy)
    return answer


EC2ContainerServiceResponse.create_service = created_service
EC2ContainerServiceResponse.update_service = updated_service
