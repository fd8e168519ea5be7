import json

import pytest

_ACCOUNT = "123456789012"
_ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{_ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
_LOGS = {
    "Effect": "Allow",
    "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
    "Action": [
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
    ],
    "Resource": "*",
}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def _key(**properties):
    policy = {"Version": "2012-10-17", "Statement": [_ROOT, _LOGS]}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, **properties}}


def _document(action, effect="Allow"):
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _bucket(**properties):
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def _role(**properties):
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": _TRUST, **properties},
    }


def _group(**properties):
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "d", "VpcId": {"Ref": "Vpc"}, **properties},
    }


_VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}


@pytest.fixture
def permissions(aws, stack):
    def read(direction):
        group = aws("ec2").describe_security_groups(GroupIds=[stack.physical_id("Group")])
        return [
            (found["IpProtocol"], [each["CidrIp"] for each in found["IpRanges"]])
            for found in group["SecurityGroups"][0][direction]
        ]

    return read


def test_key_policy_and_rotation(stack, aws):
    stack.create({"Key": _key(EnableKeyRotation=True, RotationPeriodInDays=120)})
    key = {"KeyId": stack.physical_id("Key")}
    rotation = aws("kms").get_key_rotation_status(**key)
    assert (rotation["KeyRotationEnabled"], rotation["RotationPeriodInDays"]) == (True, 120)
    policy = json.loads(aws("kms").get_key_policy(**key, PolicyName="default")["Policy"])
    assert policy["Statement"] == [_ROOT, _LOGS]


def test_switching_rotation_off_is_carried_out(stack, aws):
    stack.create({"Key": _key(EnableKeyRotation=True)})
    assert stack.update({"Key": _key(EnableKeyRotation=False)}) == "UPDATE_COMPLETE"
    rotation = aws("kms").get_key_rotation_status(KeyId=stack.physical_id("Key"))
    assert not rotation["KeyRotationEnabled"]


def test_deleting_a_key_schedules_its_deletion_in_the_window_asked_for(stack, aws):
    stack.create({"Key": _key(PendingWindowInDays=7)})
    key = stack.physical_id("Key")
    stack.delete()
    found = aws("kms").describe_key(KeyId=key)["KeyMetadata"]
    assert found["KeyState"] == "PendingDeletion"


def test_bucket_encryption_with_the_stacks_key(stack, aws):
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]}}
    rule = {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    bucket = _bucket(BucketEncryption={"ServerSideEncryptionConfiguration": [rule]})
    stack.create({"Key": _key(), "Bucket": bucket})
    found = aws("s3").get_bucket_encryption(Bucket=stack.physical_id("Bucket"))
    rule = found["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].endswith(
        stack.physical_id("Key")
    )
    assert rule["BucketKeyEnabled"]


def test_public_access_block(stack, aws):
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    block = dict.fromkeys(names, True)
    stack.create({"Bucket": _bucket(PublicAccessBlockConfiguration=block)})
    found = aws("s3").get_public_access_block(Bucket=stack.physical_id("Bucket"))
    assert found["PublicAccessBlockConfiguration"] == block


def test_a_public_access_block_that_goes_away_is_removed(stack, aws):
    stack.create({"Bucket": _bucket(PublicAccessBlockConfiguration={"BlockPublicAcls": True})})
    stack.update({"Bucket": _bucket()})
    with pytest.raises(aws("s3").exceptions.ClientError, match="NoSuchPublicAccessBlock"):
        aws("s3").get_public_access_block(Bucket=stack.physical_id("Bucket"))


def test_versioning_ownership_and_object_lock(stack, aws):
    stack.create(
        {
            "Bucket": _bucket(
                VersioningConfiguration={"Status": "Enabled"},
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                ObjectLockEnabled=True,
                ObjectLockConfiguration={
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 7}},
                },
            )
        }
    )
    bucket = {"Bucket": stack.physical_id("Bucket")}
    lock = aws("s3").get_object_lock_configuration(**bucket)["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"]["Mode"] == "COMPLIANCE"
    assert aws("s3").get_bucket_versioning(**bucket)["Status"] == "Enabled"
    ownership = aws("s3").get_bucket_ownership_controls(**bucket)["OwnershipControls"]
    assert ownership["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_a_group_with_egress_rules_has_only_these(stack, permissions):
    group = _group(SecurityGroupEgress=[_HTTPS])
    stack.create({"Vpc": _VPC, "Group": group})
    assert permissions("IpPermissionsEgress") == [("tcp", ["10.0.0.0/16"])]


def test_a_group_without_egress_rules_may_reach_everything_as_in_aws(stack, permissions):
    stack.create({"Vpc": _VPC, "Group": _group()})
    assert permissions("IpPermissionsEgress") == [("-1", ["0.0.0.0/0"])]


def test_a_rule_that_goes_away_is_revoked(stack, permissions):
    other = {**_HTTPS, "CidrIp": "10.1.0.0/16"}
    stack.create({"Vpc": _VPC, "Group": _group(SecurityGroupIngress=[_HTTPS, other])})
    updated = {"Vpc": _VPC, "Group": _group(SecurityGroupIngress=[other])}
    assert stack.update(updated) == "UPDATE_COMPLETE"
    assert permissions("IpPermissions") == [("tcp", ["10.1.0.0/16"])]


def test_log_group_key_retention_class_and_data_protection(stack, aws):
    statements = [
        {
            "Sid": "a",
            "DataIdentifier": ["arn:x"],
            "Operation": {"Audit": {"FindingsDestination": {}}},
        },
        {"Sid": "b", "DataIdentifier": ["arn:x"], "Operation": {"Deidentify": {"MaskConfig": {}}}},
    ]
    policy = {"Name": "p", "Version": "2021-06-01", "Statement": statements}
    properties = {
        "LogGroupName": stack.name,
        "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
        "RetentionInDays": 30,
        "DataProtectionPolicy": policy,
    }
    stack.create(
        {"Key": _key(), "Group": {"Type": "AWS::Logs::LogGroup", "Properties": properties}}
    )
    group = aws("logs").describe_log_groups(logGroupNamePrefix=stack.name)["logGroups"][0]
    assert group["kmsKeyId"].endswith(stack.physical_id("Key"))
    assert (group["retentionInDays"], group["dataProtectionStatus"]) == (30, "ACTIVATED")
    kept = aws("logs").get_data_protection_policy(logGroupIdentifier=stack.name)
    assert json.loads(kept["policyDocument"]) == policy


def test_role_policies_attached_and_inline(stack, aws):
    inline = {"PolicyName": "inline", "PolicyDocument": _document("bedrock:InvokeModel")}
    managed = "arn:aws:iam::aws:policy/SecurityAudit"
    stack.create({"Role": _role(Policies=[inline], ManagedPolicyArns=[managed])})
    role = {"RoleName": stack.physical_id("Role")}
    attached = aws("iam").list_attached_role_policies(**role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [managed]
    found = aws("iam").get_role_policy(**role, PolicyName="inline")["PolicyDocument"]
    assert found == _document("bedrock:InvokeModel")


def test_a_managed_policy_that_goes_away_is_detached(stack, aws):
    audit, read = "arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/ReadOnlyAccess"
    stack.create({"Role": _role(ManagedPolicyArns=[audit, read])})
    stack.update({"Role": _role(ManagedPolicyArns=[read])})
    role = stack.physical_id("Role")
    attached = aws("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [read]


def test_a_changed_managed_policy_has_its_new_document(stack, aws):
    def policy(effect):
        document = {"PolicyDocument": _document("bedrock:*", effect), "Roles": [{"Ref": "Role"}]}
        return {"Type": "AWS::IAM::ManagedPolicy", "Properties": document}

    stack.create({"Role": _role(), "Policy": policy("Allow")})
    assert stack.update({"Role": _role(), "Policy": policy("Deny")}) == "UPDATE_COMPLETE"
    arn = {"PolicyArn": stack.physical_id("Policy")}
    version = aws("iam").get_policy(**arn)["Policy"]["DefaultVersionId"]
    found = aws("iam").get_policy_version(**arn, VersionId=version)["PolicyVersion"]
    assert found["Document"] == _document("bedrock:*", "Deny")
    assert stack.delete() == "DELETE_COMPLETE"


def test_endpoint_policy_groups_and_private_dns(stack, aws):
    document = {
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "x:*", "Resource": "*"}]
    }
    subnet = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}
    endpoint = {
        "VpcId": {"Ref": "Vpc"},
        "ServiceName": "com.amazonaws.eu-west-1.bedrock-runtime",
        "VpcEndpointType": "Interface",
        "SubnetIds": [{"Ref": "Subnet"}],
        "SecurityGroupIds": [{"Ref": "Group"}],
        "PrivateDnsEnabled": True,
        "PolicyDocument": document,
    }
    dns = {"EnableDnsSupport": True, "EnableDnsHostnames": True}
    resources = {
        "Vpc": {**_VPC, "Properties": {**_VPC["Properties"], **dns}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": subnet},
        "Group": _group(),
        "Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "Properties": endpoint},
    }
    assert stack.create(resources) == "CREATE_COMPLETE"
    ids = [stack.physical_id("Endpoint")]
    found = aws("ec2").describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"][0]
    assert json.loads(found["PolicyDocument"]) == document
    assert [group["GroupId"] for group in found["Groups"]] == [stack.physical_id("Group")]
    assert found["PrivateDnsEnabled"]


def test_stack_tags_reach_the_resources(stack, aws):
    own = [{"Key": "team", "Value": "own"}]
    tags = [{"Key": "team", "Value": "stack"}, {"Key": "cost", "Value": "1"}]
    stack.create({"Bucket": _bucket(Tags=own)}, Tags=tags)
    found = aws("s3").get_bucket_tagging(Bucket=stack.physical_id("Bucket"))["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in found} == {"team": "own", "cost": "1"}


def test_a_tag_that_goes_away_is_removed(stack, aws):
    first, second = {"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}
    stack.create({"Key": _key(Tags=[first, second])})
    assert stack.update({"Key": _key(Tags=[second])}) == "UPDATE_COMPLETE"
    found = aws("kms").list_resource_tags(KeyId=stack.physical_id("Key"))["Tags"]
    assert [tag["TagKey"] for tag in found] == ["b"]
