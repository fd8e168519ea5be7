"""AWS Organizations."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.comparing import parsed
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, Reading, reader


@reader("AWS::Organizations::Policy", ids=["Id"])
def read_policy(aws: Aws, policy: Deployed) -> Reading:
    """Content and targets of a policy of the organization."""
    organizations = aws.client("organizations")
    found = organizations.describe_policy(PolicyId=policy.id)["Policy"]
    summary = found["PolicySummary"]
    targets = aws.pages("organizations", "list_targets_for_policy", "Targets", PolicyId=policy.id)
    tags = organizations.list_tags_for_resource(ResourceId=policy.id)
    return Reading(
        properties={
            **pick(summary, "Name", "Type", "Description"),
            "Content": parsed(found["Content"]),
            "TargetIds": [each["TargetId"] for each in targets],
        },
        if_claimed={"Tags": tag_list(tags["Tags"])},
        attributes={"Arn": summary["Arn"]},
        claim={"Content": parsed(policy.claim.get("Content"))},
    )
