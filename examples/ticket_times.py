"""How long do tickets take, by subject? A table and a chart. Usage: ticket_times.py [CHART.PNG]

Needs ``pip install pandas matplotlib``. In a Jupyter notebook each block below is a cell.
"""

# %% read: one line for each closed ticket of the last 90 days
import os
import sys
from datetime import UTC, datetime, timedelta

import matplotlib

from erp_bridge import blocking

matplotlib.use("Agg")  # draws into a file; leave this line out in a notebook
import pandas as pd

url = os.environ.get("MATRIZ_URL", "http://127.0.0.1:8001")
since = datetime.now(UTC) - timedelta(days=90)
with blocking.connect("ixc", url=url, token="env:MATRIZ_TOKEN", timezone="America/Sao_Paulo") as erp:
    subjects = {term.id: term.nome for term in erp.vocabulary("assunto")}
    rows = []
    for page in erp.changed_since(since, clientes=False):
        closed = [ticket for ticket in page if ticket.status == "solucionado" and ticket.aberto_em]
        # some ERPs keep the time of closing; on IXC it is that of the message that solved the ticket
        said = erp.movements_of([ticket.id for ticket in closed])
        for ticket in closed:
            ends = [m.instante for m in said[ticket.id] if m.status == "solucionado" and m.instante]
            ended = ticket.encerrado_em or max(ends, default=None)
            if ended is not None:
                subject = subjects.get(ticket.assunto.id if ticket.assunto else None, "?")
                rows.append({"assunto": subject, "horas": (ended - ticket.aberto_em).total_seconds() / 3600})

# %% look: half of the tickets of a subject take less than its median, one in ten more than p90
times = pd.DataFrame(rows, columns=["assunto", "horas"]).groupby("assunto")["horas"]
table = times.agg(tickets="count", mediana="median", p90=lambda hours: hours.quantile(0.9)).sort_values("mediana")
print(table.round(1).to_string())

# %% draw
if not table.empty:
    chart = table[["mediana", "p90"]].plot.barh(figsize=(9, 0.5 * len(table) + 2), xlabel="horas")
    chart.figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "ticket_times.png", bbox_inches="tight")
