"""Which models may be used, and who may open the door to new ones."""

from dataclasses import dataclass

from secure_bedrock.access.service_control.document import Statement, deny, except_roles, merged
from secure_bedrock.catalog.invocation import (
    BATCH,
    FOUNDATION_MODELS,
    INVOKE,
    JOBS,
    OWNED_MODELS,
    WRAPPERS,
    bedrock_arn,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyModels:
    """Only these models, invoked directly, through profiles or in batch jobs.

    A list that names foundation models alone would also deny every inference profile, because a
    profile is a resource of its own; here profiles and routers pass, and the model behind them is
    checked. Custom, imported, provisioned and Marketplace models are denied unless allowed.

    Attributes:
        models: Foundation model ids, wildcards allowed: ``anthropic.claude-*``.
        mantle_models: Model ids that the ``bedrock-mantle`` endpoint may serve. Default: none.
        owned_models: Whether custom, imported, provisioned and Marketplace models may be invoked.
    """

    models: tuple[str, ...]
    mantle_models: tuple[str, ...] = ()
    owned_models: bool = False

    def __post_init__(self) -> None:
        for model in (*self.models, *self.mantle_models):
            if not model.strip("*?") or ":" in model.partition(":")[2] or "/" in model:
                raise ValueError(
                    f"model {model!r} is no model id or pattern of ids: "
                    "write for example anthropic.claude-* or amazon.nova-lite-v1:0"
                )
        if not self.models:
            raise ValueError("models is empty: name at least one model, or deny bedrock altogether")

    def statements(self, partition: str) -> list[Statement]:
        """Deny what is not on the list, on both endpoints."""
        families = [*WRAPPERS, *JOBS, *(OWNED_MODELS if self.owned_models else ())]
        if self.owned_models:
            families.append("*:*:custom-model/*")
        models = [FOUNDATION_MODELS.replace("/*", f"/{model}") for model in self.models]
        passing = [bedrock_arn(partition, kind) for kind in (*models, *families)]
        mantle = (
            {"StringNotLike": {"bedrock-mantle:Model": list(self.mantle_models)}}
            if self.mantle_models
            else None
        )
        return [
            deny("OnlyModels", [*INVOKE, BATCH], not_resources=passing),
            deny("OnlyMantleModels", ["bedrock-mantle:CreateInference"], conditions=mantle),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoNewModels:
    """Nobody accepts a model provider's terms or subscribes to a model, but for some roles.

    It does not stop the use of models that are open already, and a model subscribed in the
    background at its first call: ``OnlyModels`` does.

    Attributes:
        except_roles: Roles that may, as path and name: ``platform/ModelAdmin``.
    """

    except_roles: tuple[str, ...] = ()

    def statements(self, partition: str) -> list[Statement]:
        """Deny the account's model switches, and Marketplace subscriptions through Bedrock."""
        spared = except_roles(self.except_roles, partition)
        switches = [
            "bedrock:CreateFoundationModelAgreement",
            "bedrock:DeleteFoundationModelAgreement",
            "bedrock:PutFoundationModelEntitlement",
            "bedrock:PutUseCaseForModelAccess",
        ]
        through = {"StringEquals": {"aws:CalledViaLast": "bedrock.amazonaws.com"}}
        return [
            deny("NoModelSwitches", switches, conditions=spared),
            deny(
                "NoModelSubscriptions",
                ["aws-marketplace:Subscribe", "aws-marketplace:Unsubscribe"],
                conditions=merged(through, spared),
            ),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailRequired:
    """No invocation without one of these guardrails.

    Attributes:
        guardrails: ARNs of guardrails without a version; any published version counts.
        embedding_models: Foundation model ids that need none, wildcards allowed: vectors carry no
            guardrail. Default: the embedding models of Amazon and Cohere.
        except_roles: Service roles of agents, knowledge bases and batch jobs, whose inner calls
            carry no guardrail, as path and name.
    """

    guardrails: tuple[str, ...]
    embedding_models: tuple[str, ...] = ("amazon.titan-embed-*", "cohere.embed-*")
    except_roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for arn in self.guardrails:
            if ":guardrail/" not in arn or ":" in arn.partition(":guardrail/")[2]:
                raise ValueError(
                    f"{arn!r} is no ARN of a guardrail without a version: "
                    "write arn:aws:bedrock:REGION:ACCOUNT:guardrail/ID"
                )
        if not self.guardrails:
            raise ValueError("guardrails is empty: name at least one guardrail")

    def statements(self, partition: str) -> list[Statement]:
        """Deny calls without the guardrail, and the routes that know no guardrails."""
        spared = except_roles(self.except_roles, partition)
        embeddings = [FOUNDATION_MODELS.replace("/*", f"/{m}") for m in self.embedding_models]
        passing = [bedrock_arn(partition, kind) for kind in (*embeddings, *WRAPPERS)]
        versions = [f"{arn}:*" for arn in self.guardrails]
        guarded = {"ArnNotLike": {"bedrock:GuardrailIdentifier": versions}}
        return [
            deny(
                "GuardrailRequired",
                INVOKE,
                not_resources=passing,
                conditions=merged(guarded, spared),
            ),
            deny(
                "NoRoutesWithoutGuardrails",
                [BATCH, "bedrock-mantle:CreateInference"],
                conditions=spared,
            ),
        ]
