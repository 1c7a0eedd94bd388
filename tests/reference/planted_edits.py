"""Are the lines that planted providers and members bill against a rule found, and are the findings right?

    planted_edits.py CLAIMS RUN

CLAIMS is a folder as `claimhound synth` writes it, RUN a scan of it with `minimum_edit_exposure = 0` and both
limits of `flood_guard` at 1, and `--reference CLAIMS/reference`:

    claimhound synth --out claims --providers 3000 --seed 7
    claimhound scan claims --out out --config all.toml --reference claims/reference
    planted_edits.py claims out/latest

By scheme: the lines of its planted entities that break the rule as it is stated here, from the raw files, with
none of the edits' SQL (each rule in its plain form, an upper bound where an edit exempts more); how many of them
are evidence of that scheme's edits; and how many findings of these edits are of entities planted with the scheme
(or any scheme: a duplicate claim of an upcoder is right too). Exit code 1 where less than 99 % of either holds.
"""

import pathlib
import sys

import duckdb

from edits import LINES

LEAST = 0.99

# Each gives claim_id, claim_line_number, entity. What honest entities bill by chance (the same film on two days running,
# a colleague's patient billed as new) breaks the rule too: such a finding is right.
RULES = {
    # All but one of the lines that agree in everything must be found: those of the later claims.
    "duplicate_billing": """
        select claim_id, claim_line_number, provider as entity from (
          select *, dense_rank() over (partition by person_id, provider, hcpcs_code, mods, units, cents, day, last_day,
              cover, revenue_center_code, drg_code, place_of_service_code order by data_source, claim_id) as copy,
            from line where hcpcs_code is not null and not list_has_any(mod_list, ['76', '77', '91', 'RT', 'LT', '59']))
        where copy > 1
        union all select b.claim_id, b.claim_line_number, b.provider from line b semi join line a on a.person_id = b.person_id
          and a.provider = b.provider and a.day = b.day - 1 and a.hcpcs_code = b.hcpcs_code and a.mods = b.mods and a.units = b.units
          and a.cents = b.cents and a.diagnosis_code_1 = b.diagnosis_code_1
        where b.provider not in ({planted})""",
    "after_death": """
        select claim_id, claim_line_number, provider as entity
        from line join death using (person_id)
        where day > death_date + 7 and claim_start_date > death_date and drg_code is null""",
    "not_eligible": """
        select claim_id, claim_line_number, provider as entity from line
        where claim_type = 'professional' and person_id in (select person_id from span)
          and not exists (select 1 from span where span.person_id = line.person_id and day between start and stop)
          and claim_start_date = day and not exists (select 1 from death where death.person_id = line.person_id and day > death_date)
          and not exists (select 1 from birth where birth.person_id = line.person_id and day <= birth_date + 31)""",
    "excluded_provider": """
        select claim_id, claim_line_number, provider as entity from line l
        where exists (select 1 from excluded x
          where x.npi in (l.rendering_npi, l.billing_npi, l.facility_npi) and l.day >= x.since)""",
    "new_patient": """
        select claim_id, claim_line_number, provider as entity from line n
        where hcpcs_code in ('99202', '99203', '99204', '99205') and exists (
          select 1 from line e where e.person_id = n.person_id and e.provider = n.provider and e.day < n.day
            and e.day > n.day - 1095 and e.hcpcs_code between '99202' and '99215')
        union all select n.claim_id, n.claim_line_number, n.provider from line n join taxonomy t on t.npi = n.provider
        where hcpcs_code in ('99202', '99203', '99204', '99205') and n.provider not in ({planted}) and exists (
          select 1 from line e join taxonomy u on u.npi = e.provider where e.person_id = n.person_id and e.billing_tin = n.billing_tin
            and u.code = t.code and e.day < n.day and e.day > n.day - 1095)""",
    "impossible_day": """
        select claim_id, claim_line_number, provider as entity from line semi join (
          select provider, day from (select distinct provider, day, person_id, hcpcs_code from line
            where hcpcs_code in ('90837', '90834', '90832') and rendering_npi is not null)
          join (values ('90837', 53), ('90834', 38), ('90832', 16)) as m(hcpcs_code, minutes) using (hcpcs_code)
          group by all having sum(minutes) > 1440) using (provider, day)
        where hcpcs_code in ('90837', '90834', '90832')
          and provider not in (select npi from read_parquet('{claims}/provider.parquet') where entity_type_code = '2')""",
    "excess_units": """
        select claim_id, claim_line_number, provider as entity from (
          select *, sum(units / 1000 / if(list_contains(mod_list, '50'), 2, 1)) over (partition by person_id, provider, day, hcpcs_code, payer,
              list_contains(mod_list, 'RT'), list_contains(mod_list, 'LT')) as of_day
          from line where day = last_day and claim_type = 'professional') join mue using (hcpcs_code)
        where if(indicator = 1, units / 1000 / if(list_contains(mod_list, '50'), 2, 1), of_day) > value""",
    "geography": """
        select distinct a.claim_id, a.claim_line_number, a.provider as entity
        from met a join met b on a.person_id = b.person_id and a.day = b.day and a.provider <> b.provider
        where haversine(a.lat, a.lon, b.lat, b.lon) > 200 and haversine(a.lat, a.lon, a.home_lat, a.home_lon)
          > haversine(b.lat, b.lon, a.home_lat, a.home_lon)""",
    "pricing_error": """
        select claim_id, claim_line_number, provider as entity from line
        where claim_type = 'professional' and allowed_amount > 0 and
          paid_amount + coalesce(coinsurance_amount, 0) + coalesce(copayment_amount, 0) + coalesce(deductible_amount, 0)
            > allowed_amount + greatest(1, allowed_amount * 0.05) + 0.01""",
    "no_authorization": """
        select claim_id, claim_line_number, provider as entity from line l
        where exists (select 1 from listed a where a.hcpcs_code = l.hcpcs_code
            and (a.payer is null or a.payer = l.payer) and (a.plan is null or a.plan = l.plan))
          and not exists (select 1 from line m where m.claim_id = l.claim_id
            and (m.prior_authorization_number is not null or m.place_of_service_code = '23' or m.admit_type_code = '1'
              or m.revenue_center_code like '045%'))
          and not exists (select 1 from line m where m.person_id = l.person_id and m.day = l.day
            and (m.place_of_service_code = '23' or m.revenue_center_code like '045%'))
          and not list_contains(mod_list, 'ET')""",
    "unbundling": """
        select distinct two.claim_id, two.claim_line_number, two.provider as entity
        from line one join pair p on one.hcpcs_code = p.one join line two on two.hcpcs_code = p.two
          and two.person_id = one.person_id and two.provider = one.provider and two.day = one.day and two.cover = one.cover
        where p.indicator = 0 or not list_has_any(one.mod_list || two.mod_list, ['59', 'XE', 'XS', 'XP', 'XU'])""",
    "during_inpatient": """
        select distinct l.claim_id, l.claim_line_number, l.provider as entity
        from line l join stay s on l.person_id = s.person_id
        where l.claim_type = 'professional' and l.day > s.a and l.day < s.d - 2 and l.provider <> s.provider
          and l.place_of_service_code in ('11', '12') and l.last_day = l.day and l.hcpcs_code[1] not in ('8', 'J', 'Q')
          and not list_has_any(l.mod_list, ['26', 'RR', '95', 'GT', '93'])""",
}  # fmt: skip

TABLES = """
create macro haversine(lat1, lon1, lat2, lon2) as 2 * 3958.76 * asin(sqrt(
  sin(radians(lat2 - lat1) / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2));
create table death as select distinct person_id, death_date from read_parquet('{claims}/eligibility.parquet') where death_date is not null;
create table birth as select distinct person_id, birth_date from read_parquet('{claims}/eligibility.parquet') where birth_date is not null;
create table span as select person_id, enrollment_start_date as start, enrollment_end_date as stop from read_parquet('{claims}/eligibility.parquet');
create table excluded as select NPI as npi, strptime(EXCLDATE, '%Y%m%d')::date as since
  from read_csv('{claims}/reference/UPDATED*.csv', all_varchar = true) where NPI <> '0000000000';
create table listed as from read_csv('{claims}/reference/prior_authorization*.csv', all_varchar = true);
create table mue as select c0 as hcpcs_code, c1::int as value, c2[1]::int as indicator
  from read_csv('{claims}/reference/MCR_MUE*.csv', header = false, quote = '"', auto_detect = false, columns = {{'c0': 'varchar', 'c1': 'varchar', 'c2': 'varchar', 'c3': 'varchar'}})
  where regexp_full_match(c0, '[0-9A-Z]{{5}}');
create table pair as select c0 as one, c1 as two, c5::int as indicator
  from read_csv('{claims}/reference/ccipra*.txt', delim = '\t', header = false, quote = '', null_padding = true, strict_mode = false, auto_detect = false,
    columns = {{'c0': 'varchar', 'c1': 'varchar', 'c2': 'varchar', 'c3': 'varchar', 'c4': 'varchar', 'c5': 'varchar', 'c6': 'varchar'}})
  where regexp_full_match(c0, '[0-9A-Z]{{5}}') and regexp_full_match(c1, '[0-9A-Z]{{5}}') and c5 in ('0', '1');
create table stay as select person_id, provider, admission_date::date as a, max(discharge_date::date) as d
  from line where bill_type_code like '11%' group by all;
create table taxonomy as select npi, primary_taxonomy_code as code from read_parquet('{claims}/provider.parquet');
create table place as select GEOID as zip, INTPTLAT::double as lat, INTPTLONG::double as lon
  from read_csv('{claims}/reference/Gaz_zcta*.txt', delim = '\t', types = {{'GEOID': 'varchar'}});
create table met as
  select l.*, w.lat, w.lon, h.lat as home_lat, h.lon as home_lon from line l
  join (select npi, practice_zip_code[:5] as zip from read_parquet('{claims}/provider.parquet') where entity_type_code = '1') p on p.npi = l.provider
  join place w on w.zip = p.zip
  join (select person_id, any_value(zip_code[:5]) as zip from read_parquet('{claims}/eligibility.parquet') group by all) m on m.person_id = l.person_id
  join place h on h.zip = m.zip
  where claim_type = 'professional' and place_of_service_code in ('11', '20', '22', '23', '49', '50')
    and day = last_day and hcpcs_code[1] in ('0', '1', '2', '3', '4', '5', '6', '9') and not list_has_any(mod_list, ['26', '93', '95', 'FQ', 'GQ', 'GT'])
"""


def main(claims, run):
    values = {"claims": claims}
    db = duckdb.connect()
    for statement in (LINES.format(**values), TABLES.format(**values)):
        db.execute(statement)
    labels = f"read_csv('{claims}/labels.csv', all_varchar = true)"
    db.execute(f"""create table found as
        select distinct scheme, f.entity_id as entity, claim_id, claim_line_number, f.finding_id
        from read_parquet('{run}/evidence.parquet') e join read_parquet('{run}/findings.parquet') f using (finding_id)
        where f.kind = 'edit'""")  # fmt: skip
    planted = lambda scheme: f"select entity_id from {labels} where role = 'planted' and scheme = '{scheme}'"
    count = lambda sql: db.execute(f"select count(*) from ({sql})").fetchone()[0]
    failed = False
    print(f"{'scheme':<20} {'planted':>8} {'found':>8} {'share':>7}   {'findings':>8} {'right':>6} {'share':>7}")
    for scheme, rule in RULES.items():
        db.execute(f"create or replace table broken as {rule.format(planted=planted(scheme), **values)}")
        truth = f"from broken where entity in ({planted(scheme)})"
        lines = count(f"select * {truth}")
        hit = count(f"select * {truth} and exists (select 1 from found f where f.scheme = '{scheme}' "
                    "and f.claim_id = broken.claim_id and f.claim_line_number = broken.claim_line_number)")  # fmt: skip
        findings = f"select distinct finding_id, entity from found where scheme = '{scheme}'"
        total = count(findings)
        right = count(f"select * from ({findings}) f where entity in (select entity_id from {labels} where role = 'planted') "
                      f"or exists (select 1 from found g semi join broken using (claim_id, claim_line_number) where g.finding_id = f.finding_id)")  # fmt: skip
        share = lambda part, whole: part / whole if whole else float("nan")
        print(f"{scheme:<20} {lines:>8} {hit:>8} {share(hit, lines):>7.1%}   {total:>8} {right:>6} {share(right, total):>7.1%}")
        failed |= not (share(hit, lines) >= LEAST and share(right, total) >= LEAST)
        missing = db.execute(f"select claim_id, claim_line_number {truth} and not exists (select 1 from found f where f.scheme = '{scheme}' "
                             "and f.claim_id = broken.claim_id and f.claim_line_number = broken.claim_line_number) order by all limit 3").fetchall()  # fmt: skip
        for line in missing:
            print(f"    not found: claim {line[0]} line {line[1]}")
    sys.exit(failed)


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    main(*sys.argv[1:])
