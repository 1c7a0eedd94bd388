-- Lines of the scope of an audit: of the stated providers (or members), codes, payer and period,
-- whatever became of them. `left_out` says what keeps a line out of the sampling frame: only what
-- was paid and still stands can have been overpaid. A code is a procedure code or, on
-- institutional claims, an MS-DRG. The period is one of service dates.
--
-- Reads audit_scope (one row: first and last day, whether entities are members, whether every code
-- and every payer counts), audit_entity and audit_code.
WITH keyed AS (
  SELECT
    CASE WHEN s.by_member THEN l.person_id ELSE l.provider_id END AS entity_id,
    s.every_code AS every_code,
    l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number,
    l.person_id AS person_id, l.payer AS payer, l.service_day AS service_day,
    l.hcpcs_code AS hcpcs_code, l.drg_code AS drg_code,
    l.paid_cents AS paid_cents, l.line_status AS line_status
  FROM line AS l
  CROSS JOIN audit_scope AS s
  WHERE l.service_day >= s.from_day AND l.service_day <= s.to_day
    AND (s.every_payer OR l.payer = s.payer)
),
of_entity AS (
  SELECT k.*
  FROM keyed AS k
  INNER JOIN audit_entity AS e ON k.entity_id = e.entity_id
)
SELECT
  o.data_source AS data_source, o.claim_id AS claim_id, o.claim_line_number AS claim_line_number,
  o.person_id AS person_id, o.payer AS payer, o.service_day AS service_day, o.paid_cents AS paid_cents,
  CASE WHEN p.code IS NOT NULL THEN p.code ELSE g.code END AS code,
  CASE
    WHEN o.line_status = 'denied' THEN 'denied'
    WHEN o.line_status = 'reversed' OR o.line_status = 'replaced' THEN 'reversed or replaced'
    WHEN o.paid_cents IS NULL THEN 'no paid amount'
    WHEN o.paid_cents = 0 THEN 'zero paid'
    ELSE NULL
  END AS left_out
FROM of_entity AS o
LEFT JOIN audit_code AS p ON o.hcpcs_code = p.code
LEFT JOIN audit_code AS g ON o.drg_code = g.code
WHERE o.every_code OR p.code IS NOT NULL OR g.code IS NOT NULL
