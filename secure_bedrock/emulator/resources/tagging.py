"""How each service tags: templates carry ``Key`` and ``Value``, each API has its own spelling."""

from secure_bedrock.emulator.resources.declaration import Each, Tagging, call, get


def arn_tagging(argument: str, arn: str, *, tags: str = "Tags", keys: str = "TagKeys") -> Tagging:
    """The usual way: ``TagResource``, ``UntagResource`` and ``ListTagsForResource`` by ARN."""
    return Tagging(
        set=call("tag_resource", **{argument: arn, tags: "$Tags"}),
        clear=call("untag_resource", **{argument: arn, keys: "$keys"}),
        read=get("list_tags_for_resource", "@", **{argument: arn}),
    )


def iam_tagging(kind: str, argument: str) -> Tagging:
    """IAM's way: three operations for every kind of resource."""
    which = {argument: "$id"}
    return Tagging(
        set=call(f"tag_{kind}", **which, Tags="$Tags"),
        clear=call(f"untag_{kind}", **which, TagKeys="$keys"),
        read=get(f"list_{kind}_tags", "@", **which),
    )


EC2 = Tagging(
    set=call("create_tags", Resources=["$id"], Tags="$Tags"),
    clear=call("delete_tags", Resources=["$id"], Tags=Each("$keys", {"Key": "$item"})),
    read=get("describe_tags", "@", Filters=[{"Name": "resource-id", "Values": ["$id"]}]),
)
