import aws_cdk as cdk
import pytest

from secure_bedrock import InvocationLogging

_ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::KMS::Key": "arn:aws:kms:eu-west-1:111122223333:key/{}",
    "AWS::IAM::Role": "arn:aws:iam::111122223333:role/{}",
    "AWS::Logs::LogGroup": "arn:aws:logs:eu-west-1:111122223333:log-group:{}:*",
}


@pytest.fixture
def invocation_logging(env_stack):
    """An InvocationLogging with the given options, in a known account and Region."""

    def build(**options):
        return InvocationLogging(env_stack, "Logging", **options)

    return build


@pytest.fixture
def deployed(env_stack):
    """Properties of a construct's resource, with references as AWS would fill them in."""

    def properties(construct):
        template = cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"]
        logical_id = env_stack.get_logical_id(construct)
        return _resolve(template[logical_id]["Properties"], template)

    return properties


def _resolve(value, template):
    match value:
        case {"Ref": name}:
            return name
        case {"Fn::GetAtt": [name, "Arn"]}:
            return _ARNS[template[name]["Type"]].format(name)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(_resolve(part, template) for part in parts)
        case dict():
            return {key: _resolve(item, template) for key, item in value.items()}
        case list():
            return [_resolve(item, template) for item in value]
    return value
