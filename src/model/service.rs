use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use super::answer::{Answer, Step};
use super::http_error::error_body;
use super::log::Log;
use super::{Reply, Request, Script};

/// Requests that may wait for the script; further ones wait in their connections.
const WAITING: usize = 64;

/// A request on its way to the script's thread.
struct Job {
    request: Arc<Request>,
    answer: oneshot::Sender<Result<Reply, String>>,
}

struct Service {
    log: Arc<Log>,
    jobs: mpsc::Sender<Job>,
    /// Makes the ids of this model's answers differ from those of every other model: threads outlive models.
    run: u64,
    answers: AtomicU64,
}

/// What the model answers to; starts the script's thread, which ends with the router.
pub(super) fn router(mut script: impl Script + 'static, log: Arc<Log>) -> io::Result<Router> {
    let (jobs, mut queue) = mpsc::channel::<Job>(WAITING);
    thread::Builder::new().name("model script".into()).spawn(move || {
        while let Some(job) = queue.blocking_recv() {
            // Whoever asked may have hung up, while the script was busy or since then.
            if !job.answer.is_closed() {
                let _ = job.answer.send(script.reply(&job.request));
            }
        }
    })?;
    let service = Service { log, jobs, run: fastrand::u64(..), answers: AtomicU64::new(0) };
    Ok(Router::new()
        .route("/v1/responses", post(respond))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(service)))
}

/// Serves for ever.
pub(super) async fn serve(listener: TcpListener, router: Router) -> io::Result<Infallible> {
    // Deltas are small and must not wait for one another.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await?;
    Err(io::Error::other("the listener ended"))
}

async fn not_found(uri: Uri) -> Response {
    error(404, &format!("The scripted model has no {}", uri.path()))
}

async fn respond(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let json = match serde_json::from_slice(&body) {
        Ok(json) => json,
        Err(problem) => return error(400, &format!("The request body is not JSON: {problem}")),
    };
    let thread_id = headers.get("thread-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let (request, usage) = service.log.add(thread_id, json, body.len());
    let reply = service.ask(request).await.unwrap_or_else(Reply::refusal);
    let number = service.answers.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:016x}_{number}", service.run);
    match Answer::new(&reply, &id, usage) {
        Answer::Status { delay, status, headers, body } => {
            tokio::time::sleep(delay).await;
            with(headers, json_response(status, body))
        }
        Answer::Stream { headers, steps } => with(headers, stream(steps)),
    }
}

impl Service {
    async fn ask(&self, request: Arc<Request>) -> Result<Reply, String> {
        let (answer, answered) = oneshot::channel();
        let panicked = "the scripted model's script panicked";
        self.jobs.send(Job { request, answer }).await.map_err(|_| panicked)?;
        answered.await.map_err(|_| panicked)?
    }
}

fn stream(steps: Vec<Step>) -> Response {
    // With room for one piece, room for the next means that this one was taken.
    let (pieces, body) = mpsc::channel(1);
    tokio::spawn(send(steps, pieces));
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(ReceiverStream::new(body))).into_response()
}

/// Sends step by step, until the end or until the client hangs up.
async fn send(steps: Vec<Step>, pieces: mpsc::Sender<io::Result<Bytes>>) {
    for step in steps {
        match step {
            Step::Send(text) => {
                if pieces.send(Ok(text.into())).await.is_err() {
                    return;
                }
            }
            Step::Wait(delay) => tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = pieces.closed() => return,
            },
            Step::Hang => pieces.closed().await,
            Step::Cut => {
                // The pieces before it must have gone out, or the broken connection takes them along.
                if let Ok(room) = pieces.reserve().await {
                    room.send(Err(io::ErrorKind::ConnectionReset.into()));
                }
                return;
            }
        }
    }
}

fn with(headers: HeaderMap, mut response: Response) -> Response {
    // One that is named twice is meant to be another.
    response.headers_mut().extend(headers);
    response
}

fn error(status: u16, message: &str) -> Response {
    json_response(status, error_body(status, message).to_string())
}

fn json_response(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
