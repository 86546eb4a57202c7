"""Logs: JSON lines on servers, colours for people, and nothing private in either.

Everything goes through the standard library's root handler, so that the SDK's lines, its core's and ours look alike.
Workflow code logs by `workflow.logger` only: it alone is silent on replay.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, TelemetryFilter

LONGEST = 600
"""Characters of one value in a log line. The core now and then prints a whole history."""

PRIVATE = frozenset(
    {"name", "rank", "service_number", "email", "family", "reason", "detail", "details", "payload", "args", "result"}
    | {"leave_kind", "medical", "place", "phone", "address_on_leave", "evidence", "failure", "input"}
)
"""Keys whose values may tell who a person is, why a leave was asked, or what an act held."""

_CORE_FIELDS = ("workflow_id", "workflow_type", "run_id", "activity_id", "activity_type", "task_queue", "namespace")


class _Ours(logging.Handler):
    """Writes to what is standard error at the time. Setting up again replaces it, and leaves the handlers of others."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  # a line that cannot be told must not stop the work
            line = f"a log line of {record.name} was lost: {_place(error)}"
        with contextlib.suppress(OSError, ValueError):  # nobody listens any more
            print(line, file=sys.stderr, flush=True)  # noqa: T201  # one write a line, so that lines stay whole


def set_up(form: Literal["console", "json"], level: int = logging.INFO) -> None:
    """Route structlog and the standard library to standard error, scrubbed, in one form; a later call replaces it."""
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    render: Processor = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    handler = _Ours()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                place_of_errors,
                core_fields,
                scrub,
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler, *(other for other in root.handlers if not isinstance(other, _Ours))]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(max(level, logging.WARNING))  # it tells of each of its plugins


def core_logging() -> LoggingConfig:
    """The logs of the SDK's core through the same handler; without its fields, since some hold messages of failures."""
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(
            logging.getLogger("temporalio.core"), append_target_to_name=False, append_log_fields_to_message=False
        ),
    )


def place_of_errors(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """An exception is told by its type and its place, its causes likewise: its text may quote what a person wrote."""
    told = line.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        line["error"] = [_place(each) for each in _chain(error)]
        line["event"] = str(line.get("event", "")).partition("\n")[0]  # asyncio quotes the error in the lines below
    line.pop("stack_info", None)
    return line


def core_fields(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Of what the core tells beside its message, only what names a run, a task or a queue is kept."""
    told = line.pop("temporal_log", None)
    if told is not None:
        fields = told.fields
        line.update((key, fields[key]) for key in _CORE_FIELDS if key in fields)
    return line


def scrub(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Withhold what may be private, shorten what is long."""
    return {key: _scrubbed(key, value) for key, value in line.items()}


def _scrubbed(key: str, value: object) -> object:
    if key in PRIVATE:
        return "[withheld]"
    if isinstance(value, Mapping):
        return {str(inner): _scrubbed(str(inner), each) for inner, each in value.items()}
    if isinstance(value, BaseException):
        return _place(value)
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]} … [{len(value) - LONGEST} characters more]"
    return value


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of, as a traceback would tell; at most eight."""
    each: BaseException | None = error
    for _ in range(8):
        if each is None:
            return
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _place(error: BaseException) -> str:
    """`KeyError at domain/leave/path.py:41 in here`; the type which an error of the server bears is told too."""
    wire = getattr(error, "type", None)
    kind = type(error).__name__ + (f"[{wire}]" if isinstance(wire, str) else "")
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return kind
    file = "/".join(frames[-1].filename.split("/")[-3:])
    return f"{kind} at {file}:{frames[-1].lineno} in {frames[-1].name}"
