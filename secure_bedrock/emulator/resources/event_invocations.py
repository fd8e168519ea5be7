"""How AWS Lambda repeats events that a function failed to handle."""

from secure_bedrock.emulator.resources.declaration import ResourceType, call, get, put

_RETRIES = ResourceType(
    name="AWS::Lambda::EventInvokeConfig",
    service="lambda",
    create=put("put_function_event_invoke_config"),
    id="$generated_name",
    update=put("put_function_event_invoke_config"),
    delete=call(
        "delete_function_event_invoke_config", FunctionName="$FunctionName", Qualifier="$Qualifier"
    ),
    reads=(
        get(
            "get_function_event_invoke_config",
            "@",
            FunctionName="$FunctionName",
            Qualifier="$Qualifier",
        ),
    ),
    unread=frozenset({"FunctionName", "Qualifier"}),
    note="Kept as state: no event reaches a function.",
)

TYPES = (_RETRIES,)
