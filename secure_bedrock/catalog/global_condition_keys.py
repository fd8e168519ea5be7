"""Condition keys that every service may carry, with their types.

Source: IAM User Guide, "AWS global condition context keys". A name that ends in ``/``
takes a tag key after it.
"""

_BY_TYPE = {
    "ARN": "aws:PrincipalArn aws:SourceArn aws:SourceVpcArn ec2:SourceInstanceARN "
    "lambda:SourceFunctionArn ssm:SourceInstanceARN identitystore:IdentityStoreArn",
    "ArrayOfString": "aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList "
    "aws:ResourceOrgPaths aws:SourceOrgPaths aws:TagKeys aws:VpceOrgPaths",
    "Bool": "aws:MultiFactorAuthPresent aws:PrincipalIsAWSService aws:SecureTransport "
    "aws:ViaAWSService aws:ViaAWSMCPService",
    "Date": "aws:CurrentTime aws:TokenIssueTime",
    "IPAddress": "aws:SourceIp aws:VpcSourceIp aws:Ec2InstanceSourcePrivateIPv4",
    "Numeric": "aws:EpochTime aws:MultiFactorAuthAge",
    "String": "aws:AssumedRoot aws:CalledViaFirst aws:CalledViaLast aws:CalledViaAWSMCP "
    "aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:FederatedProvider aws:PrincipalAccount "
    "aws:PrincipalOrgID aws:PrincipalServiceName aws:PrincipalTag/ aws:PrincipalType "
    "aws:RequestTag/ aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID "
    "aws:ResourceTag/ aws:SourceAccount aws:SourceIdentity aws:SourceOrgID aws:SourceOwner "
    "aws:SourceVpc aws:SourceVpce aws:UserAgent aws:VpceAccount aws:VpceOrgID aws:referer "
    "aws:userid aws:username glue:RoleAssumedBy glue:CredentialIssuingService",
}

GLOBAL_CONDITION_KEYS: dict[str, str] = {
    key.lower(): kind for kind, keys in _BY_TYPE.items() for key in keys.split()
}
"""Lower-case key -> type, because IAM ignores the case of a key."""
