//! The steps of one lane.

use super::step::{Act, Step};

/// Places of steps, in their order.
#[derive(Default)]
pub(super) struct Lane {
    steps: Vec<usize>,
    /// How many of them, from the first, are done.
    done: usize,
    /// Those that are ours to do.
    ours: Vec<usize>,
    /// How many of them, from the first, are done.
    ours_done: usize,
}

impl Lane {
    /// Adds a step after the others.
    pub fn add(&mut self, place: usize, step: &Step) {
        self.steps.push(place);
        if step.is_ours() {
            self.ours.push(place);
        }
    }

    /// The steps before this place, but for the first ones that are done.
    pub fn before<'s>(&mut self, place: usize, steps: &'s [Step]) -> impl Iterator<Item = &'s Step> {
        self.done += count_done(&self.steps[self.done..], steps);
        let places: Vec<_> =
            self.steps[self.done..].iter().copied().take_while(|other| *other < place).collect();
        places.into_iter().map(|place| &steps[place])
    }

    /// Our requests that are still to come.
    pub fn awaited(&mut self, steps: &[Step]) -> Vec<usize> {
        self.ours_done += count_done(&self.ours[self.ours_done..], steps);
        let is_awaited = |place: &usize| !steps[*place].done && matches!(steps[*place].act, Act::Ask(_));
        self.ours[self.ours_done..].iter().copied().filter(is_awaited).collect()
    }

    /// What is ours to do before this place and was not done when it was last looked.
    pub fn ours_before(&self, place: usize) -> Vec<usize> {
        self.ours[self.ours_done..].iter().copied().take_while(|other| *other < place).collect()
    }
}

fn count_done(places: &[usize], steps: &[Step]) -> usize {
    places.iter().take_while(|place| steps[**place].done).count()
}
