"""All rules on templates of 100 to 5,000 resources: CPU time for each resource.

CloudFormation takes 500 resources in a template; the rest shows that nothing grows faster than the
template does. Target: a resource among 5,000 costs at most half again what it costs among 500.
"""

import gc
import json
import statistics
import sys
import time

from realistic_template import template

from secure_bedrock.rules import RULES, Profile, evaluate

SIZES = (100, 250, 500, 1000, 2500, 5000)
LIMIT = 1.5
RUNS = 5


def seconds(size: int) -> float:
    """Median CPU seconds for a template of a size."""
    text = json.dumps(template(size))
    times = []
    for _ in range(RUNS):
        fresh = json.loads(text)
        gc.collect()
        before = time.process_time()
        evaluate(fresh, profiles=Profile)
        times.append(time.process_time() - before)
    return statistics.median(times)


print(f"{len(RULES)} rules")
seconds(SIZES[0])
spent = {size: seconds(size) for size in SIZES}
for size, total in spent.items():
    print(f"{size:>5} resources {total * 1000:8.1f} ms CPU, {total / size * 1e6:6.1f} us each")
ratio = spent[5000] / spent[500] / 10
print(f"a resource of 5,000 / a resource of 500: {ratio:.2f} (target: at most {LIMIT})")
sys.exit(ratio > LIMIT)
