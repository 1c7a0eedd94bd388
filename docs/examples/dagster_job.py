"""Nightly claims scan as a Dagster asset with its counts as metadata."""

import json
import subprocess
from pathlib import Path

import dagster

CLAIMS = "/srv/claims"
OUT = Path("/var/lib/claimhound/nightly")

#: Another scan holds the folder and does the work.
BUSY = 4


@dagster.asset(description="The ranked cases of the latest night")
def cases(context: dagster.AssetExecutionContext) -> dagster.MaterializeResult:
    command = ["claimhound", "--log", "json", "scan", CLAIMS, "--out", str(OUT), "--keep", "30"]
    done = subprocess.run(command, capture_output=True, text=True)
    for line in done.stderr.splitlines():
        context.log.info(line)
    if done.returncode == BUSY:
        context.log.warning("another scan is under way")
    elif done.returncode != 0:
        raise dagster.Failure(f"claimhound ended with {done.returncode}", allow_retries=False)
    manifest = json.loads((OUT / "latest" / "manifest.json").read_text())
    results = manifest["results"]
    return dagster.MaterializeResult(
        metadata={
            "run": manifest["run_id"],
            "cases": results["cases"],
            "exposure": results["exposure"],
            "standings": results["case_standings"],
            "not_run": [detector["name"] for detector in results["detectors_not_run"]],
        }
    )


nightly = dagster.ScheduleDefinition(
    name="nightly", target=dagster.AssetSelection.assets(cases), cron_schedule="30 2 * * *"
)

definitions = dagster.Definitions(assets=[cases], schedules=[nightly])
