//! A claim as the generator holds it until it is written. Money is integer cents.

/// Which form a claim came on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CMS-1500 / 837P.
    Professional,
    /// UB-04 / 837I; the first three digits of the bill type but for the frequency digit.
    Institutional(&'static str),
}

/// How the payer settled a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Paid (also when the member bore it all).
    Paid,
    /// Denied: nothing allowed.
    Denied,
    /// Takes an earlier claim back: amounts are negative.
    Reversed,
}

impl Status {
    /// The word in `claim_status`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Denied => "denied",
            Self::Reversed => "reversed",
        }
    }
}

/// Amounts of one line, in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Billed.
    pub charge: i64,
    /// Allowed: paid plus the member's shares.
    pub allowed: i64,
    /// Paid by the payer.
    pub paid: i64,
    /// Member's percentage share.
    pub coinsurance: i64,
    /// Member's fixed share.
    pub copay: i64,
    /// Member's deductible.
    pub deductible: i64,
}

impl Amounts {
    /// What the member owes.
    pub fn member_share(&self) -> i64 {
        self.coinsurance + self.copay + self.deductible
    }

    /// The same with the opposite sign.
    pub fn negated(self) -> Self {
        Self {
            charge: -self.charge,
            allowed: -self.allowed,
            paid: -self.paid,
            coinsurance: -self.coinsurance,
            copay: -self.copay,
            deductible: -self.deductible,
        }
    }
}

/// One line of a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Service day, the first of several.
    pub day: i32,
    /// Last service day.
    pub until: i32,
    /// HCPCS code, empty where the line has none.
    pub code: &'static str,
    /// Revenue centre code, empty on professional lines.
    pub revenue: &'static str,
    /// Modifiers, empty where none.
    pub modifiers: [&'static str; 5],
    /// Units of service.
    pub units: i64,
    /// Share of the claim's payment for lines that have no price of their own (stays).
    pub weight: f64,
    /// Money.
    pub amounts: Amounts,
}

impl Line {
    /// A line of a code on a day.
    pub fn new(day: i32, code: &'static str, units: i64) -> Self {
        Self {
            day,
            until: day,
            code,
            revenue: "",
            modifiers: [""; 5],
            units,
            weight: 0.0,
            amounts: Amounts::default(),
        }
    }

    /// The same under a revenue centre.
    pub fn at(mut self, revenue: &'static str) -> Self {
        self.revenue = revenue;
        self
    }

    /// The same with a modifier more; an empty word, one already there, or a sixth changes
    /// nothing.
    pub fn with(mut self, modifier: &'static str) -> Self {
        self.add_modifier(modifier);
        self
    }

    /// Adds a modifier in place, as [`Line::with`].
    pub fn add_modifier(&mut self, modifier: &'static str) {
        if modifier.is_empty() || self.has(modifier) {
            return;
        }
        if let Some(free) = self.modifiers.iter_mut().find(|slot| slot.is_empty()) {
            *free = modifier;
        }
    }

    /// Takes a modifier away; the others close up.
    pub fn remove_modifier(&mut self, modifier: &str) {
        if let Some(at) = self.modifiers.iter().position(|&slot| slot == modifier) {
            self.modifiers[at..].rotate_left(1);
            self.modifiers[self.modifiers.len() - 1] = "";
        }
    }

    /// Whether the line carries a modifier.
    pub fn has(&self, modifier: &str) -> bool {
        self.modifiers.contains(&modifier)
    }
}

/// Header facts of a hospital stay, or of hospice or home health care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayHeader {
    /// Day of admission.
    pub admission: i32,
    /// Day of discharge; none where the care goes on after the claim.
    pub discharge: Option<i32>,
    /// Point of origin code.
    pub source: &'static str,
    /// Priority of admission code.
    pub priority: &'static str,
    /// Patient discharge status code.
    pub disposition: &'static str,
    /// MS-DRG, empty where the stay is none in a hospital.
    pub drg: &'static str,
}

/// Diagnoses of a claim, first-listed first; eight are written.
pub type Diagnoses = Vec<&'static str>;

/// A claim.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Number within the member's history; part of the claim id.
    pub number: u32,
    /// Form.
    pub form: Form,
    /// Who did the work: an index into the register.
    pub provider: u32,
    /// First and last day.
    pub days: (i32, i32),
    /// Admission, for claims of a stay.
    pub stay: Option<StayHeader>,
    /// Place of service, empty on institutional claims.
    pub place: &'static str,
    /// Where, when in a facility: an index into the register.
    pub facility: Option<u32>,
    /// Who referred.
    pub referring: Option<u32>,
    /// Who ordered.
    pub ordering: Option<u32>,
    /// Number of a prior authorization.
    pub authorization: Option<u64>,
    /// Could not wait: an emergency department visit, or what an emergency admission brought.
    pub emergency: bool,
    /// Diagnoses.
    pub diagnoses: Diagnoses,
    /// Lines.
    pub lines: Vec<Line>,
    /// Claim frequency: 1 original, 7 replacement, 8 void.
    pub frequency: u8,
    /// Number of the claim this one replaces or voids.
    pub original: Option<u32>,
    /// How it was settled.
    pub status: Status,
    /// Day of payment or denial.
    pub settled: i32,
    /// Coverage it was paid under: an index into the member's spans.
    pub coverage: usize,
}

impl Claim {
    /// A professional claim of one day.
    pub fn professional(provider: u32, day: i32, place: &'static str) -> Self {
        Self {
            number: 0,
            form: Form::Professional,
            provider,
            days: (day, day),
            stay: None,
            place,
            facility: None,
            referring: None,
            ordering: None,
            authorization: None,
            emergency: false,
            diagnoses: Vec::new(),
            lines: Vec::new(),
            frequency: 1,
            original: None,
            status: Status::Paid,
            settled: day,
            coverage: 0,
        }
    }

    /// An institutional claim of a facility.
    pub fn institutional(facility: u32, days: (i32, i32), bill_type: &'static str) -> Self {
        Self {
            form: Form::Institutional(bill_type),
            days,
            facility: Some(facility),
            ..Self::professional(facility, days.0, "")
        }
    }

    /// Sum over the lines.
    pub fn total(&self, of: impl Fn(&Amounts) -> i64) -> i64 {
        self.lines.iter().map(|line| of(&line.amounts)).sum()
    }

    /// Whether the member met someone: not video, a laboratory's bench or a message.
    pub fn face_to_face(&self) -> bool {
        !matches!(self.place, "02" | "10" | "81")
    }
}
