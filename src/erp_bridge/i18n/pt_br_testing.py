"""Portuguese for the conformance kit and ``adapter test``."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # --- what each check proves
    "It describes itself completely: name, zone, every field of the model, times and limits that make sense.": (
        "Descreve-se por completo: nome, fuso, cada campo do modelo, tempos e limites que fazem sentido."
    ),
    "What it does not claim raises Unsupported before any request.": (
        "O que não declara levanta Unsupported antes de qualquer requisição."
    ),
    "A ping makes an authenticated request and says whom it reached.": (
        "Um ping faz uma requisição autenticada e diz com quem falou."
    ),
    "It tells what its own user lacks: a topic and a line each, and only capabilities that it claims.": (
        "Diz o que falta ao seu próprio usuário: um tema e uma linha cada, e só capacidades que declara."
    ),
    "It counts its requests truly.": "Conta suas requisições com exatidão.",
    "A ticket is read by its id, just as other ways of reading show it.": (
        "Um atendimento é lido pelo id, tal como as outras formas de leitura o mostram."
    ),
    "A ticket that is not there is NotFound.": "Um atendimento que não existe é NotFound.",
    "Many tickets are read by id at once; missing ones are left out.": (
        "Muitos atendimentos são lidos por id de uma vez; os que faltam ficam de fora."
    ),
    "A ticket is found by its protocolo.": "Um atendimento é achado pelo protocolo.",
    "A protocolo that nobody was given finds nothing, even if it begins or ends like another.": (
        "Um protocolo que ninguém recebeu não acha nada, ainda que comece ou termine como outro."
    ),
    "A client's tickets are all there, and nobody else's.": (
        "Os atendimentos de um cliente vêm todos, e os de mais ninguém."
    ),
    "A client's tickets come by status or by title when asked so.": (
        "Os atendimentos de um cliente vêm por status ou por título quando se pede."
    ),
    "A client is found by document, with punctuation or without; nobody is None.": (
        "Um cliente é achado pelo documento, com pontuação ou sem; ninguém é None."
    ),
    "A search by name finds the client and keeps to its limit.": (
        "Uma busca por nome acha o cliente e respeita o limite."
    ),
    "A client's connections come by field, each with its id.": (
        "Os vínculos de um cliente vêm por campo, cada um com seu id."
    ),
    "The ERP's lists have an id and a name for each term.": "As listas do ERP têm id e nome para cada termo.",
    "The rules of a subject are told.": "As regras de um assunto são informadas.",
    "The time of a ticket is the moment it was opened, in whatever zone the ERP writes it.": (
        "A hora de um atendimento é o momento em que foi aberto, em qualquer fuso que o ERP a escreva."
    ),
    "A protocolo reserved before the ticket is sent finds the ticket again.": (
        "Um protocolo reservado antes do envio acha o atendimento de novo."
    ),
    "A ticket with a marker is found by it within the declared lag.": (
        "Um atendimento com marcador é achado por ele dentro do atraso declarado."
    ),
    "Tickets read in bulk get their client's document, at once or by with_clients.": (
        "Atendimentos lidos em lote recebem o documento do cliente, de imediato ou por with_clients."
    ),
    "A new ticket is returned as it is stored.": "Um atendimento novo é devolvido como foi gravado.",
    "A ticket that breaks a rule is refused and not sent.": (
        "Um atendimento que quebra uma regra é recusado e não é enviado."
    ),
    "Emoji, accents and rare signs survive.": "Emoji, acentos e sinais raros sobrevivem.",
    "Line ends of any kind survive, and none are added.": (
        "Fins de linha de qualquer tipo sobrevivem, e nenhum é acrescentado."
    ),
    "Text that looks like markup or code stays text.": "Texto que parece marcação ou código continua texto.",
    "A text of 64 kB, or of max_text if that is less, survives with its marker.": (
        "Um texto de 64 kB, ou de max_text se for menos, sobrevive com o marcador."
    ),
    "A text beyond max_text is refused, not cut in silence.": (
        "Um texto além de max_text é recusado, não cortado em silêncio."
    ),
    "What was not given comes back as nothing: no zero, no word for null, no date of year 0.": (
        "O que não foi informado volta como nada: nem zero, nem palavra para nulo, nem data do ano 0."
    ),
    "The marker is cut from a ticket's text on reading and comes back whole beside it.": (
        "O marcador é retirado do texto do atendimento na leitura e volta inteiro ao lado dele."
    ),
    "A changed text keeps the marker it had.": "Um texto alterado conserva o marcador que tinha.",
    "Every field declared for creation is stored and read back; one declared unreadable stays empty.": (
        "Cada campo declarado para a criação é gravado e relido; o declarado ilegível fica vazio."
    ),
    "Every field declared as changeable changes, and reads so afterwards.": (
        "Cada campo declarado alterável muda, e assim é lido depois."
    ),
    "A change touches the fields it names and no others.": "Uma alteração toca os campos que nomeia e nenhum outro.",
    "A field declared as unchangeable is refused, and the ticket stays as it was.": (
        "Um campo declarado inalterável é recusado, e o atendimento fica como estava."
    ),
    "A write that expects a version goes through while it is current, and is Overtaken when somebody was faster.": (
        "Uma escrita que espera uma versão passa enquanto ela vale, e é Overtaken quando alguém foi mais rápido."
    ),
    "A message is stored with its text, its ticket and the id that was returned for it.": (
        "Uma mensagem é gravada com seu texto, seu atendimento e o id devolvido por ela."
    ),
    "Emoji, line ends, markup and long texts survive in messages.": (
        "Emoji, fins de linha, marcação e textos longos sobrevivem em mensagens."
    ),
    "A message's marker is cut off on reading and comes back whole beside the text.": (
        "O marcador de uma mensagem é retirado na leitura e volta inteiro ao lado do texto."
    ),
    "Messages come in the order in which they were written, each with an id of its own that stays.": (
        "As mensagens vêm na ordem em que foram escritas, cada uma com um id próprio que permanece."
    ),
    "Histories read in bulk are those read one by one.": "Históricos lidos em lote são os mesmos lidos um a um.",
    "The time of a message is the moment it was written.": "A hora de uma mensagem é o momento em que foi escrita.",
    "A message of unknown visibility does not become public; a private one stays private.": (
        "Uma mensagem de visibilidade desconhecida não se torna pública; uma privada continua privada."
    ),
    "A message that names no status leaves the ticket's status alone.": (
        "Uma mensagem que não nomeia status deixa o status do atendimento em paz."
    ),
    "A message that names a status sets it in the same write.": (
        "Uma mensagem que nomeia um status o define na mesma escrita."
    ),
    "A message without a text and one beyond max_text are refused.": (
        "Uma mensagem sem texto e uma além de max_text são recusadas."
    ),
    "Every status it says it can reach is reached, and read so.": (
        "Cada status que diz alcançar é alcançado, e assim é lido."
    ),
    "The message that explains a status arrives with it.": "A mensagem que explica um status chega com ele.",
    "Taking over, pausing, solving and cancelling lead to their status.": (
        "Assumir, pausar, solucionar e cancelar levam ao seu status."
    ),
    "Pausing needs a reason, and a cancelled ticket takes nothing more.": (
        "Pausar exige um motivo, e um atendimento cancelado não aceita mais nada."
    ),
    "A forwarded ticket stands in the other department.": "Um atendimento encaminhado está no outro departamento.",
    "A service tag is set and read back.": "Uma etiqueta de serviço é definida e relida.",
    "A file that was attached is listed with its name.": "Um arquivo anexado é listado com seu nome.",
    "A ticket without files has none.": "Um atendimento sem arquivos não tem nenhum.",
    "The content of a file comes back byte by byte.": "O conteúdo de um arquivo volta byte a byte.",
    "Work orders are listed, and a ticket without any has none.": (
        "As ordens de serviço são listadas, e um atendimento sem elas não tem nenhuma."
    ),
    "A new ticket comes with the next reading.": "Um atendimento novo vem com a próxima leitura.",
    "What a person changes in a ticket comes with the next reading.": (
        "O que uma pessoa altera num atendimento vem com a próxima leitura."
    ),
    "What a person writes to a ticket comes with the next reading, ticket and message.": (
        "O que uma pessoa escreve num atendimento vem com a próxima leitura, atendimento e mensagem."
    ),
    "Every cursor that was handed out brings all changes since, also when used again much later.": (
        "Cada cursor entregue traz todas as mudanças desde então, mesmo usado de novo muito depois."
    ),
    "Of many tickets with one and the same time none is missed, read at once or with a reading in between.": (
        "De muitos atendimentos com a mesma hora nenhum se perde, lidos de uma vez ou com uma leitura no meio."
    ),
    "Its cursor moves to times read in the ERP, never to our own clock.": (
        "Seu cursor avança para horas lidas no ERP, nunca para o nosso relógio."
    ),
    "An idle reading asks for pages, never for one ticket at a time.": (
        "Uma leitura ociosa pede páginas, nunca um atendimento por vez."
    ),
    "A ticket with an unknown status is named as unreadable, is Malformed to get, and keeps no other one back.": (
        "Um atendimento de status desconhecido é nomeado como ilegível, é Malformed para get e não retém nenhum outro."
    ),
    "The listing of open tickets shows those that are open, not those that are closed, and has no cursor.": (
        "A lista de atendimentos abertos mostra os abertos, não os encerrados, e não tem cursor."
    ),
    "Refused credentials (401, 403) are AuthError, in whatever is read.": (
        "Credenciais recusadas (401, 403) são AuthError, em tudo o que se lê."
    ),
    "An overloaded ERP or gateway (502, 503, 504) is Unavailable, and outlived if it passes.": (
        "Um ERP ou gateway sobrecarregado (502, 503, 504) é Unavailable, e superado se passar."
    ),
    "Too many requests (429) are Unavailable if it stays so.": (
        "Requisições demais (429) são Unavailable se continuar assim."
    ),
    "Retry-After holds back every request to that ERP for as long as it says.": (
        "Retry-After retém toda requisição àquele ERP pelo tempo que diz."
    ),
    "HTML where data should be is Malformed or the ERP's refusal, never an empty answer.": (
        "HTML onde deveria haver dados é Malformed ou recusa do ERP, nunca uma resposta vazia."
    ),
    "A broken ERP (500) is an error of the bridge, never an empty answer.": (
        "Um ERP quebrado (500) é um erro da ponte, nunca uma resposta vazia."
    ),
    "JSON of another form is Malformed, not a crash.": "JSON de outra forma é Malformed, não uma queda.",
    "An empty answer where data should be is Malformed.": "Uma resposta vazia onde deveria haver dados é Malformed.",
    "A redirect is Malformed and not followed.": "Um redirecionamento é Malformed e não é seguido.",
    "An answer that breaks off is read again, and Unavailable if it stays so.": (
        "Uma resposta que se interrompe é lida de novo, e Unavailable se continuar assim."
    ),
    "Half of an answer is Malformed, never half of the data.": (
        "Metade de uma resposta é Malformed, nunca metade dos dados."
    ),
    "No connection is Unavailable, and outlived if it passes.": "Sem conexão é Unavailable, e superado se passar.",
    "When the ERP is back, so is the adapter, without being opened anew.": (
        "Quando o ERP volta, volta também o adaptador, sem ser aberto de novo."
    ),
    "A lost reply to any request of a creation leaves one ticket at most, and Uncertain where there is one.": (
        "Uma resposta perdida em qualquer requisição de uma criação deixa um atendimento no máximo, e Uncertain se há."
    ),
    "A bad answer to any request of a creation leaves one ticket at most, and Uncertain where there is one.": (
        "Uma resposta ruim em qualquer requisição de uma criação deixa no máximo um atendimento, e Uncertain se há."
    ),
    "A line that dies in the middle of a creation leaves one ticket at most, and Uncertain where there is one.": (
        "Uma linha que cai no meio de uma criação deixa no máximo um atendimento, e Uncertain onde há um."
    ),
    "A lost reply to any request of a message leaves one message at most, and Uncertain where there is one.": (
        "Uma resposta perdida em qualquer requisição de uma mensagem deixa no máximo uma, e Uncertain onde há uma."
    ),
    "A bad answer or a dead line leaves one message at most, and Uncertain where there is one.": (
        "Uma resposta ruim ou uma linha morta deixa no máximo uma mensagem, e Uncertain onde há uma."
    ),
    "After a lost reply to a change of status, an error that reads as not written is true.": (
        "Depois de uma resposta perdida numa mudança de status, um erro que diz 'não gravado' é verdadeiro."
    ),
    "Many tickets by id cost a few requests, not one each.": (
        "Muitos atendimentos por id custam poucas requisições, não uma cada."
    ),
    "Clients looked up many at once, and their connections, are those looked up one by one.": (
        "Clientes buscados muitos de uma vez, e seus vínculos, são os mesmos buscados um a um."
    ),
    "Files listed for many tickets at once are those listed one by one.": (
        "Arquivos listados para muitos atendimentos de uma vez são os mesmos listados um a um."
    ),
    "The archive lists each ticket of its time once, open or closed, and none from outside.": (
        "O arquivo lista cada atendimento do período uma vez, aberto ou encerrado, e nenhum de fora."
    ),
    "The archive comes in the order of ids and goes on behind any of them.": (
        "O arquivo vem na ordem dos ids e continua depois de qualquer um deles."
    ),
    "A ticket opened without a look is there, as the answer said, under the id that was returned.": (
        "Um atendimento aberto sem conferir está lá, como disse a resposta, sob o id devolvido."
    ),
    "A lost reply to a ticket opened without a look leaves one at most, and Uncertain where there is one.": (
        "Uma resposta perdida a um atendimento aberto sem conferir deixa no máximo um, e Uncertain onde há um."
    ),
    "A message written without a look around is there, once, under the id that was returned.": (
        "Uma mensagem escrita sem conferir em volta está lá, uma vez, sob o id devolvido."
    ),
    "A status written without a look around is reached, or is Unsupported before any request.": (
        "Um status escrito sem conferir em volta é alcançado, ou é Unsupported antes de qualquer requisição."
    ),
    "A lost reply to a message without a look around leaves one at most, and Uncertain where there is one.": (
        "Uma resposta perdida a uma mensagem sem conferir em volta deixa no máximo uma, e Uncertain onde há uma."
    ),
    "Credentials stand in no log line, no error and no repr, whatever goes wrong.": (
        "Credenciais não aparecem em linha de log, erro ou repr, aconteça o que acontecer."
    ),
    "Documents, names and texts of clients stand in no log line.": (
        "Documentos, nomes e textos de clientes não aparecem em nenhuma linha de log."
    ),
    # --- why a check failed or was skipped
    "not claimed: {capability}": "não declarado: {capability}",
    "{what}: expected {wanted}, got {got}": "{what}: esperado {wanted}, veio {got}",
    "no error": "nenhum erro",
    "this needs a clock that can be moved": "isto precisa de um relógio que se possa mover",
    "it can change every field": "ele pode alterar todos os campos",
    "the bench has no samples[{name}]: add one, or excuses[{excuse}]": (
        "a bancada não tem samples[{name}]: acrescente um, ou excuses[{excuse}]"
    ),
    "{field}: not on tickets with a marker": "{field}: não em atendimentos com marcador",
    "the bench's samples[{name}] is what a ticket has anyway": (
        "o samples[{name}] da bancada é o que um atendimento já tem de qualquer modo"
    ),
    "the test server shows no ticket, and none may be opened": (
        "o servidor de teste não mostra nenhum atendimento, e nenhum pode ser aberto"
    ),
    "the bench's novo has no cliente with {field}": "o novo da bancada não tem cliente com {field}",
    "it writes, and writing was not allowed": "ele escreve, e escrever não foi permitido",
    "it ended in {error}, which is no error of the bridge": "terminou em {error}, que não é um erro da ponte",
    "the bench names no secrets: add them, or excuses[{excuse}]": (
        "a bancada não nomeia segredos: acrescente-os, ou excuses[{excuse}]"
    ),
    "the bench has no people.{act}: offer it, or write in its place why there is none": (
        "a bancada não tem people.{act}: ofereça-o, ou escreva no lugar por que não há"
    ),
    # --- the command
    "Try whether an adapter keeps its promises: the conformance kit.\n\n"
    "NAME is an ERP of the configuration, or an adapter, which is then tried against its simulated ERP. In an ERP of "
    "the configuration only what reads is tried, unless --write is given: then some two hundred tickets are opened "
    "there for the client of --ticket, and none is removed. Do that in a test tenant only.": (
        "Testa se um adaptador cumpre o que promete: o kit de conformidade.\n\n"
        "NAME é um ERP da configuração, ou um adaptador, que então é testado contra o seu ERP simulado. Num ERP da "
        "configuração só se testa a leitura, a menos que se dê --write: então uns duzentos atendimentos são abertos "
        "lá para o cliente de --ticket, e nenhum é removido. Faça isso somente numa base de testes."
    ),
    "Try writing too: in a test tenant only.": "Testar também a escrita: somente numa base de testes.",
    "The ticket whose client, subject and department new ones get.": (
        "O atendimento cujo cliente, assunto e departamento os novos recebem."
    ),
    "ERP or simulated adapter": "ERP ou adaptador simulado",
    "skipped": "pulado",
    "Level": "Nível",
    "Level: {level}": "Nível: {level}",
    "none": "nenhum",
    "{passed} passed, {failed} failed, {skipped} skipped": "{passed} passaram, {failed} falharam, {skipped} pulados",
    "--write needs --ticket: a ticket of the client that new ones are opened for": (
        "--write exige --ticket: um atendimento do cliente para quem os novos são abertos"
    ),
    "Not all was tried, so there is no level; writing is tried with --write, in a test tenant.": (
        "Nem tudo foi testado, então não há nível; a escrita se testa com --write, numa base de testes."
    ),
    "Only checks whose names begin so; may be repeated.": (
        "Somente verificações cujos nomes começam assim; pode ser repetido."
    ),
    "no check has a name that begins with {text}": "nenhuma verificação tem nome que comece com {text}",
    "For {level} these have to pass: {checks}": "Para {level} têm de passar: {checks}",
    "nobody is at hand to do that in the ERP": "não há ninguém à mão para fazer isso no ERP",
    "this ERP shows no ticket to start from: name one with --ticket": (
        "este ERP não mostra nenhum atendimento de partida: indique um com --ticket"
    ),
}
