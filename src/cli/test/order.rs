//! Results in the order of the files and of their cases; pure.

use super::report::Done;

/// What is learned of a file.
#[derive(Debug)]
pub enum Event {
    /// It has this many cases that are to run.
    Listed { file: usize, cases: usize },
    /// One of them, counted from 0, has ended.
    Ended { file: usize, case: usize, done: Box<Done> },
}

/// Holds back what comes too early.
#[derive(Debug)]
pub struct Order {
    files: Vec<Option<Vec<Option<Box<Done>>>>>,
    /// The file and the case that come next.
    next: (usize, usize),
}

impl Order {
    /// Of this many files.
    pub fn new(files: usize) -> Self {
        Self { files: (0..files).map(|_| None).collect(), next: (0, 0) }
    }

    pub fn add(&mut self, event: Event) {
        match event {
            Event::Listed { file, cases } => self.files[file] = Some((0..cases).map(|_| None).collect()),
            Event::Ended { file, case, done } => {
                if let Some(cases) = &mut self.files[file] {
                    cases[case] = Some(done);
                }
            }
        }
    }

    /// What nothing has to come before any more, with its file.
    pub fn take(&mut self) -> Vec<(usize, Done)> {
        let mut taken = vec![];
        while let Some(Some(cases)) = self.files.get_mut(self.next.0) {
            match cases.get_mut(self.next.1) {
                None => self.next = (self.next.0 + 1, 0),
                Some(done) => match done.take() {
                    None => break,
                    Some(done) => {
                        taken.push((self.next.0, *done));
                        self.next.1 += 1;
                    }
                },
            }
        }
        taken
    }

    /// What is left when nothing more comes, and how many cases have not ended.
    pub fn rest(self) -> (Vec<(usize, Done)>, usize) {
        let known = self.files.into_iter().enumerate();
        let cases = known.flat_map(|(file, cases)| cases.into_iter().flatten().map(move |done| (file, done)));
        let (from, mut rest, mut open) = (self.next, vec![], 0);
        let mut place = (0, 0);
        for (file, done) in cases {
            place = if place.0 == file { (file, place.1 + 1) } else { (file, 1) };
            match done {
                Some(done) => rest.push((file, *done)),
                // Those before were taken.
                None if (file, place.1) > from => open += 1,
                None => {}
            }
        }
        (rest, open)
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::*;

    fn ended(file: usize, case: usize) -> Event {
        let done = Done {
            case: Some(format!("{file}.{case}")),
            verdict: Verdict::Passed,
            time: std::time::Duration::ZERO,
            failure: None,
            transcript: vec![],
            stdout: String::new(),
            stderr: String::new(),
            code: super::super::report::Code::new(),
        };
        Event::Ended { file, case, done: Box::new(done) }
    }

    fn names(taken: Vec<(usize, Done)>) -> Vec<String> {
        taken.into_iter().filter_map(|(_, done)| done.case).collect()
    }

    #[test]
    fn what_comes_early_waits() {
        let mut order = Order::new(3);
        order.add(Event::Listed { file: 1, cases: 1 });
        order.add(ended(1, 0));
        assert!(names(order.take()).is_empty());
        order.add(Event::Listed { file: 0, cases: 2 });
        order.add(ended(0, 1));
        assert!(names(order.take()).is_empty());
        order.add(ended(0, 0));
        assert_eq!(names(order.take()), ["0.0", "0.1", "1.0"]);
        order.add(Event::Listed { file: 2, cases: 0 });
        assert!(names(order.take()).is_empty());
        assert_eq!(order.rest().1, 0);
    }

    #[test]
    fn the_rest_is_what_came_and_the_number_of_what_did_not() {
        let mut order = Order::new(2);
        order.add(Event::Listed { file: 0, cases: 3 });
        order.add(ended(0, 0));
        order.add(ended(0, 2));
        assert_eq!(names(order.take()), ["0.0"]);
        let (rest, open) = order.rest();
        assert_eq!((names(rest), open), (vec!["0.2".to_owned()], 1));
    }
}
