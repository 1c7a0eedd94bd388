-- scheme: not_eligible
-- title: services on days without coverage
-- source: 42 CFR 424.5(a)(3): services must be furnished while the individual is eligible to have payment made for them
-- precision: 0.7
-- required columns: service_date, enrollment
-- required reference: none
-- counterpoint: coverage restored with effect for the past, or coverage under another plan that these data do not hold
--
-- A paid line outside every span of enrolment of its member, of whatever payer and plan, first and
-- last day included. Members without a span are not judged, nor days outside the window that the
-- eligibility data cover: from the day by which 1 % of all spans had begun to the day after which
-- fewer than 1 % end, so that a stray date does not stretch it. What began on a covered day is
-- covered: an inpatient stay is its admission's, a claim over several days its first day's. A
-- newborn's first 31 days are the mother's. Days after death are another edit's.

-- table: span_start; key: day
SELECT start_day AS day, COUNT(*) AS span_count
FROM enrollment
GROUP BY start_day

-- table: span_end; key: day
SELECT end_day AS day, COUNT(*) AS span_count
FROM enrollment
GROUP BY end_day

-- table: finding
WITH begun AS (
  SELECT day, SUM(span_count) OVER (ORDER BY day NULLS FIRST ROWS UNBOUNDED PRECEDING) AS so_far, SUM(span_count) OVER () AS total
  FROM span_start
),
ended AS (
  SELECT day, SUM(span_count) OVER (ORDER BY day DESC NULLS FIRST ROWS UNBOUNDED PRECEDING) AS so_far, SUM(span_count) OVER () AS total
  FROM span_end
),
opening AS (
  SELECT MIN(day) AS first_day FROM begun WHERE so_far * 100 >= total
),
closing AS (
  SELECT MAX(day) AS last_day FROM ended WHERE so_far * 100 >= total
),
visit AS (
  SELECT DISTINCT l.person_id AS person_id, l.service_day AS service_day, COALESCE(l.admission_day, l.claim_start_day) AS begin_day
  FROM line AS l
  CROSS JOIN opening AS o
  CROSS JOIN closing AS c
  WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND l.service_day >= o.first_day AND l.service_day <= c.last_day
),
against AS (
  SELECT v.person_id AS person_id, v.service_day AS service_day, v.begin_day AS begin_day,
    CASE WHEN v.service_day >= e.start_day AND v.service_day <= e.end_day THEN 1
      WHEN v.begin_day >= e.start_day AND v.begin_day <= e.end_day THEN 1 ELSE 0 END AS covered,
    CASE WHEN e.end_day < v.service_day THEN e.end_day END AS ended_day
  FROM visit AS v
  INNER JOIN enrollment AS e ON v.person_id = e.person_id
),
uncovered AS (
  SELECT person_id, service_day, begin_day, MAX(ended_day) AS ended_day
  FROM against
  GROUP BY person_id, service_day, begin_day
  HAVING MAX(covered) = 0
),
judged AS (
  SELECT u.person_id AS person_id, u.service_day AS service_day, u.begin_day AS begin_day, u.ended_day AS ended_day
  FROM uncovered AS u
  LEFT JOIN member AS m ON u.person_id = m.person_id
  WHERE (m.birth_day IS NULL OR u.service_day > m.birth_day + 31 OR u.service_day < m.birth_day)
    AND (m.death_day IS NULL OR u.service_day <= m.death_day)
)
SELECT
  l.provider_id AS entity_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS risk_cents,
  CASE WHEN j.ended_day IS NULL THEN 'before coverage began'
    ELSE CONCAT(CAST(j.service_day - j.ended_day AS VARCHAR), ' days after coverage ended') END AS note
FROM line AS l
INNER JOIN judged AS j
  ON l.person_id = j.person_id AND l.service_day = j.service_day
WHERE l.line_status = 'paid' AND l.amount_cents > 0
  AND COALESCE(l.admission_day, l.claim_start_day) = j.begin_day
