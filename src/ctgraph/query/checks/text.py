"""The report of the checks as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctgraph.query.checks.findings import GROUPS, Words

if TYPE_CHECKING:
    from ctgraph.query.checks.findings import Coverage, Finding, Report


# --- reports -------------------------------------------------------------------------------------


def format_report(report: Report, lang: str = "en") -> str:
    """Return a report as text, with a line break at the end.

    Findings by group, each with its repair.

    Args:
        report: What a check found.
        lang: ``en`` or ``ja``.
    """
    is_ja = lang == "ja"
    out: list[str] = []
    skipped = {entry.group: entry.reason for entry in report.skipped}
    for group in GROUPS:
        if group.name in skipped:
            said = "実施せず" if is_ja else "skipped"
            out.append(f"{group.title.say(lang)}: {said}. {skipped[group.name].say(lang)}")
            continue
        if group.name not in report.ran:
            continue
        found = [entry for entry in report.findings if entry.group == group.name]
        number = report.ran[group.name]
        if is_ja:
            state = f"{len(found)}件の指摘" if found else "問題なし"
            out.append(f"{group.title.ja}：{state}（規則{number}件）")
        else:
            state = _plural(len(found), "finding") if found else "ok"
            out.append(f"{group.title.en}: {state} ({_plural(number, 'rule')})")
        if group.name == "coverage":
            out += [_format_coverage(entry, is_ja) for entry in report.coverage]
        for entry in found:
            out += _format_finding(entry, lang)
    if report.disagreements:
        number = report.disagreements
        out.append(
            f"情報源の間の食い違い：{number}件（誤りではない。ctgraph ask disagreements）"
            if is_ja
            else f"{_plural(number, 'disagreement')} between sources, which are no errors: "
            "ctgraph ask disagreements"
        )
    errors, warnings = len(report.errors), len(report.warnings)
    if is_ja:
        out.append(f"エラー{errors}件、警告{warnings}件。")
    else:
        out.append(f"{_plural(errors, 'error')}, {_plural(warnings, 'warning')}.")
    return "\n".join(out) + "\n"


def _format_coverage(entry: Coverage, is_ja: bool) -> str:
    share = f"{entry.share:.1%}"
    if is_ja:
        head = (
            f"  {entry.file}：文字の{share}、文・見出し・欄{entry.sentences}件中"
            f"{entry.touched}件が引用されている"
        )
    else:
        head = (
            f"  {entry.file}: {share} of the characters, "
            f"{entry.touched} of {entry.sentences} sentences, headings and cells are quoted"
        )
    passages = [f"    {passage.line}: {passage.text}" for passage in entry.passages]
    if passages:
        head += "。引用のない箇所：" if is_ja else "; not quoted:"
    return "\n".join([head, *passages])


def _format_finding(entry: Finding, lang: str) -> list[str]:
    words = {"error": Words("error", "エラー"), "warning": Words("warning", "警告")}
    head = f"  {entry.where or '-'}: {words[entry.severity].say(lang)}: "
    head += f"{entry.subject} " if entry.subject and entry.file else ""
    lines = [head + f"[{entry.rule}]", f"    {entry.message.say(lang)}"]
    if entry.repair.say(lang):
        lines.append(f"    → {entry.repair.say(lang)}")
    return lines


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def report_to_json(report: Report) -> dict[str, Any]:
    """Return a report as what `json.dumps` takes: `summary`, `findings`, `coverage` and `skipped`.

    Messages and repairs are objects with the keys ``en`` and ``ja``.

    Args:
        report: What a check found.
    """
    return {
        "ok": report.ok,
        "summary": report.summary,
        "findings": [
            {
                "rule": found.rule,
                "group": found.group,
                "severity": found.severity,
                "file": found.file or None,
                "line": found.line or None,
                "subject": found.subject or None,
                "message": found.message._asdict(),
                "repair": found.repair._asdict(),
            }
            for found in report.findings
        ],
        "coverage": [
            {
                **entry._asdict(),
                "share": round(entry.share, 4),
                "passages": [passage._asdict() for passage in entry.passages],
            }
            for entry in report.coverage
        ],
        "skipped": [
            {"group": entry.group, "reason": entry.reason._asdict()} for entry in report.skipped
        ],
    }
