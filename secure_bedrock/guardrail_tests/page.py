"""A result as one HTML page that needs nothing but itself."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import zip_longest

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import ACTIONS
from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import (
    WRONG,
    Judgement,
    Status,
)
from secure_bedrock.custom_resources.assets.handlers.guardrail_tally import Share
from secure_bedrock.findings.printable import printable
from secure_bedrock.guardrail_tests.as_junit import told
from secure_bedrock.guardrail_tests.matrix import COLUMNS, rows
from secure_bedrock.guardrail_tests.page_style import STYLE
from secure_bedrock.guardrail_tests.results import BAD, GOOD, Result, SuiteResult

_VERDICTS = {GOOD: ("good", "Within thresholds"), BAD: ("bad", "Not good enough")}
_SHORT = 110
_UNDECIDED = ("warn", "Not decided")
_CLASSES = {Status.OK: "good", Status.MISS: "bad", Status.FALSE_BLOCK: "bad"}


def html_page(result: Result) -> str:
    """The whole page: verdict, matrices and every case, the other version beside it."""
    title = f"Guardrail {result.guardrail}"
    kind, verdict = _VERDICTS.get(result.exit_code, _UNDECIDED)
    against = f"<p>Compared with {_text(result.against)}.</p>" if result.against else ""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{_text(title)}</h1>{against}",
        f'<p class="verdict {kind}">{verdict}</p>',
        _list(result.reasons, "bad") + _list(result.undecided, "warn") + _list(result.notes, ""),
        *(_suite(each, result) for each in result.suites),
        "</main></body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _suite(result: SuiteResult, whole: Result) -> str:
    found, limits = result.tally, result.suite.thresholds
    facts = {
        f"Misses (at most {limits.misses:.1%})": str(found.misses),
        f"False blocks (at most {limits.false_blocks:.1%})": str(found.false_blocks),
        "Other policy": str(found.other_policy),
        "Not emulated": str(found.not_emulated),
        "No answer": str(found.no_answer),
    }
    if whole.against:
        facts["Regressions"] = str(len(result.regressions))
    shown = "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts.items())
    return (
        f"<h2>{_text(result.suite.name)}</h2><dl>{shown}</dl>"
        f"<h3>Expected and got, by category</h3>{_matrix(result)}"
        f"<h3>Cases</h3>{_cases(result, whole)}"
    )


def _matrix(result: SuiteResult) -> str:
    """The matrix; with another version beside it, what it got is the first number."""
    other = SuiteResult(suite=result.suite, judgements=result.before)
    pairs = zip_longest(rows(result), rows(other) if result.before else ())
    got = [f"Got {each}" if each in ACTIONS else each.capitalize() for each in COLUMNS]
    body = []
    for row, before in pairs:
        old = before.got if before else row.got
        counts = [_change(str(a), str(b)) for a, b in zip(old, row.got, strict=True)]
        counts += [
            _change(_share(getattr((before or row).tally, each)), _share(getattr(row.tally, each)))
            for each in ("misses", "false_blocks")
        ]
        name = _text(row.category) or "<strong>all</strong>"
        cells = "".join(f'<td class="number">{each}</td>' for each in counts)
        body.append(f"<tr><td>{name}</td><td>{row.expected}</td>{cells}</tr>")
    heads = ["Category", "Expected", *got, "Misses", "False blocks"]
    return _table(heads, body, numbers_from=2)


def _share(share: Share) -> str:
    return f"{share.count} of {share.of}" if share.of else ""


def _change(old: str, new: str) -> str:
    return new if old == new else f"{old} → <strong>{new}</strong>"


def _cases(result: SuiteResult, whole: Result) -> str:
    before = dict(zip((each.case.id for each in result.before), result.before, strict=True))
    regressed = {each.case.id for each in result.regressions}
    ordered = sorted(result.judgements, key=lambda each: _rank(each, regressed))
    body = [_case(each, before.get(each.case.id), regressed) for each in ordered]
    versions = [_text(whole.against)] if result.before else []
    heads = ["Case", "Category", "Expected", *versions, _text(whole.guardrail), "Text"]
    return _table(heads, body)


def _case(judgement: Judgement, before: Judgement | None, regressed: set[str]) -> str:
    case = judgement.case
    wanted = case.expect + (f" by {case.policy}" if case.policy != "none" else "")
    cells = [_text(case.id), f"{_text(case.category)} ({_text(case.language)})", _text(wanted)]
    cells += [_ending(before)] if before else []
    mark = ' <span class="bad">regressed</span>' if case.id in regressed else ""
    changed = before is not None and before.status is not judgement.status
    row = "".join(f"<td>{each}</td>" for each in cells)
    row += f"<td>{_ending(judgement)}{mark}</td><td class='wide'>{_said(judgement)}</td>"
    return f"<tr class='changed'>{row}</tr>" if changed else f"<tr>{row}</tr>"


def _ending(judgement: Judgement) -> str:
    kind = _CLASSES.get(judgement.status, "warn")
    got = f", got {judgement.got}" if judgement.status in WRONG else ""
    acted = f"<br>{_text(', '.join(judgement.acted))}" if judgement.acted else ""
    return f'<span class="{kind}">{judgement.status}</span>{got}{acted}'


def _said(judgement: Judgement) -> str:
    case = judgement.case
    blocks = [*filter(None, (case.grounding_source, case.query)), *case.texts]
    text = "".join(f"<pre dir='auto'>{_text(each)}</pre>" for each in blocks)
    first = " ".join(case.texts[-1].split())
    short = first if len(first) <= _SHORT else f"{first[:_SHORT]}…"
    about = f"<p>{_text(told(judgement))}{_text(f'. {case.note}' if case.note else '')}</p>"
    return f"<details><summary dir='auto'>{_text(short)}</summary>{about}{text}</details>"


def _rank(judgement: Judgement, regressed: set[str]) -> int:
    """What needs a look comes first."""
    if judgement.case.id in regressed:
        return 0
    order = (Status.MISS, Status.FALSE_BLOCK, Status.NO_ANSWER, Status.OTHER_POLICY)
    found = (*order, Status.NOT_EMULATED, Status.OK).index(judgement.status)
    return found + 1


def _table(heads: Iterable[str], body: Sequence[str], numbers_from: int | None = None) -> str:
    head = "".join(_heads(heads, numbers_from))
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _heads(heads: Iterable[str], numbers_from: int | None) -> Iterator[str]:
    for index, each in enumerate(heads):
        number = numbers_from is not None and index >= numbers_from
        yield f'<th scope="col"{" class=number" if number else ""}>{each}</th>'


def _list(lines: Sequence[str], kind: str) -> str:
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def _text(value: str) -> str:
    return escape(printable(value))
