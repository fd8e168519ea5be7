"""Figures drawn from small templates."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from secure_bedrock.evidence.access_map import access_map
from secure_bedrock.evidence.anchors import resource_anchor
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.picture.columns import MOST
from secure_bedrock.findings.located import shown
from secure_bedrock.rules import load_template

SVG = "{http://www.w3.org/2000/svg}"
KEY = {"Fn::GetAtt": ["Key", "Arn"]}


def make(kind, **properties):
    return {"Type": kind, "Properties": properties}


@pytest.fixture
def sources(tmp_path):
    def of(*templates):
        found = []
        for number, template in enumerate(templates):
            file = tmp_path / f"s{number}.template.json"
            whole = template if "Resources" in template else {"Resources": template}
            file.write_text(json.dumps(whole))
            place = {"region": "eu-west-1", "account": "111122223333"}
            found.append(replace(load_template(file), **place))
        return found

    return of


@pytest.fixture
def figures(sources):
    def of(*templates, with_access=False):
        read = sources(*templates)
        picture = draw(read, access_map(read) if with_access else None)
        return {each.name: each for each in picture.figures}

    return of


def texts(svg):
    return ["".join(t for t in e.itertext()) for e in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def network(**subnet_route):
    return {
        "Vpc": make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Subnet": make("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.1.0/24"),
        "Table": make("AWS::EC2::RouteTable", VpcId={"Ref": "Vpc"}),
        "Both": make(
            "AWS::EC2::SubnetRouteTableAssociation",
            SubnetId={"Ref": "Subnet"},
            RouteTableId={"Ref": "Table"},
        ),
        "Gateway": make("AWS::EC2::InternetGateway"),
        "Endpoint": make(
            "AWS::EC2::VPCEndpoint",
            VpcId={"Ref": "Vpc"},
            VpcEndpointType="Interface",
            ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.bedrock-runtime"},
        ),
    } | subnet_route


def test_a_key_is_tied_to_what_it_encrypts(figures):
    found = figures(
        {
            "Key": make("AWS::KMS::Key", EnableKeyRotation=True),
            "Logs": make("AWS::Logs::LogGroup", KmsKeyId=KEY),
            "Topic": make("AWS::SNS::Topic"),
        }
    )["keys"]
    assert found.words == ("Key encrypts Logs", "No customer managed key named for Topic")
    assert "rotates by itself" in texts(found.svg)
    assert found.svg.count('class="line firm"') == 1
    assert found.svg.count('class="line lacking"') == 1


def test_a_key_behind_an_alias_is_the_key(figures):
    found = figures(
        {
            "Key": make("AWS::KMS::Key"),
            "Alias": make("AWS::KMS::Alias", TargetKeyId={"Ref": "Key"}),
            "Queue": make("AWS::SQS::Queue", KmsMasterKeyId={"Ref": "Alias"}),
        }
    )
    assert found["keys"].words == ("Key encrypts Queue",)


def test_a_key_of_another_stack_is_found_through_its_export(figures):
    exported = {"Value": KEY, "Export": {"Name": "TheKey"}}
    here = {"Resources": {"Key": make("AWS::KMS::Key")}, "Outputs": {"Out": exported}}
    there = {"Trail": make("AWS::CloudTrail::Trail", KMSKeyId={"Fn::ImportValue": "TheKey"})}
    assert figures(here, there)["keys"].words == ("Key encrypts Trail",)


def test_a_key_that_a_stack_hands_on_is_found(figures):
    first = {"Value": KEY, "Export": {"Name": "First"}}
    key = {"Resources": {"Key": make("AWS::KMS::Key")}, "Outputs": {"Out": first}}
    second = {"Value": {"Fn::ImportValue": "First"}, "Export": {"Name": "Second"}}
    between = {"Resources": {}, "Outputs": {"Out": second}}
    there = {"Trail": make("AWS::CloudTrail::Trail", KMSKeyId={"Fn::ImportValue": "Second"})}
    assert figures(there, between, key)["keys"].words == ("Key encrypts Trail",)


def test_a_key_by_its_arn_is_one_outside_of_the_templates(figures):
    arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
    found = figures({"Logs": make("AWS::Logs::LogGroup", KmsKeyId=arn)})["keys"]
    assert found.words == ("A key outside of the templates encrypts Logs",)
    assert 'class="line unknown"' in found.svg


def test_a_policy_that_names_a_key_is_not_encrypted_by_it(figures):
    found = figures({"Key": make("AWS::KMS::Key"), "Role": make("AWS::IAM::Role", KmsKeyArn=KEY)})
    assert found["keys"].words == ()


def test_a_network_is_drawn_with_subnets_and_endpoints(figures):
    found = figures(network())["network"]
    drawn = texts(found.svg)
    assert "VPC Vpc 10.0.0.0/16" in drawn
    assert "10.0.1.0/24, no route out in the templates" in drawn
    assert "bedrock-runtime" in drawn
    assert "interface endpoint, open policy" in drawn


def test_a_route_to_the_internet_is_named(figures):
    route = make("AWS::EC2::Route", RouteTableId={"Ref": "Table"}, GatewayId={"Ref": "Gateway"})
    found = figures(network(Route=route))["network"]
    assert "10.0.1.0/24, route to an internet gateway" in texts(found.svg)
    assert found.words[-1] == "Ways out of the network in the templates: an internet gateway"


def test_an_endpoint_in_a_foreign_vpc_is_drawn_too(figures):
    found = figures({"E": make("AWS::EC2::VPCEndpoint", VpcId="vpc-1", ServiceName="x")})
    assert "A VPC outside of the templates" in texts(found["network"].svg)


def test_a_guardrail_shows_its_policies(figures):
    filters = [{"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"}]
    guardrail = make(
        "AWS::Bedrock::Guardrail",
        Name="g",
        ContentPolicyConfig={"FiltersConfig": filters},
        TopicPolicyConfig={"TopicsConfig": [{"Name": "Weapons"}]},
        KmsKeyArn=KEY,
    )
    words = figures({"G": guardrail, "Key": make("AWS::KMS::Key")})["guardrails"].words
    assert "G: Content filters: PROMPT_ATTACK HIGH/NONE" in words
    assert "G: Denied topics: Weapons" in words
    assert "G: Key: customer managed" in words
    assert "G: Enforced: not by these templates" in words


def test_an_enforced_guardrail_is_said_to_be(figures):
    enforced = make(
        "AWS::Bedrock::EnforcedGuardrailConfiguration", GuardrailIdentifier={"Ref": "G"}
    )
    words = figures({"G": make("AWS::Bedrock::Guardrail"), "E": enforced})["guardrails"].words
    assert "G: Enforced for the whole account" in words


def test_logs_lead_to_where_they_are_kept(figures):
    found = figures(
        {
            "Flow": make("AWS::EC2::FlowLog", LogGroupName={"Ref": "Logs"}),
            "Logs": make("AWS::Logs::LogGroup", RetentionInDays=30),
        }
    )["logs"]
    assert found.words == ("Flow is recorded in Logs",)
    assert "Logs LogGroup, kept 30 days" in texts(found.svg)


def test_an_alarm_that_tells_nobody_is_counted(figures):
    found = figures(
        {
            "Loud": make("AWS::CloudWatch::Alarm", AlarmActions=[{"Ref": "Topic"}]),
            "Silent": make("AWS::CloudWatch::Alarm"),
            "Topic": make("AWS::SNS::Topic"),
        }
    )["alarms"]
    assert found.words == ("Loud tells Topic",)
    assert "Without a destination in the templates: 1." in found.description


def test_callers_are_tied_to_what_they_may_call(figures):
    allowed = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": [allowed]}}]
    roles = {
        "Caller": make("AWS::IAM::Role", Policies=policies),
        "Other": make("AWS::IAM::Role"),
    }
    found = figures(roles, with_access=True)["callers"]
    assert "Caller may invoke: any other foundation model" in found.words
    assert "1 more in the templates, which may call nothing." in found.description


def test_without_an_access_map_there_is_no_figure_of_callers(figures):
    assert "callers" not in figures({"R": make("AWS::IAM::Role")})


def test_nothing_to_draw_is_said(figures):
    found = figures({})
    assert found["network"].svg == ""
    assert found["network"].description == "No VPC, subnet or endpoint is in the templates."
    assert found["network"].words == ("Ways out of the network in the templates: none",)


def test_the_same_templates_give_the_same_drawing(figures):
    templates = network() | {"Key": make("AWS::KMS::Key"), "T": make("AWS::SNS::Topic")}
    assert figures(templates) == figures(templates)


def test_a_box_leads_to_its_resource(sources):
    read = sources({"Topic": make("AWS::SNS::Topic")})
    svg = next(each.svg for each in draw(read).figures if each.name == "keys")
    assert f'href="#{resource_anchor(shown(read[0].path), "Topic")}"' in svg


def test_construct_paths_of_the_assembly_are_used_as_names(sources):
    read = sources({"Topic83AB": make("AWS::SNS::Topic")})
    names = {(shown(read[0].path), "Topic83AB"): "App/Alerts/Topic/Resource"}
    svg = next(each.svg for each in draw(read, names=names).figures if each.name == "keys")
    assert "App/Alerts/Topic" in texts(svg)


def test_what_is_not_drawn_is_counted_and_still_in_words(figures):
    topics = {f"T{n}": make("AWS::SNS::Topic") for n in range(MOST + 5)}
    found = figures(topics)["keys"]
    assert "5 more are not drawn; all are in words below." in texts(found.svg)
    assert len(found.words) == MOST + 5
    assert not found.complete


def test_a_drawing_of_everything_says_so(figures):
    assert all(each.complete for each in figures(network()).values())


def test_a_box_whose_lines_are_not_drawn_says_so(figures):
    keys = {f"K{n:02}": make("AWS::KMS::Key") for n in range(MOST + 1)}
    logs = {
        f"L{n:02}": make("AWS::Logs::LogGroup", KmsKeyId={"Fn::GetAtt": [f"K{n:02}", "Arn"]})
        for n in range(MOST + 1)
    }
    both = {"Both": make("AWS::SNS::Topic", KmsMasterKeyId={"Ref": "K00"})}
    drawn = texts(figures(keys | both | logs)["keys"].svg)
    assert drawn.count("no rotation shown, 1 line not drawn") == 1


@pytest.mark.parametrize("evil", ["<script>", "a\0b", "x\ud800", "]]>&\"'", "é" * 300])
def test_drawings_are_well_formed_whatever_names_hold(figures, evil):
    found = figures(
        {evil: make("AWS::SNS::Topic"), "G": make("AWS::Bedrock::Guardrail", Name=evil)}
    )
    for each in found.values():
        if each.svg:
            ET.fromstring(each.svg.encode("utf-8"))  # noqa: S314 - our own


def test_every_drawing_has_a_title_and_a_description(figures):
    for each in figures(network()).values():
        if each.svg:
            root = ET.fromstring(each.svg)  # noqa: S314 - our own
            ids = {root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")}
            assert set(root.get("aria-labelledby").split()) == ids
