//! The shape of honest differences: how heavy their tails and how skewed.
//!
//! Each peer group gives a centre and a width ([`super::null`]); its entities
//! are too few to tell a shape. Over all groups of a measure there are enough.
//! An honest effect, in units of its group's τ, is taken as
//!
//! `e = δ + c (√(1 − γ²) √V N + γ (G − 1))`
//!
//! with N standard normal, ν / V chi-squared with ν degrees of freedom and G
//! exponential: Student's t where γ = 0, the exponentially modified normal where
//! ν is infinite (a skewed law with an exponential tail), the normal where both
//! are, the exponential itself as γ nears 1. Given V it stays closed under
//! sampling noise, so noise is added, or a count's law mixed, component by
//! component: what an entity's noise hides of the shape is hidden in its p.
//!
//! Only honest entities may speak. The suspicious side is cut at [`CUT`]:
//! beyond it an entity counts as beyond, however far, and a part 1 − π of all
//! may be there for another reason. On the other side an entity beyond
//! [`LOW_CUT`] counts as beyond as well: how many lie there tells how heavy the
//! tails are, how far the oddest of them lies does not. So the tail that matters
//! is drawn from the harmless tail and from what asymmetry the centre shows,
//! never from the tail itself.

use super::kind::{Direction, Kind};
use super::null::Null;
use super::p_value::p_value;
use super::scale::scale;
use super::score::Score;
use super::skip::Skip;
use super::tails::{
    exponential_part, modified_normal_above, normal_density, normal_quantile_above,
};
use super::uniform::splitmix64;
use super::width::inverse_chi_square;

/// Standardised difference up to which the suspicious side is looked at. In
/// simulations 1 mistook unusual entities for skew more often, since it saw less
/// of the shoulder, and was no safer.
pub const CUT: f64 = 1.5;

/// Standardised difference from which the harmless side is counted, not
/// measured: a few practices of another kind, far below their peers, would
/// otherwise make the tails of all the others as heavy as can be. Beyond it lie
/// 0.13 % of a normal law and 1.5 % of t₅, which is told by counting.
pub const LOW_CUT: f64 = -3.0;

/// A group whose residuals' robust scale is this many standard errors below 1 is
/// no [`is_witness`].
const NARROW_ERRORS: f64 = 3.0;

/// Standard error of a normal sample's robust scale, times the root of its size
/// (Rousseeuw & Croux 1993: the MAD's efficiency is 37 %).
const ROBUST_SCALE_ERROR: f64 = 1.166;

/// 1/ν that is assumed until the data say otherwise: between Student's t with ten
/// degrees of freedom and t₅. Chosen on the second simulator together with
/// [`super::multiplicity::PLAIN_FACTOR`] (`benches/README.md`): the pair that finds
/// most among those under which t₅ effects give a case in at most five of thirty
/// runs without an unusual entity.
pub const PRIOR_HEAVINESS: f64 = 0.15;

/// How firmly: the standard deviation of 1/ν about it. Some 500 entities weigh
/// as much.
pub const PRIOR_HEAVINESS_SD: f64 = 0.1;

/// Standard deviation of γ about 0.
pub const PRIOR_SKEW_SD: f64 = 0.5;

/// Standard deviation of δ and ln c about their prior: the groups' own fits are
/// near, up to what a normal law misreads in the centre of another.
const PRIOR_PLACE_SD: f64 = 0.15;

/// ln c per 1/ν: how much wider than the scale of a t the normal is that fits
/// its centre, within the window of [`super::null`].
const PRIOR_SCALE: f64 = -0.35;

/// ν is not taken below 3.
const LARGEST_HEAVINESS: f64 = 1.0 / 3.0;

/// Below this 1/ν the law is taken as normal.
const NO_HEAVINESS: f64 = 0.004;

/// γ is not taken beyond this: the exponential, but for a tenth of its width.
const LARGEST_SKEW: f64 = 0.99;

/// Below this γ the exponential part is left out: its skewness would be
/// 2 γ³ < 0.001.
const NO_SKEW: f64 = 0.08;

/// Less than this part is never honest, as in [`super::null`].
const SMALLEST_PROPORTION: f64 = 0.5;

/// One entity's standardised difference under its group's normal null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual {
    /// Positive on the suspicious side.
    pub z: f64,
    /// Part of its variance that is the entity's own effect: τ² / (τ² + φ s²).
    pub part: f64,
}

/// The residual of one entity, from the normal score of its randomised p where
/// its tail is exact (`u` uniform, from the entity's key).
///
/// # Errors
/// As [`p_value`].
pub fn residual(
    kind: Kind,
    score: &Score,
    null: &Null,
    direction: Direction,
    u: f64,
) -> Result<Residual, Skip> {
    let found = p_value(kind, score, null, &Effects::normal(), direction, 1.0)?;
    let z = if found.exact {
        normal_quantile_above(found.randomised(u).clamp(1e-15, 1.0 - 1e-15))
    } else {
        direction.sign() * found.z
    };
    let own = null.tau * null.tau;
    let total = own + null.mu_error * null.mu_error + score.variance(null.phi);
    Ok(Residual {
        z,
        part: own / total,
    })
}

/// Whether the residuals `z` of a group say something of the shape. Where they lie
/// much closer together than their null has it (a few entities' variance stands
/// for many that never vary, or τ was drawn towards the other groups'), all its p
/// are large, and mixed with the others' they would look like the centre of a
/// law with heavy tails.
pub fn is_witness(z: &[f64]) -> bool {
    let error = ROBUST_SCALE_ERROR / (z.len().max(1) as f64).sqrt();
    scale(z).is_some_and(|scale| scale >= 1.0 - NARROW_ERRORS * error)
}

/// Shape of honest effects in units of their group's τ, positive suspicious.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// δ: where the bulk lies.
    pub centre: f64,
    /// c: width of the bulk.
    pub scale: f64,
    /// 1/ν: 0 for normal tails.
    pub heaviness: f64,
    /// γ ≥ 0: skewed towards the suspicious side. A law skewed the other way is
    /// taken as symmetric, so that a long harmless tail never shortens this one.
    pub skew: f64,
}

impl Shape {
    /// Normal effects.
    pub const NORMAL: Self = Self {
        centre: 0.0,
        scale: 1.0,
        heaviness: 0.0,
        skew: 0.0,
    };

    /// The most probable shape given the residuals of a measure and the priors
    /// stated above. Without residuals it is the prior's.
    pub fn fit(residuals: &[Residual]) -> Self {
        Self::of(Table::new(residuals.iter()).highest([0.0, 0.0, 0.5 * PRIOR_HEAVINESS, 0.3], 1.0))
    }

    /// The shape half way between those of [`cross_fit`], for display.
    pub fn mean(shapes: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| {
            shapes.iter().map(part).sum::<f64>() / shapes.len().max(1) as f64
        };
        Self {
            centre: of(|s| s.centre),
            scale: of(|s| s.scale),
            heaviness: of(|s| s.heaviness),
            skew: of(|s| s.skew),
        }
    }

    fn of([centre, log_scale, heaviness, skew]: [f64; 4]) -> Self {
        let heaviness = heaviness.clamp(0.0, LARGEST_HEAVINESS);
        Self {
            centre,
            scale: (log_scale + PRIOR_SCALE * heaviness).exp(),
            heaviness,
            skew: skew.clamp(0.0, LARGEST_SKEW),
        }
    }
}

/// Parts into which a measure's entities are divided for [`cross_fit`].
pub const FOLDS: usize = 5;

/// The part an entity belongs to, by its key.
pub fn fold(key: u64) -> usize {
    // Not the number that `uniform` draws from the same key.
    (splitmix64(key ^ 0x6372_6f73_7366_6974) % FOLDS as u64) as usize
}

/// The shapes under which each part of a measure's entities is judged, each
/// fitted on the other parts: nobody shapes the law that judges it, and what
/// [`super::admission`] checks are the very p-values that count.
pub fn cross_fit(residuals: &[(u64, Residual)]) -> [Shape; FOLDS] {
    let whole = Table::new(residuals.iter().map(|(_, r)| r)).highest([0.0, 0.0, 0.1, 0.3], 1.0);
    std::array::from_fn(|judged| {
        let others = residuals.iter().filter(|(key, _)| fold(*key) != judged);
        Shape::of(Table::new(others.map(|(_, r)| r)).highest(whole, 0.3))
    })
}

/// One normal component of honest effects, in units of τ and τ².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// Probability.
    pub weight: f64,
    /// Mean.
    pub shift: f64,
    /// Variance.
    pub variance: f64,
}

/// A shape as a mixture over V: of normals, or of normals with an exponential.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    components: Vec<Component>,
    /// Mean of the exponential part, in units of τ.
    exponential: f64,
}

impl Effects {
    /// One component: normal effects.
    pub fn normal() -> Self {
        Self::new(&Shape::NORMAL)
    }

    /// The components of a shape.
    pub fn new(shape: &Shape) -> Self {
        let skewed = shape.skew >= NO_SKEW;
        let exponential = if skewed {
            shape.scale * shape.skew
        } else {
            0.0
        };
        let normal = shape.scale * shape.scale - exponential * exponential;
        let component = |weight: f64, v: f64| Component {
            weight,
            shift: shape.centre - exponential,
            variance: normal * v,
        };
        if shape.heaviness < NO_HEAVINESS {
            return Self {
                components: vec![component(1.0, 1.0)],
                exponential,
            };
        }
        let scales = inverse_chi_square(1.0 / shape.heaviness).into_iter();
        let components = scales.map(|(weight, v)| component(weight, v));
        Self {
            components: components.collect(),
            exponential,
        }
    }

    /// The components, from the narrowest to the widest. Where there is an
    /// exponential part each is to be taken together with it.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// Mean (and standard deviation) of the exponential part, 0 where none.
    pub fn exponential(&self) -> f64 {
        self.exponential
    }

    /// Normal components alone, the exponential taken at the nodes of a
    /// Gauss-Laguerre rule: for counts, whose noise makes it smooth.
    pub fn normals(&self) -> Vec<Component> {
        /// Nodes and weights of the rule with four points.
        const LAGUERRE: [(f64, f64); 4] = [
            (0.322_547_689_619_392_3, 0.603_154_104_341_633_6),
            (1.745_761_101_158_346_6, 0.357_418_692_437_799_7),
            (4.536_620_296_921_128, 0.038_887_908_515_005_384),
            (9.395_070_912_301_133, 0.000_539_294_705_561_327_5),
        ];
        if self.exponential <= 0.0 {
            return self.components.clone();
        }
        let split = |c: &Component| {
            let c = *c;
            LAGUERRE.map(|(node, weight)| Component {
                weight: weight * c.weight,
                shift: c.shift + self.exponential * node,
                ..c
            })
        };
        self.components.iter().flat_map(split).collect()
    }
}

/// Residuals counted in bins of z and of the part that is effect, so that a
/// likelihood costs the same for a hundred entities as for a million.
struct Table {
    /// Inside: mean z, mean part, count.
    inside: Vec<[f64; 3]>,
    /// Beyond the cut: mean part, count.
    beyond: Vec<[f64; 2]>,
    /// Below the low cut: mean part, count.
    below: Vec<[f64; 2]>,
}

impl Table {
    fn new<'a>(residuals: impl Iterator<Item = &'a Residual>) -> Self {
        const PARTS: usize = 6;
        const WIDTH: f64 = 0.2;
        let columns = ((CUT - LOW_CUT) / WIDTH).ceil() as usize;
        let mut inside = vec![[0.0; 3]; PARTS * columns];
        let (mut beyond, mut below) = (vec![[0.0; 2]; PARTS], vec![[0.0; 2]; PARTS]);
        for residual in residuals.filter(|r| r.z.is_finite() && r.part.is_finite()) {
            let row = ((residual.part * PARTS as f64) as usize).min(PARTS - 1);
            let outside = if residual.z > CUT {
                Some(&mut beyond[row])
            } else if residual.z < LOW_CUT {
                Some(&mut below[row])
            } else {
                None
            };
            if let Some([parts, count]) = outside {
                *parts += residual.part;
                *count += 1.0;
                continue;
            }
            let column = (((residual.z - LOW_CUT) / WIDTH) as usize).min(columns - 1);
            let bin = &mut inside[row * columns + column];
            bin[0] += residual.z;
            bin[1] += residual.part;
            bin[2] += 1.0;
        }
        inside.retain(|bin| bin[2] > 0.0);
        for [z, part, count] in &mut inside {
            *z /= *count;
            *part /= *count;
        }
        for outside in [&mut beyond, &mut below] {
            outside.retain(|bin| bin[1] > 0.0);
            for [part, count] in outside {
                *part /= *count;
            }
        }
        Self {
            inside,
            beyond,
            below,
        }
    }

    /// The highest point near a start, by the simplex method once more from where
    /// it first came to rest.
    fn highest(&self, start: [f64; 4], reach: f64) -> [f64; 4] {
        let steps = [0.1, 0.1, 0.1, 0.3].map(|s| s * reach);
        let first = climb(start, steps, |x| self.objective(x));
        climb(first, [0.03, 0.03, -0.03, -0.1], |x| self.objective(x))
    }

    /// Log posterior at (δ, ln c less its prior, 1/ν, γ).
    fn objective(&self, at: [f64; 4]) -> f64 {
        let [centre, log_scale, heaviness, skew] = at;
        let outside = !(0.0..=LARGEST_HEAVINESS).contains(&heaviness)
            || !(0.0..=LARGEST_SKEW).contains(&skew);
        if outside {
            return f64::NEG_INFINITY;
        }
        let prior = ((heaviness - PRIOR_HEAVINESS) / PRIOR_HEAVINESS_SD).powi(2)
            + (skew / PRIOR_SKEW_SD).powi(2)
            + (centre * centre + log_scale * log_scale) / (PRIOR_PLACE_SD * PRIOR_PLACE_SD);
        let effects = Effects::new(&Shape::of(at));
        let (mut density, mut inside) = (0.0, 0.0);
        for &[z, part, count] in &self.inside {
            density += count * ln_density(&effects, z, part);
            inside += count;
        }
        for &[part, count] in &self.below {
            let mass = mass_below(&effects, part, LOW_CUT);
            density += count * mass.max(f64::MIN_POSITIVE).ln();
            inside += count;
        }
        let within: Vec<[f64; 2]> = self
            .beyond
            .iter()
            .map(|&[part, count]| [mass_below(&effects, part, CUT).min(1.0 - 1e-12), count])
            .collect();
        let honest = proportion(inside, &within);
        let censored: f64 = within
            .iter()
            .map(|[mass, count]| count * (-honest * mass).ln_1p())
            .sum();
        density + inside * honest.ln() + censored - 0.5 * prior
    }
}

/// Log density of a residual of which `part` is effect and the rest noise.
fn ln_density(effects: &Effects, z: f64, part: f64) -> f64 {
    let root = part.sqrt();
    let exponential = root * effects.exponential();
    let of_component = |c: &Component| {
        let sd = (part * c.variance + 1.0 - part).sqrt();
        let y = (z - root * c.shift) / sd;
        c.weight
            * if exponential > 0.0 {
                exponential_part(y, sd / exponential) / exponential
            } else {
                normal_density(y) / sd
            }
    };
    let sum: f64 = effects.components().iter().map(of_component).sum();
    sum.max(f64::MIN_POSITIVE).ln()
}

/// Probability of a residual up to `cut`.
fn mass_below(effects: &Effects, part: f64, cut: f64) -> f64 {
    let root = part.sqrt();
    let above = |c: &Component| {
        let sd = (part * c.variance + 1.0 - part).sqrt();
        let y = (cut - root * c.shift) / sd;
        c.weight * modified_normal_above(y, root * effects.exponential() / sd)
    };
    1.0 - effects.components().iter().map(above).sum::<f64>()
}

/// Maximises `inside · ln π + Σ count · ln(1 − π mass)`, concave in π.
fn proportion(inside: f64, beyond: &[[f64; 2]]) -> f64 {
    let slope = |pi: f64| {
        let lost: f64 = beyond
            .iter()
            .map(|[mass, count]| count * mass / (1.0 - pi * mass))
            .sum();
        inside / pi - lost
    };
    let (mut low, mut high) = (SMALLEST_PROPORTION, 1.0);
    if slope(high) >= 0.0 {
        return high;
    }
    for _ in 0..30 {
        let middle = f64::midpoint(low, high);
        if slope(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Highest point found by the simplex of Nelder & Mead (1965).
fn climb(start: [f64; 4], steps: [f64; 4], objective: impl Fn([f64; 4]) -> f64) -> [f64; 4] {
    const ROUNDS: usize = 200;
    const SETTLED: f64 = 1e-4;
    let mut simplex: Vec<([f64; 4], f64)> = vec![(start, objective(start))];
    for (axis, step) in steps.into_iter().enumerate() {
        let mut corner = start;
        corner[axis] += step;
        if !objective(corner).is_finite() {
            corner[axis] = start[axis] - 0.5 * step;
        }
        simplex.push((corner, objective(corner)));
    }
    let along = |from: [f64; 4], to: [f64; 4], by: f64| {
        let mut point = from;
        for axis in 0..4 {
            point[axis] += by * (to[axis] - from[axis]);
        }
        point
    };
    for _ in 0..ROUNDS {
        simplex.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (best, worst) = (simplex[0], simplex[4]);
        let spread = (0..4)
            .map(|axis| (best.0[axis] - worst.0[axis]).abs())
            .fold(0.0, f64::max);
        if spread < SETTLED || best.1 - worst.1 < 1e-5 {
            break;
        }
        let mut middle = [0.0; 4];
        for (corner, _) in &simplex[..4] {
            for axis in 0..4 {
                middle[axis] += 0.25 * corner[axis];
            }
        }
        let attempt = |by: f64| {
            let point = along(worst.0, middle, by);
            (point, objective(point))
        };
        let reflected = attempt(2.0);
        let better = if reflected.1 > best.1 {
            let further = attempt(3.0);
            if further.1 > reflected.1 {
                further
            } else {
                reflected
            }
        } else if reflected.1 > simplex[3].1 {
            reflected
        } else {
            let outer = attempt(1.5);
            let inner = attempt(0.5);
            if outer.1 > inner.1 { outer } else { inner }
        };
        if better.1 > worst.1 {
            simplex[4] = better;
        } else {
            for corner in &mut simplex[1..] {
                let point = along(best.0, corner.0, 0.5);
                *corner = (point, objective(point));
            }
        }
    }
    simplex.sort_by(|a, b| b.1.total_cmp(&a.1));
    simplex[0].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use crate::stats::tails::{normal_above, student_above};
    use proptest::prelude::*;

    fn sample(n: usize, seed: u64, law: impl Fn(&mut Draws) -> f64) -> Vec<Residual> {
        let mut draws = Draws::new(seed);
        let mut one = || Residual {
            z: law(&mut draws),
            part: 1.0,
        };
        (0..n).map(|_| one()).collect()
    }

    /// P(effect > x) without noise.
    fn above(shape: &Shape, x: f64) -> f64 {
        let effects = Effects::new(shape);
        let of = |c: &Component| {
            let sd = c.variance.sqrt();
            c.weight * modified_normal_above((x - c.shift) / sd, effects.exponential() / sd)
        };
        effects.components().iter().map(of).sum()
    }

    #[test]
    fn without_residuals_the_prior_stands() {
        let shape = Shape::fit(&[]);
        assert!(
            (shape.heaviness - PRIOR_HEAVINESS).abs() < 0.01,
            "{shape:?}"
        );
        assert!(shape.skew < 0.05 && shape.centre.abs() < 0.01);
    }

    #[test]
    fn the_mixture_is_students_t() {
        for freedom in [3.0, 5.0, 20.0] {
            let shape = Shape {
                heaviness: 1.0 / freedom,
                ..Shape::NORMAL
            };
            for x in [0.0, 1.0, 2.0, 4.0, 8.0] {
                let ratio = above(&shape, x) / student_above(x, freedom);
                assert!((ratio - 1.0).abs() < 0.01, "{freedom} {x}: {ratio}");
            }
        }
    }

    #[test]
    fn the_skewed_normal_nears_the_exponential() {
        let shape = Shape {
            skew: 0.99,
            ..Shape::NORMAL
        };
        for x in [1.0, 3.0, 6.0] {
            let ratio = above(&shape, x) / (-(x + 1.0_f64)).exp();
            assert!((ratio - 1.0).abs() < 0.1, "{x}: {ratio}");
        }
    }

    #[test]
    fn the_fit_finds_the_law() {
        let normal = Shape::fit(&sample(20_000, 1, Draws::normal));
        assert!(normal.heaviness < 0.03 && normal.skew < 0.4, "{normal:?}");
        let heavy = Shape::fit(&sample(20_000, 2, Draws::t5));
        assert!(
            (heavy.heaviness - 0.2).abs() < 0.05 && heavy.skew < 0.4,
            "{heavy:?}"
        );
        let skewed = |d: &mut Draws| 0.6 * d.normal() - 0.8 * (d.uniform().ln() + 1.0);
        let skewed = Shape::fit(&sample(20_000, 3, skewed));
        assert!(
            (skewed.skew - 0.8).abs() < 0.1 && skewed.heaviness < 0.03,
            "{skewed:?}"
        );
    }

    #[test]
    fn the_suspicious_tail_has_no_say() {
        let mut residuals = sample(5000, 4, Draws::normal);
        let mut spoilt = |z: f64| {
            for residual in residuals.iter_mut().take(500) {
                residual.z = z;
            }
            Shape::fit(&residuals)
        };
        assert_eq!(spoilt(3.0), spoilt(1e9));
    }

    #[test]
    fn how_far_below_the_oddest_lie_has_no_say() {
        let mut residuals = sample(2000, 6, Draws::normal);
        let mut odd = |z: f64| {
            for residual in residuals.iter_mut().take(10) {
                residual.z = z;
            }
            Shape::fit(&residuals)
        };
        assert_eq!(odd(-3.5), odd(-50.0));
        assert!(odd(-50.0).heaviness < 0.15);
    }

    #[test]
    fn a_group_far_narrower_than_its_null_is_no_witness() {
        let z: Vec<f64> = sample(60, 7, Draws::normal).iter().map(|r| r.z).collect();
        let narrow: Vec<f64> = z.iter().map(|z| 0.3 * z).collect();
        assert!(is_witness(&z) && !is_witness(&narrow));
        assert!(!is_witness(&[0.0; 60]));
    }

    #[test]
    fn nobody_shapes_the_law_that_judges_it() {
        let mut residuals: Vec<(u64, Residual)> = sample(1000, 5, Draws::normal)
            .into_iter()
            .zip(0..)
            .map(|(r, k)| (k, r))
            .collect();
        let before = cross_fit(&residuals);
        let judged = fold(residuals[7].0);
        residuals[7].1.z = -40.0;
        let after = cross_fit(&residuals);
        let moved = |at: usize| (before[at].heaviness - after[at].heaviness).abs();
        assert!(moved(judged) < 0.005, "{}", moved(judged));
        assert!((0..FOLDS).any(|at| moved(at) > 0.01));
    }

    proptest! {
        #[test]
        fn the_components_are_a_law(
            heaviness in 0.0..0.33_f64, skew in 0.0..0.99_f64, x in -5.0..20.0_f64,
        ) {
            let shape = Shape { heaviness, skew, ..Shape::NORMAL };
            let effects = Effects::new(&shape);
            let total: f64 = effects.components().iter().map(|c| c.weight).sum();
            prop_assert!((total - 1.0).abs() < 1e-12);
            prop_assert!(above(&shape, x) >= above(&shape, x + 0.1));
            let split: f64 = effects.normals().iter().map(|c| c.weight).sum();
            prop_assert!((split - 1.0).abs() < 1e-9);
        }

        #[test]
        fn heavier_means_a_larger_far_p(heaviness in 0.01..0.3_f64, x in 4.0..20.0_f64) {
            let heavy = Shape { heaviness, ..Shape::NORMAL };
            prop_assert!(above(&heavy, x) > normal_above(x));
        }
    }
}
