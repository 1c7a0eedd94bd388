-- grain: member
-- key: person_id
-- Fills, and what was paid for them, or allowed where paid is absent.
SELECT
  person_id,
  COUNT(*) AS fill_count,
  SUM(COALESCE(paid_cents, allowed_cents, 0)) AS pharmacy_cents
FROM pharmacy_line
GROUP BY person_id
