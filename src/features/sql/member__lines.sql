-- grain: member
-- key: person_id
-- A member lies in one bucket, so these rows are complete as they are.
WITH visit AS (
  SELECT person_id, provider_id, service_day, COUNT(*) AS line_count, SUM(COALESCE(allowed_cents, 0)) AS allowed_cents,
    SUM(COALESCE(paid_cents, 0)) AS paid_cents, SUM(COALESCE(amount_cents, 0)) AS amount_cents
  FROM line
  WHERE active
  GROUP BY person_id, provider_id, service_day
)
SELECT
  person_id,
  SUM(line_count) AS line_count,
  COUNT(*) AS visit_count,
  COUNT(DISTINCT provider_id) AS provider_count,
  SUM(allowed_cents) AS allowed_cents,
  SUM(paid_cents) AS paid_cents,
  SUM(amount_cents) AS amount_cents
FROM visit
GROUP BY person_id
