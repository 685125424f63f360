#include "cli/config/config.hpp"

#include "cli/config/endpoint.hpp"
#include "cli/config/sync_options.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace config_test {

using namespace rookery;
using namespace rookery::cli;

namespace {

std::string shipped() {
    std::ifstream in(ROOKERY_SOURCE_DIR "/config/rookery.toml");
    REQUIRE(in.good());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// "key = value": a comment that is an option, and not a sentence.
bool is_assignment(const std::string& text) {
    const auto end = text.find(" = ");
    return end != std::string::npos && end > 0 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == end;
}

const std::string minimal = "data = \"/var/lib/rookery\"\n";

}  // namespace

TEST_CASE("the shipped configuration switches nothing on: any section can follow it", "[cli]") {
    std::istringstream in(shipped());
    for (std::string line; std::getline(in, line);) {
        CAPTURE(line);
        CHECK((line.empty() || line.front() == '#'));
    }
    const auto loaded = parse_config(shipped() + minimal, "rookery.toml");
    REQUIRE(loaded.has_value());
    CHECK(loaded->data == "/var/lib/rookery");
    CHECK(loaded->listen == Config{}.listen);
}

TEST_CASE(
    "the shipped configuration explains every option with its default, and no other", "[cli]"
) {
    // Every commented-out `# key = value` and `# [section]` is switched on: all of it must load.
    std::istringstream in(shipped());
    std::ostringstream all;
    std::set<std::string> seen;
    std::string section;
    int ways_to_unseal = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("# [", 0) == 0 && line.back() == ']') {
            line.erase(0, 2);
            section = line.substr(1, line.size() - 2) + ".";
            // A section whose names are the operator's is an option itself.
            if (section == "sync.owners.") CHECK(seen.insert("sync.owners").second);
        }
        std::string option;
        if (line.rfind("# ", 0) == 0 && is_assignment(line.substr(2))) option = line.substr(2);
        if (option.empty()) {
            all << line << '\n';
            continue;
        }
        const auto name = section + option.substr(0, option.find(' '));
        CHECK(seen.insert(name).second);
        // Options that exclude each other cannot all be on.
        if (name.starts_with("unseal.") && ++ways_to_unseal > 1) continue;
        if (name == "sync.client_secret_credential" || name == "tls.key_credential") continue;
        all << option << '\n';
    }
    const auto names = config_options();
    CHECK(seen == std::set<std::string>(names.begin(), names.end()));

    const auto loaded = parse_config(all.str(), "rookery.toml");
    INFO((loaded ? std::string{} : loaded.error().message));
    REQUIRE(loaded.has_value());
    const Config defaults;
    CHECK(loaded->limit_body_bytes == defaults.limit_body_bytes);
    CHECK(loaded->limit_unauthenticated_body_bytes == defaults.limit_unauthenticated_body_bytes);
    CHECK(loaded->limit_all_bodies_bytes == defaults.limit_all_bodies_bytes);
    CHECK(loaded->limit_header_bytes == defaults.limit_header_bytes);
    CHECK(loaded->limit_user_requests == defaults.limit_user_requests);
    CHECK(loaded->limit_user_requests_seconds == defaults.limit_user_requests_seconds);
    CHECK(loaded->limit_user_refusals_logged == defaults.limit_user_refusals_logged);
    CHECK(loaded->limit_all_refusals_logged == defaults.limit_all_refusals_logged);
    CHECK(loaded->disk_open_bytes == defaults.disk_open_bytes);
    CHECK(loaded->disk_open_percent == defaults.disk_open_percent);
    CHECK(loaded->disk_new_data_bytes == defaults.disk_new_data_bytes);
    CHECK(loaded->disk_answer_bytes == defaults.disk_answer_bytes);
    CHECK(loaded->disk_reserve_bytes == defaults.disk_reserve_bytes);
    CHECK(loaded->limit_connections == defaults.limit_connections);
    CHECK(loaded->limit_requests == defaults.limit_requests);
    CHECK(loaded->limit_bytes_per_second == defaults.limit_bytes_per_second);
    CHECK(loaded->limit_idle_seconds == defaults.limit_idle_seconds);
    CHECK(loaded->sync_parallel == defaults.sync_parallel);
    CHECK(loaded->sync_requests_per_second == defaults.sync_requests_per_second);
    CHECK(loaded->sync_connect_seconds == defaults.sync_connect_seconds);
    CHECK(loaded->sync_request_seconds == defaults.sync_request_seconds);
    CHECK(loaded->limit_shutdown_seconds == defaults.limit_shutdown_seconds);
    CHECK(loaded->ledger_queue_bytes == defaults.ledger_queue_bytes);
    CHECK(loaded->ledger_batch_bytes == defaults.ledger_batch_bytes);
    CHECK(loaded->ledger_deadline_milliseconds == defaults.ledger_deadline_milliseconds);
    CHECK(loaded->tls_allow_1_2 == defaults.tls_allow_1_2);
    CHECK(loaded->memory_allow_swap == defaults.memory_allow_swap);
    CHECK(loaded->process_filter_system_calls == defaults.process_filter_system_calls);
    CHECK(loaded->log_level == defaults.log_level);
}

TEST_CASE("the shipped configuration names the least and the most of every number", "[cli]") {
    std::istringstream in(shipped());
    std::string section;
    int numbers = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("# [", 0) == 0) section = line.substr(2);
        if (line.rfind("# ", 0) != 0 || !is_assignment(line.substr(2))) continue;
        const auto at = line.find(" = ") + 3;
        if (line[at] < '0' || line[at] > '9') continue;
        const auto refused =
            parse_config(minimal + section + "\n" + line.substr(2, at - 2) + "-1\n", "x.toml");
        REQUIRE_FALSE(refused.has_value());
        const auto& message = refused.error().message;
        const auto from = message.find(" from ");
        REQUIRE(from != std::string::npos);
        CHECK_THAT(line, Catch::Matchers::EndsWith("  # " + message.substr(from + 6)));
        ++numbers;
    }
    CHECK(numbers > 20);
}

TEST_CASE("a configuration with an unknown option is refused by name and line", "[cli]") {
    const auto [text, name] = GENERATE(table<std::string, std::string>({
        {"port = 8443\n", "port"},
        {"[server]\nlisten_on = \"127.0.0.1:1\"\n", "server.listen_on"},
        {"[sever]\nlisten = \"127.0.0.1:1\"\n", "sever"},
        {"[log.level]\nx = 1\n", "log.level"},
        {"[limits]\nconnection = 5\n", "limits.connection"},
    }));
    const auto loaded = parse_config(minimal + text, "x.toml");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == Errc::usage);
    CHECK_THAT(loaded.error().message, Catch::Matchers::Contains(name));
    CHECK_THAT(loaded.error().message, Catch::Matchers::Contains("x.toml:"));
}

TEST_CASE("a misspelt option gets a hint", "[cli]") {
    const auto loaded = parse_config(minimal + "[limits]\nconnection = 5\n", "x.toml");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().hint == "did you mean limits.connections?");
}

TEST_CASE("a configuration value of the wrong type or out of range is refused", "[cli]") {
    const auto [text, name] = GENERATE(table<std::string, std::string>({
        {"[server]\nlisten = 8443\n", "server.listen"},
        {"[server]\nlisten = \"\"\n", "server.listen"},
        {"[server]\nlisten = \"localhost:8443\"\n", "server.listen"},
        {"[server]\nlisten = \"127.0.0.1:70000\"\n", "server.listen"},
        {"[server]\nlisten = \"127.0.0.1\"\n", "server.listen"},
        {"[server]\nio_threads = -1\n", "server.io_threads"},
        {"[server]\npublic_url = \"http://vault\"\n", "server.public_url"},
        {"[server]\npublic_url = \"https://vault/path\"\n", "server.public_url"},
        {"[server]\npublic_url = \"https://\"\n", "server.public_url"},
        {"[limits]\nbody_bytes = \"8 MB\"\n", "limits.body_bytes"},
        {"[limits]\nbody_bytes = 4095\n", "limits.body_bytes"},
        {"[limits]\nbody_bytes = 1.5\n", "limits.body_bytes"},
        {"[limits]\nconnections = 0\n", "limits.connections"},
        {"[limits]\nconnections = 99999999999999999999\n", "x.toml"},
        {"[limits]\nuser_requests = 0\n", "limits.user_requests"},
        {"[limits]\nuser_refusals_logged = 0\n", "limits.user_refusals_logged"},
        {"[limits]\nuser_refusals_logged = 101\nall_refusals_logged = 100\n",
         "limits.user_refusals_logged"},
        {"[disk]\nnew_data_bytes = 2147483649\n", "disk.new_data_bytes"},
        {"[disk]\nanswer_bytes = 1073741825\n", "disk.answer_bytes"},
        {"[disk]\nreserve_bytes = 0\n", "disk.reserve_bytes"},
        {"[ledger]\nqueue_events = 100\nbatch_events = 101\n", "ledger.batch_events"},
        {"[tls]\nkey = \"/a\"\n", "tls.certificate"},
        {"[tls]\ncertificate = \"relative.pem\"\nkey = \"/a\"\n", "tls.certificate"},
        {"[tls]\nallow_1_2 = 1\n", "tls.allow_1_2"},
        {"[unseal]\nkey_file = \"/a\"\npassphrase_file = \"/b\"\n", "unseal.key_file"},
        {"[tls]\nkey_credential = 1\n", "tls.key_credential"},
        {"[log]\nlevel = \"loud\"\n", "log.level"},
        {"[log]\nlevel = \"error warning\"\n", "log.level"},
        {"[log]\nlevel = \"info\"\nlevel = \"info\"\n", "x.toml:4"},
        {"[server\n", "x.toml:2"},
    }));
    const auto loaded = parse_config(minimal + text, "x.toml");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == Errc::usage);
    CHECK_THAT(loaded.error().message, Catch::Matchers::Contains(name));
}

TEST_CASE("a TLS certificate comes with exactly one key, a file or a credential", "[cli]") {
    const std::string certificate = "certificate = \"/a.pem\"\n";
    const std::string key = "key = \"/a.key\"\n";
    const std::string credential = "key_credential = \"rookery-tls-key\"\n";
    const auto load = [&](const std::string& lines) {
        return parse_config(minimal + "[tls]\n" + lines, "x.toml");
    };
    CHECK(load(""));
    CHECK(load(certificate + key)->tls_key == "/a.key");
    CHECK(load(certificate + credential)->tls_key_credential == "rookery-tls-key");
    for (const auto& lines :
         {certificate, key, credential, key + credential, certificate + key + credential}) {
        CAPTURE(lines);
        const auto refused = load(lines);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::usage);
        CHECK_THAT(
            refused.error().message,
            Catch::Matchers::Contains(
                "tls.certificate and exactly one of tls.key and tls.key_credential"
            )
        );
        CHECK_THAT(refused.error().hint, Catch::Matchers::Contains("own authority"));
    }
}

TEST_CASE("shares are a list of absolute paths, and one way to unseal", "[cli]") {
    const auto load = [](const std::string& lines) {
        return parse_config(minimal + "[unseal]\n" + lines, "x.toml");
    };
    const auto loaded = load("share_files = [\"/a\", \"/b\"]\n");
    REQUIRE(loaded.has_value());
    CHECK(loaded->unseal.at("share_files") == std::vector<std::string>{"/a", "/b"});
    std::string many = "\"/a\"";
    for (int i = 1; i < 17; ++i) many += ", \"/a\"";
    for (const auto& lines :
         {std::string("share_files = []\n"),
          std::string("share_files = \"/a\"\n"),
          std::string("share_files = [\"a\"]\n"),
          std::string("share_files = [\"/a\", 1]\n"),
          std::string("share_files = [\"\"]\n"),
          "share_files = [" + many + "]\n",
          std::string("shares = \"2/3\"\n"),
          std::string("shares_to = \"/a\"\n"),
          std::string("ask_shares = true\n"),
          std::string("share_files = [\"/a\", \"/b\"]\nkey_file = \"/c\"\n")}) {
        CAPTURE(lines);
        const auto refused = load(lines);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::usage);
    }
}

TEST_CASE("a credential is named, never given by its path", "[cli]") {
    const auto [section, option] = GENERATE(table<std::string, std::string>({
        {"unseal", "credential"},
        {"unseal", "key_credential"},
        {"tls", "key_credential"},
        {"sync", "client_secret_credential"},
    }));
    for (const std::string name : {"../x", "/run/credentials/x", "a/b", ".", "..", ""}) {
        CAPTURE(option, name);
        const auto refused = parse_config(
            minimal + "[" + section + "]\n" + option + " = \"" + name + "\"\n", "x.toml"
        );
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::usage);
        CHECK_THAT(
            refused.error().message,
            Catch::Matchers::Contains("x.toml:3:") &&
                Catch::Matchers::Contains(section + "." + option)
        );
        CHECK_THAT(refused.error().hint, Catch::Matchers::Contains("LoadCredentialEncrypted="));
    }
}

TEST_CASE("a configuration without a data directory is refused", "[cli]") {
    const auto loaded = parse_config("[log]\nlevel = \"debug\"\n", "x.toml");
    REQUIRE_FALSE(loaded.has_value());
    CHECK_THAT(loaded.error().message, Catch::Matchers::Contains("data is missing"));
}

TEST_CASE("a configuration file that is missing is not found", "[cli]") {
    const auto loaded = load_config("/nonexistent/rookery.toml");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == Errc::not_found);
}

TEST_CASE("an endpoint is a numeric address with a port", "[cli]") {
    CHECK(to_string(parse_endpoint("127.0.0.1:0").value()) == "127.0.0.1:0");
    CHECK(to_string(parse_endpoint("[::1]:8443").value()) == "[::1]:8443");
    for (const auto* bad :
         {"",
          ":",
          ":1",
          "1.2.3.4:",
          "::1:8443",
          "[127.0.0.1]:1",
          "1.2.3:1",
          "1.2.3.4:+1",
          "1.2.3.4:1 "}) {
        CHECK_FALSE(parse_endpoint(bad).has_value());
    }
}

TEST_CASE("only this machine's own addresses are loopback", "[cli]") {
    CHECK(is_loopback(parse_endpoint("127.0.0.1:1").value()));
    CHECK(is_loopback(parse_endpoint("127.9.9.9:1").value()));
    CHECK(is_loopback(parse_endpoint("[::1]:1").value()));
    CHECK_FALSE(is_loopback(parse_endpoint("0.0.0.0:1").value()));
    for (const auto* const every : {"0.0.0.0:1", "[::]:1", "[0:0::0]:1"}) {
        CAPTURE(every);
        CHECK(is_unspecified(parse_endpoint(every).value()));
    }
    CHECK_FALSE(is_unspecified(parse_endpoint("127.0.0.1:1").value()));
    CHECK_FALSE(is_unspecified(parse_endpoint("[::1]:1").value()));
    CHECK_FALSE(is_loopback(parse_endpoint("[::]:1").value()));
    CHECK_FALSE(is_loopback(parse_endpoint("192.168.0.1:1").value()));
}

namespace {

const std::string whole_sync = minimal +
                               "[sync]\nurl = \"https://Org.Example.com/\"\n"
                               "authorities = [\"https://login.example.com/t1\"]\n"
                               "client_id = \"c1\"\nclient_secret_file = \"/etc/rookery/s\"\n";

std::string without(std::string text, const std::string& option) {
    const auto begin = text.find("\n" + option + " = ") + 1;
    return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

std::string why(const std::string& text) {
    const auto config = parse_config(text, "rookery.toml");
    return config ? std::string{} : config.error().message;
}

}  // namespace

TEST_CASE("sync is on with its URL and takes one spelling of it", "[cli]") {
    const auto off = parse_config(minimal, "rookery.toml");
    REQUIRE(off);
    CHECK_FALSE(sync_options_of(*off).value());
    const auto config = parse_config(
        whole_sync +
            "[sync.owners]\n\"11111111-1111-1111-1111-11111111111A\" = "
            "\"teams(22222222-2222-2222-2222-22222222222B)\"\n",
        "rookery.toml"
    );
    REQUIRE(config);
    const auto options = sync_options_of(*config).value();
    REQUIRE(options);
    CHECK(options->url == "https://org.example.com");
    CHECK(options->authorities == std::vector<std::string>{"https://login.example.com/t1"});
    CHECK(options->parallel == 4);
    CHECK(options->request == std::chrono::seconds{130});
    CHECK(
        options->owners.at(*Uuid::parse("11111111-1111-1111-1111-11111111111a")) ==
        "teams(22222222-2222-2222-2222-22222222222b)"
    );
}

TEST_CASE("a sync that is filled in by half names what is missing", "[cli]") {
    CHECK(why(whole_sync).empty());
    for (const std::string option : {"url", "authorities", "client_id"}) {
        CHECK(
            why(without(whole_sync, option)).find("sync." + option + " is missing") !=
            std::string::npos
        );
    }
    const auto one = "exactly one of sync.client_secret_file and sync.client_secret_credential";
    CHECK(why(without(whole_sync, "client_secret_file")).find(one) != std::string::npos);
    CHECK(why(whole_sync + "client_secret_credential = \"s\"\n").find(one) != std::string::npos);
    CHECK(why(minimal + "[sync.owners]\n\"a\" = \"b\"\n").find("sync.url") != std::string::npos);
}

TEST_CASE("what sync cannot mean is refused by its option's name", "[cli]") {
    using Row = std::pair<std::string, std::string>;
    const auto [option, line] = GENERATE(values<Row>({
        {"url", "url = \"http://org.example.com\""},
        {"url", "url = \"https://org.example.com/api\""},
        {"url", "url = \"https://user@org.example.com\""},
        {"authorities", "authorities = [\"https://login.example.com\"]"},
        {"authorities", "authorities = [\"https://login.example.com/a/../b\"]"},
        {"authorities", "authorities = [\"\"]"},
        {"authorities", "authorities = \"https://login.example.com/t1\""},
        {"client_id", "client_id = \"a b\""},
        {"client_secret_file", "client_secret_file = \"secret\""},
        {"parallel", "parallel = 33"},
        {"parallel", "parallel = 0"},
        {"requests_per_second", "requests_per_second = 0"},
        {"connect_seconds", "connect_seconds = 0"},
        {"request_seconds", "request_seconds = 601"},
        {"ca_file", "ca_file = \"\""},
        {"owners", "[sync.owners]\n\"x\" = \"teams(22222222-2222-2222-2222-222222222222)\""},
        {"owners",
         "[sync.owners]\n\"11111111-1111-1111-1111-111111111111\" = "
         "\"accounts(22222222-2222-2222-2222-222222222222)\""},
        {"owners", "[sync.owners]\n\"11111111-1111-1111-1111-111111111111\" = \"teams(1)/x\""},
    }));
    CAPTURE(line);
    const auto text = whole_sync.find("\n" + option + " = ") == std::string::npos
                          ? whole_sync
                          : without(whole_sync, option);
    CHECK(why(text + line + "\n").find("sync." + option) != std::string::npos);
}

}  // namespace config_test
