//! What is done with a saved session by its id, whether it is held here or not.

use bytes::Bytes;
use serde_json::{Value, json};

use super::Client;
use super::error::Error;

impl Client {
    /// Takes it out of the list; a thread that is held is closed, and its turn interrupted before.
    pub async fn archive(&self, id: &str) -> Result<(), Error> {
        match self.end_session("thread/archive", id).await {
            // The wire says the same of one that is archived already.
            Err(Error::ThreadNotFound(id)) if self.read(&id).await.is_ok() => Err(Error::ThreadArchived(id)),
            done => done,
        }
    }

    /// Deletes it; a thread that is held is closed, and its turn interrupted before.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        self.end_session("thread/delete", id).await
    }

    async fn end_session(&self, method: &str, id: &str) -> Result<(), Error> {
        let held = self.registry().held(id);
        if let Some(thread) = &held {
            thread.stop_turns().await;
        }
        self.request(method, json!({ "threadId": id })).await?;
        if let Some(thread) = held {
            thread.forget();
        }
        Ok(())
    }

    /// Puts it back into the list.
    pub async fn unarchive(&self, id: &str) -> Result<(), Error> {
        self.request("thread/unarchive", json!({ "threadId": id })).await.map(drop)
    }

    /// Gives it a name.
    pub async fn rename(&self, id: &str, name: &str) -> Result<(), Error> {
        self.request("thread/name/set", json!({ "threadId": id, "name": name })).await?;
        if let Some(thread) = self.registry().held(id) {
            thread.set_name(name);
        }
        Ok(())
    }

    /// What is saved of it, without its turns: the JSON of a thread.
    pub async fn read(&self, id: &str) -> Result<Bytes, Error> {
        const METHOD: &str = "thread/read";
        let answer = self.request(METHOD, json!({ "threadId": id })).await?;
        let mut answer: Value = super::client::read(METHOD, &answer)?;
        Ok(answer["thread"].take().to_string().into())
    }
}
