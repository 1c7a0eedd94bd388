-- cells: member_visits
-- Days with a face-to-face professional or outpatient service, per enrolled day.
-- Strata: condition tier by age band, members with a cancer diagnosis apart. Days enrolled count
-- within the claims' own window only, and only what falls on them counts. A member's visits cannot
-- be split into independent halves, so all lie in half 0 and what clusters shows in the spread
-- between members.
WITH enrolled AS (
  SELECT
    e.person_id AS person_id,
    SUM(
      CASE WHEN e.end_day < r.as_of_day THEN e.end_day ELSE r.as_of_day END
      - CASE WHEN e.start_day > r.from_day THEN e.start_day ELSE r.from_day END + 1
    ) AS days
  FROM enrollment AS e
  CROSS JOIN run AS r
  WHERE e.start_day <= r.as_of_day AND e.end_day >= r.from_day
  GROUP BY e.person_id
),
cancer AS (
  SELECT person_id, COUNT(*) AS codes
  FROM diagnosis
  WHERE (code_type = 'icd-10-cm' AND code >= 'C00' AND code < 'D00')
    OR (code_type = 'icd-9-cm' AND code >= '140' AND code < '210')
  GROUP BY person_id
),
day AS (
  SELECT l.person_id AS person_id, l.service_day AS service_day, COUNT(*) AS line_count
  FROM line AS l
  INNER JOIN enrollment AS e ON l.person_id = e.person_id
  WHERE l.active AND l.service_day >= e.start_day AND l.service_day <= e.end_day
    AND COALESCE(l.place_of_service_code, '') NOT IN ('02', '10', '21', '51', '61', '81')
    AND l.admission_day IS NULL
  GROUP BY l.person_id, l.service_day
),
counted AS (
  SELECT person_id, COUNT(*) AS visits
  FROM day
  GROUP BY person_id
)
SELECT
  m.person_id AS person_id,
  CONCAT(CAST(m.condition_tier AS VARCHAR), '/', m.age_band, '/', CASE WHEN c.codes IS NULL THEN 'other' ELSE 'cancer' END) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  0 AS half,
  SUM(COALESCE(v.visits, 0)) AS numerator,
  SUM(e.days) AS denominator
FROM member AS m
INNER JOIN enrolled AS e ON m.person_id = e.person_id
LEFT JOIN cancer AS c ON m.person_id = c.person_id
LEFT JOIN counted AS v ON m.person_id = v.person_id
GROUP BY m.person_id, m.condition_tier, m.age_band, c.codes
