"""The ready reports: what auditors ask of a population most, each a SELECT that may be read, copied and changed."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Name = Literal["absences", "decisions", "overrides", "late-returns", "waits"]


class Report(NamedTuple):
    """A report: what it tells, its SELECT, and of its chart the columns that name a bar and the one that measures it.

    `along` says that bars stand side by side along time, and lie one below the other otherwise.
    """

    says: str
    sql: str
    labels: tuple[str, ...]
    value: str
    along: bool = False


REPORTS: Final[dict[Name, Report]] = {
    "absences": Report(
        "members away, by day and base: who is away still, up to the day on which they are due or, after it, until now",
        """SELECT day, base, count(DISTINCT member) AS away
FROM days JOIN leaves USING (leave_id)
GROUP BY day, base ORDER BY day, base""",
        ("day",),
        "away",
        along=True,
    ),
    "decisions": Report(
        "decisions by authority: by which post, what, how often, by how many people, how late they were recorded",
        """SELECT coalesce(for_post, post, '-') AS authority,
    CASE WHEN kind = 'ended' THEN what ELSE kind END AS decision,
    count(*) AS decisions, count(DISTINCT "by") AS people, count(entered_by) AS by_clerks,
    round(median(late_seconds) / 3600, 1) AS median_hours_late
FROM (
    SELECT "by", post, for_post, entered_by, kind, what, late_seconds FROM entries
    WHERE kind IN ('approved', 'disowned', 'attested', 'officer-cleared', 'travel-confirmed', 'extension-approved',
        'found', 'recalled', 'reviewed')
    OR (kind = 'ended' AND what IN ('denied', 'cancelled') AND assurance <> 'machine')
    UNION ALL
    SELECT "by", post, for_post, entered_by, kind, order_version, NULL FROM consents
)
GROUP BY authority, decision ORDER BY authority, decision""",
        ("authority", "decision"),
        "decisions",
    ),
    "overrides": Report(
        "exemptions from orders (ETP) and overrides of strength: by which post, from what, on which ground",
        """SELECT base, coalesce(for_post, post, '-') AS authority, kind, order_version, ground,
    count(*) AS consents, count(DISTINCT leave_id) AS leaves, min(recorded_at) AS first, max(recorded_at) AS last
FROM consents GROUP BY ALL ORDER BY ALL""",
        ("base", "authority", "kind"),
        "consents",
    ),
    "late-returns": Report(
        "who came back after the day on which they were due, and who is away after it",
        """SELECT number, leave_id, base, unit, due_back, in_at, state,
    round(date_diff('minute', due_back, coalesce(in_at, sealed_at)) / 60, 1) AS hours_late
FROM leaves
WHERE out_at IS NOT NULL AND coalesce(in_at, CASE WHEN ended IS NULL THEN sealed_at END) >= due_back
ORDER BY hours_late DESC, leave_id""",
        ("number",),
        "hours_late",
    ),
    "waits": Report(
        "how long leaves waited in each step, and for whom, in hours",
        """SELECT state, coalesce(whom, '-') AS whom, count(*) AS waits,
    round(median(seconds) / 3600, 1) AS median_hours,
    round(quantile_cont(seconds, 0.9) / 3600, 1) AS nine_in_ten_hours, round(max(seconds) / 3600, 1) AS longest_hours
FROM waits WHERE seconds IS NOT NULL
GROUP BY state, coalesce(whom, '-') ORDER BY state, whom""",
        ("state", "whom"),
        "median_hours",
    ),
}
