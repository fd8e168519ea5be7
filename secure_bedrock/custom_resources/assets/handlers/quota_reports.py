"""What a quota saw, as CloudWatch metrics: written to the log in the embedded metric format.

Source: Amazon CloudWatch User Guide, "Embedding metrics within logs".
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

NAMESPACE = "SecureBedrock/TokenQuota"
PROBLEMS = "Problems"


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of one run.

    Attributes:
        quota: The value of the metrics' only dimension.
        counts: Metric -> count.
        namespace: Where the metrics are.
        dimension: Name of the dimension.
    """

    quota: str
    counts: Counter[str] = field(default_factory=Counter)
    namespace: str = NAMESPACE
    dimension: str = "Quota"

    def problem(self, name: str) -> None:
        """Count something that makes the quota see less than there is, or do less than it says."""
        self.counts[name] += 1
        self.counts[PROBLEMS] += 1

    def write(self, now: datetime) -> None:
        """Write all counts in one line."""
        metrics = [{"Name": name, "Unit": "Count"} for name in sorted(self.counts)]
        if not metrics:
            return
        embedded = {
            "Namespace": self.namespace,
            "Dimensions": [[self.dimension]],
            "Metrics": metrics,
        }
        line = {
            "_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [embedded]},
            self.dimension: self.quota,
            **self.counts,
        }
        sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
