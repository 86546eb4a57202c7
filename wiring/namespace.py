"""What a mission's namespace must have before leaves run in it; set at every start, since nothing else sets it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType
from temporalio.service import RPCError, RPCStatusCode

from wiring.trouble import Misset
from workflows.board import KEYS

RETENTION: Final = timedelta(days=90)
"""How long the server keeps a closed leave: a quarter, in which a missed archive is noticed."""

_SETTLING: Final = timedelta(seconds=15)
"""A namespace just made is not known everywhere at once."""


async def prepare(client: Client) -> None:
    """Set retention and search attributes of the client's namespace; doing it again changes nothing.

    Raises:
        Misset: a search attribute exists with another type, which the server would keep and not tell.
        RPCError: the server did not answer, or does not know the namespace.
    """
    await _settled(lambda: _retain(client))
    await _settled(lambda: _add_attributes(client))


async def _retain(client: Client) -> None:
    kept = NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=int(RETENTION.total_seconds())))
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=kept))


async def _add_attributes(client: Client) -> None:
    asked = ListSearchAttributesRequest(namespace=client.namespace)
    known = await client.operator_service.list_search_attributes(asked)
    missing: dict[str, IndexedValueType.ValueType] = {}
    for name, key in KEYS.items():
        kind = SearchAttributeIndexedValueType(known.custom_attributes.get(name) or key.indexed_value_type)
        if kind != key.indexed_value_type:
            raise Misset(
                f"The search attribute {name} of {client.namespace} cannot be used.",
                why=f"expected type {key.indexed_value_type.name}, got {kind.name}",
                helps=f"temporal operator search-attribute remove -n {client.namespace} --name {name}",
            )
        if name not in known.custom_attributes:
            missing[name] = IndexedValueType.ValueType(kind)
    if missing:
        added = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        await client.operator_service.add_search_attributes(added)


async def _settled(call: Callable[[], Awaitable[None]]) -> None:
    """Call until the server knows the namespace everywhere."""
    until = asyncio.get_running_loop().time() + _SETTLING.total_seconds()
    while True:
        try:
            return await call()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND or asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.2)
