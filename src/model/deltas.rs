/// The most deltas that one text is cut into, so that a huge text does not become a flood of tiny events.
const MOST: usize = 1000;

/// The longest stretch without white space that stays in one delta, in bytes.
const LONGEST_WORD: usize = 32;

/// Cuts a text into deltas, each a word and the white space after it; joined they are the text.
pub(super) fn deltas(text: &str) -> Vec<&str> {
    let least = text.len().div_ceil(MOST);
    let longest = LONGEST_WORD.max(least);
    let (mut cuts, mut start, mut space) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        let word_ended = space && !c.is_whitespace() && at - start >= least;
        if word_ended || at - start >= longest {
            cuts.push(&text[start..at]);
            start = at;
        }
        space = c.is_whitespace();
    }
    if start < text.len() {
        cuts.push(&text[start..]);
    }
    cuts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_delta_is_a_word_and_the_space_after_it() {
        assert_eq!(deltas("Hello there,\n\n friend "), ["Hello ", "there,\n\n ", "friend "]);
        assert_eq!(deltas(""), Vec::<&str>::new());
    }

    #[test]
    fn long_words_and_long_texts_are_cut_within_bounds() {
        assert!(deltas(&"é".repeat(100)).iter().all(|delta| delta.len() <= 34));
        let long = deltas(&"word ".repeat(100_000)).len();
        assert!((900..=MOST).contains(&long), "{long}");
    }

    proptest! {
        #[test]
        fn joined_they_are_the_text(text in "(\\PC|[ \n\t\u{3000}]){0,300}") {
            let parts = deltas(&text);
            prop_assert_eq!(parts.concat(), text.as_str());
            prop_assert!(parts.iter().all(|part| !part.is_empty()));
        }
    }
}
