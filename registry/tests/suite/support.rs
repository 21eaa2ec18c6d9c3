//! A registry of one's own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use registry::serve::{Options, Running, start};
use tempfile::TempDir;

use crate::http::{self, Answer};
use crate::station::Station;

pub const OFFSET_STREAM: (&str, &str) = ("Content-Type", "application/offset+octet-stream");
pub const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// What the servers of the tests are told of their certificate.
pub const CERTIFICATE_EXPIRES: u64 = 1_803_256_000;

pub struct Server {
    pub folder: TempDir,
    running: Option<Running>,
}

impl Server {
    pub async fn start() -> Self {
        let mut server = Self {
            folder: tempfile::tempdir().unwrap(),
            running: None,
        };
        server.run(None).await;
        server
    }

    pub async fn start_with_app(app: PathBuf) -> Self {
        let mut server = Self {
            folder: tempfile::tempdir().unwrap(),
            running: None,
        };
        server.run(Some(app)).await;
        server
    }

    async fn run(&mut self, app: Option<PathBuf>) {
        let options = Options {
            data: self.data(),
            listen: "127.0.0.1:0".parse().unwrap(),
            app,
            demo: true,
            endpoint: None,
            certificate_expires: Some(CERTIFICATE_EXPIRES),
        };
        self.running = Some(start(options).await.unwrap());
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.run(None).await;
    }

    pub async fn start_again(&mut self) {
        self.run(None).await;
    }

    pub async fn stop(&mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().address
    }

    pub fn pairing_link(&self) -> String {
        self.running.as_ref().unwrap().pairing_link.clone().unwrap()
    }

    /// A new device, paired with the demonstration site.
    pub async fn station(&self) -> Station {
        Station::pair(self.address(), &self.pairing_link()).await
    }

    /// One more device of the same site, by a link of its own.
    pub async fn station_of_another_device(&self) -> Station {
        let link = self.command(&["pair", "--site", "62.02.16"]).await;
        Station::pair(self.address(), link.trim()).await
    }

    /// What a command prints that works on the data folder of this server.
    pub async fn command(&self, arguments: &[&str]) -> String {
        let output = self.run_command(arguments).await;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The sentence with which a command fails.
    pub async fn failing_command(&self, arguments: &[&str]) -> String {
        let output = self.run_command(arguments).await;
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    async fn run_command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_registry"));
        command.args(arguments).arg("--data").arg(self.data());
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        http::send(self.address(), method, path, headers, body).await
    }

    pub async fn create(&self, manifest: &str, length: usize) -> Answer {
        create(self.address(), manifest, length).await
    }

    pub async fn head(&self, pid: &str) -> Answer {
        self.send("HEAD", &format!("/packets/{pid}"), &[TUS], b"")
            .await
    }

    pub async fn patch(&self, pid: &str, offset: usize, bytes: &[u8]) -> Answer {
        patch(self.address(), pid, offset, bytes).await
    }

    pub async fn patch_checked(
        &self,
        pid: &str,
        offset: usize,
        bytes: &[u8],
        checksum: &str,
    ) -> Answer {
        let offset = offset.to_string();
        let headers = [
            TUS,
            OFFSET_STREAM,
            ("Upload-Offset", &offset),
            ("Upload-Checksum", checksum),
        ];
        self.send("PATCH", &format!("/packets/{pid}"), &headers, bytes)
            .await
    }

    /// Waits until the upload stands at that offset: what was sent is on its way to the disk.
    pub async fn reaches(&self, pid: &str, offset: u64) {
        for _ in 0..200 {
            if self.head(pid).await.offset() == offset {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the upload does not reach {offset}");
    }

    /// Names of the objects that are kept.
    pub fn objects(&self) -> Vec<String> {
        let root = self.data().join("objects");
        let mut names = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    names.push(path.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        names.sort();
        names
    }
}

pub async fn create(address: SocketAddr, manifest: &str, length: usize) -> Answer {
    let headers = [
        TUS,
        ("Upload-Length", &length.to_string()),
        ("Upload-Metadata", &metadata(manifest)),
    ];
    http::send(address, "POST", "/packets", &headers, b"").await
}

pub async fn patch(address: SocketAddr, pid: &str, offset: usize, bytes: &[u8]) -> Answer {
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", &offset.to_string())];
    http::send(
        address,
        "PATCH",
        &format!("/packets/{pid}"),
        &headers,
        bytes,
    )
    .await
}

pub fn metadata(manifest: &str) -> String {
    use base64ct::{Base64, Encoding};
    format!("manifest {}", Base64::encode_string(manifest.as_bytes()))
}
