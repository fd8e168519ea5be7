"""What is packaged for AWS Lambda."""
