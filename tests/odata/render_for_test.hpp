// Responses to replies that no pipeline made, for the tests of this folder.
#pragma once

#include "odata/render.hpp"
#include "pipeline/reply.hpp"
#include "receipt_for_test.hpp"
#include "request_for_test.hpp"
#include "schema/schema.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

inline const schema::Table& secret_table() { return *schema::table("msdyn_octwitterhandlesecret"); }

inline Uuid id_of(std::string_view text) { return *Uuid::parse(text); }

inline std::string body_of(const http::Response& response) {
    return {response.body.begin(), response.body.end()};
}

inline std::vector<http::Header> headers(const http::Response& response) {
    std::vector<http::Header> out;
    std::string_view rest = response.header_lines;
    while (!rest.empty()) {
        rest.remove_prefix(2);  // CR LF
        const auto line = rest.substr(0, rest.find("\r\n"));
        const auto colon = line.find(": ");
        out.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)}});
        rest.remove_prefix(line.size());
    }
    return out;
}

/// The first of that name; empty when there is none.
inline std::string header(const http::Response& response, std::string_view name) {
    for (const auto& h : headers(response)) {
        if (h.name == name) return h.value;
    }
    return {};
}

inline http::Response shown(const RenderContext& context, messages::MessageReply::Body body) {
    return render(context, ledger::ReceiptForTest::make(42, 5001, std::move(body)));
}

inline RenderContext context_of(
    std::string target, std::vector<http::Header> headers = {}, std::string method = "GET",
    std::string_view body = {}
) {
    auto out = parse(
        request(std::move(method), std::move(target), body, std::move(headers)),
        test_root,
        anyone,
        id_of("aaaaaaaa-0000-4000-8000-000000000000")
    );
    INFO(rejection(out).message);
    REQUIRE_FALSE(is_message<messages::Rejected>(out));
    return std::move(out.context);
}

}  // namespace rookery::odata
