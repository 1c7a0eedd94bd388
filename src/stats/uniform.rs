//! One reproducible uniform number per entity.

/// Finaliser of the splitmix64 generator (Steele, Lea & Flood, *Fast splittable
/// pseudorandom number generators*, OOPSLA 2014): a bijection on 64 bits whose
/// output passes the usual batteries even for consecutive keys.
pub fn splitmix64(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A uniform number in the open interval (0, 1), fixed by the key alone.
///
/// Give the hash of the entity key, combined with the measure's where the
/// draws of one entity should differ between measures.
pub fn uniform(key: u64) -> f64 {
    // 53 bits, shifted by half a step so that neither 0 nor 1 occurs.
    ((splitmix64(key) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value_of_the_published_generator() {
        // First output of splitmix64 seeded with 0.
        assert_eq!(splitmix64(0), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn consecutive_keys_fill_ten_bins_evenly() {
        let mut bins = [0_u32; 10];
        for key in 0..10_000 {
            bins[(uniform(key) * 10.0) as usize] += 1;
        }
        // 1000 each, standard deviation 30.
        assert!(bins.iter().all(|&b| (880..1120).contains(&b)), "{bins:?}");
    }
}
