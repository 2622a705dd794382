"""Reading a tenant's own tables, on a real MariaDB: the same records as through its saved queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.core.adapter import Capability, Idempotency, Page, Unreadable
from erp_bridge.core.errors import ConfigError, Malformed, NotFound
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento, Cliente, Movimentacao, OrdemServico, Status, Termo, Vinculo
from erp_bridge.core.text import same_but_for_losses
from integrator.database_box import CONTACT, LIKELY, PROVEN, DatabaseBox, joined
from integrator.mariadb import MariaDb

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")
ACCENTS = "Não há sinal às 8h — “fibra” à noite, R$ 10 º ª € 🙂"


@pytest.fixture(scope="module", params=["latin1", "utf8mb4"])
def box(mariadb: MariaDb, request: pytest.FixtureRequest) -> DatabaseBox:
    """A tenant that is read only, of each kind."""
    return DatabaseBox(mariadb, f"isp_{request.param}", charset=request.param, change_stamp=request.param == "utf8mb4")


@pytest.fixture
def own(mariadb: MariaDb) -> DatabaseBox:
    """A tenant of one test's own."""
    return DatabaseBox(mariadb)


async def listed(erp: IntegratorAdapter, *, only_open: bool = False) -> list[Page]:
    return [page async for page in (erp.open_tickets() if only_open else erp.changed_since(LONG_AGO))]


def tickets(pages: list[Page]) -> dict[str, Atendimento]:
    return {ticket.id or "": ticket for page in pages for ticket in page}


# --- the same as through the queries


async def test_the_feeds_give_the_same(box):
    async with box.reader(page_size=7) as here, box.adapter(page_size=7) as there:
        for only_open in (False, True):
            found, expected = await listed(here, only_open=only_open), await listed(there, only_open=only_open)
            assert tickets(found) == tickets(expected)
            assert tickets(found)
            assert {entry for page in found for entry in page.unreadable} == {
                entry for page in expected for entry in page.unreadable
            }
            assert found[-1].cursor == expected[-1].cursor
            assert all(len(page.atendimentos) <= 7 for page in found)
        said = {id: movements for page in await listed(here) for id, movements in page.movimentacoes.items()}
        assert said == {id: m for page in await listed(there) for id, m in page.movimentacoes.items()}
        assert sum(map(len, said.values())) > 30


async def test_single_records_give_the_same(box):
    ids = list(box.tickets)
    person = box.a_client
    documento = person["cpf"] or person["cnpj"]
    async with box.reader() as here, box.adapter() as there:
        assert await here.get_many(ids[:9]) == await there.get_many(ids[:9])
        assert await here.get(ids[0]) == await there.get(ids[0])
        protocolo = box.tickets[ids[3]]["numero_oco"]
        assert await here.find_by_protocolo(protocolo) == await there.find_by_protocolo(protocolo)
        for row in list(box.tickets.values())[:5]:
            if row["codcli"]:
                assert await here.tickets_of_client(row["codcli"]) == await there.tickets_of_client(row["codcli"])
        commented = [row["codoco"] for row in box.comments.values()][:20]
        assert await here.movements_of(commented) == await there.movements_of(commented)
        assert await here.find_client(documento) == await there.find_client(documento)
        assert await here.clients_by_document(documento) == await there.clients_by_document(documento)
        assert await here.search_clients(person["nome_cli"][:6], 50) == await there.search_clients(
            person["nome_cli"][:6], 50
        )
        assert await here.contracts(person["codcli"]) == await there.contracts(person["codcli"])
        for kind in ("assunto", "departamento", "status", "origem", "canal"):
            assert sorted(map(str, await here.vocabulary(kind))) == sorted(map(str, await there.vocabulary(kind)))


async def test_what_is_not_there(box):
    async with box.reader() as erp:
        with pytest.raises(NotFound):
            await erp.get("01NONE")
        assert await erp.find_by_protocolo("0") is None
        assert await erp.find_client("11111111111") is None
        assert await erp.tickets_of_client("999999") == []
        assert await erp.movements("01NONE") == []
        assert await erp.work_orders("01NONE") == []
        assert list(await erp.get_many([])) == []
        # nothing stored can be called so, and no comparison of charsets gets in the way
        with pytest.raises(NotFound):
            await erp.get("🙂")
        assert await erp.find_by_protocolo("nº 🙂") is None
        assert await erp.tickets_of_client("ç") == []
        assert await erp.work_orders("ç") == []
        assert await erp.movements("ç") == []
        assert (await erp.contracts("ç"))["plano"] == []
        assert await erp.search_clients("🙂🙂") == []


async def test_many_are_read_at_once(box):
    ids = list(box.tickets)
    async with box.reader() as erp:
        before = erp.requests
        page = await erp.get_many([*reversed(ids), "01NONE", ids[0]])
        assert erp.requests - before == 1
        readable = [ticket.id for ticket in page]
        assert readable == [id for id in reversed(ids) if id in readable]
        assert len(readable) + len(page.unreadable) == len(ids)


async def test_a_search_takes_its_words_as_they_are(own):
    own.sql("UPDATE clientes SET nome_cli = 'Padaria 100%% Pão_de_Queijo' WHERE codcli = %s", own.a_client["codcli"])
    async with own.reader() as erp:
        for words in ("100%", "pão_de", "PAO_DE"):
            assert [found.id for found in await erp.search_clients(words)] == [own.a_client["codcli"]]
        assert await erp.search_clients("1_0%") == []
        assert await erp.search_clients("x'; DROP TABLE clientes; --") == []
        assert len(await erp.search_clients("a" + "r", 2)) == 2


@pytest.mark.parametrize(
    ("stored", "asked"),
    [("111.444.777-35", "11144477735"), ("11144477735", "111.444.777-35"), ("1234567890", "01234567890"),
     (" 012.345.678-90 ", "01234567890")],
)  # fmt: skip
async def test_documents_are_found_however_they_were_typed(own, stored, asked):
    own.sql("UPDATE clientes SET cpf = %s, cnpj = '', ativo = 'S' WHERE codcli = %s", stored, own.a_client["codcli"])
    async with own.reader() as erp:
        assert [found.id for found in await erp.clients_by_document(asked)] == [own.a_client["codcli"]]


async def test_categories_can_be_listed(box):
    async with box.reader() as erp:
        names = {term.id: term.nome for term in await erp.vocabulary("categoria")}
    assert names == {"01CATTEC00": "Técnico", "01CATADM00": "Administrativo", "01CATFIN00": "Financeiro"}


async def test_work_orders(own):
    ticket = own.an_open_one
    own.sql("INSERT INTO motivo_fechamento_os VALUES ('01MFTROCA0', 'Trocado o conector   ')")
    own.sql(
        "INSERT INTO ordem_servico (codords, numero_os, codoco, codmfos, data_cad) VALUES"
        " ('01S2', 78, %s, '', '2026-09-02'), ('01S1', 77, %s, '01MFTROCA0', '2026-09-01'),"
        " ('01S3', 79, %s, '01MFOUTRO0', '0000-00-00'), ('01S4', 80, 'other', NULL, NULL)",
        ticket, ticket, ticket,
    )  # fmt: skip
    async with own.reader() as erp:
        assert Capability.WORK_ORDERS in erp.capabilities
        assert await erp.work_orders(ticket) == [
            OrdemServico(id="01S1", numero="77", status="Trocado o conector",
                         aberta_em=datetime.fromisoformat("2026-09-01T00:00-03:00")),
            OrdemServico(id="01S2", numero="78", aberta_em=datetime.fromisoformat("2026-09-02T00:00-03:00")),
            OrdemServico(id="01S3", numero="79", status="01MFOUTRO0"),
        ]  # fmt: skip


# --- values as they stand in old databases


async def test_accents_and_emoji_of_both_charsets(mariadb):  # quirk 8
    """Stored as the column's charset says, and as many an old program did: UTF-8 in a column of latin1."""
    old = DatabaseBox(mariadb, "isp_old", charset="latin1")
    new = DatabaseBox(mariadb, "isp_new", charset="utf8mb4")
    ticket = old.an_open_one
    plain = ACCENTS.removesuffix(" 🙂")
    old.sql("UPDATE ocorrencias SET descri_oco = %s, nome_contato = 'João  ' WHERE codoco = %s", plain, ticket)
    new.sql("UPDATE ocorrencias SET descri_oco = %s WHERE codoco = %s", ACCENTS, ticket)
    for database, charset, expected in (
        (old, "utf8mb4", plain), (old, "latin1", plain), (new, "utf8mb4", ACCENTS), (new, "latin1", ACCENTS),
    ):  # fmt: skip
        async with database.reader(database.url(charset=charset)) as erp:
            assert (await erp.get(ticket)).descricao == expected
            assert await erp.search_clients("🙂 é") == []
            if database is old:
                contato = (await erp.get(ticket)).contato
                assert contato is not None
                assert contato.nome == "João"
    old.sql("UPDATE ocorrencias SET descri_oco = CONVERT(%s USING latin1) WHERE codoco = %s", ACCENTS.encode(), ticket)
    with old.server.root(old.schema) as cursor:
        cursor.execute("SELECT HEX(descri_oco) FROM ocorrencias WHERE codoco = %s", (ticket,))
        assert bytes.fromhex(cursor.fetchone()[0]) == ACCENTS.encode()
    async with old.reader() as erp:
        assert (await erp.get(ticket)).descricao == ACCENTS


async def test_other_charsets_are_converted(own):
    person = own.a_client
    own.sql("ALTER TABLE clientes MODIFY nome_cli VARCHAR(60) CHARACTER SET cp850")
    own.sql("UPDATE clientes SET nome_cli = 'Conceição Órfã' WHERE codcli = %s", person["codcli"])
    async with own.reader() as erp:
        [found] = await erp.search_clients("conceição órfã")
        assert found.nome == "Conceição Órfã"
        assert (await erp.find_client(person["cpf"] or person["cnpj"])) == found


ODD: list[tuple[str, Any]] = [
    ("data_lan = '0000-00-00', data_sol = '0000-00-00'", {"aberto_em": None, "status": Status.PENDENTE}),
    ("data_lan = NULL, data_sol = NULL", {"aberto_em": None, "status": Status.PENDENTE}),
    ("data_lan = '2024-03-00'", {"aberto_em": None}),
    ("descri_oco = NULL, nome_contato = NULL, codsercli = NULL, codcar = NULL, tipo_contato = NULL",
     {"descricao": "", "contato": None, "plano": None, "departamento": None, "origem": None}),
    ("numero_oco = NULL", {"protocolo": None}),
    ("codcli = NULL, codcon = '01PONTO000'", {"ponto_roteamento": Vinculo(id="01PONTO000")}),
    ("codocop = '01NOSUCH00'", {"assunto": Termo(id="01NOSUCH00")}),
    ("codcli = 999999", {"cliente": Cliente(id="999999")}),
    ("descri_oco = CONCAT('a', CHAR(0), CHAR(7), REPEAT('é', 70000))", {"descricao": "a" + "é" * 70000}),
    ("data_sol = '2024-02-30 10:00:00'", {"encerrado_em": None}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), ODD)
async def test_zero_dates_and_nulls(own, change, expected):  # quirk 9
    own.sql("ALTER TABLE ocorrencias MODIFY data_lan DATETIME NULL, MODIFY data_sol DATETIME NULL")
    with own.server.root(own.schema) as cursor:
        cursor.execute("SET sql_mode = 'ALLOW_INVALID_DATES'")
        cursor.execute(f"UPDATE ocorrencias SET {change.replace('%', '%%')} WHERE codoco = %s", (own.an_open_one,))
    async with own.reader() as erp:
        if "encerrado_em" in expected:
            with pytest.raises(Malformed, match="data_sol:2024-02-30 10:00:00"):
                await erp.get(own.an_open_one)
            return
        found = await erp.get(own.an_open_one)
        assert {name: getattr(found, name) for name in expected} == expected
        assert own.an_open_one in tickets(await listed(erp, only_open=True))


async def test_a_broken_solving_date_is_named_in_the_feed(own):
    own.sql("UPDATE ocorrencias SET data_sol = '2024-03-00' WHERE codoco = %s", own.an_open_one)
    async with own.reader() as erp:
        unreadable = [entry for page in await listed(erp) for entry in page.unreadable]
    assert Unreadable(own.an_open_one, "status", "data_sol:2024-03-00 00:00:00") in unreadable


@pytest.mark.parametrize(
    "sql_mode", ["", "TRADITIONAL,ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,EMPTY_STRING_IS_NULL"]
)
async def test_any_sql_mode(own, sql_mode):
    own.sql("UPDATE clientes SET nome_cli = %s WHERE codcli = %s", 'D\'Ávila \\ "Cia"', own.a_client["codcli"])
    own.sql("UPDATE ocorrencias SET data_lan = '0000-00-00' WHERE codoco = %s", own.an_open_one)
    own.sql("SET GLOBAL sql_mode = %s", sql_mode)
    try:
        async with own.reader() as erp:
            assert (await erp.get(own.an_open_one)).aberto_em is None
            for words in ("d'ávila \\", '\\ "'):
                assert [found.id for found in await erp.search_clients(words)] == [own.a_client["codcli"]]
            assert len(tickets(await listed(erp))) > 30
        own.server.user("dono", "ALL PRIVILEGES ON ispintegrator.*")
        with pytest.raises(ConfigError, match="may write"):  # rights are shown in other quotes under some modes
            async with own.reader(own.server.url(own.schema, "dono")):
                pass
    finally:
        own.sql("SET GLOBAL sql_mode = ''")


# --- what a tenant's schema may lack


async def test_before_it_is_entered_only_what_is_proven_is_promised(own):
    erp = own.reader()
    assert Capability.MOVEMENTS not in erp.capabilities
    assert {Capability.CHANGED_SINCE, Capability.GET, Capability.WORK_ORDERS} <= erp.capabilities
    assert erp.idempotency is Idempotency.LISTING
    assert erp.requests == 0
    with pytest.raises(RuntimeError, match="async with"):
        await erp.get("01A")
    async with erp:
        assert Capability.MOVEMENTS in erp.capabilities
        async with erp:  # once is enough
            pass


async def test_a_schema_with_nothing_but_the_proven_columns(mariadb):
    box = DatabaseBox(mariadb, "isp_bare", columns=PROVEN)
    async with box.reader(page_size=7) as erp:
        assert Capability.MOVEMENTS not in erp.capabilities  # no id, so nothing could know a comment again
        found = tickets(await listed(erp))
        assert len(found) > 30
        assert found[box.an_open_one].cliente is not None
        assert {name for name, support in erp.fields.items() if support.create and not support.read} == {
            "departamento", "origem", "contato",
        }  # fmt: skip
        assert not erp.fields["alterado_em"].read
        assert all(ticket.departamento is None for ticket in found.values())
        assert await erp.vocabulary("departamento")  # the configured lines
        words = await erp.ping()
        for name in ("ocorrencias.codcar", "comentarios.codcom", "comentarios.data_com", "cargos", "usuarios"):
            assert name in words
        assert "data_lan" not in words


async def test_only_tickets(mariadb):
    """A user who was granted one table, or but some columns of it, is not in the way of the rest."""
    box = DatabaseBox(mariadb, "isp_narrow")
    mariadb.user("bridge_narrow", "SELECT (codoco, data_lan, data_sol, codsto, codcli) ON isp_narrow.ocorrencias")
    async with box.reader(mariadb.url("isp_narrow", "bridge_narrow")) as erp:
        reads = {Capability.CHANGED_SINCE, Capability.OPEN_TICKETS, Capability.GET, Capability.TICKETS_OF_CLIENT}
        assert reads == erp.capabilities & {
            *reads, Capability.MOVEMENTS, Capability.FIND_BY_PROTOCOLO, Capability.FIND_CLIENT,
            Capability.SEARCH_CLIENTS, Capability.WORK_ORDERS,
        }  # fmt: skip
        assert len(tickets(await listed(erp))) > 30
        ticket = await erp.get(box.an_open_one)
        assert ticket.cliente == Cliente(id=str(box.tickets[box.an_open_one]["codcli"]))
        assert not erp.fields["descricao"].read
        # types and plans have public calls, which are asked instead
        assert len(await erp.vocabulary("assunto")) > 5
        assert (await erp.contracts(box.a_client["codcli"])).keys() == {"plano"}
        assert await erp.vocabulary("categoria") == []


async def test_comments_by_any_key_and_with_their_author_in_either_place(mariadb):
    """The key of the table tells comments apart, whatever its name; without one they are not read."""
    columns = joined(PROVEN, {"comentarios": {"nome_usu": "VARCHAR(40)", "data_com": "DATETIME"}})
    box = DatabaseBox(mariadb, "isp_key", columns=columns)
    async with box.reader() as erp:
        assert Capability.MOVEMENTS not in erp.capabilities
    box.sql("ALTER TABLE comentarios ADD seq INT AUTO_INCREMENT PRIMARY KEY FIRST")
    box.sql("UPDATE comentarios SET nome_usu = 'Zé  ' ")
    ticket = next(iter(box.comments.values()))["codoco"]
    async with box.reader() as erp:
        [[number]] = box.sql("SELECT MIN(seq) FROM comentarios WHERE codoco = %s", ticket)
        first = (await erp.movements(ticket))[0]
        assert (first.id, first.autor) == (f"c{number}", "Zé")


async def test_whom_to_call_back(mariadb):
    box = DatabaseBox(mariadb, "isp_contact", columns=joined(PROVEN, LIKELY, CONTACT))
    box.sql(
        "UPDATE ocorrencias SET fone_resposta = ' 5133334444', celular_resposta = '', email_resposta = 'a@b.example'"
    )
    async with box.reader() as erp:
        contato = (await erp.get(box.an_open_one)).contato
        assert contato is not None
        assert (contato.telefone, contato.email) == ("5133334444", "a@b.example")


async def test_an_upgrade_of_the_tenant_is_noticed(own):
    async with own.reader() as erp:
        assert (await erp.get(own.an_open_one)).departamento is not None
        own.sql("ALTER TABLE ocorrencias DROP COLUMN codcar")
        with pytest.raises(Malformed, match="since the schema was looked at"):
            await erp.get(own.an_open_one)
        assert (await erp.get(own.an_open_one)).departamento is None


# --- writing stays with the API, and shows in the database


async def test_what_is_written_is_read_back_from_the_database(own):
    novo = Atendimento(
        cliente=Cliente(id=own.a_client["codcli"]), assunto=Termo(nome="lentidao"), titulo="Lentidão à noite",
        descricao=ACCENTS, departamento=Termo(nome="suporte tecnico"), footer=FOOTER,
    )  # fmt: skip
    async with own.reader() as erp:
        stored = await erp.create(novo)
        assert stored.status is Status.PENDENTE  # which only the database could say
        assert same_but_for_losses(ACCENTS, stored.descricao)
        assert (stored.titulo, stored.footer and stored.footer.ref) == ("Lentidão à noite", FOOTER.ref)
        id = stored.id or ""
        sent = Movimentacao(
            texto="já vai", footer=FOOTER.model_copy(update={"ref": Ref(erp="matriz", id="1", part="m9")})
        )
        comment = await erp.add_movement(id, sent)
        assert await erp.movements(id) == [comment]
        assert (await erp.solve(id, "Feito")).status is Status.SOLUCIONADO
        assert [movement.texto for movement in await erp.movements(id)] == ["já vai", "Feito"]
    assert own.sim.count("view.execute") == 0
