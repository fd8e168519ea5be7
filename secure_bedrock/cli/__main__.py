"""``python -m secure_bedrock.cli``."""

from secure_bedrock.cli import main

main()
