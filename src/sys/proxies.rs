//! Proxies that the environment names.

/// Variables that name a proxy for plain HTTP, as loopback speaks it.
const FOR_HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Which variables send requests to 127.0.0.1 or localhost through a proxy, which cannot know them: those that are
/// set while `NO_PROXY` names not both.
pub fn on_the_way_to_loopback(variable: impl Fn(&str) -> Option<String>) -> Vec<&'static str> {
    let value = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let excepted = value("NO_PROXY").or_else(|| value("no_proxy")).unwrap_or_default();
    let names = |host: &str| {
        excepted.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case(host))
    };
    if names("127.0.0.1") && names("localhost") {
        return vec![];
    }
    FOR_HTTP.into_iter().filter(|name| value(name).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_in_the_way_unless_loopback_is_excepted() {
        let found = |vars: &[(&str, &str)]| {
            on_the_way_to_loopback(|name| {
                vars.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(found(&[]).is_empty());
        assert!(found(&[("HTTPS_PROXY", "http://p"), ("HTTP_PROXY", " ")]).is_empty());
        assert_eq!(found(&[("HTTP_PROXY", "http://p"), ("all_proxy", "p")]), ["HTTP_PROXY", "all_proxy"]);
        assert_eq!(found(&[("http_proxy", "p"), ("NO_PROXY", "127.0.0.1")]), ["http_proxy"]);
        assert!(found(&[("http_proxy", "p"), ("no_proxy", "x, LocalHost ,127.0.0.1")]).is_empty());
        assert!(found(&[("http_proxy", "p"), ("NO_PROXY", "*")]).is_empty());
    }
}
