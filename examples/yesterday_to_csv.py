"""Yesterday's tickets as CSV on standard output: the change feed comes in pages, and a page iterates its tickets."""

import csv
import os
import sys
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from erp_bridge import blocking

HERE = ZoneInfo("America/Sao_Paulo")
url = os.environ.get("MATRIZ_URL", "http://127.0.0.1:8001")

today = datetime.combine(datetime.now(HERE).date(), time(), HERE)
yesterday = today - timedelta(days=1)

with blocking.connect("ixc", url=url, token="env:MATRIZ_TOKEN", timezone=HERE.key) as erp:
    lines = csv.writer(sys.stdout)
    lines.writerow(["id", "protocolo", "aberto_em", "status", "titulo"])
    # `clientes=False`: no look-up of a client for each ticket; this list needs no documents
    for page in erp.changed_since(yesterday, clientes=False):
        for ticket in page:
            # the feed shows what changed since then, which is more than what was opened then; times are UTC
            if ticket.aberto_em is not None and yesterday <= ticket.aberto_em < today:
                opened = ticket.aberto_em.astimezone(HERE).isoformat()
                lines.writerow([ticket.id, ticket.protocolo, opened, ticket.status, ticket.titulo])
        # a record that could not be read is named, never left out in silence
        for bad in page.unreadable:
            print(f"ticket {bad.id}: {bad.campo} is {bad.codigo!r}, which means nothing here", file=sys.stderr)
