"""Where a stack is: pseudo parameters, and the values a template takes from outside itself."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlparse

from botocore.exceptions import ClientError
from botocore.session import get_session

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.intrinsics import Lookups
from secure_bedrock.emulator.isolation import ACCOUNT
from secure_bedrock.emulator.resources.rendering import ABSENT
from secure_bedrock.emulator.values import Json, Members


class Surroundings:
    """The Region around a stack.

    Args:
        region: Its name.
        client: boto3 client by service name.
        export: The value of an export of the Region.
    """

    def __init__(
        self, region: str, client: Callable[[str], Json], export: Callable[[str], str]
    ) -> None:
        self._region = region
        self._client = client
        self._export = export
        self._partition = str(get_session().get_partition_for_region(region))

    @property
    def values(self) -> Mapping[str, Json]:
        """What declarations of resource types may name."""
        return {
            "account": ACCOUNT,
            "region": self._region,
            "partition": self._partition,
            "suffix": "amazonaws.com.cn" if self._partition == "aws-cn" else "amazonaws.com",
            "location": ABSENT if self._region == "us-east-1" else self._region,
        }

    def stack_id(self, name: str, unique: str) -> str:
        """The ARN of a new stack."""
        return (
            f"arn:{self._partition}:cloudformation:{self._region}:{ACCOUNT}:stack/{name}/{unique}"
        )

    def pseudo_parameters(self, stack_id: str, stack_name: str) -> Members:
        """Every ``AWS::`` parameter but ``NoValue``."""
        return {
            "AWS::AccountId": ACCOUNT,
            "AWS::NotificationARNs": [],
            "AWS::Partition": self._partition,
            "AWS::Region": self._region,
            "AWS::StackId": stack_id,
            "AWS::StackName": stack_name,
            "AWS::URLSuffix": self.values["suffix"],
        }

    def lookups(self) -> Lookups:
        """Exports, zones and dynamic references; a deployment adds its resources."""

        def no_resource(name: str, _: str | None) -> Json:
            raise LookupError(name)

        return Lookups(
            resource=no_resource,
            export=self._export,
            zones=self._zones,
            dynamic=self._dynamic,
        )

    def ssm_parameter(self, name: str) -> str:
        """The value of a parameter of Systems Manager."""
        try:
            answer = self._client("ssm").get_parameter(Name=name, WithDecryption=True)
        except ClientError as error:
            raise ValidationError(
                f"Unable to fetch parameters [{name}] from parameter store for this account."
            ) from error
        return str(answer["Parameter"]["Value"])

    def object_text(self, url: str) -> str:
        """The object of Amazon S3 behind a template's URL, with the bucket in path or host."""
        parts = urlparse(url)
        path, host = unquote(parts.path).lstrip("/"), parts.hostname or ""
        bucket, _, key = path.partition("/")
        for marker in (".s3.", ".localhost"):
            if marker in host:
                bucket, key = host.split(marker)[0], path
        try:
            answer = self._client("s3").get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            raise ValidationError(f"S3 error: {url}: {error}") from error
        return str(answer["Body"].read().decode())

    def _zones(self, region: str) -> list[str]:
        if region not in {"", self._region}:
            raise ValidationError(f"Fn::GetAZs of another Region ({region}) is not emulated")
        answer = self._client("ec2").describe_availability_zones()
        return sorted(zone["ZoneName"] for zone in answer["AvailabilityZones"])

    def _dynamic(self, reference: str) -> str:
        service, _, name = reference.partition(":")
        if service not in {"ssm", "ssm-secure"}:
            raise ValidationError(f"{{{{resolve:{reference}}}}}: this reference is not emulated")
        return self.ssm_parameter(name)
