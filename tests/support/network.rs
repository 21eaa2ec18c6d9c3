//! The link between tablet and registry, and whoever meddles with it.

use std::cell::{Cell, RefCell};
use std::future::{Future, ready};
use std::pin::Pin;

use rekam::error::UploadError;
use rekam::upload::{Method, Request, Response};

use super::registry::Registry;

/// What happens to one request.
pub enum Interference {
    /// It never arrives.
    LoseRequest,
    /// The registry acts, its answer never arrives.
    LoseAnswer,
    /// Somebody else answers; the registry hears nothing.
    Replace(Response),
    /// It arrives changed.
    Garble(fn(&mut Request)),
    /// The registry acts, its answer arrives changed.
    Change(Box<dyn FnOnce(&mut Response)>),
}

/// Decides over every request, which it sees with its number from 1.
pub type Rule = Box<dyn FnMut(u32, &Request) -> Option<Interference>>;

/// An answer on its way.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<Response, UploadError>> + 'a>>;

/// What carries requests: the network of the tests, or a real one.
pub trait Link {
    /// Carries one request to wherever the link ends, and brings what answers there.
    fn carry(&self, request: Request) -> Carried<'_>;

    /// Whether it is paid by the byte.
    fn is_metered(&self) -> bool {
        false
    }
}

impl Link for Network {
    fn carry(&self, request: Request) -> Carried<'_> {
        Box::pin(ready(self.answer(request)))
    }

    fn is_metered(&self) -> bool {
        self.is_metered.get()
    }
}

/// The network.
pub struct Network {
    /// The registry at its other end.
    pub registry: RefCell<Registry>,
    rule: RefCell<Option<Rule>>,
    requests: Cell<u32>,
    /// Whether it is paid by the byte.
    pub is_metered: Cell<bool>,
    /// Whether nobody answers on a link that is up.
    pub is_up_but_silent: Cell<bool>,
}

impl Network {
    pub fn new(registry: Registry) -> Self {
        Self {
            registry: RefCell::new(registry),
            rule: RefCell::new(None),
            requests: Cell::new(0),
            is_metered: Cell::new(false),
            is_up_but_silent: Cell::new(false),
        }
    }

    /// From now on `rule` decides.
    pub fn meddle(&self, rule: impl FnMut(u32, &Request) -> Option<Interference> + 'static) {
        self.requests.set(0);
        *self.rule.borrow_mut() = Some(Box::new(rule));
    }

    /// From now on everything arrives.
    pub fn heal(&self) {
        self.requests.set(0);
        *self.rule.borrow_mut() = None;
    }

    /// Requests since the last change of rule.
    pub fn requests(&self) -> u32 {
        self.requests.get()
    }

    fn answer(&self, mut request: Request) -> Result<Response, UploadError> {
        if self.is_up_but_silent.get() {
            return Err(UploadError::Unreachable);
        }
        self.requests.set(self.requests.get() + 1);
        let interference = self
            .rule
            .borrow_mut()
            .as_mut()
            .and_then(|rule| rule(self.requests.get(), &request));
        let answer = |request: &Request| self.registry.borrow_mut().answer(request);
        match interference {
            None => Ok(answer(&request)),
            Some(Interference::LoseRequest) => Err(UploadError::Offline),
            Some(Interference::LoseAnswer) => {
                answer(&request);
                Err(UploadError::Offline)
            }
            Some(Interference::Replace(response)) => Ok(response),
            Some(Interference::Garble(garble)) => {
                garble(&mut request);
                Ok(answer(&request))
            }
            Some(Interference::Change(change)) => {
                let mut response = answer(&request);
                change(&mut response);
                Ok(response)
            }
        }
    }
}

/// What a captive portal says to everything: 200 and a page.
pub fn portal_page() -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<html><title>WiFi Kecamatan</title>Silakan masuk</html>".to_vec(),
    }
}

/// A proxy's page for a server that it cannot reach.
pub fn gateway_page(status: u16) -> Response {
    Response {
        status,
        ..portal_page()
    }
}

/// Whether it is the request that carries bytes of a packet.
pub fn is_patch(request: &Request) -> bool {
    request.method == Method::Patch
}
