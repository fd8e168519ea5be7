"""AWS Systems Manager."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick
from secure_bedrock.verification.reading import Deployed, Reading, reader


@reader("AWS::SSM::Parameter")
def read_parameter(aws: Aws, parameter: Deployed) -> Reading:
    """Value and type of a parameter."""
    found = aws.client("ssm").get_parameter(Name=parameter.id)["Parameter"]
    return Reading(
        properties=pick(found, "Type", "Value"),
        if_claimed={"Name": found["Name"], **pick(found, "DataType")},
        unreadable={"Description": "GetParameter does not give it", "Tier": "likewise"},
    )
