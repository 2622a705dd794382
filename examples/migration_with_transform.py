"""The history of the left ERP moved to the right one, with a step of one's own on every record.

Usage: migration_with_transform.py PAIR [BRIDGE.TOML]. The pair names the step, in the file that stands beside this one:

    [pair.suporte]
    transform = "migration_with_transform:tidy"

Started again, it goes on where it was broken off; what is there already is not created twice.
"""

import asyncio
import re
import sys

from erp_bridge import Atendimento, Bridge, MigrateOptions, Movimentacao, Passage, Side, config
from erp_bridge.events import Kind


def tidy(record: Atendimento | Movimentacao, passage: Passage) -> Atendimento | Movimentacao:
    """What is carried instead of the record. Pure: the same record gives the same result, whenever it is asked.

    Given each ticket and each message before it is carried, in both directions; ``passage`` says from where to where.
    The record in its own ERP stays as it is, and the bridge does not take the difference for an edit. Whatever this
    raises puts that one record into quarantine, with the reason, and the migration goes on.
    """
    if isinstance(record, Atendimento):
        # the old ERP wrote its department into every title: "[SUP] Sem conexão"
        return record.model_copy(update={"titulo": re.sub(r"^\[[A-Z]+\] ", "", record.titulo)})
    # passwords that people typed into messages do not move house
    return record.model_copy(update={"texto": re.sub(r"(?i)(senha\s*[:=]\s*)\S+", r"\1(removida)", record.texto)})


async def main(pair: str, path: str | None) -> None:
    async with Bridge(config.load(path)) as bridge:
        report = await bridge.migrate(pair, MigrateOptions(source=Side.LEFT))
        print(f"moved {report.created[Side.RIGHT]} tickets, {report.movements[Side.RIGHT]} messages")
        for item in bridge.waiting(Kind.QUARANTINE, pair):
            print(f"ticket {item['ticket']}: {item['reason']}")


if __name__ == "__main__":
    asyncio.run(main(*(sys.argv[1:3] if len(sys.argv) > 2 else (sys.argv[1], None))))
