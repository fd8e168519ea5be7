"""Pictures, costs and access of templates whose properties hold anything at all."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.evidence.fixed_costs.meters import BY_TIME
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.picture.keys import _HOLDERS
from secure_bedrock.evidence.picture.network import _OUTWARD
from secure_bedrock.evidence.picture.records import _RECORDERS, _WATCHERS
from secure_bedrock.rules import load_template

TYPES = sorted({*BY_TIME, *_HOLDERS, *_RECORDERS, *_WATCHERS, *_OUTWARD, "AWS::EC2::Subnet"})
NAMES = st.sampled_from(["A", "B", "C"])
FUNCTIONS = ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::ImportValue", "Fn::If", "Fn::Join"]
KEYS = ["SubnetIds", "VpcId", "Metrics", "KmsKeyId", "FiltersConfig", "Rules", "IpAddresses"]
KEYS += ["ContentPolicyConfig", "TargetKeyId", "AlarmActions", "RouteTableId", "Period"]
SCALARS = st.none() | st.booleans() | st.integers() | NAMES | st.sampled_from(["${A}", "${B.Arn}"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FUNCTIONS), inner, min_size=1, max_size=1)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=8,
)
RESOURCES = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)},
    optional={"Properties": st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES},
)
OUTPUTS = st.dictionaries(
    NAMES, VALUES | st.fixed_dictionaries({"Value": VALUES, "Export": VALUES})
)


@settings(max_examples=60, deadline=None)
@given(resources=st.dictionaries(NAMES, RESOURCES, min_size=1), outputs=OUTPUTS)
def test_no_template_is_too_odd_to_be_drawn_and_priced(tmp_path_factory, resources, outputs):
    file = tmp_path_factory.getbasetemp() / "odd.template.json"
    file.write_text(json.dumps({"Resources": resources, "Outputs": outputs}))
    source = load_template(file)
    found = estimate([source])
    counted = {key for line in (*found.lines, *found.unpriced) for key in line.resources}
    assert len(counted) <= len(resources)
    assert draw([source]).figures
