"""One look for all pictures, and the shapes that several notebooks draw."""

import altair as alt
import polars as pl

# Pictures are embedded as PNG, so that they also show where no script runs.
alt.renderers.enable("png", scale_factor=1.5)
alt.data_transformers.disable_max_rows()

GREY, DARK, PALE, BLUE, ORANGE, RED = "#c3c8cf", "#7d8790", "#a9c1dc", "#3b6ea8", "#e08a1e", "#c0272d"
KINDS = alt.Scale(domain=["statistical", "rule"], range=[BLUE, ORANGE])
LEVELS = ["taxonomy, state and setting", "taxonomy and setting", "taxonomy", "specialty family", "all"]
WIDTH = 560


def finish(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    return (
        chart.configure(background="white", padding=12)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor="#eceef1")
        .configure_axisY(labelLimit=340)
        .configure_title(fontSize=14, subtitleFontSize=11, subtitleColor="#555555", anchor="start", offset=12)
        .configure_legend(labelFontSize=11, titleFontSize=11, orient="top", labelLimit=320)
    )


def histogram(values: pl.Series, start: float, width: float, bins: int) -> pl.DataFrame:
    """How many values lie in each of the bins of one width, empty bins left out."""
    return (
        pl.DataFrame({"bin": ((values - start) / width).floor().cast(pl.Int64).clip(0, bins - 1)})
        .group_by("bin")
        .len("providers")
        .sort("bin")
        .select(
            (start + pl.col("bin") * width).alias("from"),
            (start + (pl.col("bin") + 1) * width).alias("to"),
            pl.lit(0).alias("zero"),
            pl.col("providers").cast(pl.Int64),
        )
    )


def marked_histogram(others: pl.Series, marks: dict[str, float], title: str, axis_format: str = ",~r") -> alt.LayerChart:
    """Others as grey bars; each mark a line, the first dashed blue, the second red."""
    bins = min(36, max(12, others.len() // 3))
    values = [value for value in (others.min(), others.max(), *marks.values()) if value is not None]
    lowest, highest = min(values), max(values)
    width = (highest - lowest) / bins or 1.0
    x = alt.X("from:Q", title=title, scale=alt.Scale(zero=False, padding=10), axis=alt.Axis(tickCount=8, format=axis_format))
    bars = (
        alt.Chart(histogram(others, lowest, width, bins))
        .mark_bar(color=GREY, stroke="white")
        .encode(x=x, x2="to:Q", y=alt.Y("zero:Q", title="providers", axis=alt.Axis(tickMinStep=1)), y2="providers:Q")
    )
    names = list(marks)
    rules = (
        alt.Chart(pl.DataFrame({"value": list(marks.values()), "what": names}))
        .mark_rule(strokeWidth=3)
        .encode(
            x="value:Q",
            color=alt.Color("what:N", title=None, scale=alt.Scale(domain=names, range=[BLUE, RED][: len(names)])),
            strokeDash=alt.StrokeDash("what:N", title=None, scale=alt.Scale(domain=names, range=[[5, 3], [1, 0]][: len(names)])),
        )
    )
    return (bars + rules).properties(width=WIDTH, height=220)


def ticks(values: pl.Series) -> list[float]:
    """Round values for a logarithmic axis, within the data's range."""
    spread = values.max() / values.min()
    steps = [1, 1.2, 1.5, 2, 3, 5, 6.5, 8] if spread < 5 else [1, 2, 5] if spread < 1e3 else [1]
    return [
        tick
        for power in range(-6, 12)
        for tick in (round(step * 10.0**power, 9) for step in steps)
        if 0.9 * values.min() <= tick <= 1.1 * values.max()
    ]


def funnel(cloud: pl.DataFrame, group: pl.Expr, unit: str, who: dict[str, str]) -> alt.LayerChart:
    """Ratio to the expected value by volume, with limits at about 2 and 3 widths.

    `cloud`: `observed`, `expected`, `denominator`, `z`, `who`; the last of `who` (name to colour)
    is drawn large. The funnel's width is what z divides by. Distance over z gives it back for each
    provider, and over the volume n it follows width² = a + b / n: honest differences, and chance.
    It is taken from the rows of `group`, whose null is one.
    """
    everybody = cloud.filter(group).height
    cloud = cloud.filter((pl.col("observed") > 0) & (pl.col("expected") > 0)).with_columns(
        (pl.col("observed") / pl.col("expected")).alias("to expected")
    )
    # Peers without any have no place on a logarithmic scale; limits from the others would mislead.
    shaded = cloud.filter(group).height >= 0.8 * everybody
    distance = pl.col("to expected").log()
    fit = cloud.filter(group, pl.col("z").abs() > 0.5)
    centre = cloud.select(distance.median()).item()
    x = alt.X(
        "denominator:Q", title=f"{unit} (logarithmic)", scale=alt.Scale(type="log", nice=False, padding=14),
        axis=alt.Axis(format=",~r", values=ticks(cloud["denominator"])),
    )
    y = alt.Y(
        "to expected:Q", title="observed ÷ expected (logarithmic)", scale=alt.Scale(type="log", nice=False, padding=14),
        axis=alt.Axis(format="~r", values=ticks(cloud["to expected"])),
    )
    layers = []
    if shaded and fit.height >= 10:
        widths = fit.select(x=1 / pl.col("denominator"), y=((distance - centre) / pl.col("z")) ** 2)
        slope = max(widths.select(pl.cov("x", "y") / pl.var("x")).item() or 0.0, 0.0)
        level = max(widths["y"].mean() - slope * widths["x"].mean(), 0.0)
        smallest, largest = cloud["denominator"].min(), cloud["denominator"].max()
        volume = pl.DataFrame({"denominator": [smallest * (largest / smallest) ** (step / 60) for step in range(61)]})
        for times, opacity in ((3, 0.22), (2, 0.35)):
            reach = times * (level + slope / pl.col("denominator")).sqrt()
            limits = volume.with_columns((centre + reach).exp().alias("to expected"), (centre - reach).exp().alias("lower"))
            layers.append(alt.Chart(limits).mark_area(color=PALE, opacity=opacity).encode(x=x, y=y, y2="lower:Q"))
    layers.append(alt.Chart(pl.DataFrame({"to expected": [1.0]})).mark_rule(strokeDash=[4, 3]).encode(y=y))
    names = list(who)
    points = alt.Chart(cloud.select("denominator", "to expected", "who")).encode(
        x=x, y=y, color=alt.Color("who:N", title=None, scale=alt.Scale(domain=names, range=list(who.values()))),
    )
    layers.append(points.transform_filter(f"datum.who != '{names[-1]}'").mark_circle(size=34, opacity=0.7))
    layers.append(points.transform_filter(f"datum.who == '{names[-1]}'").mark_point(size=110, shape="diamond", filled=True, opacity=1))
    return alt.layer(*layers).properties(width=WIDTH, height=300)
