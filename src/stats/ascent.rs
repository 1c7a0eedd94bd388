//! Newton's ascent over a null's centre and width.

/// A better point, and what the curvature there says about μ.
pub(super) struct Ascent {
    pub to: (f64, f64),
    pub mu_error: f64,
}

/// One Newton step uphill over (μ, τ) on a numerical quadratic, damped as
/// Levenberg and Marquardt do until it gains. Even in τ, so that τ = 0 is an
/// ordinary point. `unit` is the natural length of both. One step is enough per
/// round of windows, which move as the fit does.
pub(super) fn ascend(
    objective: impl Fn(f64, f64) -> f64,
    from: (f64, f64),
    unit: f64,
) -> Option<Ascent> {
    const DIFFERENCE: f64 = 1e-3;
    const LONGEST_STEP: f64 = 1.0;
    const MOST_DAMPINGS: usize = 30;
    let at = |(m, t): (f64, f64)| objective(m * unit, (t * unit).abs());
    let here = (from.0 / unit, from.1 / unit);
    let value = at(here);
    let curvature = Curvature::measure(&at, here, value, DIFFERENCE);
    let mu_error = curvature.mu_error() * unit;
    if !value.is_finite() || !curvature.size().is_finite() {
        return None;
    }
    let mut damping = 0.0;
    for _ in 0..MOST_DAMPINGS {
        let step = curvature.step(damping);
        let there = (here.0 + step.0, (here.1 + step.1).abs());
        let short = step.0.hypot(step.1) <= LONGEST_STEP;
        if short && curvature.is_hill(damping) && at(there) >= value {
            return Some(Ascent {
                to: (there.0 * unit, there.1 * unit),
                mu_error,
            });
        }
        damping = (damping * 4.0).max(1e-3 * curvature.size());
    }
    // No step gains: this is the top, up to rounding.
    Some(Ascent { to: from, mu_error })
}

/// Gradient and second derivatives of a surface over (μ, τ).
#[derive(Debug, Clone, Copy, Default)]
struct Curvature {
    gradient: (f64, f64),
    mm: f64,
    tt: f64,
    mt: f64,
}

impl Curvature {
    fn measure(at: &impl Fn((f64, f64)) -> f64, (m, t): (f64, f64), here: f64, h: f64) -> Self {
        let (right, left) = (at((m + h, t)), at((m - h, t)));
        let (up, down) = (at((m, t + h)), at((m, t - h)));
        let diagonal = at((m + h, t + h));
        Self {
            gradient: ((right - left) / (2.0 * h), (up - down) / (2.0 * h)),
            mm: (right - 2.0 * here + left) / (h * h),
            tt: (up - 2.0 * here + down) / (h * h),
            mt: (diagonal - right - up + here) / (h * h),
        }
    }

    fn size(&self) -> f64 {
        self.mm.abs() + self.tt.abs() + self.mt.abs()
    }

    fn is_hill(&self, damping: f64) -> bool {
        let (a, b) = (damping - self.mm, damping - self.tt);
        a > 0.0 && b > 0.0 && a * b > self.mt * self.mt
    }

    fn step(&self, damping: f64) -> (f64, f64) {
        let (across, along) = (damping - self.mm, damping - self.tt);
        let determinant = across * along - self.mt * self.mt;
        let (slope_mu, slope_tau) = self.gradient;
        (
            (along * slope_mu + self.mt * slope_tau) / determinant,
            (across * slope_tau + self.mt * slope_mu) / determinant,
        )
    }

    fn mu_error(&self) -> f64 {
        if self.is_hill(0.0) {
            (-self.tt / (self.mm * self.tt - self.mt * self.mt)).sqrt()
        } else if self.mm < 0.0 {
            (-1.0 / self.mm).sqrt()
        } else {
            0.0
        }
    }
}
