"""Why findings of cdk-nag's packs, and one of ours, stay in the reference stack."""

HIPAA = "HIPAA.Security::HIPAA.Security-"
NIST = "NIST.800.53.R5::NIST.800.53.R5-"
PCI = "PCI.DSS.321::PCI.DSS.321-"
ALL = (HIPAA, NIST, PCI)
HIPAA_AND_NIST = (HIPAA, NIST)
IAM5 = "AwsSolutions::AwsSolutions-IAM5"
SQS3 = "AwsSolutions::AwsSolutions-SQS3"
LOGGING_CHANGED = "BedrockSecurityChecks::IAM21"
ANY_ROLE = "BedrockSecurityChecks::IAM17"
ELSEWHERE = "BedrockSecurityChecks::MDL10"
NO_MANAGEMENT_EVENTS = "BedrockSecurityChecks::LOG07"

NO_QUEUE = (
    "CloudFormation calls the handler and waits for its answer; a failure fails the deployment, "
    "where it is seen. There is no event a queue could keep."
)
NO_CONCURRENCY = (
    "Runs only while the stack is deployed. Reserved concurrency would take it from the account's "
    "other functions, and new accounts have none to reserve."
)
NO_VPC = (
    "Calls AWS APIs and CloudFormation's answer URL, nothing else, and handles no customer data. "
    "Inside the isolated VPC it could not answer, and CloudFormation would wait for an hour."
)
NO_REPLICATION = (
    "Invocation logs stay in one Region: a copy elsewhere would break residency. Versioning "
    "protects against overwriting; a user who needs a copy adds one to a Region of their choice."
)
NO_KMS_ON_ACCESS_LOGS = (
    "Amazon S3 cannot deliver server access logs to a bucket whose default encryption is SSE-KMS. "
    "The bucket is encrypted with SSE-S3 and holds no prompts or responses."
)
CLOSED_AT_DEPLOYMENT = (
    "CloudFormation cannot change the rules of a default security group. The custom resource "
    "DefaultSecurityGroup removes them when the stack is deployed; the rule cannot see that."
)
ONE_ROLE = (
    "The permissions belong to this role alone and live and die with it; a managed policy could "
    "be attached elsewhere. No person uses the role."
)
ACCOUNT_LEVEL_ACTIONS = (
    "The actions with this resource, {actions}, have no resource-level form in the Service "
    "Authorization Reference."
)
THROUGH_PROFILE = (
    "An inference profile may route to any Region of its geography, and AWS adds Regions. The "
    "condition bedrock:InferenceProfileArn allows the model through this profile only."
)
RESTORES_ANY_ROLE = (
    "Restoring the configuration that was replaced passes its delivery role, which is known only "
    "when it is read. The statement passes roles to Amazon Bedrock only."
)
NO_CONCURRENCY_FOR_EVENTS = (
    "Reserved concurrency would take it from the account's other functions, and new accounts have "
    "none to reserve. Events that wait are kept; what is given up goes to a queue with an alarm."
)
NO_VPC_FOR_EVENTS = (
    "Calls APIs of AWS and nothing else, some of which have no endpoint in the isolated VPC. Its "
    "role allows these calls only."
)
QUEUE_ELSEWHERE = (
    "What fails goes to a queue by the function's event configuration, which this rule does not "
    "look at. An alarm tells when something is in that queue."
)
LAST_RESORT = (
    "This queue is itself where failed events end up, and an alarm tells when one does. A queue "
    "behind it would only hide them."
)
NO_BACKUP_PLAN = (
    "Entries live for hours or days and can be restored to any second of the last 35 days; losing "
    "them means repeated messages or counters that begin again, no lost data."
)
SHORT_LIVED = (
    "Results of queries are deleted after 30 days and can be made again from the logs, which are "
    "kept. A copy in another Region would break residency."
)
NO_COPY_OF_THE_TRAIL = (
    "The trail stays in the Region of what it records. Versioning and digests show what "
    "was changed; a user who needs a copy adds one to a Region of their choice."
)
TOLD_BY_THE_GROUP = (
    "A composite alarm over this alarm and others with the same cause tells the topic, so that one "
    "cause makes one message. The rule does not look at composite alarms."
)
OWN_STREAMS = (
    "The wildcard stands for the log streams of one log group, whose names the service makes up. "
    "The statement allows creating streams and writing to them only."
)
RESTORES_LOGGING = (
    "Restoring invocation logging after somebody removed it is what this function is for. It puts "
    "the deployed configuration only, and passes one role to Amazon Bedrock only."
)
DEACTIVATES_ANY_KEY = (
    "An API key can be made for any user, so any user's may have to be deactivated. The condition "
    "narrows the statement to credentials of Amazon Bedrock."
)
LARGE_BODIES = (
    "Bodies over 100 KB lie under keys that Amazon Bedrock makes up; the statement reads below one "
    "prefix, and older records have the use of the prompt cache only there."
)
PROFILE_OF_THE_PROJECT = (
    "The project's inference profile is made in this stack from a model of the settings, whose "
    "geography the settings and the data residency check. The rule does not follow the reference."
)
RECORDED_ELSEWHERE = (
    "The settings say that another trail of the account records management events, with reads. "
    "A second copy of them would be paid for."
)
