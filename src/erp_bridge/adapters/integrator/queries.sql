-- Saved queries of the bridge, for the tenant to paste into Integrator; their codes go into [erp.X.queries].
--
-- Consultas da ponte para salvar no Integrator (MySQL, esquema ispintegrator), uma por nome. O código que o sistema dá
-- a cada consulta salva vai em [erp.X.queries] do bridge.toml; uma consulta que faltar só tira o recurso dela.
--
-- * Parâmetros estão como :nome e chegam como texto. Como o editor do seu Integrator escreve um parâmetro não é
--   público: troque :nome pela forma dele. :limite precisa chegar a LIMIT como número, sem aspas.
-- * Linhas com "-- confirme" usam tabelas ou colunas que nenhuma fonte pública mostra: confira o nome no seu banco,
--   troque, ou escreva '' AS coluna se não existir. `erp-bridge check` lê os atendimentos abertos e mostra o que falta.
-- * Se data_lan, data_sol ou data_com forem DATE, sem hora, compare com DATE(:desde): senão o dia de hoje fica de fora.
-- * Só leitura. Não dê à consulta nenhum outro efeito: a ponte pode repeti-la.

-- name: atendimentos
-- Abertos, encerrados ou comentados desde :desde, com codoco maior que :apos, em ordem de codoco.
SELECT o.codoco, o.numero_oco, o.codcli, o.codcon, o.codpros, o.codsercli, o.codocop, t.nome_ocop, o.codcatoco,
       k.descri_catoco, o.codsto, o.descri_oco, o.data_lan, o.data_sol, c.cpf, c.cnpj, c.nome_cli,
       o.codcar, g.nome_car,                                      -- confirme
       o.tipo_contato, o.nome_contato                             -- confirme
       -- , o.alterado_em                                         -- confirme: data da última alteração, se houver
       -- , o.celular_resposta, o.fone_resposta, o.email_resposta -- confirme: quem deve receber o retorno
  FROM (SELECT codoco FROM ocorrencias WHERE data_lan >= :desde
        UNION
        SELECT codoco FROM ocorrencias WHERE data_sol >= :desde
        -- UNION SELECT codoco FROM ocorrencias WHERE alterado_em >= :desde -- confirme
        UNION
        SELECT codoco FROM comentarios WHERE data_com >= :desde   -- confirme
       ) AS m
  JOIN ocorrencias o ON o.codoco = m.codoco
  LEFT JOIN oco_padrao t ON t.codocop = o.codocop
  LEFT JOIN categoria_oco k ON k.codcatoco = o.codcatoco
  LEFT JOIN clientes c ON c.codcli = o.codcli
  LEFT JOIN cargos g ON g.codcar = o.codcar                       -- confirme
 WHERE o.codoco > :apos
 ORDER BY o.codoco
 LIMIT :limite;

-- name: abertos
-- Todos os abertos, com codoco maior que :apos, em ordem de codoco.
SELECT o.codoco, o.numero_oco, o.codcli, o.codcon, o.codpros, o.codsercli, o.codocop, t.nome_ocop, o.codcatoco,
       k.descri_catoco, o.codsto, o.descri_oco, o.data_lan, o.data_sol, c.cpf, c.cnpj, c.nome_cli,
       o.codcar, g.nome_car,                                      -- confirme
       o.tipo_contato, o.nome_contato                             -- confirme
       -- , o.alterado_em                                         -- confirme
       -- , o.celular_resposta, o.fone_resposta, o.email_resposta -- confirme
  FROM ocorrencias o
  LEFT JOIN oco_padrao t ON t.codocop = o.codocop
  LEFT JOIN categoria_oco k ON k.codcatoco = o.codcatoco
  LEFT JOIN clientes c ON c.codcli = o.codcli
  LEFT JOIN cargos g ON g.codcar = o.codcar                       -- confirme
 WHERE o.codoco > :apos
   AND (o.data_sol IS NULL OR o.data_sol < '1970-01-01')
 ORDER BY o.codoco
 LIMIT :limite;

-- name: atendimento
-- Um, pelo codoco.
SELECT o.codoco, o.numero_oco, o.codcli, o.codcon, o.codpros, o.codsercli, o.codocop, t.nome_ocop, o.codcatoco,
       k.descri_catoco, o.codsto, o.descri_oco, o.data_lan, o.data_sol, c.cpf, c.cnpj, c.nome_cli,
       o.codcar, g.nome_car,                                      -- confirme
       o.tipo_contato, o.nome_contato                             -- confirme
       -- , o.alterado_em                                         -- confirme
       -- , o.celular_resposta, o.fone_resposta, o.email_resposta -- confirme
  FROM ocorrencias o
  LEFT JOIN oco_padrao t ON t.codocop = o.codocop
  LEFT JOIN categoria_oco k ON k.codcatoco = o.codcatoco
  LEFT JOIN clientes c ON c.codcli = o.codcli
  LEFT JOIN cargos g ON g.codcar = o.codcar                       -- confirme
 WHERE o.codoco = :codoco;

-- name: atendimento_protocolo
-- Um, pelo protocolo dito ao cliente.
SELECT o.codoco, o.numero_oco, o.codcli, o.codcon, o.codpros, o.codsercli, o.codocop, t.nome_ocop, o.codcatoco,
       k.descri_catoco, o.codsto, o.descri_oco, o.data_lan, o.data_sol, c.cpf, c.cnpj, c.nome_cli,
       o.codcar, g.nome_car,                                      -- confirme
       o.tipo_contato, o.nome_contato                             -- confirme
       -- , o.alterado_em                                         -- confirme
       -- , o.celular_resposta, o.fone_resposta, o.email_resposta -- confirme
  FROM ocorrencias o
  LEFT JOIN oco_padrao t ON t.codocop = o.codocop
  LEFT JOIN categoria_oco k ON k.codcatoco = o.codcatoco
  LEFT JOIN clientes c ON c.codcli = o.codcli
  LEFT JOIN cargos g ON g.codcar = o.codcar                       -- confirme
 WHERE o.numero_oco = :numero_oco;

-- name: atendimentos_cliente
-- Todos os de um cliente, do mais novo ao mais antigo.
SELECT o.codoco, o.numero_oco, o.codcli, o.codcon, o.codpros, o.codsercli, o.codocop, t.nome_ocop, o.codcatoco,
       k.descri_catoco, o.codsto, o.descri_oco, o.data_lan, o.data_sol, c.cpf, c.cnpj, c.nome_cli,
       o.codcar, g.nome_car,                                      -- confirme
       o.tipo_contato, o.nome_contato                             -- confirme
       -- , o.alterado_em                                         -- confirme
       -- , o.celular_resposta, o.fone_resposta, o.email_resposta -- confirme
  FROM ocorrencias o
  LEFT JOIN oco_padrao t ON t.codocop = o.codocop
  LEFT JOIN categoria_oco k ON k.codcatoco = o.codcatoco
  LEFT JOIN clientes c ON c.codcli = o.codcli
  LEFT JOIN cargos g ON g.codcar = o.codcar                       -- confirme
 WHERE o.codcli = :codcli
 ORDER BY o.data_lan DESC, o.codoco DESC;

-- name: comentarios
-- Os comentários de vários atendimentos. :codocos vem em ordem, separado por vírgulas: o BETWEEN usa o índice.
SELECT m.codoco, m.descri_com,
       m.codcom, m.data_com,                                      -- confirme
       u.nome_usu                                                 -- confirme
  FROM comentarios m
  LEFT JOIN usuarios u ON u.codusu = m.codusu                     -- confirme
 WHERE m.codoco BETWEEN SUBSTRING_INDEX(:codocos, ',', 1) AND SUBSTRING_INDEX(:codocos, ',', -1)
   AND FIND_IN_SET(m.codoco, :codocos) > 0
 ORDER BY m.codcom;                                               -- confirme

-- name: clientes
-- Todos os clientes com esse CPF ou CNPJ (só os dígitos; o CNPJ novo pode ter letras).
SELECT c.codcli, c.nome_cli, c.cpf, c.cnpj, c.ativo
  FROM clientes c
 WHERE REPLACE(REPLACE(REPLACE(TRIM(c.cpf), '.', ''), '-', ''), '/', '') = :documento
    OR REPLACE(REPLACE(REPLACE(TRIM(c.cnpj), '.', ''), '-', ''), '/', '') = :documento;

-- name: clientes_busca
-- Clientes pelo nome, no máximo :limite.
SELECT c.codcli, c.nome_cli, c.cpf, c.cnpj, c.ativo
  FROM clientes c
 WHERE c.nome_cli LIKE CONCAT('%', :texto, '%')
 ORDER BY c.nome_cli
 LIMIT :limite;

-- name: cargos
-- Os cargos que podem receber um atendimento.
SELECT g.codcar, g.nome_car                                       -- confirme
  FROM cargos g;                                                  -- confirme
