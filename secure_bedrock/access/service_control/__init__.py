"""Service control policies for Amazon Bedrock: values that render plain JSON. No CDK."""
