# Varnish in front of Rejoinder. docs/caching.md says how to start it, and what it promises.
#
#   varnishd -f /etc/varnish/rejoinder.vcl -s malloc,512m -p http_gzip_support=off \
#            -a :80 -a purge=127.0.0.1:6083
#
# Rejoinder: TRUSTED_PROXIES=127.0.0.1 VARNISH_URLS=http://127.0.0.1:6083 SHARED_CACHE_SECONDS=300

vcl 4.1;

import std;

backend rejoinder {
    .host = "127.0.0.1";
    .port = "8000";
    .probe = {
        .url = "/health/live";
        .interval = 2s;
        .timeout = 1s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

sub vcl_recv {
    # Whoever reaches the address that is named `purge` may empty the cache: open it to Rejoinder alone.
    if (local.socket == "purge") {
        if (req.method != "BAN" || !req.http.Surrogate-Key-Pattern) {
            return (synth(405));
        }
        # It looks at what is stored, never at a request: so Varnish works it off by itself, and the list stays short.
        ban("obj.http.Surrogate-Key ~ " + req.http.Surrogate-Key-Pattern);
        return (synth(200));
    }

    # What nobody outside should ask for.
    if (req.url ~ "^/metrics") {
        return (synth(404));
    }

    if ((req.method != "GET" && req.method != "HEAD") || req.http.Authorization
        || req.http.Cookie ~ "(^|; *)rejoinder_session=") {
        return (pass);
    }

    # Public answers are the same for everybody: no other cookie means anything here.
    unset req.http.Cookie;

    # Whoever ends TLS in front of Varnish says it here; it is in the permalinks.
    if (req.http.X-Forwarded-Proto != "https") {
        set req.http.X-Forwarded-Proto = "http";
    }

    # One form for all who take it. Brotli first, as Rejoinder has it.
    if (req.http.Accept-Encoding ~ "(?i)\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))") {
        set req.http.Accept-Encoding = "br";
    } elsif (req.http.Accept-Encoding ~ "(?i)\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    # Only the reply form comes in languages. Of a browser's wishes the first is the strongest.
    set req.http.Accept-Language = regsub(req.http.Accept-Language, "^\s*([A-Za-z]{1,8}).*$", "\1");

    # While Rejoinder answers, an answer is given for a second longer than it said, and a new one is fetched meanwhile.
    # While it does not, for as long as there is one (beresp.grace).
    if (std.healthy(req.backend_hint)) {
        set req.grace = 1s;
    }
    return (hash);
}

sub vcl_hash {
    # An answer does not depend on the name that its reader typed.
    hash_data(req.url);
    hash_data(req.http.X-Forwarded-Proto);
    return (lookup);
}

sub vcl_backend_response {
    # A background fetch that fails leaves what there is.
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }
    # Only what says that it is public is kept. Of anything else it is remembered that it is not.
    if (beresp.http.Cache-Control !~ "(^|[ ,])public([ ,]|$)") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    set beresp.grace = 1h;
    # After that, Rejoinder is asked whether it has changed, and says so with a 304.
    set beresp.keep = 1h;
    return (deliver);
}

sub vcl_deliver {
    # A browser asks each time: it cannot be told to drop what it has.
    if (resp.http.Surrogate-Key) {
        set resp.http.Cache-Control = "no-cache";
        unset resp.http.Surrogate-Key;
    }
    return (deliver);
}
