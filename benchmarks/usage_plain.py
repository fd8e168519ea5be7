"""The same summary in plain Python, with gzip and json: folder of logs -> summary."""

import gzip
import json
import sys
from pathlib import Path

rows: dict[str, list[int]] = {}
for path in sorted(Path(sys.argv[1]).rglob("*.json.gz")):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["schemaVersion"] != "1.0":
                continue
            key = f"{record['identity']['arn']} {record['timestamp'][:10]}"
            usage = record["output"]["outputBodyJson"]["usage"]
            row = rows.setdefault(key, [0, 0, 0, 0, 0])
            row[0] += 1
            row[1] += record["input"]["inputTokenCount"]
            row[2] += record["output"]["outputTokenCount"]
            row[3] += usage["cacheReadInputTokens"]
            row[4] += usage["cacheWriteInputTokens"]
for target in sys.argv[2:]:
    Path(target).write_text(json.dumps(rows, sort_keys=True))
