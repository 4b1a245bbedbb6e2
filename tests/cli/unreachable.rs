//! A model that cannot be reached, and one that hangs up.

use std::io;
use std::net::Ipv4Addr;
use std::thread::{self, JoinHandle};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Project, outcome};

/// A model on a port of its own, which refuses every connection until it listens.
struct Port(TcpSocket);

impl Port {
    fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port");
        Self(socket)
    }

    /// The option that has Codex ask it.
    fn setting(&self) -> String {
        let address = self.0.local_addr().expect("an address");
        format!("model_providers.scripted.base_url=\"http://{address}/v1\"")
    }

    /// Answers one request for each of these, whole or reset in the middle.
    fn listen(self, wholes: &'static [bool]) -> JoinHandle<io::Result<()>> {
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let listener = self.0.listen(16)?;
                for whole in wholes {
                    respond(listener.accept().await?.0, *whole).await?;
                }
                Ok(())
            })
        })
    }
}

/// Reads one request, says hello, and hangs up.
async fn respond(stream: TcpStream, whole: bool) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line).await? > 2 {
        let header = line.to_lowercase();
        length = header.strip_prefix("content-length:").and_then(|n| n.trim().parse().ok()).unwrap_or(length);
        line.clear();
    }
    stream.read_exact(&mut vec![0; length]).await?;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(format!("{head}data: {HELLO}\n\n").as_bytes()).await?;
    if whole {
        stream.write_all(format!("data: {END}\n\n").as_bytes()).await?;
        stream.flush().await
    } else {
        stream.flush().await?;
        stream.get_ref().set_zero_linger()
    }
}

const HELLO: &str = r#"{"type":"response.output_item.done","item":{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"hello"}]}}"#;
const END: &str = r#"{"type":"response.completed","response":{"id":"r"}}"#;

const TURN: &str = "
    local thread = codex.thread_start()
    local function turn(limit)
      local told = false
      local ok, err = pcall(function()
        for event in thread:stream('hi', { idle_timeout = limit }) do
          if event.type == 'error' and not told then
            print(event.will_retry, event.error.message)
            told = true
          end
        end
      end)
      print(ok, err and err.kind, err and err.message)
    end\n";

#[test]
fn a_model_that_cannot_be_reached_is_waited_for_as_long_as_the_turn_may_be_idle() {
    let (project, port) = (Project::new(), Port::new());
    let script = format!("{TURN} turn '1s' print 'again' turn '10m' print(thread:run('hi').text)");
    let program = project.program().args(["--offline", "-c", &port.setting()]).script(&script);
    let live = program.start();
    live.wait_for("again\ntrue");
    let model = port.listen(&[true, true]);
    let done = live.finish();
    let kind = outcome("the model is silent or cannot be reached, or a command is silent").word(1);
    let waiting = "true\tReconnecting... waiting for network\n";
    let overdue = format!("false\t{kind}\tthe turn did nothing for 1s\n");
    done.expect(0, &format!("{waiting}{overdue}again\n{waiting}true\tnil\tnil\nhello\n"));
    model.join().expect("no panic").expect("all of it was asked for");
}

#[test]
fn a_model_that_hangs_up_fails_the_turn() {
    let (project, port) = (Project::new(), Port::new());
    let script = format!("{TURN} turn '10m' print(thread:run('hi').text)");
    let program = project.program().args(["--offline", "-c", &port.setting()]).script(&script);
    let model = port.listen(&[false, true]);
    let done = program.run();
    let kind = outcome("the model's answer breaks off").word(1);
    assert!(done.stdout.contains(&format!("false\t{kind}\tstream disconnected")), "{done:?}");
    assert!(done.stdout.ends_with("hello\n") && done.code() == 0, "{done:?}");
    model.join().expect("no panic").expect("all of it was asked for");
}
