"""Nightly claims scan as an Airflow DAG (Airflow 2.7 or newer).

The scan is one task and decides itself what is new; Airflow starts it when the night's files have
arrived and looks at the exit code. Nothing of a claim leaves the scan's own folder.
"""

from datetime import datetime, timedelta

from airflow import DAG

try:  # Airflow 3
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

CLAIMS = "/srv/claims"
OUT = "/var/lib/claimhound/nightly"
DECIDED = "/srv/decided/decided.csv"

with DAG(
    dag_id="claimhound",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=20)},
) as dag:
    # Decisions may come back any day; a row that came back before is counted, not doubled.
    decide = BashOperator(
        task_id="decide",
        bash_command=f"[ ! -e {DECIDED} ] || claimhound disposition {OUT} {DECIDED}",
    )
    # 4: another scan holds the folder and does the work. A rejected input (3) fails at once: the
    # same files would be rejected again.
    scan = BashOperator(
        task_id="scan",
        bash_command=f"claimhound --log json scan {CLAIMS} --out {OUT} --keep 30",
        skip_on_exit_code=4,
        retries=0,
        execution_timeout=timedelta(hours=6),
    )
    verify = BashOperator(
        task_id="verify",
        bash_command=f"claimhound --quiet verify {OUT}/latest",
    )
    decide >> scan >> verify
