"""The names that AWS answers for, by partition.

Source: botocore's ``partitions.json`` (DNS suffixes, with and without IPv6); Amazon VPC User Guide,
"DNS attributes for your VPC" (host names of instances).
"""

SERVICE_NAMES = {
    "aws": ("*.amazonaws.com", "*.api.aws"),
    "aws-cn": ("*.amazonaws.com.cn", "*.api.amazonwebservices.com.cn"),
    "aws-eusc": ("*.amazonaws.eu", "*.api.amazonwebservices.eu"),
    "aws-iso": ("*.c2s.ic.gov", "*.api.aws.ic.gov"),
    "aws-iso-b": ("*.sc2s.sgov.gov", "*.api.aws.scloud"),
    "aws-iso-e": ("*.cloud.adc-e.uk", "*.api.cloud-aws.adc-e.uk"),
    "aws-iso-f": ("*.csp.hci.ic.gov", "*.api.aws.hci.ic.gov"),
    "aws-us-gov": ("*.amazonaws.com", "*.api.aws"),
}
"""Services, and the endpoints' own names."""

HOST_NAMES = ("*.compute.internal", "*.ec2.internal")
"""Instances of a VPC. Never the names of reverse look-ups: anybody can run a zone of those."""
