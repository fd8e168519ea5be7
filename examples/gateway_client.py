"""Call an ``InvocationGateway`` with boto3: Amazon Bedrock's own client, signed for API Gateway.

Needs the gateway's URL and the API key of the usage plan. The key is no secret: it works together
with the credentials of the client's role only.
"""

import boto3
from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.config import Config


def gateway_client(
    url: str, api_key: str, *, region: str, session: boto3.Session | None = None
) -> BaseClient:
    """A ``bedrock-runtime`` client whose ``converse`` and ``converse_stream`` go to the gateway.

    Args:
        url: The gateway's URL, its stage included.
        api_key: The client's API key.
        region: The gateway's Region.
        session: A ``boto3.Session``. Default: the usual credentials.
    """

    def prepare(request: AWSRequest, operation_name: str, **_: object) -> None:
        # API Gateway checks signatures for its own name, not for Amazon Bedrock's.
        request.context.setdefault("signing", {})["signing_name"] = "execute-api"
        request.headers["x-api-key"] = api_key
        if operation_name == "ConverseStream":
            # API Gateway turns the function's base64 into bytes for who accepts the type.
            request.headers["Accept"] = "application/vnd.amazon.eventstream"

    # "v4" also keeps the SDK from using a bearer token that is in the environment.
    settings = Config(signature_version="v4", read_timeout=60)
    client: BaseClient = (session or boto3.Session()).client(
        "bedrock-runtime", endpoint_url=url, region_name=region, config=settings
    )
    client.meta.events.register("before-sign.bedrock-runtime", prepare)
    return client


if __name__ == "__main__":
    client = gateway_client(
        "https://abcdef1234-vpce-0123456789abcdef0.execute-api.eu-west-1.amazonaws.com/v1",
        "the client's API key",
        region="eu-west-1",
    )
    print(client.meta.endpoint_url)
