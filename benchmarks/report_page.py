"""The report page of a template with 500 resources: time of its parts, and its size.

Target: drawing, pricing and writing the page takes at most three times what judging the template
and putting the evidence together takes; the page of all frameworks stays below 4 MB.
"""

import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from realistic_template import template

from secure_bedrock.evidence.access_map import access_map
from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.report_page import render_page

RESOURCES, RUNS, LIMIT, BYTES = 500, 5, 3.0, 4_000_000
PLACE = {"region": "us-east-1", "account": "111122223333"}


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "large.template.json")
    file.write_text(json.dumps(template(RESOURCES)))
    evidence = collect_evidence([file], **PLACE)
    access = access_map(evidence.sources)
    parts = {
        "evidence": lambda: collect_evidence([file], **PLACE),
        "access map": lambda: access_map(evidence.sources),
        "picture": lambda: draw(evidence.sources, access),
        "fixed costs": lambda: estimate(evidence.sources),
    }
    picture, costs = draw(evidence.sources, access), estimate(evidence.sources)
    parts["page"] = lambda: render_page(evidence, picture=picture, costs=costs, access=access)
    page = render_page(evidence, picture=picture, costs=costs, access=access)
    turns = [{name: timed(work) for name, work in parts.items()} for _ in range(RUNS)]

for name in parts:
    print(f"{name:<12} {statistics.median(turn[name] for turn in turns) * 1000:8.1f} ms CPU")
proofs = sum(len(c.proofs) for framework in evidence.frameworks for c in framework.controls)
print(f"{len(evidence.resources)} resources, {len(evidence.findings)} findings, {proofs} proofs")
print(f"page: {len(page.encode()) / 1e6:.2f} MB (target: at most {BYTES / 1e6:.0f})")
ratio = statistics.median(
    (turn["picture"] + turn["fixed costs"] + turn["page"]) / turn["evidence"] for turn in turns
)
print(f"picture, costs and page / evidence: {ratio:.2f} (target: at most {LIMIT})")
sys.exit(ratio > LIMIT or len(page.encode()) > BYTES)
