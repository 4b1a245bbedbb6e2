//! Lists that the server gives page by page.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Client;
use super::client::read;
use super::error::Error;

/// How many entries are asked for at once.
const PAGE: u32 = 50;

/// A list that is being walked; each entry is the JSON of the wire.
pub struct Pages {
    client: Client,
    method: &'static str,
    params: Map<String, Value>,
    place: Mutex<Place>,
}

struct Place {
    page: VecDeque<Box<RawValue>>,
    cursor: Cursor,
    left: u32,
}

enum Cursor {
    Start,
    At(String),
    End,
}

/// Which saved threads are wanted, and in what order.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Those that are archived, and no others.
    pub archived: Option<bool>,
    /// Those of this folder.
    pub cwd: Option<String>,
    /// Those whose name or first words hold this, as it is written.
    pub search: Option<String>,
    /// By which time they are sorted: the wire's word.
    pub sort: Option<&'static str>,
    /// The wire's word.
    pub order: Option<&'static str>,
    /// Those of this provider.
    pub model_provider: Option<String>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which turns of a thread are wanted, and how much of them.
#[derive(Debug, Clone, Default)]
pub struct TurnFilter {
    /// How much of their items: the wire's word; all of them when it is left out.
    pub items: Option<&'static str>,
    /// The wire's word; latest first when it is left out.
    pub order: Option<&'static str>,
    /// At most so many.
    pub limit: Option<u32>,
}

impl Client {
    /// Saved threads, latest first.
    pub fn threads(&self, filter: ThreadFilter) -> Pages {
        let params = [
            ("archived", filter.archived.map(Value::from)),
            ("cwd", filter.cwd.map(Value::from)),
            ("searchTerm", filter.search.map(Value::from)),
            ("sortKey", filter.sort.map(Value::from)),
            ("sortDirection", filter.order.map(Value::from)),
            ("modelProviders", filter.model_provider.map(|provider| json!([provider]))),
        ];
        self.pages("thread/list", params, filter.limit)
    }

    /// Turns of a thread.
    pub fn turns(&self, thread_id: &str, filter: &TurnFilter) -> Pages {
        let params = [
            ("threadId", Some(thread_id.into())),
            ("itemsView", Some(filter.items.unwrap_or("full").into())),
            ("sortDirection", Some(filter.order.unwrap_or("desc").into())),
        ];
        self.pages("thread/turns/list", params, filter.limit)
    }

    fn pages<const N: usize>(
        &self,
        method: &'static str,
        params: [(&str, Option<Value>); N],
        limit: Option<u32>,
    ) -> Pages {
        let given = params.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let place = Place { page: VecDeque::new(), cursor: Cursor::Start, left: limit.unwrap_or(u32::MAX) };
        Pages { client: self.clone(), method, params: given.collect(), place: Mutex::new(place) }
    }
}

impl Pages {
    /// The next entry, if it has come already.
    pub fn try_next(&self) -> Option<Box<RawValue>> {
        let mut place = self.place();
        let entry = if place.left == 0 { None } else { place.page.pop_front() }?;
        place.left -= 1;
        Some(entry)
    }

    /// The next entry; `None` after the last.
    pub async fn next(&self) -> Result<Option<Box<RawValue>>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Page {
            data: VecDeque<Box<RawValue>>,
            next_cursor: Option<String>,
        }
        loop {
            if let Some(entry) = self.try_next() {
                return Ok(Some(entry));
            }
            let Some(params) = self.next_page() else { return Ok(None) };
            let answer = self.client.request(self.method, params.into()).await?;
            let page: Page = read(self.method, &answer)?;
            let mut place = self.place();
            if let (Cursor::At(at), Some(next)) = (&place.cursor, &page.next_cursor)
                && at == next
            {
                let error = "the list does not go on: the next page is the same one".to_owned();
                return Err(Error::Unexpected { method: self.method.to_owned(), error });
            }
            place.page.extend(page.data);
            place.cursor = page.next_cursor.map_or(Cursor::End, Cursor::At);
        }
    }

    /// All that is left.
    pub async fn rest(&self) -> Result<Vec<Box<RawValue>>, Error> {
        let mut entries = Vec::new();
        while let Some(entry) = self.next().await? {
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Gives no more.
    pub fn close(&self) {
        self.place().left = 0;
    }

    fn next_page(&self) -> Option<Map<String, Value>> {
        let place = self.place();
        let cursor = match &place.cursor {
            _ if place.left == 0 => return None,
            Cursor::End => return None,
            Cursor::Start => None,
            Cursor::At(cursor) => Some(cursor.as_str().into()),
        };
        let mut params = self.params.clone();
        params.insert("limit".into(), place.left.min(PAGE).into());
        params.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor)));
        Some(params)
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
