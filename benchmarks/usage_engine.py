"""`secure-bedrock usage` by principal and day, as a program: folder of logs -> summary."""

import json
import resource
import sys
from pathlib import Path

from secure_bedrock.usage.asking import Inquiry
from secure_bedrock.usage.duckdb_engine import summarise
from secure_bedrock.usage.files import find_logs
from secure_bedrock.usage.questions import Dimension

report = summarise(
    find_logs(Path(sys.argv[1])), Inquiry(by=(Dimension.PRINCIPAL, Dimension.DAY)), memory="3GB"
)
kept = ("calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
rows = {
    f"{row['principal']} {row['day']}": [row[name] for name in kept]
    for row in report.usage.as_dicts()
}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{report.counts['records']:,} records, peak memory {peak:,.0f} MiB", file=sys.stderr)
for target in sys.argv[2:]:
    Path(target).write_text(json.dumps(rows, sort_keys=True))
