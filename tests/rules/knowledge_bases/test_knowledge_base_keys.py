import pytest

OPEN = {"Ref": "Elsewhere"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"
SECRET = {"Type": "AWS::SecretsManager::Secret", "Properties": {}}


def data_source(key):
    encryption = {"ServerSideEncryptionConfiguration": {"KmsKeyArn": key}} if key else {}
    return {"Type": "AWS::Bedrock::DataSource", "Properties": encryption}


def managed(key, kind="MANAGED"):
    encryption = {"ServerSideEncryptionConfiguration": {"KmsKeyArn": key}} if key else {}
    configuration = {"Type": kind, "ManagedKnowledgeBaseConfiguration": encryption}
    properties = {"KnowledgeBaseConfiguration": configuration}
    return {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": properties}


def kendra(key, edition="GEN_AI_ENTERPRISE_EDITION"):
    encryption = {"ServerSideEncryptionConfiguration": {"KmsKeyId": key}} if key else {}
    return {"Type": "AWS::Kendra::Index", "Properties": {"Edition": edition, **encryption}}


def aurora_knowledge_base(secret):
    store = {"Type": "RDS", "RdsConfiguration": {"CredentialsSecretArn": secret}}
    return {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {"StorageConfiguration": store}}


MANAGED_AT = (
    "Properties.KnowledgeBaseConfiguration.ManagedKnowledgeBaseConfiguration"
    ".ServerSideEncryptionConfiguration.KmsKeyArn"
)
KEYS = [
    ("KBS01", data_source, "Properties.ServerSideEncryptionConfiguration.KmsKeyArn"),
    ("KBS02", managed, MANAGED_AT),
    ("KBS25", kendra, "Properties.ServerSideEncryptionConfiguration.KmsKeyId"),
]


@pytest.mark.parametrize(("rule", "make", "at"), KEYS)
def test_a_customer_managed_key_is_needed(judge, accepting, rule, make, at):
    assert judge(rule, make(None)) == [f"fail {at}"]
    assert judge(rule, make(KEY)) == []
    assert judge(rule, make(OPEN)) == [f"unknown {at}"]
    assert judge(rule, accepting(make(None), rule)) == []


def test_other_kinds_of_knowledge_base_take_no_key(judge):
    assert judge("KBS02", managed(None, "VECTOR")) == []
    assert judge("KBS02", managed(None, OPEN)) == [f"unknown {MANAGED_AT}"]


def test_a_kendra_index_that_no_knowledge_base_reads_is_left_alone(judge):
    assert judge("KBS25", kendra(None, "ENTERPRISE_EDITION")) == []


def test_a_kendra_index_of_any_edition_counts_if_a_knowledge_base_reads_it(judge):
    reads = {"KendraKnowledgeBaseConfiguration": {"KendraIndexArn": {"Fn::GetAtt": "Index.Arn"}}}
    properties = {"KnowledgeBaseConfiguration": {"Type": "KENDRA", **reads}}
    base = {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": properties}
    found = judge("KBS25", {"Base": base, "Index": kendra(None, "ENTERPRISE_EDITION")})
    assert found == ["fail Properties.ServerSideEncryptionConfiguration.KmsKeyId"]


def test_the_secret_of_a_store_needs_a_key(judge, accepting):
    base = aurora_knowledge_base({"Ref": "Secret"})
    encrypted = {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": KEY}}
    unclear = {"Type": "AWS::SecretsManager::Secret", "Properties": {"KmsKeyId": OPEN}}
    assert judge("KBS10", {"Base": base, "Secret": SECRET}) == ["fail Properties.KmsKeyId"]
    assert judge("KBS10", {"Base": base, "Secret": encrypted}) == []
    assert judge("KBS10", {"Base": base, "Secret": unclear}) == ["unknown Properties.KmsKeyId"]
    assert judge("KBS10", {"Base": base, "Secret": accepting(SECRET, "KBS10")}) == []


def test_a_secret_is_found_behind_its_attachment(judge):
    attachment = {
        "Type": "AWS::SecretsManager::SecretTargetAttachment",
        "Properties": {"SecretId": {"Ref": "Secret"}},
    }
    base = aurora_knowledge_base({"Ref": "Attachment"})
    resources = {"Base": base, "Attachment": attachment, "Secret": SECRET}
    assert judge("KBS10", resources) == ["fail Properties.KmsKeyId"]


def test_a_secret_that_aurora_makes_needs_a_key(judge):
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"ManageMasterUserPassword": True}}
    base = aurora_knowledge_base({"Fn::GetAtt": ["Cluster", "MasterUserSecret.SecretArn"]})
    found = judge("KBS10", {"Base": base, "Cluster": cluster})
    assert found == ["fail Properties.MasterUserSecret.KmsKeyId"]


def test_secrets_of_connectors_and_of_redshift_count_once(judge):
    site = {
        "ConfluenceConfiguration": {"SourceConfiguration": {"CredentialsSecretArn": {"Ref": "S"}}}
    }
    source = {"Type": "AWS::Bedrock::DataSource", "Properties": {"DataSourceConfiguration": site}}
    login = {"AuthConfiguration": {"UsernamePasswordSecretArn": {"Ref": "S"}}}
    redshift = {"QueryEngineConfiguration": {"ServerlessConfiguration": login}}
    sql = {"SqlKnowledgeBaseConfiguration": {"RedshiftConfiguration": redshift}}
    base = {
        "Type": "AWS::Bedrock::KnowledgeBase",
        "Properties": {"KnowledgeBaseConfiguration": sql},
    }
    for users in ({"Source": source}, {"Base": base}, {"Source": source, "Base": base}):
        assert judge("KBS10", {**users, "S": SECRET}) == ["fail Properties.KmsKeyId"]


def test_a_secret_elsewhere_or_of_nobody_is_left_alone(judge):
    assert (
        judge("KBS10", aurora_knowledge_base("arn:aws:secretsmanager:eu-west-1:1:secret:x")) == []
    )
    assert judge("KBS10", {"Secret": SECRET}) == []
