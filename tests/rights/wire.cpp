#include "rights/wire.hpp"

#include "audit/log_reader.hpp"
#include "http/service.hpp"
#include "support/test_vault.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <limits>

// See http/service.cpp.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::rights {
namespace {

namespace asio = boost::asio;

const odata::ServiceRoot root{"https://vault.test", "vault.test/audit/n1"};

/// Nobody comes to a limit, and every refusal is an entry of its own.
http::Service::Options options() {
    constexpr auto all = std::numeric_limits<std::uint32_t>::max();
    http::Service::Options out;
    out.root = root;
    out.limits.caller_refusals_logged_max = all;
    out.limits.refusals_logged_max = all;
    out.login_failures.single_max = all;
    out.login_failures.single_total_max = all;
    return out;
}

/// `"code":"0x80040220"`; empty when there is none.
std::string code_in(std::string_view body) {
    constexpr std::string_view before = R"("code":")";
    if (!body.starts_with(R"({"error":)")) return {};
    const auto at = body.find(before);
    if (at == std::string_view::npos) return {};
    body.remove_prefix(at + before.size());
    return std::string(body.substr(0, body.find('"')));
}

}  // namespace

struct Wire::Parts {
    explicit Parts(messages::Vault& of) : vault(of), service(of, options()) {}

    ~Parts() { service.close(); }

    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    asio::io_context io;  // outlives the ledger's thread, which posts to it
    messages::Vault& vault;
    http::Service service;
};

Wire::Wire(messages::Vault& vault) : parts_(std::make_unique<Parts>(vault)) {}

Wire::~Wire() = default;

Answer Wire::ask(const http::Request& request) {
    auto& [io, vault, service] = *parts_;
    const auto first = vault.view().snapshot().log_size;
    auto answered = asio::co_spawn(io, service.handle(request), asio::use_future);
    io.restart();
    io.run();
    const auto response = answered.get();
    Answer out;
    out.status = response.status;
    out.head = response.header_lines;
    out.body.assign(response.body.data(), response.body.size());
    out.code = code_in(out.body);
    out.entries = entries_since(vault, first);
    return out;
}

std::vector<audit::Event> entries_since(messages::Vault& vault, std::uint64_t first) {
    const auto view = vault.view();
    const auto log = test::value(audit::LogReader::open(view.store(), &view.keys().details));
    std::vector<audit::Event> out;
    for (auto index = first; index < log.size(); ++index) {
        out.push_back(test::value(log.read(index, audit::Sections::core)).event);
    }
    return out;
}

messages::Message message_of(const http::Request& request) {
    const odata::Admits anyone = [](const messages::Message&) { return true; };
    return odata::parse(request, root, anyone).message;
}

}  // namespace rookery::rights
