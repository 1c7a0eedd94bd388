-- grain: member
-- key: person_id
-- Days inside spans that end by the as-of date; overlapping plans count twice.
SELECT
  e.person_id AS person_id,
  SUM(CASE WHEN e.end_day < r.as_of_day THEN e.end_day ELSE r.as_of_day END - e.start_day + 1) AS enrolled_days
FROM enrollment AS e
CROSS JOIN run AS r
WHERE e.start_day <= r.as_of_day
GROUP BY e.person_id
