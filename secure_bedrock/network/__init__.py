"""Private access to Amazon Bedrock."""
