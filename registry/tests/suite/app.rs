//! The files of the app, and what surrounds every answer.

use crate::station::random_pid;
use crate::support::{Server, TUS};

const NAVIGATION: (&str, &str) = ("Accept", "text/html,application/xhtml+xml");

async fn server_with_app() -> (Server, tempfile::TempDir) {
    let app = tempfile::tempdir().unwrap();
    std::fs::create_dir(app.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<title>Rekam</title>"),
        ("sw.js", "self"),
        ("assets/main-1a2b3c.js", "main"),
        ("assets/main-1a2b3c.js.br", "brotli"),
        ("assets/rekam-4d5e6f.wasm", "wasm"),
    ] {
        std::fs::write(app.path().join(name), text).unwrap();
    }
    (Server::start_with_app(app.path().to_owned()).await, app)
}

#[tokio::test]
async fn serves_the_app_for_every_navigation_and_its_files_by_name() {
    let (server, _app) = server_with_app().await;
    for path in ["/", "/index.html", "/outbox", "/a/b/c"] {
        let answer = server.send("GET", path, &[NAVIGATION], b"").await;
        assert_eq!(
            (answer.status, answer.text()),
            (200, "<title>Rekam</title>"),
            "{path}"
        );
        assert_eq!(answer.header("Content-Type"), Some("text/html"));
        assert_eq!(answer.header("Cache-Control"), Some("no-cache"));
    }
    let worker = server.get("/sw.js").await;
    assert_eq!(
        (worker.status, worker.header("Cache-Control")),
        (200, Some("no-cache"))
    );
    let wasm = server.get("/assets/rekam-4d5e6f.wasm").await;
    assert_eq!(wasm.header("Content-Type"), Some("application/wasm"));
    assert_eq!(
        wasm.header("Cache-Control"),
        Some("public, max-age=31536000, immutable")
    );
}

#[tokio::test]
async fn serves_brotli_to_who_takes_it() {
    let (server, _app) = server_with_app().await;
    let path = "/assets/main-1a2b3c.js";
    let brotli = server
        .send("GET", path, &[("Accept-Encoding", "gzip, br")], b"")
        .await;
    assert_eq!(
        (brotli.text(), brotli.header("Content-Encoding")),
        ("brotli", Some("br"))
    );
    assert_eq!(brotli.header("Content-Type"), Some("text/javascript"));
    let plain = server.get(path).await;
    assert_eq!(
        (plain.text(), plain.header("Content-Encoding")),
        ("main", None)
    );
}

#[tokio::test]
async fn answers_for_a_missing_file_with_a_problem_that_is_not_kept() {
    let (server, _app) = server_with_app().await;
    for path in [
        "/assets/gone-000000.js",
        "/favicon.ico",
        "/../keys/receipt.pem",
        "/%2e%2e/keys",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.refusal(), (404, "not_found".into()), "{path}");
        assert_ne!(
            answer.header("Cache-Control"),
            Some("public, max-age=31536000, immutable")
        );
    }
    let answer = server.send("DELETE", "/index.html", &[], b"").await;
    assert_eq!(answer.refusal(), (405, "method_not_allowed".into()));
}

#[tokio::test]
async fn defends_the_browser_in_every_answer_that_it_shows() {
    let (server, _app) = server_with_app().await;
    for path in ["/", "/none"] {
        let answer = server.get(path).await;
        assert_eq!(
            answer.header("Content-Security-Policy"),
            Some(
                "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: \
                 data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri \
                 'none'; form-action 'none'; frame-ancestors 'none'"
            )
        );
        assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert!(
            answer
                .header("Permissions-Policy")
                .unwrap()
                .starts_with("camera=(self), ")
        );
        assert_eq!(answer.header("Set-Cookie"), None);
    }
    let pid = format!("/packets/{}", random_pid());
    for (method, path) in [("HEAD", pid.as_str()), ("POST", "/devices")] {
        let answer = server.send(method, path, &[TUS], b"").await;
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.header("Content-Security-Policy"), None);
        assert_eq!(answer.header("Set-Cookie"), None);
    }
}

#[tokio::test]
async fn lets_any_origin_use_the_api() {
    let (server, _app) = server_with_app().await;
    let origin = [
        ("Origin", "https://other.example"),
        ("Access-Control-Request-Method", "PATCH"),
    ];
    let pid = format!("/packets/{}", random_pid());
    for path in [
        "/devices",
        "/probe",
        "/packets",
        pid.as_str(),
        "/receipts/x",
    ] {
        let preflight = server.send("OPTIONS", path, &origin, b"").await;
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.header("Access-Control-Allow-Origin"), Some("*"));
        assert!(
            preflight
                .header("Access-Control-Allow-Methods")
                .unwrap()
                .contains("PATCH")
        );
        let allowed = preflight.header("Access-Control-Allow-Headers").unwrap();
        for name in [
            "Content-Type",
            "Tus-Resumable",
            "Upload-Offset",
            "Upload-Checksum",
        ] {
            assert!(allowed.contains(name));
        }
        let refused = server.send("DELETE", path, &[origin[0], TUS], b"").await;
        assert_eq!(
            refused.refusal(),
            (405, "method_not_allowed".into()),
            "{path}"
        );
        assert_eq!(refused.header("Access-Control-Allow-Origin"), Some("*"));
    }
    assert_eq!(
        server.get("/").await.header("Access-Control-Allow-Origin"),
        None
    );
}

#[tokio::test]
async fn runs_without_an_app() {
    let server = Server::start().await;
    let answer = server.send("GET", "/", &[NAVIGATION], b"").await;
    assert_eq!(answer.refusal(), (404, "not_found".into()));
}
