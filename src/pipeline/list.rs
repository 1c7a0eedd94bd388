//! What a list of the run promises, in words.

use crate::combine::Population;
use crate::report::manifest::ListResult;
use crate::schema::EntityType;
use crate::stats::multiplicity::PLAIN_FACTOR;

/// The list of one entity type; `quiet` are the positions of its entities whose case is kept off.
pub fn list_result(
    population: &Population,
    level: f64,
    quiet: impl Iterator<Item = usize>,
) -> ListResult {
    let standings = &population.standings;
    let tested = population.tested;
    let selected = standings.iter().filter(|s| !s.findings.is_empty()).count();
    let quiet = quiet
        .filter(|entity| !standings[*entity].findings.is_empty())
        .count();
    let name = population.kind.name();
    let kept_off = if quiet == 0 {
        String::new()
    } else {
        format!(
            " {quiet} of the {selected} were cleared by reviewers and are kept off the list: the statement is about \
             the {selected}, not about what is left of them."
        )
    };
    let (among, bound) = match population.kind {
        EntityType::Group => (
            format!("{tested} hypotheses (one an area, one more for each further group in it)"),
            String::new(),
        ),
        _ => (
            format!("{tested} tested {name}s"),
            format!(
                " where tests of the minimum ratio are conservative for honest {name}s, as they are by design, and at \
                 most {:.2} in any case",
                level * PLAIN_FACTOR
            ),
        ),
    };
    let statement = format!(
        "Statistical {name} cases with q at most {level}: among the {among}, the expected share of false leads in \
         this set is at most {level}{bound}. Cases made by edits alone are outside this statement.{kept_off}"
    );
    ListResult {
        entity_type: name,
        statement,
        level,
        tested,
        selected,
        quiet,
    }
}
