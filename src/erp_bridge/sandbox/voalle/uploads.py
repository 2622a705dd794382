"""Files of a ticket: up as multipart, listed, down as they are."""

from __future__ import annotations

import mimetypes
from urllib.parse import quote

from starlette.responses import Response

from erp_bridge.sandbox.voalle.reads import page_of, paged
from erp_bridge.sandbox.voalle.replies import Refusal
from erp_bridge.sandbox.voalle.request import Call
from erp_bridge.sandbox.voalle.store import Row, Store
from erp_bridge.sandbox.voalle.values import number, written_date


class Uploads:
    """Ids stand in the query string of all three calls (quirk 6)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, call: Call) -> Row:
        """The file is the part called ``File``; the ticket is found by protocol only (quirk 20)."""
        store = self._store
        assignment, incident = store.ticket(None, number(call.query, "protocol"))
        if store.options.closed_is_final and store.is_closed(incident):
            raise Refusal("Solicitação encerrada não pode ser alterada")
        code = call.query.get("documentationtypecode", "")
        if store.options.documentation_types and code not in store.options.documentation_types:
            raise Refusal("Tipo de documentação não encontrado")
        if call.file is None or not call.file[0] or not call.file[1]:
            raise Refusal("Nenhum arquivo informado")
        name, content = call.file
        if len(content) > store.options.max_attachment:
            raise Refusal(f"O arquivo excede o tamanho máximo de {store.options.max_attachment} bytes")
        id_ = attach(store, assignment["id"], name, content, code)
        return {"id": id_, "message": "Arquivo anexado com sucesso."}  # shape not public

    def listing(self, call: Call) -> Row:
        """Paged by ``pageNumber`` and ``pageSize`` (quirk 5). Shape of the rows not public."""
        store = self._store
        assignment, _ = store.ticket(number(call.query, "assignmentid"), number(call.query, "protocol"))
        page, size = page_of(call.query, store.options.max_page_size, ("pagenumber", "pagesize"))
        rows = [row for row in store.tables["assignment_uploads"].values() if row["assignment_id"] == assignment["id"]]
        start = (page - 1) * size
        return paged([self._row(row) for row in rows[start : start + size]], len(rows), page, size)

    def _row(self, row: Row) -> Row:
        return {
            "id": row["id"], "assignmentId": row["assignment_id"], "fileName": row["file_name"],
            "description": row["description"], "size": row["size"], "documentationTypeCode": row["type_code"],
            "created": written_date(row["created"], self._store.zone, self._store.options.zulu),
        }  # fmt: skip

    def content(self, call: Call) -> Response:
        """The bytes themselves, without an envelope."""
        row = self._store.tables["assignment_uploads"].get(number(call.query, "id") or 0)
        if row is None or row["assignment_id"] != number(call.query, "assignmentid"):
            raise Refusal("Arquivo não encontrado")
        kind = mimetypes.guess_type(row["file_name"])[0] or "application/octet-stream"
        disposition = f"attachment; filename*=UTF-8''{quote(row['file_name'])}"
        return Response(self._store.files[row["id"]], media_type=kind, headers={"Content-Disposition": disposition})


def attach(store: Store, assignment_id: int, name: str, content: bytes, code: str = "", description: str = "") -> int:
    """Put a file to a ticket; that does not stamp the ticket."""
    id_ = store.insert(
        "assignment_uploads",
        {
            "assignment_id": assignment_id, "file_name": name, "description": description, "size": len(content),
            "type_code": code, "created": store.stamp(),
        },
    )  # fmt: skip
    store.files[id_] = content
    return id_
