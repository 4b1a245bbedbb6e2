use serde_json::{Value, json};

/// Token counts that a reply names itself; what is `None` is computed from the sizes of the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens that went in, cached ones included.
    pub input_tokens: Option<u64>,
    /// Those of them that came from a cache.
    pub cached_input_tokens: Option<u64>,
    /// Tokens that came out, reasoning included.
    pub output_tokens: Option<u64>,
    /// Those of them that were reasoning.
    pub reasoning_output_tokens: Option<u64>,
    /// All of them; else the sum of input and output.
    pub total_tokens: Option<u64>,
}

impl Usage {
    /// The names of its fields in a script.
    pub(super) const KEYS: [&str; 5] =
        ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens", "total_tokens"];

    /// The field of a name in [`Self::KEYS`].
    pub(super) fn field(&mut self, key: &str) -> Option<&mut Option<u64>> {
        Some(match key {
            "input_tokens" => &mut self.input_tokens,
            "cached_input_tokens" => &mut self.cached_input_tokens,
            "output_tokens" => &mut self.output_tokens,
            "reasoning_output_tokens" => &mut self.reasoning_output_tokens,
            "total_tokens" => &mut self.total_tokens,
            _ => return None,
        })
    }

    /// The counts that are known, and those of `other` for the rest.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.or(other.input_tokens),
            cached_input_tokens: self.cached_input_tokens.or(other.cached_input_tokens),
            output_tokens: self.output_tokens.or(other.output_tokens),
            reasoning_output_tokens: self.reasoning_output_tokens.or(other.reasoning_output_tokens),
            total_tokens: self.total_tokens.or(other.total_tokens),
        }
    }

    /// The shape on the wire.
    pub(super) fn wire(self) -> Value {
        let input = self.input_tokens.unwrap_or(0);
        let output = self.output_tokens.unwrap_or(0);
        // Given counts may be smaller than the computed ones that they include.
        let cached = self.cached_input_tokens.unwrap_or(0).min(input);
        let reasoning = self.reasoning_output_tokens.unwrap_or(0).min(output);
        json!({
            "input_tokens": input,
            "input_tokens_details": { "cached_tokens": cached },
            "output_tokens": output,
            "output_tokens_details": { "reasoning_tokens": reasoning },
            "total_tokens": self.total_tokens.unwrap_or_else(|| input.saturating_add(output)),
        })
    }
}

/// About how many tokens a text of `bytes` is: four bytes each, rounded up.
pub(super) fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_and_the_parts_never_exceed_the_whole() {
        let given = Usage { input_tokens: Some(10), total_tokens: Some(99), ..Usage::default() };
        let computed = Usage {
            input_tokens: Some(500),
            cached_input_tokens: Some(400),
            output_tokens: Some(7),
            reasoning_output_tokens: Some(2),
            total_tokens: None,
        };
        assert_eq!(
            given.or(computed).wire(),
            json!({
                "input_tokens": 10, "input_tokens_details": { "cached_tokens": 10 },
                "output_tokens": 7, "output_tokens_details": { "reasoning_tokens": 2 },
                "total_tokens": 99,
            })
        );
        assert_eq!(computed.wire()["total_tokens"], 507);
    }

    #[test]
    fn every_key_names_a_field() {
        for key in Usage::KEYS {
            assert!(Usage::default().field(key).is_some(), "{key}");
        }
    }
}
