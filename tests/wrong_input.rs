//! Wrong input: whatever is delivered gives a clear error or a counted reject, never a panic, a
//! silent loss or a damaged earlier run.
//!
//! Every scan that must fail is made over an earlier good run, and [`claims::Site`] compares all
//! that stands in its output folder before and after. Every usable line of the fixtures carries
//! [`claims::SECRET`] and [`claims::PAID`], and no error or log may contain either.

#[path = "wrong_input/claims.rs"]
mod claims;
#[path = "wrong_input/files.rs"]
mod files;
#[path = "wrong_input/keys.rs"]
mod keys;
#[path = "wrong_input/places.rs"]
mod places;
#[path = "wrong_input/privacy.rs"]
mod privacy;
#[path = "wrong_input/settings.rs"]
mod settings;
#[path = "wrong_input/values.rs"]
mod values;
