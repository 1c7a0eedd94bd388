"""The edits that compare lines with lines, worked out again by DuckDB in another form, line for line.

    edits.py make CLAIMS OUT       copies of a share of the lines of CLAIMS, changed in one or two things
    edits.py compare CLAIMS RUN    lines that only one side found, by edit; exit code 1 where there are any

CLAIMS is a folder as `claimhound synth` writes it. RUN is scanned with `minimum_edit_exposure = 0` and both
limits of `flood_guard` at 1, so that every hit is a line of evidence:

    claimhound synth --out claims --providers 3000 --lines 1000000 --seed 7
    edits.py make claims changed
    claimhound scan changed --out out --config all.toml
    edits.py compare changed out/latest

Nothing of the edits' SQL is used: claims are compared as sorted lists of their lines, stays night by night,
modifiers as lists. Statuses are derived from the raw columns, for claims like the generator's only.
"""

import pathlib
import shutil
import sys

import duckdb

SAME_DAY_EXEMPT = (
    "76 77 91 59 XE XS XP XU RT LT 50 E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 "
    "LC LD LM RC RI 26 TC 62 66 80 81 82 AS 58 78 79 53 73 74 RR NU UE JW JZ GN GO GP"
).split()
NEXT_DAY_EXEMPT = "76 77 91 59 XE XS XP XU 78 79 RR".split()
WARD_PLACES = "21 31 32 34 51 54 55 56 61 65".split()
OFFICE_OR_HOME = "05 07 11 49 50 57 71 72 12 13 14 16 33 55".split()

# Copies, chosen and changed by hash: every 40th professional line, every 60th professional claim a day later, and
# every third inpatient claim in another facility.
MAKE = """
copy (
  select * from read_parquet('{claims}/medical_claim.parquet')
  union all by name
  select * exclude (h, d) replace (
      'copy-' || claim_id as claim_id,
      case h % 8 when 0 then '25' when 1 then 'RT' when 2 then '95' else hcpcs_modifier_1 end as hcpcs_modifier_1,
      case when h % 11 = 0 or h % 8 = 3 then service_unit_quantity + 1 else service_unit_quantity end as service_unit_quantity,
      case when h % 8 = 3 and h % 3 = 0
             then (paid_amount / service_unit_quantity * (service_unit_quantity + 1))::decimal(18, 2)
           when h % 13 = 0 or h % 8 = 4 then paid_amount + 10 else paid_amount end as paid_amount,
      claim_start_date + d as claim_start_date, claim_end_date + d as claim_end_date,
      claim_line_start_date + d as claim_line_start_date, claim_line_end_date + d as claim_line_end_date)
  from (select *, hash(claim_id, claim_line_number) // 64 as h, case when h % 8 in (5, 6) then 1 when h % 8 = 7 then -1 else 0 end as d
        from read_parquet('{claims}/medical_claim.parquet')
        where claim_type = 'professional' and original_claim_id is null and hash(claim_line_number, claim_id) % 40 = 0)
  union all by name
  select * replace ('next-' || claim_id as claim_id,
      claim_start_date + 1 as claim_start_date, claim_end_date + 1 as claim_end_date,
      claim_line_start_date + 1 as claim_line_start_date, claim_line_end_date + 1 as claim_line_end_date)
  from read_parquet('{claims}/medical_claim.parquet')
  where claim_type = 'professional' and original_claim_id is null and hash(claim_id) % 60 = 1
  union all by name
  select * exclude (h, d, n, m) replace (
      'stay-' || claim_id as claim_id, m.other as facility_npi, m.other as billing_npi,
      claim_start_date + d as claim_start_date, claim_end_date + d + n as claim_end_date,
      claim_line_start_date + d as claim_line_start_date, claim_line_end_date + d as claim_line_end_date,
      admission_date + d as admission_date, discharge_date + d + n as discharge_date)
  from (select *, hash(claim_id) // 64 as h, (h % 7)::int - 3 as d, (h % 3)::int as n,
          {{'other': (select list(distinct facility_npi order by facility_npi) from read_parquet('{claims}/medical_claim.parquet')
                     where bill_type_code like '11%')[1 + (h % 5)::int]}} as m
        from read_parquet('{claims}/medical_claim.parquet')
        where bill_type_code like '11%' and original_claim_id is null and hash(claim_id) % 3 = 0)
) to '{out}/medical_claim.parquet' (format parquet)
"""

LINES = """
create table standing as
with raw as (
  select *, regexp_replace(coalesce(hcpcs_modifier_1, '') || ' ' || coalesce(hcpcs_modifier_2, ''), ' +$', '') as mods,
    coalesce(claim_line_start_date, claim_start_date)::date as day,
    coalesce(claim_line_end_date, case when claim_line_start_date is null then claim_end_date end,
             claim_line_start_date, claim_start_date)::date as last_day,
    if(claim_type = 'institutional', coalesce(facility_npi, billing_npi), coalesce(rendering_npi, billing_npi)) as provider,
    (paid_amount * 100)::bigint as cents, coalesce((service_unit_quantity * 1000)::bigint, -1) as units
  from read_parquet('{claims}/medical_claim.parquet')
),
undone as (select distinct original_claim_id as claim_id from raw
           where original_claim_id is not null and coalesce(claim_status, '') <> 'denied')
select *, string_split(mods, ' ') as mod_list, coalesce(payer, '') || '|' || coalesce(plan, '') as cover
from raw anti join undone using (claim_id)
where coalesce(claim_status, '') <> 'denied' and coalesce(claim_frequency_code, '1') <> '8' and cents >= 0;
create table line as from standing where cents > 0
"""

# Each line against the earlier claims of its day, by a lateral count of what differs.
NEAR = """
with u as (
  select * from line where day = last_day and hcpcs_code is not null and claim_type = 'professional'
    and not list_has_any(mod_list, {same_day})
    and hcpcs_code[:3] not in ('870', '871', '872', '881', '883') and hcpcs_code[:4] not in ('8600', '8623', '8625')
)
select distinct b.claim_id, b.claim_line_number
from u b join u a using (person_id, provider, hcpcs_code, day, cover)
where a.data_source || '|' || a.claim_id < b.data_source || '|' || b.claim_id
  and list_sum([(a.mods <> b.mods)::int, (a.units <> b.units)::int,
    (a.cents <> b.cents and (a.cents * b.units <> b.cents * a.units or hcpcs_code[1] between 'A' and 'Z'
       or hcpcs_code[1] = '0' or hcpcs_code[:2] in ('96', '97')))::int]) = 1
"""

# Whole claims as sorted lists of their lines, one day apart.
NEXT_DAY = """
with office_visit(code) as (select unnest({known_visits})), daily_visit(code) as (select unnest({daily_visits})),
l as (
  select *, day = last_day and diagnosis_code_1 is not null and claim_type = 'professional'
      and hcpcs_code not in (from daily_visit) and coalesce(place_of_service_code, '') not in (select unnest({ward}))
      and not list_has_any(mod_list, {next_day})
      and not (hcpcs_code[1] in ('A', 'B', 'C', '8') or hcpcs_code[1] between 'E' and 'Z'
        or hcpcs_code[:2] in ('97', '98') or hcpcs_code[:3] in ('772', '773', '774', '775', '776', '777', '908', '909', '925',
          '930', '946', '950', '951', '963', '964', '965', '995', '996', '364')
        or hcpcs_code[:4] in ('9378', '9379', '9929')) as fits,
    hcpcs_code in (from office_visit) as may_return
  from line
),
days as (select distinct person_id, provider, hcpcs_code, day from l where fits),
course as (
  select b.person_id, b.provider, b.hcpcs_code, b.day
  from days b join days o using (person_id, provider, hcpcs_code)
  where o.day <> b.day and o.day <> b.day - 1 and o.day between b.day - 8 and b.day + 7
),
claim as (
  select data_source, claim_id, any_value(person_id) as person_id, any_value(provider) as provider,
    any_value(cover) as cover, min(day) as day, max(day) as end_day,
    bool_and(fits and claim_id not in (select claim_id from standing where cents = 0)) as fits, bool_and(may_return) as may_return,
    list_sort(list(concat_ws('/', hcpcs_code, mods, units, cents, diagnosis_code_1, place_of_service_code, provider))) as content
  from l group by all
),
visits as (select distinct provider, person_id, hcpcs_code, day from l where claim_type = 'professional' and hcpcs_code in (select unnest({all_visits}))),
rate as (
  select v.provider, count(*) as days, count(*) filter (where exists (
    from visits w where w.provider = v.provider and w.person_id = v.person_id and w.hcpcs_code = v.hcpcs_code and w.day = v.day - 1)) as repeats
  from visits v group by v.provider
),
habit as (from rate where repeats >= 5 and repeats * (select sum(days) from rate) > 5 * (select sum(repeats) from rate) * days),
again as (
  select distinct b.claim_id
  from claim b join claim a on a.person_id = b.person_id and a.provider = b.provider and a.cover = b.cover
    and a.day = b.day - 1 and a.content = b.content and a.day = a.end_day and b.day = b.end_day and a.fits and b.fits
  where not b.may_return or b.provider in (select provider from habit)
)
select claim_id, claim_line_number from l join again using (claim_id)
where not exists (select 1 from l m join course c on m.person_id = c.person_id and m.provider = c.provider
  and m.hcpcs_code = c.hcpcs_code and m.day = c.day where m.claim_id = l.claim_id)
"""

# Stays night by night.
OVERLAP = """
with stay as (
  select data_source, person_id, provider, admission_date::date as a, max(discharge_date::date) as d,
    bool_or(discharge_disposition_code in ('02','05','43','61','62','63','65','66','70','82','85','88','90','91','93','94')) as moved
  from line where bill_type_code like '11%' group by all
),
night as (select *, unnest(generate_series(a, d - 1, interval 1 day))::date as night from stay),
both_claim as (
  select y.data_source, y.person_id, y.provider, y.a, x.provider as other, x.a as xa, x.moved, count(*) as n
  from night x join night y using (data_source, person_id, night)
  where x.provider <> y.provider and (x.a < y.a or (x.a = y.a and x.provider < y.provider))
  group by all having count(*) > 1 or not x.moved
)
select claim_id, claim_line_number from line semi join both_claim c
  on line.person_id = c.person_id and line.provider = c.provider and line.admission_date = c.a and line.data_source = c.data_source
where bill_type_code like '11%'
"""

# Each professional line, and each therapy or home-health line of another institution, against the set of its member's inner days of stays.
DURING = """
with inner_day as (
  select person_id, provider, facility_npi, discharge_date::date as d, admission_date::date as a,
    unnest(generate_series(a + 1, d - 1, interval 1 day))::date as day
  from (select s.person_id, s.provider, facility_npi, discharge_date,
          if(f.day > s.admission_date::date + 2, f.day, s.admission_date::date) as admission_date
        from (select person_id, provider, facility_npi, admission_date, max(discharge_date) as discharge_date
              from line where bill_type_code like '11%' group by all) s
        left join lateral (select min(day) as day from line w where w.person_id = s.person_id and w.claim_type = 'professional'
          and w.place_of_service_code in ('21', '51', '61') and w.day between s.admission_date and s.discharge_date) f on true)
)
select distinct l.claim_id, l.claim_line_number
from line l join inner_day i on l.person_id = i.person_id and l.day = i.day
where (claim_type = 'institutional' and (bill_type_code[:2] in ('13', '32', '33', '34', '74', '75', '85'))
    and revenue_center_code[:3] in ('042', '043', '044', '055', '056', '057')
  or claim_type = 'professional' and place_of_service_code in (select unnest({places}))
  and not list_has_any(mod_list, ['26', 'RR', '95', 'GT', 'GQ', '93'])
  and not (hcpcs_code[1] in ('8', 'Q', 'J') or hcpcs_code[:4] in ('9942', '9943', '9894', '9896', '9897', '9898', '9909', '9937', 'G018')
    or hcpcs_code[:4] in ('9942', '9945', '9948', '9949') or hcpcs_code = 'G0179' or hcpcs_code[:3] in ('G20', 'G21', 'G05')))
  and l.last_day < i.d - if(hcpcs_code[1] in ('A', 'B', 'E', 'K', 'L'), 2, 0)
  and l.provider <> i.provider and coalesce(l.billing_npi, '') <> i.provider and coalesce(l.billing_npi, 'none') <> coalesce(i.facility_npi, 'no')
"""

EDITS = {
    "duplicate_billing__near": NEAR,
    "duplicate_billing__next_day": NEXT_DAY,
    "during_inpatient__overlapping_stays": OVERLAP,
    "during_inpatient__services": DURING,
}


def make(claims, out):
    pathlib.Path(out).mkdir()
    for file in pathlib.Path(claims).glob("*.parquet"):
        shutil.copy(file, out)
    duckdb.sql(MAKE.format(claims=claims, out=out))


def compare(claims, run):
    root = pathlib.Path(__file__).resolve().parents[2]
    families = duckdb.read_csv(str(root / "data/reference/em_family.csv"), all_varchar=True)
    codes = lambda where: [c for (c,) in families.filter(where).project("hcpcs_code").fetchall()]
    away = "setting in ('office', 'home', 'telehealth')"
    values = {
        "claims": claims, "same_day": SAME_DAY_EXEMPT, "next_day": NEXT_DAY_EXEMPT, "ward": WARD_PLACES,
        "places": OFFICE_OR_HOME, "known_visits": codes(away + " and new_patient = '0'"), "all_visits": codes(away),
        "daily_visits": codes("setting in ('inpatient', 'facility', 'emergency')"),
    }  # fmt: skip
    duckdb.sql(LINES.format(**values))
    differing = 0
    for edit, sql in EDITS.items():
        theirs = set(duckdb.sql(sql.format(**values)).fetchall())
        ours = set(duckdb.sql(
            f"select claim_id, claim_line_number from '{run}/evidence.parquet' join '{run}/findings.parquet' using (finding_id) "
            f"where detector = '{edit}'").fetchall())  # fmt: skip
        print(f"{edit}: {len(ours & theirs)} lines on both sides, {len(ours - theirs)} only claimhound, {len(theirs - ours)} only DuckDB")
        for side, lines in (("claimhound", ours - theirs), ("DuckDB", theirs - ours)):
            for line in sorted(lines)[:5]:
                print(f"  only {side}: claim {line[0]} line {line[1]}")
        differing += len(ours ^ theirs)
    sys.exit(differing > 0)


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*sys.argv[2:])
