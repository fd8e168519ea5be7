"""The suites of a gate, as a file that its function reads during the deployment."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import Stack
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Suite
from secure_bedrock.guardrail_tests.loading import load_suites

_HASH_LENGTH = 16


class GateSuites(Construct):
    """Suites, uploaded with the assets of the stack.

    Args:
        scope: The gate.
        id: Construct id.
        paths: YAML files, folders of them, or ``starter``.

    Attributes:
        arn: ARN of the uploaded file.
        bucket: Its bucket.
        key: Its key.
        content_hash: Short hash of the cases and thresholds.
        cases: How many cases there are.
        units: Their text units.

    Raises:
        ValueError: A suite has a mistake, or there is none.
    """

    def __init__(self, scope: Construct, id: str, *, paths: Sequence[str | Path]) -> None:
        super().__init__(scope, id)
        suites = self._loaded(paths)
        every = [case for suite in suites for case in suite.cases]
        self.cases, self.units = len(every), sum(case.units for case in every)
        text = json.dumps([suite.as_json() for suite in suites], sort_keys=True)
        self.content_hash = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
        with TemporaryDirectory() as folder:
            file = Path(folder, "suites.json")
            file.write_text(text, encoding="utf-8")
            asset = s3_assets.Asset(self, "File", path=str(file), deploy_time=True)
        self.bucket, self.key = asset.s3_bucket_name, asset.s3_object_key
        self.arn = f"arn:{Stack.of(self).partition}:s3:::{self.bucket}/{self.key}"

    def seconds(self, *, requests: float, units: float) -> float:
        """How long all cases take at so many requests and text units per second."""
        return max(self.cases / requests, self.units / units)

    def _loaded(self, paths: Sequence[str | Path]) -> Sequence[Suite]:
        try:
            suites = load_suites(paths)
        except ValueError as error:
            problem = "; ".join(str(error).splitlines())
            raise ValueError(f"{self.node.path}: {problem}") from None
        if not suites:
            raise ValueError(f"{self.node.path}: no suite: name a YAML file, or starter")
        return suites
