"""`import secure_bedrock` against an empty Python program; the target is 50 ms on top."""

import sys

from side_by_side import medians

RUNS = 15

result = medians(
    {
        "python": [sys.executable, "-c", "pass"],
        "import secure_bedrock": [sys.executable, "-c", "import secure_bedrock"],
        "import secure_bedrock.rules": [sys.executable, "-c", "import secure_bedrock.rules"],
    },
    runs=RUNS,
)
for name, seconds in result.items():
    extra = (seconds - result["python"]) * 1000
    print(f"{name:<28} {seconds * 1000:6.1f} ms CPU (median of {RUNS}), {extra:5.1f} ms on top")
