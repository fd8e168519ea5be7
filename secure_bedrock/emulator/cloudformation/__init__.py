"""A CloudFormation that refuses what it cannot do, over the emulated AWS APIs."""
