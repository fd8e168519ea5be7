import json

import pytest

OPEN = {"Ref": "Elsewhere"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"


def custom(action, parameters):
    call = {"service": "bedrock", "action": action, "parameters": parameters}
    return {"Type": "Custom::AWS", "Properties": {"Create": json.dumps(call)}}


def machine(action, parameters, element="Parameters", service="bedrock"):
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{service}:{action}", element: parameters}
    text = json.dumps({"StartAt": "Job", "States": {"Job": task}})
    properties = {"DefinitionString": {"Fn::Sub": text}}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


KEYS = [
    ("MDL01", "createModelCustomizationJob", ("customModelKmsKeyId",)),
    ("MDL01", "createModelCopyJob", ("modelKmsKeyId",)),
    ("MDL01", "createCustomModel", ("modelKmsKeyArn",)),
    ("MDL02", "createModelImportJob", ("importedModelKmsKeyId",)),
    (
        "MDL03",
        "createModelInvocationJob",
        ("outputDataConfig", "s3OutputDataConfig", "s3EncryptionKeyId"),
    ),
]


def nested(path, value):
    for name in reversed(path):
        value = {name: value}
    return value


def capital(path):
    return tuple(name[0].upper() + name[1:] for name in path)


@pytest.mark.parametrize(("rule", "action", "path"), KEYS)
def test_a_job_of_a_custom_resource_needs_a_key(judge, accepting, rule, action, path):
    at = f"Properties.Create.parameters.{'.'.join(path)}"
    assert judge(rule, custom(action, {})) == [f"fail {at}"]
    assert judge(rule, custom(action, nested(path, KEY))) == []
    assert judge(rule, custom("listModels", {})) == []
    assert judge(rule, accepting(custom(action, {}), rule)) == []


@pytest.mark.parametrize(("rule", "action", "path"), KEYS)
def test_a_job_of_a_state_machine_needs_a_key(judge, rule, action, path):
    at = f"Properties.DefinitionString.States.Job.Parameters.{'.'.join(capital(path))}"
    assert judge(rule, machine(action, {})) == [f"fail {at}"]
    assert judge(rule, machine(action, nested(capital(path), KEY))) == []
    assert judge(rule, machine(action, nested(capital(path), "${Elsewhere}"))) == [f"unknown {at}"]


def test_a_key_of_the_template_is_found_in_a_call(judge):
    text = json.dumps({"service": "bedrock", "action": "createModelImportJob", "parameters": "@"})
    head, tail = text.replace('"@"', '{"importedModelKmsKeyId": "@"}').split("@")
    create = {"Fn::Join": ["", [head, {"Fn::GetAtt": ["Key", "Arn"]}, tail]]}
    job = {"Type": "Custom::AWS", "Properties": {"Create": create}}
    assert judge("MDL02", {"Job": job, "Key": {"Type": "AWS::KMS::Key", "Properties": {}}}) == []


def test_a_call_that_cannot_be_read_is_unknown(judge):
    create = {"Fn::Join": ["", ['{"action":"createModelImportJob",', OPEN]]}
    job = {"Type": "Custom::AWS", "Properties": {"Create": create}}
    found = judge("MDL02", job)
    assert found == ["unknown Properties.Create.parameters.importedModelKmsKeyId"]


@pytest.mark.parametrize(
    ("parameters", "element", "end"),
    [
        ({"CustomModelKmsKeyId.$": "$.key"}, "Parameters", ".CustomModelKmsKeyId.$"),
        ({"CustomModelKmsKeyId": "{% $key %}"}, "Arguments", ".CustomModelKmsKeyId"),
        ("{% $all %}", "Arguments", ".CustomModelKmsKeyId.$"),
    ],
)
def test_a_key_that_is_computed_is_unknown(judge, parameters, element, end):
    job = machine("createModelCustomizationJob.sync", parameters, element)
    at = f"Properties.DefinitionString.States.Job.{element}{end}"
    assert judge("MDL01", job) == [f"unknown {at}"]


def test_calls_through_the_sdk_and_inside_of_maps_and_branches_count(judge):
    inner = machine("createModelImportJob", {}, service="aws-sdk:bedrock")
    workflow = json.loads(inner["Properties"]["DefinitionString"]["Fn::Sub"])
    parallel = {"Type": "Parallel", "Branches": [workflow]}
    each = {"Type": "Map", "ItemProcessor": {"States": {"Both": parallel}}}
    subject = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {"Definition": {"States": {"Each": each}}},
    }
    at = "Properties.Definition.States.Each.ItemProcessor.States.Both.Branches[0].States.Job"
    assert judge("MDL02", subject) == [f"fail {at}.Parameters.ImportedModelKmsKeyId"]


@pytest.mark.parametrize("states", [OPEN, [OPEN], {"Job": OPEN}, {"Job": {"Branches": OPEN}}, "x"])
def test_an_unknown_workflow_ends(judge, states):
    properties = {"Definition": {"States": states}}
    subject = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    assert judge("MDL02", subject) == []


def import_job(**properties):
    return {"Type": "AWS::Bedrock::ModelImportJob", "Properties": properties}


def test_an_import_job_needs_a_key(judge, accepting):
    at = "Properties.ImportedModelKmsKeyArn"
    assert judge("MDL02", import_job()) == [f"fail {at}"]
    assert judge("MDL02", import_job(ImportedModelKmsKeyArn=KEY)) == []
    assert judge("MDL02", import_job(ImportedModelKmsKeyArn=OPEN)) == [f"unknown {at}"]
    assert judge("MDL02", accepting(import_job(), "MDL02")) == []


@pytest.mark.parametrize("action", ["createModelCustomizationJob", "createModelImportJob"])
def test_jobs_run_in_a_vpc(judge, accepting, action):
    at = "Properties.Create.parameters.vpcConfig.subnetIds"
    private = {"vpcConfig": {"subnetIds": ["subnet-1"]}}
    assert judge("MDL04", custom(action, {})) == [f"fail {at}"]
    assert judge("MDL04", custom(action, private)) == []
    assert judge("MDL04", accepting(custom(action, {}), "MDL04")) == []


def test_jobs_run_in_private_subnets(judge):
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"MapPublicIpOnLaunch": True}}
    job = import_job(VpcConfig={"SubnetIds": [{"Ref": "Subnet"}]})
    at = "Properties.VpcConfig.SubnetIds"
    assert judge("MDL04", {"Job": job, "Subnet": subnet}) == [f"fail {at}[0]"]
    subnet["Properties"]["MapPublicIpOnLaunch"] = OPEN
    assert judge("MDL04", {"Job": job, "Subnet": subnet}) == [f"unknown {at}[0]"]
    subnet["Properties"] = {}
    assert judge("MDL04", {"Job": job, "Subnet": subnet}) == []
    assert judge("MDL04", import_job(VpcConfig={"SubnetIds": OPEN})) == [f"unknown {at}"]


def evaluation(bucket, action="createEvaluationJob"):
    parameters = {"outputDataConfig": {"s3Uri": "s3://results/x"}}
    return {"Job": custom(action, parameters), "Bucket": bucket}


def bucket(**properties):
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "results", **properties}}


ENCRYPTION = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
KEPT_WELL = {
    "BucketEncryption": {"ServerSideEncryptionConfiguration": ENCRYPTION},
    "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 90}]},
    "LoggingConfiguration": {"DestinationBucketName": "logs"},
    "VersioningConfiguration": {"Status": "Enabled"},
}


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("BucketEncryption", "Properties.BucketEncryption.ServerSideEncryptionConfiguration"),
        ("LifecycleConfiguration", "Properties.LifecycleConfiguration.Rules"),
        ("LoggingConfiguration", "Properties.LoggingConfiguration"),
        ("VersioningConfiguration", "Properties.VersioningConfiguration.Status"),
    ],
)
def test_evaluation_results_are_kept_well(judge, accepting, name, at):
    lacking = bucket(**{**KEPT_WELL, name: None})
    assert judge("MDL05", evaluation(bucket(**KEPT_WELL))) == []
    assert judge("MDL05", evaluation(lacking)) == [f"fail {at}"]
    assert judge("MDL05", evaluation(bucket(**{**KEPT_WELL, name: OPEN}))) == [f"unknown {at}"]
    assert judge("MDL05", evaluation(accepting(lacking, "MDL05"))) == []
    assert judge("MDL05", evaluation(bucket(), "createModelCopyJob")) == []
