import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

SYNTHS = 20

PROGRAM = """
import sys
from secure_bedrock._node import ensure_node
ensure_node()
import aws_cdk as cdk
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack
settings = Settings.from_context({
    "environment": "prod", "models": ["eu.amazon.nova-lite-v1:0"],
    "monthly_budget_usd": 200, "alert_emails": ["security@example.com"],
})
app = cdk.App()
SecureBedrockStack(app, "SecureBedrock", settings=settings)
assembly = app.synth()
sys.stdout.buffer.write(open(assembly.stacks[0].template_full_path, "rb").read())
"""


def synth(seed):
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True
    )
    return hashlib.sha256(result.stdout).hexdigest()


def test_twenty_processes_give_one_template():
    with ThreadPoolExecutor(max_workers=2) as pool:
        templates = set(pool.map(synth, range(SYNTHS)))
    assert len(templates) == 1
