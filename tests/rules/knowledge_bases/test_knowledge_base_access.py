import pytest

OPEN = {"Ref": "Elsewhere"}
RESOURCE = "Properties.Policies[0].PolicyDocument.Statement[0].Resource"
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}
ARN = {"Fn::GetAtt": ["Bucket", "Arn"]}


def collection(name):
    return f"arn:aws:aoss:eu-west-1:111122223333:collection/{name}"


def knowledge_base(name):
    return f"arn:aws:bedrock:eu-west-1:111122223333:knowledge-base/{name}"


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("aoss:APIAccessAll", "*", ["fail"]),
        ("aoss:*", collection("*"), ["fail"]),
        ("aoss:APIAccessAll", collection("abc"), []),
        ("aoss:APIAccessAll", OPEN, ["unknown"]),
        ("aoss:ListCollections", "*", []),
        ("*", "*", []),
        ("s3:*", "*", []),
    ],
)
def test_collections_are_named(judge, allowing, accepting, *, action, resource, expected):
    role = allowing(action, resource)
    assert judge("KBS06", role) == [f"{status} {RESOURCE}" for status in expected]
    assert judge("KBS06", accepting(role, "KBS06")) == []


@pytest.mark.parametrize(
    ("rule", "action", "arn"),
    [("KBS06", "aoss:APIAccessAll", collection), ("KBS20", "bedrock:Retrieve", knowledge_base)],
)
def test_the_wide_one_of_several_resources_is_pointed_at(judge, allowing, rule, action, arn):
    role = allowing(action, [arn("chosen"), arn("*")])
    assert judge(rule, role) == [f"fail {RESOURCE}[1]"]


def test_a_condition_may_name_the_collection(judge, allowing):
    named = {"StringEquals": {"aoss:collection": "documents"}}
    assert judge("KBS06", allowing("aoss:APIAccessAll", Condition=named)) == []
    assert judge("KBS06", allowing([], NotAction="iam:*")) == []


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("bedrock:Retrieve", "*", ["fail"]),
        ("bedrock:Retrieve", knowledge_base("*"), ["fail"]),
        ("bedrock:*DataSource", knowledge_base("*"), ["fail"]),
        ("bedrock:StartIngestionJob", "arn:aws:bedrock:*", ["fail"]),
        ("bedrock:Retrieve", knowledge_base("ABCDEF"), []),
        ("bedrock:Retrieve", OPEN, ["unknown"]),
        ("bedrock:RetrieveAndGenerate", "*", []),
        ("bedrock:GetKnowledgeBase", "*", []),
        ("bedrock:InvokeModel", "*", []),
    ],
)
def test_knowledge_bases_are_named(judge, allowing, accepting, *, action, resource, expected):
    role = allowing(action, resource)
    assert judge("KBS20", role) == [f"{status} {RESOURCE}" for status in expected]
    assert judge("KBS20", accepting(role, "KBS20")) == []


def test_knowledge_bases_may_be_chosen_by_tag(judge, allowing):
    tagged = {"StringEquals": {"aws:ResourceTag/team": "search"}}
    loose = {"StringEqualsIfExists": {"aws:ResourceTag/team": "search"}}
    assert judge("KBS20", allowing("bedrock:Retrieve", Condition=tagged)) == []
    assert judge("KBS20", allowing("bedrock:Retrieve", Condition=loose)) == [f"fail {RESOURCE}"]


def base(allowing, resource, source=ARN, **more):
    """A knowledge base whose role may get objects of a resource, with one data source."""
    configuration = {"Type": "S3", "S3Configuration": {"BucketArn": source}}
    properties = {"KnowledgeBaseId": {"Ref": "Base"}, "DataSourceConfiguration": configuration}
    role = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}
    return {
        "Base": {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": role},
        "Role": allowing("s3:GetObject", resource),
        "Source": {"Type": "AWS::Bedrock::DataSource", "Properties": properties},
        "Bucket": BUCKET,
        **more,
    }


INSIDE = {"Fn::Sub": "${Bucket.Arn}/*"}


@pytest.mark.parametrize(
    ("resource", "source", "expected"),
    [
        (INSIDE, ARN, []),
        ({"Fn::Sub": "arn:aws:s3:::${Bucket}/docs/*"}, ARN, []),
        ("arn:aws:s3:::docs/*", "arn:aws:s3:::docs", []),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::docs/*"}, "arn:aws:s3:::docs", []),
        ({"Fn::Sub": "arn:aws:s3:::${Given}/*"}, {"Fn::Sub": "arn:aws:s3:::${Given}"}, []),
        ("*", ARN, ["fail"]),
        ("arn:aws:s3:::*", ARN, ["fail"]),
        ("arn:aws:s3:::*/*", ARN, ["fail"]),
        ("arn:aws:s3:::other/*", "arn:aws:s3:::docs", ["fail"]),
        ("arn:aws:s3:::other/*", ARN, ["fail"]),
        (INSIDE, "arn:aws:s3:::docs", ["fail"]),
        ({"Fn::Sub": "arn:aws:s3:::${Given}/*"}, ARN, ["unknown"]),
        ("arn:aws:bedrock:eu-west-1::foundation-model/x", ARN, []),
    ],
)
def test_the_role_reads_its_sources_only(judge, allowing, accepting, *, resource, source, expected):
    resources = base(allowing, resource, source)
    assert judge("KBS18", resources) == [f"{status} {RESOURCE}" for status in expected]
    accepted = {**resources, "Role": accepting(resources["Role"], "KBS18")}
    assert judge("KBS18", accepted) == []


def test_another_bucket_of_the_template_is_not_a_source(judge, allowing):
    more = {"Other": BUCKET}
    found = judge("KBS18", base(allowing, {"Fn::Sub": "${Other.Arn}/*"}, **more))
    assert found == [f"fail {RESOURCE}"]


@pytest.mark.parametrize(("resource", "expected"), [(INSIDE, []), ("*", ["fail"])])
def test_the_bucket_of_a_managed_connector_is_a_source(judge, allowing, resource, expected):
    resources = base(allowing, resource)
    connector = {"connectionConfiguration": {"bucketName": {"Ref": "Bucket"}}}
    resources["Source"]["Properties"]["DataSourceConfiguration"] = {
        "ManagedKnowledgeBaseConnectorConfiguration": {"ConnectorParameters": connector}
    }
    assert judge("KBS18", resources) == [f"{status} {RESOURCE}" for status in expected]


def test_a_key_among_the_resources_is_no_bucket(judge, allowing):
    more = {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}}
    resources = base(allowing, [INSIDE, {"Fn::GetAtt": ["Key", "Arn"]}], **more)
    assert judge("KBS18", resources) == []


def test_a_source_of_another_knowledge_base_is_not_its_own(judge, allowing):
    resources = base(allowing, INSIDE)
    resources["Second"] = {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {}}
    resources["Own"] = {
        "Type": "AWS::Bedrock::DataSource",
        "Properties": {
            "KnowledgeBaseId": {"Ref": "Base"},
            "DataSourceConfiguration": {"S3Configuration": {"BucketArn": "arn:aws:s3:::docs"}},
        },
    }
    resources["Source"]["Properties"]["KnowledgeBaseId"] = {"Ref": "Second"}
    assert judge("KBS18", resources) == [f"fail {RESOURCE}"]


def test_without_data_sources_only_everything_is_too_much(judge, allowing):
    resources = base(allowing, "arn:aws:s3:::docs/*")
    del resources["Source"]
    assert judge("KBS18", resources) == []
    assert judge("KBS18", {**resources, "Role": allowing("s3:*")}) == [f"fail {RESOURCE}"]


def test_a_role_elsewhere_is_left_alone(judge, allowing):
    resources = base(allowing, "*")
    resources["Base"]["Properties"]["RoleArn"] = "arn:aws:iam::111122223333:role/r"
    assert judge("KBS18", resources) == []


def logged(kind="VECTOR", arn=None, log_type="APPLICATION_LOGS"):
    configuration = {"KnowledgeBaseConfiguration": {"Type": kind}}
    delivery = {"ResourceArn": arn or {"Fn::GetAtt": ["Base", "KnowledgeBaseArn"]}}
    return {
        "Base": {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": configuration},
        "Logs": {
            "Type": "AWS::Logs::DeliverySource",
            "Properties": {**delivery, "LogType": log_type},
        },
    }


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (logged(), []),
        (logged("MANAGED"), []),
        (logged(log_type="TRACES"), ["fail "]),
        (logged(arn=knowledge_base("OTHER")), ["fail "]),
        (logged(arn=OPEN), ["unknown "]),
        (logged("KENDRA", log_type="TRACES"), []),
    ],
)
def test_knowledge_bases_log_what_they_ingest(judge, resources, expected):
    assert judge("KBS17", resources) == expected


def test_a_knowledge_base_without_logs_can_be_acknowledged(judge, accepting):
    alone = logged()["Base"]
    assert judge("KBS17", alone) == ["fail "]
    assert judge("KBS17", accepting(alone, "KBS17")) == []
