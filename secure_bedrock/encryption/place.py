"""Partition, Region and account of a construct, asked for once per stack.

Every question to the CDK is a message to Node.js and back. The answers never change, and the
constructs of this library need them some hundred times.
"""

from weakref import WeakKeyDictionary

from aws_cdk import Stack
from constructs import IConstruct

from secure_bedrock.catalog.authorization import Place

_PLACES: WeakKeyDictionary[IConstruct, Place] = WeakKeyDictionary()


def place_of(construct: IConstruct) -> Place:
    """Where a construct is deployed; parts that are not known yet are tokens."""
    known = _PLACES.get(construct)
    if known is None:
        stack = Stack.of(construct)
        known = _PLACES.get(stack) or Place(
            partition=stack.partition, region=stack.region, account=stack.account
        )
        _PLACES[stack] = _PLACES[construct] = known
    return known
