from aws_cdk import aws_kms as kms

from secure_bedrock.monitoring.alert_topic import AlertTopic


def test_the_topic_is_encrypted_with_the_key(stack, resources):
    AlertTopic(stack, "Alerts", encryption_key=kms.Key(stack, "Key"))
    (topic,) = resources(stack, "AWS::SNS::Topic").values()
    assert topic["Properties"]["KmsMasterKeyId"]["Fn::GetAtt"][1] == "Arn"


def test_the_topic_refuses_plain_http(stack, resources):
    AlertTopic(stack, "Alerts", encryption_key=kms.Key(stack, "Key"))
    (policy,) = resources(stack, "AWS::SNS::TopicPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_each_address_is_subscribed(stack, resources):
    emails = ["a@example.com", "b@example.com"]
    AlertTopic(stack, "Alerts", encryption_key=kms.Key(stack, "Key"), emails=emails)
    found = resources(stack, "AWS::SNS::Subscription").values()
    assert sorted(each["Properties"]["Endpoint"] for each in found) == emails
    assert {each["Properties"]["Protocol"] for each in found} == {"email"}
