"""The Lambda functions of this library. They use boto3 and the standard library, nothing else."""
